import SinterLanguage

extension Expression {
  /// Whether an aggregating function stands in the expression, outside any subquery.
  var containsAggregate: Bool {
    if case .countStar = kind { return true }
    if case .function(let name, _, _) = kind, aggregateFunctionNames.contains(name.lowercased()) { return true }
    return children.contains(where: \.containsAggregate)
  }

  /// The expressions directly inside, without those of subqueries and patterns.
  private var children: [Expression] {
    switch kind {
    case .literal, .parameter, .variable, .countStar, .patternComprehension, .patternPredicate, .subquery, .shortestPath: []
    case .property(let a, _), .unary(_, let a), .hasLabels(let a, _), .isType(let a, _, _), .isNormalized(let a, _, _): [a]
    case .element(let a, let b), .binary(_, let a, let b): [a, b]
    case .slice(let a, let from, let to): [a] + [from, to].compactMap { $0 }
    case .list(let all), .comparison(let all, _), .function(_, _, let all): all
    case .map(let entries): entries.map(\.value)
    case .mapProjection(let a, let items):
      [a] + items.compactMap { if case .entry(_, let value) = $0 { value } else { nil } }
    case .conditional(let operand, let branches, let otherwise):
      [operand, otherwise].compactMap { $0 } + branches.flatMap { $0.conditions + [$0.result] }
    case .listComprehension(_, let list, let filter, let projection): [list] + [filter, projection].compactMap { $0 }
    case .quantifier(_, _, let list, let predicate): [list] + [predicate].compactMap { $0 }
    case .reduce(_, let initial, _, let list, let body): [initial, list, body]
    }
  }
}
