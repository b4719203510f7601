package import SinterModel

/// One write transaction: changes are seen at once through ``view`` and become durable together.
///
/// Lives for the length of one closure given to ``GraphStore/write(_:)``.
package final class GraphWriter {
  /// The graph with the transaction's own changes.
  package let view: GraphView
  let transaction: WriteHandle
  /// What the commit's patch block will hold.
  var log = PatchEncoder()
  var schema: WriterSchema
  /// Columns of segment values that this transaction put (blobs and new indexes), to be taken back on a rollback.
  var putColumns: [ColumnKey] = []
  /// Columns whose values are deleted when the transaction ends well.
  var droppedColumns: [ColumnKey] = []
  /// Elements that a constraint may speak of, in order of change.
  var touched: [TouchedElement] = []
  /// Elements of ``touched`` before this position satisfy the constraints.
  var validatedCount = 0

  /// A transaction's changes are kept in memory until it commits.
  static let logLimitBytes = 1 << 30

  init(view: GraphView, transaction: WriteHandle) {
    self.view = view
    self.transaction = transaction
    schema = WriterSchema(catalog: view.overlay.catalog)
  }

  struct TouchedElement {
    var entity: EntityKind
    var id: UInt32
  }

  /// Records a change and carries it out.
  func perform(_ change: Change) throws(SinterError) {
    try checkLog()
    try view.overlay.apply(change)
    log.append(change)
  }

  /// Whether there is room for more changes.
  func checkLog() throws(SinterError) {
    guard log.byteCount < GraphWriter.logLimitBytes else {
      throw SinterError(
        "LimitError.TransactionSize",
        "The transaction's changes take more than \(GraphWriter.logLimitBytes >> 20) MiB: split it, or use the bulk loader.")
    }
  }

  /// An estimate of what the transaction's changes take in memory: the patch, and the tables that make it readable.
  package var changeByteCount: Int { log.byteCount + log.count * 96 }

  func touch(_ entity: EntityKind, _ id: UInt32) {
    guard schema.constrains(entity) else { return }
    if let last = touched.last, last.id == id, last.entity == entity, touched.count > validatedCount { return }
    touched.append(TouchedElement(entity: entity, id: id))
  }

  // MARK: Names: found or added

  package func label(_ name: String) throws(SinterError) -> LabelID {
    if let id = view.labelID(name) { return id }
    try perform(.addName(.label, name))
    schema = WriterSchema(catalog: view.overlay.catalog)
    return LabelID(UInt32(view.overlay.catalog.labelNames.count - 1))
  }

  package func type(_ name: String) throws(SinterError) -> TypeID {
    if let id = view.typeID(name) { return id }
    try perform(.addName(.type, name))
    schema = WriterSchema(catalog: view.overlay.catalog)
    return TypeID(UInt32(view.overlay.catalog.typeNames.count - 1))
  }

  package func key(_ name: String) throws(SinterError) -> KeyID {
    if let id = view.keyID(name) { return id }
    try perform(.addName(.key, name))
    schema = WriterSchema(catalog: view.overlay.catalog)
    return KeyID(UInt32(view.overlay.catalog.keyNames.count - 1))
  }

  /// The number of a set of labels, given ascending and without repeats.
  func labelSet(_ labels: [LabelID]) throws(SinterError) -> UInt32 {
    if let id = view.overlay.catalog.labelSetID(labels) { return id }
    for label in labels where Int(label.rawValue) >= view.overlay.catalog.labelNames.count {
      throw SinterError("StorageError.UnknownName", "There is no label with number \(label.rawValue) in this store.")
    }
    try perform(.addLabelSet(labels))
    return UInt32(view.overlay.catalog.labelSets.count - 1)
  }
}
