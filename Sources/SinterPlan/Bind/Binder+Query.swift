import SinterLanguage
import SinterModel

/// The plan so far and the names its rows carry.
struct QueryState {
  var plan: LogicalPlan
  var scope: Scope
}

/// A result column.
package struct ResultColumn: Sendable, Hashable {
  package var name: String
  package var variable: Variable
}

extension Binder {
  /// Plans a query, inside another one when `outer` is given; answers the plan and its columns.
  func planQuery(
    _ query: Query, outer: Scope?, rowNumber: Variable? = nil
  ) throws -> (plan: LogicalPlan, columns: [ResultColumn]) {
    var (plan, columns) = try planSingle(query.first, outer: outer, rowNumber: rowNumber)
    if query.rest.isEmpty { return (plan, columns) }
    // Both sides' columns take new variables: a side may return one of the outer query, or one twice.
    let united = columns.map { ResultColumn(name: $0.name, variable: fresh($0.name)) }
    let outputs = united.map(\.variable)
    plan = plan.renaming(columns, to: united)
    for part in query.rest {
      let (right, rightColumns) = try planSingle(part.query, outer: outer, rowNumber: rowNumber)
      plan = LogicalPlan(
        .union(plan.keeping(outputs), right.renaming(rightColumns, to: united).keeping(outputs)), outputs: outputs,
        estimatedRows: plan.estimatedRows + right.estimatedRows)
      if !part.all { plan = LogicalPlan(.distinct(plan), outputs: outputs, estimatedRows: plan.estimatedRows) }
    }
    columns = united
    return (plan, columns)
  }

  private func planSingle(
    _ query: SingleQuery, outer: Scope?, rowNumber: Variable?
  ) throws -> (plan: LogicalPlan, columns: [ResultColumn]) {
    var state = QueryState(plan: LogicalPlan(.unit, outputs: [], estimatedRows: 1), scope: Scope())
    if let outer {
      state = QueryState(plan: LogicalPlan(.argument, outputs: outer.all + [rowNumber].compactMap { $0 }, estimatedRows: 1), scope: outer)
    }
    var columns: [ResultColumn]?
    var position = 0
    while position < query.clauses.count {
      if let last = lastOfCreates(query.clauses, from: position) {
        try appendCreates(query.clauses[position...last], to: &state)
        position = last + 1
        continue
      }
      columns = try append(query.clauses[position], to: &state)
      position += 1
    }
    if let columns { return (state.plan, columns) }
    // A query without RETURN: inside EXISTS {} and COUNT {} its rows count, elsewhere its effects.
    let isEffect = query.clauses.last?.isUpdating ?? false
    if outer != nil && !isEffect { return (state.plan, []) }
    return (LogicalPlan(.discard(state.plan), outputs: [], estimatedRows: 0), [])
  }

  /// Adds one clause; RETURN and a standalone CALL answer the result's columns.
  private func append(_ clause: Clause, to state: inout QueryState) throws -> [ResultColumn]? {
    switch clause.kind {
    case .match(let match): try appendMatch(match, to: &state, at: clause.span)
    case .unwind(let list, let name):
      let variable = fresh(name.text)
      let items = try bind(list, state.scope)
      state.plan = LogicalPlan(
        .unwind(state.plan, items, as: variable), outputs: state.plan.outputs + [variable],
        estimatedRows: state.plan.estimatedRows * cost.length(of: items))
      state.scope.bind(name.text, to: variable)
    case .with(let projection, let filter): _ = try appendProjection(projection, filter: filter, to: &state)
    case .return(let projection): return try appendProjection(projection, filter: nil, isLast: true, to: &state)
    case .filter(let condition):
      let conditions = conjuncts(try bind(condition, state.scope))
      state.plan = state.plan.filtered(conditions, selectivity: cost.selectivity(conditions))
    case .let(let definitions):
      for definition in definitions {
        let variable = fresh(definition.name.text)
        state.plan = state.plan.extended([Assignment(variable, try bind(definition.value, state.scope))])
        state.scope.bind(definition.name.text, to: variable)
      }
    case .conditional(let branches): return try appendConditional(branches, to: &state)
    case .finish: state.plan = LogicalPlan(.discard(state.plan), outputs: [], estimatedRows: 0)
    case .create: try appendCreates([clause], to: &state)
    case .merge(let pattern, let onCreate, let onMatch): try appendMerge(pattern, onCreate, onMatch, to: &state)
    case .set(let items): appendMutations(try items.map { try mutation($0, state.scope, at: clause.span) }, to: &state)
    case .remove(let items): appendMutations(try items.map { try mutation($0, state.scope, at: clause.span) }, to: &state)
    case .delete(let targets, let detach):
      let bound = try targets.map { try bind($0, state.scope) }
      state.plan = LogicalPlan(.delete(state.plan, bound, detach: detach), outputs: state.plan.outputs, estimatedRows: state.plan.estimatedRows)
    case .foreach(let name, let list, let body): try appendForeach(name, list, body, to: &state)
    case .call(let call): return try appendCall(call, to: &state)
    case .subquery(let call): try appendSubquery(call, to: &state, at: clause.span)
    case .loadCSV(let load): try appendLoadCSV(load, to: &state, at: clause.span)
    case .predict(let predict): try appendPredict(predict, to: &state, at: clause.span)
    case .deposit(let deposit): try appendDeposit(deposit, to: &state, at: clause.span)
    case .retract(let retract): try appendRetract(retract, to: &state, at: clause.span)
    case .recommend(let recommend): try appendRecommend(recommend, to: &state, at: clause.span)
    case .why(let why): try appendWhy(why, to: &state, at: clause.span)
    }
    return nil
  }

