package import SinterModel

/// How a store's file has grown, and what of that can be had back.
package struct StoreGrowth: Sendable {
  package var pageSizeBytes: Int
  /// Pages of the file.
  package var pageCount: Int
  /// Pages that hold nothing: later commits use them before the file grows.
  package var freePageCount: Int
  /// Commits and their changes that are not folded into the columns, and the bytes and pages they take.
  package var waitingCommitCount: Int
  package var waitingChangeCount: Int
  package var waitingBytes: Int
  package var waitingPageCount: Int
  /// The last commit that is folded, and the last one there is.
  package var foldedCommit: UInt64
  package var lastCommit: UInt64

  /// What folding frees for later commits.
  package var foldableBytes: Int { waitingPageCount * pageSizeBytes }
  /// By how much a copy made now would be smaller than the file.
  package var reclaimableBytes: Int { freePageCount * pageSizeBytes }
}

extension GraphStore {
  /// What the store takes, without reading its data.
  /// - Complexity: O(commits that are not folded)
  package func growth() throws(SinterError) -> StoreGrowth { try core().growth() }
}

extension StoreCore {
  fileprivate func growth() throws(SinterError) -> StoreGrowth {
    let overlay = try snapshot().overlay
    let transaction = try ReadTransaction(environment)
    let file = environment.fileInfo
    let inlineLimit = PageLayout.inlineLimitBytes(pageSize: file.pageSizeBytes)
    var bytes = 0
    var pages = 0
    var inline = 0
    try transaction.forEach(in: StoreKey.patch(sequence: 0, part: 0)..<StoreKey.afterPatches) { (_, value) throws(SinterError) in
      bytes += value.count
      if value.count > inlineLimit {
        pages += PageLayout.overflowPages(valueByteCount: value.count, pageSize: file.pageSizeBytes)
      } else {
        inline += value.count
      }
      return true
    }
    pages += (inline + file.pageSizeBytes - 1) / file.pageSizeBytes
    let folded = overlay.catalog.foldedSequence
    return StoreGrowth(
      pageSizeBytes: file.pageSizeBytes, pageCount: file.pageCount, freePageCount: try transaction.freePageCount(),
      waitingCommitCount: Int(clamping: overlay.sequence - min(overlay.sequence, folded)), waitingChangeCount: overlay.changeCount,
      waitingBytes: bytes, waitingPageCount: pages, foldedCommit: folded, lastCommit: overlay.sequence)
  }
}
