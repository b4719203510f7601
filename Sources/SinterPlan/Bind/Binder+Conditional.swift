import SinterLanguage
import SinterModel

extension Binder {
  /// Plans WHEN: the branch is chosen once for each row, before any branch runs and could change what a condition reads.
  func appendConditional(_ branches: [ConditionalBranch], to state: inout QueryState) throws -> [ResultColumn]? {
    let choice = fresh("#branch")
    state.plan = state.plan.extended([Assignment(choice, try chosenBranch(branches, state.scope))])
    var scope = state.scope.keepingAll
    scope.bind(choice.name, to: choice)
    let ((plan, columns), imports) = try capturing(from: scope) { () throws -> (LogicalPlan, [ResultColumn]) in
      use(choice)
      return try planBranches(branches, choice, scope)
    }
    if columns.isEmpty {
      state.plan = LogicalPlan(
        .forEach(state.plan, Subplan(plan: plan, imports: imports)), outputs: state.plan.outputs, estimatedRows: state.plan.estimatedRows)
      return nil
    }
    let variables = columns.map(\.variable)
    let subplan = Subplan(plan: plan, imports: imports, outputs: variables)
    state.plan = LogicalPlan(
      .apply(state.plan, subplan), outputs: state.plan.outputs + variables,
      estimatedRows: state.plan.estimatedRows * max(plan.estimatedRows, 1)
    ).keeping(variables)
    return columns
  }

  /// The number of the first branch whose condition holds; null for none.
  private func chosenBranch(_ branches: [ConditionalBranch], _ scope: Scope) throws -> Scalar {
    var tests: [Scalar.Branch] = []
    var otherwise: Scalar?
    for (number, branch) in branches.enumerated() {
      let result = Scalar.constant(.integer(Int64(number)))
      guard let condition = branch.condition else {
        otherwise = result
        break
      }
      tests.append(Scalar.Branch(condition: try bind(condition, scope), result: result))
    }
    return .conditional(tests, otherwise: otherwise)
  }

  /// The rows of all branches, of which only the chosen one is run.
  private func planBranches(
    _ branches: [ConditionalBranch], _ choice: Variable, _ scope: Scope
  ) throws -> (LogicalPlan, [ResultColumn]) {
    var columns: [ResultColumn] = []
    var whole: LogicalPlan?
    for (number, branch) in branches.enumerated() {
      let isChosen = Scalar.compare(.equal, .variable(choice), .constant(.integer(Int64(number))), Spot(branch.query.span))
      let argument = LogicalPlan(.argument, outputs: scope.all, estimatedRows: 1).filtered([isChosen], selectivity: 0.5)
      let ((inner, own), imports) = try capturing(from: scope) { try planQuery(branch.query, outer: scope) }
      if number == 0 { columns = own.map { ResultColumn(name: $0.name, variable: fresh($0.name)) } }
      let part: LogicalPlan
      if columns.isEmpty {
        part = LogicalPlan(
          .forEach(argument, Subplan(plan: inner, imports: imports)), outputs: argument.outputs, estimatedRows: 1)
      } else {
        let variables = columns.map(\.variable)
        let subplan = Subplan(plan: inner.renaming(own, to: columns), imports: imports, outputs: variables)
        part = LogicalPlan(
          .apply(argument, subplan), outputs: argument.outputs + variables, estimatedRows: inner.estimatedRows
        ).keeping(variables)
      }
      whole = whole.map { LogicalPlan(.union($0, part), outputs: part.outputs, estimatedRows: $0.estimatedRows + part.estimatedRows) } ?? part
    }
    return (whole ?? LogicalPlan(.unit, outputs: [], estimatedRows: 1), columns)
  }
}
