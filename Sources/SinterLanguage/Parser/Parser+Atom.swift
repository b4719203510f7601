import SinterModel

// Operands: literals, names, calls, brackets of all kinds, and what may follow them.
extension Parser {
  /// `.key`, `[index]`, `[from..to]`, `:Label` and `{projection}` behind an operand.
  mutating func parsePostfix(_ atom: Expression, _ start: Int) throws(Failure) -> Expression {
    var result = atom
    while true {
      switch kind {
      case .dot:
        advance()
        let key = try expectName("a property name")
        try setHeight(height + 1, from: start)
        result = Expression(.property(result, key.text), at: span(from: start))
      case .leftBracket: result = try parseSubscript(result, start)
      case .colon where isLabelStart(peek(1)):
        advance()
        let labels = try parseLabels(barAllowed: !barTerminates)
        try setHeight(height + 1, from: start)
        result = Expression(.hasLabels(result, labels), at: span(from: start))
      case .leftBrace:
        guard case .variable = result.kind, tokens[index - 1].kind != .rightParenthesis else { return result }
        result = try parseMapProjection(result, start)
      default: return result
      }
    }
  }

  func isLabelStart(_ token: Token) -> Bool {
    switch token.kind {
    case .identifier, .quotedIdentifier, .exclamation, .percent, .leftParenthesis, .dollar: true
    case .parameter: dynamicWord(token) != nil
    default: false
    }
  }

  private mutating func parseSubscript(_ target: Expression, _ start: Int) throws(Failure) -> Expression {
    let targetHeight = height
    advance()
    let savedBar = barTerminates
    barTerminates = false
    var tallest = targetHeight
    var from: Expression?
    if !at(.doubleDot) {
      from = try parseExpression()
      tallest = max(tallest, height)
    }
    let kind: Expression.Kind
    if take(.doubleDot) {
      var to: Expression?
      if !at(.rightBracket) {
        to = try parseExpression()
        tallest = max(tallest, height)
      }
      kind = .slice(target, from: from, to: to)
    } else {
      kind = .element(target, from!)
    }
    barTerminates = savedBar
    try expect(.rightBracket, "] to close the subscript")
    try setHeight(tallest + 1, from: start)
    return Expression(kind, at: span(from: start))
  }

  mutating func parseAtom() throws(Failure) -> Expression {
    let token = current
    height = 1
    switch token.kind {
    case .integer, .float, .string, .parameter: return try parseLiteral(token)
    case .leftParenthesis: return try parseParenthesis()
    case .leftBracket: return try parseBracket()
    case .leftBrace: return try parseMap()
    case .identifier where token.keyword != .none: return try parseWord()
    case .identifier: return try parseVariableOrCall()
    case .quotedIdentifier: return try parseVariableOrCall()
    default: throw noOperand(token)
    }
  }

  private func noOperand(_ token: Token) -> Failure {
    if token.problem == .number, let failure = lexicalError(token) { return failure }
    if token.kind == .dollar {
      return error("SyntaxError.UnexpectedSyntax", "A parameter is $ and a name, such as $id", at: token.span)
    }
    return unexpected("an expression")
  }

  private mutating func parseLiteral(_ token: Token) throws(Failure) -> Expression {
    let kind: Expression.Kind
    switch token.kind {
    case .integer: kind = .literal(.integer(try integer(token, negative: false, from: token.span)))
    case .float: kind = .literal(.float(try float(token)))
    case .string: kind = .literal(.string(try string(token)))
    default: kind = .parameter(parameterName(token))
    }
    advance()
    return Expression(kind, at: token.span)
  }

  /// `(a)-->(b)` or `(expression)`.
  private mutating func parseParenthesis() throws(Failure) -> Expression {
    if startsPattern(at: index) { return try parsePatternPredicate() }
    let savedBar = barTerminates
    barTerminates = false
    advance()
    let inner = try parseExpression()
    barTerminates = savedBar
    try expect(.rightParenthesis, ") or an operator")
    return inner
  }

  private mutating func parsePatternPredicate() throws(Failure) -> Expression {
    let pattern = try parsePathPattern(named: false)
    height = 2
    return Expression(.patternPredicate(pattern), at: pattern.span)
  }

  /// Whether the parenthesis at `position` begins a pattern with at least one relationship.
  ///
  /// Decided by the first tokens inside and those behind the closing parenthesis: `(a)--(`,
  /// `(a)-->`, `(a)<--(`, `(a)-[…]-`, `(a)<-[…]-`. All else is arithmetic on a parenthesis.
  func startsPattern(at position: Int) -> Bool {
    let open = tokens[position]
    guard open.kind == .leftParenthesis, open.match >= 0, looksLikeNode(at: position) else { return false }
    var next = Int(open.match) + 1
    let incoming = tokens[next].kind == .less
    if incoming { next += 1 }
    guard next + 2 < tokens.count, tokens[next].kind == .minus else { return false }
    let second = tokens[next + 1]
    if second.kind == .minus {
      let third = tokens[next + 2].kind
      return third == .leftParenthesis || third == .greater
    }
    guard second.kind == .leftBracket, second.match >= 0 else { return false }
    return tokens[Int(second.match) + 1].kind == .minus
  }

  private func looksLikeNode(at position: Int) -> Bool {
    var next = position + 1
    if isName(tokens[next]) { next += 1 }
    guard next < tokens.count else { return false }
    switch tokens[next].kind {
    case .rightParenthesis, .colon, .leftBrace: return true
    case .identifier: return tokens[next].keyword == .where || tokens[next].keyword == .is
    case .parameter: return tokens[next + 1].kind == .rightParenthesis
    default: return false
    }
  }

