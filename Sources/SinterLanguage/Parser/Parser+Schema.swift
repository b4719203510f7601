import SinterModel

// Definitions of indexes and constraints, and SHOW.
extension Parser {
  /// A `CREATE` that defines something; nil when it is the clause that creates nodes.
  mutating func parseCreateSchema() throws(Failure) -> Statement.Body? {
    let start = index
    switch peek(1).keyword {
    case .index, .range, .text, .point, .fulltext, .vector, .lookup:
      guard peek(1).keyword == .index || peek(2).keyword == .index else { return nil }
      advance()
      return .schema(try parseCreateIndex(start))
    case .constraint:
      advance()
      advance()
      return .schema(try parseCreateConstraint(start))
    case .rule:
      advance()
      advance()
      return .rule(try parseCreateRule())
    case .strategy:
      advance()
      advance()
      return .rule(try parseCreateStrategy())
    default:
      let next = peek(1)
      guard next.kind == .identifier, peek(2).kind != .equal, next.keyword != .any, next.keyword != .all,
        next.keyword != .shortest,
        next.keyword != .shortestPath, next.keyword != .allShortestPaths
      else { return nil }
      advance()
      throw unexpected(
        "a pattern, INDEX, CONSTRAINT, RULE or STRATEGY",
        keywords: [.index, .constraint, .rule, .strategy, .vector, .fulltext, .range])
    }
  }

  mutating func parseIfNotExists() throws(Failure) -> Bool {
    guard take(.if) else { return false }
    try expect(.not)
    try expect(.exists)
    return true
  }

  private mutating func parseIfExists() throws(Failure) -> Bool {
    guard take(.if) else { return false }
    try expect(.exists)
    return true
  }

  /// `[name] [IF NOT EXISTS]`, up to FOR or ON.
  private mutating func parseSchemaName() throws(Failure) -> (Name?, Bool) {
    var name: Name?
    let next = peek(1).kind
    let patternFollows = (at(.for) || at(.on)) && (next == .leftParenthesis || next == .colon)
    if atName, !at(.if, .not), !patternFollows { name = try expectName("a name") }
    return (name, try parseIfNotExists())
  }

  /// `[RANGE|TEXT|POINT|FULLTEXT|VECTOR|LOOKUP] INDEX [name] [IF NOT EXISTS] FOR (n:L) ON (n.a, n.b) [OPTIONS {…}]`
  private mutating func parseCreateIndex(_ start: Int) throws(Failure) -> SchemaCommand {
    let kind: SchemaCommand.IndexDefinition.Kind
    switch keyword {
    case .fulltext: kind = .fulltext
    case .vector: kind = .vector
    case .lookup: kind = .lookup
    default: kind = .range
    }
    if !at(.index) { advance() }
    try expect(.index)
    let (name, ifNotExists) = try parseSchemaName()
    if at(.on), peek(1).kind == .colon { return try parseOldIndex(start, name: name, ifNotExists: ifNotExists) }
    try expect(.for, " and a pattern such as (n:Label)")
    let target = try parseSchemaPattern(kind: kind)
    try expect(.on, " and properties such as (n.name)")
    let keys = try parseIndexKeys(target.variable, kind)
    if keys.count > 1, kind == .vector {
      throw error("SyntaxError.UnexpectedSyntax", "A vector index covers one property", at: keys[1].span)
    }
    var filterKeys: [Name] = []
    if kind == .vector, take(.with) {
      try expect(.leftBracket, "[ and properties such as [n.price, n.brand]")
      filterKeys = try parseKeyList(target.variable)
      try expect(.rightBracket, "] to close the properties")
    }
    var options: Expression?
    if take(.options) { options = try parseOptions() }
    return .createIndex(
      SchemaCommand.IndexDefinition(
        name: name, kind: kind, entity: target.entity, labels: target.labels, keys: keys, filterKeys: filterKeys, options: options,
        span: span(from: start)),
      ifNotExists: ifNotExists)
  }

  /// The older form `CREATE INDEX ON :Label(a, b)`.
  private mutating func parseOldIndex(_ start: Int, name: Name?, ifNotExists: Bool) throws(Failure) -> SchemaCommand {
    advance()
    advance()
    let label = try expectName("a label")
    try expect(.leftParenthesis, "( and a property")
    let keys = try names("a property name")
    try expect(.rightParenthesis, ")")
    return .createIndex(
      SchemaCommand.IndexDefinition(
        name: name, kind: .range, entity: .node, labels: [label], keys: keys, options: nil, span: span(from: start)),
      ifNotExists: ifNotExists)
  }

  private mutating func parseIndexKeys(_ variable: Name?, _ kind: SchemaCommand.IndexDefinition.Kind) throws(Failure) -> [Name] {
    if kind == .lookup {
      _ = take(.each)
      let function = try expectName("labels(n) or type(r)")
      try expect(.leftParenthesis, "(")
      _ = try expectName("the variable")
      try expect(.rightParenthesis, ")")
      return [function]
    }
    if take(.each) {
      try expect(.leftBracket, "[ and properties such as [n.title, n.text]")
      let keys = try parseKeyList(variable)
      try expect(.rightBracket, "] to close the properties")
      return keys
    }
    if kind == .fulltext, !at(.leftParenthesis) { throw unexpected("EACH [n.title, n.text]", keywords: [.each]) }
    return try parseKeys(variable)
  }

