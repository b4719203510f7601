import CLMDB
import SinterModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What went wrong in LMDB or in a system call, as an error for people.
enum LMDBError {
  /// - Parameters:
  ///   - code: an LMDB code or an `errno`.
  ///   - action: what was being done, as in "write to".
  ///   - path: the store's file.
  static func make(_ code: Int32, _ action: String, path: String) -> SinterError {
    switch code {
    case ENOENT:
      SinterError("StorageError.NotFound", "There is no store at \(path). Check the path, or create the store first.")
    case EACCES, EPERM, EROFS:
      SinterError(
        "StorageError.PermissionDenied",
        "May not \(action) \(path): \(describe(code)). Check the permissions of the file, its -lock file and its folder.")
    case ENOSPC:
      diskFull(action, path)
    case EIO where hasNoSpace(path):
      diskFull(action, path)
    case MDB_MAP_FULL:
      SinterError(
        "StorageError.MapFull",
        "Could not \(action) \(path): the store has reached the largest size it was opened with. Open it with a larger map size.")
    case MDB_READERS_FULL:
      SinterError(
        "StorageError.TooManyReaders",
        "Could not \(action) \(path): too many snapshots are open at once. Close some readers and try again.")
    case MDB_INVALID:
      SinterError("StorageError.NotAStore", "\(path) is not a Sinter store. Choose another path, or move the file away.")
    case MDB_VERSION_MISMATCH:
      SinterError(
        "StorageError.NewerFormat", "\(path) was written by another version of the storage engine. Open it with that version.")
    case MDB_CORRUPTED, MDB_PAGE_NOTFOUND, MDB_PANIC:
      SinterError(
        "StorageError.Damaged",
        "Could not \(action) \(path): its pages are damaged (\(describe(code))). Run `sinter check` and restore a backup.")
    case ENOMEM:
      SinterError("StorageError.OutOfMemory", "Could not \(action) \(path): not enough memory or address space.")
    default:
      SinterError("StorageError.IO", "Could not \(action) \(path): \(describe(code)).")
    }
  }

  private static func diskFull(_ action: String, _ path: String) -> SinterError {
    SinterError(
      "StorageError.DiskFull",
      "Could not \(action) \(path): the disk is full. Free some space and try again; what was committed before is safe.")
  }

  /// A full disk can surface as EIO; the file system knows.
  private static func hasNoSpace(_ path: String) -> Bool {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return false }
    return UInt64(info.f_bavail) * UInt64(info.f_frsize) < 1 << 20
  }

  static func describe(_ code: Int32) -> String { String(cString: mdb_strerror(code)) }

  /// A closed store or a damaged key found where none can be.
  static func closed(_ path: String) -> SinterError {
    SinterError("StorageError.Closed", "The store \(path) has been closed. Open it again.")
  }
}
