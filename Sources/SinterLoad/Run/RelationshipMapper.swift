import SinterModel

/// A relationship mapping bound to a file and to the ids of the nodes. Used by one thread.
struct RelationshipMapper {
  private struct End {
    let id: IDReader
    let ids: IDDictionary
    let space: String
    let column: String?
  }
  private let plan: RelationshipPlan
  private let mapping: Int
  private let from: End
  private let to: End
  private let type: TemplateReader
  private let constantType: String?
  private let properties: [PropertyReader]
  private let condition: RowFilter?
  private let split: (column: Int, separator: [UInt8])?
  private let nulls: NullTexts
  private var scratch: [UInt8] = []
  private var typeChunks: [[UInt8]: Int] = [:]
  private(set) var chunks: [RelationshipChunk] = []
  private(set) var skipped = 0
  /// What the current row has appended to: chunk and length before.
  private var journal: [(chunk: Int, count: Int)] = []

  init(_ plan: RelationshipPlan, mapping: Int, in bound: BoundSource, spaces: [String: SpaceIDs]) {
    self.plan = plan
    self.mapping = mapping
    func bind(_ end: EndPlan) -> End {
      let space = spaces[end.space] ?? SpaceIDs()
      return End(
        id: IDReader(end.id, isInteger: space.isInteger, what: "`\(end.label ?? end.space)`", in: bound), ids: space.ids,
        space: end.label ?? end.space, column: end.id.columns.first)
    }
    from = bind(plan.from)
    to = bind(plan.to)
    type = TemplateReader(plan.type, in: bound)
    constantType = plan.type.constant
    properties = plan.properties.map { PropertyReader($0, in: bound) }
    condition = plan.condition.map { RowFilter($0, nulls: bound.nulls, index: bound.index) }
    split = plan.split.map { (bound.index($0.column), $0.separator) }
    nulls = bound.nulls
  }

  mutating func reset() {
    chunks = []
    typeChunks = [:]
    skipped = 0
  }

  mutating func beginRow() { journal.removeAll(keepingCapacity: true) }

  /// Takes back what the current row has made.
  mutating func undoRow() {
    for entry in journal.reversed() { chunks[entry.chunk].truncate(to: entry.count) }
    journal.removeAll(keepingCapacity: true)
  }

  mutating func map(_ fields: UnsafePointer<Field>) throws(RowFault) {
    if let condition, !condition.passes(fields) { return }
    guard let split else {
      try add(fields, piece: nil)
      return
    }
    guard !nulls.contains(fields[split.column]) else { return }
    let field = fields[split.column]
    let isList = field.flags.contains(.list)
    var pieces = Pieces(field.bytes, separator: isList ? [Field.listSeparator] : split.separator, endsEachPiece: isList)
    while let piece = pieces.next() {
      if !piece.isEmpty { try add(fields, piece: piece) }
    }
  }

  /// Reads the properties of a row only to see whether they can be read.
  func validate(_ fields: UnsafePointer<Field>) throws(RowFault) {
    if let condition, !condition.passes(fields) { return }
    for property in properties {
      if case .template = property.source, split != nil { continue }
      var column = Column(property.columnKind)
      try property.append(fields, piece: nil, to: &column)
    }
  }

  @inline(__always)
  private mutating func add(_ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?) throws(RowFault) {
    guard let start = try find(from, fields, piece), let end = try find(to, fields, piece) else {
      skipped += 1
      return
    }
    let index = try chunkIndex(fields, piece)
    journal.append((index, chunks[index].starts.count))
    chunks[index].starts.append(start)
    chunks[index].ends.append(end)
    for position in properties.indices {
      try properties[position].append(fields, piece: piece, to: &chunks[index].columns[position])
    }
  }

  @inline(__always)
  private mutating func find(
    _ end: borrowing End, _ fields: UnsafePointer<Field>, _ piece: UnsafeBufferPointer<UInt8>?
  ) throws(RowFault) -> UInt32? {
    let missing = plan.missing
    let space = end.space
    let column = end.column
    let ids = end.ids
    return try end.id.read(fields, piece: piece, scratch: &scratch) { (text) throws(RowFault) -> UInt32? in
      if let number = ids.find(text) { return number }
      if missing == .skip { return nil }
      throw RowFault(reason: .missingNode, detail: "there is no `\(space)` with the id \(quoteForMessage(text))", column: column)
    }
  }

  @inline(__always)
  private mutating func chunkIndex(_ fields: UnsafePointer<Field>, _ piece: UnsafeBufferPointer<UInt8>?) throws(RowFault) -> Int {
    if let constantType {
      if chunks.isEmpty { appendChunk(constantType) }
      return 0
    }
    let name: [UInt8]
    switch type.read(fields, piece: piece, scratch: &scratch) {
    case nil: throw RowFault(reason: .missingID, detail: "the type of the relationship is null", column: plan.type.columns.first)
    case .field(let bytes)?: name = Array(bytes)
    case .scratch?: name = scratch
    }
    guard !name.isEmpty else {
      throw RowFault(reason: .missingID, detail: "the type of the relationship is empty", column: plan.type.columns.first)
    }
    if let index = typeChunks[name] { return index }
    typeChunks[name] = chunks.count
    appendChunk(String(decoding: name, as: UTF8.self))
    return chunks.count - 1
  }

  private mutating func appendChunk(_ type: String) {
    chunks.append(RelationshipChunk(mapping: mapping, type: type, columns: properties.map { Column($0.columnKind) }))
  }
}

/// The ids of a space, for look-up.
struct SpaceIDs: Sendable {
  var ids = IDDictionary()
  var isInteger = false
}
