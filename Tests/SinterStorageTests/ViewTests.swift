import SinterModel
import TestSupport
import Testing

@testable import SinterStorage

@Suite struct ViewTests {
  let temporary = TemporaryStore(in: "/dev/shm")

  @Test func `A list over several values is read whole, with and without changes`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    let count = 60_000
    try store.write { writer in
      let type = try writer.type("T")
      for _ in 0...count { _ = try writer.createNode(labels: []) }
      for number in 1...count { _ = try writer.createRelationship(type, from: NodeID(0), to: NodeID(UInt32(number))) }
    }
    func check(_ expected: [(UInt32, UInt32)]) throws {
      let view = try store.snapshot()
      let adjacency = view.adjacency(try #require(view.typeID("T")), .outgoing)
      var scratch = Adjacency.Scratch()
      var found: [(UInt32, UInt32)] = []
      try adjacency.forEachRun(of: 0, scratch: &scratch) { run in
        for entry in 0..<run.count { found.append((run.neighbors[entry], run.relationships[entry])) }
      }
      #expect(found.elementsEqual(expected, by: ==))
      #expect(try adjacency.degree(of: 0) == expected.count)
      let run = try #require(try adjacency.run(of: 0, scratch: &scratch))
      #expect(run.count == expected.count && run.neighbors[run.count - 1] == expected.last!.0)
      #expect(try adjacency.contains(expected[20_000].0, of: 0, scratch: &scratch))
      #expect(try !adjacency.contains(0, of: 0, scratch: &scratch))
      #expect(try !adjacency.contains(.max, of: 0, scratch: &scratch))
      #expect(try adjacency.run(of: .max - 1, scratch: &scratch) == nil)
      #expect(try StoreCheck.run(path: temporary.path).findings == [])
    }
    var expected = (1...count).map { (UInt32($0), UInt32($0 - 1)) }
    try check(expected)
    try store.compact()
    try check(expected)
    try store.write { writer in
      try writer.deleteRelationship(RelationshipID(30_000))
      _ = try writer.createRelationship(try writer.type("T"), from: NodeID(0), to: NodeID(7))
    }
    expected.remove(at: 30_000)
    expected.insert((7, UInt32(count)), at: 7)
    try check(expected)
    try store.compact()
    try check(expected)
  }

