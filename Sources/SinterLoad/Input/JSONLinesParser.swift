import SinterModel

/// Reads one JSON object a line (RFC 8259). A column is a key, or a path of keys joined by dots.
///
/// Texts are unescaped in place. Numbers and truth values read as their text, arrays as lists, an
/// object as its JSON text. A key that stands twice, or nesting deeper than 64, is a fault.
final class JSONLinesParser: RecordParser {
  let fields: UnsafeMutablePointer<Field>
  private(set) var recordLine = 1

  private let columns: [String]
  private let names: [[UInt8]]
  /// Columns that are paths: their first keys' objects are walked instead of taken as text.
  private let prefixes: Set<[UInt8]>
  private var base: UnsafeMutablePointer<UInt8>
  private var position = 0
  private var end = 0
  private var line = 1
  private var recordStart = 0
  private var recordEnd = 0
  private var savedRaw: [UInt8] = []

  private static let maximumDepth = 64

  init(columns: [String]) {
    self.columns = columns
    names = columns.map { Array($0.utf8) }
    var prefixes: Set<[UInt8]> = []
    for name in names {
      for (i, byte) in name.enumerated() where byte == UInt8(ascii: ".") { prefixes.insert(Array(name[..<i])) }
    }
    self.prefixes = prefixes
    fields = .allocate(capacity: max(columns.count, 1))
    base = UnsafeMutablePointer(mutating: fields.withMemoryRebound(to: UInt8.self, capacity: 1) { $0 })
  }

  deinit { fields.deallocate() }

  func begin(_ bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int, firstLine: Int) {
    position = start
    end = bytes.count
    line = firstLine
    if let address = bytes.baseAddress { base = address }
  }

  func next() throws(RowFault) -> Bool {
    while position < end, isSpace(base[position]) || base[position] == 0x0A {
      if base[position] == 0x0A { line += 1 }
      position += 1
    }
    guard position < end else { return false }
    recordStart = position
    recordLine = line
    recordEnd = find(0x0A, base, from: position, to: end) ?? end
    savedRaw = Array(UnsafeBufferPointer(start: base + recordStart, count: recordEnd - recordStart))
    line += 1
    defer { position = min(recordEnd + 1, end) }
    for index in columns.indices { fields[index] = Field(base: base, length: 0, flags: .null) }
    if let offset = firstInvalidUTF8(UnsafeBufferPointer(start: base + recordStart, count: recordEnd - recordStart)) {
      throw RowFault(reason: .encoding, detail: "byte \(offset + 1) of the line is not valid UTF-8", column: nil)
    }
    guard base[position] == UInt8(ascii: "{") else { throw fault("a line must be one object `{…}`") }
    try readObject(prefix: [], depth: 0)
    skipSpace()
    guard position >= recordEnd else { throw fault("there is text after the object") }
    return true
  }

  /// Reads nothing ahead: taking a line apart costs more than waiting for what it refers to.
  func forEachRecordAhead(_ body: (UnsafePointer<Field>) -> Void) {}

  func rawRecord() -> [UInt8] { savedRaw }

  private func fault(_ detail: String) -> RowFault {
    RowFault(reason: .json, detail: "\(detail), at character \(position - recordStart + 1)", column: nil)
  }

  private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  private func skipSpace() {
    while position < recordEnd, isSpace(base[position]) { position += 1 }
  }

  private func expect(_ byte: UInt8, _ what: String) throws(RowFault) {
    skipSpace()
    guard position < recordEnd, base[position] == byte else { throw fault("\(what) is missing") }
    position += 1
  }

