extension Date {
  /// Reads `2015-07-21`, `20150721`, `2015-07`, `2015-W30-2`, `2015W302`, `2015-202`, `2015-Q3-21`, `2015`,
  /// `+12015-07-21`.
  /// - Throws: `ArgumentError.InvalidArgumentValue` for another form, `ArgumentError.NumberOutOfRange` for a day that
  ///   does not exist.
  public init(_ text: String) throws(SinterError) {
    var parser = TemporalParser(text)
    guard let date = try parser.date(), parser.isAtEnd else { throw .temporalText(text, "date", "2015-07-21") }
    self = date
  }
}

extension LocalTime {
  /// Reads `21:40:32.142`, `214032`, `21:40`, `21`.
  public init(_ text: String) throws(SinterError) {
    var parser = TemporalParser(text)
    guard let time = try parser.time(), parser.isAtEnd else { throw .temporalText(text, "local time", "21:40:32.142") }
    self = time
  }
}

extension Time {
  /// Reads a local time with an offset: `21:40:32+01:00`, `2140-02`, `21Z`; UTC where none is given.
  public init(_ text: String) throws(SinterError) { try self.init(text, defaultOffsetSeconds: 0) }

  package init(_ text: String, defaultOffsetSeconds: Int32) throws(SinterError) {
    var parser = TemporalParser(text)
    guard let time = try parser.time() else { throw .temporalText(text, "time", "21:40:32+01:00") }
    var offset = defaultOffsetSeconds
    if !parser.isAtEnd {
      guard let given = try parser.offset(), parser.isAtEnd else {
        throw .temporalText(text, "time", "21:40:32+01:00")
      }
      offset = given
    }
    self.init(local: time, offsetSeconds: offset)
  }
}

extension LocalDateTime {
  /// Reads a date, and after `T` a time of day; midnight where none is given.
  public init(_ text: String) throws(SinterError) {
    var parser = TemporalParser(text)
    guard let (date, time) = try parser.dateAndTime(), parser.isAtEnd else {
      throw .temporalText(text, "local date and time", "2015-07-21T21:40:32")
    }
    self.init(date: date, time: time)
  }
}

extension DateTime {
  /// Reads `2015-07-21T21:40:32.142+02:00[Europe/Stockholm]`; offset and zone may be absent, then it is UTC.
  public init(_ text: String) throws(SinterError) { try self.init(text, defaultZone: nil) }

  package init(_ text: String, defaultZone: Zone?) throws(SinterError) {
    var parser = TemporalParser(text)
    let failure = SinterError.temporalText(text, "date and time", "2015-07-21T21:40:32+02:00[Europe/Stockholm]")
    guard let (date, time) = try parser.dateAndTime() else { throw failure }
    let local = LocalDateTime(date: date, time: time)
    let offset = try parser.offset()
    let name = parser.zoneName()
    guard parser.isAtEnd else { throw failure }
    if let name {
      self = try DateTime(local, in: try Zone(name), preferredOffsetSeconds: offset)
      if let offset, offset != offsetSeconds {
        let right = TemporalText.offset(offsetSeconds)
        throw .temporalField("In '\(text.prefix(80))' the offset does not belong to the zone: there it is \(right) then.")
      }
    } else if let offset {
      self.init(local: local, offsetSeconds: offset, zone: nil)
    } else {
      self = try DateTime(local, in: defaultZone ?? .offset(0))
    }
  }
}

extension TemporalParser {
  mutating func dateAndTime() throws(SinterError) -> (Date, LocalTime)? {
    guard let date = try date() else { return nil }
    guard takeEither("T", "t") else { return (date, .midnight) }
    guard let time = try time() else { return nil }
    return (date, time)
  }
}

extension Duration {
  /// Reads `P1Y2M3W4DT5H6M7.8S` with a sign and a fraction allowed on every part, and `P2012-02-02T14:37:21.545`, also
  /// without `-` and `:`.
  ///
  /// Fractions flow into smaller units; a month has on average 30.436875 days.
  public init(_ text: String) throws(SinterError) {
    guard let duration = try Duration.parse(text) else { throw .temporalText(text, "duration", "P1Y2M3DT4H5M6.7S") }
    self = duration
  }

  private static func parse(_ text: String) throws(SinterError) -> Duration? {
    var parser = TemporalParser(text)
    var isNegated = false
    if parser.take("-") { isNegated = true } else { _ = parser.take("+") }
    guard parser.takeEither("P", "p") else { return nil }
    if !isNegated, let dated = parseAsDate(parser) { return dated }
    var parts = DurationParts()
    var hasTime = false
    var isEmpty = true
    while !parser.isAtEnd {
      if !hasTime, parser.takeEither("T", "t") {
        hasTime = true
        isEmpty = true
        continue
      }
      guard let amount = parser.amount(), let unit = DurationUnit(letter: amount.unit, isTime: hasTime) else { return nil }
      isEmpty = false
      try parts.add(unit, whole: amount.whole, fraction: amount.fraction, isNegative: amount.isNegative != isNegated)
    }
    return isEmpty ? nil : try parts.duration()
  }

  /// `P2012-02-02T14:37:21.545` or `P20120202T143721.545` after the `P`.
  private static func parseAsDate(_ start: TemporalParser) -> Duration? {
    var parser = start
    let years: Int64, months: Int64, days: Int64
    if let all = parser.digits(8) {
      (years, months, days) = (all / 10_000, all / 100 % 100, all % 100)
    } else {
      guard let first = parser.digits(4), parser.take("-"), let second = parser.digits(2), parser.take("-"),
        let third = parser.digits(2)
      else { return nil }
      (years, months, days) = (first, second, third)
    }
    var seconds: Int64 = 0
    var nanoseconds: Int64 = 0
    if parser.takeEither("T", "t") {
      guard let time = try? parser.time() else { return nil }
      seconds = time.secondOfDay
      nanoseconds = time.nanosecondOfSecond
    }
    guard parser.isAtEnd else { return nil }
    return Duration(months: years * 12 + months, days: days, seconds: seconds, nanoseconds: Int32(nanoseconds))
  }
}
