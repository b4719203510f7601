package import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The operators of the query language over values.
///
/// All of them give null when an operand is null, unless they say otherwise. Integers and floats are tested for one by
/// one before the general switch, which copies both operands.
package enum Operators {
  static func wrongOperands(_ symbol: String, _ a: Value, _ b: Value) -> SinterError {
    SinterError("TypeError.InvalidArgumentType", "'\(symbol)' does not work on \(a.typePhrase) and \(b.typePhrase).")
  }

  static func integerOverflow(_ a: Int64, _ symbol: String, _ b: Int64) -> SinterError {
    SinterError(
      "ArithmeticError.IntegerOverflow",
      "\(a) \(symbol) \(b) does not fit a 64-bit integer; use floats if that is near enough.")
  }

  static var divisionByZero: SinterError {
    SinterError("ArithmeticError.DivisionByZero", "Division of an integer by zero.")
  }

  /// `+`: sums of numbers and durations, a moment moved by a duration, strings and lists joined.
  /// - Throws: `ArithmeticError.IntegerOverflow`, `TypeError.InvalidArgumentType`.
  package static func add(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      let (result, overflow) = x.addingReportingOverflow(y)
      if overflow { throw integerOverflow(x, "+", y) }
      return .integer(result)
    }
    if case .float(let x) = a, case .float(let y) = b { return .float(x + y) }
    switch (a, b) {
    case (.integer(let x), .float(let y)): return .float(Double(x) + y)
    case (.float(let x), .integer(let y)): return .float(x + Double(y))
    case (.null, _), (_, .null): return .null
    case (.string(let x), .string(let y)): return .string(x + y)
    case (.list(let x), .list(let y)): return .list(x + y)
    case (.list(let x), _): return .list(x + [b])
    case (_, .list(let y)): return .list([a] + y)
    case (.string(let x), _):
      if let y = b.languageText { return .string(x + y) }
    case (_, .string(let y)):
      if let x = a.languageText { return .string(x + y) }
    case (.duration(let x), .duration(let y)): return .duration(try x.adding(y))
    case (.duration(let x), _):
      if let sum = try move(b, by: x) { return sum }
    case (_, .duration(let y)):
      if let sum = try move(a, by: y) { return sum }
    default: break
    }
    throw wrongOperands("+", a, b)
  }

  private static func move(_ value: Value, by duration: Duration) throws(SinterError) -> Value? {
    switch value {
    case .date(let date): .date(try date.adding(duration))
    case .localTime(let time): .localTime(time.adding(duration))
    case .time(let time): .time(time.adding(duration))
    case .localDateTime(let moment): .localDateTime(try moment.adding(duration))
    case .dateTime(let moment): .dateTime(try moment.adding(duration))
    default: nil
    }
  }

  /// `-` between two values.
  package static func subtract(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      let (result, overflow) = x.subtractingReportingOverflow(y)
      if overflow { throw integerOverflow(x, "-", y) }
      return .integer(result)
    }
    if case .float(let x) = a, case .float(let y) = b { return .float(x - y) }
    switch (a, b) {
    case (.integer(let x), .float(let y)): return .float(Double(x) - y)
    case (.float(let x), .integer(let y)): return .float(x - Double(y))
    case (.null, _), (_, .null): return .null
    case (.duration(let x), .duration(let y)): return .duration(try x.adding(try y.negated()))
    case (_, .duration(let y)):
      if let difference = try move(a, by: try y.negated()) { return difference }
    default: break
    }
    throw wrongOperands("-", a, b)
  }

  /// `*`
  package static func multiply(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    if case .integer(let x) = a, case .integer(let y) = b {
      let (result, overflow) = x.multipliedReportingOverflow(by: y)
      if overflow { throw integerOverflow(x, "*", y) }
      return .integer(result)
    }
    if case .float(let x) = a, case .float(let y) = b { return .float(x * y) }
    switch (a, b) {
    case (.integer(let x), .float(let y)): return .float(Double(x) * y)
    case (.float(let x), .integer(let y)): return .float(x * Double(y))
    case (.null, _), (_, .null): return .null
    case (.duration(let x), .integer(let y)), (.integer(let y), .duration(let x)):
      return .duration(try x.multiplied(by: y))
    case (.duration(let x), .float(let y)), (.float(let y), .duration(let x)):
      return .duration(try x.multiplied(by: y))
    default: throw wrongOperands("*", a, b)
    }
  }

  /// `/`: integers divide towards zero, floats as IEEE 754 has it.
  /// - Throws: `ArithmeticError.DivisionByZero` for an integer by the integer 0.
  package static func divide(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    switch (a, b) {
    case (.integer(let x), .integer(let y)):
      if y == 0 { throw divisionByZero }
      let (quotient, overflow) = x.dividedReportingOverflow(by: y)
      if overflow { throw integerOverflow(x, "/", y) }
      return .integer(quotient)
    case (.float(let x), .float(let y)): return .float(x / y)
    case (.integer(let x), .float(let y)): return .float(Double(x) / y)
    case (.float(let x), .integer(let y)): return .float(x / Double(y))
    case (.null, _), (_, .null): return .null
    case (.duration(let x), .integer(let y)): return .duration(try x.divided(by: y))
    case (.duration(let x), .float(let y)): return .duration(try x.divided(by: y))
    default: throw wrongOperands("/", a, b)
    }
  }

  /// `%`: the rest has the sign of the dividend.
  package static func modulo(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    switch (a, b) {
    case (.integer(let x), .integer(let y)):
      if y == 0 { throw divisionByZero }
      return .integer(y == -1 ? 0 : x % y)
    case (.null, _), (_, .null): return .null
    default:
      guard let x = double(a), let y = double(b) else { throw wrongOperands("%", a, b) }
      return .float(fmod(x, y))
    }
  }

  /// `^`, always a float.
  package static func power(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    if a.isNull || b.isNull { return .null }
    guard let x = double(a), let y = double(b) else { throw wrongOperands("^", a, b) }
    return .float(pow(x, y))
  }

  /// `-` before a value.
  package static func negate(_ a: Value) throws(SinterError) -> Value {
    switch a {
    case .null: return .null
    case .integer(let x):
      if x == .min { throw integerOverflow(0, "-", x) }
      return .integer(-x)
    case .float(let x): return .float(-x)
    case .duration(let x): return .duration(try x.negated())
    default: throw SinterError("TypeError.InvalidArgumentType", "'-' does not work on \(a.typePhrase).")
    }
  }

  /// `||`: two strings or two lists joined.
  package static func concatenate(_ a: Value, _ b: Value) throws(SinterError) -> Value {
    switch (a, b) {
    case (.null, _), (_, .null): return .null
    case (.string(let x), .string(let y)): return .string(x + y)
    case (.list(let x), .list(let y)): return .list(x + y)
    default:
      var error = wrongOperands("||", a, b)
      switch (a, b) {
      case (.string, _), (_, .string): error.message += " Make both strings with toString(), or join them with +."
      case (.list, _), (_, .list): error.message += " Put the single value into a list, or join them with +."
      default: error.message += " It joins strings and lists; between conditions write OR."
      }
      throw error
    }
  }

  static func double(_ value: Value) -> Double? {
    switch value {
    case .integer(let x): Double(x)
    case .float(let x): x
    default: nil
    }
  }
}
