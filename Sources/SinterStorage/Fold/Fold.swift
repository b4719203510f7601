import SinterModel

/// Merges an overlay into the segments of the next generation.
///
/// Every segment that the overlay touches is read through a view of the state before and encoded
/// anew; all others stay as they are. The view is all that is needed for that, so writers go on
/// meanwhile; only ``put(_:_:)`` needs the write transaction.
struct Fold {
  let view: GraphView
  let overlay: Overlay
  /// The catalog of the next generation.
  private(set) var catalog: Catalog
  /// The segments and their values, none for those that are empty now.
  private var segments: [(key: SegmentKey, values: [SegmentValue])] = []
  /// The indexes and their blocks.
  var indexes: [(id: UInt32, values: [SegmentValue], distinctKeys: Int)] = []
  /// Asked between segments whether to give up.
  private let shouldStop: () -> Bool

  /// Thrown when ``shouldStop`` says so; nothing has happened then.
  static let stopped = SinterError("LimitError.Cancelled", "Folding was given up.")

  init(view: GraphView, shouldStop: @escaping () -> Bool = { false }) {
    self.view = view
    self.shouldStop = shouldStop
    overlay = view.overlay
    catalog = overlay.catalog
    catalog.generation += 1
    catalog.foldedSequence = overlay.sequence
    catalog.mergeSearchChanges()
  }

  /// The columns that are not as they were.
  var touchedColumns: Set<ColumnKey> {
    Set(segments.map { ColumnKey($0.key.kind, $0.key.column) }).union(indexes.map { ColumnKey(.index, $0.id) })
  }

  /// Makes the new segments.
  /// - Parameter progress: Called with the share of the work that is done, 0 to 1.
  /// - Complexity: O(rows of touched segments + entries of touched indexes)
  mutating func prepare(progress: (@Sendable (Double) -> Void)?) throws(SinterError) {
    try foldLabelSets()
    progress?(0.1)
    try foldRelationships()
    progress?(0.2)
    for (key, table) in overlay.tables.nodeProperties.enumerated() {
      try foldProperty(.node, KeyID(UInt32(key)), table, limit: catalog.nodeIDLimit)
    }
    progress?(0.4)
    for (key, table) in overlay.tables.relationshipProperties.enumerated() {
      try foldProperty(.relationship, KeyID(UInt32(key)), table, limit: catalog.relationshipIDLimit)
    }
    progress?(0.6)
    for (type, table) in overlay.tables.outgoing.enumerated() { try foldAdjacency(TypeID(UInt32(type)), .outgoing, table) }
    for (type, table) in overlay.tables.incoming.enumerated() { try foldAdjacency(TypeID(UInt32(type)), .incoming, table) }
    progress?(0.8)
    for index in catalog.indexes where overlay.touches(.index, column: index.id) { try foldIndex(index) }
    progress?(0.9)
    // Before or after, it is the same graph.
    catalog.statistics = StatisticsSampler.sample(view)
  }

  /// Puts the segments and the catalog and deletes the patches that are in them.
  /// - Parameter current: The graph under the transaction: later commits may have dropped indexes.
  mutating func put(_ handle: WriteHandle, _ current: Catalog) throws(SinterError) {
    for (key, values) in segments { try replace(key, with: values, handle) }
    for index in indexes {
      let column = ColumnKey(.index, index.id)
      if current.indexEntries.contains(where: { $0.descriptor.id == index.id }) {
        try handle.delete(column.keys)
        for value in index.values { try handle.put(value) }
      }
      catalog.setIndex(index.id, blocks: index.values.count, distinctKeys: index.distinctKeys)
    }
    try handle.delete(StoreKey.patch(sequence: 0, part: 0)..<StoreKey.patch(sequence: overlay.sequence + 1, part: 0))
    try handle.put(.catalog, catalog.encode())
  }

  private mutating func add(_ key: SegmentKey, _ values: [SegmentValue]) throws(SinterError) {
    if shouldStop() { throw Fold.stopped }
    segments.append((key, values))
  }

  /// The ids of a segment that are below `limit`.
  private func ids(ofSegment segment: Int, limit: UInt32) -> Range<UInt32> {
    let first = UInt32(truncatingIfNeeded: segment * segmentLength)
    return first..<UInt32(truncatingIfNeeded: max(Int(first), min(Int(first) + segmentLength, Int(limit))))
  }

  private mutating func foldLabelSets() throws(SinterError) {
    for segment in overlay.tables.labelSets.touchedSegments {
      var sets: [UInt32] = []
      for id in ids(ofSegment: segment, limit: catalog.nodeIDLimit) {
        sets.append(try view.labelSetID(of: id) ?? Overlay.noLabelSet)
      }
      let key = SegmentKey(.labelSets, 0, UInt32(segment))
      try add(key, SegmentEncoder.encodeUInt32(sets, key: key))
    }
  }

