extension Date {
  /// A day from its fields.
  /// - Throws: `ArgumentError.NumberOutOfRange` when there is no such day.
  public init(year: Int64, month: Int64, day: Int64) throws(SinterError) {
    try Date.check(year: year)
    guard (1...12).contains(month) else {
      throw .temporalOutOfRange("There is no month \(month); months are 1 to 12.")
    }
    let last = Calendar.daysInMonth(Int(month), of: year)
    guard day >= 1, day <= last else {
      throw .temporalOutOfRange("There is no day \(day) in month \(month) of year \(year); it has \(last) days.")
    }
    self.init(daysSinceEpoch: Calendar.dayNumber(year: year, month: Int(month), day: Int(day)))
  }

  package init(weekYear: Int64, week: Int64, dayOfWeek: Int64) throws(SinterError) {
    try Date.check(year: weekYear)
    let weeks = Calendar.weeksInYear(weekYear)
    guard week >= 1, week <= weeks else {
      throw .temporalOutOfRange("There is no week \(week) in \(weekYear); it has \(weeks) weeks.")
    }
    guard (1...7).contains(dayOfWeek) else {
      throw .temporalOutOfRange("There is no day of week \(dayOfWeek); they are 1 (Monday) to 7 (Sunday).")
    }
    try self.init(
      checkedDay: Calendar.firstDay(ofWeekYear: weekYear) &+ (week &- 1) &* 7 &+ dayOfWeek &- 1)
  }

  package init(year: Int64, ordinalDay: Int64) throws(SinterError) {
    try Date.check(year: year)
    let days = Calendar.daysInYear(year)
    guard ordinalDay >= 1, ordinalDay <= days else {
      throw .temporalOutOfRange("There is no day \(ordinalDay) in the year \(year); it has \(days) days.")
    }
    self.init(daysSinceEpoch: Calendar.dayNumber(year: year, month: 1, day: 1) &+ ordinalDay &- 1)
  }

  package init(year: Int64, quarter: Int64, dayOfQuarter: Int64) throws(SinterError) {
    try Date.check(year: year)
    guard (1...4).contains(quarter) else {
      throw .temporalOutOfRange("There is no quarter \(quarter); quarters are 1 to 4.")
    }
    let days = Calendar.daysInQuarter(Int(quarter), of: year)
    guard dayOfQuarter >= 1, dayOfQuarter <= days else {
      throw .temporalOutOfRange("There is no day \(dayOfQuarter) in quarter \(quarter) of \(year); it has \(days) days.")
    }
    let first = Calendar.dayNumber(year: year, month: Int(quarter - 1) * 3 + 1, day: 1)
    self.init(daysSinceEpoch: first &+ dayOfQuarter &- 1)
  }

  /// A day by its number, within the supported years.
  package init(checkedDay day: Int64) throws(SinterError) {
    guard day >= Calendar.minimumDay, day <= Calendar.maximumDay else {
      throw .temporalOutOfRange("The date is outside the years -999999999 to +999999999.")
    }
    self.init(daysSinceEpoch: day)
  }

  private static func check(year: Int64) throws(SinterError) {
    guard year >= Calendar.minimumYear, year <= Calendar.maximumYear else {
      throw .temporalOutOfRange("The year \(year) is outside -999999999 to +999999999.")
    }
  }

  package var civil: (year: Int64, month: Int, day: Int) { Calendar.civil(daysSinceEpoch) }
  public var year: Int64 { civil.year }
  public var month: Int { civil.month }
  public var day: Int { civil.day }
  package var quarter: Int { (month - 1) / 3 + 1 }
  /// 1 for Monday to 7 for Sunday.
  public var dayOfWeek: Int { Calendar.dayOfWeek(daysSinceEpoch) }
  /// The day's number in its year, from 1.
  public var ordinalDay: Int {
    Int(truncatingIfNeeded: daysSinceEpoch &- Calendar.dayNumber(year: year, month: 1, day: 1)) + 1
  }
  package var dayOfQuarter: Int {
    let (year, month, _) = civil
    let first = Calendar.dayNumber(year: year, month: (month - 1) / 3 * 3 + 1, day: 1)
    return Int(truncatingIfNeeded: daysSinceEpoch &- first) + 1
  }
  package var isoWeek: (year: Int64, week: Int) { Calendar.week(of: daysSinceEpoch) }
}

