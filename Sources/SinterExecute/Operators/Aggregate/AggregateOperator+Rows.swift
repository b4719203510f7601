import SinterModel
import SinterPlan
import SinterStorage

extension AggregateOperator {
  /// Whether a key tells every row from all others: the node that no two rows share, or a property that identifies it.
  static func hasGroupsOfOne(_ keys: [Assignment], _ input: LogicalPlan, _ context: ExecutionContext) -> Bool {
    guard !keys.isEmpty, context.writer == nil, !context.options.disables("row-groups"), let rowIdentity = input.rowIdentity else { return false }
    return keys.contains { key in
      switch key.value {
      case .variable(rowIdentity.node): return true
      case .property(.variable(rowIdentity.node), let property, _):
        let labels = context.view.labelsIdentified(by: property)
        return rowIdentity.labels.contains { name in context.view.labelID(name).map(labels.contains) ?? false }
      default: return false
      }
    }
  }

  /// Turns a batch of rows into as many groups: nothing is gathered, and a key that nobody reads is not computed.
  func nextRowByRow() throws -> Batch? {
    guard let batch = try input.pull() else { return nil }
    var result = [Vector](repeating: .constant(.null, count: batch.count), count: layout.variables.count)
    for key in keys {
      if let position = layout[key.variable] { result[position] = try evaluator.evaluate(key.value, batch) }
    }
    let multiplicities = try multiplicities(of: batch)
    for aggregate in aggregates {
      guard let position = layout[aggregate.variable] else { continue }
      result[position] = try aggregate.isRowCount
        ? multiplicities.map(Vector.integers) ?? .constant(.integer(1), count: batch.count)
        : row(by: aggregate, batch, multiplicities)
    }
    return Batch(columns: result, count: batch.count)
  }

  /// An aggregate over each row by itself.
  private func row(by aggregate: Aggregate, _ batch: Batch, _ multiplicities: [Int64]?) throws -> Vector {
    let column = try AggregateColumn.make(aggregate)
    column.grow(to: batch.count)
    return try evaluator.located(aggregate.spot) {
      let arguments = try aggregate.arguments.map { try evaluator.evaluate($0, batch) }
      let groups = (0..<Int32(truncatingIfNeeded: batch.count)).map { $0 }
      try column.add(arguments, groups: groups, count: batch.count, multiplicities: multiplicities)
      try column.finish(context.limits)
      return try column.result(0..<batch.count)
    }
  }
}

extension Aggregate {
  /// `count(*)`
  fileprivate var isRowCount: Bool { function == "count" && arguments.isEmpty }
}
