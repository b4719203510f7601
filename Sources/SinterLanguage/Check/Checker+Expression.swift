import SinterModel

extension Checker {
  /// Checks an expression in the current scope.
  /// - Parameter asPredicate: a truth value is wanted, so that a pattern may stand.
  /// - Returns: what is known of its type.
  mutating func check(_ expression: Expression, asPredicate: Bool = false) throws(Failure) -> StaticType {
    // Each group has a function of its own: what a switch unpacks stays in the frame of the function
    // it stands in, and this one is in the stack once for every level of nesting.
    switch expression.group {
    case .leaf: return try checkLeaf(expression)
    case .postfix: return try checkPostfix(expression)
    case .compound: return try checkCompound(expression)
    case .operation: return try checkOperation(expression, asPredicate: asPredicate)
    case .fold: return try checkFold(expression)
    case .graph: return try checkGraphExpression(expression, asPredicate: asPredicate)
    }
  }

  private func checkLeaf(_ expression: Expression) throws(Failure) -> StaticType {
    switch expression.kind {
    case .literal(let value): return StaticType(of: value)
    case .parameter(let name): return try checkParameter(name, at: expression.span)
    case .variable(let name):
      if let type = scope.type(of: name) { return type }
      if floatConstant(named: name) != nil { return .float }
      throw undefined(name, at: expression.span)
    default:
      try checkAggregatePlace("count(*)", at: expression.span)
      return .integer
    }
  }

  private mutating func checkPostfix(_ expression: Expression) throws(Failure) -> StaticType {
    switch expression.kind {
    case .property(let target, let key): return try checkPropertyAccess(target, key, at: expression.span)
    case .element(let target, let key): return try checkElementAccess(target, key)
    case .slice(let target, let from, let to):
      let type = try check(target)
      if let from { _ = try check(from) }
      if let to { _ = try check(to) }
      return type.base == .list ? type : .any
    case .hasLabels(let target, let labels):
      let type = try check(target)
      try require(type, .node, .relationship, at: target.span, "Only nodes and relationships have labels and types")
      try checkLabels(labels)
      return .boolean
    case .isType(let operand, _, _), .isNormalized(let operand, _, _):
      _ = try check(operand)
      return .boolean
    default: return .any
    }
  }

  private mutating func checkCompound(_ expression: Expression) throws(Failure) -> StaticType {
    switch expression.kind {
    case .list(let items): return try checkList(items)
    case .map(let entries):
      for entry in entries { _ = try check(entry.value) }
      return .map
    case .mapProjection(let target, let items): return try checkMapProjection(target, items)
    case .function(let name, let distinct, let arguments):
      return try checkFunction(name, distinct: distinct, arguments, at: expression.span)
    case .conditional(let operand, let branches, let otherwise): return try checkCase(operand, branches, otherwise)
    default: return .any
    }
  }

  private mutating func checkOperation(_ expression: Expression, asPredicate: Bool) throws(Failure) -> StaticType {
    switch expression.kind {
    case .unary(let operation, let operand): return try checkUnary(operation, operand, asPredicate)
    case .binary(let operation, let left, let right): return try checkBinary(operation, left, right, asPredicate)
    case .comparison(let operands, _):
      for operand in operands { _ = try check(operand) }
      return .boolean
    default: return .any
    }
  }

  // MARK: Operands

  private func checkParameter(_ name: String, at span: SourceSpan) throws(Failure) -> StaticType {
    if let given = environment.parameters, !given.contains(name) {
      let near = closest(to: name, among: given.sorted())
      throw error(
        "ParameterMissing.MissingParameter",
        "Parameter $\(name) is not given" + (near.map { ". Did you mean $\($0)?" } ?? "; pass a value for it"), at: span)
    }
    return .any
  }

