import CSinterText

/// The offset of the first byte that is not part of well-formed UTF-8 (Unicode 16, table 3-7), or nil.
/// - Complexity: O(n); runs of ASCII are checked 64 bytes at a time, short ones eight.
func firstInvalidUTF8(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
  let count = bytes.count
  guard let base = UnsafeRawPointer(bytes.baseAddress) else { return nil }
  var i = sinter_ascii_prefix(bytes.baseAddress, count)
  while i < count {
    while i + 8 <= count, base.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 { i += 8 }
    guard i < count else { return nil }
    let first = bytes[i]
    if first < 0x80 {
      i += 1
      continue
    }
    let length: Int
    var low: UInt8 = 0x80
    var high: UInt8 = 0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, low) = (3, 0xA0)
    case 0xED: (length, high) = (3, 0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, low) = (4, 0x90)
    case 0xF4: (length, high) = (4, 0x8F)
    case 0xF1...0xF3: length = 4
    default: return i
    }
    guard i + length <= count, bytes[i + 1] >= low, bytes[i + 1] <= high else { return i }
    if length > 2, bytes[i + 2] & 0xC0 != 0x80 { return i }
    if length > 3, bytes[i + 3] & 0xC0 != 0x80 { return i }
    i += length
  }
  return nil
}
