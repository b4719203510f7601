/// A unit in which an amount of time may be given.
package enum DurationUnit: String, Sendable, CaseIterable {
  case years, quarters, months, weeks, days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds

  /// The unit of an ISO 8601 designator; `M` is months before the `T` and minutes after it.
  init?(letter: UInt8, isTime: Bool) {
    switch (letter, isTime) {
    case (UInt8(ascii: "Y"), false): self = .years
    case (UInt8(ascii: "Q"), false): self = .quarters
    case (UInt8(ascii: "M"), false): self = .months
    case (UInt8(ascii: "W"), false): self = .weeks
    case (UInt8(ascii: "D"), false): self = .days
    case (UInt8(ascii: "H"), true): self = .hours
    case (UInt8(ascii: "M"), true): self = .minutes
    case (UInt8(ascii: "S"), true): self = .seconds
    default: return nil
    }
  }
}

/// Amounts of time being added up, fractions included, before they become a ``Duration``.
///
/// A fraction of a month flows into days and seconds by the average month of 2,629,746 seconds, a fraction of a day
/// into seconds; what is less than a nanosecond is dropped.
package struct DurationParts {
  private var months: Int64 = 0
  private var monthFraction = 0.0
  private var days: Int64 = 0
  private var dayFraction = 0.0
  private var seconds: Int64 = 0
  private var nanoseconds: Int64 = 0

  package init() {}

  static func overflow() -> SinterError {
    .temporalOutOfRange("The duration is too long: its months, days and seconds must each fit 64 bits.")
  }

  package mutating func add(_ unit: DurationUnit, _ amount: Double) throws(SinterError) {
    let whole = amount.rounded(.towardZero)
    guard let integer = Int64(exactly: whole) else { throw DurationParts.overflow() }
    try add(unit, integer, fraction: amount - whole)
  }

  /// An amount read from text; digits of a fraction of a second are taken exactly.
  mutating func add(
    _ unit: DurationUnit, whole: Int64, fraction: [UInt8], isNegative: Bool
  ) throws(SinterError) {
    let sign: Int64 = isNegative ? -1 : 1
    if unit == .seconds {
      try add(.seconds, sign * whole)
      let digits = (fraction + Array(repeating: 0, count: 9)).prefix(9)
      try add(.nanoseconds, sign * digits.reduce(0) { $0 * 10 + Int64($1) })
    } else {
      let text = "0." + (fraction.isEmpty ? "0" : fraction.map { String($0) }.joined())
      try add(unit, sign * whole, fraction: Double(sign) * (Double(text) ?? 0))
    }
  }

  /// Adds `whole + fraction` units; the fraction lies between -1 and 1 and has the sign of the whole.
  package mutating func add(_ unit: DurationUnit, _ whole: Int64, fraction: Double = 0) throws(SinterError) {
    switch unit {
    case .years: try DurationParts.add(whole, fraction, times: 12, &months, &monthFraction)
    case .quarters: try DurationParts.add(whole, fraction, times: 3, &months, &monthFraction)
    case .months: try DurationParts.add(whole, fraction, times: 1, &months, &monthFraction)
    case .weeks: try DurationParts.add(whole, fraction, times: 7, &days, &dayFraction)
    case .days: try DurationParts.add(whole, fraction, times: 1, &days, &dayFraction)
    case .hours: try addSeconds(whole, fraction, times: 3_600)
    case .minutes: try addSeconds(whole, fraction, times: 60)
    case .seconds: try addSeconds(whole, fraction, times: 1)
    case .milliseconds: try addSubseconds(whole, fraction, perSecond: 1_000)
    case .microseconds: try addSubseconds(whole, fraction, perSecond: 1_000_000)
    case .nanoseconds: try addSubseconds(whole, fraction, perSecond: 1_000_000_000)
    }
  }

  private static func add(
    _ whole: Int64, _ fraction: Double, times factor: Int64, _ total: inout Int64, _ totalFraction: inout Double
  ) throws(SinterError) {
    let scaled = fraction * Double(factor)
    let carried = scaled.rounded(.towardZero)
    total = try sum(try sum(total, try product(whole, factor)), Int64(carried))
    totalFraction += scaled - carried
  }

  private mutating func addSeconds(_ whole: Int64, _ fraction: Double, times factor: Int64) throws(SinterError) {
    var rest = 0.0
    try DurationParts.add(whole, fraction, times: factor, &seconds, &rest)
    nanoseconds += Int64((rest * 1e9).rounded())
    try carryNanoseconds()
  }

  private mutating func addSubseconds(_ whole: Int64, _ fraction: Double, perSecond: Int64) throws(SinterError) {
    let unit = Calendar.nanosecondsPerSecond / perSecond
    seconds = try DurationParts.sum(seconds, whole / perSecond)
    nanoseconds += whole % perSecond * unit + Int64((fraction * Double(unit)).rounded(.towardZero))
    try carryNanoseconds()
  }

  private mutating func carryNanoseconds() throws(SinterError) {
    seconds = try DurationParts.sum(seconds, Calendar.floorDivide(nanoseconds, Calendar.nanosecondsPerSecond))
    nanoseconds = Calendar.floorModulo(nanoseconds, Calendar.nanosecondsPerSecond)
  }

  static func sum(_ a: Int64, _ b: Int64) throws(SinterError) -> Int64 {
    let (result, overflow) = a.addingReportingOverflow(b)
    if overflow { throw DurationParts.overflow() }
    return result
  }

  static func product(_ a: Int64, _ b: Int64) throws(SinterError) -> Int64 {
    let (result, overflow) = a.multipliedReportingOverflow(by: b)
    if overflow { throw DurationParts.overflow() }
    return result
  }

  package consuming func duration() throws(SinterError) -> Duration {
    let perDay = Calendar.nanosecondsPerDay
    let ofMonths = Int64((monthFraction * Double(Calendar.averageSecondsPerMonth) * 1e9).rounded())
    var rest = ofMonths + Int64((dayFraction * Double(perDay)).rounded())
    days = try DurationParts.sum(days, rest / perDay)
    rest %= perDay
    if ofMonths != 0 {
      // A fraction of a month is days with one sign, not a day forth and some hours back.
      if days > 0, rest < 0 {
        days -= 1
        rest += perDay
      } else if days < 0, rest > 0 {
        days += 1
        rest -= perDay
      }
    }
    seconds = try DurationParts.sum(seconds, rest / Calendar.nanosecondsPerSecond)
    nanoseconds += rest % Calendar.nanosecondsPerSecond
    try carryNanoseconds()
    return Duration(months: months, days: days, seconds: seconds, nanoseconds: Int32(nanoseconds))
  }
}