  private mutating func checkPropertyAccess(_ target: Expression, _ key: String, at span: SourceSpan) throws(Failure)
    -> StaticType
  {
    let type = try check(target)
    switch type.base {
    case .boolean, .integer, .float, .string, .list, .path:
      throw error(
        type.base == .path ? "SyntaxError.InvalidArgumentType" : "TypeError.InvalidArgumentType",
        "`.\(key)` reads from nodes, relationships, maps and temporal values; this is \(type.description)",
        at: target.span)
    default: return .any
    }
  }

  private mutating func checkElementAccess(_ target: Expression, _ key: Expression) throws(Failure) -> StaticType {
    let type = try check(target)
    _ = try check(key)
    switch type.base {
    case .boolean, .integer, .float, .string:
      throw error(
        "TypeError.InvalidArgumentType",
        "Square brackets read from lists, maps, nodes and relationships; this is \(type.description)",
        at: target.span)
    case .list: return StaticType(base: type.element)
    default: return .any
    }
  }

  private mutating func checkList(_ items: [Expression]) throws(Failure) -> StaticType {
    guard let first = items.first else { return .list(of: .any) }
    var element = try check(first)
    for item in items.dropFirst() { element = element.joined(try check(item)) }
    return .list(of: element.base)
  }

  private mutating func checkMapProjection(_ target: Expression, _ items: [Expression.MapProjectionItem]) throws(Failure)
    -> StaticType
  {
    let type = try check(target)
    try require(type, .node, .relationship, .map, at: target.span, "A map projection takes from nodes, relationships and maps")
    for item in items {
      switch item {
      case .entry(_, let value): _ = try check(value)
      case .variable(let name, let span): if !scope.contains(name) { throw undefined(name, at: span) }
      case .property, .allProperties: continue
      }
    }
    return .map
  }

  // MARK: Operators

  private mutating func checkUnary(
    _ operation: Expression.UnaryOperator, _ operand: Expression, _ asPredicate: Bool
  ) throws(Failure) -> StaticType {
    switch operation {
    case .not:
      try checkTruth(operand, asPredicate, "NOT")
      return .boolean
    case .isNull, .isNotNull:
      _ = try check(operand)
      return .boolean
    case .minus, .plus:
      let type = try check(operand)
      try requireNumber(type, at: operand.span, operation == .minus ? "-" : "+")
      return type
    }
  }

  private mutating func checkTruth(_ operand: Expression, _ asPredicate: Bool, _ operation: String) throws(Failure) {
    let type = try check(operand, asPredicate: asPredicate)
    try require(type, .boolean, at: operand.span, "\(operation) joins truth values")
  }

  private func requireNumber(_ type: StaticType, at span: SourceSpan, _ operation: String) throws(Failure) {
    try require(type, .integer, .float, .temporal, at: span, "`\(operation)` calculates with numbers")
  }

  private mutating func checkBinary(
    _ operation: Expression.BinaryOperator, _ left: Expression, _ right: Expression, _ asPredicate: Bool
  ) throws(Failure) -> StaticType {
    switch operation {
    case .and, .or, .xor:
      let word = operation == .and ? "AND" : operation == .or ? "OR" : "XOR"
      try checkTruth(left, asPredicate, word)
      try checkTruth(right, asPredicate, word)
      return .boolean
    case .in:
      _ = try check(left)
      let type = try check(right)
      try require(type, .list, at: right.span, "IN looks into a list")
      return .boolean
    case .startsWith, .endsWith, .contains, .matches:
      _ = try check(left)
      _ = try check(right)
      return .boolean
    case .add, .concatenate, .subtract, .multiply, .divide, .modulo, .power:
      let leftType = try check(left)
      let rightType = try check(right)
      if operation == .concatenate, leftType.base == .boolean, rightType.base == .boolean {
        throw error(
          "SyntaxError.InvalidArgumentType", "`||` joins strings and lists; between truth values write OR", at: left.span.union(right.span))
      }
      return try checkArithmetic(operation, leftType, left, rightType, right)
    }
  }

