import SinterModel

/// A property of a mapping, bound to its columns: appends a row's value to a chunk's column.
struct PropertyReader {
  enum Source {
    case column(Int)
    case value(Value)
    case template(TemplateReader)
  }
  let name: String
  let source: Source
  let type: ValueType
  let separator: [UInt8]
  let format: TemporalFormat?
  let columnKind: ColumnKind
  private let nulls: NullTexts
  private let columnName: String?

  init(_ plan: PropertyPlan, in bound: BoundSource) {
    name = plan.name
    type = plan.type
    separator = plan.separator
    format = plan.format
    nulls = bound.nulls
    switch plan.source {
    case .column(let column):
      source = .column(bound.index(column))
      columnName = column
    case .value(let value):
      source = .value(value)
      columnName = nil
    case .template(let template):
      source = .template(TemplateReader(template, in: bound))
      columnName = template.columns.first
    }
    if case .value(let value) = plan.source {
      columnKind = PropertyReader.kind(of: value)
    } else {
      columnKind = ColumnKind(plan.type)
    }
  }

  private static func kind(of value: Value) -> ColumnKind {
    switch value {
    case .integer: .integer
    case .float: .float
    case .boolean: .boolean
    case .string: .string
    default: .value
    }
  }

  /// Appends the row's value, or null.
  /// - Throws: a fault of reason `type`; nothing is appended then.
  @inline(__always)
  func append(_ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?, to column: inout Column) throws(RowFault) {
    switch source {
    case .column(let index):
      let field = fields[index]
      if nulls.contains(field) {
        column.appendNull()
      } else {
        try append(field.bytes, isList: field.flags.contains(.list), to: &column)
      }
    case .value(let value): appendConstant(value, to: &column)
    case .template(let template):
      var scratch: [UInt8] = []
      guard let text = template.read(fields, piece: piece, scratch: &scratch) else {
        column.appendNull()
        return
      }
      switch text {
      case .field(let bytes): try append(bytes, isList: false, to: &column)
      case .scratch:
        var fault: RowFault?
        scratch.withUnsafeBufferPointer { bytes in
          do throws(RowFault) { try append(bytes, isList: false, to: &column) } catch { fault = error }
        }
        if let fault { throw fault }
      }
    }
  }

  private func appendConstant(_ value: Value, to column: inout Column) {
    switch value {
    case .integer(let number): column.append(word: UInt64(bitPattern: number))
    case .float(let number): column.append(word: number.bitPattern)
    case .boolean(let flag): column.append(word: flag ? 1 : 0)
    case .string(var text): text.withUTF8 { column.append(text: $0) }
    default: column.append(value: value)
    }
  }

  @inline(__always)
  private func append(_ text: UnsafeBufferPointer<UInt8>, isList: Bool, to column: inout Column) throws(RowFault) {
    if isList, !type.isList { throw fault(text, "is a list; read it with `type: list<…>`") }
    switch type {
    case .string:
      guard text.count <= Column.maximumTextBytes else { throw fault(text, "is longer than 16 MiB") }
      column.append(text: text)
    case .integer:
      guard let number = NumberText.integer(text) else { throw fault(text, "is not an integer") }
      column.append(word: UInt64(bitPattern: number))
    case .float:
      guard let number = NumberText.float(text) else { throw fault(text, "is not a number") }
      column.append(word: number.bitPattern)
    case .boolean:
      guard let flag = NumberText.boolean(text) else { throw fault(text, "is neither true nor false") }
      column.append(word: flag ? 1 : 0)
    case .date:
      guard case .date(let date)? = TemporalReader.read(text, .date, format) else { throw fault(text, "is not a date") }
      column.append(word: UInt64(bitPattern: date.daysSinceEpoch))
    case .localDateTime:
      guard case .localDateTime(let moment)? = TemporalReader.read(text, .localDateTime, format) else {
        throw fault(text, "is not a date and time")
      }
      column.append(
        seconds: moment.date.daysSinceEpoch * 86_400 + moment.time.nanosecondOfDay / 1_000_000_000,
        nanosecond: Int32(moment.time.nanosecondOfDay % 1_000_000_000))
    default: column.append(value: try general(text, isList: isList))
    }
  }

