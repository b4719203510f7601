import SinterModel
import SinterPlan
import SinterStorage

extension AggregateOperator {
  /// Gathers groups on several threads, each over its part of the rows, and merges them in the order of the rows; false where
  /// the rows cannot be dealt out or are too few.
  func gatherInParallel() throws -> Bool {
    guard context.threadCount > 1, !aggregates.contains(where: \.dependsOnOrder), let dealt = try ParallelRun(input.plan, dealtInput, context) else { return false }
    let (parts, heldBytes) = try dealt.run(below: input.plan) { context in
      var builder = OperatorBuilder(context: context)
      let part = try AggregateOperator(
        plan, try builder.build(input.plan), keys: keys, aggregates: aggregates, multiplicity: multiplicity, isPart: true)
      try part.gatherPart()
      return part
    }
    defer { context.release(heldBytes) }
    for part in parts {
      try context.checkInterrupts()
      try merge(part)
    }
    return true
  }

  /// Where the input's rows come from, if they can be dealt out.
  private var dealtInput: (scan: LogicalPlan, rows: Double)? {
    // Paths that are counted all together weigh as much as those of every part; so much for groups, not for single paths.
    if case .countPaths(let below, let paths) = input.plan.kind, let count = paths.count, multiplicity == count {
      return below.dealtScan(context).map { ($0.scan, max($0.rows, input.plan.estimatedRows)) }
    }
    return input.plan.dealtScan(context)
  }
}

extension Aggregate {
  /// The values that count once are not kept in order, in which floats would have to be added up.
  fileprivate var dependsOnOrder: Bool { distinct && ["sum", "avg", "stdev", "stdevp"].contains(function) }
}

extension AggregateColumn {
  /// A merge of two columns of the same aggregate.
  func counterpart<Column: AggregateColumn>(_ other: AggregateColumn, _ type: Column.Type = Column.self) -> Column {
    guard let other = other as? Column else { preconditionFailure("parts of an aggregation have the same columns") }
    return other
  }
}
