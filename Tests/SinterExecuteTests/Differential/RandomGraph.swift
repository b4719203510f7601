import SinterModel
import TestSupport

extension OracleGraph {
  /// A few nodes with labels, and with relationships between them, loops and parallel ones among them. Each node has its
  /// number as `k`.
  static func random(seed: UInt64) -> OracleGraph {
    var random = SeededGenerator(seed: seed)
    var graph = OracleGraph()
    let count = Int.random(in: 1...6, using: &random)
    for k in 0..<count {
      let id = graph.createNode(labels: Set(QueryMaker.labels.filter { _ in random.chance(0.4) }))
      graph.setNode(id, "k", to: .integer(Int64(k)))
      for key in QueryMaker.keys where random.chance(0.7) {
        graph.setNode(id, key, to: .integer(Int64.random(in: 0...3, using: &random)))
      }
    }
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      _ = graph.createRelationship(
        QueryMaker.types.randomElement(using: &random)!, from: UInt32.random(in: 0..<UInt32(count), using: &random),
        to: UInt32.random(in: 0..<UInt32(count), using: &random))
    }
    return graph
  }

  /// A statement that creates the graph in an empty store, with the same ids.
  var statement: String {
    var parts = nodes.keys.sorted().map { id -> String in
      let labels = nodes[id]!.labels.sorted().map { ":" + $0 }.joined()
      let properties = nodes[id]!.properties.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
      return "(n\(id)\(labels) {\(properties)})"
    }
    parts += relationships.keys.sorted().map { id in
      let relationship = relationships[id]!
      return "(n\(relationship.start))-[:\(relationship.type)]->(n\(relationship.end))"
    }
    return "CREATE " + parts.joined(separator: ", ")
  }

  /// All there is, as lines that do not depend on ids.
  var dump: [String] {
    func text(_ id: UInt32, _ key: String) -> String { (nodes[id]!.properties[key] ?? .null).description }
    let all = nodes.keys.map { id -> String in
      let labels = nodes[id]!.labels.sorted().map { "'\($0)'" }.joined(separator: ", ")
      return "\(text(id, "k")) | [\(labels)] | \(text(id, "x")) | \(text(id, "y"))"
    }
    let hops = relationships.values.map { "\(text($0.start, "k")) | '\($0.type)' | \(text($0.end, "k")) | \(text($0.end, "x"))" }
    return all.sorted() + hops.sorted()
  }
}

extension TestEngine {
  /// What ``OracleGraph/dump`` says, of the store.
  func dump() -> [String] {
    run("MATCH (n) UNWIND CASE labels(n) WHEN [] THEN [null] ELSE labels(n) END AS l WITH n, l ORDER BY l RETURN n.k, collect(l), n.x, n.y, id(n)")
      .rows.map { $0.dropLast().map(\.description).joined(separator: " | ") }.sorted()
      + run("MATCH (a)-[r]->(b) RETURN a.k, type(r), b.k, b.x").lines.sorted()
  }
}