  private func readObject(prefix: [UInt8], depth: Int) throws(RowFault) {
    guard depth < Self.maximumDepth else { throw fault("objects are nested deeper than \(Self.maximumDepth)") }
    position += 1
    skipSpace()
    if position < recordEnd, base[position] == UInt8(ascii: "}") {
      position += 1
      return
    }
    while true {
      skipSpace()
      guard position < recordEnd, base[position] == UInt8(ascii: "\"") else { throw fault("a key in quotes is missing") }
      let key = try readString()
      try expect(UInt8(ascii: ":"), "`:`")
      skipSpace()
      let path = prefix + Array(key)
      if prefixes.contains(path), position < recordEnd, base[position] == UInt8(ascii: "{") {
        try readObject(prefix: path + [UInt8(ascii: ".")], depth: depth + 1)
      } else if let index = names.firstIndex(of: path) {
        guard fields[index].base == base, fields[index].length == 0, fields[index].flags == .null else {
          throw RowFault(reason: .json, detail: "the key `\(columns[index])` stands twice", column: columns[index])
        }
        fields[index] = try readValue(depth: depth)
      } else {
        try skipValue(depth: depth)
      }
      skipSpace()
      guard position < recordEnd else { throw fault("`}` is missing") }
      position += 1
      if base[position - 1] == UInt8(ascii: "}") { return }
      guard base[position - 1] == UInt8(ascii: ",") else { throw fault("`,` or `}` is missing") }
    }
  }

  private func readValue(depth: Int) throws(RowFault) -> Field {
    guard position < recordEnd else { throw fault("a value is missing") }
    let start = position
    switch base[position] {
    case UInt8(ascii: "\""):
      let text = try readString()
      return Field(base: text.baseAddress ?? UnsafePointer(base), length: UInt32(text.count), flags: .quoted)
    case UInt8(ascii: "["): return try readArray(depth: depth + 1)
    default:
      try skipValue(depth: depth)
      let isNull = base[start] == UInt8(ascii: "n")
      // A null has its text's place, so that a second one of the same key is noticed.
      return Field(base: base + start, length: UInt32(position - start), flags: isNull ? .null : [])
    }
  }

  /// Joins the elements over the array's own bytes; each takes at least one byte less than it had.
  private func readArray(depth: Int) throws(RowFault) -> Field {
    let start = position
    var write = position
    position += 1
    skipSpace()
    if position < recordEnd, base[position] == UInt8(ascii: "]") {
      position += 1
      return Field(base: base + start, length: 0, flags: .list)
    }
    while true {
      skipSpace()
      let element: UnsafeBufferPointer<UInt8>
      if position < recordEnd, base[position] == UInt8(ascii: "\"") {
        element = try readString()
      } else {
        let from = position
        try skipValue(depth: depth)
        element = UnsafeBufferPointer(start: base + from, count: position - from)
      }
      for byte in element {
        base[write] = byte
        write += 1
      }
      skipSpace()
      guard position < recordEnd else { throw fault("`]` is missing") }
      let separator = base[position]
      position += 1
      base[write] = Field.listSeparator
      write += 1
      if separator == UInt8(ascii: "]") { break }
      guard separator == UInt8(ascii: ",") else { throw fault("`,` or `]` is missing") }
    }
    return Field(base: base + start, length: UInt32(write - start), flags: .list)
  }

  /// Checks a value of any kind and moves behind it.
  private func skipValue(depth: Int) throws(RowFault) {
    guard depth < Self.maximumDepth else { throw fault("values are nested deeper than \(Self.maximumDepth)") }
    guard position < recordEnd else { throw fault("a value is missing") }
    switch base[position] {
    case UInt8(ascii: "\""): try skipString()
    case UInt8(ascii: "{"): try skipContainer(closing: UInt8(ascii: "}"), isObject: true, depth: depth)
    case UInt8(ascii: "["): try skipContainer(closing: UInt8(ascii: "]"), isObject: false, depth: depth)
    case UInt8(ascii: "t"): try skipWord("true")
    case UInt8(ascii: "f"): try skipWord("false")
    case UInt8(ascii: "n"): try skipWord("null")
    default: try skipNumber()
    }
  }

