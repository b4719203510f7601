package import SinterModel

/// Finds every error that a statement's text alone gives away: names, types as far as they are
/// known, aggregation, the composition of clauses. Storage is not looked at.
/// - Throws: the first error in the order of the text, of phase `compile`.
/// - Complexity: O(size of the statement).
package func check(_ statement: Statement, in environment: CheckEnvironment) throws(SinterError) {
  var checker = Checker(text: statement.text, environment: environment)
  do throws(Failure) {
    try checker.checkStatement(statement)
  } catch {
    throw error.error
  }
}

extension Checker {
  fileprivate mutating func checkStatement(_ statement: Statement) throws(Failure) {
    switch statement.body {
    case .query(let query): _ = try checkQuery(query, role: .top)
    case .schema: break
    case .show(let command): try checkShow(command)
    case .model(.train(_, _, let options?)): try checkConstant(options, what: "The options of TRAIN MODEL")
    case .model(.trainStrategy(_, _, let options?)): try checkConstant(options, what: "The options of TRAIN STRATEGY")
    case .model: break
    case .rule(let command): try checkRule(command)
    }
  }
}

/// The state of one check: the scope of the clause at hand and where aggregates may stand.
struct Checker {
  /// Where a query stands, which decides what it may contain and how it must end.
  enum Role {
    case top
    /// `CALL { … }`
    case call
    /// `EXISTS { … }` and `COUNT { … }` need no RETURN; none of the three may write.
    case exists, collect
    /// The body of a rule, which ends with DEPOSIT.
    case rule
  }

  enum Aggregates {
    case forbidden, allowed
    /// Inside an aggregate's argument.
    case inside
  }

  /// What is looked up on the way. A reference, as the checker itself is copied into many frames of deep recursions.
  final class Notes {
    /// The functions seen so far, by their names as written; nil for one that does not exist.
    var signatures: [String: FunctionSignature?] = [:]
    /// What a quantified path pattern may speak of beside its own variables: those of the clauses before.
    var groupScope: Scope?
    /// Names of the MATCH at hand that cannot be used inside its quantified path patterns, for better messages.
    var hiddenNames: Set<String> = []
  }

  let text: String
  let environment: CheckEnvironment
  let notes = Notes()
  var scope = Scope()
  var aggregates = Aggregates.forbidden
  init(text: String, environment: CheckEnvironment) {
    self.text = text
    self.environment = environment
  }

  func error(_ code: SinterError.Code, _ message: String, at span: SourceSpan) -> Failure {
    Failure(SinterError(code, phase: .compile, message, at: span, in: text))
  }

  /// The error of a name that nothing binds, with the name that may have been meant.
  func undefined(_ name: String, at span: SourceSpan) -> Failure {
    var message = "Variable `\(name)` is not defined"
    if notes.hiddenNames.contains(name) {
      message +=
        " inside a quantified path pattern, which sees its own variables and those of earlier clauses; compare in the WHERE of"
        + " the MATCH, or bind `\(name)` in a MATCH before"
    } else if scope.forgotten.contains(name) {
      message += " here: a WITH, an aggregation or DISTINCT before left it behind; add it there to carry it on"
    } else if let near = closest(to: name, among: scope.names.sorted()) {
      message += ". Did you mean `\(near)`?"
    } else if scope.isEmpty {
      message += "; no variable is. Strings stand in quotes, parameters begin with $"
    }
    return error("SyntaxError.UndefinedVariable", message, at: span)
  }

  func alreadyBound(_ name: Name, _ hint: String = "choose another name") -> Failure {
    error("SyntaxError.VariableAlreadyBound", "Variable `\(name.text)` is already defined; \(hint)", at: name.span)
  }

  /// Binds a name that must be new.
  mutating func bindNew(_ name: Name?, _ type: StaticType) throws(Failure) {
    guard let name else { return }
    guard !scope.contains(name.text) else { throw alreadyBound(name) }
    scope.bind(name.text, type)
  }
}