extension LocalTime {
  /// A time of day from its fields.
  /// - Throws: `ArgumentError.NumberOutOfRange` when a field is out of range.
  public init(hour: Int64, minute: Int64 = 0, second: Int64 = 0, nanosecond: Int64 = 0) throws(SinterError) {
    guard (0...23).contains(hour) else { throw .temporalOutOfRange("There is no hour \(hour); hours are 0 to 23.") }
    guard (0...59).contains(minute) else {
      throw .temporalOutOfRange("There is no minute \(minute); minutes are 0 to 59.")
    }
    guard (0...59).contains(second) else {
      throw .temporalOutOfRange("There is no second \(second); seconds are 0 to 59.")
    }
    guard (0...999_999_999).contains(nanosecond) else {
      throw .temporalOutOfRange("There is no nanosecond \(nanosecond); nanoseconds are 0 to 999999999.")
    }
    self.init(nanosecondOfDay: ((hour * 60 + minute) * 60 + second) * Calendar.nanosecondsPerSecond + nanosecond)
  }

  package init(secondOfDay: Int64, nanosecond: Int64) {
    self.init(nanosecondOfDay: secondOfDay &* Calendar.nanosecondsPerSecond &+ nanosecond)
  }

  package static let midnight = LocalTime(nanosecondOfDay: 0)

  package var secondOfDay: Int64 { Calendar.floorDivide(nanosecondOfDay, Calendar.nanosecondsPerSecond) }
  package var nanosecondOfSecond: Int64 { Calendar.floorModulo(nanosecondOfDay, Calendar.nanosecondsPerSecond) }
  public var hour: Int { Int(secondOfDay / 3_600) }
  public var minute: Int { Int(secondOfDay / 60 % 60) }
  public var second: Int { Int(secondOfDay % 60) }
  public var nanosecond: Int { Int(nanosecondOfSecond) }
}

extension Time {
  /// Nanoseconds since midnight in UTC; may be negative or beyond a day.
  package var utcNanoseconds: Int64 {
    local.nanosecondOfDay &- Int64(offsetSeconds) &* Calendar.nanosecondsPerSecond
  }
}

extension LocalDateTime {
  /// Seconds since 1970-01-01T00:00 on the same clock.
  package var epochSeconds: Int64 {
    date.daysSinceEpoch &* Calendar.secondsPerDay &+ time.secondOfDay
  }

  /// The day and time of day at `seconds` since 1970-01-01T00:00 on the same clock.
  package init(epochSeconds seconds: Int64, nanosecond: Int64) {
    self.init(
      date: Date(daysSinceEpoch: Calendar.floorDivide(seconds, Calendar.secondsPerDay)),
      time: LocalTime(secondOfDay: Calendar.floorModulo(seconds, Calendar.secondsPerDay), nanosecond: nanosecond))
  }
}

extension DateTime {
  /// Seconds since 1970-01-01T00:00Z.
  public var epochSeconds: Int64 { local.epochSeconds &- Int64(offsetSeconds) }

  /// The instant `epochSeconds` at a fixed offset.
  package init(epochSeconds: Int64, nanosecond: Int64, offsetSeconds: Int32) throws(SinterError) {
    let (seconds, overflow) = epochSeconds.addingReportingOverflow(Int64(offsetSeconds))
    guard !overflow else { throw .temporalOutOfRange("The instant is outside the years -999999999 to +999999999.") }
    let local = LocalDateTime(epochSeconds: seconds, nanosecond: nanosecond)
    _ = try Date(checkedDay: local.date.daysSinceEpoch)
    self.init(local: local, offsetSeconds: offsetSeconds, zone: nil)
  }
}
