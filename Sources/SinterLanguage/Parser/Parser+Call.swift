import SinterModel

extension Parser {
  /// `CALL name(…) YIELD …`, `CALL { … }`, `CALL (x) { … }`.
  mutating func parseCall(optional: Bool, from start: Int) throws(Failure) -> Clause {
    advance()
    if at(.leftBrace) || at(.leftParenthesis) {
      let call = try parseSubqueryCall(optional: optional)
      return Clause(.subquery(call), at: span(from: start))
    }
    let call = try parseProcedureCall(optional: optional, first: start == statementStart)
    return Clause(.call(call), at: span(from: start))
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
}
