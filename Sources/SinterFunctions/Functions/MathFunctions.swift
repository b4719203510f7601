import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

enum MathFunctions {
  static let all: [FunctionDefinition] = numeric + rounding + logarithmic + trigonometric + [rand]

  /// A function from a float to a float; integers are taken as floats.
  private static func real(
    _ name: String, aliases: [String] = [], _ summary: String, _ function: @escaping @Sendable (Double) -> Double
  ) -> FunctionDefinition {
    FunctionDefinition(
      name, aliases: aliases, .mathematical, "\(name)(input :: INTEGER | FLOAT) :: FLOAT", summary, [.number], gives: .float
    ) { arguments, _ in .float(function(number(arguments[0]))) }
  }

  static func number(_ value: Value) -> Double { Operators.double(value) ?? .nan }

  private static func constant(_ name: String, _ value: Double, _ summary: String) -> FunctionDefinition {
    FunctionDefinition(name, .mathematical, "\(name)() :: FLOAT", summary, [], gives: .float) { _, _ in .float(value) }
  }

  private static let numeric: [FunctionDefinition] = [
    FunctionDefinition(
      "abs", .mathematical, "abs(input :: INTEGER | FLOAT) :: INTEGER | FLOAT", "The number without its sign.",
      [.number], gives: .number
    ) { arguments, _ throws(SinterError) in
      if case .integer(let value) = arguments[0] {
        if value == .min { throw Operators.integerOverflow(0, "-", value) }
        return .integer(abs(value))
      }
      return .float(abs(number(arguments[0])))
    },
    FunctionDefinition(
      "sign", .mathematical, "sign(input :: INTEGER | FLOAT) :: INTEGER", "-1, 0 or 1, as the number's sign is.",
      [.number], gives: .integer
    ) { arguments, _ in
      if case .integer(let value) = arguments[0] { return .integer(value.signum()) }
      let value = number(arguments[0])
      return value.isNaN ? .null : .integer(value > 0 ? 1 : value < 0 ? -1 : 0)
    },
    FunctionDefinition(
      "isNaN", .mathematical, "isNaN(input :: INTEGER | FLOAT) :: BOOLEAN", "Whether the number is NaN.", [.number],
      gives: .boolean
    ) { arguments, _ in .boolean(number(arguments[0]).isNaN) },
    real("sqrt", "The square root; NaN for a negative number.") { $0.squareRoot() },
  ]

  private static let logarithmic: [FunctionDefinition] = [
    constant("e", 2.718281828459045, "Euler's number."),
    real("exp", "e raised to the power of the number.") { exp($0) },
    real("log", aliases: ["ln"], "The natural logarithm.") { log($0) },
    real("log10", "The logarithm to base 10.") { log10($0) },
  ]

  private static let trigonometric: [FunctionDefinition] = [
    constant("pi", Double.pi, "The ratio of a circle's circumference to its diameter."),
    real("sin", "The sine of an angle in radians.") { sin($0) },
    real("cos", "The cosine of an angle in radians.") { cos($0) },
    real("tan", "The tangent of an angle in radians.") { tan($0) },
    real("cot", "The cotangent of an angle in radians.") { 1 / tan($0) },
    real("asin", "The angle in radians whose sine is given.") { asin($0) },
    real("acos", "The angle in radians whose cosine is given.") { acos($0) },
    real("atan", "The angle in radians whose tangent is given.") { atan($0) },
    FunctionDefinition(
      "atan2", .mathematical, "atan2(y :: INTEGER | FLOAT, x :: INTEGER | FLOAT) :: FLOAT",
      "The angle in radians between the x axis and the point (x, y).", [.number, .number], gives: .float
    ) { arguments, _ in .float(atan2(number(arguments[0]), number(arguments[1]))) },
    real("sinh", "The hyperbolic sine.") { sinh($0) },
    real("cosh", "The hyperbolic cosine.") { cosh($0) },
    real("tanh", "The hyperbolic tangent.") { tanh($0) },
    real("coth", "The hyperbolic cotangent.") { 1 / tanh($0) },
    real("degrees", "Radians as degrees.") { $0 * 180 / .pi },
    real("radians", "Degrees as radians.") { $0 / 180 * .pi },
    real("haversin", "Half the versine of an angle in radians.") { (1 - cos($0)) / 2 },
  ]

  private static let rounding: [FunctionDefinition] = [
    real("ceil", aliases: ["ceiling"], "The smallest whole number not below the number.") { $0.rounded(.up) },
    real("floor", "The largest whole number not above the number.") { $0.rounded(.down) },
    FunctionDefinition(
      "round", .mathematical,
      "round(value :: INTEGER | FLOAT, precision :: INTEGER, mode :: STRING) :: FLOAT",
      "The number rounded to a whole one, ties upwards, or to `precision` decimals, ties away from zero or by `mode`.",
      [.number, .number, .string], minimum: 1, gives: .float
    ) { arguments, _ throws(SinterError) in
      let value = number(arguments[0])
      if arguments.count == 1 {
        // Not floor(value + 0.5): the sum would round 0.49999999999999994 up.
        let down = value.rounded(.down)
        return .float(value - down >= 0.5 ? down + 1 : down)
      }
      guard let precision = Int(exactly: number(arguments[1])), precision >= 0 else {
        throw SinterError(
          "ArgumentError.NumberOutOfRange", "round() takes a whole number of decimals from 0, not \(arguments[1]).")
      }
      var mode = DecimalRounding.Mode.halfUp
      if arguments.count == 3, case .string(let name) = arguments[2] {
        guard let given = DecimalRounding.Mode(name: name) else {
          let known = DecimalRounding.Mode.allCases.map(\.rawValue).joined(separator: ", ")
          throw SinterError("ArgumentError.InvalidArgumentValue", "round() has no mode '\(name)'; there are \(known).")
        }
        mode = given
      }
      return .float(DecimalRounding.round(value, precision: precision, mode: mode))
    },
  ]

  private static let rand = FunctionDefinition(
    "rand", .mathematical, "rand() :: FLOAT", "A random number from 0 up to but not including 1.", [], gives: .float,
    volatility: .volatile
  ) { _, context in .float(Double(context.random() >> 11) * 0x1p-53) }
}
