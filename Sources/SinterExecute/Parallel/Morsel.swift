import SinterModel
import SinterPlan
import SinterStorage

/// A part of the nodes that a scan gives, for one thread.
struct Morsel {
  /// The scan's plan; other scans of the statement are not concerned.
  let scan: LogicalPlan
  let nodes: [UInt32]
  let range: Range<Int>
}

extension ExecutionContext {
  /// The most threads that may work on a part of the statement.
  var threadCount: Int { writer == nil && morsel == nil ? options.threads ?? WorkerPool.processorCount : 1 }
}

extension LogicalPlan {
  /// The scan that the plan's rows come from, where each of them follows from one node alone, so that the nodes can be dealt
  /// out; and the most rows there are on the way, by the planner's estimate.
  func dealtScan(_ context: ExecutionContext) -> (scan: LogicalPlan, rows: Double)? {
    let found: (scan: LogicalPlan, rows: Double)?
    switch kind {
    case .nodeScan(let input, _, _):
      guard case .unit = input.kind else { return nil }
      return (self, estimatedRows)
    case .filter(let input, _), .extend(let input, _), .keep(let input): return input.dealtScan(context)
    case .expand(let input, _), .expandVariable(let input, _), .unwind(let input, _, _), .optional(let input, _):
      found = input.dealtScan(context)
    case .countPaths(let input, let paths):
      // Without columns of the input, rows come from all nodes together.
      guard outputs.contains(where: { $0 != paths.target && $0 != paths.count }) else { return nil }
      found = input.dealtScan(context)
    case .aggregate(let input, let keys, _, _):
      return AggregateOperator.hasGroupsOfOne(keys, input, context) ? input.dealtScan(context) : nil
    default: return nil
    }
    return found.map { ($0.scan, max($0.rows, estimatedRows)) }
  }
}
