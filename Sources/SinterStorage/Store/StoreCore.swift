import SinterModel
import Synchronization

/// What all handles of a process on one store file share: the environment, the latest state and
/// the writer thread.
final class StoreCore: Sendable {
  /// A commit's graph without its transaction: the segments of a generation and what lies over them.
  struct State: Sendable {
    /// LMDB's number of the commit.
    var transactionID: UInt64
    var directory: SegmentDirectory
    var overlay: Overlay
  }

  let environment: LMDBEnvironment
  let options: GraphStore.Options
  let writerThread = WriterThread()
  /// The newest commit that this process knows.
  private let latest = Mutex<State?>(nil)
  /// Jobs in the group before, to guess whether waiting for more pays; the writer thread's own.
  let lastGroupSize = Atomic<Int>(1)

  private static let openFiles = OpenFiles<StoreCore>()

  /// The core of the file at `path`, shared by all who open it in this process.
  static func open(_ path: String, _ options: GraphStore.Options) throws(SinterError) -> StoreCore {
    let core = try openFiles.open(path) { () throws(SinterError) in
      let core = try StoreCore(path, options)
      return (core, core.environment.identity)
    }
    guard options.readOnly || !core.environment.isReadOnly else {
      throw SinterError(
        "StorageError.ReadOnly", "\(path) is open for reading only in this process: close that handle to open it for writing.")
    }
    return core
  }

  private init(_ path: String, _ options: GraphStore.Options) throws(SinterError) {
    var environmentOptions = LMDBEnvironment.Options()
    environmentOptions.createIfMissing = options.createIfMissing
    environmentOptions.readOnly = options.readOnly
    environmentOptions.mapSizeBytes = options.mapSizeBytes
    environmentOptions.durable = options.durable
    environment = try LMDBEnvironment.open(path, environmentOptions)
    self.options = options
    try initializeIfEmpty()
    let transaction = try ReadTransaction(environment)
    let state = try StateReader.read(transaction, transactionID: transaction.id, path: path, after: nil)
    latest.withLock { $0 = state }
    if !options.readOnly {
      try writerThread.start { [unowned self] thread, job in self.process(job, on: thread) }
    }
  }

  deinit {
    writerThread.close()
    StoreCore.openFiles.didClose(environment.identity)
  }

  /// Writes the first catalog into a file without any entry: a new one, or one whose maker was
  /// killed before its first commit.
  private func initializeIfEmpty() throws(SinterError) {
    do {
      let reader = try ReadTransaction(environment)
      if try reader.lastKey(below: .afterAll) != nil { return }
    }
    guard !options.readOnly, options.createIfMissing || environment.isNew else {
      throw SinterError("StorageError.NotAStore", "\(environment.path) is an empty file of the storage engine, not a store.")
    }
    let transaction = try WriteTransaction(environment)
    // Another process may have been faster.
    guard try transaction.lastKey(below: .afterAll) == nil else { return }
    try transaction.put(.catalog, Catalog().encode())
    try transaction.commit()
  }

  // MARK: Reading

  /// A view of the last commit of any process.
  /// - Complexity: O(1) when nothing was committed since the last call, else O(changes).
  func snapshot() throws(SinterError) -> GraphView {
    while true {
      let transaction = try ReadTransaction(environment)
      let id = transaction.id
      let known = latest.withLock { $0 }
      if let known, known.transactionID == id {
        return try GraphView(transaction, directory: known.directory, overlay: known.overlay)
      }
      // A commit was published between the two lines above.
      if let known, known.transactionID > id { continue }
      let state = try StateReader.read(transaction, transactionID: id, path: environment.path, after: known)
      publish(state)
      return try GraphView(transaction, directory: state.directory, overlay: state.overlay)
    }
  }

  /// The state under a write transaction that has changed nothing yet.
  func state(under handle: WriteHandle) throws(SinterError) -> State {
    let base = handle.id - 1
    let known = latest.withLock { $0 }
    if let known, known.transactionID == base { return known }
    return try handle.read { (transaction) throws(SinterError) in
      try StateReader.read(transaction, transactionID: base, path: environment.path, after: known)
    }
  }

  /// Changes that wait for a fold, as far as this process knows.
  var knownChangeCount: Int? { latest.withLock { $0?.overlay.changeCount } }

  /// Makes a state the newest one known, unless a newer one is.
  func publish(_ state: State) {
    latest.withLock { latest in
      if let known = latest, known.transactionID >= state.transactionID { return }
      latest = state
    }
  }
}

extension StoreKey {
  /// Greater than every key.
  static let afterAll = StoreKey(high: .max, low: .max, count: 16)
}
