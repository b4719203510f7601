import SinterModel

// What the paths of one MATCH may be put together from, before their names are looked at.
extension Checker {
  /// Checks quantifiers, selectors and the match mode of the paths of one MATCH.
  func checkPaths(_ patterns: [PathPattern], mode: MatchMode?) throws(Failure) {
    for pattern in patterns {
      try checkQuantifiers(pattern, mode)
      if pattern.selector.isFunction { try checkShortestPath(pattern, mode) }
      if case .parameter(let name)? = pattern.selector.count { try checkCountParameter(name, at: pattern.span) }
    }
    if patterns.count > 1, mode != .repeatableElements, let selective = patterns.first(where: \.selector.isSelective) {
      throw error(
        "SyntaxError.InvalidPathSelector",
        "A path with a selector stands alone in its MATCH; write one MATCH for each path, or MATCH REPEATABLE ELEMENTS",
        at: selective.span)
    }
    try checkGroupNames(patterns)
  }

  private func checkCountParameter(_ name: String, at span: SourceSpan) throws(Failure) {
    if let given = environment.parameters, !given.contains(name) {
      throw error("ParameterMissing.MissingParameter", "Parameter $\(name) is not given; pass a number of paths", at: span)
    }
  }

  // MARK: Quantifiers

  private func checkQuantifiers(_ pattern: PathPattern, _ mode: MatchMode?) throws(Failure) {
    var quantified = false
    var variable: RelationshipPattern?
    for step in pattern.steps {
      switch step.link {
      case .relationship(let relationship):
        guard let length = relationship.length else { continue }
        if length.isQuantifier { quantified = true } else { variable = relationship }
        if length.maximum == nil { try checkUnbounded(mode, at: relationship.span) }
      case .group(let group):
        quantified = true
        try checkGroup(group)
        if group.maximum == nil { try checkUnbounded(mode, at: group.span) }
      }
    }
    if quantified, let variable {
      throw error(
        "SyntaxError.InvalidRelationshipPattern",
        "A path has either lengths such as [*1..3] or quantifiers such as ->{1,3}, not both; write this one as a quantifier",
        at: variable.span)
    }
  }

  private func checkUnbounded(_ mode: MatchMode?, at span: SourceSpan) throws(Failure) {
    guard mode == .repeatableElements else { return }
    throw error(
      "SyntaxError.InvalidMatchMode",
      "With REPEATABLE ELEMENTS a path could go round for ever; give this an upper bound, as in {1,5}", at: span)
  }

  private func checkGroup(_ group: QuantifiedGroup) throws(Failure) {
    if let name = group.variable {
      throw error(
        "SyntaxError.InvalidQuantifiedPath",
        "The path of a quantified part cannot be named; name the whole path, or the nodes and relationships inside", at: name.span)
    }
    for step in group.steps {
      switch step.link {
      case .relationship(let relationship):
        guard let length = relationship.length else { continue }
        throw error(
          "SyntaxError.NestedQuantifier",
          length.isQuantifier
            ? "Quantifiers cannot be nested; this stands inside a quantified path pattern"
            : "A relationship of variable length cannot stand inside a quantified path pattern", at: relationship.span)
      case .group(let inner):
        throw error("SyntaxError.NestedQuantifier", "Quantified path patterns cannot be nested", at: inner.span)
      }
    }
  }

  // MARK: shortestPath() and allShortestPaths()

  private func checkShortestPath(_ pattern: PathPattern, _ mode: MatchMode?) throws(Failure) {
    let name = pattern.selector == .shortestPath ? "shortestPath" : "allShortestPaths"
    guard pattern.steps.count == 1, case .relationship(let relationship) = pattern.steps[0].link else {
      let isGroup = pattern.steps.contains { if case .group = $0.link { true } else { false } }
      throw error(
        "SyntaxError.UnexpectedSyntax",
        "\(name)() takes a pattern of one relationship; "
          + (isGroup ? "quantified path patterns go with ANY SHORTEST and ALL SHORTEST" : "SHORTEST 1 takes any path"), at: pattern.span)
    }
    if let length = relationship.length {
      guard !length.isQuantifier else {
        throw error(
          "SyntaxError.UnexpectedSyntax",
          "\(name)() takes a length such as [*1..3]; quantified relationships go with ANY SHORTEST and ALL SHORTEST",
          at: relationship.span)
      }
      guard length.minimum ?? 1 <= 1 else {
        throw error(
          "SyntaxError.UnexpectedSyntax",
          "\(name)() takes a length that begins at 0 or 1; SHORTEST 1 with a quantifier finds paths of a greater least length",
          at: relationship.span)
      }
    }
    if mode != nil {
      throw error("SyntaxError.InvalidMatchMode", "\(name)() cannot stand in a MATCH with a match mode; use ANY SHORTEST", at: pattern.span)
    }
  }

  /// As an expression, a shortest path function joins nodes that are known.
  func checkBoundEnds(_ pattern: PathPattern) throws(Failure) {
    for node in [pattern.start, pattern.steps.last?.node ?? pattern.start] {
      guard let name = node.variable else {
        throw error(
          "SyntaxError.UnexpectedSyntax", "As an expression, a shortest path function joins two nodes of the query; name this one",
          at: node.span)
      }
      guard scope.contains(name.text) else {
        throw undefined(name.text, at: name.span)
          .adding("; as an expression, a shortest path function joins nodes that are known, MATCH finds others")
      }
    }
  }

  // MARK: Names

  /// A name inside a quantified part is a list outside and cannot be joined with anything.
  private func checkGroupNames(_ patterns: [PathPattern]) throws(Failure) {
    var outside: Set<String> = []
    var groups: [[Name]] = []
    for pattern in patterns {
      if let name = pattern.start.variable { outside.insert(name.text) }
      for step in pattern.steps {
        if let name = step.node.variable { outside.insert(name.text) }
        switch step.link {
        case .relationship(let relationship):
          if let name = relationship.variable { outside.insert(name.text) }
        case .group(let group):
          var names: [Name] = []
          collectNames(group.start, group.steps, into: &names)
          groups.append(names)
        }
      }
    }
    var seen: Set<String> = []
    for names in groups {
      for name in names where outside.contains(name.text) {
        throw alreadyBound(name, "it cannot stand both inside and outside a quantified path pattern")
      }
      for name in names where seen.contains(name.text) {
        throw alreadyBound(name, "it cannot stand in two quantified path patterns")
      }
      seen.formUnion(names.map(\.text))
    }
  }
}
