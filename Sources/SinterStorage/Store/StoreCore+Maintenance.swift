import CLMDB
import SinterModel
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension StoreCore {
  /// Folds all patches into segments, in the given transaction, and commits it.
  func fold(_ handle: WriteHandle, progress: (@Sendable (Double) -> Void)?) throws(SinterError) {
    let state = try state(under: handle)
    guard state.overlay.sequence > state.overlay.catalog.foldedSequence else { return }
    // A snapshot beside the write transaction: what is put must not be mistaken for the base.
    let reader = try ReadTransaction(environment)
    let view = try GraphView(reader, directory: state.directory, overlay: state.overlay)
    var fold = Fold(view: view)
    try fold.prepare(progress: progress)
    try commit(&fold, handle, over: state)
    progress?(1)
  }

  /// Folds what is committed now while writers go on; only putting the new segments waits for them and keeps them waiting.
  ///
  /// When another process or a bulk load has folded meanwhile, nothing happens.
  /// - Throws: ``Fold/stopped`` when `shouldStop` says so.
  func foldBesideWriters(shouldStop: @escaping () -> Bool) throws(SinterError) {
    let view = try snapshot()
    guard view.overlay.sequence > view.overlay.catalog.foldedSequence else { return }
    var fold = Fold(view: view, shouldStop: shouldStop)
    try fold.prepare(progress: nil)
    // Written by the job's thread while this one waits for it.
    nonisolated(unsafe) let prepared = fold
    let job = WriteJob(
      .exclusive { [unowned self] handle in
        let state = try state(under: handle)
        guard state.overlay.catalog.generation == prepared.overlay.catalog.generation else { return }
        var fold = prepared
        try commit(&fold, handle, over: state)
      })
    try run(job, timeoutSeconds: nil, isCancelled: shouldStop)
    if let failure = job.failure as? SinterError { throw failure }
  }

  /// Ends folding in the background, after a fold of what is too much to leave for the next to open the store.
  func finishFolding() {
    guard let backgroundFold else { return }
    backgroundFold.stop()
    let (changes, elements) = latest.withLock { ($0.overlay.changeCount, $0.overlay.catalog.nodeCount + $0.overlay.catalog.relationshipCount) }
    guard backgroundFold.policy.isDue(changes, elements: elements), !writers.isCurrent else { return }
    let job = WriteJob(.exclusive { [unowned self] handle in try fold(handle, progress: nil) })
    // When this fails, or another process is writing, the changes wait on.
    try? run(job, timeoutSeconds: 0.5, isCancelled: nil)
  }

  /// Puts a fold of `state`, or of a commit before it, and publishes the graph with what came after the fold laid over it.
  private func commit(_ fold: inout Fold, _ handle: WriteHandle, over state: State) throws(SinterError) {
    try fold.put(handle, state.overlay.catalog)
    var overlay = Overlay(catalog: fold.catalog, sequence: fold.catalog.foldedSequence)
    try handle.read { (transaction) throws(SinterError) in try StateReader.applyPatches(to: &overlay, transaction) }
    let id = handle.id
    try handle.commit()
    publish(State(transactionID: id, directory: state.directory.without(fold.touchedColumns), overlay: overlay))
  }

  /// Empties the store, in the given transaction. The generation goes on, so that no other process
  /// takes the new segments for the old ones.
  func reset(_ handle: WriteHandle) throws(SinterError) {
    let state = try state(under: handle)
    var catalog = Catalog()
    catalog.generation = state.overlay.catalog.generation + 1
    catalog.foldedSequence = state.overlay.sequence
    try handle.delete(StoreKey.catalog..<StoreKey.afterAll)
    try handle.put(.catalog, catalog.encode())
    let id = handle.id
    // The next durable commit or sync flushes this one too.
    if options.durable { mdb_env_set_flags(environment.handle, UInt32(MDB_NOSYNC), 1) }
    defer { if options.durable { mdb_env_set_flags(environment.handle, UInt32(MDB_NOSYNC), 0) } }
    try handle.commit()
    publish(
      State(
        transactionID: id, directory: SegmentDirectory(),
        overlay: Overlay(catalog: catalog, sequence: catalog.foldedSequence)))
  }

  /// Copies the last commit to a temporary name, flushes it and renames it into place.
  func backup(to path: String) throws(SinterError) {
    guard access(path, F_OK) != 0 else {
      throw SinterError("StorageError.AlreadyExists", "\(path) exists already: choose another name for the copy, or remove it.")
    }
    let temporary = "\(path).copying-\(getpid())"
    unlink(temporary)
    do throws(SinterError) {
      try environment.copy(to: temporary)
      try StoreCore.flush(temporary)
      guard rename(temporary, path) == 0 else { throw LMDBError.make(errno, "write to", path: path) }
      try StoreCore.flush(StoreCore.folder(of: path))
    } catch {
      unlink(temporary)
      throw error
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Waits until a file or folder is on the disk.
  private static func flush(_ path: String) throws(SinterError) {
    let descriptor = openDescriptor(path)
    guard descriptor >= 0 else { throw LMDBError.make(errno, "open", path: path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw LMDBError.make(errno, "write to", path: path) }
  }
}

/// The system call, whose name ``StoreCore`` uses for itself.
private func openDescriptor(_ path: String) -> Int32 { open(path, O_RDONLY | O_CLOEXEC) }
