import SinterLanguage
import SinterModel

/// Plans one MATCH: finds the order of its moves, then builds the operators.
struct PatternPlanner {
  let graph: QueryGraph
  let context: PlanContext
  /// Nodes that are to be found in a given way.
  let hints: [Variable: PlannerHint]
  let cost: CostModel
  private let model: PatternModel
  private let reorders: Bool
  var plan: LogicalPlan
  private var solvedEdges: [Int] = []

  /// - Parameter input: the rows that the MATCH is put on.
  init(graph: QueryGraph, context: PlanContext, cost: CostModel, hints: [Variable: PlannerHint] = [:], input: LogicalPlan) {
    self.graph = graph
    self.context = context
    self.hints = hints
    self.cost = cost
    model = PatternModel(graph: graph, cost: cost, usesIndexes: context.isEnabled("index-seek"), hints: hints)
    reorders = context.isEnabled("join-order")
    plan = input
  }

  /// - Throws: `SyntaxError.InvalidHint` where a hint cannot be heeded.
  mutating func make() throws -> LogicalPlan {
    if let node = joinNode { return try joined(on: node, input: plan) }
    var state = JoinOrder.State(available: VariableSet(plan.outputs), rows: plan.estimatedRows)
    var order = JoinOrder(model: model, reorders: reorders)
    let moves = order.find(from: state)
    applyPredicates(order, &state)
    for move in moves {
      let known = state.available
      switch (move, order.make(move, in: &state)) {
      case (.leaf(let n), .leaf(let access)): addLeaf(n, access, rows: state.rows)
      case (.edge(let e), .edge(let left, let right)) where graph.edges[e].selection != nil:
        addSelection(graph.edges[e].selection!, left, right, conditions: order.solveEnd(of: e, left, right, known, &state), rows: state.rows)
      case (.edge(let e), .edge(let left, let right)): addEdge(e, left, right, rows: state.rows)
      default: break
      }
      applyPredicates(order, &state)
    }
    try requireHints(state.available)
    if let edge = graph.edges.indices.first(where: { !state.edges.contains($0) }) {
      throw SinterError(
        "SyntaxError.InvalidReference", phase: .compile,
        "Parts of this MATCH wait for each other: each has a condition on what the other one binds. Move one of the conditions to "
          + "the WHERE behind the patterns, or to a MATCH of its own.", at: (graph.edges[edge].selection?.conditions ?? graph.edges[edge].stepFilter).first?.span)
    }
    let assignments = graph.paths.map { Assignment($0.variable, .path($0.elements)) }
    if !assignments.isEmpty { plan = plan.extended(assignments) }
    // Of named paths; or of names that no row has, which the executor reports.
    let rest = graph.predicates.indices.filter { !state.solved.contains($0) }.map { graph.predicates[$0] }
    return rest.isEmpty ? plan : plan.filtered(rest, rows: plan.estimatedRows * 0.5)
  }

  private mutating func applyPredicates(_ order: JoinOrder, _ state: inout JoinOrder.State) {
    let ready = order.applyPredicates(&state)
    if !ready.isEmpty { plan = plan.filtered(ready.map { graph.predicates[$0] }, rows: state.rows) }
  }

  // MARK: Leaves

  private mutating func addLeaf(_ number: Int, _ access: PatternModel.Access, rows: Double) {
    let node = graph.nodes[number]
    let outputs = plan.outputs + [node]
    let kind: LogicalPlan.Kind =
      switch access.way {
      case .identity(let fact): .nodeByID(plan, node, id: fact.value)
      case .seek(let position, let bounds): .indexSeek(plan, node, model.nodes[number].indexes[position].seek(bounds))
      case .scan: scan(node, labels: model.nodes[number].labels)
      }
    plan = LogicalPlan(kind, outputs: outputs, estimatedRows: rows)
  }

