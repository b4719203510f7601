import SinterModel

// SHOW: what the store and the engine have, as rows.
extension Parser {
  private static let shownKeywords: [Keyword] = [
    .indexes, .constraints, .functions, .procedures, .models, .rules, .strategies, .unique, .node, .relationship, .range,
  ]

  /// `SHOW [words] INDEXES [words] [YIELD …] [WHERE p] [RETURN …]`; the singular is read as the plural.
  mutating func parseShow() throws(Failure) -> ShowCommand {
    advance()
    _ = take(.all)
    var command = try parseShown()
    if at(.yield) {
      let start = index
      advance()
      let yield = try parseProjection(from: start)
      for item in yield.items {
        guard case .variable = item.expression.kind else {
          throw error(
            "SyntaxError.UnexpectedSyntax", "YIELD names columns; compute with them in RETURN", at: item.expression.span)
        }
      }
      command.yield = yield
    }
    if take(.where) { command.filter = try parseExpression() }
    if at(.return) {
      guard command.yield != nil else {
        throw error("SyntaxError.UnexpectedSyntax", "RETURN stands behind a YIELD: SHOW … YIELD * RETURN …", at: current.span)
      }
      let start = index
      advance()
      command.returning = try parseProjection(from: start)
    }
    return command
  }

  private mutating func parseShown() throws(Failure) -> ShowCommand {
    let start = index
    if let types = takeIndexTypes() {
      guard take(.indexes) || take(.index) else { throw unexpected("INDEXES", keywords: [.indexes]) }
      return ShowCommand(subject: .indexes, restriction: typed(types, from: start), yield: nil, filter: nil)
    }
    if let types = try parseConstraintTypes() {
      guard take(.constraints) || take(.constraint) else { throw unexpected("CONSTRAINTS", keywords: [.constraints]) }
      return ShowCommand(subject: .constraints, restriction: typed(types, from: start), yield: nil, filter: nil)
    }
    if let isBuiltIn = try parseFunctionOrigin() {
      guard take(.functions) || take(.function) else { throw unexpected("FUNCTIONS", keywords: [.functions]) }
      let column = Expression(.variable("isBuiltIn"), at: span(from: start))
      try parseExecutable()
      return ShowCommand(
        subject: .functions, restriction: isBuiltIn ? column : Expression(.unary(.not, column), at: column.span), yield: nil,
        filter: nil)
    }
    let subject = try parseSubject()
    var command = ShowCommand(subject: subject, restriction: nil, yield: nil, filter: nil)
    switch subject {
    case .functions, .procedures: try parseExecutable()
    case .settings: command.restriction = try parseSettingNames()
    default: break
    }
    return command
  }

  private mutating func parseSubject() throws(Failure) -> ShowCommand.Subject {
    let subject: ShowCommand.Subject
    switch keyword {
    case .index, .indexes: subject = .indexes
    case .constraint, .constraints: subject = .constraints
    case .function, .functions: subject = .functions
    case .procedure, .procedures: subject = .procedures
    case .model, .models: subject = .models
    case .rule, .rules: subject = .rules
    case .strategy, .strategies: subject = .strategies
    default:
      if atWord("HOME") || atWord("DEFAULT"), ["DATABASE"].contains(source(peek(1).span).uppercased()) { advance() }
      switch source(current.span).uppercased() {
      case "SETTING", "SETTINGS": subject = .settings
      case "DATABASE", "DATABASES": subject = .databases
      default: throw notShown()
      }
    }
    advance()
    return subject
  }

