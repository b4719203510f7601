import SinterModel
import TestSupport
import Testing

@testable import SinterStorage

/// Puts a segment's values together and reads it as a view does.
private func decode(_ values: [SegmentValue]) -> PropertySegment? {
  guard let first = values.first else { return nil }
  var whole: [UInt8] = []
  var header: SegmentHeader?
  for value in values {
    guard let read = value.bytes.withUnsafeBytes({ SegmentHeader(verifying: $0, key: value.key) }) else { return nil }
    if header == nil { header = read }
    whole += value.key == first.key ? value.bytes : Array(value.bytes[SegmentHeader.byteCount...])
  }
  // Kept for the length of the test run: segments point into it.
  let room = UnsafeMutableRawBufferPointer.allocate(byteCount: whole.count, alignment: 16)
  room.copyBytes(from: whole)
  return PropertySegment(header!, UnsafeRawBufferPointer(room))
}

private func roundTrip(_ values: [Value]) throws -> [Value] {
  let key = SegmentKey(.nodeProperty, 3, 7)
  let encoded = try SegmentEncoder.encodeValues(values, key: key)
  guard let segment = decode(encoded) else { return values.map { _ in .null } }
  return try values.indices.map { try segment.value(at: $0) }
}

@Suite struct SegmentTests {
  static let samples: [[Value]] = [
    [.integer(0), .integer(.max), .integer(.min)],
    [.integer(-128), .integer(127)], [.integer(-129), .integer(128)], [.integer(-32_769), .integer(5)],
    [.integer(Int64(Int32.min) - 1), .integer(0)],
    [.float(0), .float(-0.0), .float(.infinity), .float(-.infinity), .float(.greatestFiniteMagnitude), .float(.leastNonzeroMagnitude)],
    [.float(1.5), .float(1.5)],
    [.boolean(true), .boolean(false), .boolean(true)], [.boolean(true), .boolean(true)],
    [.string(""), .string("a"), .string("über 数据 🙂\u{0}")],
    [.string("same"), .string("same"), .string("same")],
    [.date(Date(daysSinceEpoch: .min)), .date(Date(daysSinceEpoch: .max)), .date(Date(daysSinceEpoch: 0))],
    [.localTime(LocalTime(nanosecondOfDay: 0)), .localTime(LocalTime(nanosecondOfDay: 86_399_999_999_999))],
    [
      .localDateTime(LocalDateTime(date: Date(daysSinceEpoch: -1), time: LocalTime(nanosecondOfDay: 1))),
      .localDateTime(LocalDateTime(date: Date(daysSinceEpoch: 20_000), time: LocalTime(nanosecondOfDay: 86_399_999_999_999))),
    ],
    [.localDateTime(LocalDateTime(date: Date(daysSinceEpoch: .max), time: LocalTime(nanosecondOfDay: 0)))],
    [.time(Time(local: LocalTime(nanosecondOfDay: 5), offsetSeconds: -3_600))],
    [
      .dateTime(
        DateTime(
          local: LocalDateTime(date: Date(daysSinceEpoch: 1), time: LocalTime(nanosecondOfDay: 2)), offsetSeconds: 7_200,
          zone: "Europe/Berlin")),
      .dateTime(
        DateTime(
          local: LocalDateTime(date: Date(daysSinceEpoch: 1), time: LocalTime(nanosecondOfDay: 2)), offsetSeconds: 0, zone: nil)),
    ],
    [.duration(Duration(months: .min, days: .max, seconds: -1, nanoseconds: 999_999_999))],
    [.list([]), .list([.integer(1), .string("x")]), .list([.float(1), .float(-2.5)]), .list([.list([.boolean(true)])])],
    [.integer(1), .float(1), .string("1"), .boolean(true)],
  ]

  @Test(arguments: samples.indices)
  func `Values of each kind come back`(_ sample: Int) throws {
    let values = SegmentTests.samples[sample]
    #expect(same(try roundTrip(values), values))
    // With gaps, and sparse.
    #expect(same(try roundTrip([.null] + values + [.null]), [.null] + values + [.null]))
    let sparse = values + Array(repeating: Value.null, count: 900) + values
    #expect(same(try roundTrip(sparse), sparse))
    let full = (0..<segmentLength).map { values[$0 % values.count] }
    #expect(same(try roundTrip(full), full))
  }

