package import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A new store under construction: a file beside its target that is synced and renamed into place
/// when it is whole. Killed at any moment, the target is as it was; leftovers of dead processes
/// are removed by the next one.
///
/// Used on one thread.
package final class BulkFile {
  private let target: String
  private let temporary: String
  private var environment: LMDBEnvironment?
  private var transaction: WriteTransaction?
  private var pendingBytes = 0

  /// Bytes after which what was put is committed, so that LMDB need not keep it all dirty.
  private let commitBytes: Int

  /// - Parameter commitBytes: how much may be held in memory before it goes to disk, unseen by anyone.
  /// - Throws: `StorageError.…` when the file cannot be made.
  package init(target: String, commitBytes: Int) throws(SinterError) {
    self.target = target
    self.commitBytes = commitBytes
    temporary = BulkFile.temporaryPath(of: target)
    BulkFile.remove(temporary)
    var options = LMDBEnvironment.Options()
    options.durable = false
    let environment = try LMDBEnvironment.open(temporary, options)
    self.environment = environment
    transaction = try WriteTransaction(environment)
  }

  deinit {
    transaction = nil
    environment = nil
    BulkFile.remove(temporary)
  }

  /// Appends values; keys ascend over all calls.
  /// - Throws: `StorageError.DiskFull`, `.MapFull`, `.IO`.
  package func append(_ values: [SegmentValue]) throws(SinterError) {
    for value in values {
      if pendingBytes > commitBytes { try commit() }
      try transaction!.append(value.key.storeKey, value.bytes)
      pendingBytes += value.bytes.count
    }
  }

  /// Writes the catalogue, waits for the disk and moves the file into place.
  package func publish(_ catalog: Catalog) throws(SinterError) {
    try commit()
    // What was put is read back while it is still in memory.
    let sampled = try catalog.sampled(SnapshotSource(ReadTransaction(environment!)))
    try transaction!.put(.catalog, sampled.encode())
    try commit()
    transaction = nil
    try environment!.sync()
    environment = nil
    guard access(target, F_OK) != 0 else {
      throw SinterError(
        "StorageError.AlreadyExists", "\(target) came into being while it was loaded. Remove it, or load into it again.")
    }
    guard rename(temporary, target) == 0 else { throw LMDBError.make(errno, "write to", path: target) }
    BulkFile.syncFolder(of: target)
  }

  private func commit() throws(SinterError) {
    guard let open = transaction.take() else { return }
    try open.commit()
    environment!.beginSync()
    pendingBytes = 0
    transaction = try WriteTransaction(environment!)
  }

  private static func remove(_ path: String) {
    unlink(path)
    unlink(path + "-lock")
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func syncFolder(of path: String) {
    let descriptor = open(folder(of: path), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// What this process' temporary files beside a store are called, or begin with.
  static func temporaryPath(of target: String) -> String { "\(target).loading-\(getpid())" }

  /// Removes what loads into a store that were killed have left: files named for processes that are no more.
  static func removeLeftovers(of target: String) {
    let folder = folder(of: target)
    let name = target.split(separator: "/", omittingEmptySubsequences: false).last.map(String.init) ?? target
    guard let handle = opendir(folder) else { return }
    defer { closedir(handle) }
    while let entry = readdir(handle) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) { String(cString: $0) }
      }
      guard found.hasPrefix("\(name).loading-"), let process = Int32(found.dropFirst(name.count + 9).prefix { $0.isNumber }),
        kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink("\(folder)/\(found)")
    }
  }
}

extension GraphStore {
  /// Removes the temporary files that loads into a store have left when they were killed.
  package static func removeLoadLeftovers(of path: String) { BulkFile.removeLeftovers(of: path) }
}
