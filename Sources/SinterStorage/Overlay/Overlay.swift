package import SinterModel

/// What commits since the last fold changed, laid over the segments of one generation.
///
/// A persistent value: a copy is O(1), is a snapshot and a savepoint, and shares all it can with
/// the original. ``apply(_:)`` is the only way to change one; the writer, readers that catch up
/// and other processes all go through it and reach the same overlay.
package struct Overlay: Sendable {
  /// Tables that are changed only while a single overlay refers to them; that is the proof for `@unchecked Sendable`.
  ///
  /// Behind a reference, so that whoever asks an overlay that lies in an object retains one thing.
  private final class Storage: @unchecked Sendable {
    var tables: OverlayTables
    init(_ tables: OverlayTables) { self.tables = tables }
  }

  private var storage: Storage

  /// The overlay right after a fold, or of a new store.
  package init(catalog: Catalog, sequence: UInt64) {
    storage = Storage(OverlayTables(catalog: catalog, sequence: sequence))
  }

  /// A label set that stands for "no such node".
  package static let noLabelSet = UInt32.max

  // Read in place: a copy would count a reference for each of its tables.
  var tables: OverlayTables { _read { yield storage.tables } }

  /// Names, counts, schema and blobs as of ``sequence``.
  package var catalog: Catalog { _read { yield storage.tables.catalog } }

  /// The number of the last commit applied; commits are numbered from 1 and never reuse a number.
  package internal(set) var sequence: UInt64 {
    get { storage.tables.sequence }
    set {
      makeUnique()
      storage.tables.sequence = newValue
    }
  }

  /// Changes applied since the fold.
  package var changeCount: Int { storage.tables.changeCount }

  /// Carries out one change.
  ///
  /// - Throws: `StorageError.Damaged` when the change does not fit what came before it (a label set
  ///   that does not exist, say); changes made by a writer always fit.
  /// - Complexity: O(1) expected, plus the length of changed neighbour lists near by for relationships.
  package mutating func apply(_ change: Change) throws(SinterError) {
    makeUnique()
    try storage.tables.apply(change)
  }

  /// Carries out many changes at once, on the tables themselves.
  mutating func withTables(_ body: (inout OverlayTables) throws(SinterError) -> Void) throws(SinterError) {
    makeUnique()
    try body(&storage.tables)
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.tables) }
  }
}

/// The tables of an overlay.
struct OverlayTables: Sendable {
  var catalog: Catalog
  var sequence: UInt64
  var changeCount = 0

  var labelSets = IDTable<UInt32>()
  var relationships = IDTable<OverlayRelationship>()
  /// By key id.
  var nodeProperties: [IDTable<Value>] = []
  var relationshipProperties: [IDTable<Value>] = []
  /// By type id.
  var outgoing: [AdjacencyTable] = []
  var incoming: [AdjacencyTable] = []
  var indexDeltas: [UInt32: IndexDelta] = [:]

  init(catalog: Catalog, sequence: UInt64) {
    self.catalog = catalog
    self.sequence = sequence
  }
}

/// A relationship that the base does not have as it is.
package enum OverlayRelationship: Sendable {
  case deleted
  case record(RelationshipRecord)
}

// MARK: Queries

extension Overlay {
  package var isEmpty: Bool { changeCount == 0 }

  /// Whether the column has changes at all.
  package func touches(_ kind: SegmentKind, column: UInt32) -> Bool {
    switch kind {
    case .labelSets: !storage.tables.labelSets.isEmpty
    case .relationshipTypes, .starts, .ends: !storage.tables.relationships.isEmpty
    case .nodeProperty: storage.tables.nodeProperties.touched(column)
    case .relationshipProperty: storage.tables.relationshipProperties.touched(column)
    case .outgoing: storage.tables.outgoing.touched(column)
    case .incoming: storage.tables.incoming.touched(column)
    case .index: storage.tables.indexDeltas[column].map { $0.count > 0 } ?? false
    case .blob: false
    }
  }

  /// Whether the segment of the column may have changes: if not, read it straight from the map.
  /// - Complexity: O(1)
  package func touches(_ kind: SegmentKind, column: UInt32, segment: Int) -> Bool {
    switch kind {
    case .labelSets: storage.tables.labelSets.touches(segment: segment)
    case .relationshipTypes, .starts, .ends: storage.tables.relationships.touches(segment: segment)
    case .nodeProperty: storage.tables.nodeProperties.touched(column, segment: segment)
    case .relationshipProperty: storage.tables.relationshipProperties.touched(column, segment: segment)
    case .outgoing: storage.tables.outgoing.touched(column, segment: segment)
    case .incoming: storage.tables.incoming.touched(column, segment: segment)
    case .index: touches(.index, column: column)
    case .blob: false
    }
  }

  /// The node's label set: nil as in the base, ``noLabelSet`` deleted.
  package func labelSet(of node: UInt32) -> UInt32? { storage.tables.labelSets[node] }

  /// The relationship's state: nil as in the base.
  package func relationship(_ id: UInt32) -> OverlayRelationship? { storage.tables.relationships[id] }

  /// The property: nil as in the base, `.null` removed.
  package func propertyValue(_ entity: EntityKind, key: KeyID, id: UInt32) -> Value? {
    let column = Int(key.rawValue)
    let columns = entity == .node ? storage.tables.nodeProperties : storage.tables.relationshipProperties
    return column < columns.count ? columns[column][id] : nil
  }

  /// What changed in the node's neighbours: nil nothing.
  package func adjacency(type: TypeID, _ direction: Direction, node: UInt32) -> AdjacencyDelta? {
    let column = Int(type.rawValue)
    let columns = direction == .outgoing ? storage.tables.outgoing : storage.tables.incoming
    return column < columns.count ? columns[column][node] : nil
  }

  /// All changes in neighbours of a type and direction.
  func adjacencyTable(_ type: TypeID, _ direction: Direction) -> AdjacencyTable {
    let columns = direction == .outgoing ? storage.tables.outgoing : storage.tables.incoming
    return Int(type.rawValue) < columns.count ? columns[Int(type.rawValue)] : AdjacencyTable()
  }

  /// Tells for most nodes without changes in their neighbours that they have none.
  func adjacencyFilter(_ type: TypeID, _ direction: Direction) -> NodeFilter { adjacencyTable(type, direction).filter }

  /// What changed in the index: nil nothing.
  package func indexDelta(_ index: UInt32) -> IndexDelta? { storage.tables.indexDeltas[index] }
}

extension [IDTable<Value>] {
  func touched(_ column: UInt32) -> Bool { column < count && !self[Int(column)].isEmpty }
  func touched(_ column: UInt32, segment: Int) -> Bool { column < count && self[Int(column)].touches(segment: segment) }
}

extension [AdjacencyTable] {
  func touched(_ column: UInt32) -> Bool { column < count && !self[Int(column)].isEmpty }
  func touched(_ column: UInt32, segment: Int) -> Bool { column < count && self[Int(column)].touches(segment: segment) }
}