  @Test func `NaN comes back as NaN`() throws {
    let values: [Value] = [.float(.nan), .float(1), .null]
    let read = try roundTrip(values)
    guard case .float(let number) = read[0] else { return #expect(Bool(false)) }
    #expect(number.isNaN)
    #expect(read[1] == .float(1) && read[2] == .null)
  }

  @Test func `Random columns come back`() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<150 {
      let count = Int.random(in: 1...segmentLength, using: &generator)
      let density = Double.random(in: 0...1, using: &generator)
      let kind = Int.random(in: 0..<7, using: &generator)
      let spread = Int64(1) << Int64.random(in: 0...62, using: &generator)
      let values = (0..<count).map { _ -> Value in
        guard generator.chance(density) else { return .null }
        switch kind == 6 ? Int.random(in: 0..<6, using: &generator) : kind {
        case 0: return .integer(Int64.random(in: -spread...spread, using: &generator))
        case 1: return .float(Double(bitPattern: generator.next() & ~(0x7FF << 52) | 0x3FF << 52))
        case 2: return .boolean(generator.chance(0.5))
        case 3: return .string(String(Int64.random(in: 0...spread, using: &generator)))
        case 4: return .date(Date(daysSinceEpoch: Int64.random(in: -spread...spread, using: &generator)))
        default: return .list([.integer(Int64.random(in: -spread...spread, using: &generator))])
        }
      }
      #expect(same(try roundTrip(values), values), "seed \(seed)")
    }
  }

  @Test func `A long segment is cut and put together`() throws {
    let values = (0..<segmentLength).map { Value.string(String(repeating: "long text \($0) ", count: 100)) }
    let encoded = try SegmentEncoder.encodeValues(values, key: SegmentKey(.nodeProperty, 0, 0))
    #expect(encoded.count > 1)
    #expect(encoded.allSatisfy { $0.bytes.count <= segmentValueLimitBytes })
    #expect(encoded.enumerated().allSatisfy { Int($1.key.part) == $0 })
    #expect(same(try roundTrip(values), values))
  }

  @Test func `A damaged byte anywhere is noticed`() throws {
    let values = (0..<300).map { Value.string("value \($0 % 90)") }
    for value in try SegmentEncoder.encodeValues(values, key: SegmentKey(.nodeProperty, 1, 2)) {
      for position in value.bytes.indices {
        var bytes = value.bytes
        bytes[position] ^= 1 << (position % 8)
        #expect(bytes.withUnsafeBytes { SegmentHeader(verifying: $0, key: value.key) } == nil)
      }
      #expect(value.bytes.withUnsafeBytes { SegmentHeader(verifying: $0, key: SegmentKey(.nodeProperty, 1, 3)) } == nil)
      for length in 0..<value.bytes.count {
        #expect(value.bytes[..<length].withUnsafeBytes { SegmentHeader(verifying: $0, key: value.key) } == nil)
      }
    }
  }

  @Test func `Ranges hold every value`() throws {
    let key = SegmentKey(.nodeProperty, 0, 0)
    let integers = decode(SegmentEncoder.encodeIntegers([5, -3, 900], rowCount: 3, key: key))
    #expect(integers?.range?.lowest == .integer(-3) && integers?.range?.highest == .integer(900))
    let floats = decode(SegmentEncoder.encodeDoubles([0.5, -2], rowCount: 2, key: key))
    #expect(floats?.range?.lowest == .float(-2) && floats?.range?.highest == .float(0.5))
    #expect(decode(SegmentEncoder.encodeDoubles([0.5, .nan], rowCount: 2, key: key))?.range == nil)
  }

  @Test func `Random bytes behind a right checksum do not trap`() {
    var generator = SeededGenerator(seed: 7)
    let encodings: [SegmentEncoding] = [
      .constant, .int8, .int16, .int32, .int64, .double, .boolean, .string, .stringDictionary, .localDateTime, .mixed,
    ]
    for round in 0..<20_000 {
      var bytes = [UInt8](repeating: 0, count: 32 + Int.random(in: 0..<200, using: &generator))
      for index in 32..<bytes.count {
        bytes[index] = generator.chance(0.6) ? 0 : UInt8.random(in: 0...9, using: &generator)
      }
      let key = SegmentKey(.nodeProperty, 0, 0)
      let flags = UInt8.random(in: 0...7, using: &generator)
      let count = Int.random(in: 0..<20, using: &generator)
      if bytes.count > 36 { bytes[32] = UInt8(count) }
      SegmentHeader(encodings[round % encodings.count], key: key, count: count, flags: flags).seal(&bytes)
      let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
      defer { room.deallocate() }
      room.copyBytes(from: bytes)
      let value = UnsafeRawBufferPointer(room)
      guard let header = SegmentHeader(verifying: value, key: key), let segment = PropertySegment(header, value) else { continue }
      for row in 0..<count { _ = try? segment.value(at: row) }
    }
  }

