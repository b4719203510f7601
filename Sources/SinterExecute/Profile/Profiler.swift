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

  func counters(of plan: LogicalPlan) -> OperatorCounters {
    let key = ObjectIdentifier(plan)
    if let known = counters[key] { return known }
    let new = OperatorCounters()
    counters[key] = new
    return new
  }
}
