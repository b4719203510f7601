#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

import SinterModel

/// Search for text by code point, over UTF-8 bytes.
enum TextSearch {
  static func contains(_ text: String, _ part: String) -> Bool {
    if part.isEmpty { return true }
    return with(text, part) { text, part in find(part, in: text, from: 0) != nil }
  }

  /// The pieces between the occurrences of the separators, as strings; an empty separator cuts between all code points.
  static func split(_ text: String, by separators: [String], _ limits: QueryLimits) throws(SinterError) -> [Value] {
    var pieces: [Value] = []
    func add(_ piece: String) throws(SinterError) {
      pieces.append(.string(piece))
      if pieces.count & 0xFFF == 0 {
        try limits.checkRoom(pieces.count * (MemoryLayout<Value>.stride + 8) + text.utf8.count)
        try limits.checkInterrupts()
      }
    }
    if separators.contains("") {
      if text.isEmpty { return [.string("")] }
      for scalar in text.unicodeScalars { try add(String(scalar)) }
      return pieces
    }
    let bytes = Array(text.utf8)
    let parts = separators.map { Array($0.utf8) }
    var start = 0
    if parts.count == 1, let part = parts.first {
      var position = 0
      while let found = find(part, in: bytes, from: position) {
        try add(String(decoding: bytes[start..<found], as: UTF8.self))
        start = found + part.count
        position = start
      }
    } else {
      var position = 0
      while position < bytes.count {
        if let part = parts.first(where: { bytes[position...].starts(with: $0) }) {
          try add(String(decoding: bytes[start..<position], as: UTF8.self))
          position += part.count
          start = position
        } else {
          position += 1
        }
        try limits.countStep()
      }
    }
    pieces.append(.string(String(decoding: bytes[start...], as: UTF8.self)))
    return pieces
  }

  /// The text with up to `limit` occurrences of `part` replaced.
  static func replace(
    _ text: String, _ part: String, with replacement: String, limit: Int, _ limits: QueryLimits
  ) throws(SinterError) -> String {
    if part.isEmpty || limit <= 0 { return text }
    let bytes = Array(text.utf8)
    let (part, replacement) = (Array(part.utf8), Array(replacement.utf8))
    var result: [UInt8] = []
    var start = 0
    var count = 0
    while count < limit, let found = find(part, in: bytes, from: start) {
      result += bytes[start..<found]
      result += replacement
      start = found + part.count
      count += 1
      if count & 63 == 0 || replacement.count > 4096 {
        try limits.checkString(result.count)
        try limits.checkInterrupts()
      }
    }
    if count == 0 { return text }
    result += bytes[start...]
    try limits.checkString(result.count)
    return String(decoding: result, as: UTF8.self)
  }

  private static func find(_ part: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
    bytes.withUnsafeBufferPointer { text in part.withUnsafeBufferPointer { find($0, in: text, from: start) } }
  }

  private static func find(
    _ part: UnsafeBufferPointer<UInt8>, in text: UnsafeBufferPointer<UInt8>, from start: Int
  ) -> Int? {
    guard let base = text.baseAddress, let needle = part.baseAddress else { return nil }
    var position = start
    while text.count - position >= part.count {
      let span = text.count - position - part.count + 1
      guard let hit = memchr(base + position, Int32(needle[0]), span) else { return nil }
      position = UnsafeRawPointer(hit) - UnsafeRawPointer(base)
      if memcmp(base + position, needle, part.count) == 0 { return position }
      position += 1
    }
    return nil
  }

  private static func with<R>(
    _ a: String, _ b: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> R
  ) -> R {
    let direct = a.utf8.withContiguousStorageIfAvailable { x in
      b.utf8.withContiguousStorageIfAvailable { y in body(x, y) }
    }
    if let direct, let direct { return direct }
    return Array(a.utf8).withUnsafeBufferPointer { x in Array(b.utf8).withUnsafeBufferPointer { y in body(x, y) } }
  }
}
