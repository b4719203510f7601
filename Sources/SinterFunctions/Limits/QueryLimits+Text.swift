package import SinterModel

// What makes large values looks at the limits on its way.
extension QueryLimits {
  /// The longest string in UTF-8 bytes: work on one must end in time when a query is cancelled.
  package static let maximumStringBytes = 256 << 20

  /// Whether there is room for a string of so many bytes.
  /// - Throws: `LimitError.Memory`, `LimitError.StringTooLong`.
  package func checkString(_ byteCount: Int) throws(SinterError) {
    try checkRoom(byteCount)
    guard byteCount <= QueryLimits.maximumStringBytes else {
      throw SinterError(
        "LimitError.StringTooLong",
        "A string of \(byteCount >> 20) MiB was asked for; at most \(QueryLimits.maximumStringBytes >> 20) MiB are allowed. Keep its pieces in a list.")
    }
  }

  /// As ``checkInterrupts()``, in the making of a long list: when the query is to end, the list is not freed here.
  package func checkInterrupts(dropping list: inout [Value]) throws(SinterError) {
    do {
      try checkInterrupts()
    } catch {
      var garbage: [Any] = [list]
      list = []
      Disposal.later(&garbage)
      throw error
    }
  }

  /// Two long strings joined.
  package func joining(_ a: String, _ b: String) throws(SinterError) -> String {
    var result = ""
    result.reserveCapacity(a.utf8.count + b.utf8.count)
    try forEachPart(of: a) { result += $0 }
    try forEachPart(of: b) { result += $0 }
    return result
  }

  /// Two lists joined.
  package func joining(_ a: [Value], _ b: [Value]) throws(SinterError) -> [Value] {
    let count = a.count + b.count
    try countSteps(count >> 5)
    if count <= 1 << 16 { return a + b }
    var result: [Value] = []
    result.reserveCapacity(count)
    for part in [a, b] {
      for start in stride(from: 0, to: part.count, by: 1 << 16) {
        try checkInterrupts()
        result += part[start..<min(start + (1 << 16), part.count)]
      }
    }
    return result
  }

  /// What `function` makes of a text whose parts it may be given one by one.
  package func mapping(_ text: String, _ function: (String) -> String) throws(SinterError) -> String {
    if text.utf8.count <= QueryLimits.textPartBytes { return function(text) }
    var result = ""
    result.reserveCapacity(text.utf8.count)
    try forEachPart(of: text) { result += function(String($0)) }
    return result
  }

  private static let textPartBytes = 1 << 18

  private func forEachPart(of text: String, _ body: (Substring) -> Void) throws(SinterError) {
    var start = text.startIndex
    while start < text.endIndex {
      try checkInterrupts()
      let wanted = text.utf8.index(start, offsetBy: QueryLimits.textPartBytes, limitedBy: text.endIndex) ?? text.endIndex
      // Never within a code point.
      var end = wanted
      while end < text.endIndex, !text.utf8[end].startsCodePoint { end = text.utf8.index(before: end) }
      body(text[start..<end])
      start = end
    }
  }
}

extension UInt8 {
  fileprivate var startsCodePoint: Bool { self & 0xC0 != 0x80 }
}
