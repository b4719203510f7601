import SinterModel

// Operands that begin with a word: constants, CASE, subqueries, quantifiers, calls and variables.
extension Parser {
  mutating func parseWord(_ token: Token) throws(SinterError) -> Expression {
    let next = peek(1).kind
    switch token.keyword {
    case .null: return constant(.null)
    case .true: return constant(.boolean(true))
    case .false: return constant(.boolean(false))
    case .case: return try parseCase()
    case .exists where next == .leftBrace: return try parseSubqueryExpression(.exists)
    case .exists where next == .leftParenthesis: return try parseExistsFunction()
    case .count where next == .leftBrace: return try parseSubqueryExpression(.count)
    case .collect where next == .leftBrace: return try parseSubqueryExpression(.collect)
    case .count where next == .leftParenthesis && peek(2).kind == .star:
      let start = index
      index += 3
      try expect(.rightParenthesis, ")")
      return Expression(.countStar, at: span(from: start))
    case .all where startsQuantifier: return try parseQuantifier(.all)
    case .any where startsQuantifier: return try parseQuantifier(.any)
    case .none_ where startsQuantifier: return try parseQuantifier(.none)
    case .single where startsQuantifier: return try parseQuantifier(.single)
    case .reduce where next == .leftParenthesis && isName(peek(2)) && peek(3).kind == .equal: return try parseReduce()
    case .shortestPath where next == .leftParenthesis, .allShortestPaths where next == .leftParenthesis:
      let pattern = try parsePathPattern(named: false)
      height = 2
      return Expression(.shortestPath(pattern), at: pattern.span)
    case .match, .return, .where, .with, .unwind, .merge, .delete, .detach, .union, .and, .or, .xor, .in, .as, .when, .then, .else:
      guard next == .leftParenthesis && token.keyword == .where || next == .dot else { throw unexpected("an expression") }
      return try parseVariableOrCall()
    default: return try parseVariableOrCall()
    }
  }

  private var startsQuantifier: Bool {
    peek(1).kind == .leftParenthesis && isName(peek(2)) && peek(3).keyword == .in
  }

  private mutating func constant(_ value: Value) -> Expression {
    let expression = Expression(.literal(value), at: current.span)
    advance()
    return expression
  }

  /// `name`, `name(…)`, `namespace.name(…)`.
  mutating func parseVariableOrCall() throws(SinterError) -> Expression {
    let start = index
    var end = index
    while tokens[end + 1].kind == .dot, isName(tokens[end + 2]) { end += 2 }
    guard tokens[end + 1].kind == .leftParenthesis else {
      let name = nameText(current)
      advance()
      return Expression(.variable(name), at: tokens[start].span)
    }
    var name = nameText(current)
    while index < end {
      name += "." + nameText(tokens[index + 2])
      index += 2
    }
    advance()
    advance()
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    let distinct = take(.distinct)
    if !distinct { _ = at(.all) && isOperandStart(peek(1)) && take(.all) }
    var arguments: [Expression] = []
    var tallest = 0
    if !at(.rightParenthesis) {
      repeat {
        arguments.append(try parseExpression())
        tallest = max(tallest, height)
      } while take(.comma)
    }
    try expect(.rightParenthesis, "a comma or ) after the arguments of \(name)")
    try setHeight(tallest + 1, from: start)
    return Expression(.function(name: name, distinct: distinct, arguments: arguments), at: span(from: start))
  }

  /// `sum(ALL x)`: ALL is the default and says nothing.
  private func isOperandStart(_ token: Token) -> Bool { isName(token) && token.keyword != .in && token.keyword != .is }

  /// `exists(n.p)` is `n.p IS NOT NULL`; `exists((a)-->(b))` is the pattern itself.
  private mutating func parseExistsFunction() throws(SinterError) -> Expression {
    let start = index
    advance()
    advance()
    let savedBar = barTerminates
    barTerminates = false
    let argument = try parseExpression()
    barTerminates = savedBar
    try expect(.rightParenthesis, ") after the argument of exists")
    if case .patternPredicate(let pattern) = argument.kind {
      return Expression(
        .subquery(.exists, Query(first: SingleQuery(clauses: [matchClause(pattern)]), rest: [], span: argument.span)), at: span(from: start))
    }
    try setHeight(height + 1, from: start)
    return Expression(.unary(.isNotNull, argument), at: span(from: start))
  }

