package import SinterModel

/// What a store says about itself: names, counts, schema, and how many segment values each column has.
///
/// The catalogue in the file is that of the last fold or load; ``Overlay`` carries it forward as
/// patches are applied. It is a value: copies share their storage.
package struct Catalog: Sendable, Equatable {
  /// Changes whenever segments change: a fold, a bulk load.
  package var generation: UInt64 = 1
  /// The last commit whose patch is folded into the segments.
  package var foldedSequence: UInt64 = 0

  /// Every id in use is below these.
  package var nodeIDLimit: UInt32 = 0
  package var relationshipIDLimit: UInt32 = 0

  package internal(set) var labels = NameTable()
  package internal(set) var types = NameTable()
  package internal(set) var keys = NameTable()

  /// Label sets by id, each ascending; a node has one of them. Set 0 is the empty set.
  package internal(set) var labelSets: [[LabelID]] = [[]]
  private var labelSetIDs: [[LabelID]: UInt32] = [[]: 0]

  package internal(set) var nodeCount = 0
  package internal(set) var relationshipCount = 0
  /// Live nodes by label id, live relationships by type id.
  package internal(set) var nodesByLabel: [Int] = []
  package internal(set) var relationshipsByType: [Int] = []
  /// Nodes with at least one relationship of a type; as of the last fold or load.
  package var startNodesByType: [Int] = []
  package var endNodesByType: [Int] = []

  package internal(set) var indexEntries: [IndexEntry] = []
  package internal(set) var constraints: [ConstraintDescriptor] = []
  package var nextIndexID: UInt32 = 0
  package internal(set) var searchIndexes: [SearchIndexEntry] = []

  package internal(set) var blobs: [String: BlobEntry] = [:]
  package var nextBlobID: UInt32 = 0

  /// What the file holds of each column: lost segments are noticed by it.
  package var columns: [ColumnKey: ColumnEntry] = [:]

  /// A sample taken when the segments were written; nil in files that have none.
  package var statistics: SampledStatistics?

  package struct IndexEntry: Sendable, Equatable {
    package var descriptor: IndexDescriptor
    /// Distinct keys at the last fold, load or creation.
    package var distinctKeys: Int
  }

  package struct BlobEntry: Sendable, Equatable {
    package var id: UInt32
    package var sizeBytes: Int
    package var chunks: Int
  }

  package struct ColumnEntry: Sendable, Equatable {
    /// Values in the store, all parts counted.
    package var valueCount: Int
    /// Every segment is below this.
    package var segmentLimit: UInt32
    package init(valueCount: Int, segmentLimit: UInt32) {
      self.valueCount = valueCount
      self.segmentLimit = segmentLimit
    }
  }

  package init() {}

  /// Counts one value put under `key`; for those who build a generation value by value.
  package mutating func countValue(_ key: SegmentKey) {
    var entry = columns[ColumnKey(key.kind, key.column)] ?? ColumnEntry(valueCount: 0, segmentLimit: 0)
    entry.valueCount += 1
    entry.segmentLimit = max(entry.segmentLimit, key.segment &+ 1)
    columns[ColumnKey(key.kind, key.column)] = entry
  }
}

/// Names given out in order: ids are positions and stay for ever.
package struct NameTable: Sendable, Equatable {
  package private(set) var names: [String] = []
  private var ids: [String: UInt32] = [:]

  package init() {}
  package func id(_ name: String) -> UInt32? { ids[name] }

  /// The id of a name, added when it is new.
  @discardableResult
  package mutating func add(_ name: String) -> UInt32 {
    if let id = ids[name] { return id }
    let id = UInt32(names.count)
    names.append(name)
    ids[name] = id
    return id
  }
}

// MARK: Names

extension Catalog {
  package var labelNames: [String] { labels.names }
  package var typeNames: [String] { types.names }
  package var keyNames: [String] { keys.names }
  package func labelID(_ name: String) -> LabelID? { labels.id(name).map { LabelID($0) } }
  package func typeID(_ name: String) -> TypeID? { types.id(name).map { TypeID($0) } }
  package func keyID(_ name: String) -> KeyID? { keys.id(name).map { KeyID($0) } }

