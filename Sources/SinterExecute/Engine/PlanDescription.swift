import SinterPlan

/// One operator of a plan as EXPLAIN and PROFILE show it.
package struct PlanDescription: Sendable {
  package var name: String
  package var details: String
  package var estimatedRows: Double
  /// Only after PROFILE.
  package var rows: Int?
  package var batches: Int?
  package var seconds: Double?
  package var children: [PlanDescription]
  package init(name: String, details: String, estimatedRows: Double, children: [PlanDescription]) {
    self.name = name
    self.details = details
    self.estimatedRows = estimatedRows
    self.children = children
  }

  init(_ plan: LogicalPlan) {
    let described = plan.described
    self.init(
      name: described.name, details: described.details, estimatedRows: plan.estimatedRows,
      children: described.inputs.map { PlanDescription($0) })
  }

  init(running op: Operator) {
    let described = op.plan.described
    self.init(
      name: described.name, details: described.details, estimatedRows: op.plan.estimatedRows,
      children: op.inputs.map { PlanDescription(running: $0) })
    rows = op.rowCount
    batches = op.batchCount
    seconds = op.seconds
  }
}

extension Operator {
  /// Counts rows and time from now on, here and below.
  func profile() {
    isProfiled = true
    for input in inputs { input.profile() }
  }
}
