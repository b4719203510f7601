import CLMDB
package import SinterModel

extension ReadTransaction {
  /// Pages that commits gave back, which later ones use again.
  /// - Complexity: O(commits that gave back pages)
  package func freePageCount() throws(SinterError) -> Int {
    // LMDB keeps its list of free pages in a database of its own, number 0: transaction, then count and page numbers.
    var cursor: OpaquePointer?
    var code = mdb_cursor_open(handle, 0, &cursor)
    guard code == 0, let cursor else { throw LMDBError.make(code, "read", path: environment.path) }
    defer { mdb_cursor_close(cursor) }
    var key = MDB_val()
    var value = MDB_val()
    var pages = 0
    code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST)
    while code == 0 {
      if value.mv_size >= MemoryLayout<Int>.size, let start = value.mv_data {
        // The count that stands there cannot be more than there is room for.
        let room = value.mv_size / MemoryLayout<Int>.size - 1
        pages += min(max(start.loadUnaligned(as: Int.self), 0), room)
      }
      code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)
    }
    guard code == MDB_NOTFOUND else { throw LMDBError.make(code, "read", path: environment.path) }
    return pages
  }
}
