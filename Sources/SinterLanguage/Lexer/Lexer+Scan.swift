import SinterModel

// Numbers, strings, names and parameters.
extension Lexer {
  @inline(__always)
  func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  func isNameStart(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") }

  func startsName(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isIDStart || scalar.properties.generalCategory == .connectorPunctuation
  }

  func continuesName(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isIDContinue || scalar.properties.generalCategory == .currencySymbol
  }

  /// The Unicode scalar at the position and its length in bytes; nil where the bytes are no UTF-8.
  func decodeScalar() -> (Unicode.Scalar, Int)? {
    let lead = bytes[position]
    let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 1
    guard length > 1, position + length <= count else { return nil }
    var value = UInt32(lead) & (0xFF >> UInt32(length + 1))
    for offset in 1..<length {
      let byte = bytes[position + offset]
      guard byte & 0xC0 == 0x80 else { return nil }
      value = value << 6 | UInt32(byte & 0x3F)
    }
    return Unicode.Scalar(value).map { ($0, length) }
  }

  /// A number: decimal, hexadecimal `0x`, octal `0o`, or floating point. A number that runs into
  /// letters, or an integer with a leading zero, is one invalid token.
  mutating func scanNumber(from start: Int) {
    let prefix = bytes[position + 1] | 0x20
    if bytes[position] == UInt8(ascii: "0") && (prefix == UInt8(ascii: "x") || prefix == UInt8(ascii: "o")) {
      position += 2
      let hexadecimal = prefix == UInt8(ascii: "x")
      var digitCount = 0
      while position < count {
        if isRadixDigit(bytes[position], hexadecimal) {
          digitCount += 1
        } else if bytes[position] != UInt8(ascii: "_") {
          break
        }
        position += 1
      }
      return finishNumber(.integer, from: start, valid: digitCount > 0 && bytes[position - 1] != UInt8(ascii: "_"))
    }
    skipDigits()
    var kind = Token.Kind.integer
    var valid = true
    if bytes[position] == UInt8(ascii: ".") && isDigit(bytes[position + 1]) {
      kind = .float
      position += 1
      skipDigits()
    }
    if bytes[position] | 0x20 == UInt8(ascii: "e") {
      let next = bytes[position + 1]
      let signed = next == UInt8(ascii: "+") || next == UInt8(ascii: "-")
      if isDigit(next) || (signed && position + 2 < count && isDigit(bytes[position + 2])) {
        kind = .float
        position += signed ? 2 : 1
        skipDigits()
      }
    }
    if kind == .integer && bytes[start] == UInt8(ascii: "0") && position > start + 1 { valid = false }
    finishNumber(kind, from: start, valid: valid)
  }

  private mutating func skipDigits() {
    while position < count, isDigit(bytes[position]) || (bytes[position] == UInt8(ascii: "_") && isDigit(bytes[position + 1])) {
      position += 1
    }
  }

  private func isRadixDigit(_ byte: UInt8, _ hexadecimal: Bool) -> Bool {
    hexadecimal ? isDigit(byte) || (byte | 0x20) &- 0x61 < 6 : byte &- 0x30 < 8
  }

  private mutating func finishNumber(_ kind: Token.Kind, from start: Int, valid: Bool) {
    let end = position
    skipNameRest()
    if valid && position == end {
      add(kind, from: start)
    } else {
      add(.invalid, from: start, problem: .number)
    }
  }

  /// A string up to its closing quote; escapes are decoded by the parser.
  mutating func scanString(quote: UInt8, from start: Int) {
    position += 1
    while position < count {
      let byte = bytes[position]
      if byte == quote {
        position += 1
        return add(.string, from: start)
      }
      position += byte == UInt8(ascii: "\\") ? 2 : 1
    }
    position = count
    add(.invalid, from: start, problem: .unterminatedString)
  }

  mutating func scanQuotedName(from start: Int) {
    add(skipQuotedName() ? .quotedIdentifier : .invalid, from: start, problem: .unterminatedName)
  }

  /// Advances past a name in backticks, where two backticks stand for one.
  private mutating func skipQuotedName() -> Bool {
    position += 1
    while position < count {
      if bytes[position] == UInt8(ascii: "`") {
        position += 1
        if bytes[position] != UInt8(ascii: "`") || position == count { return true }
      }
      position += 1
    }
    position = count
    return false
  }

  mutating func scanParameter(from start: Int) {
    position += 1
    let byte = bytes[position]
    if byte == UInt8(ascii: "`") {
      return add(skipQuotedName() ? .parameter : .invalid, from: start, problem: .unterminatedName)
    }
    let nameStart = position
    skipNameRest()
    add(position > nameStart ? .parameter : .dollar, from: start)
  }
}
