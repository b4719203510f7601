import SinterLanguage
import SinterModel

/// Orders the hops of one MATCH: from each possible start greedily by cost, the cheapest order kept.
struct PatternPlanner {
  let graph: QueryGraph
  let binder: Binder
  let cost: CostModel
  /// Switched off, nodes and hops are taken in the order they are written.
  let reorders: Bool
  let usesIndexes: Bool

  init(graph: QueryGraph, binder: Binder) {
    self.graph = graph
    self.binder = binder
    cost = CostModel(statistics: binder.context.statistics)
    reorders = binder.context.isEnabled("join-order")
    usesIndexes = binder.context.isEnabled("index-seek")
  }

  /// Moves compared at a time: of more, hops before new nodes, in the order they are written.
  private static let comparedMoves = 40

  /// A plan under construction.
  struct State {
    var plan: LogicalPlan
    var available: Set<Variable>
    var edges: [Int]
    var predicates: [Scalar]
    var solvedEdges: [Int] = []
    var cost = 0.0
  }

  /// More nodes than it pays to compare all orders of.
  private var isLarge: Bool { graph.nodes.count > 12 }

  enum Move {
    case leaf(Variable)
    case edge(Int)
  }

  func plan(from input: LogicalPlan) -> LogicalPlan {
    var state = State(plan: input, available: Set(input.outputs), edges: Array(graph.edges.indices), predicates: graph.predicates)
    applyPredicates(&state)
    while let next = bestMove(state) { apply(next, to: &state) }
    var plan = state.plan
    let assignments = graph.paths.map { Assignment($0.variable, .path($0.elements)) }
    if !assignments.isEmpty {
      plan = plan.extended(assignments)
      state.plan = plan
      state.available.formUnion(assignments.map(\.variable))
      applyPredicates(&state)
      plan = state.plan
    }
    // What is left speaks of names that no row has; the executor reports it.
    return state.predicates.isEmpty ? plan : plan.filtered(state.predicates, selectivity: 0.5)
  }

  /// The next move: looked at to the end of the component for each start, greedily.
  private func bestMove(_ state: State) -> Move? {
    let candidates = moves(state)
    guard reorders, candidates.count > 1 else { return candidates.first }
    // A hop between two bound nodes only removes rows.
    if let into = candidates.first(where: { if case .edge(let e) = $0 { isInto(e, state) } else { false } }) { return into }
    // Looking ahead costs the fourth power of the pattern's size; a large one is followed greedily.
    if isLarge { return greedyMove(state) }
    var best: (move: Move, cost: Double)?
    // Looking ahead costs the square of what is open.
    let lookahead = min(12, 2_000 / (candidates.count * candidates.count))
    for candidate in candidates.prefix(PatternPlanner.comparedMoves) {
      var trial = state
      apply(candidate, to: &trial)
      var steps = 0
      while steps < lookahead, let next = greedyMove(trial) {
        apply(next, to: &trial)
        steps += 1
      }
      if best == nil || trial.cost < best!.cost * 0.999 { best = (candidate, trial.cost) }
    }
    return best?.move
  }

  private func greedyMove(_ state: State) -> Move? {
    var best: (move: Move, cost: Double)?
    for candidate in moves(state).prefix(PatternPlanner.comparedMoves) {
      var trial = state
      apply(candidate, to: &trial)
      if best == nil || trial.cost < best!.cost * 0.999 { best = (candidate, trial.cost) }
    }
    return best?.move
  }

  private func moves(_ state: State) -> [Move] {
    var result: [Move] = []
    for e in state.edges where isReachable(graph.edges[e], state) { result.append(.edge(e)) }
    if !result.isEmpty && !reorders { return [result[0]] }
    if !result.isEmpty && isLarge { return result }
    for node in graph.nodes where !state.available.contains(node) { result.append(.leaf(node)) }
    return result
  }

