#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterModel

/// Something that waits for the writer thread.
///
/// `@unchecked Sendable`: every field is guarded by the thread's lock, except that ``failure`` is
/// written by the writer thread before the job is finished and read by its caller after.
final class WriteJob: @unchecked Sendable {
  enum Work {
    /// Runs in a transaction that it shares with others.
    case write((GraphWriter) throws -> Void)
    /// Runs alone and commits itself.
    case exclusive((WriteHandle) throws -> Void)
  }

  enum State { case waiting, running, finished, abandoned }

  let work: Work
  fileprivate(set) var state = State.waiting
  var failure: (any Error)?

  init(_ work: Work) { self.work = work }
}

/// The one thread on which a store's write transactions begin and end (LMDB asks for that), and
/// the queue in front of it.
///
/// `@unchecked Sendable`: `queue`, `isClosing`, `thread` and job states are only touched with `lock` held.
final class WriterThread: @unchecked Sendable {
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let queueChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let jobFinished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: [WriteJob] = []
  private var isClosing = false
  private var thread: pthread_t?

  init() {
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

  /// Starts the thread, which gives jobs to `process` until ``close()``; with the lock held.
  private func start(_ process: @escaping @Sendable (WriterThread, WriteJob) -> Void) throws(SinterError) {
    final class Start {
      let run: () -> Void
      init(_ run: @escaping () -> Void) { self.run = run }
    }
    let start = Unmanaged.passRetained(
      Start { [self] in
        while let first = next() { process(self, first) }
      })
    var thread = pthread_t()
    #if canImport(Glibc)
      typealias Context = UnsafeMutableRawPointer?
    #else
      typealias Context = UnsafeMutableRawPointer
    #endif
    let main: @convention(c) (Context) -> UnsafeMutableRawPointer? = { context in
      let context: UnsafeMutableRawPointer? = context
      Unmanaged<Start>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }
    let code = pthread_create(&thread, nil, main, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw SinterError("StorageError.IO", "The writer thread cannot be started: \(String(cString: strerror(code))).")
    }
    self.thread = thread
  }

  /// Whether the caller runs on this thread.
  var isCurrent: Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
  }

  /// Queues a job and waits until it is finished.
  /// - Parameters:
  ///   - timeoutSeconds: How long the job may wait before it starts.
  ///   - isCancelled: Asked fifty times a second while the job waits to start.
  ///   - process: What the thread does with jobs; taken from the first call, which starts it.
  /// - Throws: `StorageError.Locked` when it did not start in time, `LimitError.Cancelled`, `StorageError.Closed`.
  func run(
    _ job: WriteJob, timeoutSeconds: Double?, isCancelled: (() -> Bool)?, _ process: @escaping @Sendable (WriterThread, WriteJob) -> Void
  ) throws(SinterError) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    guard !isClosing else { throw SinterError("StorageError.Closed", "The store is closed.") }
    if thread == nil { try start(process) }
    queue.append(job)
    pthread_cond_signal(queueChanged)
    let deadline = timeoutSeconds.map(WriterThread.deadline(afterSeconds:))
    while job.state != .finished {
      guard job.state == .waiting, deadline != nil || isCancelled != nil else {
        pthread_cond_wait(jobFinished, lock)
        continue
      }
      var next = WriterThread.deadline(afterSeconds: 0.02)
      if let deadline, isCancelled == nil || deadline < next { next = deadline }
      let code = pthread_cond_timedwait(jobFinished, lock, &next)
      guard code == ETIMEDOUT, job.state == .waiting else { continue }
      let isLate = deadline.map { $0 <= WriterThread.deadline(afterSeconds: 0) } ?? false
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

  /// Ends the thread after what is queued; later jobs fail.
  func close() {
    pthread_mutex_lock(lock)
    let wasClosing = isClosing
    isClosing = true
    let thread = thread
    pthread_cond_signal(queueChanged)
    pthread_mutex_unlock(lock)
    guard !wasClosing, let thread else { return }
    if pthread_equal(thread, pthread_self()) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
  }

  // MARK: For the thread itself

  /// The next job, still waiting; nil when the thread shall end.
  private func next() -> WriteJob? {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while queue.isEmpty {
      if isClosing { return nil }
      pthread_cond_wait(queueChanged, lock)
    }
    return queue.removeFirst()
  }

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
      var deadline = WriterThread.deadline(afterSeconds: waitSeconds)
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

  private static func deadline(afterSeconds seconds: Double) -> timespec {
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
