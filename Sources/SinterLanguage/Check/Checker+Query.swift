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
      } else {
        try checkClause(clause, role: role)
        if isLast, case .call(let call) = clause.kind, call.standalone { columns = standaloneColumns(call) }
      }
    }
    if let last = query.clauses.last { try checkEnd(last, role: role, columns: columns) }
    return columns
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

  private func checkEnd(_ last: Clause, role: Role, columns: [Column]) throws(Failure) {
    switch role {
    case .exists: return
    case .collect:
      guard case .return = last.kind, columns.count == 1 else {
        throw error("SyntaxError.InvalidClauseComposition", "COLLECT { … } ends with a RETURN of one column", at: last.span)
      }
    case .rule:
      guard case .deposit = last.kind else {
        throw error("SyntaxError.InvalidClauseComposition", "A rule ends with DEPOSIT", at: last.span)
      }
    case .top, .call:
      switch last.kind {
      case .match, .unwind, .with, .loadCSV, .predict, .recommend, .why:
        throw error(
          "SyntaxError.InvalidClauseComposition",
          "A query cannot end with \(last.keyword); end it with RETURN, FINISH or a clause that writes", at: last.span)
      default: return
      }
    }
  }
}

extension Clause {
  /// Whether the clause changes the graph.
  package var isUpdating: Bool {
    switch kind {
    case .create, .merge, .set, .remove, .delete, .foreach, .deposit, .retract: true
    case .subquery(let call):
      call.query.first.clauses.contains(where: \.isUpdating)
        || call.query.rest.contains { $0.query.clauses.contains(where: \.isUpdating) }
    default: false
    }
  }

  /// The word a reading clause begins with, for messages.
  fileprivate var keyword: String {
    switch kind {
    case .match: "MATCH"
    case .unwind: "UNWIND"
    case .with: "WITH"
    case .loadCSV: "LOAD CSV"
    case .predict: "PREDICT"
    case .recommend: "RECOMMEND"
    case .why: "WHY"
    default: "this clause"
    }
  }
}