  @discardableResult
  package mutating func addLabel(_ name: String) -> LabelID {
    let id = labels.add(name)
    if nodesByLabel.count <= Int(id) { nodesByLabel.append(0) }
    return LabelID(id)
  }

  @discardableResult
  package mutating func addType(_ name: String) -> TypeID {
    let id = types.add(name)
    if relationshipsByType.count <= Int(id) {
      relationshipsByType.append(0)
      startNodesByType.append(0)
      endNodesByType.append(0)
    }
    return TypeID(id)
  }

  @discardableResult
  package mutating func addKey(_ name: String) -> KeyID { KeyID(keys.add(name)) }

  /// The number of a label set given ascending and without repeats.
  package func labelSetID(_ labels: [LabelID]) -> UInt32? { labelSetIDs[labels] }

  @discardableResult
  package mutating func addLabelSet(_ labels: [LabelID]) -> UInt32 {
    if let id = labelSetIDs[labels] { return id }
    let id = UInt32(labelSets.count)
    labelSets.append(labels)
    labelSetIDs[labels] = id
    return id
  }
}

// MARK: Counts

extension Catalog {
  /// Nodes with this label set came (or, below 0, went).
  package mutating func count(labelSet: UInt32, by change: Int) {
    nodeCount += change
    for label in labelSets[Int(labelSet)] { nodesByLabel[Int(label.rawValue)] += change }
  }

  /// Relationships of this type came (or went).
  package mutating func count(type: TypeID, by change: Int) {
    relationshipCount += change
    relationshipsByType[Int(type.rawValue)] += change
  }

  /// Sets all counts to 0, for those who count anew.
  package mutating func resetCounts() {
    nodeCount = 0
    relationshipCount = 0
    nodesByLabel = Array(repeating: 0, count: labelNames.count)
    relationshipsByType = Array(repeating: 0, count: typeNames.count)
    startNodesByType = relationshipsByType
    endNodesByType = relationshipsByType
  }
}

// MARK: Schema and blobs

extension Catalog {
  package var indexes: [IndexDescriptor] { indexEntries.map(\.descriptor) }
  package func index(named name: String) -> IndexDescriptor? { indexEntries.first { $0.descriptor.name == name }?.descriptor }

  /// Adds an index whose entries lie in segments `0 ..< blocks` of its column.
  package mutating func addIndex(_ index: IndexDescriptor, blocks: Int, distinctKeys: Int) {
    indexEntries.append(IndexEntry(descriptor: index, distinctKeys: distinctKeys))
    nextIndexID = max(nextIndexID, index.id &+ 1)
    setIndex(index.id, blocks: blocks, distinctKeys: distinctKeys)
  }

  /// What an index holds after it was built anew.
  package mutating func setIndex(_ id: UInt32, blocks: Int, distinctKeys: Int) {
    if let position = indexEntries.firstIndex(where: { $0.descriptor.id == id }) {
      indexEntries[position].distinctKeys = distinctKeys
    }
    columns[ColumnKey(.index, id)] =
      blocks == 0 ? nil : ColumnEntry(valueCount: blocks, segmentLimit: UInt32(clamping: blocks))
  }

  package mutating func removeIndex(named name: String) {
    guard let position = indexEntries.firstIndex(where: { $0.descriptor.name == name }) else { return }
    columns[ColumnKey(.index, indexEntries[position].descriptor.id)] = nil
    indexEntries.remove(at: position)
  }

  package mutating func addConstraint(_ constraint: ConstraintDescriptor) { constraints.append(constraint) }
  package mutating func removeConstraint(named name: String) { constraints.removeAll { $0.name == name } }

  /// Sets a blob whose bytes lie in `chunks` segments of column `id`.
  package mutating func setBlob(_ name: String, id: UInt32, sizeBytes: Int, chunks: Int) {
    removeBlob(name)
    blobs[name] = BlobEntry(id: id, sizeBytes: sizeBytes, chunks: chunks)
    nextBlobID = max(nextBlobID, id &+ 1)
    columns[ColumnKey(.blob, id)] = chunks == 0 ? nil : ColumnEntry(valueCount: chunks, segmentLimit: UInt32(clamping: chunks))
  }

  package mutating func removeBlob(_ name: String) {
    guard let old = blobs.removeValue(forKey: name) else { return }
    columns[ColumnKey(.blob, old.id)] = nil
  }
}