  @Test func `Columns give typed vectors where they can`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    try store.write { writer in
      let keys = try ["i", "f", "b", "s", "mixed", "gaps"].map { try writer.key($0) }
      for number in 0..<5_000 {
        let node = try writer.createNode(labels: [])
        try writer.set(keys[0], of: node, to: .integer(Int64(number) * (number < 2_048 ? 1 : 1_000_000)))
        try writer.set(keys[1], of: node, to: .float(Double(number) / 2))
        try writer.set(keys[2], of: node, to: .boolean(number % 3 == 0))
        try writer.set(keys[3], of: node, to: .string("s\(number)"))
        try writer.set(keys[4], of: node, to: number == 4_000 ? .string("x") : .integer(1))
        if number % 7 == 0 { try writer.set(keys[5], of: node, to: .integer(Int64(number))) }
      }
    }
    let before = try store.snapshot()
    try store.compact()
    let after = try store.snapshot()
    var generator = SeededGenerator(seed: 5)
    let ids = (0..<1_000).map { _ in UInt32.random(in: 0..<5_000, using: &generator) }.sorted()
    for (name, isTyped) in [("i", true), ("f", true), ("b", true), ("s", false), ("mixed", false), ("gaps", false)] {
      let plain = try before.column(before.keyID(name)!, of: .node).gather(ids)
      let folded = try after.column(after.keyID(name)!, of: .node).gather(ids)
      #expect(plain.asValues == folded.asValues)
      if case .values = folded { #expect(!isTyped) } else { #expect(isTyped) }
    }
    let column = after.column(try #require(after.keyID("s")), of: .node)
    var strings: [String] = []
    try column.forEachString(ids) { strings.append(String(decoding: $1, as: UTF8.self)) }
    #expect(strings == ids.map { "s\($0)" })
    #expect(try column.gather([3, Vector.nullID, 9_999]).asValues == [.string("s3"), .null, .null])
    let integers = after.column(try #require(after.keyID("i")), of: .node)
    let range = try integers.range(ofSegment: 1)
    #expect(range?.lowest == .integer(2_048_000_000) && range?.highest == .integer(4_095_000_000))
    let gaps = after.column(try #require(after.keyID("gaps")), of: .node)
    if case .integers(let numbers) = try gaps.gather([0, 7, 4_200]) { #expect(numbers == [0, 7, 4_200]) } else { #expect(Bool(false)) }
  }

  @Test func `Indexes find what equals and what lies between, changes included`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    let long = String(repeating: "ü", count: 300)
    @Sendable func value(_ number: Int) -> Value {
      switch number % 4 {
      case 0: .integer(Int64(number))
      case 1: .float(Double(number) + 0.5)
      case 2: .string("s\(number % 100)")
      default: .string(long + "\(number % 10)")
      }
    }
    try store.write { writer in
      let label = try writer.label("L")
      let key = try writer.key("k")
      try writer.createIndex(
        IndexDescriptor(id: 0, name: "by_k", entity: .node, label: "L", keys: ["k"], isUnique: false, constraint: nil))
      for number in 0..<9_000 { try writer.set(key, of: try writer.createNode(labels: [label]), to: value(number)) }
    }
    var values = (0..<9_000).map(value)
    func check() throws {
      let view = try store.snapshot()
      let index = try #require(view.indexes.first)
      #expect(try StoreCheck.run(path: temporary.path).findings == [])
      for probe in [0, 1, 2, 3, 4_000, 4_001, 4_002, 4_003, 8_999] {
        let expected = values.indices.filter { values[$0] == value(probe) }.map { UInt32($0) }
        #expect(try view.lookup(index, equal: value(probe)) == expected)
      }
      #expect(try view.lookup(index, equal: .float(8)) == (values[8] == .integer(8) ? [8] : []))
      #expect(try view.lookup(index, equal: .string("none")) == [])
      func number(_ value: Value) -> Double? {
        switch value {
        case .integer(let number): Double(number)
        case .float(let number): number
        default: nil
        }
      }
      let between = try view.lookup(
        index, from: IndexBound(.integer(100), inclusive: true), to: IndexBound(.float(4_001.5), inclusive: false))
      let expected = values.indices.filter { number(values[$0]).map { $0 >= 100 && $0 < 4_001.5 } ?? false }
      #expect(between.sorted() == expected.map { UInt32($0) })
      let ordered = between.map { number(values[Int($0)])! }
      #expect(ordered == ordered.sorted())
      let texts = try view.lookup(index, from: nil, to: IndexBound(.string(long + "5"), inclusive: false))
      let expectedTexts = values.indices.filter {
        guard case .string(let text) = values[$0] else { return false }
        return Array(text.utf8).lexicographicallyPrecedes(Array((long + "5").utf8))
      }
      #expect(texts.sorted() == expectedTexts.map { UInt32($0) })
      #expect(try view.lookup(index, from: IndexBound(.boolean(false), inclusive: true), to: nil) == [])
    }
    try check()
    try store.compact()
    try check()
    for number in stride(from: 0, to: 9_000, by: 37) { values[number] = value(number + 1) }
    let changed = values
    try store.write { writer in
      for number in stride(from: 0, to: 9_000, by: 37) {
        try writer.set(try writer.key("k"), of: NodeID(UInt32(number)), to: changed[number])
      }
    }
    try check()
    try store.compact()
    try check()
  }

  @Test func `Scans and filters agree with labels`() throws {
    let store = try GraphStore(path: temporary.path)
    defer { store.close() }
    try store.write { writer in
      let (a, b) = (try writer.label("A"), try writer.label("B"))
      for number in 0..<7_000 {
        _ = try writer.createNode(labels: number < 3_000 ? [a] : (number % 2 == 0 ? [a, b] : []))
      }
    }
    for round in 0..<3 {
      if round == 1 { try store.compact() }
      if round == 2 { try store.write { try $0.deleteNode(NodeID(10)) } }
      let view = try store.snapshot()
      for (names, range) in [(["A"], 0..<UInt32.max), (["B", "A"], 2_900..<6_001), ([], 5..<20), (["B"], 6_999..<7_000)] {
        var found: [UInt32] = []
        try view.scanNodes(range, labels: names.map { view.labelID($0)! }, into: &found)
        var expected: [UInt32] = []
        for node in range.clamped(to: 0..<7_000) where try view.exists(NodeID(node)) {
          if try names.allSatisfy({ try view.has(view.labelID($0)!, NodeID(node)) }) { expected.append(node) }
        }
        #expect(found == expected)
        #expect(found.contains(10) == (round < 2 && range.contains(10) && names != ["B"] && names != ["B", "A"]))
      }
      var selection: [Int32] = [0, 1, 2, 3]
      try view.filter([3_001, 10, 3_002, Vector.nullID], selection: &selection, label: view.labelID("A")!)
      #expect(selection == (round < 2 ? [1, 2] : [2]))
    }
  }
}
