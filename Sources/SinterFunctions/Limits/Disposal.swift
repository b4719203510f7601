#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Frees on a thread of its own what a failed statement held: to give back hundreds of megabytes takes longer than
/// whoever cancelled should wait.
package enum Disposal {
  /// `@unchecked Sendable`: passed to one thread, which only drops it.
  private final class Garbage: @unchecked Sendable {
    let contents: [Any]
    init(_ contents: [Any]) { self.contents = contents }
  }

  /// Drops the contents, which become empty; at once where no thread can be had.
  package static func later(_ contents: inout [Any]) {
    if contents.isEmpty { return }
    let garbage = Unmanaged.passRetained(Garbage(contents))
    contents = []
    #if canImport(Glibc)
      typealias Context = UnsafeMutableRawPointer?
      var thread = pthread_t()
    #else
      typealias Context = UnsafeMutableRawPointer
      var thread: pthread_t?
    #endif
    let main: @convention(c) (Context) -> UnsafeMutableRawPointer? = { context in
      let context: UnsafeMutableRawPointer? = context
      Unmanaged<Garbage>.fromOpaque(context!).release()
      return nil
    }
    guard pthread_create(&thread, nil, main, garbage.toOpaque()) == 0 else {
      garbage.release()
      return
    }
    #if canImport(Glibc)
      pthread_detach(thread)
    #else
      if let thread { pthread_detach(thread) }
    #endif
  }
}