  private mutating func foldRelationships() throws(SinterError) {
    for segment in overlay.tables.relationships.touchedSegments {
      var types: [UInt32] = []
      var starts: [UInt32] = []
      var ends: [UInt32] = []
      for id in ids(ofSegment: segment, limit: catalog.relationshipIDLimit) {
        let record = try view.relationship(RelationshipID(id))
        types.append(record?.type.rawValue ?? .max)
        starts.append(record?.start.rawValue ?? .max)
        ends.append(record?.end.rawValue ?? .max)
      }
      for (kind, values) in [(SegmentKind.relationshipTypes, types), (.starts, starts), (.ends, ends)] {
        let key = SegmentKey(kind, 0, UInt32(segment))
        try add(key, SegmentEncoder.encodeUInt32(values, key: key))
      }
    }
  }

  private mutating func foldProperty(
    _ entity: EntityKind, _ key: KeyID, _ table: IDTable<Value>, limit: UInt32
  ) throws(SinterError) {
    guard !table.isEmpty else { return }
    let column = view.column(key, of: entity)
    for segment in table.touchedSegments {
      let values = try column.gather(Array(ids(ofSegment: segment, limit: limit))).asValues
      let key = SegmentKey(.property(entity), key.rawValue, UInt32(segment))
      try add(key, try SegmentEncoder.encodeValues(values, key: key))
    }
  }

  private mutating func foldAdjacency(
    _ type: TypeID, _ direction: Direction, _ table: AdjacencyTable
  ) throws(SinterError) {
    guard !table.isEmpty else { return }
    let adjacency = view.adjacency(type, direction)
    var scratch = Adjacency.Scratch()
    var newNodes = 0
    for segment in table.touchedSegments {
      var offsets: [UInt32] = [0]
      var neighbors: [UInt32] = []
      var relationships: [UInt32] = []
      for node in ids(ofSegment: segment, limit: catalog.nodeIDLimit) {
        let before = neighbors.count
        try forEachRun(of: node, adjacency, &scratch) { run in
          neighbors.append(contentsOf: UnsafeBufferPointer(start: run.neighbors, count: run.count))
          relationships.append(contentsOf: UnsafeBufferPointer(start: run.relationships, count: run.count))
        }
        guard neighbors.count <= Int(Int32.max) else {
          throw SinterError(
            "LimitError.Relationships", "Nodes \(segment * segmentLength) and following have too many relationships of one type.")
        }
        offsets.append(UInt32(neighbors.count))
        if let delta = table[node] {
          let degree = neighbors.count - before
          let baseDegree = degree - delta.added.count + delta.removed.count
          newNodes += (degree > 0 ? 1 : 0) - (baseDegree > 0 ? 1 : 0)
        }
      }
      let key = SegmentKey(.adjacency(direction), type.rawValue, UInt32(segment))
      let values = neighbors.withUnsafeBufferPointer { neighbors in
        relationships.withUnsafeBufferPointer { relationships in
          SegmentEncoder.encodeAdjacency(offsets: offsets, neighbors: neighbors, relationships: relationships, key: key)
        }
      }
      try add(key, values)
    }
    switch direction {
    case .outgoing: catalog.startNodesByType[Int(type.rawValue)] += newNodes
    case .incoming: catalog.endNodesByType[Int(type.rawValue)] += newNodes
    }
  }

  private func forEachRun(
    of node: UInt32, _ adjacency: Adjacency, _ scratch: inout Adjacency.Scratch, _ body: (Adjacency.Run) -> Void
  ) throws(SinterError) {
    do {
      try adjacency.forEachRun(of: node, scratch: &scratch, body)
    } catch let error as SinterError {
      throw error
    } catch {
      preconditionFailure("the body throws nothing")
    }
  }

  // MARK: Values

  /// Puts the values of a segment in place of those it had.
  private mutating func replace(_ key: SegmentKey, with values: [SegmentValue], _ handle: WriteHandle) throws(SinterError) {
    let first = SegmentKey(key.kind, key.column, key.segment).storeKey
    let last = SegmentKey(key.kind, key.column, key.segment, part: .max).storeKey
    let removed = try handle.delete(first..<StoreKey(high: last.high, low: last.low, count: 13))
    for value in values { try handle.put(value) }
    let column = ColumnKey(key.kind, key.column)
    catalog.columns[column, default: .init(valueCount: 0, segmentLimit: 0)].valueCount -= removed
    for value in values { catalog.countValue(value.key) }
    if catalog.columns[column]?.valueCount == 0 { catalog.columns[column] = nil }
  }
}
