import SinterModel

// USING JOIN ON n: the pattern is cut at n, both sides are planned by themselves and joined by a hash table.
extension PatternPlanner {
  /// The node of a join hint, if there is one.
  var joinNode: Variable? {
    graph.nodes.first { node in if case .join = hints[node]?.kind { true } else { false } }
  }

  func joined(on node: Variable, input: LogicalPlan) throws -> LogicalPlan {
    func unfulfilled(_ reason: String) -> SinterError {
      SinterError("SyntaxError.InvalidHint", phase: .compile, reason, at: hints[node]?.span)
    }
    guard let (left, right, rest) = cut(at: node, input: VariableSet(input.outputs)) else {
      throw unfulfilled(
        "The hint cannot be heeded: `\(node.name)` must have a part of the pattern on both sides, and one of the two must not "
          + "depend on the clauses before.")
    }
    var remaining = hints
    remaining[node] = nil
    var leftPlanner = PatternPlanner(graph: left, context: context, cost: cost, hints: remaining, input: input)
    let first = try leftPlanner.make()
    let unit = LogicalPlan(.unit, outputs: [], estimatedRows: 1)
    var rightPlanner = PatternPlanner(graph: right, context: context, cost: cost, hints: remaining, input: unit)
    let second = try rightPlanner.make()
    let rows = first.estimatedRows * second.estimatedRows / Double(max(context.statistics.nodeCount, 1))
    let joined = LogicalPlan(
      .hashJoin(first, second, on: node), outputs: first.outputs + second.outputs.filter { $0 != node },
      estimatedRows: max(rows, 0.001))
    let paths = graph.paths.map { Assignment($0.variable, .path($0.elements)) }
    let named = paths.isEmpty ? joined : joined.extended(paths)
    return rest.isEmpty ? named : named.filtered(rest, selectivity: 0.5)
  }

  /// The graph on both sides of a node, and the predicates for after the join; nil where it cannot be cut there.
  private func cut(at node: Variable, input: VariableSet) -> (left: QueryGraph, right: QueryGraph, rest: [Scalar])? {
    let parts = parts(without: node)
    func part(of edge: QueryGraph.Edge) -> Int? { parts[edge.left == node ? edge.right : edge.left] }
    let adjacent = graph.edges.filter { $0.left == node || $0.right == node }.compactMap(part)
    guard let first = adjacent.first else { return nil }
    let onRight = Set(adjacent).subtracting([first])
    guard !onRight.isEmpty else { return nil }
    var (left, right) = (QueryGraph(), QueryGraph())
    left.repeats = graph.repeats
    right.repeats = graph.repeats
    for other in graph.nodes {
      if other == node || !(parts[other].map(onRight.contains) ?? false) { left.nodes.append(other) }
      if other == node || parts[other].map(onRight.contains) ?? false { right.nodes.append(other) }
    }
    for edge in graph.edges {
      if part(of: edge).map(onRight.contains) ?? false { right.edges.append(edge) } else { left.edges.append(edge) }
    }
    let known = VariableSet(right.nodes + right.edges.map(\.relationship))
    let filters = right.edges.map(\.reads)
    guard known.intersection(input).isEmpty, filters.allSatisfy({ $0.isSubset(of: known) }) else { return nil }
    let before = input.union(VariableSet(left.nodes + left.edges.map(\.relationship)))
    var rest: [Scalar] = []
    for predicate in graph.predicates {
      let free = predicate.freeVariables
      if free == [node] {
        left.predicates.append(predicate)
        right.predicates.append(predicate)
      } else if free.isSubset(of: before) {
        left.predicates.append(predicate)
      } else if free.isSubset(of: known) {
        right.predicates.append(predicate)
      } else {
        rest.append(predicate)
      }
    }
    // No relationship may be on both sides.
    for a in left.edges where !graph.repeats {
      for b in right.edges where a.mayEqual(b) {
        let both: [Scalar] = [.variable(a.relationship), .variable(b.relationship)]
        rest.append(.not(.function("#sharesrelationship", both, Spot(.none)), Spot(.none)))
      }
    }
    return (left, right, rest)
  }

  /// Numbers of the parts that the graph falls into without a node.
  private func parts(without node: Variable) -> [Variable: Int] {
    var parts: [Variable: Int] = [:]
    for (number, start) in graph.nodes.enumerated() where start != node && parts[start] == nil {
      var open = [start]
      while let next = open.popLast() {
        guard parts[next] == nil else { continue }
        parts[next] = number
        for edge in graph.edges {
          if edge.left == next, edge.right != node { open.append(edge.right) }
          if edge.right == next, edge.left != node { open.append(edge.left) }
        }
      }
    }
    return parts
  }
}
