import SinterModel
import TestSupport
import Testing

@testable import SinterStorage

@Suite struct OverlayTableTests {
  /// Tables agree with a dictionary, and a copy stays as it was.
  @Test(arguments: [11, 12, 13] as [UInt64])
  func tableAgreesWithDictionary(seed: UInt64) {
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    var table = IDTable<Int>()
    var expected: [UInt32: Int] = [:]
    var copy = table
    var expectedCopy = expected
    for step in 0..<4_000 {
      let id = generator.chance(0.5) ? UInt32(step) : UInt32.random(in: 0..<200_000, using: &generator)
      table.set(id, to: step)
      expected[id] = step
      if step % 500 == 250 { (copy, expectedCopy) = (table, expected) }
    }
    for (table, expected) in [(table, expected), (copy, expectedCopy)] {
      #expect((0..<UInt32(200_000)).allSatisfy { table[$0] == expected[$0] })
      #expect(Set(table.touchedSegments) == Set(expected.keys.map { Int($0) / segmentLength }))
    }
  }

  /// An index delta agrees with sets of entries: what the base has not and has lost.
  @Test(arguments: [21, 22, 23] as [UInt64])
  func indexDeltaAgreesWithSets(seed: UInt64) {
    print("seed \(seed)")
    struct Entry: Hashable {
      var key: [UInt8]
      var id: UInt32
    }
    var generator = SeededGenerator(seed: seed)
    let base = Set((0..<500).map { Entry(key: [UInt8($0 % 40), UInt8($0 % 7)], id: UInt32($0)) })
    var now = base
    var delta = IndexDelta()
    for _ in 0..<5_000 {
      let key = [UInt8.random(in: 0..<40, using: &generator), UInt8.random(in: 0..<7, using: &generator)]
      let entry = Entry(key: key, id: UInt32.random(in: 0..<600, using: &generator))
      if now.contains(entry) {
        delta.remove(key: entry.key, id: entry.id)
        now.remove(entry)
      } else {
        delta.add(key: entry.key, id: entry.id)
        now.insert(entry)
      }
    }
    let entries = delta.entries(from: nil, through: nil)
    #expect(Set(entries.filter(\.isRemoved).map { Entry(key: $0.key, id: $0.id) }) == base.subtracting(now))
    #expect(Set(entries.filter { !$0.isRemoved }.map { Entry(key: $0.key, id: $0.id) }) == now.subtracting(base))
    #expect(entries.count == delta.count)
    for (a, b) in zip(entries, entries.dropFirst()) {
      let order = compareKeys(a.key, b.key)
      #expect(order < 0 || (order == 0 && a.id < b.id))
    }
    for key in Set(entries.map(\.key)) {
      let changes = delta.changes(forKey: key)
      #expect(changes.added == entries.filter { $0.key == key && !$0.isRemoved }.map(\.id))
      #expect(changes.removed == entries.filter { $0.key == key && $0.isRemoved }.map(\.id))
    }
    let middle = delta.entries(from: [10], through: [20, 3])
    #expect(middle.map(\.id) == entries.filter { compareKeys($0.key, [10]) >= 0 && compareKeys($0.key, [20, 3]) <= 0 }.map(\.id))
  }
}

@Suite struct WritePatchTests {
  static let changes: [Change] = [
    .addName(.label, "User"), .addName(.type, "BOUGHT"), .addName(.key, "naïve 茶"), .addLabelSet([LabelID(0)]),
    .createNode(0, labelSet: 1), .createNode(1, labelSet: 0), .setLabelSet(1, from: 0, to: 1),
    .createRelationship(0, RelationshipRecord(type: TypeID(0), start: NodeID(0), end: NodeID(1))),
    .setProperty(.node, 0, KeyID(0), .list([.integer(.min), .float(-0.0), .string("x")])),
    .setProperty(.relationship, 0, KeyID(0), .duration(Duration(months: 1, days: -2, seconds: 3, nanoseconds: 4))),
    .addIndexEntry(index: 3, key: [1, 0, 255], element: 1), .removeIndexEntry(index: 3, key: [], element: 0),
    .createIndex(
      IndexDescriptor(id: 3, name: "i", entity: .node, label: "User", keys: ["a", "b"], isUnique: true, constraint: "c"),
      blocks: 0, distinctKeys: 0),
    .createConstraint(ConstraintDescriptor(name: "c", kind: .unique, entity: .node, label: "User", keys: ["a", "b"])),
    .putBlob(name: "model", id: 0, sizeBytes: 5, chunks: 1), .deleteBlob(name: "model"), .dropConstraint(name: "c"),
    .dropIndex(name: "i"), .deleteRelationship(0, RelationshipRecord(type: TypeID(0), start: NodeID(0), end: NodeID(1))),
    .deleteNode(1, labelSet: 1),
  ]

  private func encoded() -> PatchEncoder {
    var encoder = PatchEncoder()
    for change in Self.changes { encoder.append(change) }
    return encoder
  }

  @Test func changesSurviveEncoding() throws {
    let encoder = encoded()
    #expect(encoder.count == Self.changes.count)
    var decoded: [String] = []
    try encoder.bytes.withUnsafeBytes { raw in
      var decoder = PatchDecoder(raw)
      while let change = try decoder.next() { decoded.append("\(change)") }
    }
    #expect(decoded == Self.changes.map { "\($0)" })
  }

  /// Whatever bytes say, decoding and applying them ends in an error or a graph, never in a trap.
  @Test(arguments: [31, 32, 33, 34] as [UInt64])
  func damagedBytesNeverTrap(seed: UInt64) {
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let whole = encoded().bytes
    for _ in 0..<3_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      bytes.removeLast(Int.random(in: 0..<20, using: &generator))
      var overlay = Overlay(catalog: Catalog(), sequence: 0)
      bytes.withUnsafeBytes { raw in
        var decoder = PatchDecoder(raw)
        do { while let change = try decoder.next() { try overlay.apply(change) } } catch {}
      }
    }
  }

  @Test func aBlockOfManyPartsIsPutTogetherAgain() throws {
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    let parts = PatchBlock.parts(bytes, count: 3, generation: 5, sequence: 9)
    #expect(parts.count == 3)
    var joined: [UInt8] = []
    for (number, part) in parts.enumerated() {
      #expect(part.count <= PatchBlock.partLimitBytes)
      try part.withUnsafeBytes { raw in
        let (header, payload) = try PatchBlock.open(raw, sequence: 9, part: UInt16(number))
        #expect(header.partCount == 3 && header.generation == 5 && header.changeCount == 3)
        joined.append(contentsOf: payload)
      }
    }
    #expect(joined == bytes)
    var flipped = parts[1]
    flipped[100] ^= 1
    #expect(throws: SinterError.self) {
      try flipped.withUnsafeBytes { _ = try PatchBlock.open($0, sequence: 9, part: 1) }
    }
    #expect(throws: SinterError.self) {
      try parts[1].withUnsafeBytes { _ = try PatchBlock.open($0, sequence: 9, part: 2) }
    }
  }
}
