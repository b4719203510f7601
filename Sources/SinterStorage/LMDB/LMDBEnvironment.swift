import CLMDB
package import SinterModel

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// An open store file: one LMDB environment with one unnamed database.
///
/// It is thread-safe as LMDB's `MDB_env` is; that is also the proof for `@unchecked Sendable`:
/// every stored property is immutable. It closes when the last reference goes, so transactions
/// hold one.
package final class LMDBEnvironment: @unchecked Sendable {
  package struct Options: Sendable {
    package var createIfMissing = true
    package var readOnly = false
    /// Halved until the process may have so much address space, where that is limited.
    package var mapSizeBytes = 1 << 40
    /// Off: commits do not wait for the disk. Only for files that are synced or thrown away later.
    package var durable = true
    /// Snapshots open at once, over all processes.
    package var readerLimit = 1022
    package init() {}
  }

  package let path: String
  package let isReadOnly: Bool
  /// Whether this call created the file.
  package let isNew: Bool
  package let identity: FileIdentity
  let handle: OpaquePointer
  let database: MDB_dbi

  private static let openFiles = OpenFiles<LMDBEnvironment>()

  /// Opens or creates the file, after its pages have been checked; gives the environment this
  /// process already has where there is one.
  /// - Throws: `StorageError.NotFound`, `.NotAStore`, `.Damaged`, `.Truncated`, `.PermissionDenied`, `.IO`.
  /// - Complexity: O(pages of the B-tree), of which at most 50,000 are looked at.
  package static func open(_ path: String, _ options: Options = Options()) throws(SinterError) -> LMDBEnvironment {
    try openFiles.open(path) { () throws(SinterError) in
      let environment = try LMDBEnvironment(path, options)
      return (environment, environment.identity)
    }
  }

  private init(_ path: String, _ options: Options) throws(SinterError) {
    self.path = path
    isReadOnly = options.readOnly
    isNew = try LMDBEnvironment.prepare(path, options)
    let opened = try LMDBEnvironment.openHandle(path, options)
    handle = opened.handle
    var code = opened.code
    var transaction: OpaquePointer?
    var database: MDB_dbi = 0
    if code == 0 { code = mdb_txn_begin(handle, nil, UInt32(MDB_RDONLY), &transaction) }
    if code == 0 { code = mdb_dbi_open(transaction, nil, 0, &database) }
    if let transaction { mdb_txn_abort(transaction) }
    guard code == 0, let identity = FileIdentity(path: path) else {
      mdb_env_close(handle)
      throw LMDBError.make(code == 0 ? ENOENT : code, "open", path: path)
    }
    self.database = database
    self.identity = identity
    // Readers that died without cleaning up would pin pages for ever.
    var dead: Int32 = 0
    if !options.readOnly { mdb_reader_check(handle, &dead) }
  }

  /// An environment on which `mdb_env_open` was called, and what that gave. A map that the limit on address space does not
  /// allow (`ulimit -v`; also Valgrind's, which says EINVAL) is tried again at half the size, down to 1 GiB or the file's size.
  private static func openHandle(_ path: String, _ options: Options) throws(SinterError) -> (handle: OpaquePointer, code: Int32) {
    // No reading ahead by the system, which would bring in megabytes around every value that is looked at first:
    // what is needed is asked for value by value, see `ColumnTable`.
    var flags = UInt32(MDB_NOSUBDIR | MDB_NOTLS | MDB_NORDAHEAD)
    if options.readOnly { flags |= UInt32(MDB_RDONLY) }
    if !options.durable { flags |= UInt32(MDB_NOSYNC | MDB_NOMETASYNC) }
    var info = stat()
    let leastBytes = max(1 << 30, stat(path, &info) == 0 ? Int(info.st_size) : 0)
    var mapSizeBytes = options.mapSizeBytes
    while true {
      var created: OpaquePointer?
      var code = mdb_env_create(&created)
      guard code == 0, let handle = created else { throw LMDBError.make(code, "open", path: path) }
      mdb_env_set_mapsize(handle, mapSizeBytes)
      mdb_env_set_maxreaders(handle, UInt32(options.readerLimit))
      do throws(SinterError) {
        try LockFile.reserve(path, readerLimit: options.readerLimit)
      } catch {
        mdb_env_close(handle)
        throw error
      }
      code = mdb_env_open(handle, path, flags, 0o644)
      guard code == ENOMEM || code == EINVAL, mapSizeBytes / 2 >= leastBytes else { return (handle, code) }
      mdb_env_close(handle)
      mapSizeBytes /= 2
    }
  }

  deinit {
    mdb_env_close(handle)
    LMDBEnvironment.openFiles.didClose(identity)
  }

  /// Looks at the path before LMDB does, since LMDB trusts what it finds.
  /// - Returns: Whether the file is to be created.
  private static func prepare(_ path: String, _ options: Options) throws(SinterError) -> Bool {
    var info = stat()
    guard stat(path, &info) == 0 else {
      guard errno == ENOENT, options.createIfMissing, !options.readOnly else {
        throw LMDBError.make(errno, "open", path: path)
      }
      let folder = folder(of: path)
      guard !path.isEmpty, access(folder, F_OK) == 0 else {
        throw SinterError(
          "StorageError.NotFound",
          path.isEmpty ? "A store needs a path, and this one is empty." : "There is no folder \(folder) to make a store in. Make it, or choose another path.")
      }
      // A lock file left behind by a store that was removed belongs to nobody.
      return true
    }
    guard info.st_mode & S_IFMT == S_IFREG else {
      throw SinterError("StorageError.NotAStore", "\(path) is not a file, so it cannot be a store. Choose another path.")
    }
    let file = try PageFile(path)
    try PageCheck.checkOpening(file)
    return false
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  // MARK: Facts

  /// Pages in the file that the last commit knows of, and their size.
  package var fileInfo: (pageSizeBytes: Int, pageCount: Int, lastTransactionID: UInt64) {
    var information = MDB_envinfo()
    var statistics = MDB_stat()
    mdb_env_info(handle, &information)
    mdb_env_stat(handle, &statistics)
    return (Int(statistics.ms_psize), Int(information.me_last_pgno) + 1, UInt64(information.me_last_txnid))
  }

  /// The transaction ids that readers of all processes hold, oldest first.
  package var readerTransactionIDs: [UInt64] {
    final class Lines { var text = "" }
    let lines = Lines()
    mdb_reader_list(
      handle,
      { message, context in
        guard let message, let context else { return 0 }
        Unmanaged<Lines>.fromOpaque(context).takeUnretainedValue().text += String(cString: message)
        return 0
      }, Unmanaged.passUnretained(lines).toOpaque())
    // Lines are "pid thread txnid", the last "-" for an idle slot.
    return lines.text.split(separator: "\n").compactMap { line in
      line.split(separator: " ").last.flatMap { UInt64($0) }
    }.sorted()
  }

  /// Waits until everything committed is on the disk.
  package func sync() throws(SinterError) {
    let code = mdb_env_sync(handle, 1)
    guard code == 0 else { throw LMDBError.make(code, "write to", path: path) }
  }

  /// Asks the system to begin writing what was committed, so that a later ``sync()`` has less to wait for.
  func beginSync() {
    var descriptor: Int32 = -1
    if mdb_env_get_fd(handle, &descriptor) == 0 { _ = sinter_begin_write_back(descriptor) }
  }

  /// Copies the last commit to a new file, without free pages, while reading and writing go on.
  package func copy(to target: String) throws(SinterError) {
    try PageFile(path).willReadAll()
    let code = mdb_env_copy2(handle, target, UInt32(MDB_CP_COMPACT))
    guard code == 0 else { throw LMDBError.make(code, "copy the store to", path: target) }
  }
}