  // MARK: Subqueries

  private func appendForeach(_ name: Name, _ list: Expression, _ body: [Clause], to state: inout QueryState) throws {
    let outer = state.scope
    let variable = fresh(name.text)
    let ((plan, _), imports) = try capturing(from: outer) { () throws -> (LogicalPlan, [ResultColumn]) in
      let argument = LogicalPlan(.argument, outputs: outer.all, estimatedRows: 1)
      var inner = QueryState(
        plan: LogicalPlan(.unwind(argument, try bind(list, outer), as: variable), outputs: argument.outputs + [variable], estimatedRows: 10),
        scope: outer)
      inner.scope.bind(name.text, to: variable)
      // Several clauses run in turn for each element; one does so by itself.
      if body.count > 1 {
        try appendEach(body, to: &inner)
      } else {
        for clause in body { _ = try append(clause, to: &inner) }
      }
      return (LogicalPlan(.discard(inner.plan), outputs: [], estimatedRows: 0), [])
    }
    let subplan = Subplan(plan: plan, imports: imports)
    state.plan = LogicalPlan(.forEach(state.plan, subplan), outputs: state.plan.outputs, estimatedRows: state.plan.estimatedRows)
  }

  /// Runs the clauses for one row after the other.
  private func appendEach(_ clauses: [Clause], to state: inout QueryState) throws {
    let outer = state.scope
    let ((plan, _), imports) = try capturing(from: outer) { () throws -> (LogicalPlan, [ResultColumn]) in
      var inner = QueryState(plan: LogicalPlan(.argument, outputs: outer.all, estimatedRows: 1), scope: outer)
      for clause in clauses { _ = try append(clause, to: &inner) }
      return (LogicalPlan(.discard(inner.plan), outputs: [], estimatedRows: 0), [])
    }
    let subplan = Subplan(plan: plan, imports: imports)
    state.plan = LogicalPlan(.forEach(state.plan, subplan), outputs: state.plan.outputs, estimatedRows: state.plan.estimatedRows)
  }

