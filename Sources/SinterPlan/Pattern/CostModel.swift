import SinterModel

/// Estimates of rows from the graph's statistics.
struct CostModel {
  let statistics: GraphStatistics

  func nodes(labels: [String]) -> Double {
    labels.map { Double(statistics.nodesByLabel[$0] ?? 0) }.min() ?? Double(statistics.nodeCount)
  }

  /// Rows that one row becomes by following `types` from a node.
  func fanOut(_ types: [String]?, _ way: Expansion.Way) -> Double {
    let names = types ?? Array(statistics.relationshipsByType.keys)
    var total = 0.0
    for type in names {
      let count = Double(statistics.relationshipsByType[type] ?? 0)
      if way != .incoming { total += count / Double(max(statistics.startNodesByType[type] ?? 0, 1)) }
      if way != .outgoing { total += count / Double(max(statistics.endNodesByType[type] ?? 0, 1)) }
    }
    // Without a type the ends of most types are elsewhere: a node has few of them.
    return types == nil ? total / Double(max(names.count, 1)) * 2 : total
  }

  /// Nodes that `types` lead to; nil for hops of any type.
  func ends(_ types: [String]?, _ way: Expansion.Way) -> Double? {
    types?.reduce(0.0) { sum, type in
      sum + (way == .incoming ? 0 : Double(statistics.endNodesByType[type] ?? 0))
        + (way == .outgoing ? 0 : Double(statistics.startNodesByType[type] ?? 0))
    }
  }

  /// Rows that one row becomes by an edge of a pattern, followed in the direction `way`.
  func rows(_ edge: QueryGraph.Edge, _ way: Expansion.Way) -> Double {
    guard let length = edge.length else { return fanOut(edge.types, way) }
    let step = max(fanOut(edge.types, way), 0.1)
    var (rows, atHop) = (0.0, 1.0)
    for _ in 0..<max(min(length.maximum ?? 4, 4), 1) {
      atHop *= step
      rows += atHop
    }
    return rows
  }

  /// The chance that two given nodes are joined.
  func connection(_ types: [String]?, _ way: Expansion.Way) -> Double {
    let names = types ?? Array(statistics.relationshipsByType.keys)
    var total = 0.0
    for type in names {
      let count = Double(statistics.relationshipsByType[type] ?? 0)
      let pairs = Double(max(statistics.startNodesByType[type] ?? 0, 1)) * Double(max(statistics.endNodesByType[type] ?? 0, 1))
      total += count / pairs
    }
    return min(total * (way == .both ? 2 : 1), 1)
  }

  /// The share of rows that pass a predicate.
  func selectivity(_ predicate: Scalar) -> Double {
    switch predicate {
    case .hasLabels(_, let test, _):
      guard let labels = test.conjunction, statistics.nodeCount > 0 else { return 0.5 }
      // A typed hop mostly ends at nodes of one label: its label says little.
      return max(0.5, nodes(labels: labels) / Double(statistics.nodeCount))
    case .compare(.equal, .property(_, let key, _), _, _), .compare(.equal, _, .property(_, let key, _), _):
      let distinct = statistics.indexes.filter { $0.keys == [key] }.map(\.distinctKeys).max() ?? 10
      return 1 / Double(max(distinct, 2))
    case .compare(.equal, _, _, _): return 0.1
    case .compare(.notEqual, _, _, _): return 0.9
    case .compare: return 0.4
    case .and(let parts, _): return parts.reduce(1) { $0 * selectivity($1) }
    case .or(let parts, _): return min(1, parts.reduce(0) { $0 + selectivity($1) })
    case .not(let part, _): return 1 - selectivity(part)
    default: return 0.5
    }
  }
}
