#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterModel

/// When changes are folded into segments in the background.
package struct FoldPolicy: Sendable {
  /// Changes that wait before folding begins, at least, and as a share of the store's elements: a fold rewrites what they
  /// touch, which at random is all.
  package var minimumChanges = 2_048
  package var minimumShare = 0.003
  /// Fewer are folded when nobody writes for a while.
  package var idleChanges = 256
  package var idleSeconds = 1.0
  /// How long to rest after a fold, in times of how long it took: reading that much slower meanwhile is the price of
  /// leaving the processors to others.
  package var restFactor = 5.0

  package init() {}

  package init(minimumChanges: Int, minimumShare: Double, idleChanges: Int, idleSeconds: Double, restFactor: Double) {
    self.minimumChanges = minimumChanges
    self.minimumShare = minimumShare
    self.idleChanges = idleChanges
    self.idleSeconds = idleSeconds
    self.restFactor = restFactor
  }
}

extension FoldPolicy {
  /// Whether so many changes are to be folded, whoever writes.
  func isDue(_ changes: Int, elements: Int) -> Bool { changes >= max(minimumChanges, Int(Double(elements) * minimumShare)) }
}

/// The thread that folds a store's changes when they are many and when nobody writes.
///
/// `@unchecked Sendable`: the variables are only touched with `lock` held.
final class BackgroundFold: @unchecked Sendable {
  let policy: FoldPolicy
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread: pthread_t?
  private var isClosing = false
  private weak var core: StoreCore?
  private var waitingChanges = 0
  /// Nodes and relationships of the store.
  private var elements = 0
  private var lastCommit = 0.0
  /// No fold begins before.
  private var restUntil = 0.0

  init(_ policy: FoldPolicy) {
    self.policy = policy
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// A commit was made after which so many changes wait.
  func noteCommit(changes: Int, elements: Int, in core: StoreCore) {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    let wasWaiting = waitingChanges >= policy.idleChanges
    waitingChanges = changes
    self.elements = elements
    lastCommit = BackgroundFold.now
    guard changes >= policy.idleChanges, !isClosing else { return }
    if thread == nil {
      self.core = core
      // Without the thread, a commit folds when far more wait.
      thread = try? Thread.start { [self] in run() }
    } else if !wasWaiting || changes >= policy.minimumChanges {
      pthread_cond_signal(changed)
    }
  }

  /// Ends the thread, which a later commit starts again; a fold under way is given up.
  func stop() {
    pthread_mutex_lock(lock)
    let thread = thread
    self.thread = nil
    isClosing = thread != nil
    pthread_cond_signal(changed)
    pthread_mutex_unlock(lock)
    guard let thread else { return }
    // The thread itself may be the last to let go of the store.
    if pthread_equal(thread, pthread_self()) != 0 {
      pthread_detach(thread)
      return
    }
    pthread_join(thread, nil)
    pthread_mutex_lock(lock)
    isClosing = false
    pthread_mutex_unlock(lock)
  }

  // MARK: The thread

  private func run() {
    pthread_mutex_lock(lock)
    while !isClosing {
      guard let seconds = secondsToWait() else {
        pthread_cond_wait(changed, lock)
        continue
      }
      if seconds > 0 {
        var deadline = WriterQueue.deadline(afterSeconds: seconds)
        pthread_cond_timedwait(changed, lock, &deadline)
        continue
      }
      pthread_mutex_unlock(lock)
      fold()
      pthread_mutex_lock(lock)
    }
    pthread_mutex_unlock(lock)
  }

  /// How long until a fold may be due, 0 when one is; nil when too little waits. With the lock held.
  private func secondsToWait() -> Double? {
    guard waitingChanges >= policy.idleChanges else { return nil }
    let now = BackgroundFold.now
    let isMuch = policy.isDue(waitingChanges, elements: elements)
    return max(restUntil - now, isMuch ? 0 : lastCommit + policy.idleSeconds - now, 0)
  }

  private func fold() {
    guard let core else { return }
    let start = BackgroundFold.now
    var rest = 30.0
    do {
      try core.foldBesideWriters { [self] in isToStop }
      rest = (BackgroundFold.now - start) * policy.restFactor
    } catch {
      // The store is as it was, and `compact` says why; later the reason may be gone.
    }
    let waiting = core.knownChangeCount
    pthread_mutex_lock(lock)
    restUntil = BackgroundFold.now + rest
    waitingChanges = waiting
    pthread_mutex_unlock(lock)
  }

  private var isToStop: Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return isClosing
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
