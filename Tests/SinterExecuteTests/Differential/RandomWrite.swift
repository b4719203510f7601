import SinterModel
import TestSupport

/// A MATCH of two nodes and one change for each row, as text and as what it does to an oracle graph.
struct RandomWrite {
  enum Action: CaseIterable {
    case increment, addLabel, removeLabel, removeProperty, createNode, connect, delete, merge, mergeNode
  }

  let pattern: RandomQuery.Pattern
  let action: Action

  init(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var hop = RandomQuery.Hop(types: random.chance(0.5) ? ["R"] : [], direction: RandomQuery.Hop.Direction.allCases.randomElement(using: &random)!)
    if random.chance(0.25) { hop.length = 0...2 }
    let first = RandomQuery.NodePattern(name: "n", label: random.chance(0.5) ? "A" : nil)
    let second = RandomQuery.NodePattern(name: "m", label: random.chance(0.3) ? "B" : nil)
    pattern = RandomQuery.Pattern(nodes: [first, second], hops: [hop])
    action = Action.allCases.randomElement(using: &random)!
  }

  var text: String {
    let change =
      switch action {
      case .increment: "SET n.x = coalesce(n.x, 0) + 1"
      case .addLabel: "SET m:C"
      case .removeLabel: "REMOVE n:A"
      case .removeProperty: "SET m.x = null"
      case .createNode: "CREATE (n)-[:S]->(:B {k: -1, x: m.y})"
      case .connect: "CREATE (m)-[:R]->(n)"
      case .delete: "DETACH DELETE n"
      case .merge: "MERGE (n)-[:S]->(m)"
      case .mergeNode: "MERGE (:C {k: -2, x: coalesce(n.y, 9)})"
      }
    return "MATCH \(pattern.text) \(change)"
  }

  func apply(to graph: inout OracleGraph) {
    let rows = Oracle(graph: graph).match([pattern], [:], used: []).compactMap { row -> (UInt32, UInt32)? in
      guard case .node(let n)? = row["n"], case .node(let m)? = row["m"] else { return nil }
      return (n.id.rawValue, m.id.rawValue)
    }
    let before = graph
    func old(_ id: UInt32, _ key: String) -> Value { before.nodes[id]?.properties[key] ?? .null }
    for (n, m) in rows {
      switch action {
      case .increment:
        var number: Int64 = 0
        if case .integer(let x)? = graph.nodes[n]?.properties["x"] { number = x }
        graph.setNode(n, "x", to: .integer(number + 1))
      case .addLabel: graph.setLabel("C", of: m, to: true)
      case .removeLabel: graph.setLabel("A", of: n, to: false)
      case .removeProperty: graph.setNode(m, "x", to: .null)
      case .createNode:
        let new = graph.createNode(labels: ["B"])
        graph.setNode(new, "k", to: -1)
        graph.setNode(new, "x", to: old(m, "y"))
        _ = graph.createRelationship("S", from: n, to: new)
      case .connect: _ = graph.createRelationship("R", from: m, to: n)
      case .delete:
        for relationship in graph.relationships(of: n) { graph.deleteRelationship(relationship) }
        graph.deleteNode(n)
      case .merge:
        let isThere = graph.relationships.values.contains { $0.type == "S" && $0.start == n && $0.end == m }
        if !isThere { _ = graph.createRelationship("S", from: n, to: m) }
      case .mergeNode:
        let x: Value = if case .null = old(n, "y") { 9 } else { old(n, "y") }
        let isThere = graph.nodes.values.contains { $0.labels.contains("C") && $0.properties["k"] == -2 && $0.properties["x"] == x }
        if isThere { continue }
        let new = graph.createNode(labels: ["C"])
        graph.setNode(new, "k", to: -2)
        graph.setNode(new, "x", to: x)
      }
    }
  }
}
