extension Date {
  /// The same day some months on; the last day of the month where there is no such day.
  package func adding(months: Int64) throws(SinterError) -> Date {
    if months == 0 { return self }
    let (year, month, day) = civil
    let (total, overflow) = (year &* 12 &+ Int64(month - 1)).addingReportingOverflow(months)
    let newYear = Calendar.floorDivide(total, 12)
    guard !overflow, newYear >= Calendar.minimumYear, newYear <= Calendar.maximumYear else {
      throw .temporalOutOfRange("The date plus \(months) months is outside the years -999999999 to +999999999.")
    }
    let newMonth = Int(Calendar.floorModulo(total, 12)) + 1
    return Date(
      daysSinceEpoch: Calendar.dayNumber(
        year: newYear, month: newMonth, day: min(day, Calendar.daysInMonth(newMonth, of: newYear))))
  }

  package func adding(days: Int64) throws(SinterError) -> Date {
    let (day, overflow) = daysSinceEpoch.addingReportingOverflow(days)
    guard !overflow else {
      throw .temporalOutOfRange("The date plus \(days) days is outside the years -999999999 to +999999999.")
    }
    return try Date(checkedDay: day)
  }

  /// Months, then days, then the whole days in the duration's seconds.
  package func adding(_ duration: Duration) throws(SinterError) -> Date {
    var seconds = duration.seconds
    if seconds < 0, duration.nanoseconds > 0 { seconds += 1 }
    return try adding(months: duration.months).adding(days: duration.days)
      .adding(days: seconds / Calendar.secondsPerDay)
  }
}

extension LocalTime {
  /// Only the duration's clock part counts; the clock wraps at midnight.
  package func adding(_ duration: Duration) -> LocalTime {
    let seconds = Calendar.floorModulo(duration.seconds, Calendar.secondsPerDay)
    let total = nanosecondOfDay &+ seconds &* Calendar.nanosecondsPerSecond &+ Int64(duration.nanoseconds)
    return LocalTime(nanosecondOfDay: Calendar.floorModulo(total, Calendar.nanosecondsPerDay))
  }
}

extension Time {
  package func adding(_ duration: Duration) -> Time {
    Time(local: local.adding(duration), offsetSeconds: offsetSeconds)
  }

  /// The same instant of the day on a clock at another offset.
  package func at(offsetSeconds other: Int32) -> Time {
    let nanoseconds = utcNanoseconds &+ Int64(other) &* Calendar.nanosecondsPerSecond
    return Time(
      local: LocalTime(nanosecondOfDay: Calendar.floorModulo(nanoseconds, Calendar.nanosecondsPerDay)),
      offsetSeconds: other)
  }
}

extension LocalDateTime {
  package func adding(_ duration: Duration) throws(SinterError) -> LocalDateTime {
    let day = try date.adding(months: duration.months).adding(days: duration.days)
    return try LocalDateTime(date: day, time: time).adding(
      seconds: duration.seconds, nanoseconds: Int64(duration.nanoseconds))
  }

  func adding(seconds: Int64, nanoseconds: Int64) throws(SinterError) -> LocalDateTime {
    var nanosecond = time.nanosecondOfSecond + nanoseconds
    let (sum, overflow) = epochSeconds.addingReportingOverflow(seconds)
    let (total, second) = sum.addingReportingOverflow(Calendar.floorDivide(nanosecond, Calendar.nanosecondsPerSecond))
    guard !overflow, !second else {
      throw .temporalOutOfRange("The sum is outside the years -999999999 to +999999999.")
    }
    nanosecond = Calendar.floorModulo(nanosecond, Calendar.nanosecondsPerSecond)
    let result = LocalDateTime(epochSeconds: total, nanosecond: nanosecond)
    _ = try Date(checkedDay: result.date.daysSinceEpoch)
    return result
  }
}

extension DateTime {
  /// Months and days move the local clock, seconds the instant; a named zone then gives the offset anew.
  package func adding(_ duration: Duration) throws(SinterError) -> DateTime {
    let day = try local.date.adding(months: duration.months).adding(days: duration.days)
    let moved = LocalDateTime(date: day, time: local.time)
    let zoned = try zone.map { name throws(SinterError) in try Zone(name) }
    guard let zoned else {
      let sum = try moved.adding(seconds: duration.seconds, nanoseconds: Int64(duration.nanoseconds))
      return DateTime(local: sum, offsetSeconds: offsetSeconds, zone: nil)
    }
    let start = day == local.date ? self : try DateTime(moved, in: zoned, preferredOffsetSeconds: offsetSeconds)
    let utc = try LocalDateTime(epochSeconds: start.epochSeconds, nanosecond: start.local.time.nanosecondOfSecond)
      .adding(seconds: duration.seconds, nanoseconds: Int64(duration.nanoseconds))
    return try DateTime(epochSeconds: utc.epochSeconds, nanosecond: utc.time.nanosecondOfSecond, in: zoned)
  }
}
