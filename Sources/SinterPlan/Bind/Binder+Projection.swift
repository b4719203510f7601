import SinterLanguage
import SinterModel

extension Binder {
  /// Plans WITH and RETURN: aggregate or extend, DISTINCT, ORDER BY, SKIP, LIMIT and the WHERE of a WITH, in that order.
  /// - Parameter isLast: nothing follows that could read other variables than the columns.
  func appendProjection(
    _ projection: Projection, filter: Expression?, isLast: Bool = false, to state: inout QueryState
  ) throws -> [ResultColumn] {
    let saved = aggregates
    defer { aggregates = saved }
    let before = state.scope
    var items: [(name: String, value: Scalar, aggregates: Bool)] = []
    if projection.includesAll {
      // Elements without a name of their own are not part of `*`.
      for name in before.names.sorted() where !name.hasPrefix("#") && !before.keeps(name) { items.append((name, .variable(try resolve(name, in: before, at: projection.span)), false)) }
    }
    aggregates = []
    for item in projection.items {
      let name = item.alias?.text ?? item.columnName
      items.append((name, try bind(item.expression, before), item.expression.containsAggregate))
    }
    // A variable that is only passed on keeps its identity; anything else gets a new one.
    var columns: [ResultColumn] = []
    var after = Scope()
    for item in items {
      var variable = fresh(item.name)
      if case .variable(let same) = item.value, !item.aggregates, !columns.contains(where: { $0.variable == same }) { variable = same }
      columns.append(ResultColumn(name: item.name, variable: variable))
      after.bind(item.name, to: variable)
    }
    var sortScope = before
    for column in columns { sortScope.bind(column.name, to: column.variable) }
    let assignments = zip(columns, items).map { Assignment($0.variable, $1.value) }
    // An ORDER BY expression that is one of the items as written sorts by the item.
    var keys = try projection.orderBy.map { item -> SortKey in
      var isAlias = false
      if case .variable(let name) = item.expression.kind { isAlias = columns.contains { $0.name == name } }
      let beforeValue = isAlias || item.expression.containsAggregate ? nil : try? bind(item.expression, before)
      if let beforeValue, let same = assignments.first(where: { $0.value == beforeValue }) {
        return SortKey(value: .variable(same.variable), descending: item.descending)
      }
      return SortKey(value: try bind(item.expression, sortScope), descending: item.descending)
    }
    let collected = aggregates!
    aggregates = nil

    let isAggregating = !collected.isEmpty
    if isAggregating {
      keys = appendAggregation(assignments, zip(items, assignments).filter { !$0.0.aggregates }.map(\.1), collected, keys, to: &state)
    } else {
      let new = assignments.filter { $0.value != .variable($0.variable) }
      setOrigins(new)
      let (shared, rest) = sharing(new)
      for assignment in shared { state.plan = state.plan.extended([assignment]) }
      if !rest.isEmpty { state.plan = state.plan.extended(rest) }
    }
    let outputs = columns.map(\.variable)
    if projection.distinct {
      keys = keys.map { key in
        SortKey(value: key.value.rewriting { part in assignments.first { $0.value == part }.map { .variable($0.variable) } }, descending: key.descending)
      }
      state.plan = distinct(state.plan, outputs.unique)
    }
    try appendOrder(keys, projection, to: &state)
    after.keep(from: before)
    let kept = isLast ? [] : after.kept.map(\.variable).unique
    if isAggregating || projection.distinct { rejoin(kept, with: outputs.unique, in: &state) }
    if let filter {
      // As long as rows are neither grouped nor deduplicated, WHERE still sees what came before.
      let scope = isAggregating || projection.distinct ? after : sortScope
      let conditions = conjuncts(try bind(filter, scope))
      state.plan = state.plan.filtered(conditions, selectivity: cost.selectivity(conditions))
    }
    var passed = outputs + kept
    if !isAggregating && !projection.distinct {
      carryFile(from: before, to: &after)
      passed += Self.fileFunctions.values.sorted().compactMap { after[$0] }
    }
    state.plan = state.plan.keeping(passed.unique)
    state.scope = after
    return columns
  }

  /// Puts the variables of the query around a subquery, of which there is one row, beside rows that were merged.
  private func rejoin(_ kept: [Variable], with outputs: [Variable], in state: inout QueryState) {
    guard kept.contains(where: { !outputs.contains($0) }) else { return }
    let merged = state.plan.keeping(outputs)
    let subplan = Subplan(plan: merged, imports: captured(kept), outputs: outputs)
    let argument = LogicalPlan(.argument, outputs: kept, estimatedRows: 1)
    state.plan = LogicalPlan(.apply(argument, subplan), outputs: (kept + outputs).unique, estimatedRows: merged.estimatedRows)
  }

  /// Groups by the items without aggregates, then computes the items from keys and aggregates.
  private func appendAggregation(
    _ assignments: [Assignment], _ groupKeys: [Assignment], _ aggregates: [Aggregate], _ sortKeys: [SortKey], to state: inout QueryState
  ) -> [SortKey] {
    let keyVariables = groupKeys.map(\.variable)
    state.plan = aggregation(of: state.plan, groupKeys, aggregates)
    func overGroups(_ scalar: Scalar) -> Scalar {
      scalar.rewriting { part in groupKeys.first { $0.value == part }.map { .variable($0.variable) } }
    }
    let rest = assignments.filter { !keyVariables.contains($0.variable) }.map { Assignment($0.variable, overGroups($0.value)) }
    if !rest.isEmpty { state.plan = state.plan.extended(rest) }
    return sortKeys.map { key in
      let value = key.value.rewriting { part in assignments.first { $0.value == part }.map { .variable($0.variable) } }
      return SortKey(value: overGroups(value), descending: key.descending)
    }
  }

  private func appendOrder(_ keys: [SortKey], _ projection: Projection, to state: inout QueryState) throws {
    let none = Scope()
    let skip = try projection.skip.map { try bind($0, none) }
    let limit = try projection.limit.map { try bind($0, none) }
    let outputs = state.plan.outputs
    if !keys.isEmpty {
      if let limit, context.isEnabled("top-k") {
        state.plan = LogicalPlan(
          .top(state.plan, keys, skip: skip, limit: limit), outputs: outputs, estimatedRows: min(state.plan.estimatedRows, estimate(limit)))
        return
      }
      state.plan = LogicalPlan(.sort(state.plan, keys), outputs: outputs, estimatedRows: state.plan.estimatedRows)
    }
    guard skip != nil || limit != nil else { return }
    func cut(_ plan: LogicalPlan) -> LogicalPlan {
      var plan = plan
      if let skip { plan = LogicalPlan(.skip(plan, skip), outputs: plan.outputs, estimatedRows: plan.estimatedRows) }
      guard let limit else { return plan }
      return LogicalPlan(.limit(plan, limit), outputs: plan.outputs, estimatedRows: min(plan.estimatedRows, estimate(limit)))
    }
    let isPushed = keys.isEmpty && !isUpdating && context.isEnabled("limit-push-down")
    state.plan = isPushed ? state.plan.pushingDown(cut, limit: skip == nil ? limit : nil) : cut(state.plan)
  }

  private func estimate(_ limit: Scalar) -> Double {
    switch limit {
    case .constant(.integer(let n)): return Double(max(n, 0))
    case .parameter(let name, _):
      if case .integer(let n)? = parameters?.values[name] { return Double(max(n, 0)) }
      return 10
    default: return 10
    }
  }
}