  private func general(_ text: UnsafeBufferPointer<UInt8>, isList: Bool) throws(RowFault) -> Value {
    guard case .list(let element) = type else { return try scalar(text, type) }
    var values: [Value] = []
    var pieces = Pieces(text, separator: isList ? [Field.listSeparator] : separator, endsEachPiece: isList)
    while let piece = pieces.next() { values.append(try scalar(piece, element)) }
    return .list(values)
  }

  private func scalar(_ text: UnsafeBufferPointer<UInt8>, _ type: ValueType) throws(RowFault) -> Value {
    let value: Value?
    switch type {
    case .string: value = .string(String(decoding: text, as: UTF8.self))
    case .integer: value = NumberText.integer(text).map { .integer($0) }
    case .float: value = NumberText.float(text).map { .float($0) }
    case .boolean: value = NumberText.boolean(text).map { .boolean($0) }
    case .json: value = ValueNotation.read(text)
    case .list: value = nil
    default: value = TemporalReader.read(text, type, format)
    }
    guard let value else { throw fault(text, "is not of type \(type.name)") }
    return value
  }

  private func fault(_ text: UnsafeBufferPointer<UInt8>, _ what: String) -> RowFault {
    RowFault(reason: .type, detail: "\(quoteForMessage(text)) \(what) (property `\(name)`)", column: columnName)
  }
}

extension PropertyReader {
  /// What the property is when it is a number or a text in a column of its own.
  var plain: PlainPropertyReader {
    let column: Int? =
      switch source {
      case .column(let index): index
      case .template(let template): template.plainColumn
      case .value: nil
      }
    guard let column else { return PlainPropertyReader(column: -1, kind: .value) }
    let isPlain = columnKind == .integer || columnKind == .float || columnKind == .string
    return PlainPropertyReader(column: isPlain ? column : -1, kind: columnKind)
  }
}

/// The usual property: a trivial value, read without the detours that a ``PropertyReader`` may have to take.
struct PlainPropertyReader: BitwiseCopyable {
  /// -1: not this kind of property.
  let column: Int
  let kind: ColumnKind

  /// Appends the row's value, or null; false, and nothing appended, where that is not so simple.
  @inline(__always)
  func append(_ fields: UnsafePointer<Field>, _ nulls: NullTexts, to target: inout Column) -> Bool {
    guard column >= 0 else { return false }
    let field = fields[column]
    if field.flags.contains(.list) { return false }
    if nulls.contains(field) {
      target.appendNull()
      return true
    }
    switch kind {
    case .integer:
      guard let number = NumberText.integer(field.bytes) else { return false }
      target.append(word: UInt64(bitPattern: number))
    case .float:
      guard let number = NumberText.float(field.bytes) else { return false }
      target.append(word: number.bitPattern)
    default:
      guard field.length <= Column.maximumTextBytes else { return false }
      target.append(text: field.bytes)
    }
    return true
  }
}

extension ValueType {
  var isList: Bool { if case .list = self { true } else { false } }
}

