import SinterModel

// CALL { … } IN TRANSACTIONS: where it may stand, and what it takes.
extension Checker {
  /// The transactions commit one after the other beside the rest of the query, which therefore only reads, and which is
  /// no subquery itself.
  func checkPlacesOfTransactions(_ query: Query, role: Role) throws(Failure) {
    for single in [query.first] + query.rest.map(\.query) {
      var hasTransactions = false
      var hasWritten = false
      for clause in single.clauses {
        if case .subquery(let call) = clause.kind, let transactions = call.transactions {
          guard role == .top else {
            throw misplaced("cannot stand inside another subquery; move it out", at: transactions.span)
          }
          guard query.rest.isEmpty else { throw misplaced("cannot stand in a UNION", at: transactions.span) }
          guard !hasWritten else {
            throw misplaced(
              "cannot follow a clause that writes: its transactions would not see what is not committed yet. Make them two "
                + "statements", at: transactions.span)
          }
          hasTransactions = true
        } else if clause.isUpdating {
          hasWritten = true
          guard !hasTransactions else {
            throw error(
              "SyntaxError.InvalidClauseComposition",
              "A query with CALL { … } IN TRANSACTIONS writes only in there; move this clause into the subquery, or make it a "
                + "statement of its own", at: clause.span)
          }
        }
      }
    }
  }

  func misplaced(_ reason: String, at span: SourceSpan) -> Failure {
    error("SyntaxError.InvalidClauseComposition", "CALL { … } IN TRANSACTIONS \(reason)", at: span)
  }

  mutating func checkTransactions(_ transactions: SubqueryCall.Transactions) throws(Failure) {
    for (expression, what) in [
      (transactions.rows, "The number of rows of a transaction"),
      (transactions.concurrency, "The number of concurrent transactions"),
    ] {
      guard let expression else { continue }
      try checkLimit(expression, what)
      if case .literal(.integer(0)) = expression.kind {
        throw error("SyntaxError.NegativeIntegerArgument", "\(what) is a number from 1 on", at: expression.span)
      }
    }
    if let seconds = transactions.retry?.seconds {
      try checkConstant(seconds, what: "The time to retry")
      try require(try check(seconds), .integer, .float, at: seconds.span, "The time to retry is a number of seconds")
    }
    guard let report = transactions.report else { return }
    guard transactions.onError != .fail else {
      throw error(
        "SyntaxError.UnexpectedSyntax",
        "REPORT STATUS needs ON ERROR CONTINUE or ON ERROR BREAK: with FAIL the first failure ends the query", at: report.span)
    }
    try bindNew(report, .map)
  }
}
