/// Bytes that do not mean what they should; callers turn it into a `SinterError` that says where.
package struct DecodeFailure: Error {
  package init() {}
}

/// Appends numbers and strings to a byte array, little endian.
package struct ByteWriter {
  package var bytes: [UInt8]

  package init(reserving capacity: Int = 0) {
    bytes = []
    bytes.reserveCapacity(capacity)
  }

  package mutating func append<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  /// LEB128: seven bits a byte, lowest first.
  package mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  package mutating func appendVarint(_ value: Int) { appendVarint(UInt64(bitPattern: Int64(value))) }
  package mutating func appendVarint(_ value: UInt32) { appendVarint(UInt64(value)) }

  /// Zigzag: small magnitudes of either sign take few bytes.
  package mutating func appendSigned(_ value: Int64) {
    appendVarint(UInt64(bitPattern: (value << 1) ^ (value >> 63)))
  }

  package mutating func append(_ string: String) {
    var string = string
    string.withUTF8 { utf8 in
      appendVarint(utf8.count)
      bytes.append(contentsOf: utf8)
    }
  }
}

/// Reads what ``ByteWriter`` wrote; never reads outside its bytes.
package struct ByteReader {
  package let bytes: UnsafeRawBufferPointer
  package private(set) var offset = 0

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package var isAtEnd: Bool { offset == bytes.count }
  package var remainingByteCount: Int { bytes.count - offset }

  package mutating func read<T: FixedWidthInteger>(_ type: T.Type = T.self) throws(DecodeFailure) -> T {
    guard remainingByteCount >= MemoryLayout<T>.size else { throw DecodeFailure() }
    defer { offset += MemoryLayout<T>.size }
    return T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: T.self))
  }

  package mutating func readVarint() throws(DecodeFailure) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      guard offset < bytes.count, shift < 64 else { throw DecodeFailure() }
      let byte = bytes[offset]
      offset += 1
      if shift == 63, byte > 1 { throw DecodeFailure() }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
  }

  package mutating func readSigned() throws(DecodeFailure) -> Int64 {
    let value = try readVarint()
    return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
  }

  package mutating func readUInt32() throws(DecodeFailure) -> UInt32 {
    guard let value = UInt32(exactly: try readVarint()) else { throw DecodeFailure() }
    return value
  }

  package mutating func readInt() throws(DecodeFailure) -> Int {
    guard let value = Int(exactly: try readVarint()) else { throw DecodeFailure() }
    return value
  }

  /// A number of items that follow, each at least `itemByteCount` bytes long: never more than can be there.
  package mutating func readCount(itemByteCount: Int = 1) throws(DecodeFailure) -> Int {
    let count = try readInt()
    guard count <= remainingByteCount / itemByteCount else { throw DecodeFailure() }
    return count
  }

  package mutating func readBytes(_ count: Int) throws(DecodeFailure) -> UnsafeRawBufferPointer {
    guard count >= 0, count <= remainingByteCount else { throw DecodeFailure() }
    defer { offset += count }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
  }

  package mutating func readString() throws(DecodeFailure) -> String {
    let count = try readCount()
    return String(decoding: try readBytes(count), as: UTF8.self)
  }
}
