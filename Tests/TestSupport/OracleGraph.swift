package import SinterModel

/// The simplest graph that can be right: dictionaries, no sharing, no speed. What a store says is
/// compared with it.
package struct OracleGraph: Sendable {
  package struct Node: Sendable {
    package var labels: Set<String>
    package var properties: [String: Value] = [:]
  }

  package struct Relationship: Sendable {
    package var type: String
    package var start: UInt32
    package var end: UInt32
    package var properties: [String: Value] = [:]
  }

  package private(set) var nodes: [UInt32: Node] = [:]
  package private(set) var relationships: [UInt32: Relationship] = [:]
  package private(set) var nodeIDLimit: UInt32 = 0
  package private(set) var relationshipIDLimit: UInt32 = 0
  package var blobs: [String: [UInt8]] = [:]

  package init() {}

  package mutating func createNode(labels: Set<String>) -> UInt32 {
    defer { nodeIDLimit += 1 }
    nodes[nodeIDLimit] = Node(labels: labels)
    return nodeIDLimit
  }

  package mutating func deleteNode(_ id: UInt32) { nodes[id] = nil }

  package mutating func setLabel(_ label: String, of id: UInt32, to isSet: Bool) {
    if isSet { nodes[id]?.labels.insert(label) } else { nodes[id]?.labels.remove(label) }
  }

  package mutating func createRelationship(_ type: String, from start: UInt32, to end: UInt32) -> UInt32 {
    defer { relationshipIDLimit += 1 }
    relationships[relationshipIDLimit] = Relationship(type: type, start: start, end: end)
    return relationshipIDLimit
  }

  package mutating func deleteRelationship(_ id: UInt32) { relationships[id] = nil }

  package mutating func setNode(_ id: UInt32, _ key: String, to value: Value) {
    if value.isNull { nodes[id]?.properties.removeValue(forKey: key) } else { nodes[id]?.properties[key] = value }
  }

  package mutating func setRelationship(_ id: UInt32, _ key: String, to value: Value) {
    if value.isNull {
      relationships[id]?.properties.removeValue(forKey: key)
    } else {
      relationships[id]?.properties[key] = value
    }
  }

  /// Relationships that touch the node.
  package func relationships(of node: UInt32) -> [UInt32] {
    relationships.filter { $0.value.start == node || $0.value.end == node }.keys.sorted()
  }
}
