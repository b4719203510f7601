extension Clause {
  /// The patterns of a CREATE that names no path and asks the graph nothing. Such clauses behind one
  /// another do what one CREATE of all their patterns does, and are planned as one: a script of a
  /// thousand of them is no deeper than a single one.
  package var plainCreation: [PathPattern]? {
    guard case .create(let patterns) = kind, patterns.allSatisfy(\.isPlain) else { return nil }
    return patterns
  }
}

extension PathPattern {
  fileprivate var isPlain: Bool {
    guard variable == nil, start.properties?.readsGraph != true else { return false }
    return steps.allSatisfy { step in
      guard case .relationship(let relationship) = step.link else { return false }
      return relationship.properties?.readsGraph != true && step.node.properties?.readsGraph != true
    }
  }
}

extension Expression {
  /// The expression holds a pattern or a subquery.
  fileprivate var readsGraph: Bool {
    switch kind {
    case .subquery, .patternComprehension, .patternPredicate, .shortestPath: return true
    default:
      var found = false
      forEachChild { found = found || $0.readsGraph }
      return found
    }
  }
}
