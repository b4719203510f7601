package import SinterModel

/// A key of the store: up to 16 bytes, compared bytewise, big-endian inside so that numbers sort.
///
/// - `00`: the catalogue
/// - `01 kind column₄ segment₄ part₂`: a segment value
/// - `02 sequence₈ part₂`: a block of a patch
package struct StoreKey: Hashable, Comparable, Sendable {
  /// Bytes 0–7 and 8–15 as big-endian numbers, zero after ``count``.
  package var high: UInt64
  package var low: UInt64
  package var count: Int

  @inlinable
  package init(high: UInt64, low: UInt64, count: Int) {
    self.high = high
    self.low = low
    self.count = count
  }

  /// A key read back from the store; nil when it is longer than any key of ours.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count <= 16 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    self.init(high: UInt64(bigEndian: words.0), low: UInt64(bigEndian: words.1), count: bytes.count)
  }

  @inlinable
  package func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
    var words = (high.bigEndian, low.bigEndian)
    return try withUnsafeBytes(of: &words) { (bytes) throws(E) in
      try body(UnsafeRawBufferPointer(rebasing: bytes[0..<count]))
    }
  }

  @inlinable
  package static func < (a: StoreKey, b: StoreKey) -> Bool {
    (a.high, a.low, a.count) < (b.high, b.low, b.count)
  }

  package static let catalog = StoreKey(high: 0, low: 0, count: 1)

  /// Key of one part of the patch block with this sequence number.
  @inlinable
  package static func patch(sequence: UInt64, part: UInt16) -> StoreKey {
    StoreKey(
      high: 0x02 << 56 | sequence >> 8, low: sequence << 56 | UInt64(part) << 40, count: 11)
  }

  /// Sequence and part of a patch block's key; nil for any other key.
  package var patch: (sequence: UInt64, part: UInt16)? {
    guard count == 11, high >> 56 == 0x02 else { return nil }
    return (high << 8 | low >> 56, UInt16(truncatingIfNeeded: low >> 40))
  }

  /// The first key that can stand after every patch block.
  package static let afterPatches = StoreKey(high: 0x03 << 56, low: 0, count: 1)
}

/// What a segment's values are.
package enum SegmentKind: UInt8, Sendable, Hashable, CaseIterable, Comparable {
  case labelSets = 1
  case relationshipTypes = 2
  case starts = 3
  case ends = 4
  case nodeProperty = 5
  case relationshipProperty = 6
  case outgoing = 7
  case incoming = 8
  case index = 9
  case blob = 10

  package static func < (a: SegmentKind, b: SegmentKind) -> Bool { a.rawValue < b.rawValue }

  /// The kind of an entity's property columns.
  @inlinable
  package static func property(_ entity: EntityKind) -> SegmentKind {
    entity == .node ? .nodeProperty : .relationshipProperty
  }

  /// The kind of the adjacency columns in a direction.
  @inlinable
  package static func adjacency(_ direction: Direction) -> SegmentKind {
    direction == .outgoing ? .outgoing : .incoming
  }
}

/// A column: a kind and which one of that kind (key, type, index or blob id; 0 where there is one).
package struct ColumnKey: Hashable, Sendable, Comparable {
  package var kind: SegmentKind
  package var column: UInt32
  package init(_ kind: SegmentKind, _ column: UInt32) {
    self.kind = kind
    self.column = column
  }
  package static func < (a: ColumnKey, b: ColumnKey) -> Bool { (a.kind, a.column) < (b.kind, b.column) }

  /// The half-open range of store keys that holds the column's values.
  package var keys: Range<StoreKey> {
    let first = SegmentKey(kind, column, 0)
    let last = SegmentKey(kind, column, .max, part: .max).storeKey
    return first.storeKey..<StoreKey(high: last.high, low: last.low, count: 13)
  }
}

/// The address of one segment value.
package struct SegmentKey: Hashable, Sendable {
  package var kind: SegmentKind
  package var column: UInt32
  package var segment: UInt32
  package var part: UInt16

  package init(_ kind: SegmentKind, _ column: UInt32, _ segment: UInt32, part: UInt16 = 0) {
    self.kind = kind
    self.column = column
    self.segment = segment
    self.part = part
  }

  /// nil when `key` is not a segment value's.
  package init?(_ key: StoreKey) {
    guard key.count == 12, key.high >> 56 == 0x01,
      let kind = SegmentKind(rawValue: UInt8(truncatingIfNeeded: key.high >> 48))
    else { return nil }
    let column = UInt32(truncatingIfNeeded: key.high >> 16)
    let segment = UInt32(truncatingIfNeeded: key.high << 16) & 0xFFFF_0000 | UInt32(truncatingIfNeeded: key.low >> 48)
    self.init(kind, column, segment, part: UInt16(truncatingIfNeeded: key.low >> 32))
  }

  package var storeKey: StoreKey {
    StoreKey(
      high: 0x01 << 56 | UInt64(kind.rawValue) << 48 | UInt64(column) << 16 | UInt64(segment >> 16),
      low: UInt64(segment & 0xFFFF) << 48 | UInt64(part) << 32, count: 12)
  }
}
