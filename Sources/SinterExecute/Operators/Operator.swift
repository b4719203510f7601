import SinterFunctions
import SinterModel
import SinterPlan

/// One step of a running plan: gives its rows batch by batch, pulled from above.
class Operator {
  let layout: Layout
  let context: ExecutionContext
  /// The operators this one reads, for PROFILE.
  var inputs: [Operator] { [] }
  /// What PROFILE counts; nil without it.
  private let counters: OperatorCounters?
  /// Bytes kept from batch to batch.
  private(set) var heldBytes = 0
  /// Bytes of large values in the batch given last.
  private var outstandingBytes = 0
  /// The plan node this runs, for EXPLAIN and PROFILE.
  let plan: LogicalPlan

  init(_ plan: LogicalPlan, _ context: ExecutionContext) {
    self.plan = plan
    self.context = context
    layout = Layout(plan.outputs)
    counters = context.profiler?.counters(of: plan)
  }

  /// The next batch, never empty, or nil at the end.
  final func pull() throws -> Batch? {
    let limits = context.limits
    try limits.checkInterrupts()
    if outstandingBytes > 0 {
      // Whoever asks for more is done with the batch before.
      limits.release(outstandingBytes)
      outstandingBytes = 0
    }
    let transientBefore = limits.transientBytes
    guard let counters else {
      let batch = try next()
      if limits.transientBytes != transientBefore { try settle(batch, transientBefore) }
      return batch
    }
    let start = monotonicSeconds()
    let batch = try next()
    counters.seconds += monotonicSeconds() - start
    if limits.transientBytes != transientBefore { try settle(batch, transientBefore) }
    if let batch {
      counters.rows += batch.count
      counters.batches += 1
    }
    return batch
  }

  /// Of the large values made for a batch, those in it are held until the next one is asked for; the rest is gone.
  private func settle(_ batch: Batch?, _ transientBefore: Int) throws {
    let made = context.limits.transientBytes - transientBefore
    context.limits.settle(transientBefore)
    guard let batch, made > 0 else { return }
    outstandingBytes = min(made, batch.largeByteCount)
    try context.hold(outstandingBytes)
  }

  /// Accounts for what is kept from batch to batch.
  final func hold(_ bytes: Int) throws {
    heldBytes += bytes
    try context.hold(bytes)
    if let counters { counters.peakBytes = max(counters.peakBytes, heldBytes) }
  }

  final func release(_ bytes: Int) {
    heldBytes -= bytes
    context.release(bytes)
  }

  /// Nothing is kept any more.
  final func releaseAll() { release(heldBytes) }

  /// Gives the next batch; subclasses skip empty ones.
  func next() throws -> Batch? { preconditionFailure("an operator gives batches") }

  /// Whether it can run again for another call of the statement, with other parameters: nothing outlives ``reset()`` but what
  /// follows from the plan and the snapshot. To be said by each kind of operator.
  var isReusable: Bool { false }

  /// Starts over, for a subplan that runs again.
  func reset() { for input in inputs { input.reset() } }
}

/// An operator over one input.
class UnaryOperator: Operator {
  let input: Operator
  override var inputs: [Operator] { [input] }

  init(_ plan: LogicalPlan, _ input: Operator) {
    self.input = input
    super.init(plan, input.context)
  }
}

/// One row without columns.
final class UnitOperator: Operator {
  private var isDone = false
  override func next() -> Batch? {
    if isDone { return nil }
    isDone = true
    return .unit
  }
  override var isReusable: Bool { true }
  override func reset() { isDone = false }
}

/// The rows of the operator around a subplan.
final class ArgumentOperator: Operator {
  private var batch: Batch?

  /// Puts rows in place; columns stand as the layout says. Without rows, as for the items of empty lists, there is no batch:
  /// operators count on one to have a first row.
  func set(_ batch: Batch) { self.batch = batch.count > 0 ? batch : nil }

  override func next() -> Batch? {
    defer { batch = nil }
    return batch
  }
  override func reset() { batch = nil }
}

/// Rows of `inputs` in output positions, each row repeated as `parents` says, with room for new columns.
struct RowBuilder {
  let passed: [(from: Int, to: Int)]
  let columnCount: Int

  init(_ outputs: [Variable], from input: Layout) {
    passed = outputs.enumerated().compactMap { to, variable in input[variable].map { (from: $0, to: to) } }
    columnCount = outputs.count
  }

  /// A batch with the rows of `source` as they are, and new columns.
  func batch(_ source: Batch, new: [(Int, Vector)]) -> Batch {
    var columns = [Vector](repeating: .constant(.null, count: source.count), count: columnCount)
    for (from, to) in passed { columns[to] = source.columns[from] }
    for (position, vector) in new { columns[position] = vector }
    return Batch(columns: columns, count: source.count)
  }

  /// A batch of `parents.count` rows; new columns are put in by the caller.
  func batch(_ source: Batch, parents: [Int32], new: [(Int, Vector)]) -> Batch {
    var columns = [Vector](repeating: .constant(.null, count: parents.count), count: columnCount)
    for (from, to) in passed { columns[to] = source.columns[from].gathering(parents) }
    for (position, vector) in new { columns[position] = vector }
    return Batch(columns: columns, count: parents.count)
  }
}
