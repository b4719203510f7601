/// The components from which a temporal value is put together: `{year: 1984, month: 10, day: 11}`, also starting from
/// other values: `{date: other, time: another, second: 42, timezone: 'Europe/Stockholm'}`.
package struct TemporalFields {
  private let map: [String: Value]

  static let dateKeys = ["year", "month", "day", "week", "dayOfWeek", "quarter", "dayOfQuarter", "ordinalDay"]
  static let timeKeys = ["hour", "minute", "second", "millisecond", "microsecond", "nanosecond"]
  private static let otherKeys = ["date", "time", "datetime", "timezone", "epochSeconds", "epochMillis"]

  /// Components of a value of type `kind`; those that are null count as not given.
  /// - Throws: `ArgumentError.InvalidArgumentValue` for a key that names no component, or none that the type has.
  package init(_ map: [String: Value], for kind: TemporalKind) throws(SinterError) {
    for key in map.keys
    where !TemporalFields.dateKeys.contains(key) && !TemporalFields.timeKeys.contains(key)
      && !TemporalFields.otherKeys.contains(key)
    {
      throw .temporalField(
        "'\(key)' is not a component of a date or time; there are \(TemporalFields.dateKeys.joined(separator: ", ")), "
          + "\(TemporalFields.timeKeys.joined(separator: ", ")), \(TemporalFields.otherKeys.joined(separator: ", ")).")
    }
    self.map = map.filter { !$0.value.isNull }
    for key in self.map.keys.sorted() where TemporalFields.isForeign(key, to: kind) {
      throw .temporalField("A \(kind.rawValue) has no component '\(key)'.")
    }
  }

  private static func isForeign(_ key: String, to kind: TemporalKind) -> Bool {
    let hasDate = kind != .time && kind != .localTime
    let hasZone = kind == .dateTime || kind == .time
    switch key {
    case "datetime": return false
    case "timezone": return !hasZone
    case "epochSeconds", "epochMillis": return kind != .dateTime
    case "date": return !hasDate
    case "time": return kind == .date
    default: return dateKeys.contains(key) ? !hasDate : kind == .date
    }
  }

  func has(_ key: String) -> Bool { map[key] != nil }

  private func hasAny(_ keys: [String]) -> Bool { keys.contains { map[$0] != nil } }

  func integer(_ key: String) throws(SinterError) -> Int64? {
    switch map[key] {
    case nil: return nil
    case .integer(let value): return value
    case .float(let value):
      if let whole = Int64(exactly: value) { return whole }
      throw .temporalField("The component '\(key)' must be a whole number, not \(value.languageText).")
    case let other?: throw .temporalField("The component '\(key)' must be an integer, not \(other.typePhrase).")
    }
  }

  func zone() throws(SinterError) -> Zone? {
    switch map["timezone"] {
    case nil: return nil
    case .string(let text): return try Zone(text)
    case let other?:
      throw .temporalField("The component 'timezone' must be a string such as '+01:00', not \(other.typePhrase).")
    }
  }

  // MARK: Values to start from

  private func base(_ keys: [String]) -> Value? {
    for key in keys { if let value = map[key] { return value } }
    return nil
  }

  private func baseDate() throws(SinterError) -> Date? {
    switch base(["date", "datetime"]) {
    case nil: return nil
    case .date(let date): return date
    case .localDateTime(let moment): return moment.date
    case .dateTime(let moment): return moment.local.date
    case let other?: throw .temporalField("A \(other.typeName) has no date to select.")
    }
  }

  /// The time to start from, and the zone and offset that belong to it.
  private func baseTime() throws(SinterError) -> (time: LocalTime, zone: Zone?, offset: Int32?)? {
    switch base(["time", "datetime"]) {
    case nil: return nil
    case .localTime(let time): return (time, nil, nil)
    case .time(let time): return (time.local, .offset(time.offsetSeconds), time.offsetSeconds)
    case .localDateTime(let moment): return (moment.time, nil, nil)
    case .dateTime(let moment): return (moment.local.time, try moment.zoneRules, moment.offsetSeconds)
    case let other?: throw .temporalField("A \(other.typeName) has no time to select.")
    }
  }

  // MARK: Putting together

  /// The date these components name; what they leave out comes from `base`, else from the start of the year.
  func date(base: Date?) throws(SinterError) -> Date {
    guard let year = try integer("year") ?? base?.year else {
      throw .temporalField("A date needs a year: give 'year', or a value to start from as 'date'.")
    }
    let isWeek = hasAny(["week", "dayOfWeek"])
    let isQuarter = hasAny(["quarter", "dayOfQuarter"])
    let isOrdinal = has("ordinalDay")
    let isMonth = hasAny(["month", "day"])
    guard [isWeek, isQuarter, isOrdinal, isMonth].filter({ $0 }).count <= 1 else {
      throw .temporalField("A date is given by month and day, week and dayOfWeek, quarter and dayOfQuarter or ordinalDay.")
    }
    if isWeek {
      let week = try require("week", for: "dayOfWeek", base.map { Int64($0.isoWeek.week) })
      let weekYear = try integer("year") ?? base?.isoWeek.year ?? year
      return try Date(
        weekYear: weekYear, week: week, dayOfWeek: try integer("dayOfWeek") ?? base.map { Int64($0.dayOfWeek) } ?? 1)
    }
    if isOrdinal { return try Date(year: year, ordinalDay: try integer("ordinalDay") ?? 1) }
    if isQuarter {
      let quarter = try require("quarter", for: "dayOfQuarter", base.map { Int64($0.quarter) })
      if let day = try integer("dayOfQuarter") {
        return try Date(year: year, quarter: quarter, dayOfQuarter: day)
      }
      guard let base else { return try Date(year: year, quarter: quarter, dayOfQuarter: 1) }
      let month = (quarter &- 1) &* 3 &+ Int64((base.month - 1) % 3) &+ 1
      return try TemporalFields.clampedDate(year: year, month: month, day: base.day)
    }
    let month = try require("month", for: "day", base.map { Int64($0.month) })
    if let day = try integer("day") { return try Date(year: year, month: month, day: day) }
    return try TemporalFields.clampedDate(year: year, month: month, day: base?.day ?? 1)
  }

  /// The last day of the month where it has no such day: 31 January moved to February.
  private static func clampedDate(year: Int64, month: Int64, day: Int) throws(SinterError) -> Date {
    let first = try Date(year: year, month: month, day: 1)
    return Date(daysSinceEpoch: first.daysSinceEpoch + Int64(min(day, Calendar.daysInMonth(Int(month), of: year)) - 1))
  }

  /// A component that a smaller one rests on.
  private func require(_ key: String, for smaller: String, _ base: Int64?) throws(SinterError) -> Int64 {
    if let value = try integer(key) ?? base { return value }
    if has(smaller) { throw .temporalField("'\(smaller)' cannot be given without '\(key)'.") }
    return 1
  }

  /// The time of day these components name; what they leave out comes from `base`, else is zero.
  ///
  /// Sub-second parts add up when several are given: `{millisecond: 123, nanosecond: 456}` is 123,000,456 ns.
  /// `keptNanoseconds` is what a truncation to milliseconds or microseconds left, of which given smaller parts are
  /// a continuation; its size tells how many nanoseconds may follow.
  func time(base: LocalTime?, kept: (nanoseconds: Int64, unit: Int64)? = nil) throws(SinterError) -> LocalTime {
    for (smaller, larger) in [("minute", "hour"), ("second", "minute")] where base == nil && has(smaller) && !has(larger) {
      throw .temporalField("'\(smaller)' cannot be given without '\(larger)'.")
    }
    let millisecond = try integer("millisecond")
    let microsecond = try integer("microsecond")
    let nanosecond = try integer("nanosecond")
    var fraction = Int64(base?.nanosecond ?? 0)
    if millisecond != nil || microsecond != nil || nanosecond != nil {
      guard base != nil || has("second") else {
        throw .temporalField("A fraction of a second cannot be given without 'second'.")
      }
      let keptUnit = millisecond == nil ? kept?.unit ?? 1_000_000_000 : 1_000_000_000
      let afterMillisecond = millisecond == nil ? keptUnit : 1_000_000
      let afterMicrosecond = microsecond == nil ? afterMillisecond : 1_000
      fraction = millisecond == nil ? kept?.nanoseconds ?? 0 : 0
      fraction += try part("millisecond", millisecond, unit: 1_000_000, below: 1_000_000_000)
      fraction += try part("microsecond", microsecond, unit: 1_000, below: afterMillisecond)
      fraction += try part("nanosecond", nanosecond, unit: 1, below: afterMicrosecond)
    }
    return try LocalTime(
      hour: try integer("hour") ?? base.map { Int64($0.hour) } ?? 0,
      minute: try integer("minute") ?? base.map { Int64($0.minute) } ?? 0,
      second: try integer("second") ?? base.map { Int64($0.second) } ?? 0, nanosecond: fraction)
  }

  private func part(_ key: String, _ value: Int64?, unit: Int64, below limit: Int64) throws(SinterError) -> Int64 {
    guard let value else { return 0 }
    guard value >= 0, value < max(1, limit / unit) else {
      throw .temporalOutOfRange("The component '\(key)' must be 0 to \(max(1, limit / unit) - 1) here, not \(value).")
    }
    return value * unit
  }

  private func requireHour() throws(SinterError) {
    guard has("hour") || base(["time", "datetime"]) != nil else {
      throw .temporalField("A time needs an hour: give 'hour', or a value to start from as 'time'.")
    }
  }

  package func date() throws(SinterError) -> Date { try date(base: try baseDate()) }

  package func localTime() throws(SinterError) -> LocalTime {
    try requireHour()
    return try time(base: try baseTime()?.time)
  }

  package func localDateTime() throws(SinterError) -> LocalDateTime {
    LocalDateTime(date: try date(base: try baseDate()), time: try time(base: try baseTime()?.time))
  }

  /// - Parameters:
  ///   - defaultZone: where neither the components nor a value they start from tell.
  ///   - now: the instant at which a named zone's offset is taken.
  package func time(defaultZone: Zone, now: Instant) throws(SinterError) -> Time {
    try requireHour()
    let base = try baseTime()
    let local = try time(base: base?.time)
    let target = try zone()
    if let offset = base?.offset {
      let time = Time(local: local, offsetSeconds: offset)
      return target.map { time.at(offsetSeconds: $0.offset(at: now.epochSeconds)) } ?? time
    }
    return Time(local: local, offsetSeconds: (target ?? defaultZone).offset(at: now.epochSeconds))
  }

  package func dateTime(defaultZone: Zone) throws(SinterError) -> DateTime {
    if has("epochSeconds") || has("epochMillis") { return try fromEpoch(defaultZone: defaultZone) }
    let base = try baseTime()
    let local = LocalDateTime(date: try date(base: try baseDate()), time: try time(base: base?.time))
    let target = try zone()
    guard let source = base?.zone else { return try DateTime(local, in: target ?? defaultZone) }
    let moment = try DateTime(local, in: source, preferredOffsetSeconds: base?.offset)
    guard let target else { return moment }
    return try moment.inZone(target)
  }

  private func fromEpoch(defaultZone: Zone) throws(SinterError) -> DateTime {
    let zone = try zone() ?? defaultZone
    var nanosecond = try part("nanosecond", try integer("nanosecond"), unit: 1, below: 1_000_000_000)
    var seconds = try integer("epochSeconds") ?? 0
    if let milliseconds = try integer("epochMillis") {
      nanosecond = try part("nanosecond", try integer("nanosecond"), unit: 1, below: 1_000_000)
      seconds = Calendar.floorDivide(milliseconds, 1_000)
      nanosecond += Calendar.floorModulo(milliseconds, 1_000) * 1_000_000
    }
    return try DateTime(epochSeconds: seconds, nanosecond: nanosecond, in: zone)
  }
}

extension Duration {
  /// A duration from amounts by unit: `{days: 14, hours: 16.5}`.
  ///
  /// Units whose amount is null count as not given.
  /// - Throws: `ArgumentError.InvalidArgumentValue` for a key that is no unit, a value that is no number, or no unit at all.
  package init(fields: [String: Value]) throws(SinterError) {
    if fields.isEmpty {
      throw .temporalField("A duration needs at least one unit, for example {days: 1}.")
    }
    var parts = DurationParts()
    for (key, value) in fields {
      guard let unit = DurationUnit(rawValue: key) else {
        throw .temporalField(
          "'\(key)' is not a unit of durations; they are \(DurationUnit.allCases.map(\.rawValue).joined(separator: ", ")).")
      }
      switch value {
      case .null: continue
      case .integer(let amount): try parts.add(unit, amount)
      case .float(let amount): try parts.add(unit, amount)
      default: throw .temporalField("The amount of '\(key)' must be a number, not \(value.typePhrase).")
      }
    }
    self = try parts.duration()
  }
}
