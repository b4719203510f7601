import SinterModel
import SinterStorage
import TestSupport
import Testing

/// What is known of all ends of a type, over segments with changes on them.
@Suite struct InferenceTests {
  private let temporary = TemporaryStore(in: "/dev/shm")

  private func ends(_ store: GraphStore) throws -> Bool {
    let view = try store.snapshot()
    return try view.allEnds(of: try #require(view.typeID("T")), .outgoing, have: try #require(view.labelID("B")))
  }

  @Test func endsKeepTheirLabelUnderChanges() throws {
    let store = try GraphStore(path: temporary.path)
    try store.write { writer in
      let start = try writer.createNode(labels: [try writer.label("A")])
      let end = try writer.createNode(labels: [try writer.label("B")])
      _ = try writer.createRelationship(try writer.type("T"), from: start, to: end)
    }
    #expect(try ends(store))
    try store.compact()
    #expect(try ends(store))
    // Another end with the label, and a node without it that is no end.
    try store.write { writer in
      let end = try writer.createNode(labels: [try writer.label("B"), try writer.label("C")])
      _ = try writer.createNode(labels: [])
      _ = try writer.createRelationship(try writer.type("T"), from: NodeID(0), to: end)
    }
    #expect(try ends(store))
    // An end without it.
    let wrong = try store.write { writer in try writer.createRelationship(try writer.type("T"), from: NodeID(1), to: NodeID(0)) }
    #expect(try !ends(store))
    try store.write { writer in try writer.deleteRelationship(wrong) }
    #expect(try ends(store))
    // An end of the segments that loses it.
    try store.write { writer in _ = try writer.removeLabel(try writer.label("B"), from: NodeID(1)) }
    #expect(try !ends(store))
    try store.compact()
    #expect(try !ends(store))
    store.close()
  }
}
