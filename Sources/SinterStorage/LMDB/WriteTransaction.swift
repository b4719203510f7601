import CLMDB
package import SinterModel

/// The one write transaction of a store file. It begins, is used and ends on one thread; going out
/// of scope without ``commit()`` aborts it.
package struct WriteTransaction: ~Copyable, ByteSource {
  package let environment: LMDBEnvironment
  private let handle: OpaquePointer
  private var isFinished = false

  /// Waits until no other thread or process writes.
  package init(_ environment: LMDBEnvironment) throws(SinterError) {
    guard !environment.isReadOnly else {
      throw SinterError("StorageError.ReadOnly", "\(environment.path) was opened for reading only. Open it for writing.")
    }
    var handle: OpaquePointer?
    let code = mdb_txn_begin(environment.handle, nil, 0, &handle)
    guard code == 0, let handle else { throw LMDBError.make(code, "write to", path: environment.path) }
    self.environment = environment
    self.handle = handle
  }

  deinit { if !isFinished { mdb_txn_abort(handle) } }

  private var raw: RawTransaction { RawTransaction(handle, environment) }

  /// The number this commit will have.
  package var id: UInt64 { UInt64(mdb_txn_id(handle)) }

  package func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer? { try raw.get(key) }

  package func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError) {
    try raw.forEach(in: range, body)
  }

  package func lastKey(below bound: StoreKey) throws(SinterError) -> StoreKey? { try raw.lastKey(below: bound) }

  /// Sets a key's value.
  package func put(_ key: StoreKey, _ value: UnsafeRawBufferPointer) throws(SinterError) {
    try checkOverflowPages(key)
    try put(key, value, flags: 0)
  }

  package func put(_ key: StoreKey, _ value: [UInt8]) throws(SinterError) {
    try checkOverflowPages(key)
    try put(key, value, flags: 0)
  }

  /// Puts a key that is greater than all there are; pages are filled to the brim.
  package func append(_ key: StoreKey, _ value: UnsafeRawBufferPointer) throws(SinterError) {
    try put(key, value, flags: UInt32(MDB_APPEND))
  }

  package func append(_ key: StoreKey, _ value: [UInt8]) throws(SinterError) {
    try put(key, value, flags: UInt32(MDB_APPEND))
  }

  private func put(_ key: StoreKey, _ value: [UInt8], flags: UInt32) throws(SinterError) {
    try value.withUnsafeBufferPointer { (bytes) throws(SinterError) in
      try put(key, UnsafeRawBufferPointer(bytes), flags: flags)
    }
  }

  private func put(_ key: StoreKey, _ value: UnsafeRawBufferPointer, flags: UInt32) throws(SinterError) {
    let code = key.withBytes { bytes in
      var name = MDB_val(bytes)
      var data = MDB_val(value)
      return mdb_put(handle, environment.database, &name, &data, flags)
    }
    guard code == 0 else { throw raw.failure(code, "write to") }
  }

  /// - Returns: Whether the key was there.
  @discardableResult
  package func delete(_ key: StoreKey) throws(SinterError) -> Bool {
    try checkOverflowPages(key)
    let code = key.withBytes { bytes in
      var name = MDB_val(bytes)
      return mdb_del(handle, environment.database, &name, nil)
    }
    if code == MDB_NOTFOUND { return false }
    guard code == 0 else { throw raw.failure(code, "write to") }
    return true
  }

  /// Deletes the keys in `range`.
  ///
  /// Keys are collected first: a cursor must not be used across a delete.
  package func deleteRange(_ range: Range<StoreKey>) throws(SinterError) {
    var keys: [StoreKey] = []
    try forEach(in: range) { (key, _) throws(SinterError) -> Bool in
      keys.append(key)
      return true
    }
    for key in keys { try delete(key) }
  }

  /// Makes everything durable at once.
  /// - Throws: `StorageError.DiskFull`, `.MapFull`, `.IO`; then nothing of the transaction remains.
  package consuming func commit() throws(SinterError) {
    isFinished = true
    let code = mdb_txn_commit(handle)
    guard code == 0 else { throw LMDBError.make(code, "commit to", path: environment.path) }
  }

  /// Before LMDB frees a long value's pages: it believes the page number and count in front of
  /// them, and damaged ones would free pages of others.
  private func checkOverflowPages(_ key: StoreKey) throws(SinterError) {
    guard let (value, page) = try raw.getWithPage(key, inlineLimit: PageLayout.inlineLimitBytes(pageSize: pageSizeBytes)) else { return }
    let header = UnsafeRawBufferPointer(start: value.baseAddress! - PageLayout.headerByteCount, count: PageLayout.headerByteCount)
    let pages = PageLayout.overflowPages(valueByteCount: value.count, pageSize: pageSizeBytes)
    guard header.load64(0) == page, header.load16(10) & PageLayout.overflow != 0, Int(header.load32(12)) == pages else {
      throw SinterError(
        "StorageError.Damaged",
        "\(environment.path): the pages of a long value are damaged, so it cannot be replaced. Run `sinter check` and restore a backup.")
    }
  }

  private var pageSizeBytes: Int {
    var statistics = MDB_stat()
    mdb_env_stat(environment.handle, &statistics)
    return Int(statistics.ms_psize)
  }
}
