#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterExecute
import Synchronization

/// Turns Ctrl-C and SIGTERM into the cancellation of the running query.
///
/// A signal handler may touch nothing but atomics, so the token of the running query is held as the bits
/// of an unmanaged reference in one.
enum Interrupts {
  private static let current = Atomic<UInt>(0)
  /// How many signals came since the last ``take()``.
  private static let pending = Atomic<Int>(0)
  private static let isTerminating = Atomic<Bool>(false)

  /// From here on Ctrl-C no longer ends the program.
  static func install() {
    var action = sigaction()
    let handler: @convention(c) (Int32) -> Void = { _ in Interrupts.signalled() }
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = handler
    #else
      action.__sigaction_u.__sa_handler = handler
    #endif
    // Without SA_RESTART a waiting read ends, so that the prompt can begin anew.
    action.sa_flags = 0
    sigemptyset(&action.sa_mask)
    sigaction(SIGINT, &action, nil)
  }

  /// From here until ``endQuery()`` SIGTERM cancels what runs, so that a load can remove its unfinished
  /// file. A second one ends the program at once.
  private static func installTermination() {
    var action = sigaction()
    let handler: @convention(c) (Int32) -> Void = { _ in
      Interrupts.isTerminating.store(true, ordering: .relaxed)
      Interrupts.cancelCurrent()
    }
    #if canImport(Glibc)
      action.__sigaction_handler.sa_handler = handler
    #else
      action.__sigaction_u.__sa_handler = handler
    #endif
    action.sa_flags = Int32(bitPattern: UInt32(truncatingIfNeeded: SA_RESETHAND))
    sigemptyset(&action.sa_mask)
    sigaction(SIGTERM, &action, nil)
  }

  private static func signalled() {
    _ = pending.add(1, ordering: .relaxed)
    cancelCurrent()
  }

  private static func cancelCurrent() {
    if let token = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)) {
      Unmanaged<CancellationToken>.fromOpaque(token).takeUnretainedValue().cancel()
    }
  }

  /// A token that the next Ctrl-C cancels, until ``endQuery()``.
  static func beginQuery() -> CancellationToken {
    _ = take()
    install()
    let token = CancellationToken()
    current.store(UInt(bitPattern: Unmanaged.passRetained(token).toOpaque()), ordering: .releasing)
    installTermination()
    // A signal that came before the token was known.
    if isPending { token.cancel() }
    return token
  }

  /// - Precondition: a query has begun and runs no more.
  static func endQuery() {
    guard let token = UnsafeRawPointer(bitPattern: current.exchange(0, ordering: .acquiringAndReleasing)) else { return }
    Unmanaged<CancellationToken>.fromOpaque(token).release()
    signal(SIGTERM, SIG_DFL)
    // What was cancelled has cleaned up; now the program ends as whoever asked expects.
    if isTerminating.load(ordering: .relaxed) { raise(SIGTERM) }
  }

  /// Whether Ctrl-C was pressed since the last ``take()``.
  static var isPending: Bool { pending.load(ordering: .relaxed) > 0 }

  /// Whether Ctrl-C was pressed since the last call.
  static func take() -> Bool { pending.exchange(0, ordering: .relaxed) > 0 }
}
