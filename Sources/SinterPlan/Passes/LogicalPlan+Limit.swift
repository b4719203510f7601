/// SKIP and LIMIT below what makes one row of each row, so that it is made of no more rows than are wanted.
extension LogicalPlan {
  /// - Parameters:
  ///   - cut: puts SKIP and LIMIT on a plan.
  ///   - limit: the LIMIT, where there is no SKIP: it holds for the rows of an OPTIONAL MATCH and for those below it.
  func pushingDown(_ cut: (LogicalPlan) -> LogicalPlan, limit: Scalar?) -> LogicalPlan {
    switch kind {
    case .extend(let input, let assignments):
      let below = input.pushingDown(cut, limit: limit)
      return LogicalPlan(.extend(below, assignments), outputs: outputs, estimatedRows: below.estimatedRows)
    case .keep(let input):
      let below = input.pushingDown(cut, limit: limit)
      return LogicalPlan(.keep(below), outputs: outputs, estimatedRows: below.estimatedRows)
    case .optional(let input, let subplan):
      guard let limit else { return cut(self) }
      // Every row of the input has one at least.
      let rows = LogicalPlan(.limit(input, limit), outputs: input.outputs, estimatedRows: min(input.estimatedRows, cut(input).estimatedRows))
      return cut(LogicalPlan(.optional(rows, subplan), outputs: outputs, estimatedRows: estimatedRows))
    default: return cut(self)
    }
  }
}