  private func isReachable(_ edge: QueryGraph.Edge, _ state: State) -> Bool {
    if edge.isBound && edge.length == nil && edge.selection == nil { return true }
    guard edge.requires.isSubset(of: state.available) else { return false }
    let left = state.available.contains(edge.left)
    let right = state.available.contains(edge.right)
    return edge.selector.isFunction ? left && right : left || right
  }

  private func isInto(_ index: Int, _ state: State) -> Bool {
    let edge = graph.edges[index]
    return state.available.contains(edge.left) && state.available.contains(edge.right)
  }

  private func apply(_ move: Move, to state: inout State) {
    switch move {
    case .leaf(let node): addLeaf(node, to: &state)
    case .edge(let index): addEdge(index, to: &state)
    }
    // What costs is the rows that are made, whether or not a filter drops them at once.
    state.cost += state.plan.estimatedRows
    applyPredicates(&state)
    state.cost += 0.1 * state.plan.estimatedRows
  }

  // MARK: Leaves

  private func addLeaf(_ node: Variable, to state: inout State) {
    let rows = state.plan.estimatedRows
    let outputs = state.plan.outputs + [node]
    state.available.insert(node)
    if usesIndexes {
      if let (position, id) = identitySeek(node, state) {
        state.predicates.remove(at: position)
        state.plan = LogicalPlan(.nodeByID(state.plan, node, id: id), outputs: outputs, estimatedRows: rows)
        return
      }
      if let seek = indexSeek(node, state) {
        for position in seek.solved.sorted(by: >) { state.predicates.remove(at: position) }
        state.plan = LogicalPlan(.indexSeek(state.plan, node, seek.seek), outputs: outputs, estimatedRows: max(rows * seek.rows, 0.01))
        return
      }
    }
    var labels: [String] = []
    state.predicates.removeAll { predicate in
      guard case .hasLabels(.variable(node), let test, _) = predicate, let names = test.conjunction else { return false }
      labels += names.filter { !labels.contains($0) }
      return true
    }
    state.plan = LogicalPlan(
      .nodeScan(state.plan, node, labels: labels), outputs: outputs, estimatedRows: max(rows * cost.nodes(labels: labels), 0.01))
  }

  private func identitySeek(_ node: Variable, _ state: State) -> (Int, Scalar)? {
    for (i, predicate) in state.predicates.enumerated() {
      guard case .compare(.equal, let a, let b, _) = predicate else { continue }
      for (side, other) in [(a, b), (b, a)] {
        if case .function("id", let arguments, _) = side, arguments == [.variable(node)], isKnown(other, without: node, state) {
          return (i, other)
        }
      }
    }
    return nil
  }

  private func isKnown(_ scalar: Scalar, without node: Variable, _ state: State) -> Bool {
    let free = scalar.freeVariables
    return !free.contains(node) && free.isSubset(of: state.available)
  }

  private func indexSeek(_ node: Variable, _ state: State) -> (seek: IndexSeek, rows: Double, solved: [Int])? {
    let labels = Set(
      state.predicates.compactMap { predicate -> String? in
        if case .hasLabels(.variable(node), .name(let name), _) = predicate { name } else { nil }
      })
    var best: (seek: IndexSeek, rows: Double, solved: [Int])?
    for index in cost.statistics.indexes where index.entity == .node && labels.contains(index.label) {
      guard let (bounds, share, solved) = bounds(for: node, index, state) else { continue }
      let entries = Double(max(cost.statistics.nodesByLabel[index.label] ?? 1, 1))
      let rows: Double
      if case .equal = bounds { rows = index.isUnique ? 1 : max(entries / Double(max(index.distinctKeys, 1)), 0.5) } else { rows = entries * share }
      if best == nil || rows < best!.rows {
        var solved = solved
        for (i, predicate) in state.predicates.enumerated() {
          if case .hasLabels(.variable(node), .name(index.label), _) = predicate { solved.append(i) }
        }
        best = (IndexSeek(index: index, bounds: bounds), rows, solved)
      }
    }
    return best
  }

