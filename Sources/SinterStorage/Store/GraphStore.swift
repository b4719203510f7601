package import SinterModel
import Synchronization

/// A store file, opened once per process.
///
/// Any number of threads read through ``snapshot()``; of closures given to ``write(_:)``, one runs at a
/// time. Opening the same file twice in a process gives the same environment.
package final class GraphStore: Sendable {
  package struct Options: Sendable {
    /// Create the file when it does not exist.
    package var createIfMissing = true
    package var readOnly = false
    /// The largest size the file may grow to; address space only.
    package var mapSizeBytes = 1 << 40
    /// Wait for the disk at each commit. Off only for benchmarks and for files that are thrown away.
    package var durable = true
    /// Patches are folded into segments when more changes than this wait (0: only by `compact`); the commit that is one
    /// too many does it.
    package var foldAfterChanges = 1_000_000
    /// When they are folded in the background before that; nil: not at all.
    package var foldPolicy: FoldPolicy? = FoldPolicy()
    /// How long ``GraphStore/write(_:)`` waits for another process' write to end.
    package var writeTimeoutSeconds: Double? = nil
    package init() {}
  }

  package let path: String
  private let options: Options
  private let openCore: Mutex<StoreCore?>

  /// Opens or creates the store at `path`. A file that is open in this process already keeps the
  /// options it was opened with, but for ``Options/writeTimeoutSeconds``.
  /// - Throws: `StorageError.NotFound`, `.NotAStore`, `.NewerFormat`, `.Damaged`, `.Truncated`, `.PermissionDenied`, `.IO`.
  package init(path: String, options: Options = Options()) throws(SinterError) {
    self.path = path
    self.options = options
    let core = try StoreCore.open(path, options)
    core.handleCount.add(1, ordering: .relaxed)
    openCore = Mutex(core)
  }

  deinit { close() }

  func core() throws(SinterError) -> StoreCore {
    guard let core = openCore.withLock({ $0 }) else {
      throw SinterError("StorageError.Closed", "The store \(path) is closed: open it again.")
    }
    return core
  }

  /// A consistent view of the last commit; it stays as it is until it is released.
  package func snapshot() throws(SinterError) -> GraphView { try core().snapshot() }

  /// Goes on with a view of this store that was suspended at a commit; false when there was another commit since.
  package func resume(_ view: GraphView, at transactionID: UInt64) throws(SinterError) -> Bool {
    _ = try core()
    return view.resume(at: transactionID)
  }

  /// Runs `body` in a transaction of its own, maybe on the thread of another caller, and returns once its changes are
  /// durable. Closures that wait together share one flush (group commit). When `body` throws,
  /// nothing of it remains.
  ///
  /// - Parameters:
  ///   - timeoutSeconds: How long to wait for another process' write; nil: ``Options/writeTimeoutSeconds``.
  ///   - isCancelled: Asked ten times a second while waiting; true ends it with `LimitError.Cancelled`.
  /// - Throws: What `body` throws; `StorageError.Locked` when another process writes for longer than
  ///   the time given; `.NestedWrite`, `.ReadOnly`, `.Closed`, `.DiskFull`, `.MapFull`, `.IO`.
  package func write<T: Sendable>(
    timeoutSeconds: Double? = nil, isCancelled: (() -> Bool)? = nil, _ body: @escaping @Sendable (GraphWriter) throws -> T
  ) throws -> T {
    let result = Mutex<T?>(nil)
    try perform(timeoutSeconds: timeoutSeconds, isCancelled: isCancelled) { _ in
      .write { writer in
        let value = try body(writer)
        result.withLock { $0 = value }
      }
    }
    return result.withLock { $0! }
  }

  /// Folds all patches into segments and rebuilds statistics.
  package func compact(progress: (@Sendable (Double) -> Void)? = nil) throws(SinterError) {
    try performExclusive { core, handle throws(SinterError) in try core.fold(handle, progress: progress) }
  }

  /// Drops all data and schema. Not durable at once.
  package func reset() throws(SinterError) {
    try performExclusive { core, handle throws(SinterError) in try core.reset(handle) }
  }

  /// Copies the last commit to a new file while reading and writing go on.
  ///
  /// The file appears under its name when it is whole and on the disk.
  /// - Throws: `StorageError.AlreadyExists`, `.DiskFull`, `.PermissionDenied`, `.IO`.
  package func backup(to path: String) throws(SinterError) { try core().backup(to: path) }

  /// Gives up this handle; further calls on it fail with `StorageError.Closed`. When it is the file's last one, many
  /// changes that wait are folded, so that whoever opens the file next reads as fast. The last handle of a
  /// file ends its threads after what is queued; views that still live keep the file open.
  package func close() {
    let core = openCore.withLock { $0.take() }
    if let core, core.handleCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 { core.finishFolding() }
    // Released outside the lock: the last release waits for its threads.
    _ = consume core
  }

  // MARK: Jobs

  /// Runs `body` alone, with a transaction that it commits itself.
  func performExclusive(
    isCancelled: (() -> Bool)? = nil, _ body: @escaping @Sendable (StoreCore, WriteHandle) throws(SinterError) -> Void
  ) throws(SinterError) {
    do {
      try perform(isCancelled: isCancelled) { core in .exclusive { handle in try body(core, handle) } }
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError("StorageError.IO", "\(error)")
    }
  }

  private func perform(
    timeoutSeconds: Double? = nil, isCancelled: (() -> Bool)? = nil, _ work: (StoreCore) -> WriteJob.Work
  ) throws {
    let core = try core()
    guard !options.readOnly, !core.environment.isReadOnly else {
      throw SinterError("StorageError.ReadOnly", "\(path) was opened for reading only: open it for writing.")
    }
    guard !core.writers.isCurrent else {
      throw SinterError(
        "StorageError.NestedWrite", "A write cannot start another write: use the writer that the closure was given.")
    }
    let job = WriteJob(work(core))
    try core.run(job, timeoutSeconds: timeoutSeconds ?? options.writeTimeoutSeconds, isCancelled: isCancelled)
    if let failure = job.failure { throw failure }
  }
}