  /// `[1, 2]`, `[x IN list …]` or `[(a)-->(b) | e]`.
  private mutating func parseBracket() throws(Failure) -> Expression {
    if isName(peek(1)), peek(2).keyword == .in, isComprehension(orEnd: true) { return try parseListComprehension() }
    let named = isName(peek(1)) && peek(2).kind == .equal && startsPattern(at: min(index + 3, tokens.count - 1))
    if named || startsPattern(at: index + 1), isComprehension(orEnd: false) { return try parsePatternComprehension(named: named) }
    return try parseList()
  }

  /// Whether WHERE or a bar comes before any comma in the bracket at hand, brackets inside skipped.
  /// - Parameter orEnd: the answer when neither comes.
  /// - Complexity: O(tokens at this level); deciding by trial would double with every level.
  private func isComprehension(orEnd: Bool) -> Bool {
    var position = index + 1
    var cases = 0
    while position < tokens.count - 1 {
      let token = tokens[position]
      switch token.kind {
      case .leftParenthesis, .leftBracket, .leftBrace: if token.match >= 0 { position = Int(token.match) }
      case .rightBracket: return orEnd
      case .comma where cases == 0: return false
      case .bar where cases == 0: return true
      case .identifier:
        if token.keyword == .where, cases == 0 { return true }
        if token.keyword == .case { cases += 1 }
        if token.keyword == .end { cases = max(0, cases - 1) }
      default: break
      }
      position += 1
    }
    return orEnd
  }

  private mutating func parseList() throws(Failure) -> Expression {
    let start = index
    let savedBar = barTerminates
    barTerminates = false
    advance()
    var items: [Expression] = []
    var tallest = 0
    if !at(.rightBracket) {
      repeat {
        items.append(try parseExpression())
        tallest = max(tallest, height)
      } while take(.comma)
    }
    barTerminates = savedBar
    try expect(.rightBracket, "a comma or ] in the list")
    try setHeight(tallest + 1, from: start)
    return Expression(.list(items), at: span(from: start))
  }

  private mutating func parseListComprehension() throws(Failure) -> Expression {
    let start = index
    let savedBar = barTerminates
    defer { barTerminates = savedBar }
    advance()
    let variable = try expectName("a variable")
    advance()
    barTerminates = true
    let list = try parseExpression()
    var tallest = height
    var filter: Expression?
    if take(.where) {
      filter = try parseExpression()
      tallest = max(tallest, height)
    }
    barTerminates = false
    var projection: Expression?
    if take(.bar) {
      projection = try parseExpression()
      tallest = max(tallest, height)
    }
    try expect(.rightBracket, filter == nil ? "WHERE, | or ]" : "| or ]")
    try setHeight(tallest + 1, from: start)
    return Expression(
      .listComprehension(variable: variable.text, list: list, filter: filter, projection: projection), at: span(from: start))
  }

  private mutating func parsePatternComprehension(named: Bool) throws(Failure) -> Expression {
    let start = index
    let savedBar = barTerminates
    defer { barTerminates = savedBar }
    advance()
    let pattern = try parsePathPattern(named: named)
    var tallest = 2
    var filter: Expression?
    if take(.where) {
      barTerminates = true
      filter = try parseExpression()
      tallest = max(tallest, height)
    }
    barTerminates = false
    try expect(.bar, "| and what to collect")
    let projection = try parseExpression()
    tallest = max(tallest, height)
    try expect(.rightBracket, "] to close the pattern comprehension")
    try setHeight(tallest + 1, from: start)
    return Expression(.patternComprehension(pattern, filter: filter, projection: projection), at: span(from: start))
  }

  mutating func parseMap() throws(Failure) -> Expression {
    let start = index
    try expect(.leftBrace, "a map, such as {name: 'Ann'}")
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    var entries: [Expression.MapEntry] = []
    var tallest = 0
    if !at(.rightBrace) {
      repeat {
        let key = try expectName(at(.string) ? "a key without quotes (or in backticks)" : "a key")
        if at(.rightBrace), entries.isEmpty { throw bracedParameter(key, at: span(from: start)) }
        try expect(.colon, ": and a value after the key")
        entries.append(Expression.MapEntry(key: key.text, value: try parseExpression()))
        tallest = max(tallest, height)
      } while take(.comma)
    }
    try expect(.rightBrace, "a comma or } in the map")
    try setHeight(tallest + 1, from: start)
    return Expression(.map(entries), at: span(from: start))
  }

  /// `n {.name, .*, key: value, other}`
  private mutating func parseMapProjection(_ target: Expression, _ start: Int) throws(Failure) -> Expression {
    advance()
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    var items: [Expression.MapProjectionItem] = []
    var tallest = height
    if !at(.rightBrace) {
      repeat {
        if take(.dot) {
          items.append(take(.star) ? .allProperties : .property(try expectName("a property name or *").text))
        } else {
          let name = try expectName("a property such as .name, .*, a key with a value, or a variable")
          if take(.colon) {
            items.append(.entry(name.text, try parseExpression()))
            tallest = max(tallest, height)
          } else {
            items.append(.variable(name.text, name.span))
          }
        }
      } while take(.comma)
    }
    try expect(.rightBrace, "a comma or } in the map projection")
    try setHeight(tallest + 1, from: start)
    return Expression(.mapProjection(target, items), at: span(from: start))
  }
}
