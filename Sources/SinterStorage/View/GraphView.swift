package import SinterModel
import Synchronization

/// The graph as one snapshot sees it: segments in the memory map with patches laid over them.
///
/// Readers get a view from ``GraphStore/snapshot()``; inside a write transaction
/// ``GraphWriter/view`` shows the transaction's own changes too. A view may be read from several
/// threads at once as long as nobody writes through its writer meanwhile; that is the proof for
/// `@unchecked Sendable`: `overlay` and `pending` are only set by the writer, `source` is only used
/// under the directory's lock, the rest does not change.
package final class GraphView: @unchecked Sendable {
  /// What is laid over the segments. A reader's never changes; the writer changes its own in place.
  package var overlay: Overlay
  /// Where a write transaction keeps columns that it has put and not yet committed.
  var pending: (any SegmentSource)? {
    didSet { pendingDirectory = SegmentDirectory() }
  }
  private var pendingDirectory = SegmentDirectory()
  let directory: SegmentDirectory
  let source: any SegmentSource

  // Read for every row, so they are found once.
  let labelSetTable: ColumnTable?
  let typeTable: ColumnTable?
  let startTable: ColumnTable?
  let endTable: ColumnTable?
  /// Tables found so far by a view that no writer changes.
  private let tables = Mutex<[ColumnKey: ColumnTable]>([:])
  /// By label, for each label set whether it has the label.
  private let memberships = Mutex<[UInt32: LabelMembership]>([:])

  /// A view of what `transaction` sees. `directory` belongs to the generation of the overlay's catalogue.
  package convenience init(
    _ transaction: consuming ReadTransaction, directory: SegmentDirectory, overlay: Overlay
  ) throws(SinterError) {
    try self.init(source: SnapshotSource(transaction), directory: directory, overlay: overlay)
  }

  package init(source: any SegmentSource, directory: SegmentDirectory, overlay: Overlay) throws(SinterError) {
    self.source = source
    self.directory = directory
    self.overlay = overlay
    let catalog = overlay.catalog
    labelSetTable = try directory.table(ColumnKey(.labelSets, 0), catalog, source)
    typeTable = try directory.table(ColumnKey(.relationshipTypes, 0), catalog, source)
    startTable = try directory.table(ColumnKey(.starts, 0), catalog, source)
    endTable = try directory.table(ColumnKey(.ends, 0), catalog, source)
  }

  // MARK: Idle views

  /// Gives the snapshot up, so that the view pins no pages while it is kept for ``resume()``; nothing may be read meanwhile.
  /// - Returns: the number of the commit that was seen; nil for a view that cannot be resumed, a writer's.
  package func suspend() -> UInt64? {
    guard pending == nil, let source = source as? SnapshotSource else { return nil }
    let id = source.transactionID
    source.suspend()
    return id
  }

  /// Goes on with a suspended view; false when there was a commit since, after which the view is of no use.
  ///
  /// The pages of the last commit are not used again before the commit after the next: while it is the last,
  /// all that was found in it stays where it was.
  package func resume(at transactionID: UInt64) -> Bool {
    guard let source = source as? SnapshotSource, source.resume() else { return false }
    return source.transactionID == transactionID
  }

  // MARK: Columns

  /// A column's table, wherever it is; nil for an empty column.
  func table(_ key: ColumnKey) throws(SinterError) -> ColumnTable? {
    guard let pending else {
      if let known = tables.withLock({ $0[key] }) { return known }
      let table = try directory.table(key, overlay.catalog, source)
      if let table { tables.withLock { $0[key] = table } }
      return table
    }
    if let table = try directory.table(key, overlay.catalog, mayBeElsewhere: true, source) { return table }
    return try pendingDirectory.table(key, overlay.catalog, pending)
  }

  // MARK: Names

  package func labelID(_ name: String) -> LabelID? { overlay.catalog.labelID(name) }
  package func typeID(_ name: String) -> TypeID? { overlay.catalog.typeID(name) }
  package func keyID(_ name: String) -> KeyID? { overlay.catalog.keyID(name) }
  package func name(of label: LabelID) -> String { overlay.catalog.labelNames[Int(label.rawValue)] }
  package func name(of type: TypeID) -> String { overlay.catalog.typeNames[Int(type.rawValue)] }
  package func name(of key: KeyID) -> String { overlay.catalog.keyNames[Int(key.rawValue)] }
  /// All names ever given out, live or not, in order of their ids.
  package var labelNames: [String] { overlay.catalog.labelNames }
  package var typeNames: [String] { overlay.catalog.typeNames }
  package var keyNames: [String] { overlay.catalog.keyNames }

  // MARK: Size

  /// Every node id in use is below this.
  package var nodeIDLimit: UInt32 { overlay.catalog.nodeIDLimit }
  package var relationshipIDLimit: UInt32 { overlay.catalog.relationshipIDLimit }
  package var nodeCount: Int { overlay.catalog.nodeCount }
  package var relationshipCount: Int { overlay.catalog.relationshipCount }

  package func nodeCount(label: LabelID) -> Int {
    let counts = overlay.catalog.nodesByLabel
    return Int(label.rawValue) < counts.count ? counts[Int(label.rawValue)] : 0
  }

  package func relationshipCount(type: TypeID) -> Int {
    let counts = overlay.catalog.relationshipsByType
    return Int(type.rawValue) < counts.count ? counts[Int(type.rawValue)] : 0
  }

  // MARK: Properties

  /// The column of a key over all nodes or all relationships.
  package func column(_ key: KeyID, of entity: EntityKind) -> PropertyColumn { PropertyColumn(self, key, entity) }

  /// Whether a handle on the column may leave patches aside for its whole life.
  func isClean(_ kind: SegmentKind, _ column: UInt32) -> Bool {
    pending == nil && (overlay.changeCount == 0 || !overlay.touches(kind, column: column))
  }

  /// A single property; null when the element has none.
  package func propertyValue(_ entity: EntityKind, _ key: KeyID, _ id: UInt32) throws(SinterError) -> Value {
    try column(key, of: entity).value(of: id)
  }

  /// All properties of an element in order of key id.
  package func properties(of node: NodeID) throws(SinterError) -> [(KeyID, Value)] {
    try properties(.node, node.rawValue)
  }

  package func properties(of relationship: RelationshipID) throws(SinterError) -> [(KeyID, Value)] {
    try properties(.relationship, relationship.rawValue)
  }

  private func properties(_ entity: EntityKind, _ id: UInt32) throws(SinterError) -> [(KeyID, Value)] {
    var found: [(KeyID, Value)] = []
    for number in 0..<UInt32(clamping: overlay.catalog.keyNames.count) {
      let value = try propertyValue(entity, KeyID(number), id)
      if !value.isNull { found.append((KeyID(number), value)) }
    }
    return found
  }

  // MARK: Indexes and constraints

  package var indexes: [IndexDescriptor] { overlay.catalog.indexes }
  package func index(named name: String) -> IndexDescriptor? { overlay.catalog.index(named: name) }
  package var constraints: [ConstraintDescriptor] { overlay.catalog.constraints }

  /// For each label set, whether it has the label.
  func membership(of label: LabelID) -> LabelMembership {
    let sets = overlay.catalog.labelSets
    return memberships.withLock { known in
      if let found = known[label.rawValue], found.flags.count == sets.count { return found }
      let made = LabelMembership(flags: sets.map { $0.contains(label) })
      known[label.rawValue] = made
      return made
    }
  }
}

/// Which label sets have a label, or all of several.
struct LabelMembership: Sendable {
  var flags: [Bool]

  func contains(_ set: UInt32) -> Bool { set < flags.count && flags[Int(set)] }
}
