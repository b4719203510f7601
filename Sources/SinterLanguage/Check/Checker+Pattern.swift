import SinterModel

// Patterns that are matched: what they bind and what they may say.
extension Checker {
  /// Binds the variables of a pattern that is matched.
  /// - Parameter relationships: the relationship variables of the clause so far; a second use of
  ///   one could never match, since relationships of one MATCH differ.
  mutating func bindMatched(_ pattern: PathPattern, relationships: inout Set<String>) throws(Failure) {
    try bindNode(pattern.start)
    try bindSteps(pattern.steps, relationships: &relationships)
    if let name = pattern.parenthesis?.variable { try bindNew(name, .path) }
    try bindNew(pattern.variable, .path)
  }

  private mutating func bindSteps(_ steps: [PathPattern.Step], relationships: inout Set<String>) throws(Failure) {
    for step in steps {
      switch step.link {
      case .relationship(let relationship): try bindRelationship(relationship, relationships: &relationships)
      case .group(let group): try bindGroup(group, relationships: &relationships)
      }
      try bindNode(step.node)
    }
  }

  private mutating func bindNode(_ node: NodePattern) throws(Failure) {
    guard let name = node.variable else { return }
    if let type = scope.type(of: name.text), type.base != .node {
      guard type.base == .any || type.base == .null else { throw conflict(name, type, with: .node) }
    }
    scope.bind(name.text, .node)
  }

  private mutating func bindRelationship(_ relationship: RelationshipPattern, relationships: inout Set<String>) throws(Failure) {
    guard let name = relationship.variable else { return }
    guard relationships.insert(name.text).inserted else {
      throw error(
        "SyntaxError.RelationshipUniquenessViolation",
        "`\(name.text)` names two relationships of one MATCH, which are always different; use two names", at: name.span)
    }
    let wanted: StaticType = relationship.length == nil ? .relationship : .list(of: .relationship)
    if let type = scope.type(of: name.text) {
      let fits =
        type.base == .any || type.base == .null
        || (type.base == wanted.base && (wanted.base != .list || [.any, .null, .relationship].contains(type.element)))
      guard fits else { throw conflict(name, type, with: wanted) }
    }
    scope.bind(name.text, wanted)
  }

  private func conflict(_ name: Name, _ type: StaticType, with wanted: StaticType) -> Failure {
    error(
      "SyntaxError.VariableTypeConflict",
      "Variable `\(name.text)` is \(type.description) and cannot stand for \(wanted.description) here",
      at: name.span)
  }

  /// Inside a quantified group a variable is one element; outside it is the list of them.
  private mutating func bindGroup(_ group: QuantifiedGroup, relationships: inout Set<String>) throws(Failure) {
    let outer = scope
    var names: [Name] = []
    collectNames(group.start, group.steps, into: &names)
    for name in names where outer.contains(name.text) {
      throw alreadyBound(name, "a variable inside a quantified path pattern is new: it becomes the list of what is matched")
    }
    // What stands beside the group in the same MATCH is not known yet while its repetitions are matched.
    let hidden = notes.hiddenNames
    notes.hiddenNames = Set(outer.names)
    scope = notes.groupScope ?? outer
    var inner: Set<String> = []
    try bindNode(group.start)
    try bindSteps(group.steps, relationships: &inner)
    try checkPatternExpressions(PathPattern(variable: nil, start: group.start, steps: group.steps, span: group.span))
    if let filter = group.filter { try checkFilter(filter) }
    let bound = scope
    scope = outer
    notes.hiddenNames = hidden
    for name in names {
      guard let type = bound.type(of: name.text), scope.type(of: name.text) == nil else { continue }
      scope.bind(name.text, .list(of: type.base))
    }
    relationships.formUnion(inner)
  }

