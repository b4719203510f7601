import SinterModel

/// The write transaction that a group of jobs shares, held where several objects can reach it.
///
/// Used on the leading writer's thread only.
final class WriteHandle: SegmentSource {
  private var transaction: WriteTransaction?
  let environment: LMDBEnvironment
  /// The number this commit will have.
  let id: UInt64
  private(set) var hasChanges = false
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

  // MARK: As the source of columns that were put and not yet committed

  var path: String { environment.path }
  /// Whatever was put moves with every change of the transaction.
  var movingValueLimitBytes: Int { .max }

  func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer? {
    try read { transaction throws(SinterError) in try transaction.get(key) }
  }

  func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError) {
    try read { transaction throws(SinterError) in try transaction.forEach(in: range, body) }
  }

  // MARK: Changing

  /// - Throws: Also what an earlier change failed with.
  func commit() throws(SinterError) {
    if let failure { throw failure }
    // `take` on a class's property leaves nil behind, so that an abort later does nothing.
    guard let open = transaction.take() else { return }
    try open.commit()
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

  /// - Returns: How many keys were deleted.
  @discardableResult
  func delete(_ range: Range<StoreKey>) throws(SinterError) -> Int {
    // Collected first: a cursor must not be used across a delete.
    var keys: [StoreKey] = []
    try forEach(in: range) { (key, _) throws(SinterError) in
      keys.append(key)
      return true
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