  private func checkArithmetic(
    _ operation: Expression.BinaryOperator, _ leftType: StaticType, _ left: Expression, _ rightType: StaticType,
    _ right: Expression
  ) throws(Failure) -> StaticType {
    if operation == .add || operation == .concatenate {
      try checkSum(operation, (leftType, left), (rightType, right))
      return sum(leftType, rightType)
    }
    try requireNumber(leftType, at: left.span, operation.sign)
    try requireNumber(rightType, at: right.span, operation.sign)
    return quotient(operation, leftType, rightType)
  }

  private func quotient(_ operation: Expression.BinaryOperator, _ left: StaticType, _ right: StaticType) -> StaticType {
    if operation != .power, left.base == .integer, right.base == .integer { return .integer }
    return [left.base, right.base].allSatisfy { $0 == .integer || $0 == .float } ? .float : .any
  }

  /// `+` joins lists with anything, adds numbers and temporal values, and joins strings with these and with booleans.
  private func checkSum(
    _ operation: Expression.BinaryOperator, _ left: (type: StaticType, operand: Expression),
    _ right: (type: StaticType, operand: Expression)
  ) throws(Failure) {
    if left.type.base == .list || right.type.base == .list { return }
    let sign = operation == .add ? "+" : "||"
    for (side, other) in [(left, right), (right, left)] {
      switch side.type.base {
      case .map, .node, .relationship, .path: break
      case .boolean where [.boolean, .integer, .float, .temporal].contains(other.type.base): break
      default: continue
      }
      if other.type.base == .any || other.type.base == .null { continue }
      throw error(
        "SyntaxError.InvalidArgumentType",
        "`\(sign)` works on numbers, strings, lists and temporal values; this is \(side.type.description)",
        at: side.operand.span)
    }
  }

  private func sum(_ left: StaticType, _ right: StaticType) -> StaticType {
    switch (left.base, right.base) {
    case (.integer, .integer): return .integer
    case (.integer, .float), (.float, .integer), (.float, .float): return .float
    case (.string, .integer), (.string, .float), (.string, .boolean), (.string, .temporal), (.string, .string): return .string
    case (.integer, .string), (.float, .string), (.boolean, .string), (.temporal, .string): return .string
    case (.list, .list): return left.joined(right)
    case (.list, _), (_, .list): return .list(of: .any)
    default: return .any
    }
  }

  // MARK: Expressions with parts in a scope of their own

  private mutating func checkCase(
    _ operand: Expression?, _ branches: [Expression.CaseBranch], _ otherwise: Expression?
  ) throws(Failure) -> StaticType {
    let operandType = try operand.map { (operand) throws(Failure) in try check(operand) }
    var result = StaticType.null
    for branch in branches {
      for condition in branch.conditions {
        guard let operandType, condition.isCaseTest else {
          try checkBranchCondition(condition, isPredicate: operand == nil)
          continue
        }
        let outer = scope.type(of: Expression.caseOperand)
        scope.bind(Expression.caseOperand, operandType)
        _ = try check(condition)
        scope.restore(Expression.caseOperand, outer)
      }
      result = result.joined(try check(branch.result))
    }
    if let otherwise { result = result.joined(try check(otherwise)) }
    return result
  }

  private mutating func checkBranchCondition(_ condition: Expression, isPredicate: Bool) throws(Failure) {
    let type = try check(condition, asPredicate: isPredicate)
    if isPredicate { try require(type, .boolean, at: condition.span, "A condition is true or false") }
  }