  private func appendSubquery(_ call: SubqueryCall, to state: inout QueryState, at span: SourceSpan) throws {
    var visible = Scope()
    if call.importsAll {
      visible = state.scope.keepingAll
    } else if let imports = call.imports {
      for name in imports { visible.bind(name.text, to: try resolve(name.text, in: state.scope, at: name.span)) }
      visible = visible.keepingAll
    } else if importsByWith(call.query) {
      visible = state.scope.keepingNone
    }
    carryFile(from: state.scope, to: &visible)
    var ((plan, columns), imports) = try capturing(from: visible) { try planQuery(call.query, outer: visible) }
    let outer = Set(visible.all)
    if columns.contains(where: { outer.contains($0.variable) }) || Set(columns.map(\.variable)).count < columns.count {
      // A column may be an outer variable under another name, or one variable twice.
      let renamed = columns.map { ResultColumn(name: $0.name, variable: fresh($0.name)) }
      plan = plan.renaming(columns, to: renamed)
      columns = renamed
    }
    if let transactions = call.transactions {
      let subplan = Subplan(plan: plan, imports: imports, outputs: columns.map(\.variable))
      return try appendTransactions(transactions, call, subplan, columns: columns, to: &state)
    }
    if columns.isEmpty {
      let subplan = Subplan(plan: plan, imports: imports)
      state.plan = LogicalPlan(.forEach(state.plan, subplan), outputs: state.plan.outputs, estimatedRows: state.plan.estimatedRows)
      return
    }
    let variables = columns.map(\.variable)
    let subplan = Subplan(plan: plan, imports: imports, outputs: variables)
    let outputs = state.plan.outputs + variables.filter { !state.plan.outputs.contains($0) }
    let kind: LogicalPlan.Kind = call.optional ? .optional(state.plan, subplan) : .apply(state.plan, subplan)
    state.plan = LogicalPlan(kind, outputs: outputs, estimatedRows: state.plan.estimatedRows * max(plan.estimatedRows, 1))
    for column in columns { state.scope.bind(column.name, to: column.variable) }
  }

  /// The older form of CALL { }: a leading WITH of plain variables brings them in.
  private func importsByWith(_ query: Query) -> Bool {
    ([query.first] + query.rest.map(\.query)).contains { single in
      if case .with = single.clauses.first?.kind { true } else { false }
    }
  }

  // MARK: Procedures and files

  private func appendCall(_ call: ProcedureCall, to state: inout QueryState) throws -> [ResultColumn]? {
    guard let outputs = context.procedureOutputs(call.name.text) else {
      throw SinterError(
        "ProcedureError.ProcedureNotFound", phase: .compile, "There is no procedure `\(call.name.text)`; SHOW PROCEDURES lists them.",
        at: call.name.span)
    }
    let items: [(output: String, alias: String)] =
      if let yield = call.yield, !call.yieldsAll {
        yield.map { ($0.output.text, ($0.alias ?? $0.output).text) }
      } else if call.standalone || call.yieldsAll {
        outputs.map { ($0, $0) }
      } else {
        []
      }
    let yields = items.map { (output: $0.output, variable: fresh($0.alias)) }
    let invocation = ProcedureInvocation(
      name: call.name.text, arguments: try call.arguments.map { try $0.map { try bind($0, state.scope) } }, yields: yields,
      optional: call.optional, spot: Spot(call.name.span))
    state.plan = LogicalPlan(
      .procedure(state.plan, invocation), outputs: state.plan.outputs + yields.map(\.variable), estimatedRows: state.plan.estimatedRows * 10)
    for (item, yield) in zip(items, yields) { state.scope.bind(item.alias, to: yield.variable) }
    if let filter = call.filter { state.plan = state.plan.filtered(conjuncts(try bind(filter, state.scope)), selectivity: 0.5) }
    guard call.standalone else { return nil }
    if yields.isEmpty { state.plan = LogicalPlan(.discard(state.plan), outputs: [], estimatedRows: 0) }
    return zip(items, yields).map { ResultColumn(name: $0.alias, variable: $1.variable) }
  }
}

extension LogicalPlan {
  /// Adds the columns of `columns` once more under the variables of `renamed`, matched by name.
  func renaming(_ columns: [ResultColumn], to renamed: [ResultColumn]) -> LogicalPlan {
    let assignments = renamed.map { column in
      Assignment(column.variable, .variable(columns.first { $0.name == column.name }?.variable ?? column.variable))
    }
    return LogicalPlan(.extend(self, assignments), outputs: outputs + renamed.map(\.variable), estimatedRows: estimatedRows)
  }
}

extension Clause {
  /// The clause changes the graph.
  package var isUpdating: Bool {
    switch kind {
    case .create, .merge, .set, .remove, .delete, .foreach, .deposit, .retract: true
    case .subquery(let call): call.query.isUpdating
    case .conditional(let branches): branches.contains { $0.query.isUpdating }
    default: false
    }
  }
}

extension Query {
  package var isUpdating: Bool {
    first.clauses.contains(where: \.isUpdating) || rest.contains { $0.query.clauses.contains(where: \.isUpdating) }
  }
}
