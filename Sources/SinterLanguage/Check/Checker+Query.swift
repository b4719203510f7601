import SinterModel

/// A column that a query returns.
struct Column {
  var name: String
  var type: StaticType
}

extension Checker {
  /// Checks a query with the scope it starts from; the scope is the same afterwards.
  /// - Parameter seed: what a leading WITH sees, in a `CALL { WITH … }`.
  /// - Returns: the columns, empty when the query returns nothing.
  mutating func checkQuery(_ query: Query, role: Role, seed: Scope? = nil) throws(Failure) -> [Column] {
    if let different = query.rest.first(where: { $0.all != query.rest[0].all }) {
      throw error(
        "SyntaxError.InvalidClauseComposition", "UNION and UNION ALL cannot be mixed in one query; use one of them throughout",
        at: different.span)
    }
    try checkPlacesOfTransactions(query, role: role)
    let savedAggregates = aggregates
    let savedScope = scope
    aggregates = .forbidden
    let first = try checkSingle(query.first, role: role, seed: seed)
    scope = savedScope
    for part in query.rest {
      let columns = try checkSingle(part.query, role: role, seed: seed)
      scope = savedScope
      guard Set(columns.map(\.name)) == Set(first.map(\.name)) else {
        throw error(
          "SyntaxError.DifferentColumnsInUnion",
          "All parts of a UNION return the same columns; the first returns (\(list(first))), this one (\(list(columns)))",
          at: part.span)
      }
    }
    aggregates = savedAggregates
    return first
  }

  private func list(_ columns: [Column]) -> String { columns.map(\.name).joined(separator: ", ") }

  private mutating func checkSingle(_ query: SingleQuery, role: Role, seed: Scope?) throws(Failure) -> [Column] {
    var columns: [Column] = []
    for (position, clause) in query.clauses.enumerated() {
      let isLast = position == query.clauses.count - 1
      try checkPlace(clause, isLast: isLast, role: role)
      if position == 0, let seed, case .with = clause.kind { scope = seed }
      if case .return(let projection) = clause.kind {
        columns = try checkProjection(projection, filter: nil, isReturn: true)
      } else if case .conditional(let branches) = clause.kind {
        columns = try checkConditional(branches, role: role)
      } else {
        try checkClause(clause, role: role)
        if isLast, case .call(let call) = clause.kind, call.standalone { columns = standaloneColumns(call) }
      }
    }
    if let last = query.clauses.last { try checkEnd(last, role: role, columns: columns) }
    return columns
  }

  /// Checks the branches of WHEN, which return the same columns.
  mutating func checkConditional(_ branches: [ConditionalBranch], role: Role) throws(Failure) -> [Column] {
    var first: [Column]?
    for branch in branches {
      if let condition = branch.condition { try checkFilter(condition) }
      let saved = scope
      scope.keepAll()
      let columns = try checkQuery(branch.query, role: role)
      scope = saved
      guard let known = first else {
        first = columns
        continue
      }
      guard Set(columns.map(\.name)) == Set(known.map(\.name)) else {
        throw error(
          "SyntaxError.DifferentColumnsInUnion",
          "All branches of WHEN return the same columns; the first returns (\(list(known))), this one (\(list(columns)))",
          at: branch.query.span)
      }
    }
    return first ?? []
  }

  private func standaloneColumns(_ call: ProcedureCall) -> [Column] {
    let names = call.yield?.map { ($0.alias ?? $0.output).text } ?? environment.procedure(call.name.text)?.outputs ?? []
    return names.map { Column(name: $0, type: .any) }
  }

  private func checkPlace(_ clause: Clause, isLast: Bool, role: Role) throws(Failure) {
    switch clause.kind {
    case .return, .finish:
      guard isLast else {
        throw error(
          "SyntaxError.InvalidClauseComposition", "RETURN and FINISH end a query; use WITH to go on after it", at: clause.span)
      }
      guard role != .rule else {
        throw error("SyntaxError.InvalidClauseComposition", "A rule ends with DEPOSIT and returns nothing", at: clause.span)
      }
    default: break
    }
    guard clause.isUpdating else { return }
    switch role {
    case .exists, .collect:
      throw error(
        "SyntaxError.InvalidClauseComposition", "A subquery in an expression only reads; move what writes out of it",
        at: clause.span)
    case .rule:
      if case .deposit = clause.kind { return }
      throw error("SyntaxError.InvalidClauseComposition", "A rule writes by DEPOSIT only", at: clause.span)
    case .top, .call: break
    }
  }

  private func returnsRows(_ query: Query) -> Bool {
    if case .return = query.first.clauses.last?.kind { true } else { false }
  }

  private func checkEnd(_ last: Clause, role: Role, columns: [Column]) throws(Failure) {
    switch role {
    case .exists: return
    case .collect:
      guard last.returns, columns.count == 1 else {
        throw error("SyntaxError.InvalidClauseComposition", "COLLECT { … } ends with a RETURN of one column", at: last.span)
      }
    case .rule:
      guard case .deposit = last.kind else {
        throw error("SyntaxError.InvalidClauseComposition", "A rule ends with DEPOSIT", at: last.span)
      }
    case .top, .call:
      switch last.kind {
      case .match, .unwind, .with, .filter, .let, .loadCSV, .predict, .recommend, .why:
        throw error(
          "SyntaxError.InvalidClauseComposition",
          "A query cannot end with \(keyword(of: last)); end it with RETURN, FINISH or a clause that writes", at: last.span)
      case .call(let call) where !call.standalone && (call.yieldsAll || call.yield != nil):
        throw error(
          "SyntaxError.InvalidClauseComposition", "A query cannot end with CALL … YIELD; return what it yields", at: last.span)
      case .subquery(let call) where call.transactions == nil && returnsRows(call.query):
        throw error(
          "SyntaxError.InvalidClauseComposition",
          "A query cannot end with a CALL { … } that returns rows; put RETURN behind it, or leave out its own", at: last.span)
      default: return
      }
    }
  }
}

extension Checker {
  /// The words a clause begins with, for messages.
  private func keyword(of clause: Clause) -> String {
    if case .loadCSV = clause.kind { return "LOAD CSV" }
    if case .match(let match) = clause.kind, match.optional { return "OPTIONAL MATCH" }
    let rest = text.utf8.dropFirst(clause.span.start)
    let word = String(decoding: rest.prefix { ($0 | 0x20) &- 0x61 < 26 }, as: UTF8.self)
    return word.isEmpty ? "this clause" : word.uppercased()
  }
}

extension Clause {
  /// Whether the clause changes the graph.
  package var isUpdating: Bool {
    switch kind {
    case .create, .merge, .set, .remove, .delete, .foreach, .deposit, .retract: true
    case .conditional(let branches):
      branches.contains { branch in
        branch.query.first.clauses.contains(where: \.isUpdating)
          || branch.query.rest.contains { $0.query.clauses.contains(where: \.isUpdating) }
      }
    case .subquery(let call):
      call.query.first.clauses.contains(where: \.isUpdating)
        || call.query.rest.contains { $0.query.clauses.contains(where: \.isUpdating) }
    default: false
    }
  }

  /// Whether the clause gives a query its columns.
  fileprivate var returns: Bool {
    switch kind {
    case .return, .conditional: true
    default: false
    }
  }
}
