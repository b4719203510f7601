import SinterModel

extension Parser {
  mutating func parseStatement() throws(Failure) -> Statement {
    while take(.semicolon) {}
    let mode = try parseQueryOptions()
    statementStart = index
    let body = try parseBody()
    while take(.semicolon) {}
    guard at(.endOfText) else {
      let afterSemicolon = index > 0 && tokens[index - 1].kind == .semicolon
      throw unexpected(
        afterSemicolon
          ? "the end of the query: one request holds one statement" : "a clause, an operator or the end of the query",
        keywords: Self.clauseKeywords + [.where, .order, .skip, .limit, .as, .and, .or, .union])
    }
    return Statement(mode: mode, body: body, text: text, parameters: parameters)
  }

  private mutating func parseBody() throws(Failure) -> Statement.Body {
    switch keyword {
    case .show: return .show(try parseShow())
    case .create:
      if let command = try parseCreateSchema() { return command }
    case .drop: return try parseDrop()
    case .train, .use: return .model(try parseModelCommand())
    default: break
    }
    return .query(try parseQuery())
  }

  /// Queries joined by UNION, and such queries one after the other by NEXT.
  mutating func parseQuery() throws(Failure) -> Query {
    let start = index
    var query = try parseUnion()
    let outerNesting = nesting
    while at(.next) { query = try parseNext(after: query, from: start) }
    nesting = outerNesting
    return query
  }

  /// Single queries joined by UNION.
  mutating func parseUnion() throws(Failure) -> Query {
    let start = index
    let first = try parseSingleQuery()
    var rest: [Query.UnionPart] = []
    while at(.union) {
      let unionStart = index
      advance()
      let all = take(.all)
      if !all { _ = take(.distinct) }
      let query = try parseSingleQuery()
      rest.append(Query.UnionPart(all: all, query: query, span: span(from: unionStart)))
    }
    return Query(first: first, rest: rest, span: span(from: start))
  }

  mutating func parseSingleQuery() throws(Failure) -> SingleQuery {
    if at(.when) { return try parseConditionalQuery() }
    var clauses: [Clause] = []
    while let clause = try parseClause() {
      clauses.append(clause)
      // CREATE after CREATE adds to the same operator, so a long dump of them is no deeper a plan.
      if clauses.count > 1, clause.isCreate, clauses[clauses.count - 2].isCreate { continue }
      try addStep()
      if case .return = clause.kind, at(.order) || at(.skip) || at(.offset) || at(.limit) { throw misplacedPage() }
    }
    guard !clauses.isEmpty else {
      throw unexpected(
        "a clause such as MATCH, CREATE or RETURN", keywords: Self.clauseKeywords + [.show, .drop, .explain, .profile])
    }
    return SingleQuery(clauses: clauses)
  }

  static let clauseKeywords: [Keyword] = [
    .match, .optional, .unwind, .with, .return, .finish, .create, .merge, .set, .remove, .delete, .detach, .foreach, .call, .load,
    .predict, .deposit, .retract, .recommend, .why, .train, .union, .insert, .filter, .let, .next, .order, .skip, .limit,
  ]

  /// One clause; nil when the current token begins none.
  mutating func parseClause() throws(Failure) -> Clause? {
    let start = index
    let kind: Clause.Kind
    switch keyword {
    case .match:
      advance()
      return try parseMatchBody(optional: false, from: start)
    case .optional:
      advance()
      if at(.call) { return try parseCall(optional: true, from: start) }
      try expect(.match)
      return try parseMatchBody(optional: true, from: start)
    case .unwind:
      advance()
      let list = try parseExpression()
      try expect(.as, " and a variable")
      kind = .unwind(list, as: try expectName("a variable"))
    case .with:
      advance()
      let projection = try parseProjection(from: start)
      kind = .with(projection, filter: take(.where) ? try parseExpression() : nil)
    case .return:
      advance()
      kind = .return(try parseProjection(from: start))
    case .finish:
      advance()
      kind = .finish
    case .filter:
      advance()
      _ = take(.where)
      kind = .filter(try parseExpression())
    case .let: kind = .let(try parseDefinitions())
    case .order, .skip, .offset, .limit: kind = try parsePage(from: start)
    case .insert where peek(1).kind != .identifier || peek(2).kind == .equal:
      advance()
      kind = .create(try parsePatterns())
    case .create:
      advance()
      kind = .create(try parsePatterns())
    case .merge: kind = try parseMerge()
    case .set:
      advance()
      kind = .set(try parseSetItems())
    case .remove:
      advance()
      kind = .remove(try parseRemoveItems())
    case .delete, .detach, .nodetach: kind = try parseDelete()
    case .foreach: kind = try parseForeach()
    case .call: return try parseCall(optional: false, from: start)
    case .load: kind = .loadCSV(try parseLoadCSV())
    case .predict: kind = .predict(try parsePredict())
    case .deposit: kind = .deposit(try parseDeposit())
    case .retract: kind = .retract(try parseRetract())
    case .recommend: kind = .recommend(try parseRecommend())
    case .why: kind = .why(try parseWhy())
    default: return nil
    }
    return Clause(kind, at: span(from: start))
  }

  // MARK: Reading