  private mutating func checkFold(_ expression: Expression) throws(Failure) -> StaticType {
    switch expression.kind {
    case .listComprehension(let variable, let list, let filter, let projection):
      let listType = try checkSource(list)
      let element = StaticType(base: listType.element)
      var result = element
      try withLocal([(variable, element)]) { (checker) throws(Failure) in
        if let filter { try checker.checkFilter(filter) }
        if let projection { result = try checker.check(projection) }
      }
      return .list(of: result.base)
    case .quantifier(let quantifier, let variable, let list, let predicate):
      let element = StaticType(base: try checkSource(list).element)
      guard let predicate else {
        throw error("SyntaxError.UnexpectedSyntax", "\(quantifier)(…) needs WHERE and a condition", at: expression.span)
      }
      try withLocal([(variable, element)]) { (checker) throws(Failure) in try checker.checkFilter(predicate) }
      return .boolean
    case .reduce(let accumulator, let initial, let variable, let list, let body):
      _ = try check(initial)
      let element = StaticType(base: try checkSource(list).element)
      // The body may give the accumulator another type, so nothing is assumed of it.
      try withLocal([(accumulator, .any), (variable, element)]) { (checker) throws(Failure) in _ = try checker.check(body) }
      return .any
    default: return .any
    }
  }

  private mutating func checkGraphExpression(_ expression: Expression, asPredicate: Bool) throws(Failure) -> StaticType {
    switch expression.kind {
    case .patternComprehension(let pattern, let filter, let projection):
      var result = StaticType.any
      try withLocal([]) { (checker) throws(Failure) in
        try checker.checkLocalPattern(pattern)
        if let filter { try checker.checkFilter(filter) }
        result = try checker.check(projection)
      }
      return .list(of: result.base)
    case .patternPredicate(let pattern):
      guard asPredicate else {
        throw error(
          "SyntaxError.UnexpectedSyntax",
          "A pattern stands only in conditions; use EXISTS { … }, COUNT { … } or [pattern | expression] here", at: expression.span
        )
      }
      try withLocal([]) { (checker) throws(Failure) in try checker.checkPatternPredicate(pattern) }
      return .boolean
    case .shortestPath(let pattern):
      try checkBoundEnds(pattern)
      try withLocal([]) { (checker) throws(Failure) in try checker.checkLocalPattern(pattern) }
      return pattern.selector == .allShortestPaths ? .list(of: .path) : .path
    case .subquery(let kind, let query):
      let saved = scope
      scope.keepAll()
      let columns = try checkQuery(query, role: kind == .collect ? .collect : .exists)
      scope = saved
      switch kind {
      case .exists: return .boolean
      case .count: return .integer
      case .collect: return .list(of: columns.first?.type.base ?? .any)
      }
    default: return .any
    }
  }

  /// The list that a comprehension walks.
  private mutating func checkSource(_ list: Expression) throws(Failure) -> StaticType {
    let type = try check(list)
    try require(type, .list, at: list.span, "IN walks a list here")
    return type.base == .list ? type : .list(of: .any)
  }

  /// Runs `body` with local variables, where no aggregate may stand.
  private mutating func withLocal(
    _ locals: [(String, StaticType)], _ body: (inout Checker) throws(Failure) -> Void
  ) throws(Failure) {
    let savedScope = scope
    let savedAggregates = aggregates
    aggregates = .forbidden
    for (name, type) in locals { scope.bind(name, type) }
    try body(&self)
    scope = savedScope
    aggregates = savedAggregates
  }
}

extension Expression {
  fileprivate enum Group { case leaf, postfix, compound, operation, fold, graph }

  fileprivate var group: Group {
    switch kind {
    case .literal, .parameter, .variable, .countStar: .leaf
    case .property, .element, .slice, .hasLabels, .isType, .isNormalized: .postfix
    case .list, .map, .mapProjection, .function, .conditional: .compound
    case .unary, .binary, .comparison: .operation
    case .listComprehension, .quantifier, .reduce: .fold
    case .patternComprehension, .patternPredicate, .shortestPath, .subquery: .graph
    }
  }
}

extension Expression.BinaryOperator {
  /// The sign of an arithmetic operator.
  fileprivate var sign: String {
    switch self {
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .modulo: "%"
    case .power: "^"
    default: "+"
    }
  }
}
