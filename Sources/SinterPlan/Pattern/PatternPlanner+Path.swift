import SinterLanguage
import SinterModel

// Quantified path patterns and selected paths as moves of the planner.
extension PatternPlanner {
  func addQuantified(_ edge: QueryGraph.Edge, _ segment: PathSegment, _ differsFrom: [Variable], to state: inout State) {
    let forward = state.available.contains(edge.left)
    let into = forward && state.available.contains(edge.right)
    let expansion = QuantifiedExpansion(
      from: forward ? edge.left : edge.right, to: forward ? edge.right : edge.left, segment: forward ? segment : segment.reversed,
      relationships: edge.relationship, isInto: into, differsFrom: differsFrom, isReversed: !forward, repeats: graph.repeats)
    let new = (into ? [] : [expansion.to]) + expansion.outputs
    let walks = state.plan.estimatedRows * growth(expansion.segment)
    let rows = walks * (into ? 0.1 : 1)
    // Every walk is made, also where few of them end at the node that is bound.
    if into { state.cost += walks }
    state.plan = LogicalPlan(.quantifiedExpand(state.plan, expansion), outputs: state.plan.outputs + new, estimatedRows: max(rows, 0.001))
    state.available.formUnion(new)
  }

  func addSelection(_ written: PathSelection, to state: inout State) {
    let forward = state.available.contains(written.from)
    var selection = forward ? written : written.reversed
    selection.isInto = forward && state.available.contains(written.to)
    let known = state.available.subtracting(selection.locals).union([selection.from])
    if !selection.isInto {
      // What is asked of the end by itself keeps the search from making paths that nobody wants.
      let isEnd = { (predicate: Scalar) -> Bool in
        let free = predicate.freeVariables
        return free.contains(selection.to) && free.isSubset(of: known.union([selection.to]))
      }
      selection.filters += state.predicates.filter(isEnd)
      state.predicates.removeAll(where: isEnd)
    }
    selection.distributeFilters(known: known)
    let new = (selection.isInto ? [] : [selection.to]) + selection.outputs
    var perRow: Double
    switch selection.selector.count {
    case .literal(let count)?: perRow = Double(count)
    case .parameter?: perRow = 2
    case nil: perRow = 1
    }
    let reached = min(
      selection.segments.reduce(1.0) { $0 * max(growth($1), 0.1) }, Double(max(cost.statistics.nodeCount, 1)))
    if selection.isInto { state.cost += state.plan.estimatedRows * reached } else { perRow *= reached }
    state.plan = LogicalPlan(
      .selectPaths(state.plan, selection), outputs: state.plan.outputs + new,
      estimatedRows: max(state.plan.estimatedRows * perRow, 0.001))
    state.available.formUnion(new)
  }

  /// Rows that one row becomes by a segment.
  private func growth(_ segment: PathSegment) -> Double {
    let once = segment.hops.reduce(1.0) { $0 * max(cost.fanOut($1.types, $1.way), 0.1) }
    let last = max(min(segment.maximum ?? 4, 4), segment.minimum)
    guard segment.minimum <= 8 else { return power(once, 8) }
    return (segment.minimum...max(last, segment.minimum)).reduce(0.0) { $0 + power(once, $1) }
  }
}

extension PathSelection {
  /// Moves conditions to the smallest part that can decide them: a node, a repetition, or the whole path.
  /// - Parameter known: variables of the row that the search starts from.
  mutating func distributeFilters(known: Set<Variable>) {
    let all = filters
    filters = []
    for filter in all {
      if let everywhere = universal(filter, known) {
        apply(everywhere)
        continue
      }
      let free = filter.freeVariables.subtracting(known)
      if let junction = junctions.indices.dropFirst().first(where: { free.isSubset(of: [junctions[$0]]) }) {
        junctionFilters[junction].append(filter)
      } else if let s = segments.indices.first(where: { segments[$0].isSingle && free.isSubset(of: segments[$0].locals) }) {
        segments[s].filters.append(filter)
      } else {
        filters.append(filter)
      }
    }
  }

  /// The condition as one on each element by itself, where it says no more than that.
  private func universal(_ filter: Scalar, _ known: Set<Variable>) -> Universal? {
    guard case .quantifier(let quantifier, let element, let list, let predicate, let spot) = filter,
      quantifier == .all || quantifier == .none, !predicate.hasSubquery,
      predicate.freeVariables.subtracting([element]).isSubset(of: known)
    else { return nil }
    let over: Universal.Elements
    switch list {
    case .function("nodes", let path, _) where path == self.path.map { [.variable($0)] }: over = .nodes
    case .function("relationships", let path, _) where path == self.path.map { [.variable($0)] }: over = .relationships
    case .variable(relationships): over = .relationships
    case .variable(let v) where segments.contains { $0.groups.contains { $0.list == v } }: over = .list(v)
    default: return nil
    }
    return Universal(over: over, element: element, predicate: quantifier == .all ? predicate : .not(predicate, spot))
  }

  /// A condition on every node or relationship of the path, or on every element of a group's list.
  private mutating func apply(_ condition: Universal) {
    func holds(for element: Variable) -> Scalar {
      condition.predicate.rewriting { if case .variable(condition.element) = $0 { .variable(element) } else { nil } }
    }
    switch condition.over {
    case .nodes:
      for i in junctions.indices { junctionFilters[i].append(holds(for: junctions[i])) }
      for s in segments.indices where segments[s].hops.count > 1 || segments[s].minimum != 1 || segments[s].maximum != 1 {
        segments[s].filters += segments[s].nodes.map(holds)
      }
    case .relationships:
      for s in segments.indices { segments[s].filters += segments[s].hops.map { holds(for: $0.relationship) } }
    case .list(let list):
      for s in segments.indices {
        for group in segments[s].groups where group.list == list { segments[s].filters.append(holds(for: group.element)) }
      }
    }
  }
}

/// `all(x IN nodes(p) WHERE …)` and its like: what must hold for each element by itself.
private struct Universal {
  enum Elements {
    case nodes, relationships
    case list(Variable)
  }
  var over: Elements
  var element: Variable
  var predicate: Scalar
}