  /// What the predicates say about an index's keys: bounds, the share of entries within, the predicates they make unnecessary.
  private func bounds(
    for node: Variable, _ index: GraphStatistics.Index, _ state: State
  ) -> (IndexSeek.Bounds, share: Double, solved: [Int])? {
    var equals: [(Scalar, Int)] = []
    for key in index.keys {
      for (i, predicate) in state.predicates.enumerated() {
        guard case .compare(.equal, let a, let b, _) = predicate else { continue }
        let other = isKey(a, node, key) ? b : isKey(b, node, key) ? a : nil
        if let other, isKnown(other, without: node, state) {
          equals.append((other, i))
          break
        }
      }
    }
    if equals.count == index.keys.count { return (.equal(equals.map(\.0)), 0, equals.map(\.1)) }
    guard index.keys.count == 1 else { return nil }
    let key = index.keys[0]
    var lower: (Scalar, Bool)?
    var upper: (Scalar, Bool)?
    for predicate in state.predicates {
      switch predicate {
      case .membership(let subject, in: let list, _) where isKey(subject, node, key) && isKnown(list, without: node, state):
        return (.anyOf(list), 0.05, [])
      case .string(.startsWith, let subject, let prefix, _) where isKey(subject, node, key) && isKnown(prefix, without: node, state):
        return (.prefix(prefix), 0.05, [])
      case .compare(let comparison, let a, let b, _):
        let flipped = isKey(b, node, key)
        guard flipped || isKey(a, node, key), isKnown(flipped ? a : b, without: node, state) else { continue }
        switch (comparison, flipped) {
        case (.less, false), (.greater, true): upper = upper ?? (flipped ? a : b, false)
        case (.lessOrEqual, false), (.greaterOrEqual, true): upper = upper ?? (flipped ? a : b, true)
        case (.greater, false), (.less, true): lower = lower ?? (flipped ? a : b, false)
        case (.greaterOrEqual, false), (.lessOrEqual, true): lower = lower ?? (flipped ? a : b, true)
        default: continue
        }
      default: continue
      }
    }
    guard lower != nil || upper != nil else { return nil }
    let share = lower != nil && upper != nil ? 0.1 : 0.3
    return (.range(lower: lower?.0, includesLower: lower?.1 ?? false, upper: upper?.0, includesUpper: upper?.1 ?? false), share, [])
  }

  private func isKey(_ scalar: Scalar, _ node: Variable, _ key: String) -> Bool {
    if case .property(.variable(node), key, _) = scalar { true } else { false }
  }

  // MARK: Hops

  private func addEdge(_ index: Int, to state: inout State) {
    let edge = graph.edges[index]
    state.edges.removeAll { $0 == index }
    // The relationships of a shortest path may be those of other parts of the MATCH.
    let isUnique = edge.selector == .all && !graph.repeats
    let differsFrom =
      isUnique ? state.solvedEdges.filter { graph.edges[$0].mayEqual(edge) }.map { graph.edges[$0].relationship } : []
    if isUnique { state.solvedEdges.append(index) }
    let leftBound = state.available.contains(edge.left)
    let rightBound = state.available.contains(edge.right)
    if let selection = edge.selection {
      addSelection(selection, to: &state)
      return
    }
    if let segment = edge.segment {
      addQuantified(edge, segment, differsFrom, to: &state)
      return
    }
    if edge.isBound && edge.length == nil {
      addBoundEdge(edge, leftBound, rightBound, differsFrom, to: &state)
      return
    }
    let into = leftBound && rightBound
    let forward = leftBound
    let from = forward ? edge.left : edge.right
    let to = forward ? edge.right : edge.left
    let way = forward ? edge.way : edge.way.reversed
    let fanOut = into ? cost.connection(edge.types, way) : cost.fanOut(edge.types, way)
    var outputs = state.plan.outputs
    if !edge.isBound { outputs.append(edge.relationship) }
    if !into { outputs.append(to) }
    guard let length = edge.length else {
      let expansion = Expansion(
        from: from, relationship: edge.relationship, to: to, way: way, types: edge.types, isInto: into, differsFrom: differsFrom)
      state.plan = LogicalPlan(
        .expand(state.plan, expansion), outputs: outputs, estimatedRows: max(state.plan.estimatedRows * fanOut, 0.001))
      state.available.formUnion([edge.relationship, to])
      return
    }
    let hops = Double(min(length.maximum ?? 4, 4))
    let growth = (1...max(Int(hops), 1)).reduce(0.0) { sum, hop in sum + power(max(cost.fanOut(edge.types, way), 0.1), hop) }
    let expansion = VariableExpansion(
      from: from, relationships: edge.relationship, to: to, way: way, types: edge.types, minimum: length.minimum, maximum: length.maximum,
      isInto: into, differsFrom: differsFrom, stepFilter: edge.stepFilter, stepVariable: edge.stepVariable, isReversed: !forward,
      boundList: edge.isBound, repeats: graph.repeats)
    state.plan = LogicalPlan(
      .expandVariable(state.plan, expansion), outputs: outputs, estimatedRows: max(state.plan.estimatedRows * growth * (into ? 0.1 : 1), 0.001))
    state.available.formUnion([edge.relationship, to])
  }

