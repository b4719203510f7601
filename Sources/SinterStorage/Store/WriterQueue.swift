#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterModel

/// The queue in front of a store's write transactions, of which there is one at a time.
///
/// A caller whose job is due and who finds nobody writing leads: it does the jobs that wait, its own among them, in a
/// transaction on its own thread (LMDB asks that a transaction begins and ends on one). Callers that come meanwhile wait,
/// and one of them leads next. While another process writes, a thread of the queue's own waits for it and leads then, so
/// that callers can give up.
///
/// `@unchecked Sendable`: the variables and job states are only touched with `lock` held.
final class WriterQueue: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let queueChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let jobFinished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let gate: WriteGate
  private var queue: [WriteJob] = []
  private var isClosing = false
  /// The queue's own thread, once another process was waited for.
  private var thread: pthread_t?
  /// It is to wait for another process, or does.
  private var threadIsNeeded = false
  /// Who does the jobs at the moment.
  private var leader: pthread_t?

  init(_ gate: WriteGate) {
    self.gate = gate
    pthread_mutex_init(lock, nil)
    pthread_cond_init(queueChanged, nil)
    pthread_cond_init(jobFinished, nil)
  }

  deinit {
    pthread_cond_destroy(jobFinished)
    pthread_cond_destroy(queueChanged)
    pthread_mutex_destroy(lock)
    jobFinished.deallocate()
    queueChanged.deallocate()
    lock.deallocate()
  }

  /// Whether the caller is inside a job.
  var isCurrent: Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return leader.map { pthread_equal($0, pthread_self()) != 0 } ?? false
  }

  /// Queues a job and returns once it is finished.
  /// - Parameters:
  ///   - timeoutSeconds: How long the job may wait before it starts.
  ///   - isCancelled: Asked fifty times a second while the job waits to start.
  ///   - process: Does the job given and others of the queue.
  /// - Throws: `StorageError.Locked` when it did not start in time, `LimitError.Cancelled`, `StorageError.Closed`.
  func run(
    _ job: WriteJob, timeoutSeconds: Double?, isCancelled: (() -> Bool)?, _ process: @escaping @Sendable (WriterQueue, WriteJob) -> Void
  ) throws(SinterError) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    guard !isClosing else { throw SinterError("StorageError.Closed", "The store is closed.") }
    queue.append(job)
    pthread_cond_broadcast(queueChanged)
    let deadline = timeoutSeconds.map(WriterQueue.deadline(afterSeconds:))
    while job.state != .finished {
      if job.state == .waiting, leader == nil, !threadIsNeeded {
        if gate.tryEnter() {
          lead(until: job, process)
        } else {
          try startThread(process)
        }
        continue
      }
      guard job.state == .waiting, deadline != nil || isCancelled != nil else {
        pthread_cond_wait(jobFinished, lock)
        continue
      }
      var next = WriterQueue.deadline(afterSeconds: 0.02)
      if let deadline, isCancelled == nil || deadline < next { next = deadline }
      let code = pthread_cond_timedwait(jobFinished, lock, &next)
      guard code == ETIMEDOUT, job.state == .waiting else { continue }
      let isLate = deadline.map { $0 <= WriterQueue.deadline(afterSeconds: 0) } ?? false
      guard isLate || isCancelled?() == true else { continue }
      job.state = .abandoned
      queue.removeAll { $0 === job }
      guard isLate else {
        throw SinterError("LimitError.Cancelled", "Cancelled while another process was writing to the store.")
      }
      throw SinterError(
        "StorageError.Locked",
        "Another process held the store for writing for more than \(timeoutSeconds!) seconds: try again, or end that process.")
    }
  }

  /// Does jobs until `job` is finished (nil: until none waits); with the lock held, which is free meanwhile, and the gate entered.
  private func lead(until job: WriteJob?, _ process: (WriterQueue, WriteJob) -> Void) {
    leader = pthread_self()
    while job?.state != .finished, !queue.isEmpty {
      let next = queue.removeFirst()
      pthread_mutex_unlock(lock)
      process(self, next)
      pthread_mutex_lock(lock)
    }
    leader = nil
    gate.leave()
    // Somebody else is to lead.
    if !queue.isEmpty { pthread_cond_broadcast(jobFinished) }
  }

  // MARK: The queue's own thread

  /// Has the thread wait for the gate and do what is queued then; with the lock held.
  private func startThread(_ process: @escaping @Sendable (WriterQueue, WriteJob) -> Void) throws(SinterError) {
    threadIsNeeded = true
    pthread_cond_broadcast(queueChanged)
    if thread != nil { return }
    do throws(SinterError) {
      thread = try Thread.start { [self] in waitForOthers(process) }
    } catch {
      threadIsNeeded = false
      throw error
    }
  }

  private func waitForOthers(_ process: @escaping @Sendable (WriterQueue, WriteJob) -> Void) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while true {
      while !threadIsNeeded {
        if isClosing { return }
        pthread_cond_wait(queueChanged, lock)
      }
      pthread_mutex_unlock(lock)
      gate.enter()
      pthread_mutex_lock(lock)
      lead(until: nil, process)
      threadIsNeeded = false
      // A job may have come in between.
      if !queue.isEmpty { pthread_cond_broadcast(jobFinished) }
    }
  }

  /// Ends the thread; later jobs fail.
  func close() {
    pthread_mutex_lock(lock)
    let wasClosing = isClosing
    isClosing = true
    let thread = thread
    // It may wait for another process for as long as that likes, and finds nothing to do then.
    let isWaiting = threadIsNeeded && leader == nil
    pthread_cond_broadcast(queueChanged)
    pthread_mutex_unlock(lock)
    guard !wasClosing, let thread else { return }
    if isWaiting || pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
  }

  // MARK: For the leader

  /// Claims a job that was waiting; false when its caller gave up.
  func claim(_ job: WriteJob) -> Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    guard job.state == .waiting else { return false }
    job.state = .running
    return true
  }

  /// Takes and claims the next job if it may share a transaction, waiting for one up to `waitSeconds`.
  func claimNextWrite(waitSeconds: Double) -> WriteJob? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if queue.isEmpty, waitSeconds > 0, !isClosing {
      var deadline = WriterQueue.deadline(afterSeconds: waitSeconds)
      pthread_cond_timedwait(queueChanged, lock, &deadline)
    }
    guard let job = queue.first, case .write = job.work else { return nil }
    queue.removeFirst()
    job.state = .running
    return job
  }

  func finish(_ jobs: [WriteJob]) {
    pthread_mutex_lock(lock)
    for job in jobs where job.state == .running { job.state = .finished }
    pthread_cond_broadcast(jobFinished)
    pthread_mutex_unlock(lock)
  }

  static func deadline(afterSeconds seconds: Double) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let nanoseconds = Int64(time.tv_nsec) + Int64(min(max(seconds, 0), 1e9) * 1e9)
    time.tv_sec += Int(nanoseconds / 1_000_000_000)
    time.tv_nsec = Int(nanoseconds % 1_000_000_000)
    return time
  }
}

extension timespec {
  fileprivate static func < (left: timespec, right: timespec) -> Bool {
    (left.tv_sec, left.tv_nsec) < (right.tv_sec, right.tv_nsec)
  }
  fileprivate static func <= (left: timespec, right: timespec) -> Bool { !(right < left) }
}
