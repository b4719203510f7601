import SinterLanguage
import SinterModel

extension Binder {
  /// Plans the patterns of a MATCH on top of `input`; answers the plan and the scope behind it.
  func planMatch(
    _ patterns: [PathPattern], filter: Expression?, mode: MatchMode? = nil, hints: [IndexHint] = [], input: LogicalPlan,
    scope: Scope
  ) throws -> (LogicalPlan, Scope) {
    let hops = patterns.reduce(0) { $0 + $1.hopCount }
    guard hops <= maximumHopCount else {
      throw SinterError(
        "LimitError.QueryTooDeep", phase: .compile,
        "A MATCH of \(hops) relationships was asked for; at most \(maximumHopCount) are allowed. Split it, or use a variable length: [*1..n].")
    }
    var inner = scope
    let graph = try queryGraph(patterns, filter: filter, mode: mode, scope: &inner)
    let heeded = try plannerHints(hints, graph: graph, scope: inner, bound: Set(input.outputs))
    learnKinds(of: graph)
    var planner = PatternPlanner(graph: graph, context: context, cost: cost, hints: heeded, input: input)
    return (try planner.make(), inner)
  }

  private func planMatch(_ match: MatchClause, input: LogicalPlan, scope: Scope) throws -> (LogicalPlan, Scope) {
    if let search = match.search { return try planSearch(match, search, input: input, scope: scope) }
    return try planMatch(
      match.patterns, filter: match.filter, mode: match.mode, hints: match.hints, input: input, scope: scope)
  }

  func appendMatch(_ match: MatchClause, to state: inout QueryState, at span: SourceSpan) throws {
    guard match.optional else {
      (state.plan, state.scope) = try planMatch(match, input: state.plan, scope: state.scope)
      return
    }
    let outer = state.scope
    let rowNumber = anonymous()
    let ((plan, inner), imports) = try capturing(from: outer) {
      let argument = LogicalPlan(.argument, outputs: outer.all + [rowNumber], estimatedRows: 1)
      return try planMatch(match, input: argument, scope: outer)
    }
    let new = inner.all.filter { !outer.all.contains($0) }
    let subplan = Subplan(plan: plan, imports: imports, outputs: new, rowNumber: rowNumber)
    state.plan = LogicalPlan(
      .optional(state.plan, subplan), outputs: state.plan.outputs + new,
      estimatedRows: state.plan.estimatedRows * max(plan.estimatedRows, 1))
    state.scope = inner
  }
}

/// Relationships in the patterns of one MATCH; each is an operator over the one before.
private let maximumHopCount = 300

extension PathPattern {
  /// Relationships as they are written, those inside groups included.
  fileprivate var hopCount: Int {
    steps.reduce(0) { sum, step in
      if case .group(let group) = step.link { sum + group.steps.count } else { sum + 1 }
    }
  }
}
