package import SinterLanguage
import SinterModel

/// From a checked statement to a plan: bind and order, then the passes.
package enum Planner {
  /// The passes that can be switched off, in the order in which they act, with what each is for.
  package static let passNames: [(name: String, purpose: String)] = [
    ("constant-folding", "compute what is constant once, and drop tests that always or never pass"),
    ("common-subexpressions", "compute what several items of a projection share once"),
    ("join-order", "start patterns where they are rarest and follow the cheapest hop next"),
    ("index-seek", "find the start of a pattern through an index instead of a scan"),
    ("zone-maps", "leave out the segments of a scan whose smallest and largest values no predicate can pass"),
    ("semi-join", "find the nodes that an EXISTS holds for once, and look up the nodes of many rows"),
    ("top-k", "keep only the first k rows while sorting under a LIMIT"),
    ("limit-push-down", "compute only the rows that a LIMIT without an order lets through"),
    ("distinct-removal", "leave out a DISTINCT over rows that differ anyway"),
    ("count-paths", "count the paths of a pattern, or find its distinct ends, without making a row for each"),
    ("parameter-values", "estimate by the values of parameters, and plan again for values of another order of magnitude"),
    ("merge-rows", "match a MERGE of a single node or relationship for many rows at once"),
    ("row-groups", "pass rows on that are groups of their own, known by a key that no two rows share"),
    ("prune-columns", "drop variables as soon as nobody reads them"),
  ]

  /// - Throws: errors of phase `compile` that need the schema, such as an unknown procedure.
  package static func plan(_ query: Query, context: PlanContext) throws -> PlannedQuery {
    let binder = Binder(context: context, isUpdating: query.isUpdating)
    var (plan, columns) = try binder.planQuery(query, outer: nil)
    if context.isEnabled("prune-columns") {
      plan = PruneColumns().run(plan, needed: VariableSet(columns.map(\.variable)))
    }
    return PlannedQuery(plan: plan, columns: columns, isUpdating: query.isUpdating, assumptions: binder.parameters?.assumptions ?? [])
  }
}

extension Planner {
  /// An expression without variables, ready to be computed.
  package static func bind(_ expression: Expression) throws -> Scalar {
    try Binder(context: PlanContext(statistics: GraphStatistics())).bind(expression, Scope())
  }
}

/// A plan and the names of its result columns.
package struct PlannedQuery: Sendable {
  package var plan: LogicalPlan
  package var columns: [ResultColumn]
  package var isUpdating: Bool
  /// What the plan takes for granted of the parameters.
  package var assumptions: [ParameterAssumption] = []
}