/// Temporal texts with or without a format.
enum TemporalReader {
  static func read(_ text: UnsafeBufferPointer<UInt8>, _ type: ValueType, _ format: TemporalFormat?) -> Value? {
    if let format, type != .duration {
      guard let moment = format.read(text) else { return nil }
      switch type {
      case .date: return .date(moment.local.date)
      case .localDateTime: return .localDateTime(moment.local)
      case .dateTime: return .dateTime(moment)
      case .localTime: return .localTime(moment.local.time)
      default: return .time(Time(local: moment.local.time, offsetSeconds: moment.offsetSeconds))
      }
    }
    var cursor = TemporalCursor(NumberText.trimmed(text))
    let value: Value?
    switch type {
    case .date: value = TemporalText.date(&cursor).map { .date($0) }
    case .localDateTime: value = TemporalText.localDateTime(&cursor).map { .localDateTime($0) }
    case .dateTime: value = TemporalText.dateTime(&cursor).map { .dateTime($0) }
    case .localTime: value = TemporalText.localTime(&cursor).map { .localTime($0) }
    case .time: value = TemporalText.time(&cursor).map { .time($0) }
    case .duration: value = TemporalText.duration(&cursor).map { .duration($0) }
    default: value = nil
    }
    return cursor.isAtEnd ? value : nil
  }
}

/// A field's text for a message: shortened, in backticks.
func quoteForMessage(_ text: UnsafeBufferPointer<UInt8>) -> String {
  let shown = String(decoding: text.prefix(40), as: UTF8.self)
  return "`\(shown)\(text.count > 40 ? "…" : "")`"
}

/// A text cut at a separator; an empty text has no pieces.
struct Pieces {
  private var rest: UnsafeBufferPointer<UInt8>
  private let separator: [UInt8]
  private let endsEachPiece: Bool
  private var isDone: Bool

  /// - Parameter endsEachPiece: the separator stands behind the last piece too.
  init(_ text: UnsafeBufferPointer<UInt8>, separator: [UInt8], endsEachPiece: Bool = false) {
    rest = text
    self.separator = separator
    self.endsEachPiece = endsEachPiece
    isDone = text.isEmpty
  }

  mutating func next() -> UnsafeBufferPointer<UInt8>? {
    guard !isDone else { return nil }
    var i = 0
    while i + separator.count <= rest.count {
      if rest[i] == separator[0], rest[i..<(i + separator.count)].elementsEqual(separator) {
        let piece = UnsafeBufferPointer(rebasing: rest[..<i])
        rest = UnsafeBufferPointer(rebasing: rest[(i + separator.count)...])
        if endsEachPiece, rest.isEmpty { isDone = true }
        return piece
      }
      i += 1
    }
    isDone = true
    return rest
  }
}

/// A template bound to its columns.
struct TemplateReader {
  private enum Part {
    case text([UInt8])
    case column(Int)
    case piece
  }
  enum Text {
    /// Bytes of the row itself.
    case field(UnsafeBufferPointer<UInt8>)
    /// Put together in the scratch given.
    case scratch
  }
  private let parts: [Part]
  private let nulls: NullTexts
  /// The one column that the template is, or -1.
  private let single: Int

  init(_ template: Template, in bound: BoundSource) {
    parts = template.parts.map { part in
      switch part {
      case .text(let text): .text(text)
      case .column(let name): .column(bound.index(name))
      case .piece: .piece
      }
    }
    nulls = bound.nulls
    if template.parts.count == 1, case .column(let name) = template.parts[0] { single = bound.index(name) } else { single = -1 }
  }

  /// The text for a row; nil when a column in it is null.
  @inline(__always)
  func read(_ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?, scratch: inout [UInt8]) -> Text? {
    if single >= 0 {
      let field = fields[single]
      return nulls.contains(field) ? nil : .field(field.bytes)
    }
    return compose(fields, piece: piece, scratch: &scratch)
  }

  /// The one column that the template is.
  var plainColumn: Int? { single >= 0 ? single : nil }

  private func compose(_ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?, scratch: inout [UInt8]) -> Text? {
    scratch.removeAll(keepingCapacity: true)
    for part in parts {
      switch part {
      case .text(let text): scratch.append(contentsOf: text)
      case .column(let index):
        if nulls.contains(fields[index]) { return nil }
        scratch.append(contentsOf: fields[index].bytes)
      case .piece:
        guard let piece else { return nil }
        scratch.append(contentsOf: piece)
      }
    }
    return .scratch
  }
}