  /// What follows MATCH: patterns, hints, SEARCH and WHERE.
  mutating func parseMatchBody(optional: Bool, from start: Int) throws(Failure) -> Clause {
    let mode = try parseMatchMode()
    var clause = MatchClause(optional: optional, mode: mode, patterns: try parsePatterns())
    for _ in 0..<clause.patterns.reduce(0, { $0 + 1 + $1.steps.count }) { try addStep() }
    while at(.using) { clause.hints += try parseHint() }
    if at(.search) { clause.search = try parseSearch() }
    if take(.where) { clause.filter = try parseExpression() }
    if at(.search), clause.search == nil { clause.search = try parseSearch() }
    return Clause(.match(clause), at: span(from: start))
  }

  /// `SEARCH i IN (VECTOR INDEX name FOR q, … OPTIONS {…} WHERE p LIMIT k) SCORE AS s BECAUSE AS why`
  private mutating func parseSearch() throws(Failure) -> SearchSubclause {
    let start = index
    advance()
    let variable = try expectName("the variable to search for")
    try expect(.in)
    try expect(.leftParenthesis, "( and VECTOR INDEX or FULLTEXT INDEX")
    let first = try parseSearchSource()
    var others: [SearchSubclause.Source] = []
    while take(.comma) { others.append(try parseSearchSource()) }
    let options = !others.isEmpty && take(.options) ? try parseOptions() : nil
    let filter = take(.where) ? try parseExpression() : nil
    let limit = take(.limit) ? try parseExpression() : nil
    try expect(.rightParenthesis, "WHERE, LIMIT or ) to close the search")
    let score = try parseScore()
    var because: Name?
    if take(.because) {
      try expect(.as, " and a variable")
      because = try expectName("a variable")
    }
    return SearchSubclause(
      variable: variable, indexKind: first.kind, index: first.index, query: first.query, others: others, options: options,
      filter: filter, limit: limit, score: score, because: because, span: span(from: start))
  }

  /// `VECTOR INDEX name FOR q`
  private mutating func parseSearchSource() throws(Failure) -> SearchSubclause.Source {
    let kind: SearchSubclause.IndexKind
    if take(.vector) {
      kind = .vector
    } else if take(.fulltext) {
      kind = .fulltext
    } else {
      throw unexpected("VECTOR INDEX or FULLTEXT INDEX", keywords: [.vector, .fulltext])
    }
    try expect(.index)
    let index = try expectName("the index's name")
    try expect(.for, " and what to search for")
    return SearchSubclause.Source(kind: kind, index: index, query: try parseExpression())
  }

  /// `SCORE AS s`, where it stands.
  mutating func parseScore() throws(Failure) -> Name? {
    guard take(.score) else { return nil }
    try expect(.as, " and a variable")
    return try expectName("a variable")
  }

  // MARK: Projections

  /// What follows WITH, RETURN or YIELD, up to LIMIT.
  mutating func parseProjection(from start: Int) throws(Failure) -> Projection {
    var projection = Projection(distinct: false, includesAll: false, items: [], span: current.span)
    if at(.distinct), peek(1).kind != .comma, peek(1).kind != .endOfText { projection.distinct = take(.distinct) }
    // RETURN ALL x says what RETURN x does.
    if at(.all), peek(1).kind == .star || (isName(peek(1)) && !Self.afterOperand.contains(peek(1).keyword)) { advance() }
    if take(.star) {
      projection.includesAll = true
      if take(.comma) { projection.items = try parseProjectionItems() }
    } else {
      projection.items = try parseProjectionItems()
    }
    try parseOrder(&projection)
    projection.span = span(from: start)
    return projection
  }

  /// Words that may follow a variable with the name `all`.
  private static let afterOperand: Set<Keyword> = [
    .as, .order, .skip, .offset, .limit, .union, .next, .and, .or, .xor, .in, .is, .starts, .ends, .contains, .where,
  ]

  private mutating func parseProjectionItems() throws(Failure) -> [ProjectionItem] {
    var items: [ProjectionItem] = []
    repeat {
      let start = index
      let expression = try parseExpression()
      // A variable's column has its name, which stands in backticks only in the text.
      let text = if case .variable(let name) = expression.kind { name } else { source(span(from: start)) }
      var alias: Name?
      if take(.as) {
        alias = try expectName(at(.string) ? "a name for the column, in backticks if need be" : "a name for the column")
      }
      items.append(ProjectionItem(expression: expression, alias: alias, columnName: alias?.text ?? text))
    } while take(.comma)
    return items
  }

  mutating func parseOrder(_ projection: inout Projection) throws(Failure) {
    if at(.order) {
      advance()
      try expect(.by)
      repeat {
        let expression = try parseExpression()
        let descending = take(.desc) || take(.descending)
        if !descending { _ = take(.asc) || take(.ascending) }
        projection.orderBy.append(SortItem(expression: expression, descending: descending))
      } while take(.comma)
    }
    if take(.skip) || take(.offset) { projection.skip = try parseExpression() }
    if take(.limit) { projection.limit = try parseExpression() }
  }
}

extension Clause {
  fileprivate var isCreate: Bool {
    if case .create = kind { true } else { false }
  }
}
