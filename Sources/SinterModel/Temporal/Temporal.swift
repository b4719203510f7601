/// A calendar day of the proleptic Gregorian calendar, as days since 1970-01-01.
public struct Date: Hashable, Sendable {
  public var daysSinceEpoch: Int64
  public init(daysSinceEpoch: Int64) { self.daysSinceEpoch = daysSinceEpoch }
}

/// A time of day without offset, as nanoseconds since midnight.
public struct LocalTime: Hashable, Sendable {
  public var nanosecondOfDay: Int64
  public init(nanosecondOfDay: Int64) { self.nanosecondOfDay = nanosecondOfDay }
}

/// A time of day at an offset from UTC.
public struct Time: Hashable, Sendable {
  public var local: LocalTime
  public var offsetSeconds: Int32
  public init(local: LocalTime, offsetSeconds: Int32) {
    self.local = local
    self.offsetSeconds = offsetSeconds
  }
}

/// A day and a time of day without offset.
public struct LocalDateTime: Hashable, Sendable {
  public var date: Date
  public var time: LocalTime
  public init(date: Date, time: LocalTime) {
    self.date = date
    self.time = time
  }
}

/// A day and a time of day at an offset, with the zone's name where one was given.
public struct DateTime: Hashable, Sendable {
  public var local: LocalDateTime
  public var offsetSeconds: Int32
  public var zone: String?
  public init(local: LocalDateTime, offsetSeconds: Int32, zone: String?) {
    self.local = local
    self.offsetSeconds = offsetSeconds
    self.zone = zone
  }
}

/// An amount of time in months, days, seconds and nanoseconds, which do not turn into each other.
public struct Duration: Hashable, Sendable {
  public var months: Int64
  public var days: Int64
  public var seconds: Int64
  /// 0 to 999,999,999; a negative amount has negative seconds.
  public var nanoseconds: Int32
  public init(months: Int64, days: Int64, seconds: Int64, nanoseconds: Int32) {
    self.months = months
    self.days = days
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }
}
