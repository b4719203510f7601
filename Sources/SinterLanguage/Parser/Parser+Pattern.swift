import SinterModel

extension Parser {
  mutating func parsePatterns() throws(Failure) -> [PathPattern] {
    var patterns = [try parsePathPattern(named: true)]
    while take(.comma) { patterns.append(try parsePathPattern(named: true)) }
    return patterns
  }

  // MARK: Nodes and relationships

  mutating func parseNode() throws(Failure) -> NodePattern {
    let start = index
    try expect(.leftParenthesis, "a node pattern such as (n:Label)")
    var node = NodePattern(variable: try parsePatternVariable(), span: current.span)
    node.labels = try parsePatternLabels()
    node.properties = try parsePatternProperties()
    if take(.where) { node.filter = try parseFilter() }
    if at(.comma) { throw unexpected(") to close the node; properties stand in braces: (n:Label {name: 'x'})") }
    try expect(.rightParenthesis, ") to close the node")
    node.span = span(from: start)
    return node
  }

  private mutating func parsePatternVariable() throws(Failure) -> Name? {
    guard atName else { return nil }
    if at(.where) || at(.is), peek(1).kind != .rightParenthesis, peek(1).kind != .colon, peek(1).kind != .leftBrace,
      peek(1).kind != .rightBracket
    {
      return nil
    }
    return try expectName("a variable")
  }

  private mutating func parsePatternLabels() throws(Failure) -> LabelExpression? {
    guard at(.colon) || at(.is) else { return nil }
    advance()
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    return try parseLabels(barAllowed: true)
  }

  private mutating func parsePatternProperties() throws(Failure) -> Expression? {
    if at(.leftBrace) { return try parseMap() }
    guard at(.parameter) else { return nil }
    let token = current
    advance()
    return Expression(.parameter(parameterName(token)), at: token.span)
  }

  /// A WHERE inside a pattern's brackets.
  private mutating func parseFilter() throws(Failure) -> Expression {
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    return try parseExpression()
  }

  var atRelationship: Bool {
    let first = at(.less) ? 1 : 0
    guard peek(first).kind == .minus else { return false }
    let next = peek(first + 1).kind
    return next == .minus || next == .leftBracket || first == 1
  }

  mutating func parseRelationship() throws(Failure) -> RelationshipPattern {
    let start = index
    let incoming = take(.less)
    try expect(.minus, "a relationship such as -[:TYPE]->")
    var relationship = RelationshipPattern(variable: nil, orientation: .undirected, span: current.span)
    if take(.leftBracket) {
      relationship.variable = try parsePatternVariable()
      relationship.types = try parsePatternLabels()
      if at(.star) { relationship.length = try parseLength() }
      if at(.minus), peek(1).kind == .greater || peek(1).kind == .leftParenthesis || peek(1).kind == .minus {
        throw unexpected("] to close the relationship")
      }
      if at(.doubleDot) || at(.integer) || at(.minus) {
        throw error(
          "SyntaxError.InvalidRelationshipPattern", "A range of hops is * and numbers from 0 on, as in -[:T*1..3]->",
          at: current.span)
      }
      relationship.properties = try parsePatternProperties()
      if take(.where) { relationship.filter = try parseFilter() }
      try expect(.rightBracket, "] to close the relationship")
    }
    try expect(.minus, "- or -> to end the relationship")
    let outgoing = take(.greater)
    relationship.orientation = incoming == outgoing ? .undirected : incoming ? .incoming : .outgoing
    relationship.span = span(from: start)
    if let (minimum, maximum) = try parseQuantifier() {
      guard relationship.length == nil else {
        throw error(
          "SyntaxError.InvalidRelationshipPattern",
          "A relationship has one length: either * inside the brackets or a quantifier behind",
          at: relationship.span)
      }
      relationship.length = RelationshipPattern.Length(minimum: minimum, maximum: maximum, isQuantifier: true)
    }
    return relationship
  }

  /// `*`, `*2`, `*1..3`, `*..3`, `*1..`
  private mutating func parseLength() throws(Failure) -> RelationshipPattern.Length {
    advance()
    let minimum = at(.integer) ? try parseCount("a number of hops") : nil
    guard take(.doubleDot) else { return RelationshipPattern.Length(minimum: minimum, maximum: minimum) }
    let maximum = at(.integer) ? try parseCount("a number of hops") : nil
    return RelationshipPattern.Length(minimum: minimum, maximum: maximum)
  }

  // MARK: Labels

  /// `A`, `A:B`, `A&B`, `A|B`, `!A`, `%`, `(A|B)`, `$(expression)`, after the colon.
  mutating func parseLabels(barAllowed: Bool) throws(Failure) -> LabelExpression {
    try enter()
    defer { leave() }
    var options = [try parseLabelConjunction()]
    while barAllowed, at(.bar) {
      advance()
      _ = take(.colon)
      options.append(try parseLabelConjunction())
    }
    return options.count == 1 ? options[0] : .or(options)
  }

  private mutating func parseLabelConjunction() throws(Failure) -> LabelExpression {
    var parts = [try parseLabelFactor()]
    while at(.ampersand) || at(.colon) {
      advance()
      parts.append(try parseLabelFactor())
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  private mutating func parseLabelFactor() throws(Failure) -> LabelExpression {
    let token = current
    switch token.kind {
    case .exclamation:
      advance()
      try enter()
      let inner = try parseLabelFactor()
      leave()
      return .not(inner)
    case .percent:
      advance()
      return .any
    case .leftParenthesis:
      advance()
      let inner = try parseLabels(barAllowed: true)
      try expect(.rightParenthesis, ") to close the label expression")
      return inner
    case .dollar: return try parseDynamicLabel(any: false)
    case .parameter where peek(1).kind == .leftParenthesis && dynamicWord(token) != nil:
      return try parseDynamicLabel(any: dynamicWord(token) == .any)
    case .parameter:
      throw error(
        "SyntaxError.InvalidParameterUse", "A parameter cannot stand for a label here; write $(\(source(token.span)))",
        at: token.span)
    default:
      let name = try expectName("a label or type")
      return .name(name.text, name.span)
    }
  }
}
