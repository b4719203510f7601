import CLMDB
package import SinterModel

/// Where bytes are read from in the order of their keys: a snapshot or a write transaction.
///
/// Pointers stay valid as the transaction does; in a write transaction until the next write.
package protocol ByteSource: ~Copyable {
  /// The value of a key; nil when there is none.
  func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer?

  /// Calls `body` for the keys in `range` in ascending order until it returns false.
  func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError)

  /// The greatest key below `bound`.
  func lastKey(below bound: StoreKey) throws(SinterError) -> StoreKey?
}

/// A consistent view of the last commit. It may be used from any thread, by one at a time.
package struct ReadTransaction: ~Copyable, ByteSource, @unchecked Sendable {
  // Sendable: opened with MDB_NOTLS, the transaction is tied to no thread; it cannot be copied.
  package let environment: LMDBEnvironment
  let handle: OpaquePointer

  package init(_ environment: LMDBEnvironment) throws(SinterError) {
    var handle: OpaquePointer?
    var code = mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &handle)
    if code == MDB_READERS_FULL {
      var dead: Int32 = 0
      mdb_reader_check(environment.handle, &dead)
      if dead > 0 { code = mdb_txn_begin(environment.handle, nil, UInt32(MDB_RDONLY), &handle) }
    }
    guard code == 0, let handle else { throw LMDBError.make(code, "read", path: environment.path) }
    self.environment = environment
    self.handle = handle
  }

  deinit { mdb_txn_abort(handle) }

  /// The number of the commit that is seen.
  package var id: UInt64 { UInt64(mdb_txn_id(handle)) }

  /// Gives the snapshot up but keeps its place among the readers; nothing may be read until ``resume()``.
  package func suspend() { mdb_txn_reset(handle) }

  /// Sees the last commit again; false when that failed and the transaction is of no more use.
  package func resume() -> Bool { mdb_txn_renew(handle) == 0 }

  package func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer? {
    try RawTransaction(handle, environment).get(key)
  }

  package func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError) {
    try RawTransaction(handle, environment).forEach(in: range, body)
  }

  package func lastKey(below bound: StoreKey) throws(SinterError) -> StoreKey? {
    try RawTransaction(handle, environment).lastKey(below: bound)
  }
}

/// What both kinds of transaction do alike.
struct RawTransaction {
  let handle: OpaquePointer
  let environment: LMDBEnvironment

  init(_ handle: OpaquePointer, _ environment: LMDBEnvironment) {
    self.handle = handle
    self.environment = environment
  }

  func get(_ key: StoreKey) throws(SinterError) -> UnsafeRawBufferPointer? {
    var value = MDB_val()
    let code = key.withBytes { bytes in
      var name = MDB_val(bytes)
      return mdb_get(handle, environment.database, &name, &value)
    }
    if code == MDB_NOTFOUND { return nil }
    guard code == 0 else { throw failure(code, "read") }
    return UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)
  }

  func forEach(
    in range: Range<StoreKey>, _ body: (StoreKey, UnsafeRawBufferPointer) throws(SinterError) -> Bool
  ) throws(SinterError) {
    let cursor = try openCursor()
    defer { mdb_cursor_close(cursor) }
    var name = MDB_val()
    var value = MDB_val()
    var code = seek(cursor, range.lowerBound, &name, &value)
    while code == 0 {
      guard let key = StoreKey(UnsafeRawBufferPointer(start: name.mv_data, count: name.mv_size)) else {
        throw SinterError(
          "StorageError.Damaged",
          "\(environment.path) holds a key of \(name.mv_size) bytes, which no store writes. Run `sinter check` and restore a backup.")
      }
      guard key < range.upperBound else { return }
      guard try body(key, UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size)) else { return }
      code = mdb_cursor_get(cursor, &name, &value, MDB_NEXT)
    }
    guard code == MDB_NOTFOUND else { throw failure(code, "read") }
  }

  func lastKey(below bound: StoreKey) throws(SinterError) -> StoreKey? {
    let cursor = try openCursor()
    defer { mdb_cursor_close(cursor) }
    var name = MDB_val()
    var value = MDB_val()
    var code = seek(cursor, bound, &name, &value)
    if code == 0 {
      code = mdb_cursor_get(cursor, &name, &value, MDB_PREV)
    } else if code == MDB_NOTFOUND {
      code = mdb_cursor_get(cursor, &name, &value, MDB_LAST)
    }
    if code == MDB_NOTFOUND { return nil }
    guard code == 0 else { throw failure(code, "read") }
    return StoreKey(UnsafeRawBufferPointer(start: name.mv_data, count: name.mv_size))
  }

  /// A value that stands on pages of its own, with the number of the first; nil for a shorter value
  /// or none. The number follows the key in the leaf page.
  func getWithPage(_ key: StoreKey, inlineLimit: Int) throws(SinterError) -> (UnsafeRawBufferPointer, UInt64)? {
    let cursor = try openCursor()
    defer { mdb_cursor_close(cursor) }
    var name = MDB_val()
    var value = MDB_val()
    let code = key.withBytes { bytes in
      name = MDB_val(bytes)
      return mdb_cursor_get(cursor, &name, &value, MDB_SET_KEY)
    }
    if code == MDB_NOTFOUND { return nil }
    guard code == 0 else { throw failure(code, "read") }
    guard value.mv_size > inlineLimit, let place = name.mv_data else { return nil }
    return (
      UnsafeRawBufferPointer(start: value.mv_data, count: value.mv_size),
      UInt64(littleEndian: (place + name.mv_size).loadUnaligned(as: UInt64.self))
    )
  }

  private func openCursor() throws(SinterError) -> OpaquePointer {
    var cursor: OpaquePointer?
    let code = mdb_cursor_open(handle, environment.database, &cursor)
    guard code == 0, let cursor else { throw failure(code, "read") }
    return cursor
  }

  private func seek(_ cursor: OpaquePointer, _ key: StoreKey, _ name: inout MDB_val, _ value: inout MDB_val) -> Int32 {
    key.withBytes { bytes in
      name = MDB_val(bytes)
      // LMDB replaces the name by a pointer into the page where it finds one.
      return mdb_cursor_get(cursor, &name, &value, MDB_SET_RANGE)
    }
  }

  func failure(_ code: Int32, _ action: String) -> SinterError {
    LMDBError.make(code, action, path: environment.path)
  }
}

extension MDB_val {
  init(_ bytes: UnsafeRawBufferPointer) {
    self.init(mv_size: bytes.count, mv_data: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
  }
}
