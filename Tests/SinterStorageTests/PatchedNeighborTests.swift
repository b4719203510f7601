import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Neighbour lists and degrees over segments with changes, asked for again and again through one scratch, against a model.
@Suite struct PatchedNeighborTests {
  private let temporary = TemporaryStore(in: "/dev/shm")

  /// A relationship, as the model keeps it.
  private struct Edge: Hashable {
    var start: UInt32
    var end: UInt32
    var id: UInt32
  }

  @Test func listsAndDegreesFollowTheChanges() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let nodeCount: UInt32 = 3000
    var options = GraphStore.Options()
    options.durable = false
    options.foldPolicy = nil
    let store = try GraphStore(path: temporary.path, options: options)
    var edges: Set<Edge> = []
    // A node with very many neighbours among the others.
    edges.formUnion(try add(8000, nodeCount, store, &generator, creatingNodes: true))
    try store.compact()
    for round in 0..<6 {
      let gone = Array(edges.sorted { $0.id < $1.id }.prefix(200 * round))
      try store.write { writer in
        for edge in gone { try writer.deleteRelationship(RelationshipID(edge.id)) }
      }
      edges.subtract(gone)
      edges.formUnion(try add(300, nodeCount, store, &generator))
      try compare(store, edges, nodeCount)
    }
    store.close()
  }

  private func add(
    _ count: Int, _ nodeCount: UInt32, _ store: GraphStore, _ generator: inout SeededGenerator, creatingNodes: Bool = false
  ) throws -> [Edge] {
    var ends: [(start: UInt32, end: UInt32)] = []
    for k in 0..<count {
      let start = k % 5 == 0 ? 7 : UInt32.random(in: 0..<nodeCount, using: &generator)
      ends.append((start, UInt32.random(in: 0..<nodeCount, using: &generator)))
    }
    let wanted = ends
    return try store.write { writer in
      if creatingNodes { for _ in 0..<nodeCount { _ = try writer.createNode(labels: []) } }
      let type = try writer.type("T")
      return try wanted.map { start, end in
        Edge(start: start, end: end, id: try writer.createRelationship(type, from: NodeID(start), to: NodeID(end)).rawValue)
      }
    }
  }

  private func compare(_ store: GraphStore, _ edges: Set<Edge>, _ nodeCount: UInt32) throws {
    let view = try store.snapshot()
    let type = try #require(view.typeID("T"))
    for direction in [Direction.outgoing, .incoming] {
      var expected: [UInt32: [[UInt32]]] = [:]
      for edge in edges {
        let (node, other) = direction == .outgoing ? (edge.start, edge.end) : (edge.end, edge.start)
        expected[node, default: []].append([other, edge.id])
      }
      let adjacency = view.adjacency(type, direction)
      var scratch = Adjacency.Scratch()
      let nodes = (0..<nodeCount).map { $0 }
      var degrees = [Int64](repeating: 0, count: nodes.count)
      for pass in 0..<2 {
        for node in nodes {
          let wanted = (expected[node] ?? []).sorted { $0.lexicographicallyPrecedes($1) }
          let run = try adjacency.run(of: node, scratch: &scratch)
          let found = run.map { run in (0..<run.count).map { [run.neighbors[$0], run.relationships[$0]] } } ?? []
          #expect(found == wanted, "node \(node), \(direction), pass \(pass)")
          #expect(try adjacency.degree(of: node) == wanted.count)
        }
        degrees = [Int64](repeating: 0, count: nodes.count)
        try adjacency.addDegrees(of: nodes, to: &degrees)
        #expect(degrees == nodes.map { Int64(expected[$0]?.count ?? 0) })
      }
      let hub = try #require(try adjacency.run(of: 7, scratch: &scratch))
      let total = try adjacency.totalDegree(of: hub) { neighbor, _ in neighbor % 2 == 0 }
      let wanted = (expected[7] ?? []).filter { $0[0] % 2 == 0 }.reduce(0) { $0 + (expected[$1[0]]?.count ?? 0) }
      #expect(total == Int64(wanted))
    }
  }
}
