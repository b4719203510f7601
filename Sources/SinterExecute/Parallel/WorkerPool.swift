#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Threads that wait for parts of statements to work on; started when first wanted, and kept.
///
/// Plain threads, as a part keeps its core busy without ever suspending, which would starve a cooperative pool. A caller works
/// too, and never waits for a thread that has not begun: where all are busy with other statements, it does the work alone.
///
/// `@unchecked Sendable`: all fields of the pool and of its jobs are only touched with `lock` held.
final class WorkerPool: @unchecked Sendable {
  static let shared = WorkerPool()

  /// Processors that are online.
  static let processorCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  private final class Job {
    let body: (Int) -> Void
    /// Threads that may still join.
    var places: Int
    var nextIndex = 1
    var running = 0

    init(places: Int, body: @escaping (Int) -> Void) {
      self.places = places
      self.body = body
    }
  }

  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let jobsChanged = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let jobFinished = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [Job] = []
  private var threadCount = 0
  private var idleCount = 0

  private init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(jobsChanged, nil)
    pthread_cond_init(jobFinished, nil)
  }

  /// Calls `body` with 0 on this thread and with 1 to at most `helpers` on others, at the same time, and returns when all calls
  /// that began have returned. `body` must be able to do all the work in any number of calls.
  func run(helpers: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      let job = Job(places: helpers, body: body)
      pthread_mutex_lock(lock)
      jobs.append(job)
      while idleCount < helpers && threadCount < max(helpers, WorkerPool.processorCount - 1), startThread() {}
      pthread_cond_broadcast(jobsChanged)
      pthread_mutex_unlock(lock)
      body(0)
      pthread_mutex_lock(lock)
      jobs.removeAll { $0 === job }
      while job.running > 0 { pthread_cond_wait(jobFinished, lock) }
      pthread_mutex_unlock(lock)
    }
  }

  /// With the lock held; false where the system has no more threads.
  private func startThread() -> Bool {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    // As much as a program's first thread has: expressions are evaluated recursively.
    pthread_attr_setstacksize(&attributes, 8 << 20)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(
        &thread, &attributes,
        { _ in
          WorkerPool.shared.serve()
          return nil
        }, nil)
    #else
      var thread = pthread_t()
      let code = pthread_create(
        &thread, &attributes,
        { _ in
          WorkerPool.shared.serve()
          return nil
        }, nil)
    #endif
    guard code == 0 else { return false }
    threadCount += 1
    idleCount += 1
    return true
  }

  /// What a thread of the pool does for ever.
  private func serve() {
    pthread_mutex_lock(lock)
    while true {
      guard let job = jobs.first(where: { $0.places > 0 }) else {
        pthread_cond_wait(jobsChanged, lock)
        continue
      }
      job.places -= 1
      job.running += 1
      let index = job.nextIndex
      job.nextIndex += 1
      idleCount -= 1
      pthread_mutex_unlock(lock)
      job.body(index)
      pthread_mutex_lock(lock)
      idleCount += 1
      job.running -= 1
      if job.running == 0 { pthread_cond_broadcast(jobFinished) }
    }
  }
}
