import SinterModel
import TestSupport
import Testing

@testable import SinterStorage

@Suite struct StatisticsTests {
  let temporary = TemporaryStore(in: "/dev/shm")

  /// 3,000 users of whom every tenth bought something, the first of them from all of 20 items.
  private func fill(_ store: GraphStore) throws {
    try store.write { writer in
      let (user, item, bought) = (try writer.label("User"), try writer.label("Item"), try writer.type("BOUGHT"))
      let (age, note) = (try writer.key("age"), try writer.key("note"))
      for number in 0..<3_000 {
        let node = try writer.createNode(labels: [user])
        try writer.set(age, of: node, to: .integer(Int64(number % 50)))
        if number % 4 == 0 { try writer.set(note, of: node, to: .string("note \(number)")) }
      }
      for _ in 0..<20 { _ = try writer.createNode(labels: [item]) }
      for number in 0..<20 { _ = try writer.createRelationship(bought, from: NodeID(0), to: NodeID(UInt32(3_000 + number))) }
      for number in stride(from: 10, to: 3_000, by: 10) {
        _ = try writer.createRelationship(bought, from: NodeID(UInt32(number)), to: NodeID(3_000))
      }
    }
  }

  private func check(_ statistics: GraphStatistics) throws {
    let sample = statistics.sample
    #expect(statistics.nodesByLabel == ["User": 3_000, "Item": 20])
    #expect(sample.connections[.init(start: "User", type: "BOUGHT", end: "Item")] == 319)
    #expect(sample.connections[.init(start: "Item", type: "BOUGHT", end: nil)] == nil)
    let degrees = try #require(sample.degrees["BOUGHT"])
    #expect(degrees.outgoing.nodes == 300 && degrees.outgoing.total == 319 && degrees.outgoing.largest == 20)
    #expect(degrees.incoming.nodes == 20 && degrees.incoming.largest == 300)
    let age = try #require(sample.values[.init(entity: .node, label: "User", key: "age")])
    #expect(age.count == 3_000 && age.distinct == 50)
    #expect(abs(try #require(age.share(from: .integer(25), to: nil)) - 0.5) < 0.05)
    let note = try #require(sample.values[.init(entity: .node, label: "User", key: "note")])
    #expect(note.count == 750 && note.distinct == 750)
    #expect(sample.values[.init(entity: .node, label: "Item", key: "age")] == nil)
  }

  @Test func `A sample of patches, of segments and from the file says the same`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    try fill(store)
    try check(try store.snapshot().statistics)
    try store.compact()
    try check(try store.snapshot().statistics)
    let catalog = try store.snapshot().overlay.catalog
    let stored = try #require(catalog.statistics)
    #expect(stored == (try store.snapshot().statistics.sample))
    let bytes = catalog.encode()
    let decoded = try bytes.withUnsafeBytes { try Catalog.decode($0, path: "") }
    #expect(decoded == catalog)
  }

  @Test func `A sample is taken again when a tenth has changed`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    try fill(store)
    try store.compact()
    func distinctAges() throws -> Double? {
      try store.snapshot().statistics.sample.values[.init(entity: .node, label: "User", key: "age")]?.distinct
    }
    func age(_ numbers: Range<UInt32>) throws {
      try store.write { writer in
        let key = try writer.key("age")
        for number in numbers { try writer.set(key, of: NodeID(number), to: .integer(Int64(number) + 1_000)) }
      }
    }
    try age(0..<100)
    #expect(try distinctAges() == 50)
    try age(100..<1_500)
    #expect(try distinctAges() == 1_550)
    // Deleted nodes are gone from the counts at once.
    try store.write { writer in
      for number: UInt32 in 1..<10 { try writer.deleteNode(NodeID(number)) }
    }
    #expect(try store.snapshot().statistics.nodesByLabel["User"] == 2_991)
  }

  @Test func `Segments tell which values they may hold`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    try store.write { writer in
      let (number, kind, late) = (try writer.key("number"), try writer.key("kind"), try writer.key("late"))
      for id in 0..<5_000 {
        let node = try writer.createNode(labels: [])
        try writer.set(number, of: node, to: .integer(Int64(id)))
        try writer.set(kind, of: node, to: .string(id < 2_048 ? "old" : id % 2 == 0 ? "new" : "newer"))
        if id >= 4_096 { try writer.set(late, of: node, to: .float(0.5)) }
      }
    }
    func segments(_ key: String, _ fits: (Value, Value) -> Bool) throws -> [Bool] {
      let view = try store.snapshot()
      let column = view.column(try #require(view.keyID(key)), of: .node)
      return try (0..<3).map { try column.mayHold(inSegment: $0, fits) }
    }
    #expect(try segments("number") { low, _ in low.isLess(than: .integer(5)) == true } == [true, true, true])
    try store.compact()
    #expect(try segments("number") { low, _ in low.isLess(than: .integer(5)) == true } == [true, false, false])
    #expect(try segments("late") { _, _ in true } == [false, false, true])
    #expect(try segments("kind") { low, high in low == .string("x") || high == .string("x") } == [false, true, true])
    try store.write { writer in try writer.set(try writer.key("number"), of: NodeID(3_000), to: .integer(1)) }
    #expect(try segments("number") { low, _ in low.isLess(than: .integer(5)) == true } == [true, true, false])
  }
}