  /// `(n.a, n.b)` or `n.a`.
  private mutating func parseKeys(_ variable: Name?) throws(Failure) -> [Name] {
    guard take(.leftParenthesis) else { return try parseKeyList(variable) }
    let keys = try parseKeyList(variable)
    try expect(.rightParenthesis, ") to close the properties")
    return keys
  }

  private mutating func parseKeyList(_ variable: Name?) throws(Failure) -> [Name] {
    var keys: [Name] = []
    repeat {
      let owner = try expectName("a property such as n.name")
      guard owner.text == variable?.text else {
        throw error(
          "SyntaxError.UndefinedVariable",
          "Variable `\(owner.text)` is not defined; the pattern names \(variable.map { "`\($0.text)`" } ?? "none")",
          at: owner.span)
      }
      try expect(.dot, ". and a property name")
      keys.append(try expectName("a property name"))
    } while take(.comma)
    return keys
  }

  private struct SchemaTarget {
    var variable: Name?
    var entity: EntityKind
    var labels: [Name]
  }

  /// `(n:A|B)` or `()-[r:T]-()`.
  private mutating func parseSchemaPattern(kind: SchemaCommand.IndexDefinition.Kind?) throws(Failure) -> SchemaTarget {
    let start = index
    let node = try parseNode()
    var target = SchemaTarget(variable: node.variable, entity: .node, labels: [])
    var labels = node.labels
    if atRelationship {
      let relationship = try parseRelationship()
      _ = try parseNode()
      target.variable = relationship.variable
      target.entity = .relationship
      labels = relationship.types
    }
    switch labels {
    case .name(let label, let span): target.labels = [Name(label, at: span)]
    case .or(let options) where kind == .fulltext:
      for case .name(let label, let span) in options { target.labels.append(Name(label, at: span)) }
    case nil where kind == .lookup: break
    default:
      throw error(
        "SyntaxError.UnexpectedSyntax",
        kind == .fulltext
          ? "Name the labels or types, as in (n:Item|Tag)" : "Name one label or type, as in (n:Item) or ()-[r:BOUGHT]-()",
        at: span(from: start))
    }
    return target
  }

  /// `[name] [IF NOT EXISTS] FOR (n:L) REQUIRE n.key IS UNIQUE`
  private mutating func parseCreateConstraint(_ start: Int) throws(Failure) -> SchemaCommand {
    let (name, ifNotExists) = try parseSchemaName()
    guard take(.for) || take(.on) else { throw unexpected("FOR and a pattern such as (n:Label)", keywords: [.for]) }
    let target = try parseSchemaPattern(kind: nil)
    let asserted = source(current.span).uppercased() == "ASSERT"
    if asserted { advance() } else { try expect(.require, " and a condition such as n.id IS UNIQUE") }
    let keys = try parseKeys(target.variable)
    try expect(.is)
    let kind = try parseConstraintKind()
    return .createConstraint(
      SchemaCommand.ConstraintDefinition(
        name: name, kind: kind, entity: target.entity, label: target.labels[0], keys: keys, span: span(from: start)),
      ifNotExists: ifNotExists)
  }

  private mutating func parseConstraintKind() throws(Failure) -> SchemaCommand.ConstraintDefinition.Kind {
    if take(.doubleColon) || take(.typed) { return .type(try parseTypeName()) }
    if take(.not) {
      try expect(.null)
      return .exists
    }
    if take(.unique) { return .unique }
    let scoped = take(.node) || take(.relationship) || take(.rel)
    if take(.key) { return .key }
    if scoped, take(.unique) { return .unique }
    throw unexpected("UNIQUE, NOT NULL, NODE KEY, or :: and a type", keywords: [.unique, .not, .node, .key])
  }

  /// `DROP INDEX | CONSTRAINT | MODEL | RULE | STRATEGY name [IF EXISTS]`
  mutating func parseDrop() throws(Failure) -> Statement.Body {
    advance()
    let subject = keyword
    guard [.index, .constraint, .model, .rule, .strategy].contains(subject) else {
      throw unexpected(
        "INDEX, CONSTRAINT, MODEL, RULE or STRATEGY", keywords: [.index, .constraint, .model, .rule, .strategy])
    }
    advance()
    let name = try expectName("its name")
    let ifExists = try parseIfExists()
    switch subject {
    case .index: return .schema(.dropIndex(name, ifExists: ifExists))
    case .constraint: return .schema(.dropConstraint(name, ifExists: ifExists))
    case .model: return .model(.drop(name, ifExists: ifExists))
    case .rule: return .rule(.drop(name, ifExists: ifExists))
    default: return .rule(.dropStrategy(name, ifExists: ifExists))
    }
  }
}