  /// The named variables of nodes and relationships, in the order of the text.
  func collectNames(_ start: NodePattern, _ steps: [PathPattern.Step], into names: inout [Name]) {
    if let name = start.variable { names.append(name) }
    for step in steps {
      switch step.link {
      case .relationship(let relationship): if let name = relationship.variable { names.append(name) }
      case .group(let group): collectNames(group.start, group.steps, into: &names)
      }
      if let name = step.node.variable { names.append(name) }
    }
  }

  // MARK: Property maps and filters

  /// Checks the property maps, filters and computed labels of a pattern that is matched. Groups
  /// are left out: theirs were checked where their variables are single elements.
  mutating func checkPatternExpressions(_ pattern: PathPattern) throws(Failure) {
    try checkNodeExpressions(pattern.start)
    for step in pattern.steps {
      if case .relationship(let relationship) = step.link {
        try checkRelationshipExpressions(relationship, isSelected: pattern.selector.isSelective)
      }
      try checkNodeExpressions(step.node)
    }
    if let filter = pattern.parenthesis?.filter { try checkFilter(filter) }
  }

  /// Of a relationship that repeats, what stands in its brackets speaks of one at a time; behind a quantifier, and of
  /// earlier clauses only.
  private mutating func checkRelationshipExpressions(_ relationship: RelationshipPattern, isSelected: Bool) throws(Failure) {
    let outer = scope
    let hidden = notes.hiddenNames
    if let length = relationship.length {
      if length.isQuantifier || isSelected {
        notes.hiddenNames = Set(outer.names)
        scope = notes.groupScope ?? outer
      }
      if let name = relationship.variable { scope.bind(name.text, .relationship) }
    }
    try checkProperties(relationship.properties, parametersAllowed: false)
    try checkLabels(relationship.types)
    if let filter = relationship.filter { try checkFilter(filter) }
    scope = outer
    notes.hiddenNames = hidden
  }

  mutating func checkNodeExpressions(_ node: NodePattern) throws(Failure) {
    try checkProperties(node.properties, parametersAllowed: false)
    try checkLabels(node.labels)
    if let filter = node.filter { try checkFilter(filter) }
  }

  mutating func checkProperties(_ properties: Expression?, parametersAllowed: Bool) throws(Failure) {
    guard let properties else { return }
    if case .parameter(let name) = properties.kind, !parametersAllowed {
      throw error(
        "SyntaxError.InvalidParameterUse",
        "The properties to match cannot be one parameter; name them, as in {key: $\(name).key}", at: properties.span)
    }
    _ = try check(properties)
  }

  mutating func checkLabels(_ labels: LabelExpression?) throws(Failure) {
    switch labels {
    case nil, .name, .any: return
    case .not(let inner): try checkLabels(inner)
    case .and(let parts), .or(let parts):
      for part in parts { try checkLabels(part) }
    case .dynamic(let expression), .dynamicAny(let expression):
      let type = try check(expression)
      try require(type, .string, .list, at: expression.span, "A computed label is a string or a list of strings")
    }
  }

  // MARK: Patterns in expressions

  /// `(a)-->(b)` as a truth value, which cannot bring in new variables.
  mutating func checkPatternPredicate(_ pattern: PathPattern) throws(Failure) {
    var names: [Name] = []
    collectNames(pattern.start, pattern.steps, into: &names)
    for name in names where !scope.contains(name.text) {
      throw undefined(name.text, at: name.span)
        .adding("; a pattern used as a condition cannot bring in new variables, EXISTS { … } can")
    }
    try checkLocalPattern(pattern)
  }

  /// Binds a pattern's variables in the current scope, which the caller restores.
  mutating func checkLocalPattern(_ pattern: PathPattern) throws(Failure) {
    try checkPaths([pattern], mode: nil)
    let saved = notes.groupScope
    notes.groupScope = scope
    defer { notes.groupScope = saved }
    var relationships: Set<String> = []
    try bindMatched(pattern, relationships: &relationships)
    try checkPatternExpressions(pattern)
  }
}
