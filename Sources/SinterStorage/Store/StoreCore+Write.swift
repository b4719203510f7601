import CLMDB
import SinterModel
import Synchronization

/// What the leading writer does: groups of jobs that share a transaction and its flush.
extension StoreCore {
  /// How long a group waits for each writer that took part in the one before: a tenth of what a commit takes, at most this.
  private static let gatherSeconds = 0.001
  /// Jobs that one transaction takes at most, so that the first need not wait for ever.
  private static let groupLimit = 1_024

  func process(_ job: WriteJob, on queue: WriterQueue) {
    let handle: WriteHandle
    do {
      // Waits while another process writes; callers may give up meanwhile.
      handle = try WriteHandle(environment)
    } catch {
      if queue.claim(job) {
        job.failure = error
        queue.finish([job])
      }
      return
    }
    guard queue.claim(job) else { return handle.abort() }
    switch job.work {
    case .write: runGroup(first: job, handle, on: queue)
    case .exclusive(let body):
      do { try body(handle) } catch {
        job.failure = error
        clearDeadReaders()
      }
      handle.abort()
      queue.finish([job])
    }
  }

  private func runGroup(first: WriteJob, _ handle: WriteHandle, on queue: WriterQueue) {
    var group: [WriteJob] = []
    do {
      var state = try state(under: handle)
      let expected = options.durable ? lastGroupSize.load(ordering: .relaxed) : 1
      let gatherSeconds = min(Double(lastCommitNanoseconds.load(ordering: .relaxed)) * 1e-10, StoreCore.gatherSeconds)
      var next: WriteJob? = first
      while let job = next {
        group.append(job)
        try run(job, handle, &state)
        guard group.count < StoreCore.groupLimit else { break }
        next = queue.claimNextWrite(waitSeconds: group.count < expected ? gatherSeconds : 0)
      }
      lastGroupSize.store(group.count, ordering: .relaxed)
      try commit(handle, &state)
    } catch {
      handle.abort()
      if group.isEmpty { group = [first] }
      for job in group where job.failure == nil { job.failure = error }
      clearDeadReaders()
    }
    foldIfDue()
    queue.finish(group)
  }

  /// Runs one job on the state so far; its own failure leaves the state as it was.
  /// - Throws: What makes the whole transaction fail.
  private func run(_ job: WriteJob, _ handle: WriteHandle, _ state: inout State) throws(SinterError) {
    guard case .write(let body) = job.work else { return }
    // The base is read beside the write transaction: the same commit, through the same directory as all readers.
    let view = try GraphView(ReadTransaction(environment), directory: state.directory, overlay: state.overlay)
    view.pending = handle
    let writer = GraphWriter(view: view, transaction: handle)
    let start = writer.savepoint()
    do {
      try body(writer)
      try writer.validateRemainingConstraints()
    } catch {
      job.failure = error
      writer.rollback(to: start)
      if let failure = handle.failure { throw failure }
      return
    }
    if let failure = handle.failure { throw failure }
    guard writer.log.count > 0 else { return }
    let sequence = state.overlay.sequence + 1
    let parts = PatchBlock.parts(
      writer.log.bytes, count: writer.log.count, generation: state.overlay.catalog.generation, sequence: sequence)
    for column in writer.droppedColumns { try handle.delete(column.keys) }
    // The view must not outlive its job with a way to the transaction.
    view.pending = nil
    for (number, part) in parts.enumerated() {
      try handle.append(.patch(sequence: sequence, part: UInt16(number)), part)
    }
    state.overlay = view.overlay
    state.overlay.sequence = sequence
  }

  private func commit(_ handle: WriteHandle, _ state: inout State) throws(SinterError) {
    guard handle.hasChanges else { return handle.abort() }
    let id = handle.id
    let start = ContinuousClock.now
    try handle.commit()
    lastCommitNanoseconds.store(Int(clamping: (ContinuousClock.now - start).components.attoseconds / 1_000_000_000), ordering: .relaxed)
    state.transactionID = id
    publish(state)
    let catalog = state.overlay.catalog
    backgroundFold?.noteCommit(
      changes: state.overlay.changeCount, elements: catalog.nodeCount + catalog.relationshipCount, in: self)
  }

  /// Readers of killed processes pin pages; without them the next write may find room.
  private func clearDeadReaders() {
    var dead: Int32 = 0
    mdb_reader_check(environment.handle, &dead)
  }

  /// Folds here and now when so many changes wait that folding in the background has fallen behind.
  private func foldIfDue() {
    let waiting = knownChangeCount
    guard options.foldAfterChanges > 0, waiting > foldThreshold.load(ordering: .relaxed) else { return }
    do {
      let handle = try WriteHandle(environment)
      defer { handle.abort() }
      try fold(handle, progress: nil)
      foldThreshold.store(options.foldAfterChanges, ordering: .relaxed)
    } catch {
      // The store is as it was, and `compact` says why. Trying at every commit would only cost time.
      foldThreshold.store(2 * waiting, ordering: .relaxed)
    }
  }
}
