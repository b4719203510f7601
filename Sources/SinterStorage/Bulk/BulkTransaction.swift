package import SinterModel

/// A change of a whole store segment by segment, in one write transaction of its own generation.
///
/// Made by ``GraphStore/bulkWrite(_:)``; used inside that call.
package final class BulkTransaction {
  /// The graph as it was when the transaction began; nothing put here shows in it.
  package let view: GraphView
  private let handle: WriteHandle
  /// The next generation's catalogue, as far as segments are counted.
  package private(set) var columns: [ColumnKey: Catalog.ColumnEntry]
  package let catalog: Catalog
  private(set) var committed: (catalog: Catalog, transactionID: UInt64)?

  init(view: GraphView, handle: WriteHandle) {
    self.view = view
    self.handle = handle
    catalog = view.overlay.catalog
    columns = catalog.columns
  }

  /// Puts the values of a segment in place of those it had.
  package func replace(_ key: SegmentKey, with values: [SegmentValue]) throws(SinterError) {
    let first = SegmentKey(key.kind, key.column, key.segment).storeKey
    let last = SegmentKey(key.kind, key.column, key.segment, part: .max).storeKey
    let removed = try handle.delete(first..<StoreKey(high: last.high, low: last.low, count: 13))
    let column = ColumnKey(key.kind, key.column)
    var entry = columns[column] ?? Catalog.ColumnEntry(valueCount: 0, segmentLimit: 0)
    entry.valueCount += values.count - removed
    if !values.isEmpty { entry.segmentLimit = max(entry.segmentLimit, key.segment + 1) }
    columns[column] = entry.valueCount == 0 ? nil : entry
    for value in values { try handle.put(value) }
  }

  /// Removes an index' blocks; those that take their place are put next.
  package func clearIndex(_ index: UInt32) throws(SinterError) { try handle.delete(ColumnKey(.index, index).keys) }

  /// Puts a block of an index.
  package func put(_ block: SegmentValue) throws(SinterError) { try handle.put(block) }

  /// Makes everything durable as the next generation.
  package func commit(_ next: Catalog) throws(SinterError) {
    var next = next
    next.generation = catalog.generation + 1
    next.foldedSequence = catalog.foldedSequence
    // The new segments cannot be read in place before the commit: a sample that is far behind is left to the first who plans.
    let before = catalog.nodeCount + catalog.relationshipCount
    if abs(next.nodeCount + next.relationshipCount - before) > before / 10 { next.statistics = nil }
    try handle.put(.catalog, next.encode())
    let id = handle.id
    try handle.commit()
    committed = (next, id)
  }
}

extension GraphStore {
  /// Folds the store, then runs `body` with a transaction that replaces
  /// segments. Writers of all processes wait meanwhile; readers go on. When `body` throws, or does
  /// not commit, the store is as it was.
  /// - Parameter isCancelled: Asked while other writers are waited for; true ends it with `LimitError.Cancelled`.
  package func bulkWrite(
    isCancelled: (() -> Bool)? = nil, _ body: @escaping @Sendable (BulkTransaction) throws(SinterError) -> Void
  ) throws(SinterError) {
    try performExclusive(isCancelled: isCancelled) { (core, handle) throws(SinterError) in
      var open = handle
      while true {
        let state = try core.state(under: open)
        if state.overlay.sequence <= state.overlay.catalog.foldedSequence {
          defer { open.abort() }
          return try core.bulkWrite(open, state, body)
        }
        try core.fold(open, progress: nil)
        open = try WriteHandle(core.environment)
      }
    }
  }
}

extension StoreCore {
  fileprivate func bulkWrite(
    _ handle: WriteHandle, _ state: State, _ body: (BulkTransaction) throws(SinterError) -> Void
  ) throws(SinterError) {
    let view = try GraphView(ReadTransaction(environment), directory: state.directory, overlay: state.overlay)
    let transaction = BulkTransaction(view: view, handle: handle)
    try body(transaction)
    guard let (catalog, id) = transaction.committed else { return }
    publish(
      State(
        transactionID: id, directory: SegmentDirectory(),
        overlay: Overlay(catalog: catalog, sequence: catalog.foldedSequence)))
  }
}
