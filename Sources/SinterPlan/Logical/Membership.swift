/// Another way to answer EXISTS: the nodes for which the pattern holds are found once, and then only looked up.
///
/// Both ways give the same; which costs less depends on how many rows ask, so the executor decides.
package struct Membership: Sendable {
  /// The node of the outer row that is looked up.
  package let probe: Variable
  /// Finds all such nodes for one row of its imports, which are those of EXISTS without ``probe``.
  package let subplan: Subplan
  /// Rows that finding them makes, and rows that EXISTS makes for one outer row: estimates.
  package let gatheringCost: Double
  package let probeCost: Double
}

extension LogicalPlan {
  /// Rows made by the plan and the plans below it.
  var totalRows: Double {
    let inner = Set(subplans.map { ObjectIdentifier($0.plan) })
    return described.inputs.filter { !inner.contains(ObjectIdentifier($0)) }.reduce(max(estimatedRows, 0.1)) { $0 + $1.totalRows }
  }
}
