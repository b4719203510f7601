import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What lies beside a store file as `STORE-lock`: LMDB's table of readers and the writers' mutex,
/// mapped by all processes that have the store open.
enum LockFile {
  /// Gives the file its space on the disk. LMDB only sets its length, and writes to a mapped page for which the disk
  /// has no room end the process.
  ///
  /// Called before the environment opens: closing a file's descriptor ends all locks that a process has on it.
  /// - Throws: `StorageError.DiskFull`. Other failures are LMDB's to report.
  static func reserve(_ storePath: String, readerLimit: Int) throws(SinterError) {
    #if canImport(Glibc)
      let path = storePath + "-lock"
      let sizeBytes = (readerLimit + 2) * 64
      var status = stat()
      if stat(path, &status) == 0, Int(status.st_blocks) * 512 >= sizeBytes { return }
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { return }
      defer { close(descriptor) }
      let code = posix_fallocate(descriptor, 0, off_t(sizeBytes))
      guard code == ENOSPC || code == EDQUOT else { return }
      throw LMDBError.make(ENOSPC, "make the file", path: path)
    #endif
  }
}
