import SinterModel
import SinterPlan
import SinterStorage

/// The work of one transaction: the rows of a batch through the subquery.
///
/// `@unchecked Sendable`: the leading writer's thread runs it while the statement's own thread waits.
final class TransactionWork: @unchecked Sendable {
  private let subplan: Subplan
  private let batch: Batch
  private let outer: Layout
  private let context: ExecutionContext
  private(set) var runner: SubplanRunner?
  private(set) var statistics = UpdateStatistics()
  /// For each row that the subquery gave, the row of the batch it belongs to.
  private(set) var parents: [Int32] = []
  private var results: [Batch] = []

  init(_ subplan: Subplan, _ batch: Batch, outer: Layout, _ context: ExecutionContext) {
    self.subplan = subplan
    self.batch = batch
    self.outer = outer
    self.context = context
  }

  func run(_ writer: GraphWriter) throws {
    let inner = ExecutionContext(within: context, writer: writer)
    let runner = try SubplanRunner(subplan, outer: outer, inner)
    self.runner = runner
    try runner.run(batch) { found, rows in
      try inner.hold(found.byteCount)
      results.append(found)
      parents += rows
      return true
    }
    try inner.finishDeletes()
    statistics = inner.statistics
  }

  /// A column of the subquery's rows.
  func column(_ variable: Variable) -> Vector? {
    guard let position = runner?.root.layout[variable] else { return nil }
    return [Vector].concatenated(results.map { $0.columns[position] })
  }
}
