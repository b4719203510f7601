import CXXHash
import SinterModel

/// Rows of a segment: ids `segment * segmentLength ..< (segment + 1) * segmentLength`.
@usableFromInline package let segmentLength = 2048
/// `id >> segmentShift` is an id's segment.
@usableFromInline package let segmentShift: UInt32 = 11
/// A longer segment is cut into values of at most this size.
package let segmentValueLimitBytes = 240 << 10

/// How the payload of a segment value is laid out. Raw values are part of the file format.
package enum SegmentEncoding: UInt8, Sendable {
  /// One `u32` for every row.
  case constantUInt32 = 1
  /// A `u32` a row.
  case uint32 = 2
  /// One tagged value for every row that has one.
  case constant = 3
  case int8 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case double = 8
  /// A bit a row.
  case boolean = 9
  /// `u32` offsets and UTF-8 bytes.
  case string = 10
  /// `u8` or `u16` codes and a dictionary of strings.
  case stringDictionary = 11
  /// `i64` seconds since 1970-01-01T00:00 and `i32` nanoseconds.
  case localDateTime = 12
  /// `u32` offsets and tagged values.
  case mixed = 13
  /// Adjacency: `u32` offsets, neighbours and relationships in one value.
  case adjacencyInline = 14
  /// Adjacency: offsets only; neighbours and relationships are in the parts that follow.
  case adjacencyOffsets = 15
  case adjacencyNeighbors = 16
  case adjacencyRelationships = 17
  case indexBlock = 18
  case bytes = 19
  /// Lists of floats of one length: `u32` length, 4 bytes, and the numbers of each row one after the other, 8 bytes each.
  case doubleLists = 20
  /// The same for numbers that 32-bit floats hold exactly, 4 bytes each.
  case floatLists = 21
}

/// What the integers of an `int…` encoding stand for.
package enum SegmentElement: UInt8, Sendable {
  case integer = 0
  case date = 1
  case localTime = 2
}

/// The 32 bytes in front of every segment value, little endian:
/// magic `u16`, encoding `u8`, flags `u8`, count `u16`, kind `u8`, element `u8`, column `u32`,
/// segment `u32`, part `u16`, reserved `u16`, payload bytes `u32`, checksum `u64`.
///
/// The checksum is xxh3-64 of the payload, seeded with xxh3-64 of the 24 bytes before it. The
/// address in it is that of the value's key, so a value found under a wrong key is noticed.
package struct SegmentHeader: Sendable, Equatable {
  package static let byteCount = 32
  static let magic: UInt16 = 0x5347

  /// Rows without a value are marked by a bitmap.
  package static let hasNulls: UInt8 = 1
  /// Only the rows listed have a value.
  package static let isSparse: UInt8 = 2
  /// The smallest and largest value are in the prologue.
  package static let hasRange: UInt8 = 4
  /// The segment goes on in the next part.
  package static let continues: UInt8 = 0x80

  package var encoding: SegmentEncoding
  package var flags: UInt8
  /// Rows, or entries of an index block.
  package var count: Int
  package var element: SegmentElement
  package var key: SegmentKey
  package var payloadByteCount: Int

  package init(_ encoding: SegmentEncoding, key: SegmentKey, count: Int, flags: UInt8 = 0, element: SegmentElement = .integer) {
    self.encoding = encoding
    self.flags = flags
    self.count = count
    self.element = element
    self.key = key
    self.payloadByteCount = 0
  }

  /// Writes header and checksum into the 32 bytes reserved at the front of `bytes`.
  package func seal(_ bytes: inout [UInt8]) {
    precondition(bytes.count >= SegmentHeader.byteCount)
    bytes.withUnsafeMutableBytes { raw in
      raw.storeBytes(of: SegmentHeader.magic.littleEndian, toByteOffset: 0, as: UInt16.self)
      raw[2] = encoding.rawValue
      raw[3] = flags
      raw.storeBytes(of: UInt16(truncatingIfNeeded: count).littleEndian, toByteOffset: 4, as: UInt16.self)
      raw[6] = key.kind.rawValue
      raw[7] = element.rawValue
      raw.storeBytes(of: key.column.littleEndian, toByteOffset: 8, as: UInt32.self)
      raw.storeBytes(of: key.segment.littleEndian, toByteOffset: 12, as: UInt32.self)
      raw.storeBytes(of: key.part.littleEndian, toByteOffset: 16, as: UInt16.self)
      raw.storeBytes(of: 0, toByteOffset: 18, as: UInt16.self)
      raw.storeBytes(
        of: UInt32(truncatingIfNeeded: raw.count - SegmentHeader.byteCount).littleEndian, toByteOffset: 20, as: UInt32.self)
      let sum = SegmentHeader.checksum(UnsafeRawBufferPointer(raw))
      raw.storeBytes(of: sum.littleEndian, toByteOffset: 24, as: UInt64.self)
    }
  }

  private static func checksum(_ value: UnsafeRawBufferPointer) -> UInt64 {
    let seed = XXH3_64bits(value.baseAddress, 24)
    return XXH3_64bits_withSeed(value.baseAddress! + byteCount, value.count - byteCount, seed)
  }

  /// Reads and verifies a segment value found under `key`.
  /// - Returns: nil when anything about it is wrong.
  /// - Complexity: O(bytes), about 10 GB/s.
  package init?(verifying value: UnsafeRawBufferPointer, key: SegmentKey) {
    guard value.count >= SegmentHeader.byteCount,
      value.load16(0) == SegmentHeader.magic,
      let encoding = SegmentEncoding(rawValue: value[2]),
      value[6] == key.kind.rawValue,
      let element = SegmentElement(rawValue: value[7]),
      value.load32(8) == key.column, value.load32(12) == key.segment, value.load16(16) == key.part,
      Int(value.load32(20)) == value.count - SegmentHeader.byteCount,
      value.load64(24) == SegmentHeader.checksum(value)
    else { return nil }
    self.encoding = encoding
    flags = value[3]
    count = Int(value.load16(4))
    self.element = element
    self.key = key
    payloadByteCount = value.count - SegmentHeader.byteCount
  }
}

/// xxh3-64 of some bytes.
package func checksum64(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
  XXH3_64bits(bytes.baseAddress, bytes.count)
}

extension UnsafeRawBufferPointer {
  /// Unaligned little-endian loads at byte offsets; the caller has checked the bounds.
  @inline(__always) func load16(_ offset: Int) -> UInt16 {
    UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
  }
  @inline(__always) func load32(_ offset: Int) -> UInt32 {
    UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
  @inline(__always) func load64(_ offset: Int) -> UInt64 {
    UInt64(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
