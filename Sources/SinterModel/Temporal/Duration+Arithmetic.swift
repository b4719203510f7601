extension Duration {
  public static let zero = Duration(months: 0, days: 0, seconds: 0, nanoseconds: 0)

  /// The length in seconds when a month has its average length; only for ordering.
  package var averageSeconds: Int128 {
    Int128(months) * Int128(Calendar.averageSecondsPerMonth) + Int128(days) * Int128(Calendar.secondsPerDay) + Int128(seconds)
  }

  private var totalNanoseconds: Int128 {
    Int128(seconds) * Int128(Calendar.nanosecondsPerSecond) + Int128(nanoseconds)
  }

  /// A duration whose clock part is `total` nanoseconds.
  package init(months: Int64, days: Int64, nanoseconds total: Int128) throws(SinterError) {
    let perSecond = Int128(Calendar.nanosecondsPerSecond)
    var whole = total / perSecond
    var rest = total % perSecond
    if rest < 0 {
      whole -= 1
      rest += perSecond
    }
    guard let seconds = Int64(exactly: whole) else { throw DurationParts.overflow() }
    self.init(months: months, days: days, seconds: seconds, nanoseconds: Int32(rest))
  }

  package func adding(_ other: Duration) throws(SinterError) -> Duration {
    try Duration(
      months: try DurationParts.sum(months, other.months), days: try DurationParts.sum(days, other.days),
      nanoseconds: totalNanoseconds + other.totalNanoseconds)
  }

  package func negated() throws(SinterError) -> Duration { try multiplied(by: Int64(-1)) }

  package func multiplied(by factor: Int64) throws(SinterError) -> Duration {
    try Duration(
      months: try DurationParts.product(months, factor), days: try DurationParts.product(days, factor),
      nanoseconds: totalNanoseconds * Int128(factor))
  }

  /// Scales every part; fractions flow into smaller units.
  package func multiplied(by factor: Double) throws(SinterError) -> Duration {
    var parts = DurationParts()
    try parts.add(.months, Double(months) * factor)
    try parts.add(.days, Double(days) * factor)
    try parts.add(.seconds, Double(seconds) * factor)
    try parts.add(.nanoseconds, Double(nanoseconds) * factor)
    return try parts.duration()
  }

  /// - Throws: `ArithmeticError.DivisionByZero`.
  package func divided(by divisor: Int64) throws(SinterError) -> Duration {
    guard divisor != 0 else { throw Duration.divisionByZero }
    if divisor == -1 { return try negated() }
    var parts = DurationParts()
    try parts.add(.months, months / divisor, fraction: Double(months % divisor) / Double(divisor))
    try parts.add(.days, days / divisor, fraction: Double(days % divisor) / Double(divisor))
    let perSecond = Int128(Calendar.nanosecondsPerSecond)
    let nanoseconds = totalNanoseconds / Int128(divisor)
    guard let seconds = Int64(exactly: nanoseconds / perSecond) else { throw DurationParts.overflow() }
    try parts.add(.seconds, seconds)
    try parts.add(.nanoseconds, Int64(nanoseconds % perSecond))
    return try parts.duration()
  }

  package func divided(by divisor: Double) throws(SinterError) -> Duration {
    guard divisor != 0 else { throw Duration.divisionByZero }
    var parts = DurationParts()
    try parts.add(.months, Double(months) / divisor)
    try parts.add(.days, Double(days) / divisor)
    try parts.add(.seconds, Double(seconds) / divisor)
    try parts.add(.nanoseconds, Double(nanoseconds) / divisor)
    return try parts.duration()
  }

  private static var divisionByZero: SinterError {
    SinterError("ArithmeticError.DivisionByZero", "A duration cannot be divided by zero.")
  }
}
