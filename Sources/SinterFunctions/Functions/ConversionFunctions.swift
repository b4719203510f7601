import SinterModel

/// `toInteger` and its siblings: each in the plain form, which refuses values of a wrong type, in the `OrNull` form,
/// which gives null for them, and in the form over lists.
enum ConversionFunctions {
  static let all: [FunctionDefinition] =
    family("toBoolean", "BOOLEAN", .boolean, from: [.boolean, .string, .integer], boolean)
    + family("toInteger", "INTEGER", .integer, from: [.number, .boolean, .string], integer)
    + family("toFloat", "FLOAT", .float, from: [.number, .string], float)
    + family("toString", "STRING", .string, from: [.boolean, .number, .string, .instant, .duration], string)

  private typealias Conversion = @Sendable (Value) throws(SinterError) -> Value

  private static func family(
    _ name: String, _ type: String, _ kind: ValueKinds, from kinds: ValueKinds, _ convert: @escaping Conversion
  ) -> [FunctionDefinition] {
    let plural = type.lowercased() + "s"
    /// Null for what cannot be converted.
    let convertOrNull: @Sendable (Value) -> Value = { value in
      guard kinds.isSuperset(of: ValueKinds(of: value)) else { return .null }
      return (try? convert(value)) ?? .null
    }
    return [
      FunctionDefinition(
        name, .conversion, "\(name)(input :: ANY) :: \(type)",
        "The value as a \(type.lowercased()); null for text that is none, an error for values of other types.", [kinds],
        gives: kind, isCheckedStatically: false
      ) { arguments, _ throws(SinterError) in try convert(arguments[0]) },
      FunctionDefinition(
        "\(name)OrNull", .conversion, "\(name)OrNull(input :: ANY) :: \(type)",
        "The value as a \(type.lowercased()), or null where that cannot be.", [.any], gives: kind
      ) { arguments, _ in convertOrNull(arguments[0]) },
      FunctionDefinition(
        "\(name)List", .conversion, "\(name)List(input :: LIST<ANY>) :: LIST<\(type)>",
        "The list's elements as \(plural), with null for those that cannot be converted.", [.list], gives: .list
      ) { arguments, _ in .list(ListFunctions.elements(arguments[0]).map(convertOrNull)) },
    ]
  }

  @Sendable private static func boolean(_ value: Value) throws(SinterError) -> Value {
    switch value {
    case .boolean: value
    case .integer(let number): .boolean(number != 0)
    case .string(let text):
      switch text.lowercased() {
      case "true": .boolean(true)
      case "false": .boolean(false)
      default: .null
      }
    default: .null
    }
  }

  @Sendable private static func integer(_ value: Value) throws(SinterError) -> Value {
    switch value {
    case .integer: return value
    case .boolean(let truth): return .integer(truth ? 1 : 0)
    case .float(let number): return try truncated(number)
    case .string(let text):
      if let number = Int64(text) { return .integer(number) }
      return try number(text).map { number throws(SinterError) in try truncated(number) } ?? .null
    default: return .null
    }
  }

  private static func truncated(_ number: Double) throws(SinterError) -> Value {
    guard let integer = Int64(exactly: number.rounded(.towardZero)) else {
      throw SinterError(
        "ArgumentError.NumberOutOfRange", "toInteger(): \(number.languageText) does not fit a 64-bit integer.")
    }
    return .integer(integer)
  }

  @Sendable private static func float(_ value: Value) throws(SinterError) -> Value {
    switch value {
    case .float: value
    case .integer(let number): .float(Double(number))
    case .string(let text): number(text).map { .float($0) } ?? .null
    default: .null
    }
  }

  /// A decimal number, or `NaN`, `Infinity`, `-Infinity` as `toString` writes them.
  private static func number(_ text: String) -> Double? {
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default:
      // Swift reads hexadecimal and other names of infinity too, which the language does not.
      let isDecimal = text.utf8.allSatisfy {
        (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+")
          || $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E")
      }
      return isDecimal ? Double(text) : nil
    }
  }

  @Sendable private static func string(_ value: Value) throws(SinterError) -> Value {
    value.languageText.map { .string($0) } ?? .null
  }
}
