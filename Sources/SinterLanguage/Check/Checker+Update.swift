import SinterModel

extension Checker {
  /// The clauses that make what their pattern shows.
  enum Maker: String {
    case create = "CREATE"
    case merge = "MERGE"
    case deposit = "DEPOSIT"
  }

  /// Checks a pattern whose parts are made, and binds its new variables.
  mutating func checkCreated(_ pattern: PathPattern, by maker: Maker) throws(Failure) {
    guard pattern.selector == .all else {
      throw error(
        "SyntaxError.UnexpectedSyntax", "\(maker.rawValue) makes a pattern; it cannot make a shortest path", at: pattern.span)
    }
    if let parenthesis = pattern.parenthesis {
      throw error(
        "SyntaxError.UnexpectedSyntax", "\(maker.rawValue) makes a pattern without parentheses around it", at: parenthesis.span)
    }
    try checkCreatedNode(pattern.start, alone: pattern.steps.isEmpty, by: maker)
    for step in pattern.steps {
      switch step.link {
      case .relationship(let relationship): try checkCreatedRelationship(relationship, by: maker)
      case .group(let group):
        throw error("SyntaxError.CreatingVarLength", "\(maker.rawValue) needs every relationship on its own", at: group.span)
      }
      try checkCreatedNode(step.node, alone: false, by: maker)
      if case .relationship(let relationship) = step.link { try bindNew(relationship.variable, .relationship) }
    }
    try bindNew(pattern.variable, .path)
  }

  private mutating func checkCreatedNode(_ node: NodePattern, alone: Bool, by maker: Maker) throws(Failure) {
    try checkMade(node.labels, node.filter, at: node.span, by: maker)
    if let name = node.variable, let type = scope.type(of: name.text) {
      guard !alone, node.labels == nil, node.properties == nil else {
        throw alreadyBound(
          name, alone ? "\(maker.rawValue) makes a new node" : "name it alone here, without labels or properties")
      }
      guard type.base == .node || type.base == .any || type.base == .null else {
        throw error(
          "SyntaxError.VariableTypeConflict", "Variable `\(name.text)` is \(type.description) and cannot stand for a node here",
          at: name.span)
      }
      return
    }
    try checkStoredProperties(node.properties, by: maker)
    try bindNew(node.variable, .node)
  }

  private mutating func checkCreatedRelationship(_ relationship: RelationshipPattern, by maker: Maker) throws(Failure) {
    guard relationship.length == nil else {
      throw error(
        "SyntaxError.CreatingVarLength", "\(maker.rawValue) makes single relationships; leave out the range of hops",
        at: relationship.span)
    }
    if let name = relationship.variable, scope.contains(name.text) {
      throw alreadyBound(name, "\(maker.rawValue) makes a new relationship")
    }
    switch relationship.types {
    case .name, .dynamic: break
    default:
      throw error(
        "SyntaxError.NoSingleRelationshipType", "\(maker.rawValue) needs exactly one relationship type, as in -[:BOUGHT]->",
        at: relationship.span)
    }
    guard relationship.orientation != .undirected || maker == .merge else {
      throw error(
        "SyntaxError.RequiresDirectedRelationship", "\(maker.rawValue) needs a direction: -[…]-> or <-[…]-", at: relationship.span
      )
    }
    try checkMade(nil, relationship.filter, at: relationship.span, by: maker)
    try checkLabels(relationship.types)
    try checkStoredProperties(relationship.properties, by: maker)
  }

  private mutating func checkStoredProperties(_ properties: Expression?, by maker: Maker) throws(Failure) {
    try checkProperties(properties, parametersAllowed: maker == .create)
    guard case .map(let entries) = properties?.kind else { return }
    for entry in entries { try checkStored(try check(entry.value), at: entry.value.span) }
  }

  /// A property holds a plain value or a list of plain values.
  private func checkStored(_ type: StaticType, at span: SourceSpan) throws(Failure) {
    let composite: [StaticType.Base] = [.map, .node, .relationship, .path]
    guard !composite.contains(type.base), type.base != .list || !composite.contains(type.element) else {
      throw error(
        "TypeError.InvalidPropertyType",
        "A property holds a number, string, truth value, temporal value or a list of these; this is \(type.description)", at: span
      )
    }
  }

  /// What is made has its labels named one by one, and no condition.
  private mutating func checkMade(
    _ labels: LabelExpression?, _ filter: Expression?, at span: SourceSpan, by maker: Maker
  ) throws(Failure) {
    guard filter == nil else {
      throw error("SyntaxError.UnexpectedSyntax", "\(maker.rawValue) takes no WHERE inside its pattern", at: span)
    }
    let parts: [LabelExpression]
    if case .and(let list) = labels { parts = list } else { parts = labels.map { [$0] } ?? [] }
    for part in parts {
      switch part {
      case .name, .dynamic: continue
      default: throw error("SyntaxError.UnexpectedSyntax", "\(maker.rawValue) names labels one by one, as in (n:A:B)", at: span)
      }
    }
    try checkLabels(labels)
  }

  // MARK: SET, REMOVE, DELETE

  mutating func checkSet(_ item: SetItem) throws(Failure) {
    switch item {
    case .property(let target, _, let value):
      try checkTarget(target)
      try checkStored(try check(value), at: value.span)
    case .dynamicProperty(let target, let key, let value):
      try checkTarget(target)
      _ = try check(key)
      _ = try check(value)
    case .replace(let name, let value), .merge(let name, let value):
      try checkElement(name)
      let type = try check(value)
      try require(type, .map, .node, .relationship, at: value.span, "SET takes properties from a map, a node or a relationship")
    case .labels(let name, let labels): try checkChangedLabels(labels, of: name, "SET")
    }
  }

  private mutating func checkChangedLabels(_ labels: [LabelExpression], of name: Name, _ clause: String) throws(Failure) {
    try checkLabelled(name)
    for label in labels {
      switch label {
      case .name, .dynamic: try checkLabels(label)
      default:
        throw error("SyntaxError.UnexpectedSyntax", "\(clause) names labels one by one, as in \(clause) n:A:B", at: name.span)
      }
    }
  }

  mutating func checkRemove(_ item: RemoveItem) throws(Failure) {
    switch item {
    case .property(let target, _): try checkTarget(target)
    case .dynamicProperty(let target, let key):
      try checkTarget(target)
      _ = try check(key)
    case .labels(let name, let labels): try checkChangedLabels(labels, of: name, "REMOVE")
    }
  }

  private mutating func checkTarget(_ target: Expression) throws(Failure) {
    let type = try check(target)
    try require(type, .node, .relationship, at: target.span, "Only nodes and relationships have properties that change")
  }

  private func checkElement(_ name: Name) throws(Failure) {
    guard let type = scope.type(of: name.text) else { throw undefined(name.text, at: name.span) }
    try require(type, .node, .relationship, at: name.span, "Only nodes and relationships change")
  }

  private func checkLabelled(_ name: Name) throws(Failure) {
    guard let type = scope.type(of: name.text) else { throw undefined(name.text, at: name.span) }
    try require(type, .node, at: name.span, "Only nodes have labels that change")
  }

  mutating func checkDelete(_ target: Expression) throws(Failure) {
    if case .hasLabels = target.kind {
      throw error(
        "SyntaxError.InvalidDelete", "DELETE takes away nodes, relationships and paths; REMOVE takes away labels", at: target.span
      )
    }
    let type = try check(target)
    try require(type, .node, .relationship, .path, at: target.span, "DELETE takes away nodes, relationships and paths")
  }
}
