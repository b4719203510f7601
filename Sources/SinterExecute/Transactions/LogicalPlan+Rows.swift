import SinterPlan

extension LogicalPlan {
  /// The operator looks at rows and their properties, and matches nothing in the graph.
  var readsRowsOnly: Bool {
    switch kind {
    case .discard, .keep, .skip, .limit, .distinct, .transactions, .loadCSV: true
    case .unwind(_, let list, _): !list.hasSubquery
    case .extend(_, let assignments): !assignments.contains { $0.value.hasSubquery }
    case .filter(_, let predicates): !predicates.contains(where: \.hasSubquery)
    case .sort(_, let keys), .top(_, let keys, _, _): !keys.contains { $0.value.hasSubquery }
    case .aggregate(_, let keys, let aggregates, _):
      !keys.contains { $0.value.hasSubquery } && !aggregates.contains { $0.arguments.contains(where: \.hasSubquery) }
    default: false
    }
  }
}
