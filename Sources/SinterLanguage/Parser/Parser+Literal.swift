import SinterModel

// Numbers and strings.
extension Parser {
  /// The integer of a token, negated where asked; the most negative one is only reachable so.
  func integer(_ token: Token, negative: Bool, from start: SourceSpan) throws(Failure) -> Int64 {
    var position = Int(token.start)
    var radix: UInt64 = 10
    if bytes[position] == UInt8(ascii: "0"), Int(token.end) - position > 1 {
      radix = bytes[position + 1] | 0x20 == UInt8(ascii: "x") ? 16 : 8
      position += 2
    }
    var magnitude: UInt64 = 0
    var overflow = false
    while position < Int(token.end) {
      let byte = bytes[position]
      position += 1
      guard byte != UInt8(ascii: "_") else { continue }
      let digit = UInt64(byte <= UInt8(ascii: "9") ? byte &- 0x30 : (byte | 0x20) &- 0x57)
      let (product, high) = magnitude.multipliedReportingOverflow(by: radix)
      let (sum, carry) = product.addingReportingOverflow(digit)
      overflow = overflow || high || carry
      magnitude = sum
    }
    guard !overflow, magnitude <= UInt64(Int64.max) + (negative ? 1 : 0) else {
      throw error(
        "SyntaxError.IntegerOverflow",
        "The integer \(negative ? "-" : "")\(source(token.span)) is outside the 64-bit range; "
          + "write it as a float (with .0) or a string",
        at: start.union(token.span))
    }
    return negative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
  }

  func float(_ token: Token) throws(Failure) -> Double {
    var digits = source(token.span)
    if digits.utf8.contains(UInt8(ascii: "_")) { digits.removeAll { $0 == "_" } }
    if digits.hasPrefix(".") { digits = "0" + digits }
    guard let value = Double(digits), value.isFinite else {
      throw error(
        "SyntaxError.FloatingPointOverflow", "The number \(digits) is outside the range of 64-bit floats (about 1.8E308)",
        at: token.span)
    }
    return value
  }

  /// The text of a string token, escapes decoded.
  func string(_ token: Token) throws(Failure) -> String {
    let start = Int(token.start) + 1
    let end = Int(token.end) - 1
    guard let firstEscape = bytes[start..<end].firstIndex(of: UInt8(ascii: "\\")) else {
      return String(decoding: bytes[start..<end], as: UTF8.self)
    }
    var result = Array(bytes[start..<firstEscape])
    var position = firstEscape
    while position < end {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\\") {
        position = try appendEscape(at: position, end: end, to: &result)
      } else {
        result.append(byte)
        position += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Decodes the escape at `position`.
  /// - Returns: the position behind it.
  private func appendEscape(at position: Int, end: Int, to result: inout [UInt8]) throws(Failure) -> Int {
    let byte = bytes[position + 1]
    switch byte {
    case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "/"): result.append(byte)
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"), UInt8(ascii: "U"):
      var next = position + (byte == UInt8(ascii: "u") ? 6 : 10)
      var value = try hexadecimal(position, to: next, end: end)
      // A pair of UTF-16 surrogates, each as its own escape.
      if value & 0xFFFF_FC00 == 0xD800, next + 6 <= end, bytes[next] == UInt8(ascii: "\\"), bytes[next + 1] == UInt8(ascii: "u") {
        let low = try hexadecimal(next, to: next + 6, end: end)
        if low & 0xFFFF_FC00 == 0xDC00 {
          value = 0x10000 + (value & 0x3FF) << 10 + (low & 0x3FF)
          next += 6
        }
      }
      guard let scalar = Unicode.Scalar(value) else {
        throw error(
          "SyntaxError.InvalidUnicodeLiteral", "\(source(SourceSpan(start: position, end: next))) is not a Unicode character",
          at: SourceSpan(start: position, end: next))
      }
      result.append(contentsOf: String(Character(scalar)).utf8)
      return next
    default:
      let character = String(decoding: bytes[(position + 1)..<end], as: UTF8.self).prefix(1)
      throw error(
        "SyntaxError.UnexpectedSyntax",
        "`\\\(character)` is no escape; write \\\\ for a backslash "
          + "(known: \\\\ \\' \\\" \\` \\b \\f \\n \\r \\t \\uXXXX \\UXXXXXXXX)",
        at: SourceSpan(start: position, end: position + 1 + character.utf8.count))
    }
    return position + 2
  }

  private func hexadecimal(_ start: Int, to stop: Int, end: Int) throws(Failure) -> UInt32 {
    var value: UInt32 = 0
    for position in (start + 2)..<stop {
      let byte = position < end ? bytes[position] : 0
      let letter = (byte | 0x20) &- 0x61
      guard byte &- 0x30 < 10 || letter < 6 else {
        throw error(
          "SyntaxError.InvalidUnicodeLiteral",
          "A Unicode escape is \\u and four hexadecimal digits, or \\U and eight",
          at: SourceSpan(start: start, end: min(stop, end)))
      }
      value = value << 4 | UInt32(byte &- 0x30 < 10 ? byte &- 0x30 : letter + 10)
    }
    return value
  }
}
