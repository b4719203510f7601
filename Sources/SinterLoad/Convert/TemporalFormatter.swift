import SinterModel

/// Temporal values as ISO 8601 texts, which ``TemporalText`` reads back.
enum TemporalFormatter {
  static func text(_ value: Value) -> String {
    switch value {
    case .date(let date): text(date)
    case .localTime(let time): text(time)
    case .time(let time): text(time.local) + offset(time.offsetSeconds)
    case .localDateTime(let moment): text(moment.date) + "T" + text(moment.time)
    case .dateTime(let moment):
      text(moment.local.date) + "T" + text(moment.local.time) + offset(moment.offsetSeconds)
        + (moment.zone.map { "[\($0)]" } ?? "")
    case .duration(let duration): text(duration)
    default: ""
    }
  }

  /// Year, month and day of a day count (Hinnant, `civil_from_days`).
  static func text(_ date: Date) -> String {
    let shifted = date.daysSinceEpoch + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    let digits = pad(abs(year), 4)
    let sign = year < 0 ? "-" : year > 9999 ? "+" : ""
    return "\(sign)\(digits)-\(pad(month, 2))-\(pad(dayOfYear - (153 * shiftedMonth + 2) / 5 + 1, 2))"
  }

  static func text(_ time: LocalTime) -> String {
    let seconds = time.nanosecondOfDay / 1_000_000_000
    return "\(pad(seconds / 3600, 2)):\(pad(seconds / 60 % 60, 2)):\(pad(seconds % 60, 2))"
      + fraction(time.nanosecondOfDay % 1_000_000_000)
  }

  private static func text(_ duration: Duration) -> String {
    var seconds = duration.seconds
    var nanoseconds = Int64(duration.nanoseconds)
    // A negative amount is written with the sign in front of both parts.
    let isNegative = seconds < 0 && nanoseconds > 0
    if isNegative {
      seconds = -(seconds + 1)
      nanoseconds = 1_000_000_000 - nanoseconds
    }
    return "P\(duration.months)M\(duration.days)DT\(isNegative ? "-" : "")\(seconds)\(fraction(nanoseconds))S"
  }

  private static func offset(_ seconds: Int32) -> String {
    if seconds == 0 { return "Z" }
    let amount = Int64(abs(seconds))
    let rest = amount % 60 == 0 ? "" : ":\(pad(amount % 60, 2))"
    return "\(seconds < 0 ? "-" : "+")\(pad(amount / 3600, 2)):\(pad(amount / 60 % 60, 2))\(rest)"
  }

  private static func fraction(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "" }
    var digits = pad(nanoseconds, 9)
    while digits.last == "0" { digits.removeLast() }
    return "." + digits
  }

  private static func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
