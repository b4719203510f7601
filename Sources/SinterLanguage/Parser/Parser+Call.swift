import SinterModel

extension Parser {
  /// `CALL name(…) YIELD …`, `CALL { … }`, `CALL (x) { … }`.
  mutating func parseCall(optional: Bool, from start: Int) throws(Failure) -> Clause {
    advance()
    if at(.leftBrace) || at(.leftParenthesis) {
      let call = try parseSubqueryCall(optional: optional)
      return Clause(.subquery(call), at: span(from: start))
    }
    let call = try parseProcedureCall(optional: optional, first: start == 0 || startsStatement(start))
    return Clause(.call(call), at: span(from: start))
  }

  /// Only semicolons, EXPLAIN and PROFILE stand before the token.
  private func startsStatement(_ position: Int) -> Bool {
    tokens[..<position].allSatisfy { $0.kind == .semicolon || $0.keyword == .explain || $0.keyword == .profile }
  }

  private mutating func parseProcedureCall(optional: Bool, first: Bool) throws(Failure) -> ProcedureCall {
    let start = index
    var name = try expectName("a procedure's name, ( or {").text
    while take(.dot) { name += "." + (try expectName("the rest of the procedure's name")).text }
    var call = ProcedureCall(
      name: Name(name, at: span(from: start)), arguments: nil, yield: nil, yieldsAll: false, filter: nil, standalone: false,
      optional: optional)
    if take(.leftParenthesis) {
      var arguments: [Expression] = []
      if !at(.rightParenthesis) {
        repeat { arguments.append(try parseExpression()) } while take(.comma)
      }
      try expect(.rightParenthesis, "a comma or ) after the arguments")
      call.arguments = arguments
    }
    if take(.yield) {
      if take(.star) {
        call.yieldsAll = true
      } else if !take(.minus) {
        call.yield = try parseYieldItems()
      }
      if take(.where) { call.filter = try parseExpression() }
    }
    call.standalone = first && (at(.endOfText) || at(.semicolon))
    return call
  }

  private mutating func parseYieldItems() throws(Failure) -> [ProcedureCall.YieldItem] {
    var items: [ProcedureCall.YieldItem] = []
    repeat {
      let output = try expectName("an output of the procedure")
      items.append(ProcedureCall.YieldItem(output: output, alias: take(.as) ? try expectName("a variable") : nil))
    } while take(.comma)
    return items
  }

  private mutating func parseSubqueryCall(optional: Bool) throws(Failure) -> SubqueryCall {
    try enter(Self.subqueryLevels)
    var imports: [Name]?
    var importsAll = false
    if take(.leftParenthesis) {
      imports = []
      if take(.star) {
        importsAll = true
      } else if !at(.rightParenthesis) {
        imports = try names("a variable")
      }
      try expect(.rightParenthesis, ") after the variables of the subquery")
    }
    try expect(.leftBrace, "{ and a subquery")
    let savedBar = barTerminates
    barTerminates = false
    let query = try parseQuery()
    barTerminates = savedBar
    try expect(.rightBrace, "a clause or } to close the subquery")
    leave(Self.subqueryLevels)
    return SubqueryCall(
      optional: optional, imports: imports, importsAll: importsAll, query: query,
      transactions: take(.in) ? try parseTransactions() : nil)
  }

  /// `IN [n CONCURRENT] TRANSACTIONS [OF n ROWS] [ON ERROR …] [REPORT STATUS AS s]`
  private mutating func parseTransactions() throws(Failure) -> SubqueryCall.Transactions {
    if !at(.transactions) {
      if !at(.concurrent) { _ = try parseAdditive() }
      try expect(.concurrent)
    }
    try expect(.transactions)
    var transactions = SubqueryCall.Transactions(rows: nil, onError: .fail, report: nil)
    while true {
      if take(.of) {
        transactions.rows = try parseAdditive()
        guard take(.rows) || take(.row) else { throw unexpected("ROWS", keywords: [.rows]) }
      } else if take(.on) {
        try expect(.error)
        if take(.continue) {
          transactions.onError = .continue
        } else if take(.break) {
          transactions.onError = .break
        } else {
          try expect(.fail, ", CONTINUE or BREAK")
        }
      } else if take(.report) {
        try expect(.status)
        try expect(.as)
        transactions.report = try expectName("a variable")
      } else {
        return transactions
      }
    }
  }
}
