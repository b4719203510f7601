import SinterModel

/// Any storable value as text, for columns whose values no other type can hold: JSON, where numbers
/// with a fraction or exponent are floats, and `{"date": "2024-05-01"}` and its like (`localtime`,
/// `time`, `localdatetime`, `datetime`, `duration`, `float` for what JSON has no number for) stand
/// for what JSON lacks.
enum ValueNotation {
  static let maximumDepth = 64

  static func read(_ text: UnsafeBufferPointer<UInt8>) -> Value? {
    var reader = ValueNotationReader(text)
    guard let value = reader.readValue(depth: 0), reader.isAtEnd else { return nil }
    return value
  }

  static func write(_ value: Value) -> String {
    switch value {
    case .null, .node, .relationship, .path: return "null"
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .float(let number): return number.isFinite ? number.description : "{\"float\": \"\(number)\"}"
    case .string(let text): return quote(text)
    case .list(let values): return "[" + values.map(write).joined(separator: ", ") + "]"
    case .map(let map):
      return "{" + map.sorted { $0.key < $1.key }.map { "\(quote($0.key)): \(write($0.value))" }.joined(separator: ", ") + "}"
    case .date: return "{\"date\": \"\(TemporalFormatter.text(value))\"}"
    case .localTime: return "{\"localtime\": \"\(TemporalFormatter.text(value))\"}"
    case .time: return "{\"time\": \"\(TemporalFormatter.text(value))\"}"
    case .localDateTime: return "{\"localdatetime\": \"\(TemporalFormatter.text(value))\"}"
    case .dateTime: return "{\"datetime\": \"\(TemporalFormatter.text(value))\"}"
    case .duration: return "{\"duration\": \"\(TemporalFormatter.text(value))\"}"
    }
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let hex = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// A reader of ``ValueNotation``; nil results mean that the text is not of that form.
private struct ValueNotationReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position]) { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func take(word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  mutating func readValue(depth: Int) -> Value? {
    skipSpace()
    guard depth < ValueNotation.maximumDepth, position < bytes.count else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "\""): return readString().map { .string($0) }
    case UInt8(ascii: "["):
      position += 1
      var values: [Value] = []
      if take(UInt8(ascii: "]")) { return .list([]) }
      repeat {
        guard let value = readValue(depth: depth + 1) else { return nil }
        values.append(value)
      } while take(UInt8(ascii: ","))
      return take(UInt8(ascii: "]")) ? .list(values) : nil
    case UInt8(ascii: "{"):
      position += 1
      guard let key = readKey(), let text = readString(), take(UInt8(ascii: "}")) else { return nil }
      return tagged(key, text)
    case UInt8(ascii: "t"): return take(word: "true") ? .boolean(true) : nil
    case UInt8(ascii: "f"): return take(word: "false") ? .boolean(false) : nil
    case UInt8(ascii: "n"): return take(word: "null") ? .null : nil
    default: return readNumber()
    }
  }

  private mutating func readKey() -> String? {
    skipSpace()
    guard let key = readString(), take(UInt8(ascii: ":")) else { return nil }
    skipSpace()
    return key
  }

  private func tagged(_ key: String, _ text: String) -> Value? {
    var text = text
    return text.withUTF8 { bytes in
      if key == "float" { return NumberText.float(bytes).map { .float($0) } }
      guard let type = ValueType(name: key), type.isTemporal else { return nil }
      return TemporalReader.read(bytes, type, nil)
    }
  }

  private mutating func readNumber() -> Value? {
    let start = position
    var isFloat = false
    while position < bytes.count, isDigit(bytes[position]) || "+-.eE".utf8.contains(bytes[position]) {
      if ".eE".utf8.contains(bytes[position]) { isFloat = true }
      position += 1
    }
    let text = UnsafeBufferPointer(rebasing: bytes[start..<position])
    if isFloat { return NumberText.float(text).map { .float($0) } }
    return NumberText.integer(text).map { .integer($0) }
  }

  private mutating func readString() -> String? {
    guard take(UInt8(ascii: "\"")) else { return nil }
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        text.append(byte)
        continue
      }
      guard position < bytes.count else { return nil }
      position += 1
      switch bytes[position - 1] {
      case UInt8(ascii: "n"): text.append(10)
      case UInt8(ascii: "r"): text.append(13)
      case UInt8(ascii: "t"): text.append(9)
      case UInt8(ascii: "b"): text.append(8)
      case UInt8(ascii: "f"): text.append(12)
      case UInt8(ascii: "u"):
        guard let first = readHex() else { return nil }
        var code = UInt32(first)
        if (0xD800..<0xDC00).contains(code) {
          guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let low = readHex(), (0xDC00..<0xE000).contains(low) else {
            return nil
          }
          code = 0x10000 + (code - 0xD800) << 10 + (UInt32(low) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { return nil }
        text.append(contentsOf: scalar.utf8)
      case let other: text.append(other)
      }
    }
    return nil
  }

  private mutating func readHex() -> UInt16? {
    guard position + 4 <= bytes.count else { return nil }
    defer { position += 4 }
    return UInt16(String(decoding: bytes[position..<(position + 4)], as: UTF8.self), radix: 16)
  }
}
