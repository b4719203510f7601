package import SinterModel

/// What a store takes and what waits in it, for people.
package struct StoreInfo: Sendable {
  package struct Column: Sendable {
    package var name: String
    package var valueCount: Int
    package var bytes: Int
  }

  package private(set) var fileBytes = 0
  package private(set) var pageSizeBytes = 0
  package private(set) var usedPageCount = 0
  package private(set) var freePageCount = 0
  package private(set) var formatVersion = Catalog.formatVersion
  package private(set) var generation: UInt64 = 0
  /// Commits and their changes that wait to be folded into segments, and the bytes they take.
  package private(set) var waitingCommitCount = 0
  package private(set) var waitingChangeCount = 0
  package private(set) var waitingBytes = 0
  /// The largest first.
  package private(set) var columns: [Column] = []
  /// How many commits ago the oldest open snapshot of any process was made; 0 when all are of the last commit.
  package private(set) var oldestReaderAgeCommits: UInt64 = 0

  /// - Throws: As opening the store does.
  /// - Complexity: O(segments)
  package init(path: String) throws(SinterError) {
    let file = try PageFile(path)
    let pages = try PageCheck.checkAll(file)
    fileBytes = file.byteCount
    pageSizeBytes = pages.pageSizeBytes
    usedPageCount = pages.usedPageCount
    freePageCount = pages.freePageCount
    var options = GraphStore.Options()
    options.createIfMissing = false
    options.readOnly = true
    let store = try GraphStore(path: path, options: options)
    let view = try store.snapshot()
    let catalog = view.overlay.catalog
    generation = catalog.generation
    waitingCommitCount = Int(clamping: view.overlay.sequence - min(view.overlay.sequence, catalog.foldedSequence))
    waitingChangeCount = view.overlay.changeCount
    try measure(view)
    var environmentOptions = LMDBEnvironment.Options()
    environmentOptions.readOnly = true
    let environment = try LMDBEnvironment.open(path, environmentOptions)
    let last = environment.fileInfo.lastTransactionID
    if let oldest = environment.readerTransactionIDs.first, oldest < last { oldestReaderAgeCommits = last - oldest }
  }

  private mutating func measure(_ view: GraphView) throws(SinterError) {
    var sizes: [ColumnKey: (values: Int, bytes: Int)] = [:]
    var patchBytes = 0
    try view.source.forEach(in: StoreKey.catalog..<StoreKey.afterPatches) {
      (key, bytes) throws(SinterError) -> Bool in
      if let segment = SegmentKey(key) {
        let column = ColumnKey(segment.kind, segment.column)
        sizes[column, default: (0, 0)].values += 1
        sizes[column, default: (0, 0)].bytes += bytes.count
      } else if key.patch != nil {
        patchBytes += bytes.count
      }
      return true
    }
    waitingBytes = patchBytes
    columns = sizes.map { Column(name: view.overlay.catalog.describe($0.key), valueCount: $0.value.values, bytes: $0.value.bytes) }
      .sorted { ($0.bytes, $1.name) > ($1.bytes, $0.name) }
  }
}
