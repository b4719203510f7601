#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterModel

/// Threads that nobody pools.
enum Thread {
  #if canImport(Glibc)
    private typealias Context = UnsafeMutableRawPointer?
  #else
    private typealias Context = UnsafeMutableRawPointer
  #endif

  private final class Start {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Lets go of something large on a thread of its own.
  static func release(_ object: consuming some Sendable) {
    let object = Holder(object)
    if let thread = try? start({ object.value = nil }) { pthread_detach(thread) }
  }

  /// What a thread is to let go of; nobody else has it. That is the proof for `@unchecked Sendable`.
  private final class Holder: @unchecked Sendable {
    var value: (any Sendable)?
    init(_ value: any Sendable) { self.value = value }
  }

  /// Starts a thread that runs `body` and has to be joined or detached.
  static func start(_ body: @escaping @Sendable () -> Void) throws(SinterError) -> pthread_t {
    let start = Unmanaged.passRetained(Start(body))
    var thread = pthread_t()
    let main: @convention(c) (Context) -> UnsafeMutableRawPointer? = { context in
      let context: UnsafeMutableRawPointer? = context
      Unmanaged<Start>.fromOpaque(context!).takeRetainedValue().run()
      return nil
    }
    let code = pthread_create(&thread, nil, main, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw SinterError("StorageError.IO", "A thread for writing cannot be started: \(String(cString: strerror(code))).")
    }
    return thread
  }
}
