import SinterModel

extension Checker {
  func isAggregate(_ name: String) -> Bool { signature(name)?.isAggregate ?? false }

  /// The signature of a function, asked for once in a check.
  private func signature(_ name: String) -> FunctionSignature? {
    if let known = notes.signatures[name] { return known }
    let found = environment.function(name.lowercased())
    notes.signatures[name] = .some(found)
    return found
  }

  func checkAggregatePlace(_ name: String, at span: SourceSpan) throws(Failure) {
    switch aggregates {
    case .allowed: return
    case .inside:
      throw error(
        "SyntaxError.NestedAggregation", "\(name) stands inside another aggregate; compute the inner one in a WITH before",
        at: span)
    case .forbidden:
      throw error(
        "SyntaxError.InvalidAggregation", "\(name) can stand only in the columns of WITH and RETURN; compute it in a WITH before",
        at: span)
    }
  }

  // What deep nesting repeats on the stack is this function alone: what it calls beside `check` has come back by then.
  mutating func checkFunction(
    _ name: String, distinct: Bool, _ arguments: [Expression], at span: SourceSpan
  ) throws(Failure) -> StaticType {
    if try checkCall(name, distinct: distinct, arguments, at: span) { return try checkAggregate(name, arguments, at: span) }
    var types: [StaticType] = []
    for argument in arguments { types.append(try check(argument)) }
    return try checkTypes(of: name, types, arguments)
  }

  /// Checks that there is such a function of so many arguments.
  /// - Returns: whether it is an aggregate.
  private func checkCall(
    _ name: String, distinct: Bool, _ arguments: [Expression], at span: SourceSpan
  ) throws(Failure) -> Bool {
    guard let signature = signature(name) else {
      let advice =
        Self.foreignFunctionAdvice(name.lowercased())
        ?? closest(to: name, among: environment.functionNames()).map { "Did you mean `\($0)`?" } ?? "SHOW FUNCTIONS lists them"
      throw error("SyntaxError.UnknownFunction", "There is no function `\(name)`. \(advice)", at: span)
    }
    guard arguments.count >= signature.minimumArguments, arguments.count <= signature.maximumArguments ?? Int.max else {
      throw error(
        "SyntaxError.InvalidNumberOfArguments",
        "\(name) takes \(count(signature.minimumArguments, signature.maximumArguments)); here \(arguments.count == 1 ? "is" : "are") \(arguments.count)", at: span)
    }
    guard signature.isAggregate || !distinct else {
      throw error("SyntaxError.UnexpectedSyntax", "DISTINCT stands only in aggregates, and \(name) is none", at: span)
    }
    return signature.isAggregate
  }

  private func checkTypes(of name: String, _ types: [StaticType], _ arguments: [Expression]) throws(Failure) -> StaticType {
    let lowered = name.lowercased()
    try checkGraphArgument(lowered, types, arguments)
    try checkArguments(of: name, types, arguments)
    return resultType(lowered, types)
  }

  private func checkArguments(of name: String, _ types: [StaticType], _ arguments: [Expression]) throws(Failure) {
    guard let kinds = signature(name)?.arguments, let last = kinds.indices.last else { return }
    for (index, type) in types.enumerated() {
      let accepted = kinds[min(index, last)]
      guard !accepted.accepts(type) else { continue }
      let place = types.count == 1 ? "" : " as argument \(index + 1)"
      throw error(
        "SyntaxError.InvalidArgumentType", "\(name) takes \(accepted.description)\(place); this is \(type.description)",
        at: arguments[index].span)
    }
  }

  private func count(_ minimum: Int, _ maximum: Int?) -> String {
    guard let maximum else { return "at least \(minimum) argument\(minimum == 1 ? "" : "s")" }
    if minimum == maximum { return minimum == 1 ? "1 argument" : "\(minimum) arguments" }
    return "\(minimum) to \(maximum) arguments"
  }

  private mutating func checkAggregate(_ name: String, _ arguments: [Expression], at span: SourceSpan) throws(Failure)
    -> StaticType
  {
    try checkAggregatePlace(name, at: span)
    aggregates = .inside
    var types: [StaticType] = []
    for argument in arguments {
      types.append(try check(argument))
      if let random = findRandom(argument) {
        throw error(
          "SyntaxError.NonConstantExpression",
          "A random number inside an aggregate has no defined meaning; compute it in a WITH before",
          at: random)
      }
    }
    aggregates = .allowed
    try checkArguments(of: name, types, arguments)
    switch name.lowercased() {
    case "count": return .integer
    case "collect", "collect_list": return .list(of: types.first?.base ?? .any)
    case "min", "max": return types.first ?? .any
    default: return .any
    }
  }

  private func findRandom(_ expression: Expression) -> SourceSpan? {
    if case .function(let name, _, _) = expression.kind, ["rand", "randomuuid"].contains(name.lowercased()) {
      return expression.span
    }
    var found: SourceSpan?
    expression.forEachChild { found = found ?? findRandom($0) }
    return found
  }

  // MARK: Types of the functions on graph elements

  private func checkGraphArgument(_ name: String, _ types: [StaticType], _ arguments: [Expression]) throws(Failure) {
    guard let type = types.first else { return }
    let span = arguments[0].span
    switch name {
    case "labels": try require(type, .node, at: span, "labels takes a node")
    case "type", "startnode", "endnode": try require(type, .relationship, at: span, "\(name) takes a relationship")
    case "id", "elementid": try require(type, .node, .relationship, at: span, "\(name) takes a node or a relationship")
    case "properties", "keys":
      try require(type, .node, .relationship, .map, at: span, "\(name) takes a node, a relationship or a map")
    default: return
    }
  }

  private func resultType(_ name: String, _ types: [StaticType]) -> StaticType {
    switch name {
    case "date", "datetime", "localdatetime", "time", "localtime", "duration": return .temporal
    case "substring", "replace", "left", "right", "ltrim", "rtrim", "btrim", "lower", "upper": return .string
    case "labels", "keys": return .list(of: .string)
    case "nodes": return .list(of: .node)
    case "relationships", "rels": return .list(of: .relationship)
    case "startnode", "endnode": return .node
    case "type", "elementid": return .string
    case "id": return .integer
    case "properties": return .map
    case "range": return .list(of: .integer)
    case "split": return .list(of: .string)
    case "head", "last": return types.first.map { StaticType(base: $0.base == .list ? $0.element : .any) } ?? .any
    case "tail": return types.first.map { $0.base == .list ? $0 : .any } ?? .any
    case "reverse": return types.first ?? .any
    case "coalesce":
      return types.dropFirst().reduce(types.first ?? .any) { $0.joined($1) }
    default: return signature(name)?.result.staticType ?? .any
    }
  }
}
