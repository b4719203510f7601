import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Work in three stages: items are taken one after another, transformed side by side, and consumed
/// in the order in which they were taken, on the calling thread.
///
/// The first error ends everything; at most a few items a thread are under way at once, which
/// bounds the memory.
enum OrderedPipeline {
  /// - Parameters:
  ///   - next: Takes the next item, or nil at the end; called under a lock, on any thread.
  ///   - makeTransform: Called once per thread; the closure it gives is used on that thread only.
  ///   - consume: Called on the calling thread.
  static func run<Item: Sendable, Result: Sendable>(
    threads: Int,
    next: @escaping () throws -> Item?,
    makeTransform: @escaping @Sendable () throws -> (Item) throws -> Result,
    consume: (Result) throws -> Void
  ) throws {
    if threads <= 1 {
      let transform = try makeTransform()
      while let item = try next() { try consume(transform(item)) }
      return
    }
    let state = PipelineState<Item, Result>(next: next, limit: threads * 3)
    var workers: [pthread_t] = []
    for _ in 0..<threads {
      workers.append(
        startThread {
          do {
            let transform = try makeTransform()
            while let (number, item) = try state.take() { state.deliver(number, try transform(item)) }
            state.workerEnded()
          } catch {
            state.fail(error)
          }
        })
    }
    defer { for worker in workers { pthread_join(worker, nil) } }
    do {
      while let result = try state.nextResult(workers: threads) { try consume(result) }
    } catch {
      state.fail(error)
      throw error
    }
  }
}

/// Starts a thread with 4 MiB of stack; the caller joins it.
func startThread(_ body: @escaping @Sendable () -> Void) -> pthread_t {
  final class Box: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
  pthread_attr_init(attributes)
  pthread_attr_setstacksize(attributes, 4 << 20)
  defer {
    pthread_attr_destroy(attributes)
    attributes.deallocate()
  }
  let context = Unmanaged.passRetained(Box(body)).toOpaque()
  #if canImport(Glibc)
    var thread: pthread_t = 0
    let code = pthread_create(
      &thread, attributes, { Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().body(); return nil }, context)
    precondition(code == 0, "the system refuses a thread: \(systemErrorText(code))")
    return thread
  #else
    var thread: pthread_t?
    let code = pthread_create(
      &thread, attributes, { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body(); return nil }, context)
    precondition(code == 0, "the system refuses a thread: \(systemErrorText(code))")
    return thread!
  #endif
}

/// Shared by the pipeline's threads. Everything mutable is touched under `mutex` only, or, for
/// `next`, under `takeMutex`: that is the proof for `@unchecked Sendable`.
private final class PipelineState<Item: Sendable, Result: Sendable>: @unchecked Sendable {
  private let next: () throws -> Item?
  private let limit: Int
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let takeMutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var results: [Int: Result] = [:]
  private var taken = 0
  private var consumed = 0
  private var endedWorkers = 0
  private var isExhausted = false
  private var failure: (any Error)?

  init(next: @escaping () throws -> Item?, limit: Int) {
    self.next = next
    self.limit = limit
    pthread_mutex_init(mutex, nil)
    pthread_mutex_init(takeMutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    pthread_mutex_destroy(takeMutex)
    pthread_cond_destroy(condition)
    mutex.deallocate()
    takeMutex.deallocate()
    condition.deallocate()
  }

  /// An item and its place in the order; nil when there are no more, or something failed.
  func take() throws -> (Int, Item)? {
    pthread_mutex_lock(takeMutex)
    defer { pthread_mutex_unlock(takeMutex) }
    pthread_mutex_lock(mutex)
    while taken - consumed >= limit, failure == nil { pthread_cond_wait(condition, mutex) }
    let stop = failure != nil || isExhausted
    let number = taken
    pthread_mutex_unlock(mutex)
    if stop { return nil }
    let item = try next()
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    guard let item else {
      isExhausted = true
      return nil
    }
    taken += 1
    return (number, item)
  }

  func deliver(_ number: Int, _ result: Result) {
    pthread_mutex_lock(mutex)
    results[number] = result
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  func workerEnded() {
    pthread_mutex_lock(mutex)
    endedWorkers += 1
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  func fail(_ error: any Error) {
    pthread_mutex_lock(mutex)
    if failure == nil { failure = error }
    endedWorkers += 1
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  /// The next result in order; nil when all have been given.
  /// - Throws: The first error of any thread.
  func nextResult(workers: Int) throws -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let failure { throw failure }
      if let result = results.removeValue(forKey: consumed) {
        consumed += 1
        pthread_cond_broadcast(condition)
        return result
      }
      if endedWorkers == workers { return nil }
      pthread_cond_wait(condition, mutex)
    }
  }
}