  /// The error of something that SHOW does not show: with the reason, where Neo4j shows it.
  private func notShown() -> Failure {
    let reason: String
    switch source(current.span).uppercased() {
    case "TRANSACTION", "TRANSACTIONS":
      reason = "a store is part of its process, which ends a query by cancelling its task, or by Ctrl-C in the shell"
    case "USER", "USERS", "ROLE", "ROLES", "PRIVILEGE", "PRIVILEGES", "CURRENT", "SUPPORTED", "POPULATED":
      reason = "a store has no users; who may read its file may read it"
    case "SERVER", "SERVERS", "ALIAS", "ALIASES": reason = "a store is one file, and no server stands before it"
    default:
      return unexpected(
        "INDEXES, CONSTRAINTS, FUNCTIONS, PROCEDURES, MODELS, RULES, STRATEGIES, SETTINGS or DATABASES",
        keywords: Self.shownKeywords)
    }
    return error(
      "FeatureError.NotAvailable", "SHOW \(source(current.span).uppercased()) has nothing to show: \(reason)", at: current.span)
  }

  // MARK: Words that restrict

  /// `column IN ['a', 'b']`
  private func restricted(_ column: String, to values: [String], at span: SourceSpan) -> Expression {
    let items = values.map { Expression(.literal(.string($0)), at: span) }
    return Expression(
      .binary(.in, Expression(.variable(column), at: span), Expression(.list(items), at: span)), at: span)
  }

  private func typed(_ types: [String], from start: Int) -> Expression { restricted("type", to: types, at: span(from: start)) }

  private mutating func takeIndexTypes() -> [String]? {
    guard [.range, .text, .point, .fulltext, .vector, .lookup].contains(keyword) else { return nil }
    let type = source(current.span).uppercased()
    advance()
    return [type]
  }

  /// `[NODE|RELATIONSHIP] [PROPERTY] UNIQUE[NESS] | KEY | EXIST[ENCE] | PROPERTY TYPE`; nil where none of them stands.
  private mutating func parseConstraintTypes() throws(Failure) -> [String]? {
    let start = index
    let isNode = take(.node)
    let isRelationship = !isNode && (take(.relationship) || take(.rel))
    let isProperty = takeWord("PROPERTY")
    func types(_ node: String, _ relationship: String) -> [String] {
      isNode ? [node] : isRelationship ? [relationship] : [node, relationship]
    }
    if take(.unique) || takeWord("UNIQUENESS") { return types("UNIQUENESS", "RELATIONSHIP_UNIQUENESS") }
    if takeWord("EXIST") || takeWord("EXISTENCE") {
      return types("NODE_PROPERTY_EXISTENCE", "RELATIONSHIP_PROPERTY_EXISTENCE")
    }
    if !isProperty, take(.key) { return types("NODE_KEY", "RELATIONSHIP_KEY") }
    if isProperty, takeWord("TYPE") { return types("NODE_PROPERTY_TYPE", "RELATIONSHIP_PROPERTY_TYPE") }
    guard index == start else {
      throw unexpected("UNIQUENESS, EXISTENCE, KEY or PROPERTY TYPE", keywords: [.unique, .key])
    }
    return nil
  }

  /// `BUILT IN` or `USER DEFINED` before FUNCTIONS.
  private mutating func parseFunctionOrigin() throws(Failure) -> Bool? {
    if takeWord("BUILT") {
      try expect(.in)
      return true
    }
    if atWord("USER"), source(peek(1).span).uppercased() == "DEFINED" {
      advance()
      advance()
      return false
    }
    return nil
  }

  /// `EXECUTABLE [BY CURRENT USER]`: whoever opens a store may execute all there is.
  private mutating func parseExecutable() throws(Failure) {
    guard takeWord("EXECUTABLE"), take(.by) else { return }
    guard takeWord("CURRENT"), takeWord("USER") else {
      throw error(
        "FeatureError.NotAvailable", "A store has no users; write EXECUTABLE, or EXECUTABLE BY CURRENT USER", at: current.span)
    }
  }

  /// The names behind SHOW SETTINGS.
  private mutating func parseSettingNames() throws(Failure) -> Expression? {
    let start = index
    var names: [String] = []
    guard at(.string) else { return nil }
    repeat {
      guard at(.string) else { throw unexpected("the name of a setting, as a string") }
      names.append(try string(current))
      advance()
    } while take(.comma)
    return restricted("name", to: names, at: span(from: start))
  }
}
