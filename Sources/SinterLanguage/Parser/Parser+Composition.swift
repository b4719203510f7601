import SinterModel

// Queries made of queries (NEXT, WHEN), and clauses that stand for others.
extension Parser {
  // MARK: NEXT

  /// `NEXT query`: the query goes on with the rows of the one before.
  mutating func parseNext(after before: Query, from start: Int) throws(Failure) -> Query {
    let next = index
    advance()
    let after = try parseUnion()
    let head = try passingOn(before, at: next)
    var joined = after
    guard after.rest.isEmpty || !before.changesGraph else {
      throw error(
        "SyntaxError.InvalidClauseComposition",
        "Behind a query that writes, NEXT takes no UNION: put the UNION in CALL (*) { … }", at: after.rest[0].span)
    }
    // Each part of a UNION gets a copy of what stands before; without a bound a chain would double again and again.
    for _ in 0..<(after.rest.count * head.clauseCount) { try addStep() }
    joined.first.clauses = head + after.first.clauses
    for part in joined.rest.indices { joined.rest[part].query.clauses = head + joined.rest[part].query.clauses }
    joined.span = span(from: start)
    return joined
  }

  /// The clauses that make the rows of a query and keep its columns as variables.
  private mutating func passingOn(_ query: Query, at next: Int) throws(Failure) -> [Clause] {
    if query.rest.isEmpty, let last = query.first.clauses.last, case .return(let projection) = last.kind {
      return query.first.clauses.dropLast() + [Clause(.with(projection, filter: nil), at: last.span)]
    }
    if case .finish = query.first.clauses.last?.kind {
      throw error(
        "SyntaxError.InvalidClauseComposition", "FINISH ends the whole query; nothing can follow by NEXT", at: tokens[next].span)
    }
    // Each NEXT of a chain wraps those before it, so that few may: the earlier ones nest in themselves already.
    try enter(4 * Self.subqueryLevels)
    let call = SubqueryCall(optional: false, imports: [], importsAll: false, query: query, transactions: nil)
    return [Clause(.subquery(call), at: query.span)]
  }

  // MARK: WHEN

  /// `WHEN p THEN query [WHEN …] [ELSE query]`
  mutating func parseConditionalQuery() throws(Failure) -> SingleQuery {
    let start = index
    try enter(Self.subqueryLevels)
    defer { leave(Self.subqueryLevels) }
    var branches: [ConditionalBranch] = []
    while take(.when) {
      let condition = try parseExpression()
      try expect(.then, " and a query")
      branches.append(ConditionalBranch(condition: condition, query: try parseBranch()))
      try addStep()
    }
    if take(.else) { branches.append(ConditionalBranch(condition: nil, query: try parseBranch())) }
    return SingleQuery(clauses: [Clause(.conditional(branches), at: span(from: start))])
  }

  /// A query of a branch: one without UNION, or any in braces.
  private mutating func parseBranch() throws(Failure) -> Query {
    let start = index
    guard take(.leftBrace) else {
      guard !at(.when) else { throw unexpected("a query; put a WHEN inside a branch in braces: THEN { WHEN … }") }
      return Query(first: try parseSingleQuery(), rest: [], span: span(from: start))
    }
    let query = try parseQuery()
    try expect(.rightBrace, "a clause or } to close the branch")
    return query
  }

  // MARK: LET, ORDER BY, SKIP, LIMIT

  /// `LET x = e, y = f`
  mutating func parseDefinitions() throws(Failure) -> [Definition] {
    advance()
    var definitions: [Definition] = []
    repeat {
      let name = try expectName("a variable")
      try expect(.equal, "= and a value")
      definitions.append(Definition(name: name, value: try parseExpression()))
    } while take(.comma)
    return definitions
  }

  /// ORDER BY, SKIP and LIMIT as a clause: `WITH *` with them.
  mutating func parsePage(from start: Int) throws(Failure) -> Clause.Kind {
    var projection = Projection(distinct: false, includesAll: true, items: [], span: current.span)
    try parseOrder(&projection)
    projection.span = span(from: start)
    return .with(projection, filter: nil)
  }
}

extension [Clause] {
  /// The clauses with those of the queries that CALL holds.
  fileprivate var clauseCount: Int {
    reduce(0) { count, clause in
      guard case .subquery(let call) = clause.kind else { return count + 1 }
      return count + 1 + call.query.first.clauses.clauseCount + call.query.rest.reduce(0) { $0 + $1.query.clauses.clauseCount }
    }
  }
}

extension Query {
  fileprivate var changesGraph: Bool {
    first.clauses.contains(where: \.isUpdating) || rest.contains { $0.query.clauses.contains(where: \.isUpdating) }
  }
}
