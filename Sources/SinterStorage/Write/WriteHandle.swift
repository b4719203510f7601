import SinterModel

/// The write transaction that a group of jobs shares, held where several objects can reach it.
///
/// Used on the writer thread only.
final class WriteHandle {
  private var transaction: WriteTransaction?
  let environment: LMDBEnvironment
  private(set) var hasChanges = false
  /// What LMDB said when a change of the file failed; nothing more may be done then but abort.
  private(set) var failure: SinterError?

  init(_ environment: LMDBEnvironment) throws(SinterError) {
    self.environment = environment
    transaction = try WriteTransaction(environment)
  }

  /// The number this commit will have.
  var id: UInt64 { transaction!.id }

  /// Reads through the transaction; pointers stay valid until its next change.
  func read<R>(_ body: (borrowing WriteTransaction) throws(SinterError) -> R) throws(SinterError) -> R {
    try body(transaction!)
  }

  /// - Throws: Also what an earlier change failed with.
  func commit() throws(SinterError) {
    if let failure { throw failure }
    try transaction.take()!.commit()
  }

  /// Nothing of the transaction remains; no effect after a commit.
  func abort() { _ = transaction.take() }

  func put(_ value: SegmentValue) throws(SinterError) {
    try change { transaction throws(SinterError) in try transaction.put(value.key.storeKey, value.bytes) }
  }

  func put(_ key: StoreKey, _ bytes: [UInt8]) throws(SinterError) {
    try change { transaction throws(SinterError) in try transaction.put(key, bytes) }
  }

  /// Puts a key after all there are.
  func append(_ key: StoreKey, _ bytes: [UInt8]) throws(SinterError) {
    try change { transaction throws(SinterError) in try transaction.append(key, bytes) }
  }

  func delete(_ range: Range<StoreKey>) throws(SinterError) {
    try change { transaction throws(SinterError) in try transaction.deleteRange(range) }
  }

  private func change(_ body: (borrowing WriteTransaction) throws(SinterError) -> Void) throws(SinterError) {
    if let failure { throw failure }
    hasChanges = true
    do {
      try body(transaction!)
    } catch {
      failure = error
      throw error
    }
  }
}
