import SinterModel
import TestSupport

extension OracleGraph {
  /// A few nodes with labels, and with relationships between them, loops and parallel ones among them. Each node has its
  /// number as `k`, and some of the properties in ``QueryMaker/properties``.
  static func random(seed: UInt64) -> OracleGraph {
    var random = SeededGenerator(seed: seed)
    var graph = OracleGraph()
    let count = Int.random(in: 1...6, using: &random)
    for k in 0..<count {
      let id = graph.createNode(labels: Set(QueryMaker.labels.filter { _ in random.chance(0.4) }))
      graph.setNode(id, "k", to: .integer(Int64(k)))
      for (key, kind) in QueryMaker.properties where random.chance(key == "x" || key == "y" ? 0.7 : 0.4) {
        graph.setNode(id, key, to: QueryMaker.value(kind, &random))
      }
    }
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let id = graph.createRelationship(
        QueryMaker.types.randomElement(using: &random)!, from: UInt32.random(in: 0..<UInt32(count), using: &random),
        to: UInt32.random(in: 0..<UInt32(count), using: &random))
      if random.chance(0.6) { graph.setRelationship(id, "w", to: .integer(Int64.random(in: 0...3, using: &random))) }
    }
    return graph
  }

  /// A statement that creates the graph in an empty store, with the same ids where no node was removed.
  var statement: String {
    var parts = nodes.keys.sorted().map { id -> String in
      let labels = nodes[id]!.labels.sorted().map { ":" + $0 }.joined()
      return "(n\(id)\(labels) \(Term.constant(.map(nodes[id]!.properties)).text))"
    }
    parts += relationships.keys.sorted().map { id in
      let relationship = relationships[id]!
      let properties = relationship.properties.isEmpty ? "" : " " + Term.constant(.map(relationship.properties)).text
      return "(n\(relationship.start))-[:\(relationship.type)\(properties)]->(n\(relationship.end))"
    }
    return parts.isEmpty ? "RETURN 0" : "CREATE " + parts.joined(separator: ", ")
  }

  /// What a node is, but for its id.
  func content(_ id: UInt32) -> String {
    guard let node = nodes[id] else { return "gone" }
    return ElementText.node(Array(node.labels), node.properties)
  }

  /// All there is, as lines that do not depend on ids.
  var dump: [String] {
    nodes.keys.map { "\(content($0))" }.sorted()
      + relationships.values.map { ElementText.relationship($0.type, $0.properties, content($0.start), content($0.end)) }.sorted()
  }
}

/// Nodes and relationships in words that do not depend on ids.
enum ElementText {
  static func node(_ labels: [String], _ properties: [String: Value]) -> String {
    "(\(labels.sorted().joined(separator: ":")) \(Oracle.key(.map(properties))))"
  }

  static func relationship(_ type: String, _ properties: [String: Value], _ start: String, _ end: String) -> String {
    "\(start)-[\(type) \(Oracle.key(.map(properties)))]->\(end)"
  }
}
