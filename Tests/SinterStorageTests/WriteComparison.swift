import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Everything that a view says must be what the oracle says.
func compareGraph(_ view: GraphView, _ oracle: OracleGraph) throws {
  try #require(view.nodeIDLimit == oracle.nodeIDLimit)
  try #require(view.relationshipIDLimit == oracle.relationshipIDLimit)
  try #require(view.nodeCount == oracle.nodes.count)
  try #require(view.relationshipCount == oracle.relationships.count)
  try compareNodes(view, oracle)
  try compareRelationships(view, oracle)
  try compareAdjacency(view, oracle)
  #expect(view.blobNames.sorted() == oracle.blobs.keys.sorted())
  for (name, bytes) in oracle.blobs { #expect(try view.blob(name) == bytes) }
}

private func compareNodes(_ view: GraphView, _ oracle: OracleGraph) throws {
  for id in 0..<oracle.nodeIDLimit {
    let node = oracle.nodes[id]
    try #require(try view.exists(NodeID(id)) == (node != nil))
    try #require(Set(try view.labels(of: NodeID(id)).map { view.name(of: $0) }) == node?.labels ?? [])
    guard let node else { continue }
    let properties = Dictionary(uniqueKeysWithValues: try view.properties(of: NodeID(id)).map { (view.name(of: $0.0), $0.1) })
    try #require(properties == node.properties, "node \(id)")
  }
  for name in view.labelNames {
    let label = try #require(view.labelID(name))
    var scanned: [UInt32] = []
    try view.scanNodes(0..<oracle.nodeIDLimit, labels: [label], into: &scanned)
    let expected = oracle.nodes.filter { $0.value.labels.contains(name) }.keys.sorted()
    try #require(scanned == expected)
    try #require(view.nodeCount(label: label) == expected.count)
  }
}

private func compareRelationships(_ view: GraphView, _ oracle: OracleGraph) throws {
  for id in 0..<oracle.relationshipIDLimit {
    let record = try view.relationship(RelationshipID(id))
    let expected = oracle.relationships[id]
    try #require((record == nil) == (expected == nil))
    guard let record, let expected else { continue }
    try #require(view.name(of: record.type) == expected.type)
    try #require(record.start.rawValue == expected.start && record.end.rawValue == expected.end)
    let properties = Dictionary(
      uniqueKeysWithValues: try view.properties(of: RelationshipID(id)).map { (view.name(of: $0.0), $0.1) })
    try #require(properties == expected.properties, "relationship \(id)")
  }
  for name in view.typeNames {
    let type = try #require(view.typeID(name))
    var scanned: [UInt32] = []
    try view.scanRelationships(0..<oracle.relationshipIDLimit, types: [type], into: &scanned)
    let expected = oracle.relationships.filter { $0.value.type == name }.keys.sorted()
    try #require(scanned == expected)
    try #require(view.relationshipCount(type: type) == expected.count)
  }
}

private func compareAdjacency(_ view: GraphView, _ oracle: OracleGraph) throws {
  struct Key: Hashable {
    var type: String
    var direction: Direction
    var node: UInt32
  }
  var expected: [Key: [(UInt32, UInt32)]] = [:]
  for (id, relationship) in oracle.relationships {
    expected[Key(type: relationship.type, direction: .outgoing, node: relationship.start), default: []]
      .append((relationship.end, id))
    expected[Key(type: relationship.type, direction: .incoming, node: relationship.end), default: []]
      .append((relationship.start, id))
  }
  for name in view.typeNames {
    let type = try #require(view.typeID(name))
    for direction in [Direction.outgoing, .incoming] {
      let adjacency = view.adjacency(type, direction)
      var scratch = Adjacency.Scratch()
      for node in 0..<oracle.nodeIDLimit {
        let wanted = (expected[Key(type: name, direction: direction, node: node)] ?? []).sorted(by: <)
        var found: [(UInt32, UInt32)] = []
        try adjacency.forEachRun(of: node, scratch: &scratch) { run in
          for i in 0..<run.count { found.append((run.neighbors[i], run.relationships[i])) }
        }
        try #require(found.elementsEqual(wanted, by: ==), "\(name) \(direction) of \(node): \(found) instead of \(wanted)")
        try #require(try adjacency.degree(of: node) == wanted.count)
        if let first = wanted.first {
          try #require(try adjacency.contains(first.0, of: node, scratch: &scratch))
        }
      }
    }
  }
}

/// Single-property node indexes find what a scan of the oracle finds.
func compareIndexes(_ view: GraphView, _ oracle: OracleGraph) throws {
  for index in view.indexes where index.entity == .node && index.keys.count == 1 {
    let key = index.keys[0]
    let members = oracle.nodes.filter { $0.value.labels.contains(index.label) && $0.value.properties[key] != nil }
    for value in Set(members.values.compactMap { $0.properties[key] }) {
      let expected = members.filter { $0.value.properties[key] == value }.keys.sorted()
      let found = try view.lookup(index, equal: value)
      try #require(Set(expected).isSubset(of: found), "\(value): \(found) instead of \(expected)")
      for id in found { try #require(members[id] != nil) }
    }
    let inRange = try view.lookup(
      index, from: IndexBound(.integer(-10), inclusive: true), to: IndexBound(.integer(10), inclusive: false))
    let expected = members.filter { member in
      switch member.value.properties[key] {
      case .integer(let number): (-10..<10).contains(number)
      case .float(let number): number >= -10 && number < 10
      default: false
      }
    }
    try #require(inRange.sorted() == expected.keys.sorted())
  }
}
