import SinterPlan

/// What PROFILE counts of an operator.
final class OperatorCounters {
  var rows = 0
  var batches = 0
  /// With the operators below.
  var seconds = 0.0
  /// The most the operator kept from batch to batch.
  var peakBytes = 0
}

/// The counters of a profiled statement by plan node: operators that run the same node, as a subplan in an expression
/// does again and again, share them.
final class Profiler {
  private var counters: [ObjectIdentifier: OperatorCounters] = [:]
  /// Page faults of other threads than the one that asks for rows.
  var workerFaults = PageFaults()

  func counters(of plan: LogicalPlan) -> OperatorCounters {
    let key = ObjectIdentifier(plan)
    if let known = counters[key] { return known }
    let new = OperatorCounters()
    counters[key] = new
    return new
  }

  /// Takes in what threads counted that worked on the plan below `root` for `seconds`: rows are added, and the time is what
  /// passed, shared out as the threads spent theirs.
  func add(_ others: [Profiler], below root: LogicalPlan, seconds: Double) {
    let spent = others.reduce(0) { $0 + ($1.counters[ObjectIdentifier(root)]?.seconds ?? 0) }
    let scale = spent > 0 ? seconds / spent : 0
    for other in others {
      workerFaults = workerFaults + other.workerFaults
      for (plan, theirs) in other.counters {
        let mine = counters[plan] ?? OperatorCounters()
        counters[plan] = mine
        mine.rows += theirs.rows
        mine.batches += theirs.batches
        mine.seconds += theirs.seconds * scale
        mine.peakBytes += theirs.peakBytes
      }
    }
  }
}
