/// A temporal value taken apart for measuring the time between two of them.
private struct TemporalPoint {
  var date: Date?
  var time: LocalTime
  var offsetSeconds: Int32?
  var zone: Zone?

  init?(_ value: Value) throws(SinterError) {
    switch value {
    case .date(let date): self.init(date: date, time: .midnight, offsetSeconds: nil, zone: nil)
    case .localTime(let time): self.init(date: nil, time: time, offsetSeconds: nil, zone: nil)
    case .time(let time):
      self.init(date: nil, time: time.local, offsetSeconds: time.offsetSeconds, zone: .offset(time.offsetSeconds))
    case .localDateTime(let moment): self.init(date: moment.date, time: moment.time, offsetSeconds: nil, zone: nil)
    case .dateTime(let moment):
      self.init(
        date: moment.local.date, time: moment.local.time, offsetSeconds: moment.offsetSeconds, zone: try moment.zoneRules)
    default: return nil
    }
  }

  private init(date: Date?, time: LocalTime, offsetSeconds: Int32?, zone: Zone?) {
    self.date = date
    self.time = time
    self.offsetSeconds = offsetSeconds
    self.zone = zone
  }

  func local(on date: Date) -> LocalDateTime { LocalDateTime(date: date, time: time) }
}

extension Duration {
  /// In which unit the time between two values is measured.
  package enum Measure: Sendable { case mixed, months, days, seconds }

  /// The time from `a` to `b`, as `duration.between`, `inMonths`, `inDays` and `inSeconds` give it; nil where one is
  /// not a temporal instant.
  ///
  /// A value without date is taken to be on the other's day, and one without offset in the other's zone. Whole months
  /// and days are counted only between two dates.
  package static func between(_ a: Value, _ b: Value, in measure: Measure) throws(SinterError) -> Duration? {
    guard let start = try TemporalPoint(a), let end = try TemporalPoint(b) else { return nil }
    var measure = measure
    if start.date == nil || end.date == nil {
      guard measure == .mixed || measure == .seconds else { return .zero }
      measure = .seconds
    }
    guard let startDate = start.date ?? end.date, let endDate = end.date ?? start.date else {
      var nanoseconds = end.time.nanosecondOfDay &- start.time.nanosecondOfDay
      if let from = start.offsetSeconds, let to = end.offsetSeconds {
        nanoseconds &-= Int64(to &- from) &* Calendar.nanosecondsPerSecond
      }
      return try Duration(months: 0, days: 0, nanoseconds: Int128(nanoseconds))
    }
    let localStart = start.local(on: startDate)
    var localEnd = end.local(on: endDate)
    guard let zone = start.zone ?? end.zone else {
      return try between(localStart, localEnd, in: measure, zone: .offset(0), startOffset: nil, endOffset: nil)
    }
    if start.zone != nil, end.zone != nil, let offset = end.offsetSeconds {
      let instant = localEnd.epochSeconds &- Int64(offset)
      let moved = try DateTime(epochSeconds: instant, nanosecond: localEnd.time.nanosecondOfSecond, in: zone)
      localEnd = moved.local
      return try between(
        localStart, localEnd, in: measure, zone: zone, startOffset: start.offsetSeconds, endOffset: moved.offsetSeconds)
    }
    return try between(
      localStart, localEnd, in: measure, zone: zone, startOffset: start.offsetSeconds, endOffset: end.offsetSeconds)
  }

  private static func between(
    _ start: LocalDateTime, _ end: LocalDateTime, in measure: Measure, zone: Zone, startOffset: Int32?,
    endOffset: Int32?
  ) throws(SinterError) -> Duration {
    let last = try DateTime(end, in: zone, preferredOffsetSeconds: endOffset)
    var current = start
    var months: Int64 = 0
    var days: Int64 = 0
    if measure == .mixed || measure == .months {
      months = wholeMonths(from: current, to: end)
      current.date = try current.date.adding(months: months)
    }
    if measure == .mixed || measure == .days {
      days = wholeDays(from: current, to: end)
      current.date = try current.date.adding(days: days)
    }
    guard measure == .mixed || measure == .seconds else {
      return Duration(months: months, days: days, seconds: 0, nanoseconds: 0)
    }
    let first = try DateTime(current, in: zone, preferredOffsetSeconds: startOffset)
    let seconds = Int128(last.epochSeconds) - Int128(first.epochSeconds)
    let nanoseconds = last.local.time.nanosecondOfSecond - first.local.time.nanosecondOfSecond
    return try Duration(
      months: months, days: days,
      nanoseconds: seconds * Int128(Calendar.nanosecondsPerSecond) + Int128(nanoseconds))
  }

  /// The end's day, one nearer the start where the last day is not whole.
  private static func lastWholeDay(from start: LocalDateTime, to end: LocalDateTime) -> Date {
    let from = start.time.nanosecondOfDay
    let to = end.time.nanosecondOfDay
    var day = end.date.daysSinceEpoch
    if day > start.date.daysSinceEpoch, to < from {
      day -= 1
    } else if day < start.date.daysSinceEpoch, to > from {
      day += 1
    }
    return Date(daysSinceEpoch: day)
  }

  private static func wholeDays(from start: LocalDateTime, to end: LocalDateTime) -> Int64 {
    lastWholeDay(from: start, to: end).daysSinceEpoch &- start.date.daysSinceEpoch
  }

  private static func wholeMonths(from start: LocalDateTime, to end: LocalDateTime) -> Int64 {
    let a = start.date.civil
    let b = lastWholeDay(from: start, to: end).civil
    // With fewer than 32 days in a month, month * 32 + day counts whole months by division.
    let from = (a.year &* 12 &+ Int64(a.month)) &* 32 &+ Int64(a.day)
    let to = (b.year &* 12 &+ Int64(b.month)) &* 32 &+ Int64(b.day)
    return (to &- from) / 32
  }
}
