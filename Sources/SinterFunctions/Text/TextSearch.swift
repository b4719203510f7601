#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Search for text by code point, over UTF-8 bytes.
enum TextSearch {
  static func contains(_ text: String, _ part: String) -> Bool {
    if part.isEmpty { return true }
    return with(text, part) { text, part in find(part, in: text, from: 0) != nil }
  }

  /// The pieces between the occurrences of the separators; an empty separator cuts between all code points.
  static func split(_ text: String, by separators: [String]) -> [String] {
    if separators.contains("") { return text.isEmpty ? [""] : text.unicodeScalars.map { String($0) } }
    var bytes = Array(text.utf8)[...]
    let parts = separators.map { Array($0.utf8) }
    var pieces: [String] = []
    var start = bytes.startIndex
    var position = bytes.startIndex
    if parts.count == 1, let part = parts.first {
      for range in occurrences(of: part, in: Array(bytes)) {
        pieces.append(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self))
        start = range.upperBound
      }
    } else {
      while position < bytes.endIndex {
        if let part = parts.first(where: { bytes[position...].starts(with: $0) }) {
          pieces.append(String(decoding: bytes[start..<position], as: UTF8.self))
          position += part.count
          start = position
        } else {
          position += 1
        }
      }
    }
    bytes = bytes[start...]
    pieces.append(String(decoding: bytes, as: UTF8.self))
    return pieces
  }

  /// The text with up to `limit` occurrences of `part` replaced.
  static func replace(_ text: String, _ part: String, with replacement: String, limit: Int) -> String {
    if part.isEmpty || limit <= 0 { return text }
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var start = 0
    for range in occurrences(of: Array(part.utf8), in: bytes).prefix(limit) {
      result.append(contentsOf: bytes[start..<range.lowerBound])
      result.append(contentsOf: replacement.utf8)
      start = range.upperBound
    }
    if start == 0, result.isEmpty { return text }
    result.append(contentsOf: bytes[start...])
    return String(decoding: result, as: UTF8.self)
  }

  private static func occurrences(of part: [UInt8], in bytes: [UInt8]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    bytes.withUnsafeBufferPointer { text in
      part.withUnsafeBufferPointer { part in
        var position = 0
        while let found = find(part, in: text, from: position) {
          ranges.append(found..<found + part.count)
          position = found + part.count
        }
      }
    }
    return ranges
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
