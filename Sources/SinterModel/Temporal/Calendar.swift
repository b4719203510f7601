/// The proleptic Gregorian calendar over day numbers, days since 1970-01-01.
///
/// The conversions count days within eras of 400 years (146,097 days) from a year that starts in March, so that the
/// leap day comes last; see Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Arithmetic wraps instead
/// of trapping, since day numbers come from files too; numbers outside the supported years give no useful fields.
package enum Calendar {
  package static let minimumYear: Int64 = -999_999_999
  package static let maximumYear: Int64 = 999_999_999
  package static let minimumDay = dayNumber(year: minimumYear, month: 1, day: 1)
  package static let maximumDay = dayNumber(year: maximumYear, month: 12, day: 31)

  package static let secondsPerDay: Int64 = 86_400
  package static let nanosecondsPerSecond: Int64 = 1_000_000_000
  package static let nanosecondsPerDay: Int64 = 86_400_000_000_000
  /// A twelfth of the mean Gregorian year of 365.2425 days.
  package static let averageSecondsPerMonth: Int64 = 2_629_746

  /// The day number of a date whose fields are in range.
  package static func dayNumber(year: Int64, month: Int, day: Int) -> Int64 {
    let shifted = month <= 2 ? year &- 1 : year
    let era = floorDivide(shifted, 400)
    let yearOfEra = shifted &- era &* 400
    let dayOfYear = Int64((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra &* 365 &+ yearOfEra / 4 &- yearOfEra / 100 &+ dayOfYear
    return era &* 146_097 &+ dayOfEra &- 719_468
  }

  package static func civil(_ dayNumber: Int64) -> (year: Int64, month: Int, day: Int) {
    let shifted = dayNumber &+ 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted &- era &* 146_097
    let yearOfEra = (dayOfEra &- dayOfEra / 1_460 &+ dayOfEra / 36_524 &- dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra &- (365 &* yearOfEra &+ yearOfEra / 4 &- yearOfEra / 100)
    let monthFromMarch = (5 &* dayOfYear &+ 2) / 153
    let day = Int(dayOfYear &- (153 &* monthFromMarch &+ 2) / 5 &+ 1)
    let month = Int(monthFromMarch < 10 ? monthFromMarch &+ 3 : monthFromMarch &- 9)
    return (yearOfEra &+ era &* 400 &+ (month <= 2 ? 1 : 0), month, day)
  }

  package static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  package static func daysInYear(_ year: Int64) -> Int { isLeap(year) ? 366 : 365 }

  package static func daysInMonth(_ month: Int, of year: Int64) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  package static func daysInQuarter(_ quarter: Int, of year: Int64) -> Int {
    (1...3).reduce(0) { $0 + daysInMonth((quarter - 1) * 3 + $1, of: year) }
  }

  /// 1 for Monday to 7 for Sunday.
  package static func dayOfWeek(_ dayNumber: Int64) -> Int { Int(floorModulo(dayNumber &+ 3, 7)) + 1 }

  /// The day number of the Monday of ISO week 1 of a week-based year: the week that holds 4 January.
  package static func firstDay(ofWeekYear year: Int64) -> Int64 {
    let fourth = dayNumber(year: year, month: 1, day: 4)
    return fourth &- Int64(dayOfWeek(fourth) - 1)
  }

  package static func weeksInYear(_ year: Int64) -> Int {
    Int((firstDay(ofWeekYear: year &+ 1) &- firstDay(ofWeekYear: year)) / 7)
  }

  /// The ISO week and the week-based year of a day.
  package static func week(of dayNumber: Int64) -> (year: Int64, week: Int) {
    // The Thursday of a week lies in the year that the week belongs to.
    let thursday = dayNumber &+ Int64(4 - dayOfWeek(dayNumber))
    let year = civil(thursday).year
    return (year, Int((thursday &- Calendar.dayNumber(year: year, month: 1, day: 1)) / 7) + 1)
  }

  package static func floorDivide(_ a: Int64, _ b: Int64) -> Int64 {
    let quotient = a / b
    return a % b != 0 && (a < 0) != (b < 0) ? quotient &- 1 : quotient
  }

  package static func floorModulo(_ a: Int64, _ b: Int64) -> Int64 {
    let rest = a % b
    return rest != 0 && (rest < 0) != (b < 0) ? rest &+ b : rest
  }
}
