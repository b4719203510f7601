import SinterModel
import SinterStorage

/// Which properties the elements of a kind have, and of which types.
enum PropertyCensus {
  /// A property of the elements of one set of labels, or of one type; null properties for elements without any.
  struct Group {
    var name: String
    var labels: [String]
    var property: Value
    var types: Value
    var isMandatory: Bool
  }

  private struct Counts {
    var elements = 0
    /// By property, how many elements have it and with which types.
    var properties: [String: (count: Int, types: Set<String>)] = [:]

    mutating func add(_ found: [(KeyID, Value)], in view: GraphView) {
      elements += 1
      for (key, value) in found {
        let name = view.name(of: key)
        guard !name.hasPrefix(hiddenKeyPrefix) else { continue }
        var known = properties[name] ?? (0, [])
        known.count += 1
        known.types.insert(value.schemaTypeName)
        properties[name] = known
      }
    }

    func groups(_ name: String, _ labels: [String]) -> [Group] {
      if properties.isEmpty { return [Group(name: name, labels: labels, property: .null, types: .null, isMandatory: false)] }
      return properties.sorted { $0.key < $1.key }.map { property, known in
        Group(
          name: name, labels: labels, property: .string(property), types: .list(known.types.sorted().map { .string($0) }),
          isMandatory: known.count == elements)
      }
    }
  }

  /// - Complexity: O(nodes × properties)
  static func nodes(_ call: ProcedureCallContext) throws -> [Group] {
    var counts: [[String]: Counts] = [:]
    for id in 0..<call.view.nodeIDLimit {
      if id & 1023 == 1023 { try call.checkInterrupts() }
      let node = NodeID(id)
      guard try call.view.exists(node) else { continue }
      let labels = try call.view.labels(of: node).map { call.view.name(of: $0) }.sorted()
      counts[labels, default: Counts()].add(try call.view.properties(of: node), in: call.view)
    }
    return counts.sorted { $0.key.lexicographicallyPrecedes($1.key) }.flatMap { labels, counts in
      counts.groups(labels.map { ":`\($0)`" }.joined(), labels)
    }
  }

  /// - Complexity: O(relationships × properties)
  static func relationships(_ call: ProcedureCallContext) throws -> [Group] {
    var counts: [String: Counts] = [:]
    for id in 0..<call.view.relationshipIDLimit {
      if id & 1023 == 1023 { try call.checkInterrupts() }
      guard let record = try call.view.relationship(RelationshipID(id)) else { continue }
      let properties = try call.view.properties(of: RelationshipID(id))
      counts[call.view.name(of: record.type), default: Counts()].add(properties, in: call.view)
    }
    return counts.sorted { $0.key < $1.key }.flatMap { type, counts in counts.groups(":`\(type)`", []) }
  }
}

extension Value {
  /// The type as `db.schema.nodeTypeProperties` names it.
  fileprivate var schemaTypeName: String {
    switch self {
    case .integer: "Long"
    case .float: "Double"
    case .list(let items): (items.first?.schemaTypeName ?? "Any") + "Array"
    default: typeName
    }
  }
}

/// The graph of `db.schema.visualization`: a node for each label, a relationship for each way in which a type joins two.
struct SchemaGraph {
  let row: [Value]

  /// - Complexity: O(relationships × labels of their ends)
  init(_ call: ProcedureCallContext) throws {
    let view = call.view
    var joined: [Join: Int] = [:]
    for id in 0..<view.relationshipIDLimit {
      if id & 1023 == 1023 { try call.checkInterrupts() }
      guard let record = try view.relationship(RelationshipID(id)) else { continue }
      for start in try view.labels(of: record.start) {
        for end in try view.labels(of: record.end) {
          joined[Join(type: record.type.rawValue, start: start.rawValue, end: end.rawValue), default: 0] += 1
        }
      }
    }
    // Nobody can take them for elements of the store: their ids are not given out.
    func nodeID(_ label: UInt32) -> NodeID { NodeID(UInt32.max - 1 - label) }
    let nodes = view.labelNames.indices.filter { view.nodeCount(label: LabelID(UInt32($0))) > 0 }.map { number -> Value in
      let label = view.labelNames[number]
      let indexes = view.indexes.filter { $0.entity == .node && $0.label == label && $0.constraint == nil }
      let constraints = view.constraints.filter { $0.entity == .node && $0.label == label }
      return .node(
        Node(
          id: nodeID(UInt32(number)),
          content: Node.Content(
            labels: [label],
            properties: [
              "name": .string(label), "indexes": .list(indexes.map { .string($0.keys.joined(separator: ",")) }),
              "constraints": .list(constraints.map { .string($0.statement) }),
            ])))
    }
    let joins = joined.keys.sorted { ($0.type, $0.start, $0.end) < ($1.type, $1.start, $1.end) }
    let relationships = joins.enumerated().map { number, join -> Value in
      let type = view.name(of: TypeID(join.type))
      return .relationship(
        Relationship(
          id: RelationshipID(UInt32.max - 1 - UInt32(number)),
          content: Relationship.Content(
            type: type, start: nodeID(join.start), end: nodeID(join.end), properties: ["name": .string(type)])))
    }
    row = [.list(nodes), .list(relationships)]
  }

  private struct Join: Hashable {
    var type: UInt32
    var start: UInt32
    var end: UInt32
  }
}
