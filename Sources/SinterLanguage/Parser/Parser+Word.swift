import SinterModel

// Operands that begin with a word: constants, CASE, subqueries, quantifiers, calls and variables.
extension Parser {
  /// What a word that may begin an operand turns out to begin.
  private enum WordForm {
    case constant, `case`, subquery, exists, countStar, quantifier, reduce, shortestPath, name
    /// A clause or an operator: the operand is missing.
    case none
  }

  mutating func parseWord() throws(Failure) -> Expression {
    switch wordForm {
    case .constant: return parseConstant()
    case .case: return try parseCase()
    case .subquery: return try parseSubqueryExpression()
    case .exists: return try parseExistsFunction()
    case .countStar: return try parseCountStar()
    case .quantifier: return try parseQuantifier()
    case .reduce: return try parseReduce()
    case .shortestPath: return try parseShortestPath()
    case .name: return try parseVariableOrCall()
    case .none: throw unexpected("an expression")
    }
  }

  private var wordForm: WordForm {
    let next = peek(1).kind
    let called = next == .leftParenthesis
    switch keyword {
    case .null, .true, .false: return .constant
    case .case: return .case
    case .exists: return next == .leftBrace ? .subquery : called ? .exists : .name
    case .count: return next == .leftBrace ? .subquery : called && peek(2).kind == .star ? .countStar : .name
    case .collect: return next == .leftBrace ? .subquery : .name
    case .all, .any, .none_, .single: return called && isName(peek(2)) && peek(3).keyword == .in ? .quantifier : .name
    case .reduce: return called && isName(peek(2)) && peek(3).kind == .equal ? .reduce : .name
    case .shortestPath, .allShortestPaths: return called ? .shortestPath : .name
    case .match, .return, .where, .with, .unwind, .merge, .delete, .detach, .union:
      // A variable may have the name of a clause, where no clause could go on so.
      let ends = next == .comma || next == .rightParenthesis || next == .rightBracket || next == .rightBrace
      return next == .dot || ends || next == .endOfText || [.as, .order, .skip, .limit].contains(peek(1).keyword) ? .name : .none
    case .and, .or, .xor, .in, .as, .when, .then, .else: return next == .dot ? .name : .none
    default: return .name
    }
  }

  private mutating func parseCountStar() throws(Failure) -> Expression {
    let start = index
    index += 3
    try expect(.rightParenthesis, ")")
    return Expression(.countStar, at: span(from: start))
  }

  private mutating func parseShortestPath() throws(Failure) -> Expression {
    let pattern = try parsePathPattern(named: false)
    height = 2
    return Expression(.shortestPath(pattern), at: pattern.span)
  }

  private mutating func parseConstant() -> Expression {
    let value: Value = at(.null) ? .null : .boolean(at(.true))
    let expression = Expression(.literal(value), at: current.span)
    advance()
    return expression
  }

  /// `name`, `name(…)`, `namespace.name(…)`.
  mutating func parseVariableOrCall() throws(Failure) -> Expression {
    var end = index
    while tokens[end + 1].kind == .dot, isName(tokens[end + 2]) { end += 2 }
    if tokens[end + 1].kind == .leftParenthesis { return try parseCallForm(end) }
    let token = current
    advance()
    return Expression(.variable(nameText(token)), at: token.span)
  }

  /// - Parameter end: the last part of the function's name.
  mutating func parseFunction(_ end: Int) throws(Failure) -> Expression {
    let start = index
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
    if at(.star), peek(1).kind == .rightParenthesis { throw starArgument(of: name, at: start) }
    if !at(.rightParenthesis) {
      repeat {
        if let constant = parseNamedConstant(of: name) {
          arguments.append(constant)
        } else {
          arguments.append(try parseExpression())
        }
        tallest = max(tallest, height)
      } while take(.comma)
    }
    guard take(.rightParenthesis) else {
      if let failure = foreignCall(name, at: start) { throw failure }
      throw unexpected("a comma or ) after the arguments of \(name)")
    }
    try setHeight(tallest + 1, from: start)
    return Expression(.function(name: name, distinct: distinct, arguments: arguments), at: span(from: start))
  }

  /// `sum(ALL x)`: ALL is the default and says nothing.
  private func isOperandStart(_ token: Token) -> Bool { isName(token) && token.keyword != .in && token.keyword != .is }

  /// `exists(n.p)` is `n.p IS NOT NULL`; `exists((a)-->(b))` is the pattern itself.
  private mutating func parseExistsFunction() throws(Failure) -> Expression {
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
        .subquery(.exists, Query(first: SingleQuery(clauses: [matchClause(pattern)]), rest: [], span: argument.span)),
        at: span(from: start))
    }
    try setHeight(height + 1, from: start)
    return Expression(.unary(.isNotNull, argument), at: span(from: start))
  }

  private func matchClause(_ pattern: PathPattern) -> Clause {
    Clause(.match(MatchClause(optional: false, patterns: [pattern])), at: pattern.span)
  }

  /// `EXISTS { MATCH … }` or the short form `EXISTS { (a)-->(b) WHERE … }`.
  private mutating func parseSubqueryExpression() throws(Failure) -> Expression {
    let start = index
    let kind: Expression.SubqueryKind = at(.exists) ? .exists : at(.count) ? .count : .collect
    advance()
    advance()
    try enter(Self.subqueryLevels)
    let savedBar = barTerminates
    barTerminates = false
    let query: Query
    if startsPathPattern {
      let inner = index
      let clause = try parseMatchBody(optional: false, from: inner)
      query = Query(first: SingleQuery(clauses: [clause]), rest: [], span: span(from: inner))
    } else {
      query = try parseQuery()
    }
    barTerminates = savedBar
    leave(Self.subqueryLevels)
    try expect(.rightBrace, "} to close the subquery")
    height = 2
    return Expression(.subquery(kind, query), at: span(from: start))
  }

  private mutating func parseQuantifier() throws(Failure) -> Expression {
    let start = index
    let quantifier: Expression.Quantifier = at(.all) ? .all : at(.any) ? .any : at(.single) ? .single : .none
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
  private mutating func parseReduce() throws(Failure) -> Expression {
    let start = index
    let fold = try parseFold()
    try expect(.rightParenthesis, ") to close reduce")
    try setHeight(fold.height + 1, from: start)
    return Expression(
      .reduce(accumulator: fold.accumulator, initial: fold.initial, variable: fold.variable, list: fold.list, body: fold.step),
      at: span(from: start))
  }

  /// What `reduce` and `allReduce` begin with.
  struct Fold {
    var accumulator: String
    var initial: Expression
    var variable: String
    var list: Expression
    var step: Expression
    /// That of the highest expression in it.
    var height: Int
  }

  /// The function's name, `(acc = init, x IN list | step`
  mutating func parseFold() throws(Failure) -> Fold {
    index += 2
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
    let step = try parseExpression()
    return Fold(
      accumulator: accumulator.text, initial: initial, variable: variable.text, list: list, step: step, height: max(tallest, height))
  }

  private mutating func parseCase() throws(Failure) -> Expression {
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
        conditions.append(operand != nil && atCaseTest ? try parseCaseTest() : try parseExpression())
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