  private func skipContainer(closing: UInt8, isObject: Bool, depth: Int) throws(RowFault) {
    position += 1
    skipSpace()
    if position < recordEnd, base[position] == closing {
      position += 1
      return
    }
    while true {
      skipSpace()
      if isObject {
        guard position < recordEnd, base[position] == UInt8(ascii: "\"") else { throw fault("a key in quotes is missing") }
        try skipString()
        try expect(UInt8(ascii: ":"), "`:`")
        skipSpace()
      }
      try skipValue(depth: depth + 1)
      skipSpace()
      guard position < recordEnd else { throw fault("the end of a list or object is missing") }
      position += 1
      if base[position - 1] == closing { return }
      guard base[position - 1] == UInt8(ascii: ",") else { throw fault("`,` is missing") }
    }
  }

  private func skipWord(_ word: StaticString) throws(RowFault) {
    for i in 0..<word.utf8CodeUnitCount {
      guard position < recordEnd, base[position] == word.utf8Start[i] else { throw fault("a value is missing") }
      position += 1
    }
  }

  private func skipDigits() throws(RowFault) {
    guard position < recordEnd, isDigit(base[position]) else { throw fault("a value is missing") }
    while position < recordEnd, isDigit(base[position]) { position += 1 }
  }

  private func skipNumber() throws(RowFault) {
    if base[position] == UInt8(ascii: "-") { position += 1 }
    // A number does not begin with a zero that means nothing.
    if position < recordEnd, base[position] == UInt8(ascii: "0") { position += 1 } else { try skipDigits() }
    if position < recordEnd, base[position] == UInt8(ascii: ".") {
      position += 1
      try skipDigits()
    }
    if position < recordEnd, base[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < recordEnd, base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
  }

  private func skipString() throws(RowFault) {
    position += 1
    while position < recordEnd, base[position] != UInt8(ascii: "\"") {
      position += base[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < recordEnd else { throw fault("a text's closing quote is missing") }
    position += 1
  }

  /// Reads a string, unescaped over itself.
  private func readString() throws(RowFault) -> UnsafeBufferPointer<UInt8> {
    position += 1
    let start = position
    var write = position
    while position < recordEnd {
      let byte = base[position]
      if byte == UInt8(ascii: "\"") {
        position += 1
        return UnsafeBufferPointer(start: base + start, count: write - start)
      }
      guard byte >= 0x20 else { throw fault("a control character must be written as an escape") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        try readEscape(&write)
      } else {
        base[write] = byte
        write += 1
      }
    }
    throw fault("a text's closing quote is missing")
  }

  private func readEscape(_ write: inout Int) throws(RowFault) {
    guard position < recordEnd else { throw fault("an escape is cut short") }
    let byte = base[position]
    position += 1
    var scalar: UInt32
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = UInt32(byte)
    case UInt8(ascii: "b"): scalar = 8
    case UInt8(ascii: "f"): scalar = 12
    case UInt8(ascii: "n"): scalar = 10
    case UInt8(ascii: "r"): scalar = 13
    case UInt8(ascii: "t"): scalar = 9
    case UInt8(ascii: "u"):
      scalar = try readHex()
      if (0xD800..<0xDC00).contains(scalar) {
        guard position + 1 < recordEnd, base[position] == UInt8(ascii: "\\"), base[position + 1] == UInt8(ascii: "u") else {
          throw fault("half of a surrogate pair is missing")
        }
        position += 2
        let low = try readHex()
        guard (0xDC00..<0xE000).contains(low) else { throw fault("half of a surrogate pair is missing") }
        scalar = 0x10000 + (scalar - 0xD800) << 10 + (low - 0xDC00)
      }
      guard Unicode.Scalar(scalar) != nil else { throw fault("half of a surrogate pair is missing") }
    default: throw fault("unknown escape")
    }
    for unit in Unicode.Scalar(scalar)!.utf8 {
      base[write] = unit
      write += 1
    }
  }

  private func readHex() throws(RowFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard position < recordEnd, let digit = hexDigit(base[position]) else { throw fault("`\\u` needs four hexadecimal digits") }
      value = value << 4 | digit
      position += 1
    }
    return value
  }

  private func hexDigit(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte - UInt8(ascii: "A")) + 10
    default: nil
    }
  }
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