  @Test func `Adjacency comes back, in one value and in many`() throws {
    for total in [0, 1, 100, 23_000, 24_000, 60_000] {
      var generator = SeededGenerator(seed: UInt64(total))
      var offsets: [UInt32] = [0]
      for row in 1...segmentLength {
        // One row has half of everything: a list that spans several values.
        let end = row == segmentLength ? total : min(total, row < 1000 ? row / 4 : total / 2 + row)
        offsets.append(UInt32(max(Int(offsets.last!), end)))
      }
      let neighbors = (0..<total).map { _ in UInt32.random(in: 0...UInt32.max, using: &generator) }
      let relationships = (0..<total).map { _ in UInt32.random(in: 0...UInt32.max, using: &generator) }
      let key = SegmentKey(.outgoing, 1, 2)
      let values = neighbors.withUnsafeBufferPointer { neighbors in
        relationships.withUnsafeBufferPointer {
          SegmentEncoder.encodeAdjacency(offsets: offsets, neighbors: neighbors, relationships: $0, key: key)
        }
      }
      guard total > 0 else {
        #expect(values.isEmpty)
        continue
      }
      var parts: [(SegmentHeader, UnsafeRawBufferPointer)] = []
      for value in values {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: value.bytes.count, alignment: 16)
        room.copyBytes(from: value.bytes)
        parts.append((try #require(SegmentHeader(verifying: UnsafeRawBufferPointer(room), key: value.key)), UnsafeRawBufferPointer(room)))
      }
      let segment = try #require(AdjacencySegment(parts))
      #expect((0...segmentLength).allSatisfy { segment.offsets[$0] == offsets[$0] })
      #expect((values.count == 1) == (total < 24_000))
      for index in 0..<total {
        let length = SegmentEncoder.adjacencyChunkLength
        let neighbor = segment.neighbors?[index] ?? segment.chunks![index / length].neighbors[index % length]
        let relationship = segment.relationships?[index] ?? segment.chunks![index / length].relationships[index % length]
        guard neighbor == neighbors[index], relationship == relationships[index] else { return #expect(Bool(false), "\(total) \(index)") }
      }
      #expect(parts.count == 1 || AdjacencySegment(parts.dropLast()) == nil)
    }
  }

  @Test func `Keys sort as what they stand for`() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<2_000 {
      let a = SegmentKey(
        SegmentKind.allCases.randomElement(using: &generator)!, UInt32.random(in: 0...UInt32.max, using: &generator),
        UInt32.random(in: 0...UInt32.max, using: &generator), part: UInt16.random(in: 0...UInt16.max, using: &generator))
      #expect(SegmentKey(a.storeKey) == a)
      #expect(ColumnKey(a.kind, a.column).keys.contains(a.storeKey))
      #expect(a.storeKey.withBytes { StoreKey($0) } == a.storeKey)
    }
    #expect(StoreKey.patch(sequence: 255, part: 9) < .patch(sequence: 256, part: 0))
    #expect(StoreKey.patch(sequence: 77, part: 9).patch! == (77, 9))
  }

  @Test func `Index keys sort as values do`() {
    let ascending: [Value] = [
      .boolean(false), .boolean(true),
      .float(-.infinity), .integer(.min), .float(-0x1p62), .integer(-9_007_199_254_740_993), .integer(-9_007_199_254_740_992),
      .integer(-1), .float(-0.5), .integer(0), .float(0.5), .integer(1), .float(1.5), .integer(2),
      .float(9_007_199_254_740_992), .integer(9_007_199_254_740_993), .integer(.max - 1), .integer(.max), .float(0x1p63),
      .float(.infinity),
      .string(""), .string("a"), .string("a\u{0}"), .string("ab"), .string("b"), .string("é"), .string("数"),
      .date(Date(daysSinceEpoch: -1)), .date(Date(daysSinceEpoch: 0)), .localTime(LocalTime(nanosecondOfDay: 3)),
      .list([]), .list([.integer(1)]), .list([.integer(1), .integer(0)]), .list([.integer(2)]),
    ]
    for (index, value) in ascending.enumerated() {
      for other in ascending[(index + 1)...] {
        #expect(compareKeys(IndexKey.encode(value)!, IndexKey.encode(other)!) < 0, "\(value) \(other)")
        let pair = (IndexKey.encode([value, other])!, IndexKey.encode([other, value])!)
        #expect(compareKeys(pair.0, pair.1) < 0)
      }
    }
    #expect(IndexKey.encode(.integer(1)) == IndexKey.encode(.float(1)))
    #expect(IndexKey.encode(.float(0)) == IndexKey.encode(.float(-0.0)))
    #expect(IndexKey.encode(.float(.nan)) == nil && IndexKey.encode(.null) == nil && IndexKey.encode([.integer(1), .null]) == nil)
    let long = String(repeating: "x", count: 1_000)
    #expect(IndexKey.encode(.string(long)) == IndexKey.encode(.string(long + "y")))
    #expect(IndexKey.isTruncated(IndexKey.encode(.string(long))!))
    #expect(!IndexKey.isTruncated(IndexKey.encode(.string(String(repeating: "x", count: 399)))!))
  }
}

/// Equal to the bit, so that 0.0 and -0.0 differ.
private func same(_ a: [Value], _ b: [Value]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { (x, y) in
    if case (.float(let x), .float(let y)) = (x, y) { return x.bitPattern == y.bitPattern }
    return x == y
  }
}
