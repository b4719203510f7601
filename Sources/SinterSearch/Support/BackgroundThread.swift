#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Threads for building indexes, which keep cores busy for seconds.
enum BackgroundThread {
  private final class Start {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread that nobody waits for; false where the system refuses one.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    guard let thread = make(body) else { return false }
    pthread_detach(thread)
    return true
  }

  /// Calls `body` with 0..<`count`, 0 on the calling thread, and returns when all have returned.
  static func run(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      var refused: [Int] = []
      for index in stride(from: 1, to: count, by: 1) {
        if let thread = make({ body(index) }) { threads.append(thread) } else { refused.append(index) }
      }
      body(0)
      for index in refused { body(index) }
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  static func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }

  private static func make(_ body: @escaping () -> Void) -> pthread_t? {
    let start = Unmanaged.passRetained(Start(body))
    #if canImport(Darwin)
      var thread: pthread_t?
      let status = pthread_create(
        &thread, nil,
        { argument in
          Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body()
          return nil
        }, start.toOpaque())
    #else
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { argument in
          if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
          return nil
        }, start.toOpaque())
    #endif
    guard status == 0 else {
      start.release()
      return nil
    }
    return thread
  }
}
