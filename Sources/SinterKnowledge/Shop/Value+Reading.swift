internal import SinterModel
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension Value {
  /// A number as a double.
  var asDouble: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .float(let number): number
    default: nil
    }
  }

  var asString: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// The value in an error message.
  var brief: String {
    switch self {
    case .null: "null"
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .float(let number): String(number)
    case .string(let text): "'\(text.prefix(60))'"
    case .list(let items): "a list of \(items.count)"
    case .map: "a map"
    case .node: "a node"
    case .relationship: "a relationship"
    case .path: "a path"
    case .date, .localTime, .time, .localDateTime, .dateTime: "a point in time"
    case .duration: "a duration"
    }
  }

  /// Seconds since 1970 of a date, a local date-time (taken as UTC) or a date-time; the day's end for a date where
  /// `endOfDay`.
  func epochSeconds(endOfDay: Bool = false) -> Double? {
    switch self {
    case .date(let date): Double(date.daysSinceEpoch) * 86_400 + (endOfDay ? 86_400 : 0)
    case .localDateTime(let moment): moment.epochSeconds
    case .dateTime(let moment): moment.local.epochSeconds - Double(moment.offsetSeconds)
    default: nil
    }
  }
}

extension LocalDateTime {
  fileprivate var epochSeconds: Double { Double(date.daysSinceEpoch) * 86_400 + Double(time.nanosecondOfDay) / 1e9 }
}

/// The wall clock.
enum WallClock {
  /// Seconds since 1970.
  static var seconds: Double {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
  }

  /// Now, in UTC.
  static var now: Value {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    let day = Int64(now.tv_sec) / 86_400
    let second = Int64(now.tv_sec) - day * 86_400
    let time = LocalTime(nanosecondOfDay: second * 1_000_000_000 + Int64(now.tv_nsec))
    return .dateTime(
      DateTime(
        local: LocalDateTime(date: Date(daysSinceEpoch: day), time: time), offsetSeconds: 0, zone: nil))
  }
}
