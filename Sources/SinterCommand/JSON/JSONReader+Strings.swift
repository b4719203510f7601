extension JSONReader {
  /// Reads a string at its opening quote.
  mutating func string() throws(JSONError) -> String {
    position += 1
    let start = position
    var seen: UInt8 = 0
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        let utf8 = UnsafeBufferPointer(rebasing: bytes[start..<position])
        // Most strings are ASCII, and then there is nothing to validate.
        let text = seen < 0x80 ? String(decoding: utf8, as: UTF8.self) : try validated(utf8)
        position += 1
        return text
      }
      seen |= byte
      if byte == UInt8(ascii: "\\") { return try stringWithEscapes(from: start) }
      guard byte >= 0x20 else { throw failure("A control character in a string must be escaped") }
      position += 1
    }
    throw failure("A string does not end")
  }

  private func validated(_ utf8: UnsafeBufferPointer<UInt8>) throws(JSONError) -> String {
    guard let text = String(validating: utf8, as: UTF8.self) else { throw failure("A string is not valid UTF-8") }
    return text
  }

  private mutating func stringWithEscapes(from start: Int) throws(JSONError) -> String {
    var unescaped = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        guard let text = String(validating: unescaped, as: UTF8.self) else { throw failure("A string is not valid UTF-8") }
        return text
      case UInt8(ascii: "\\"):
        position += 1
        try escape(into: &unescaped)
      case 0..<0x20:
        throw failure("A control character in a string must be escaped")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw failure("A string does not end")
  }

  private mutating func escape(into unescaped: inout [UInt8]) throws(JSONError) {
    guard position < bytes.count else { throw failure("A string does not end") }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(byte)
    case UInt8(ascii: "b"): unescaped.append(0x08)
    case UInt8(ascii: "f"): unescaped.append(0x0C)
    case UInt8(ascii: "n"): unescaped.append(0x0A)
    case UInt8(ascii: "r"): unescaped.append(0x0D)
    case UInt8(ascii: "t"): unescaped.append(0x09)
    case UInt8(ascii: "u"):
      let scalar = try escapedScalar()
      unescaped.append(contentsOf: UTF8.encode(scalar)!)
    default: throw failure("`\\` is not followed by a known escape")
    }
  }

  /// The character of `\uXXXX`, or of two of them that form a surrogate pair.
  private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard UTF16.isLeadSurrogate(first), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
      bytes[position + 1] == UInt8(ascii: "u")
    else { throw failure("Half of a surrogate pair stands alone") }
    position += 2
    let second = try hexadecimal()
    guard UTF16.isTrailSurrogate(second) else { throw failure("Half of a surrogate pair stands alone") }
    let code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
    return Unicode.Scalar(code)!
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt16 {
    guard bytes.count - position >= 4 else { throw failure("`\\u` needs four hexadecimal digits") }
    var code: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = Character(Unicode.Scalar(bytes[position])).hexDigitValue else {
        throw failure("`\\u` needs four hexadecimal digits")
      }
      code = code << 4 | UInt16(digit)
      position += 1
    }
    return code
  }
}
