import SinterModel

/// What a column's values are held as while loading.
enum ColumnKind: UInt8, Sendable {
  case integer, float, boolean, string, date, localDateTime
  /// Anything else, as general values.
  case value

  init(_ type: ValueType) {
    switch type {
    case .integer: self = .integer
    case .float: self = .float
    case .boolean: self = .boolean
    case .string: self = .string
    case .date: self = .date
    case .localDateTime: self = .localDateTime
    default: self = .value
    }
  }
}

/// The values of one property over consecutive rows, in flat arrays.
struct Column: Sendable {
  private(set) var kind: ColumnKind
  /// An integer, a double's bits, 0 or 1, days, seconds since 1970, or, for strings,
  /// `offset << 24 | length` into ``bytes``. By row; 0 where there is no value.
  private(set) var words: [UInt64] = []
  /// 1 where the row has a value.
  private(set) var present: [UInt8] = []
  private(set) var presentCount = 0
  private(set) var bytes: [UInt8] = []
  /// Nanoseconds of `localDateTime`.
  private(set) var nanoseconds: [Int32] = []
  private(set) var values: [Value] = []

  /// A text's length must fit 24 bits of a word.
  static let maximumTextBytes = 1 << 24 - 1

  init(_ kind: ColumnKind) { self.kind = kind }

  /// A column of these arrays, which have one element a row where the kind needs them.
  init(
    _ kind: ColumnKind, words: [UInt64], present: [UInt8], bytes: [UInt8] = [], nanoseconds: [Int32] = [], values: [Value] = []
  ) {
    self.kind = kind
    self.words = words
    self.present = present
    self.bytes = bytes
    self.nanoseconds = nanoseconds
    self.values = values
    presentCount = present.reduce(0) { $0 + Int($1) }
  }

  var count: Int { present.count }

  // MARK: Appending

  mutating func reserveCapacity(_ rows: Int) {
    if kind != .value { words.reserveCapacity(rows) }
    present.reserveCapacity(rows)
  }

  mutating func appendNull() {
    present.append(0)
    switch kind {
    case .value: values.append(.null)
    case .localDateTime:
      words.append(0)
      nanoseconds.append(0)
    default: words.append(0)
    }
  }

  @inline(__always)
  mutating func append(word: UInt64) {
    words.append(word)
    present.append(1)
    presentCount += 1
  }

  @inline(__always)
  mutating func append(text: UnsafeBufferPointer<UInt8>) {
    append(word: UInt64(bytes.count) << 24 | UInt64(text.count))
    bytes.append(contentsOf: text)
  }

  mutating func append(seconds: Int64, nanosecond: Int32) {
    append(word: UInt64(bitPattern: seconds))
    nanoseconds.append(nanosecond)
  }

  /// Appends to a column of kind `value`.
  mutating func append(value: Value) {
    values.append(value)
    present.append(value.isNull ? 0 : 1)
    presentCount += value.isNull ? 0 : 1
  }

  /// Takes back all rows from `count` on.
  mutating func truncate(to newCount: Int) {
    while present.count > newCount {
      presentCount -= Int(present.removeLast())
      if kind == .value {
        values.removeLast()
      } else {
        words.removeLast()
        if kind == .localDateTime { nanoseconds.removeLast() }
      }
    }
  }

  /// Rows without value up to `newCount`.
  mutating func pad(to newCount: Int) {
    while present.count < newCount { appendNull() }
  }

  /// Appends all rows of a column of the same kind.
  mutating func append(contentsOf other: Column) {
    precondition(other.kind == kind)
    let shift = UInt64(bytes.count) << 24
    if kind == .string, shift != 0 {
      words.reserveCapacity(words.count + other.words.count)
      for row in other.words.indices { words.append(other.present[row] == 0 ? 0 : other.words[row] &+ shift) }
    } else {
      words.append(contentsOf: other.words)
    }
    bytes.append(contentsOf: other.bytes)
    nanoseconds.append(contentsOf: other.nanoseconds)
    values.append(contentsOf: other.values)
    present.append(contentsOf: other.present)
    presentCount += other.presentCount
  }

  /// Appends some rows of a column, whose kind may be another.
  mutating func append(_ other: Column, rows: Range<Int>) {
    if other.kind == kind, rows == 0..<other.count {
      append(contentsOf: other)
      return
    }
    for row in rows {
      if other.present[row] == 0 { appendNull() } else { set(count, from: other, row: row) }
    }
  }

  func isPresent(_ row: Int) -> Bool { row < present.count && present[row] != 0 }

  /// Sets, or appends, the row to that of another column; the kinds may differ.
  mutating func set(_ row: Int, from other: Column, row otherRow: Int) {
    guard other.present[otherRow] != 0 else {
      pad(to: row + 1)
      return
    }
    if other.kind != kind {
      if presentCount == 0, kind != .value { self = Column(other.kind, nullCount: count) } else { generalize() }
    }
    pad(to: row + 1)
    presentCount += present[row] == 0 ? 1 : 0
    present[row] = 1
    switch kind {
    case .value: values[row] = other.value(otherRow)
    case .string:
      let text = other.range(otherRow)
      words[row] = UInt64(bytes.count) << 24 | UInt64(text.count)
      bytes.append(contentsOf: other.bytes[text])
    case .localDateTime:
      words[row] = other.words[otherRow]
      nanoseconds[row] = other.nanoseconds[otherRow]
    default: words[row] = other.words[otherRow]
    }
  }

  private init(_ kind: ColumnKind, nullCount: Int) {
    self.init(kind)
    pad(to: nullCount)
  }

  /// Turns the column into one of general values.
  private mutating func generalize() {
    guard kind != .value else { return }
    var general = Column(.value)
    for row in 0..<count { general.append(value: value(row)) }
    self = general
  }

  // MARK: Reading

  /// Where a string's bytes are.
  @inline(__always)
  func range(_ row: Int) -> Range<Int> {
    let start = Int(words[row] >> 24)
    return start..<(start + Int(words[row] & 0xFF_FFFF))
  }

  func value(_ row: Int) -> Value {
    guard present[row] != 0 else { return .null }
    switch kind {
    case .integer: return .integer(Int64(bitPattern: words[row]))
    case .float: return .float(Double(bitPattern: words[row]))
    case .boolean: return .boolean(words[row] != 0)
    case .string: return .string(String(decoding: bytes[range(row)], as: UTF8.self))
    case .date: return .date(Date(daysSinceEpoch: Int64(bitPattern: words[row])))
    case .localDateTime:
      let seconds = Int64(bitPattern: words[row])
      return .localDateTime(
        LocalDateTime(
          date: Date(daysSinceEpoch: floorDivide(seconds, 86_400)),
          time: LocalTime(nanosecondOfDay: floorModulo(seconds, 86_400) * 1_000_000_000 + Int64(nanoseconds[row]))))
    case .value: return values[row]
    }
  }

  /// Bytes held.
  var sizeBytes: Int { words.count * 8 + present.count + bytes.count + nanoseconds.count * 4 + values.count * 64 }
}
