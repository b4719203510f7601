import SinterLanguage
import SinterModel

extension Binder {
  /// Puts a planned subquery into transactions of its own; `columns` is what it returns, if anything.
  func appendTransactions(
    _ transactions: SubqueryCall.Transactions, _ call: SubqueryCall, _ subplan: Subplan, columns: [ResultColumn],
    to state: inout QueryState
  ) throws {
    let report = transactions.report.map { fresh($0.text) }
    let plan = TransactionPlan(
      rows: try transactions.rows.map { try bind($0, Scope()) },
      concurrency: try transactions.concurrency.map { try bind($0, Scope()) }, onError: transactions.onError,
      retries: transactions.retry != nil, retrySeconds: try transactions.retry?.seconds.map { try bind($0, Scope()) },
      report: report, spot: Spot(transactions.span))
    let new = columns.map(\.variable) + [report].compactMap { $0 }
    state.plan = LogicalPlan(
      .transactions(state.plan, subplan, isUnit: columns.isEmpty, isOptional: call.optional, plan),
      outputs: state.plan.outputs + new.filter { !state.plan.outputs.contains($0) },
      estimatedRows: state.plan.estimatedRows * (columns.isEmpty ? 1 : max(subplan.plan.estimatedRows, 1)))
    for column in columns { state.scope.bind(column.name, to: column.variable) }
    if let name = transactions.report, let report { state.scope.bind(name.text, to: report) }
  }
}
