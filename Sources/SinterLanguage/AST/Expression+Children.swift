extension Expression {
  /// Calls `body` with each direct operand, in the order of the text. Patterns give their property
  /// maps and filters; the queries of subqueries are not entered.
  package func forEachChild<E: Error>(_ body: (Expression) throws(E) -> Void) throws(E) {
    // In groups, so that recursive walks keep a small frame for each level.
    switch kind {
    case .literal, .parameter, .variable, .countStar, .subquery: break
    case .property, .unary, .hasLabels, .isType, .isNormalized, .element, .binary: try forEachOperand(body)
    case .list, .function, .comparison, .map, .mapProjection, .conditional, .slice: try forEachItem(body)
    default: try forEachPart(body)
    }
  }

  private func forEachOperand<E: Error>(_ body: (Expression) throws(E) -> Void) throws(E) {
    switch kind {
    case .property(let inner, _), .unary(_, let inner), .hasLabels(let inner, _), .isType(let inner, _, _),
      .isNormalized(let inner, _, _):
      try body(inner)
    case .element(let left, let right), .binary(_, let left, let right):
      try body(left)
      try body(right)
    default: break
    }
  }

  private func forEachItem<E: Error>(_ body: (Expression) throws(E) -> Void) throws(E) {
    switch kind {
    case .slice(let list, let from, let to):
      try body(list)
      if let from { try body(from) }
      if let to { try body(to) }
    case .list(let items), .function(_, _, let items), .comparison(let items, _):
      for item in items { try body(item) }
    case .map(let entries):
      for entry in entries { try body(entry.value) }
    case .mapProjection(let target, let items):
      try body(target)
      for case .entry(_, let value) in items { try body(value) }
    case .conditional(let operand, let branches, let otherwise):
      if let operand { try body(operand) }
      for branch in branches {
        for condition in branch.conditions { try body(condition) }
        try body(branch.result)
      }
      if let otherwise { try body(otherwise) }
    default: break
    }
  }

  private func forEachPart<E: Error>(_ body: (Expression) throws(E) -> Void) throws(E) {
    switch kind {
    case .listComprehension(_, let list, let filter, let projection):
      try body(list)
      if let filter { try body(filter) }
      if let projection { try body(projection) }
    case .patternComprehension(let pattern, let filter, let projection):
      try pattern.forEachExpression(body)
      if let filter { try body(filter) }
      try body(projection)
    case .quantifier(_, _, let list, let predicate):
      try body(list)
      if let predicate { try body(predicate) }
    case .reduce(_, let initial, _, let list, let inner):
      try body(initial)
      try body(list)
      try body(inner)
    case .patternPredicate(let pattern), .shortestPath(let pattern): try pattern.forEachExpression(body)
    default: break
    }
  }
}

extension PathPattern {
  /// Calls `body` with every property map and filter of the pattern.
  package func forEachExpression<E: Error>(_ body: (Expression) throws(E) -> Void) throws(E) {
    try Self.forEachExpression(start, steps, body)
    if let filter = parenthesis?.filter { try body(filter) }
  }

  private static func forEachExpression<E: Error>(
    _ start: NodePattern, _ steps: [Step], _ body: (Expression) throws(E) -> Void
  ) throws(E) {
    func visit(_ node: NodePattern) throws(E) {
      if let properties = node.properties { try body(properties) }
      if let filter = node.filter { try body(filter) }
    }
    try visit(start)
    for step in steps {
      switch step.link {
      case .relationship(let relationship):
        if let properties = relationship.properties { try body(properties) }
        if let filter = relationship.filter { try body(filter) }
      case .group(let group):
        try forEachExpression(group.start, group.steps, body)
        if let filter = group.filter { try body(filter) }
      }
      try visit(step.node)
    }
  }
}
