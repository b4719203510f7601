import SinterModel

/// The write transaction that a group of jobs shares, held where several objects can reach it.
///
/// Used on the writer thread only.
final class WriteHandle {
  private var transaction: WriteTransaction?
  let environment: LMDBEnvironment
  /// The number this commit will have.
  let id: UInt64
  private(set) var hasChanges = false
  /// Columns that were put by this transaction: the view's base does not have them.
  private var putColumns: Set<ColumnKey> = []
  /// What LMDB said when a change of the file failed; nothing more may be done then but abort.
  private(set) var failure: SinterError?

  init(_ environment: LMDBEnvironment) throws(SinterError) {
    self.environment = environment
    let opened = try WriteTransaction(environment)
    id = opened.id
    transaction = consume opened
  }

  /// Reads through the transaction; pointers stay valid until its next change.
  func read<R>(_ body: (borrowing WriteTransaction) throws(SinterError) -> R) throws(SinterError) -> R {
    switch transaction {
    case .some(let transaction): return try body(transaction)
    case .none: preconditionFailure("the transaction has ended")
    }
  }

  /// - Throws: Also what an earlier change failed with.
  func commit() throws(SinterError) {
    if let failure { throw failure }
    // `take` on a class's property leaves nil behind, so that an abort later does nothing.
    guard let open = transaction.take() else { return }
    try open.commit()
  }

  /// Nothing of the transaction remains; no effect after a commit.
  func abort() { _ = transaction.take() }

  /// The values of a column that this transaction put, in order of their keys; nil for other columns.
  ///
  /// Pointers stay valid until the transaction's next change.
  func values(of column: ColumnKey) throws(SinterError) -> [UnsafeRawBufferPointer]? {
    guard putColumns.contains(column) else { return nil }
    return try read { (transaction) throws(SinterError) in
      var values: [UnsafeRawBufferPointer] = []
      try transaction.forEach(in: column.keys) { (_, value) throws(SinterError) in
        values.append(value)
        return true
      }
      return values
    }
  }

  func put(_ value: SegmentValue) throws(SinterError) {
    putColumns.insert(ColumnKey(value.key.kind, value.key.column))
    try change { transaction throws(SinterError) in try transaction.put(value.key.storeKey, value.bytes) }
  }

  func put(_ key: StoreKey, _ bytes: [UInt8]) throws(SinterError) {
    try change { transaction throws(SinterError) in try transaction.put(key, bytes) }
  }

  /// Puts a key after all there are.
  func append(_ key: StoreKey, _ bytes: [UInt8]) throws(SinterError) {
    try change { transaction throws(SinterError) in try transaction.append(key, bytes) }
  }

  /// - Returns: How many keys were deleted.
  @discardableResult
  func delete(_ range: Range<StoreKey>) throws(SinterError) -> Int {
    // Collected first: a cursor must not be used across a delete.
    var keys: [StoreKey] = []
    try read { (transaction) throws(SinterError) in
      try transaction.forEach(in: range) { (key, _) throws(SinterError) in
        keys.append(key)
        return true
      }
    }
    guard !keys.isEmpty else { return 0 }
    try change { transaction throws(SinterError) in
      for key in keys { try transaction.delete(key) }
    }
    return keys.count
  }

  private func change(_ body: (borrowing WriteTransaction) throws(SinterError) -> Void) throws(SinterError) {
    if let failure { throw failure }
    hasChanges = true
    do {
      try read(body)
    } catch {
      failure = error
      throw error
    }
  }
}
