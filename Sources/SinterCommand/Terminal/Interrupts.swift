#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterExecute
import Synchronization

/// Turns Ctrl-C into the cancellation of the running query.
///
/// A signal handler may touch nothing but atomics, so the token of the running query is held as the bits
/// of an unmanaged reference in one.
enum Interrupts {
  private static let current = Atomic<UInt>(0)
  /// How many signals came since the last ``take()``.
  private static let pending = Atomic<Int>(0)

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

  private static func signalled() {
    _ = pending.add(1, ordering: .relaxed)
    if let token = UnsafeRawPointer(bitPattern: current.load(ordering: .acquiring)) {
      Unmanaged<CancellationToken>.fromOpaque(token).takeUnretainedValue().cancel()
    }
  }

  /// A token that the next Ctrl-C cancels, until ``endQuery()``.
  static func beginQuery() -> CancellationToken {
    install()
    _ = take()
    let token = CancellationToken()
    current.store(UInt(bitPattern: Unmanaged.passRetained(token).toOpaque()), ordering: .releasing)
    return token
  }

  /// - Precondition: a query has begun and runs no more.
  static func endQuery() {
    guard let token = UnsafeRawPointer(bitPattern: current.exchange(0, ordering: .acquiringAndReleasing)) else { return }
    Unmanaged<CancellationToken>.fromOpaque(token).release()
  }

  /// Whether Ctrl-C was pressed since the last ``take()``.
  static var isPending: Bool { pending.load(ordering: .relaxed) > 0 }

  /// Whether Ctrl-C was pressed since the last call.
  static func take() -> Bool { pending.exchange(0, ordering: .relaxed) > 0 }
}
