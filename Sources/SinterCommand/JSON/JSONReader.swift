#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterModel

/// Why a text is not the JSON it should be.
struct JSONError: Error, Equatable {
  var message: String
  /// Bytes from the start of the text.
  var offset: Int
}

/// Reads JSON text into values of the query language, on bytes, without a tree in between.
///
/// Numbers of digits only are integers, all others floats. Objects with one member whose name begins
/// with `$` are tagged values (`$float`, `$date`, `$map`, …).
struct JSONReader {
  /// Deeper nesting is an error; the reader is recursive.
  static let depthLimit = 1000

  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Reads a text that holds one value and nothing else.
  static func read(_ bytes: [UInt8]) throws(JSONError) -> Value {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(JSONError) -> Value in
        var reader = JSONReader(buffer)
        let value = try reader.value()
        try reader.end()
        return value
      }
    }
    return try result.get()
  }

  // MARK: Structure

  mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The next byte after white space, or 0 at the end (a NUL byte is no JSON either).
  mutating func peek() -> UInt8 {
    skipSpace()
    return position < bytes.count ? bytes[position] : 0
  }

  mutating func expect(_ character: Unicode.Scalar) throws(JSONError) {
    guard peek() == UInt8(ascii: character) else { throw unexpected("`\(character)`") }
    position += 1
  }

  mutating func end() throws(JSONError) {
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end") }
  }

  /// Reads an object, calling `member` with each name; it must read the member's value.
  mutating func object(_ member: (inout JSONReader, String) throws(JSONError) -> Void) throws(JSONError) {
    try expect("{")
    if peek() == UInt8(ascii: "}") {
      position += 1
      return
    }
    while true {
      guard peek() == UInt8(ascii: "\"") else { throw unexpected("a member's name in quotes") }
      let name = try string()
      try expect(":")
      try member(&self, name)
      if peek() == UInt8(ascii: ",") {
        position += 1
        continue
      }
      guard peek() == UInt8(ascii: "}") else { throw unexpected("`,` or `}`") }
      position += 1
      return
    }
  }

  mutating func value(depth: Int = 0) throws(JSONError) -> Value {
    guard depth < JSONReader.depthLimit else { throw failure("More than \(JSONReader.depthLimit) levels of nesting") }
    switch peek() {
    case UInt8(ascii: "{"): return try objectValue(depth: depth)
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"):
      try literal("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try literal("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try literal("null")
      return .null
    default: throw unexpected("a value")
    }
  }

  private mutating func list(depth: Int) throws(JSONError) -> [Value] {
    position += 1
    var elements: [Value] = []
    if peek() == UInt8(ascii: "]") {
      position += 1
      return elements
    }
    while true {
      elements.append(try value(depth: depth + 1))
      if peek() == UInt8(ascii: ",") {
        position += 1
        continue
      }
      guard peek() == UInt8(ascii: "]") else { throw unexpected("`,` or `]`") }
      position += 1
      return elements
    }
  }

  private mutating func objectValue(depth: Int) throws(JSONError) -> Value {
    let start = position
    let entries = try members(depth: depth)
    guard entries.count == 1, let (name, payload) = entries.first, name.utf8.first == UInt8(ascii: "$") else { return .map(entries) }
    return try tagged(name, payload, at: start)
  }

  /// An object's members as they stand. Inside `$map` all keys are plain, `$map` among them.
  private mutating func members(depth: Int, insideMapTag: Bool = false) throws(JSONError) -> [String: Value] {
    guard depth < JSONReader.depthLimit else { throw failure("More than \(JSONReader.depthLimit) levels of nesting") }
    // Room for what most objects have: growing by one member after the other would make the table four times.
    var entries = [String: Value](minimumCapacity: 6)
    try object { (reader, name) throws(JSONError) in
      if name == "$map", !insideMapTag {
        guard reader.peek() == UInt8(ascii: "{") else { throw reader.unexpected("an object inside `$map`") }
        entries[name] = .map(try reader.members(depth: depth + 1, insideMapTag: true))
      } else {
        entries[name] = try reader.value(depth: depth + 1)
      }
    }
    return entries
  }

  private mutating func literal(_ text: StaticString) throws(JSONError) {
    let count = text.utf8CodeUnitCount
    guard bytes.count - position >= count, memcmp(bytes.baseAddress! + position, text.utf8Start, count) == 0 else {
      throw unexpected("a value")
    }
    position += count
  }

  // MARK: Errors

  func failure(_ message: String) -> JSONError { JSONError(message: message, offset: position) }

  func unexpected(_ expected: String) -> JSONError {
    guard position < bytes.count else { return failure("Expected \(expected), but the text ends") }
    let byte = bytes[position]
    let found = (0x20..<0x7F).contains(byte) ? "`\(Unicode.Scalar(byte))`" : "byte \(byte)"
    return failure("Expected \(expected), but found \(found)")
  }
}

// MARK: - Numbers

extension JSONReader {
  private mutating func number() throws(JSONError) -> Value {
    let start = position
    var isFloat = false
    let isNegative = bytes[position] == UInt8(ascii: "-")
    if isNegative { position += 1 }
    let first = position
    skipDigits()
    guard position > first else { throw unexpected("a digit") }
    guard bytes[first] != UInt8(ascii: "0") || position == first + 1 else { throw failure("A number must not begin with 0") }
    let digitsEnd = position
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      isFloat = true
      position += 1
      let fraction = position
      skipDigits()
      guard position > fraction else { throw unexpected("a digit after the decimal point") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      isFloat = true
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") { position += 1 }
      let exponent = position
      skipDigits()
      guard position > exponent else { throw unexpected("a digit in the exponent") }
    }
    return isFloat ? try float(start..<position) : try integer(first..<digitsEnd, isNegative: isNegative)
  }

  private mutating func skipDigits() {
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
  }

  private func integer(_ range: Range<Int>, isNegative: Bool) throws(JSONError) -> Value {
    // Counting down reaches the smallest number, which has no positive counterpart.
    var number: Int64 = 0
    for index in range {
      let (shifted, firstOverflow) = number.multipliedReportingOverflow(by: 10)
      let (next, secondOverflow) = shifted.subtractingReportingOverflow(Int64(bytes[index] - UInt8(ascii: "0")))
      guard !firstOverflow, !secondOverflow else { throw failure("An integer does not fit into 64 bits") }
      number = next
    }
    guard isNegative || number != .min else { throw failure("An integer does not fit into 64 bits") }
    return .integer(isNegative ? number : -number)
  }

  private func float(_ range: Range<Int>) throws(JSONError) -> Value {
    let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
    guard let number = Double(text), number.isFinite else { throw failure("A float is out of range") }
    return .float(number)
  }
}
