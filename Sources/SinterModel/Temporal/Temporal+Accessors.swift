extension Value {
  /// A component of a temporal value or duration by its name in the query language (`year`, `weekYear`,
  /// `epochMillis`, `minutesOfHour` …); nil where the value has no such component or is no such value.
  /// - Throws: `ArgumentError.NumberOutOfRange` when the component does not fit 64 bits.
  package func temporalComponent(_ name: String) throws(SinterError) -> Value? {
    switch self {
    case .date(let date): date.component(name)
    case .localTime(let time): time.component(name)
    case .time(let time): time.component(name)
    case .localDateTime(let moment): moment.date.component(name) ?? moment.time.component(name)
    case .dateTime(let moment): try moment.component(name)
    case .duration(let duration): try duration.component(name)
    default: nil
    }
  }
}

extension Date {
  fileprivate func component(_ name: String) -> Value? {
    switch name {
    case "year": .integer(year)
    case "quarter": .integer(Int64(quarter))
    case "month": .integer(Int64(month))
    case "week": .integer(Int64(isoWeek.week))
    case "weekYear": .integer(isoWeek.year)
    case "day": .integer(Int64(day))
    case "ordinalDay": .integer(Int64(ordinalDay))
    case "weekDay", "dayOfWeek": .integer(Int64(dayOfWeek))
    case "dayOfQuarter": .integer(Int64(dayOfQuarter))
    default: nil
    }
  }
}

extension LocalTime {
  fileprivate func component(_ name: String) -> Value? {
    switch name {
    case "hour": .integer(Int64(hour))
    case "minute": .integer(Int64(minute))
    case "second": .integer(Int64(second))
    case "millisecond": .integer(nanosecondOfSecond / 1_000_000)
    case "microsecond": .integer(nanosecondOfSecond / 1_000)
    case "nanosecond": .integer(nanosecondOfSecond)
    default: nil
    }
  }
}

private func offsetComponent(_ name: String, _ seconds: Int32) -> Value? {
  switch name {
  case "timezone", "offset": .string(TemporalText.offset(seconds))
  case "offsetMinutes": .integer(Int64(seconds) / 60)
  case "offsetSeconds": .integer(Int64(seconds))
  default: nil
  }
}

extension Time {
  fileprivate func component(_ name: String) -> Value? {
    local.component(name) ?? offsetComponent(name, offsetSeconds)
  }
}

extension DateTime {
  fileprivate func component(_ name: String) throws(SinterError) -> Value? {
    switch name {
    case "timezone": return .string(zone ?? TemporalText.offset(offsetSeconds))
    case "epochSeconds": return .integer(epochSeconds)
    case "epochMillis":
      let milliseconds = Int128(epochSeconds) * 1_000 + Int128(local.time.nanosecondOfSecond / 1_000_000)
      guard let result = Int64(exactly: milliseconds) else {
        throw .temporalOutOfRange("The date is too far from 1970 to be counted in milliseconds; use epochSeconds.")
      }
      return .integer(result)
    default:
      return local.date.component(name) ?? local.time.component(name) ?? offsetComponent(name, offsetSeconds)
    }
  }
}

extension Duration {
  fileprivate func component(_ name: String) throws(SinterError) -> Value? {
    switch name {
    case "years": .integer(months / 12)
    case "quarters": .integer(months / 3)
    case "months": .integer(months)
    case "weeks": .integer(days / 7)
    case "days": .integer(days)
    case "hours": .integer(seconds / 3_600)
    case "minutes": .integer(seconds / 60)
    case "seconds": .integer(seconds)
    case "milliseconds": try subseconds(1_000)
    case "microseconds": try subseconds(1_000_000)
    case "nanoseconds": try subseconds(1_000_000_000)
    case "quartersOfYear": .integer(months / 3 % 4)
    case "monthsOfQuarter": .integer(months % 3)
    case "monthsOfYear": .integer(months % 12)
    case "daysOfWeek": .integer(days % 7)
    case "minutesOfHour": .integer(seconds / 60 % 60)
    case "secondsOfMinute": .integer(seconds % 60)
    case "millisecondsOfSecond": .integer(Int64(nanoseconds) / 1_000_000)
    case "microsecondsOfSecond": .integer(Int64(nanoseconds) / 1_000)
    case "nanosecondsOfSecond": .integer(Int64(nanoseconds))
    default: nil
    }
  }

  private func subseconds(_ perSecond: Int64) throws(SinterError) -> Value {
    let total = Int128(seconds) * Int128(perSecond) + Int128(Int64(nanoseconds) / (Calendar.nanosecondsPerSecond / perSecond))
    guard let result = Int64(exactly: total) else {
      throw .temporalOutOfRange("The duration is too long to be counted in such a small unit; use its seconds.")
    }
    return .integer(result)
  }
}
