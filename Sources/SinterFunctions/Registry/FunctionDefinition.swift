package import SinterModel

/// A function of the query language that needs only its arguments.
package struct FunctionDefinition: Sendable {
  /// How far a result may be reused.
  package enum Volatility: Sendable {
    /// The same arguments always give the same result: may be computed once, when planning.
    case immutable
    /// Constant within a statement: `datetime()`.
    case statement
    /// New on every call: `rand()`.
    case volatile
  }

  package enum Category: String, Sendable {
    case scalar = "Scalar"
    case mathematical = "Mathematical"
    case string = "String"
    case list = "List"
    case conversion = "Conversion"
    case temporal = "Temporal"
    case vector = "Vector"
    case predicate = "Predicate"
  }

  package typealias Body = @Sendable (_ arguments: [Value], _ context: FunctionContext) throws(SinterError) -> Value

  /// The name as documented: `toUpper`, `date.truncate`.
  package let name: String
  package let aliases: [String]
  package let category: Category
  /// `left(original :: STRING, length :: INTEGER) :: STRING`
  package let signature: String
  /// One sentence for `SHOW FUNCTIONS`.
  package let summary: String
  package let minimumArguments: Int
  /// Nil where any number is allowed.
  package let maximumArguments: Int?
  /// What each argument may be; the last holds for all that follow.
  package let argumentKinds: [ValueKinds]
  package let resultKinds: ValueKinds
  package let volatility: Volatility
  /// Whether a null argument makes the result null without the function being asked.
  package let propagatesNull: Bool
  /// Whether an argument known to be of a wrong kind is an error of the query's text (`SyntaxError.InvalidArgumentType`);
  /// otherwise it is one only when a row brings it.
  package let isCheckedStatically: Bool
  /// The error of an argument of a wrong kind in a row.
  let wrongKindCode: SinterError.Code
  let body: Body

  /// Whether the same arguments give the same result within a statement.
  package var isDeterministic: Bool { volatility != .volatile }

  package init(
    _ name: String, aliases: [String] = [], _ category: Category, _ signature: String, _ summary: String,
    _ argumentKinds: [ValueKinds], minimum: Int? = nil, isVariadic: Bool = false, gives resultKinds: ValueKinds,
    volatility: Volatility = .immutable, propagatesNull: Bool = true, isCheckedStatically: Bool = true,
    wrongKindCode: SinterError.Code = "TypeError.InvalidArgumentValue", body: @escaping Body
  ) {
    self.name = name
    self.aliases = aliases
    self.category = category
    self.signature = signature
    self.summary = summary
    self.argumentKinds = argumentKinds
    self.minimumArguments = minimum ?? argumentKinds.count
    self.maximumArguments = isVariadic ? nil : argumentKinds.count
    self.resultKinds = resultKinds
    self.volatility = volatility
    self.propagatesNull = propagatesNull
    self.isCheckedStatically = isCheckedStatically
    self.wrongKindCode = wrongKindCode
    self.body = body
  }

  /// The kinds that the argument at `index` may have.
  package func kinds(at index: Int) -> ValueKinds {
    argumentKinds.isEmpty ? .any : argumentKinds[min(index, argumentKinds.count - 1)]
  }

  package func accepts(argumentCount: Int) -> Bool {
    argumentCount >= minimumArguments && argumentCount <= maximumArguments ?? .max
  }

  /// The function's value.
  ///
  /// The number of arguments must be one that ``accepts(argumentCount:)`` allows; kinds and nulls are looked after
  /// here.
  /// - Throws: ``wrongKindCode`` for an argument of a wrong kind, and what the function itself throws.
  package func evaluate(_ arguments: [Value], _ context: FunctionContext) throws(SinterError) -> Value {
    precondition(accepts(argumentCount: arguments.count), "\(name) called with \(arguments.count) arguments")
    for (index, argument) in arguments.enumerated() {
      if argument.isNull {
        if propagatesNull { return .null }
      } else if !kinds(at: index).isSuperset(of: ValueKinds(of: argument)) {
        throw SinterError(
          wrongKindCode,
          "\(name)() takes \(kinds(at: index).text) as argument \(index + 1), not \(argument.typePhrase).")
      }
    }
    return try body(arguments, context)
  }
}
