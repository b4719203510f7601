import SinterModel

// Clauses that write.
extension Parser {
  /// `MERGE pattern [ON CREATE SET …] [ON MATCH SET …]`
  mutating func parseMerge() throws(Failure) -> Clause.Kind {
    advance()
    let pattern = try parsePathPattern(named: true)
    var onCreate: [SetItem] = []
    var onMatch: [SetItem] = []
    while take(.on) {
      let creating = at(.create)
      guard creating || at(.match) else { throw unexpected("CREATE or MATCH", keywords: [.create, .match]) }
      advance()
      try expect(.set)
      let items = try parseSetItems()
      if creating { onCreate += items } else { onMatch += items }
    }
    return .merge(pattern, onCreate: onCreate, onMatch: onMatch)
  }

  mutating func parseSetItems() throws(Failure) -> [SetItem] {
    var items = [try parseSetItem()]
    while take(.comma) { items.append(try parseSetItem()) }
    return items
  }

  private mutating func parseSetItem() throws(Failure) -> SetItem {
    if let (name, labels) = try parseLabelTarget() { return .labels(name, labels) }
    let target = try parseTarget()
    if at(.equal) {
      switch target.kind {
      case .property(let element, let key):
        advance()
        return .property(element, key: key, value: try parseExpression())
      case .element(let element, let key):
        advance()
        return .dynamicProperty(element, key: key, value: try parseExpression())
      case .variable(let name):
        advance()
        return .replace(Name(name, at: target.span), try parseExpression())
      default:
        throw error(
          "SyntaxError.UnexpectedSyntax", "SET changes n.key, n[key], n or n:Label; this is none of them", at: target.span)
      }
    }
    if at(.plusEqual), case .variable(let name) = target.kind {
      advance()
      return .merge(Name(name, at: target.span), try parseExpression())
    }
    throw unexpected("= and a value")
  }

  /// `n:A:B` and `n IS A`, where a variable stands before labels.
  private mutating func parseLabelTarget() throws(Failure) -> (Name, [LabelExpression])? {
    guard atName, peek(1).kind == .colon || peek(1).keyword == .is else { return nil }
    let name = try expectName("a variable")
    var labels: [LabelExpression] = []
    repeat {
      advance()
      switch try parseLabels(barAllowed: false) {
      case .and(let parts): labels += parts
      case let other: labels.append(other)
      }
    } while at(.colon) || at(.is)
    return (name, labels)
  }

  /// The left side of SET and REMOVE: an operand with its subscripts and no operator.
  private mutating func parseTarget() throws(Failure) -> Expression {
    try enter()
    let start = index
    let atom = try parseAtom()
    let target = try parsePostfix(atom, start)
    leave()
    return target
  }

  mutating func parseRemoveItems() throws(Failure) -> [RemoveItem] {
    var items: [RemoveItem] = []
    repeat {
      if let (name, labels) = try parseLabelTarget() {
        items.append(.labels(name, labels))
        continue
      }
      let target = try parseTarget()
      switch target.kind {
      case .property(let element, let key): items.append(.property(element, key: key))
      case .element(let element, let key): items.append(.dynamicProperty(element, key: key))
      default:
        throw error(
          "SyntaxError.UnexpectedSyntax", "REMOVE takes away n.key, n[key] or n:Label; this is none of them", at: target.span)
      }
    } while take(.comma)
    return items
  }

  /// `[DETACH] DELETE e, e`
  mutating func parseDelete() throws(Failure) -> Clause.Kind {
    let detach = take(.detach)
    if !detach { _ = take(.nodetach) }
    try expect(.delete)
    var targets = [try parseExpression()]
    while take(.comma) { targets.append(try parseExpression()) }
    return .delete(targets, detach: detach)
  }

  /// `FOREACH (x IN list | clauses)`
  mutating func parseForeach() throws(Failure) -> Clause.Kind {
    try enter(Self.subqueryLevels)
    advance()
    try expect(.leftParenthesis, "( and a variable")
    let variable = try expectName("a variable")
    try expect(.in)
    let savedBar = barTerminates
    barTerminates = true
    let list = try parseExpression()
    barTerminates = savedBar
    try expect(.bar, "| and the clauses to run for each element")
    var body: [Clause] = []
    while let clause = try parseClause() { body.append(clause) }
    guard !body.isEmpty else { throw unexpected("an updating clause", keywords: Self.clauseKeywords) }
    try expect(.rightParenthesis, "an updating clause or ) to close FOREACH")
    leave(Self.subqueryLevels)
    return .foreach(variable: variable, list: list, body: body)
  }
}
