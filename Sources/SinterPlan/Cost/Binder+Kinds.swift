import SinterModel

extension Binder {
  var cost: CostModel { CostModel(statistics: context.statistics, kinds: kinds, parameters: parameters) }

  /// Notes what a MATCH says of its variables: labels and types as they are written, and what a typed relationship always leads to.
  func learnKinds(of graph: QueryGraph) {
    for node in graph.nodes where kinds.nodes[node] == nil { setLabels([], of: node) }
    for predicate in graph.predicates {
      guard case .hasLabels(.variable(let variable), let test, _) = predicate, let names = test.conjunction,
        let known = kinds.nodes[variable]
      else { continue }
      let new = names.filter { !known.contains($0) }
      if !new.isEmpty { setLabels(known + new, of: variable) }
    }
    for edge in graph.edges where edge.segment == nil && edge.selection == nil {
      if edge.length == nil, !edge.isBound || kinds.relationships[edge.relationship] == nil {
        setTypes(edge.types, of: edge.relationship)
      }
      inferLabel(of: edge.left, edge.way.reversed, edge.types)
      inferLabel(of: edge.right, edge.way, edge.types)
    }
  }

  /// The one label of all nodes that relationships lead to, where there is one.
  private func inferLabel(of node: Variable, _ way: Expansion.Way, _ types: [String]?) {
    guard kinds.nodes[node]?.isEmpty ?? true, way != .both, let types, types.count == 1, let type = types.first else { return }
    let labels = way == .incoming ? context.statistics.startLabelsByType : context.statistics.endLabelsByType
    if let label = labels[type] { setLabels([label], of: node) }
  }
}
