#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads lines of any length from a file descriptor through one growing buffer.
struct LineReader {
  let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  /// The bytes read and not yet given out.
  private var filled = 0..<0
  private var hasEnded = false

  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Calls `body` with the next line without its line feed; false at the end of input.
  /// - Complexity: O(bytes of the line), amortised
  mutating func withNextLine(_ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Bool {
    var searched = 0
    while true {
      let found = buffer.withUnsafeBufferPointer { bytes -> Int? in
        guard filled.count > searched,
          let feed = memchr(bytes.baseAddress! + filled.lowerBound + searched, 0x0A, filled.count - searched)
        else { return nil }
        return UnsafeRawPointer(feed) - UnsafeRawPointer(bytes.baseAddress!)
      }
      if let found {
        give(filled.lowerBound..<found, to: body)
        filled = found + 1..<filled.upperBound
        return true
      }
      searched = filled.count
      guard !hasEnded else { break }
      fill()
    }
    guard !filled.isEmpty else { return false }
    give(filled, to: body)
    filled = 0..<0
    return true
  }

  private func give(_ range: Range<Int>, to body: (UnsafeBufferPointer<UInt8>) -> Void) {
    buffer.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }

  /// Reads what is there; an unreadable input is at its end.
  private mutating func fill() {
    if filled.isEmpty {
      filled = 0..<0
    } else if filled.upperBound == buffer.count, filled.lowerBound > 0 {
      buffer.replaceSubrange(0..<filled.count, with: Array(buffer[filled]))
      filled = 0..<filled.count
    }
    if filled.upperBound == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
    let start = filled.upperBound
    let count = buffer.withUnsafeMutableBytes { bytes in
      while true {
        let count = read(descriptor, bytes.baseAddress! + start, bytes.count - start)
        if count >= 0 || errno != EINTR { return count }
      }
    }
    if count <= 0 { hasEnded = true } else { filled = filled.lowerBound..<start + count }
  }
}

/// Writes all bytes; false when the descriptor takes no more.
func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var start = 0
    while start < buffer.count {
      let count = write(descriptor, buffer.baseAddress! + start, buffer.count - start)
      if count < 0 {
        if errno == EINTR { continue }
        return false
      }
      start += count
    }
    return true
  }
}
