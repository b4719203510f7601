import SinterModel
import Synchronization

/// What all handles of a process on one store file share: the environment, the latest state and
/// the queue of writers.
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
  let writers: WriterQueue
  /// The newest commit that this process knows.
  let latest: Mutex<State>
  /// Open handles.
  let handleCount = Atomic<Int>(0)
  /// Jobs in the group before and how long its commit took, to guess whether waiting for more pays; the leader's own.
  let lastGroupSize = Atomic<Int>(1)
  let lastCommitNanoseconds = Atomic<Int>(0)

  /// Changes that may wait for a fold before a commit has to do it; the leader's own.
  let foldThreshold: Atomic<Int>
  let backgroundFold: BackgroundFold?

  private static let openFiles = OpenFiles<StoreCore>()

  /// The core of the file at `path`, shared by all who open it in this process.
  static func open(_ path: String, _ options: GraphStore.Options) throws(SinterError) -> StoreCore {
    let core = try openFiles.open(path) { () throws(SinterError) in
      let environment = try openEnvironment(path, options)
      try initializeIfEmpty(environment, options)
      let transaction = try ReadTransaction(environment)
      let state = try StateReader.read(transaction, transactionID: transaction.id, path: path, after: nil)
      return (StoreCore(environment, options, state), environment.identity)
    }
    guard options.readOnly || !core.environment.isReadOnly else {
      throw SinterError(
        "StorageError.ReadOnly", "\(path) is open for reading only in this process: close that handle to open it for writing.")
    }
    return core
  }

  // Throws nothing: an object that failed half-way would be released under the registry's lock.
  private init(_ environment: LMDBEnvironment, _ options: GraphStore.Options, _ state: State) {
    self.environment = environment
    self.options = options
    latest = Mutex(state)
    foldThreshold = Atomic(options.foldAfterChanges)
    writers = WriterQueue(WriteGate(path: environment.path))
    let isFolding = options.foldAfterChanges > 0 && !environment.isReadOnly
    backgroundFold = isFolding ? options.foldPolicy.map { BackgroundFold($0) } : nil
  }

  deinit {
    backgroundFold?.stop()
    writers.close()
    StoreCore.openFiles.didClose(environment.identity)
  }

  private static func openEnvironment(_ path: String, _ options: GraphStore.Options) throws(SinterError) -> LMDBEnvironment {
    var environmentOptions = LMDBEnvironment.Options()
    environmentOptions.createIfMissing = options.createIfMissing
    environmentOptions.readOnly = options.readOnly
    environmentOptions.mapSizeBytes = options.mapSizeBytes
    environmentOptions.durable = options.durable
    return try LMDBEnvironment.open(path, environmentOptions)
  }

  /// Writes the first catalog into a file without any entry: a new one, or one whose maker was
  /// killed before its first commit.
  private static func initializeIfEmpty(
    _ environment: LMDBEnvironment, _ options: GraphStore.Options
  ) throws(SinterError) {
    do {
      let reader = try ReadTransaction(environment)
      if try reader.lastKey(below: .afterAll) != nil { return }
    }
    guard !options.readOnly, options.createIfMissing else {
      throw SinterError("StorageError.NotAStore", "\(environment.path) is an empty file of the storage engine, not a store.")
    }
    let transaction = try WriteTransaction(environment)
    // Another process may have been faster.
    guard try transaction.lastKey(below: .afterAll) == nil else { return }
    try transaction.put(.catalog, Catalog().encode())
    try transaction.commit()
  }

  /// Queues a job and waits for it.
  func run(_ job: WriteJob, timeoutSeconds: Double?, isCancelled: (() -> Bool)?) throws(SinterError) {
    try writers.run(job, timeoutSeconds: timeoutSeconds, isCancelled: isCancelled) { [unowned self] in self.process($1, on: $0) }
  }

  // MARK: Reading

  /// A view of the last commit of any process.
  /// - Complexity: O(1) when nothing was committed since the last call, else O(changes).
  func snapshot() throws(SinterError) -> GraphView {
    while true {
      let transaction = try ReadTransaction(environment)
      let id = transaction.id
      let known = latest.withLock { $0 }
      if known.transactionID == id {
        return try GraphView(transaction, directory: known.directory, overlay: known.overlay)
      }
      // A commit was published between the two lines above.
      if known.transactionID > id { continue }
      let state = try StateReader.read(transaction, transactionID: id, path: environment.path, after: known)
      publish(state)
      return try GraphView(transaction, directory: state.directory, overlay: state.overlay)
    }
  }

  /// The state under a write transaction that has changed nothing yet.
  func state(under handle: WriteHandle) throws(SinterError) -> State {
    let base = handle.id - 1
    let known = latest.withLock { $0 }
    if known.transactionID == base { return known }
    return try handle.read { (transaction) throws(SinterError) in
      try StateReader.read(transaction, transactionID: base, path: environment.path, after: known)
    }
  }

  /// Changes that wait for a fold, as far as this process knows.
  var knownChangeCount: Int { latest.withLock { $0.overlay.changeCount } }

  /// Makes a state the newest one known, unless a newer one is.
  func publish(_ state: State) {
    latest.withLock { latest in
      if latest.transactionID < state.transactionID { latest = state }
    }
  }
}

extension StoreKey {
  /// Greater than every key.
  static let afterAll = StoreKey(high: .max, low: .max, count: 16)
}