  private func matchClause(_ pattern: PathPattern) -> Clause {
    Clause(.match(MatchClause(optional: false, patterns: [pattern])), at: pattern.span)
  }

  /// `EXISTS { MATCH … }` or the short form `EXISTS { (a)-->(b) WHERE … }`.
  private mutating func parseSubqueryExpression(_ kind: Expression.SubqueryKind) throws(SinterError) -> Expression {
    let start = index
    advance()
    advance()
    try enter()
    let savedBar = barTerminates
    barTerminates = false
    let query: Query
    if at(.leftParenthesis) || (isName(current) && peek(1).kind == .equal) || at(.shortestPath) || at(.allShortestPaths) {
      let inner = index
      let clause = try parseMatchBody(optional: false, from: inner)
      query = Query(first: SingleQuery(clauses: [clause]), rest: [], span: span(from: inner))
    } else {
      query = try parseQuery()
    }
    barTerminates = savedBar
    leave()
    try expect(.rightBrace, "} to close the subquery")
    height = 2
    return Expression(.subquery(kind, query), at: span(from: start))
  }

  private mutating func parseQuantifier(_ quantifier: Expression.Quantifier) throws(SinterError) -> Expression {
    let start = index
    advance()
    advance()
    let variable = try expectName("a variable")
    advance()
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    let list = try parseExpression()
    var tallest = height
    var predicate: Expression?
    if take(.where) {
      predicate = try parseExpression()
      tallest = max(tallest, height)
    }
    try expect(.rightParenthesis, predicate == nil ? "WHERE or )" : ")")
    try setHeight(tallest + 1, from: start)
    return Expression(.quantifier(quantifier, variable: variable.text, list: list, predicate: predicate), at: span(from: start))
  }

  /// `reduce(acc = init, x IN list | body)`
  private mutating func parseReduce() throws(SinterError) -> Expression {
    let start = index
    advance()
    advance()
    let accumulator = try expectName("an accumulator")
    advance()
    let savedBar = barTerminates
    defer { barTerminates = savedBar }
    barTerminates = true
    let initial = try parseExpression()
    var tallest = height
    try expect(.comma, "a comma after the accumulator's first value")
    let variable = try expectName("a variable")
    try expect(.in)
    let list = try parseExpression()
    tallest = max(tallest, height)
    barTerminates = false
    try expect(.bar, "| and the next value of the accumulator")
    let body = try parseExpression()
    tallest = max(tallest, height)
    try expect(.rightParenthesis, ") to close reduce")
    try setHeight(tallest + 1, from: start)
    return Expression(
      .reduce(accumulator: accumulator.text, initial: initial, variable: variable.text, list: list, body: body), at: span(from: start))
  }

  private mutating func parseCase() throws(SinterError) -> Expression {
    let start = index
    advance()
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    var tallest = 0
    var operand: Expression?
    if !at(.when) {
      operand = try parseExpression()
      tallest = max(tallest, height)
    }
    var branches: [Expression.CaseBranch] = []
    while take(.when) {
      var conditions: [Expression] = []
      repeat {
        conditions.append(try parseExpression())
        tallest = max(tallest, height)
      } while operand != nil && take(.comma)
      try expect(.then)
      let result = try parseExpression()
      tallest = max(tallest, height)
      branches.append(Expression.CaseBranch(conditions: conditions, result: result))
    }
    guard !branches.isEmpty else { throw unexpected("WHEN", keywords: [.when]) }
    var otherwise: Expression?
    if take(.else) {
      otherwise = try parseExpression()
      tallest = max(tallest, height)
    }
    try expect(.end, " to close CASE")
    try setHeight(tallest + 1, from: start)
    return Expression(.conditional(operand: operand, branches: branches, otherwise: otherwise), at: span(from: start))
  }
}
