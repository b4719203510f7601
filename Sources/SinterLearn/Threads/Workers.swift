#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// Plain threads for loops that keep every core busy for seconds, where tasks would starve a cooperative pool.
package enum Workers {
  /// One thread's share of the work.
  private final class Share {
    let body: (Int) -> Void
    let index: Int
    init(_ body: @escaping (Int) -> Void, _ index: Int) {
      self.body = body
      self.index = index
    }
  }

  /// Processors that are online.
  package static var processorCount: Int { max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))) }

  /// Calls `body` with 0..<`count`, number 0 on the calling thread and the others each on a thread of its own, and
  /// returns when all have returned. Where the system refuses a thread its share runs on the calling thread.
  ///
  /// `body` is run concurrently: what it shares must be split by index, atomic, or meant to race.
  package static func run(_ count: Int, _ body: (Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      var threads: [pthread_t] = []
      var refused: [Int] = []
      for index in stride(from: 1, to: count, by: 1) {
        let share = Unmanaged.passRetained(Share(body, index))
        if let thread = start(share.toOpaque()) {
          threads.append(thread)
        } else {
          share.release()
          refused.append(index)
        }
      }
      body(0)
      for index in refused { body(index) }
      for thread in threads { pthread_join(thread, nil) }
    }
  }

  private static func start(_ share: UnsafeMutableRawPointer) -> pthread_t? {
    #if canImport(Darwin)
    var thread: pthread_t?
    let status = pthread_create(
      &thread, nil,
      { argument in
        perform(argument)
        return nil
      }, share)
    return status == 0 ? thread : nil
    #else
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Workers.perform(argument) }
        return nil
      }, share)
    return status == 0 ? thread : nil
    #endif
  }

  private static func perform(_ argument: UnsafeMutableRawPointer) {
    let share = Unmanaged<Share>.fromOpaque(argument).takeRetainedValue()
    share.body(share.index)
  }
}