  private func scan(_ node: Variable, labels: [String]) -> LogicalPlan.Kind {
    let bounds = context.isEnabled("zone-maps") ? graph.zoneBounds(of: node, available: VariableSet(plan.outputs)) : []
    return bounds.isEmpty ? .nodeScan(plan, node, labels: labels) : .zoneScan(plan, node, labels: labels, bounds)
  }

  // MARK: Hops

  private mutating func addEdge(_ index: Int, _ leftBound: Bool, _ rightBound: Bool, rows: Double) {
    let edge = graph.edges[index]
    let differsFrom =
      graph.repeats ? [] : solvedEdges.filter { graph.edges[$0].mayEqual(edge) }.map { graph.edges[$0].relationship }
    solvedEdges.append(index)
    if let segment = edge.segment {
      addQuantified(edge, segment, differsFrom, leftBound, rightBound, rows: rows)
      return
    }
    if edge.isBound && edge.length == nil {
      addBoundEdge(edge, leftBound, rightBound, differsFrom)
      return
    }
    let into = leftBound && rightBound
    let from = leftBound ? edge.left : edge.right
    let to = leftBound ? edge.right : edge.left
    let way = leftBound ? edge.way : edge.way.reversed
    var outputs = plan.outputs
    if !edge.isBound { outputs.append(edge.relationship) }
    if !into { outputs.append(to) }
    guard let length = edge.length else {
      let expansion = Expansion(
        from: from, relationship: edge.relationship, to: to, way: way, types: edge.types, isInto: into, differsFrom: differsFrom)
      plan = LogicalPlan(.expand(plan, expansion), outputs: outputs, estimatedRows: rows)
      return
    }
    let expansion = VariableExpansion(
      from: from, relationships: edge.relationship, to: to, way: way, types: edge.types, minimum: length.minimum, maximum: length.maximum,
      isInto: into, differsFrom: differsFrom, stepFilter: edge.stepFilter, stepVariable: edge.stepVariable, isReversed: !leftBound,
      boundList: edge.isBound, repeats: graph.repeats)
    plan = LogicalPlan(.expandVariable(plan, expansion), outputs: outputs, estimatedRows: rows)
  }

  private mutating func addBoundEdge(_ edge: QueryGraph.Edge, _ leftBound: Bool, _ rightBound: Bool, _ differsFrom: [Variable]) {
    let ends = RelationshipEnds(
      relationship: edge.relationship, start: edge.left, end: edge.right, way: edge.way, types: edge.types, startIsBound: leftBound,
      endIsBound: rightBound)
    var outputs = plan.outputs
    if !leftBound { outputs.append(edge.left) }
    if !rightBound && edge.right != edge.left { outputs.append(edge.right) }
    plan = LogicalPlan(.relationshipEnds(plan, ends), outputs: outputs, estimatedRows: plan.estimatedRows)
    guard !differsFrom.isEmpty else { return }
    let tests = differsFrom.map { other in
      Scalar.not(.function("#sharesrelationship", [.variable(edge.relationship), .variable(other)], Spot(.none)), Spot(.none))
    }
    plan = plan.filtered(tests, rows: plan.estimatedRows)
  }
}

extension Expansion.Way {
  package var reversed: Expansion.Way {
    switch self {
    case .outgoing: .incoming
    case .incoming: .outgoing
    case .both: .both
    }
  }
}

extension LogicalPlan {
  func filtered(_ predicates: [Scalar], rows: Double) -> LogicalPlan {
    // Cheap tests first: subqueries last.
    let ordered = predicates.filter { !$0.hasSubquery } + predicates.filter(\.hasSubquery)
    return LogicalPlan(.filter(self, ordered), outputs: outputs, estimatedRows: max(rows, 0.001))
  }

  func filtered(_ predicates: [Scalar], selectivity: Double) -> LogicalPlan {
    filtered(predicates, rows: estimatedRows * selectivity)
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
  /// A part of the expression matches a pattern.
  package var hasSubquery: Bool {
    var found = false
    walk { if case .subquery = $0 { found = true } }
    return found
  }
}
