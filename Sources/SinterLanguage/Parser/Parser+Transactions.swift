import SinterModel

extension Parser {
  /// `IN [n CONCURRENT] TRANSACTIONS [OF n ROWS] [ON ERROR …] [REPORT STATUS AS s]`
  mutating func parseTransactions() throws(Failure) -> SubqueryCall.Transactions {
    let start = index - 1
    var transactions = SubqueryCall.Transactions(rows: nil, onError: .fail, report: nil, span: current.span)
    if atWord("TRANSACTION") { throw unexpected("TRANSACTIONS", keywords: [.transactions]) }
    if !at(.transactions) {
      if !at(.concurrent) { transactions.concurrency = try parseAdditive() }
      try expect(.concurrent)
    }
    try expect(.transactions)
    var (hasRows, hasOnError) = (false, false)
    while true {
      if !hasRows, take(.of) {
        hasRows = true
        transactions.rows = try parseAdditive()
        guard take(.rows) || take(.row) else { throw unexpected("ROWS", keywords: [.rows]) }
      } else if !hasOnError, take(.on) {
        hasOnError = true
        try expect(.error)
        try parseOnError(&transactions)
      } else if transactions.report == nil, take(.report) {
        try expect(.status)
        try expect(.as)
        transactions.report = try expectName("a variable")
      } else {
        transactions.span = span(from: start)
        return transactions
      }
    }
  }

  /// `CONTINUE`, `BREAK`, `FAIL`, or `RETRY [[FOR] n SECONDS] [THEN CONTINUE|BREAK|FAIL]`.
  private mutating func parseOnError(_ transactions: inout SubqueryCall.Transactions) throws(Failure) {
    guard takeWord("RETRY") else {
      guard let action = takeErrorAction() else {
        throw unexpected("CONTINUE, BREAK, FAIL or RETRY", keywords: [.continue, .break, .fail])
      }
      transactions.onError = action
      return
    }
    var retry = SubqueryCall.Retry(seconds: nil)
    let hasFor = take(.for)
    if hasFor || !(at(.then) || at(.report) || at(.of) || endsTransactions) {
      retry.seconds = try parseAdditive()
      guard takeWord("SECONDS") || takeWord("SECOND") || takeWord("SECS") || takeWord("SEC") || takeWord("S") else {
        throw unexpected("SECONDS")
      }
    }
    transactions.retry = retry
    guard take(.then) else { return }
    guard let action = takeErrorAction() else {
      throw unexpected("CONTINUE, BREAK or FAIL", keywords: [.continue, .break, .fail])
    }
    transactions.onError = action
  }

  private mutating func takeErrorAction() -> SubqueryCall.Transactions.OnError? {
    if take(.continue) { return .continue }
    if take(.break) { return .break }
    return take(.fail) ? .fail : nil
  }

  /// The next token begins another clause or ends the query.
  private var endsTransactions: Bool {
    at(.endOfText) || at(.semicolon) || at(.rightBrace) || Self.clauseKeywords.contains(keyword)
  }
}
