#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A point in time, as seconds and nanoseconds since 1970-01-01T00:00Z.
package struct Instant: Sendable, Hashable {
  package var epochSeconds: Int64
  /// 0 to 999,999,999.
  package var nanosecond: Int64

  package init(epochSeconds: Int64, nanosecond: Int64) {
    self.epochSeconds = epochSeconds
    self.nanosecond = nanosecond
  }

  /// What the system's clock shows.
  package static func now() -> Instant {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Instant(epochSeconds: Int64(time.tv_sec), nanosecond: Int64(time.tv_nsec))
  }
}
