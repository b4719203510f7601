import SinterModel

/// A relationship mapping bound to a file and to the ids of the nodes. Used by one thread.
struct RelationshipMapper {
  private struct End {
    let id: IDReader
    let ids: IDLookup
    let space: String
    let column: String?

    /// The number of the node at this end; nil when there is none and that is no fault.
    @inline(__always)
    func find(
      _ fields: UnsafePointer<Field>, _ piece: UnsafeBufferPointer<UInt8>?, scratch: inout [UInt8], isOptional: Bool
    ) throws(RowFault) -> UInt32? {
      try id.read(fields, piece: piece, scratch: &scratch) { (text) throws(RowFault) -> UInt32? in
        if let number = ids.find(text) { return number }
        if isOptional { return nil }
        throw missing(text)
      }
    }

    @inline(never)
    private func missing(_ text: UnsafeBufferPointer<UInt8>) -> RowFault {
      RowFault(reason: .missingNode, detail: "there is no `\(space)` with the id \(quoteForMessage(text))", column: column)
    }
  }
  /// How a row's properties are read.
  private struct Readers {
    let properties: [PropertyReader]
    let plain: [PlainPropertyReader]
    let nulls: NullTexts

    init(_ plans: [PropertyPlan], in bound: BoundSource) {
      properties = plans.map { PropertyReader($0, in: bound) }
      plain = properties.map(\.plain)
      nulls = bound.nulls
    }
  }

  private let plan: RelationshipPlan
  private let mapping: Int
  private let from: End
  private let to: End
  /// Keeps alive what the ends look up.
  private let dictionaries: [IDDictionary]
  private let type: TemplateReader
  private let constantType: String?
  private let readers: Readers
  private let condition: RowFilter?
  private let split: (column: Int, separator: [UInt8])?
  private let nulls: NullTexts
  private var scratch: [UInt8] = []
  /// What is mapped where all rows have one type.
  private var only: RelationshipChunk
  /// By type, where rows have theirs.
  private var typed: [RelationshipChunk] = []
  private var typeChunks: [[UInt8]: Int] = [:]
  private(set) var skipped = 0
  /// What the current row has appended to: chunk of ``typed``, or -1, and length before.
  private var journal: [(chunk: Int, count: Int)] = []

  init(_ plan: RelationshipPlan, mapping: Int, in bound: BoundSource, spaces: [String: SpaceIDs]) {
    self.plan = plan
    self.mapping = mapping
    func bind(_ end: EndPlan, _ space: SpaceIDs) -> End {
      End(
        id: IDReader(end.id, isInteger: space.isInteger, what: "`\(end.label ?? end.space)`", in: bound),
        ids: space.ids.lookup, space: end.label ?? end.space, column: end.id.columns.first)
    }
    let (fromSpace, toSpace) = (spaces[plan.from.space] ?? SpaceIDs(), spaces[plan.to.space] ?? SpaceIDs())
    from = bind(plan.from, fromSpace)
    to = bind(plan.to, toSpace)
    dictionaries = [fromSpace.ids, toSpace.ids]
    type = TemplateReader(plan.type, in: bound)
    constantType = plan.type.constant
    readers = Readers(plan.properties, in: bound)
    only = RelationshipChunk(mapping: mapping, type: "", columns: [])
    condition = plan.condition.map { RowFilter($0, nulls: bound.nulls, index: bound.index) }
    split = plan.split.map { (bound.index($0.column), $0.separator) }
    nulls = bound.nulls
  }

  /// The block's relationships: a chunk for each type there is.
  var chunks: [RelationshipChunk] { (constantType == nil ? typed : [only]).filter { !$0.starts.isEmpty } }

  mutating func reset() {
    // The next block will have about as many rows as this one.
    let rows = only.starts.count + only.starts.count / 16
    only = emptyChunk(constantType ?? "")
    only.reserveCapacity(rows)
    typed = []
    typeChunks = [:]
    skipped = 0
  }

  /// A column that holds the ids of one end of the relationships, to ask early for what they refer to.
  struct EndColumn: BitwiseCopyable {
    var column: Int
    var ids: IDLookup
  }

  /// The ends whose ids stand in a column of their own.
  var endColumns: [EndColumn] {
    [from, to].compactMap { end in end.id.plainColumn.map { EndColumn(column: $0, ids: end.ids) } }
  }

  mutating func beginRow() { journal.removeAll(keepingCapacity: true) }

  /// Takes back what the current row has made.
  mutating func undoRow() {
    for entry in journal.reversed() {
      if entry.chunk < 0 { only.truncate(to: entry.count) } else { typed[entry.chunk].truncate(to: entry.count) }
    }
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
    for property in readers.properties {
      if case .template = property.source, split != nil { continue }
      var column = Column(property.columnKind)
      try property.append(fields, piece: nil, to: &column)
    }
  }

  @inline(__always)
  private mutating func add(_ fields: UnsafePointer<Field>, piece: UnsafeBufferPointer<UInt8>?) throws(RowFault) {
    let isOptional = plan.missing == .skip
    guard let start = try from.find(fields, piece, scratch: &scratch, isOptional: isOptional),
      let end = try to.find(fields, piece, scratch: &scratch, isOptional: isOptional)
    else {
      skipped += 1
      return
    }
    if constantType != nil {
      journal.append((-1, only.starts.count))
      try Self.append(start, end, fields, piece, readers, to: &only)
    } else {
      let index = try chunkIndex(fields, piece)
      journal.append((index, typed[index].starts.count))
      try Self.append(start, end, fields, piece, readers, to: &typed[index])
    }
  }

  @inline(__always)
  private static func append(
    _ start: UInt32, _ end: UInt32, _ fields: UnsafePointer<Field>, _ piece: UnsafeBufferPointer<UInt8>?,
    _ readers: Readers, to chunk: inout RelationshipChunk
  ) throws(RowFault) {
    chunk.starts.append(start)
    chunk.ends.append(end)
    for position in readers.plain.indices {
      if readers.plain[position].append(fields, readers.nulls, to: &chunk.columns[position]) { continue }
      try readers.properties[position].append(fields, piece: piece, to: &chunk.columns[position])
    }
  }
  @inline(__always)
  private mutating func chunkIndex(_ fields: UnsafePointer<Field>, _ piece: UnsafeBufferPointer<UInt8>?) throws(RowFault) -> Int {
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
    typeChunks[name] = typed.count
    typed.append(emptyChunk(String(decoding: name, as: UTF8.self)))
    return typed.count - 1
  }

  private func emptyChunk(_ type: String) -> RelationshipChunk {
    RelationshipChunk(mapping: mapping, type: type, columns: readers.properties.map { Column($0.columnKind) })
  }
}

/// The ids of a space, for look-up.
struct SpaceIDs: Sendable {
  var ids = IDDictionary()
  var isInteger = false
}
