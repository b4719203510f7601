import SinterModel

extension Binder {
  var cost: CostModel { CostModel(statistics: context.statistics, kinds: kinds, parameters: parameters) }

  /// Notes what a MATCH says of its variables: labels and types as they are written, and what a typed relationship always leads to.
  func learnKinds(of graph: QueryGraph) {
    for node in graph.nodes where kinds.nodes[node] == nil { kinds.nodes[node] = [] }
    for predicate in graph.predicates {
      guard case .hasLabels(.variable(let variable), let test, _) = predicate, let names = test.conjunction,
        kinds.nodes[variable] != nil
      else { continue }
      kinds.nodes[variable]! += names.filter { !kinds.nodes[variable]!.contains($0) }
    }
    for edge in graph.edges where edge.segment == nil && edge.selection == nil {
      if edge.length == nil, !edge.isBound || kinds.relationships[edge.relationship] == nil {
        kinds.relationships[edge.relationship] = .some(edge.types)
      }
      inferLabel(of: edge.left, edge.way.reversed, edge.types)
      inferLabel(of: edge.right, edge.way, edge.types)
    }
  }

  /// The one label of all nodes that relationships lead to, where there is one.
  private func inferLabel(of node: Variable, _ way: Expansion.Way, _ types: [String]?) {
    guard kinds.nodes[node]?.isEmpty ?? true, way != .both, let types, types.count == 1, let type = types.first else { return }
    let cost = self.cost
    let all = cost.relationships(type, from: nil, to: nil)
    guard all > 0, context.statistics.sample.connections[.init(start: nil, type: type, end: nil)] != nil else { return }
    let fitting = context.statistics.nodesByLabel.keys.filter { label in
      let isStart = way == .incoming
      return cost.relationships(type, from: isStart ? label : nil, to: isStart ? nil : label) > 0.999 * all
    }
    if let label = cost.rarest(Array(fitting)) { kinds.nodes[node] = [label] }
  }
}
