#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A lock on the store's file that its writers take before LMDB's own, which cannot be tried without waiting for it.
///
/// It only tells whether waiting is needed: LMDB's lock is what keeps two writers apart. Where the file system has no
/// such locks, the gate is always open.
final class WriteGate: Sendable {
  private let descriptor: Int32

  init(path: String) { descriptor = open(path, O_RDWR | O_CLOEXEC) }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether nobody else is writing; then the gate is closed for others.
  func tryEnter() -> Bool {
    guard descriptor >= 0 else { return true }
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      return errno != EWOULDBLOCK
    }
    return true
  }

  /// Waits until nobody else is writing.
  func enter() {
    guard descriptor >= 0 else { return }
    while flock(descriptor, LOCK_EX) != 0, errno == EINTR {}
  }

  func leave() {
    guard descriptor >= 0 else { return }
    flock(descriptor, LOCK_UN)
  }
}
