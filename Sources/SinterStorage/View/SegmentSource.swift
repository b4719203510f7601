package import SinterModel

/// Where a view finds its segments: the transaction it sees, held where several objects can reach it.
package protocol SegmentSource: AnyObject {
  func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer?
  func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError)
  /// The store's file, for messages.
  var path: String { get }
  /// Values up to this size may move while the view is open, so they are copied when listed.
  var movingValueLimitBytes: Int { get }
}

/// A snapshot as a source.
final class SnapshotSource: SegmentSource {
  private let transaction: ReadTransaction

  init(_ transaction: consuming ReadTransaction) { self.transaction = transaction }

  /// The number of the commit that is seen.
  var transactionID: UInt64 { transaction.id }
  func suspend() { transaction.suspend() }
  func resume() -> Bool { transaction.resume() }

  var path: String { transaction.environment.path }
  /// Short values share pages with others, and those move.
  var movingValueLimitBytes: Int { PageLayout.inlineLimitBytes(pageSize: transaction.environment.fileInfo.pageSizeBytes) }

  func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer? { try transaction.get(key) }

  func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError) {
    try transaction.forEach(in: range, body)
  }
}
