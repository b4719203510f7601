#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Pages of memory that were touched and not there yet.
package struct PageFaults: Sendable, Equatable {
  /// Found in memory and mapped: of the store's file where it is cached, or fresh memory.
  package var minor = 0
  /// Read from the disk.
  package var major = 0

  static func + (a: PageFaults, b: PageFaults) -> PageFaults { PageFaults(minor: a.minor + b.minor, major: a.major + b.major) }
  static func - (a: PageFaults, b: PageFaults) -> PageFaults { PageFaults(minor: a.minor - b.minor, major: a.major - b.major) }

  /// Whether the system counts by thread.
  static var isByThread: Bool {
    #if canImport(Glibc)
      true
    #else
      false
    #endif
  }

  /// What the thread had so far; where the system counts only by process, what the process had.
  static var ofThread: PageFaults {
    var usage = rusage()
    #if canImport(Glibc)
      getrusage(1, &usage)  // RUSAGE_THREAD, a macro that is not imported
    #else
      getrusage(RUSAGE_SELF, &usage)
    #endif
    return PageFaults(minor: Int(usage.ru_minflt), major: Int(usage.ru_majflt))
  }
}
