/// A unit to which dates and times are cut off.
package enum TemporalUnit: String, Sendable, CaseIterable, Comparable {
  case millennium, century, decade, weekYear, year, quarter, month, week, day, hour, minute, second, millisecond,
    microsecond

  /// Reads a unit's name, case-insensitively.
  package init?(name: String) {
    let lowered = name.lowercased()
    guard let unit = TemporalUnit.allCases.first(where: { $0.rawValue.lowercased() == lowered }) else { return nil }
    self = unit
  }

  private var rank: Int { TemporalUnit.allCases.firstIndex(of: self) ?? 0 }

  /// Larger units come first.
  package static func < (a: TemporalUnit, b: TemporalUnit) -> Bool { a.rank < b.rank }

  /// The first day of the unit that holds `date`.
  func start(of date: Date) throws(SinterError) -> Date {
    let (year, month, _) = date.civil
    switch self {
    case .millennium: return try Date(year: year - Calendar.floorModulo(year, 1_000), month: 1, day: 1)
    case .century: return try Date(year: year - Calendar.floorModulo(year, 100), month: 1, day: 1)
    case .decade: return try Date(year: year - Calendar.floorModulo(year, 10), month: 1, day: 1)
    case .weekYear: return try Date(checkedDay: Calendar.firstDay(ofWeekYear: date.isoWeek.year))
    case .year: return try Date(year: year, month: 1, day: 1)
    case .quarter: return try Date(year: year, month: Int64((month - 1) / 3 * 3 + 1), day: 1)
    case .month: return try Date(year: year, month: Int64(month), day: 1)
    case .week: return try date.adding(days: Int64(1 - date.dayOfWeek))
    default: return date
    }
  }

  /// How many nanoseconds the unit has, for the clock's units; nil for a day and more.
  var nanoseconds: Int64? {
    switch self {
    case .hour: 3_600_000_000_000
    case .minute: 60_000_000_000
    case .second: 1_000_000_000
    case .millisecond: 1_000_000
    case .microsecond: 1_000
    default: nil
    }
  }

  func start(of time: LocalTime) -> LocalTime {
    guard let nanoseconds else { return .midnight }
    return LocalTime(nanosecondOfDay: time.nanosecondOfDay - time.nanosecondOfDay % nanoseconds)
  }

  /// What is kept of a second, for units below it.
  func kept(of time: LocalTime) -> (nanoseconds: Int64, unit: Int64)? {
    switch self {
    case .millisecond, .microsecond: (Int64(start(of: time).nanosecond), nanoseconds ?? 1)
    default: nil
    }
  }
}

/// The temporal types that truncation and construction produce.
package enum TemporalKind: String, Sendable, CaseIterable {
  case date, localTime = "localtime", time, localDateTime = "localdatetime", dateTime = "datetime"
}

extension Value {
  /// `date.truncate(unit, value, fields)` and its siblings: `self` cut off to `unit` as a value of type `kind`, with
  /// the given smaller components set.
  ///
  /// A value without an offset gets UTC; `timezone` among the fields replaces the zone and keeps the clock reading.
  /// - Throws: `ArgumentError.InvalidArgumentValue` when the unit or the value does not suit the type.
  package func truncated(
    to unit: TemporalUnit, as kind: TemporalKind, fields: [String: Value] = [:], defaultZone: Zone, now: Instant
  ) throws(SinterError) -> Value {
    let fields = try TemporalFields(fields, for: kind)
    var date: Date?
    var time: LocalTime = .midnight
    var zone: Zone?
    var offset: Int32?
    var hasTime = true
    switch self {
    case .date(let value):
      date = value
      hasTime = false
    case .localTime(let value): time = value
    case .time(let value):
      time = value.local
      zone = .offset(value.offsetSeconds)
    case .localDateTime(let value): (date, time) = (value.date, value.time)
    case .dateTime(let value):
      (date, time, zone) = (value.local.date, value.local.time, try value.zoneRules)
      offset = value.offsetSeconds
    default: throw .temporalField("A \(typeName) cannot be truncated; give a date or time.")
    }
    let needsDate = kind == .date || kind == .localDateTime || kind == .dateTime
    if needsDate ? date == nil : !hasTime {
      throw .temporalField("A \(typeName) cannot be truncated to a \(kind.rawValue): it has no \(needsDate ? "date" : "time").")
    }
    if kind == .date ? unit > .day : !needsDate && unit < .day {
      throw .temporalField("A \(kind.rawValue) cannot be truncated to '\(unit.rawValue)'.")
    }
    let start = unit.start(of: time)
    func day() throws(SinterError) -> Date {
      try fields.date(base: try date.map { day throws(SinterError) in try unit.start(of: day) })
    }
    func clock() throws(SinterError) -> LocalTime { try fields.time(base: start, kept: unit.kept(of: time)) }
    let target = try fields.zone() ?? zone ?? defaultZone
    switch kind {
    case .date: return .date(try day())
    case .localTime: return .localTime(try clock())
    case .time: return .time(Time(local: try clock(), offsetSeconds: target.offset(at: now.epochSeconds)))
    case .localDateTime: return .localDateTime(LocalDateTime(date: try day(), time: try clock()))
    case .dateTime:
      // The second of two hours that a clock shows twice stays the second.
      let moment = LocalDateTime(date: try day(), time: try clock())
      return .dateTime(try DateTime(moment, in: target, preferredOffsetSeconds: offset))
    }
  }
}
