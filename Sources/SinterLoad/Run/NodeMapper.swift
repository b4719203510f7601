import SinterModel

/// Reads an id's text from a row in its canonical form.
struct IDReader {
  private let template: TemplateReader
  private let isInteger: Bool
  private let what: String
  private let column: String?

  init(_ template: Template, isInteger: Bool, what: String, in bound: BoundSource) {
    self.template = TemplateReader(template, in: bound)
    self.isInteger = isInteger
    self.what = what
    column = template.columns.first
  }

  /// The column whose text the id is as it stands; nil where the id is put together or rewritten.
  var plainColumn: Int? { template.plainColumn }

  /// Calls `body` with the id; the bytes are valid during the call.
  /// - Throws: a fault when the id is null, empty or not of its type, and what `body` throws.
  @inline(__always)
  func read<R>(
    _ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?, scratch: inout [UInt8],
    _ body: (UnsafeBufferPointer<UInt8>) throws(RowFault) -> R
  ) throws(RowFault) -> R {
    switch template.read(fields, piece: piece, scratch: &scratch) {
    case nil: throw RowFault(reason: .missingID, detail: "the id of the \(what) is null", column: column)
    case .field(let bytes)?: return try body(canonical(bytes))
    case .scratch?:
      return try scratch.withUnsafeBufferPointer { (bytes) throws(RowFault) -> R in try body(canonical(bytes)) }
    }
  }

  @inline(__always)
  private func canonical(_ bytes: UnsafeBufferPointer<UInt8>) throws(RowFault) -> UnsafeBufferPointer<UInt8> {
    guard !bytes.isEmpty else { throw RowFault(reason: .missingID, detail: "the id of the \(what) is empty", column: column) }
    guard bytes.count <= 1 << 16 else {
      throw RowFault(reason: .missingID, detail: "the id of the \(what) is longer than 64 KiB", column: column)
    }
    return isInteger ? try canonicalInteger(bytes) : bytes
  }

  /// `007`, `7` and `7.0` are one id; the usual text is already canonical.
  private func canonicalInteger(_ bytes: UnsafeBufferPointer<UInt8>) throws(RowFault) -> UnsafeBufferPointer<UInt8> {
    guard let number = NumberText.integer(bytes) else {
      throw RowFault(reason: .type, detail: "\(quoteForMessage(bytes)) is not an integer (id of the \(what))", column: column)
    }
    let trimmed = NumberText.trimmed(bytes)
    var start = 0
    var end = trimmed.count
    if number >= 0, trimmed[start] == UInt8(ascii: "+") { start += 1 }
    if let point = trimmed.firstIndex(of: UInt8(ascii: ".")) { end = point }
    let digits = UnsafeBufferPointer(rebasing: trimmed[start..<end])
    let isNegativeZero = digits.count > 1 && digits[0] == UInt8(ascii: "-") && digits[1] == UInt8(ascii: "0")
    let hasLeadingZero = digits.count > 1 && (digits[0] == UInt8(ascii: "0") || isNegativeZero)
    guard hasLeadingZero else { return digits }
    if number < 0 {
      throw RowFault(
        reason: .type, detail: "\(quoteForMessage(bytes)) is not a plain integer (id of the \(what))", column: column)
    }
    let firstDigit = digits.firstIndex { $0 != UInt8(ascii: "0") && $0 != UInt8(ascii: "-") } ?? digits.count - 1
    return UnsafeBufferPointer(rebasing: digits[firstDigit...])
  }
}

/// A node mapping bound to a file; makes one block's nodes. Used by one thread.
struct NodeMapper {
  private let plan: NodePlan
  private let id: IDReader
  private let properties: [PropertyReader]
  private let plainProperties: [PlainPropertyReader]
  private let condition: RowFilter?
  private let split: (column: Int, separator: [UInt8])?
  private let labelColumn: Int?
  private let nulls: NullTexts
  private var scratch: [UInt8] = []
  private(set) var chunk: NodeChunk

  init(_ plan: NodePlan, in bound: BoundSource) {
    self.plan = plan
    id = IDReader(plan.id, isInteger: plan.isIntegerID, what: "`\(plan.labels.first ?? "node")`", in: bound)
    properties = plan.properties.map { PropertyReader($0, in: bound) }
    plainProperties = properties.map(\.plain)
    condition = plan.condition.map { RowFilter($0, nulls: bound.nulls, index: bound.index) }
    split = plan.split.map { (bound.index($0.column), $0.separator) }
    labelColumn = plan.labelColumn.map { bound.index($0.column) }
    nulls = bound.nulls
    chunk = NodeChunk(columns: [])
    reset()
  }

  mutating func reset() {
    chunk = NodeChunk(columns: properties.map { Column($0.columnKind) })
    if labelColumn != nil { chunk.labelTexts = Column(.string) }
    if plan.duplicates == .error { chunk.lines = [] }
  }

  mutating func map(_ fields: UnsafePointer<Field>, line: Int) throws(RowFault) {
    if let condition, !condition.passes(fields) { return }
    guard let split else {
      try add(fields, piece: nil, line: line)
      return
    }
    guard !nulls.contains(fields[split.column]) else { return }
    let field = fields[split.column]
    let isList = field.flags.contains(.list)
    var pieces = Pieces(field.bytes, separator: isList ? [Field.listSeparator] : split.separator, endsEachPiece: isList)
    while let piece = pieces.next() {
      if !piece.isEmpty { try add(fields, piece: piece, line: line) }
    }
  }

  mutating func truncate(to count: Int) { chunk.truncate(to: count) }

  private mutating func add(_ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?, line: Int) throws(RowFault) {
    var ids = Column(.string)
    swap(&ids, &chunk.ids)
    defer { swap(&ids, &chunk.ids) }
    try id.read(fields, piece: piece, scratch: &scratch) { (text) throws(RowFault) in ids.append(text: text) }
    for index in properties.indices {
      if plainProperties[index].append(fields, nulls, to: &chunk.columns[index]) { continue }
      try properties[index].append(fields, piece: piece, to: &chunk.columns[index])
    }
    if let labelColumn {
      if nulls.contains(fields[labelColumn]) {
        chunk.labelTexts?.appendNull()
      } else {
        chunk.labelTexts?.append(text: fields[labelColumn].bytes)
      }
    }
    chunk.lines?.append(line)
  }
}