  func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1.0) { product, _ in product * base }
  }

  private func addBoundEdge(
    _ edge: QueryGraph.Edge, _ leftBound: Bool, _ rightBound: Bool, _ differsFrom: [Variable], to state: inout State
  ) {
    let ends = RelationshipEnds(
      relationship: edge.relationship, start: edge.left, end: edge.right, way: edge.way, types: edge.types, startIsBound: leftBound,
      endIsBound: rightBound)
    var outputs = state.plan.outputs
    if !leftBound { outputs.append(edge.left) }
    if !rightBound && edge.right != edge.left { outputs.append(edge.right) }
    state.plan = LogicalPlan(.relationshipEnds(state.plan, ends), outputs: outputs, estimatedRows: state.plan.estimatedRows)
    state.available.formUnion([edge.left, edge.right])
    for other in differsFrom {
      state.predicates.append(.not(.function("#sharesrelationship", [.variable(edge.relationship), .variable(other)], Spot(.none)), Spot(.none)))
    }
  }

  // MARK: Predicates

  /// Filters by every predicate whose variables are all there.
  private func applyPredicates(_ state: inout State) {
    let ready = state.predicates.filter { $0.freeVariables.isSubset(of: state.available) }
    guard !ready.isEmpty else { return }
    state.predicates.removeAll { $0.freeVariables.isSubset(of: state.available) }
    let selectivity = ready.reduce(1.0) { $0 * cost.selectivity($1) }
    state.plan = state.plan.filtered(ready, selectivity: selectivity)
  }
}

extension Expansion.Way {
  var reversed: Expansion.Way {
    switch self {
    case .outgoing: .incoming
    case .incoming: .outgoing
    case .both: .both
    }
  }
}

extension LogicalPlan {
  func filtered(_ predicates: [Scalar], selectivity: Double) -> LogicalPlan {
    // Cheap tests first: subqueries last.
    let ordered = predicates.filter { !$0.hasSubquery } + predicates.filter(\.hasSubquery)
    return LogicalPlan(.filter(self, ordered), outputs: outputs, estimatedRows: max(estimatedRows * selectivity, 0.001))
  }

  func extended(_ assignments: [Assignment]) -> LogicalPlan {
    let new = assignments.map(\.variable)
    return LogicalPlan(.extend(self, assignments), outputs: outputs.filter { !new.contains($0) } + new, estimatedRows: estimatedRows)
  }

  func keeping(_ variables: [Variable]) -> LogicalPlan {
    variables == outputs ? self : LogicalPlan(.keep(self), outputs: variables, estimatedRows: estimatedRows)
  }
}

extension Scalar {
  var hasSubquery: Bool {
    var found = false
    walk { if case .subquery = $0 { found = true } }
    return found
  }
}
