import SinterModel

extension Checker {
  /// Checks one clause and brings the scope to what the next one sees.
  mutating func checkClause(_ clause: Clause, role: Role) throws(Failure) {
    switch clause.kind {
    case .match(let match): try checkMatch(match)
    case .unwind(let list, let variable):
      let type = try check(list)
      try bindNew(variable, StaticType(base: type.base == .list ? type.element : .any))
    case .with(let projection, let filter): _ = try checkProjection(projection, filter: filter, isReturn: false)
    case .return(let projection): _ = try checkProjection(projection, filter: nil, isReturn: true)
    case .finish: break
    case .filter(let condition): try checkFilter(condition)
    case .let(let definitions):
      for definition in definitions { try bindNew(definition.name, try check(definition.value)) }
    case .conditional(let branches): _ = try checkConditional(branches, role: role)
    case .create(let patterns):
      for pattern in patterns { try checkCreated(pattern, by: .create) }
    case .merge(let pattern, let onCreate, let onMatch):
      try checkCreated(pattern, by: .merge)
      for item in onCreate + onMatch { try checkSet(item) }
    case .set(let items):
      for item in items { try checkSet(item) }
    case .remove(let items):
      for item in items { try checkRemove(item) }
    case .delete(let targets, _):
      for target in targets { try checkDelete(target) }
    case .foreach(let variable, let list, let body): try checkForeach(variable, list, body, role)
    case .call(let call): try checkCall(call)
    case .subquery(let call): try checkSubqueryCall(call)
    case .loadCSV(let load):
      try require(try check(load.url), .string, at: load.url.span, "LOAD CSV reads the file that a string names")
      try bindNew(load.variable, load.withHeaders ? .map : .list(of: .string))
    case .predict(let predict): try checkPredict(predict)
    case .deposit(let deposit): try checkDeposit(deposit, role: role)
    case .retract(let retract):
      let type = try check(retract.fact)
      try require(type, .relationship, .list, at: retract.fact.span, "RETRACT takes back a fact, which is a relationship")
      for expression in [retract.source, retract.reason] { if let expression { _ = try check(expression) } }
    case .recommend(let recommend): try checkRecommend(recommend)
    case .why(let why): try checkWhy(why)
    }
  }

  private mutating func checkMatch(_ match: MatchClause) throws(Failure) {
    try checkPaths(match.patterns, mode: match.mode)
    let saved = notes.groupScope
    notes.groupScope = scope
    defer { notes.groupScope = saved }
    var relationships: Set<String> = []
    for pattern in match.patterns { try bindMatched(pattern, relationships: &relationships) }
    for pattern in match.patterns { try checkPatternExpressions(pattern) }
    for hint in match.hints where !scope.contains(hint.variable.text) {
      throw undefined(hint.variable.text, at: hint.variable.span)
    }
    if let search = match.search { try checkSearch(search) }
    if let filter = match.filter { try checkFilter(filter) }
  }

  private mutating func checkSearch(_ search: SearchSubclause) throws(Failure) {
    guard let type = scope.type(of: search.variable.text) else { throw undefined(search.variable.text, at: search.variable.span) }
    try require(type, .node, .relationship, at: search.variable.span, "SEARCH finds nodes or relationships of its MATCH")
    for expression in [search.query] + search.others.map(\.query) + [search.options].compactMap({ $0 }) { _ = try check(expression) }
    if let filter = search.filter { try checkFilter(filter) }
    if let limit = search.limit { try checkLimit(limit, "LIMIT") }
    try bindNew(search.score, .float)
    try bindNew(search.because, .list(of: .map))
  }

  private mutating func checkForeach(_ variable: Name, _ list: Expression, _ body: [Clause], _ role: Role) throws(Failure) {
    let type = try check(list)
    let saved = scope
    scope.bind(variable.text, StaticType(base: type.base == .list ? type.element : .any))
    for clause in body {
      guard clause.isUpdating else {
        throw error("SyntaxError.InvalidClauseComposition", "FOREACH holds only clauses that write", at: clause.span)
      }
      if case .subquery(let call) = clause.kind, let transactions = call.transactions {
        throw misplaced("cannot stand inside FOREACH; UNWIND the list before it instead", at: transactions.span)
      }
      try checkClause(clause, role: role)
    }
    scope = saved
  }

  private mutating func checkSubqueryCall(_ call: SubqueryCall) throws(Failure) {
    let outer = scope
    var inner = Scope()
    if call.importsAll {
      inner = outer.withoutKept
    } else {
      for name in call.imports ?? [] {
        guard let type = outer.type(of: name.text) else { throw undefined(name.text, at: name.span) }
        inner.bind(name.text, type)
      }
    }
    // What the scope clause brings in stays in sight through every WITH.
    if call.imports != nil { inner.keepAll() }
    scope = inner
    let columns = try checkQuery(call.query, role: .call, seed: call.imports == nil ? outer.withoutKept : nil)
    scope = outer
    for column in columns {
      guard !scope.contains(column.name) else {
        throw alreadyBound(Name(column.name, at: call.query.span), "return it from the subquery under another name")
      }
      scope.bind(column.name, column.type)
    }
    if let transactions = call.transactions { try checkTransactions(transactions) }
  }

  // MARK: Conditions and constants

  /// A condition: WHERE and its like, where patterns may stand as predicates.
  mutating func checkFilter(_ filter: Expression) throws(Failure) {
    let saved = aggregates
    aggregates = .forbidden
    let type = try check(filter, asPredicate: true)
    aggregates = saved
    try require(type, .boolean, at: filter.span, "A condition is true or false")
  }

  func require(_ type: StaticType, _ bases: StaticType.Base..., at span: SourceSpan, _ rule: String) throws(Failure) {
    guard type.base == .any || type.base == .null || bases.contains(type.base) else {
      throw error("SyntaxError.InvalidArgumentType", "\(rule); this is \(type.description)", at: span)
    }
  }

  /// SKIP, LIMIT and the like: an expression without variables that is no negative number.
  mutating func checkLimit(_ expression: Expression, _ what: String) throws(Failure) {
    try checkConstant(expression, what: what)
    let saved = scope
    scope = Scope()
    let type = try check(expression)
    scope = saved
    if case .literal(.integer(let value)) = expression.kind, value < 0 {
      throw error(
        "SyntaxError.NegativeIntegerArgument", "\(what) takes a number from 0 on; this is \(value)", at: expression.span)
    }
    guard type.base == .integer || type.base == .any else {
      throw error("SyntaxError.InvalidArgumentType", "\(what) takes an integer; this is \(type.description)", at: expression.span)
    }
  }

  func checkConstant(_ expression: Expression, what: String) throws(Failure) {
    switch expression.kind {
    case .variable(let name):
      if name == Expression.caseOperand || (!scope.contains(name) && floatConstant(named: name) != nil) { return }
      throw error(
        "SyntaxError.NonConstantExpression",
        "\(what) cannot depend on rows, but names the variable `\(name)`; use a number or a parameter",
        at: expression.span)
    case .listComprehension, .quantifier, .reduce: return
    case .patternComprehension, .patternPredicate, .shortestPath, .subquery:
      throw error(
        "SyntaxError.NonConstantExpression", "\(what) cannot depend on the graph; use a number or a parameter",
        at: expression.span)
    default: try expression.forEachChild { (child) throws(Failure) in try checkConstant(child, what: what) }
    }
  }
}
