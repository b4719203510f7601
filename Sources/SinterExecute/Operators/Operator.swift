import SinterModel
import SinterPlan

/// One step of a running plan: gives its rows batch by batch, pulled from above.
class Operator {
  let layout: Layout
  let context: ExecutionContext
  /// The operators this one reads, for PROFILE.
  var inputs: [Operator] { [] }
  // What PROFILE reports.
  private(set) var rowCount = 0
  private(set) var batchCount = 0
  private(set) var seconds = 0.0
  var isProfiled = false
  /// The plan node this runs, for EXPLAIN and PROFILE.
  let plan: LogicalPlan

  init(_ plan: LogicalPlan, _ context: ExecutionContext) {
    self.plan = plan
    self.context = context
    layout = Layout(plan.outputs)
  }

  /// The next batch, never empty, or nil at the end.
  final func pull() throws -> Batch? {
    try context.checkInterrupts()
    guard isProfiled else { return try next() }
    let start = monotonicSeconds()
    let batch = try next()
    seconds += monotonicSeconds() - start
    if let batch {
      rowCount += batch.count
      batchCount += 1
    }
    return batch
  }

  /// Adds what PROFILE counted of another run of the same plan, here and below.
  func addProfile(of other: Operator) {
    rowCount += other.rowCount
    batchCount += other.batchCount
    seconds += other.seconds
    for (mine, theirs) in zip(inputs, other.inputs) { mine.addProfile(of: theirs) }
  }

  /// Gives the next batch; subclasses skip empty ones.
  func next() throws -> Batch? { preconditionFailure("an operator gives batches") }

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
  override func reset() { isDone = false }
}

/// The rows of the operator around a subplan.
final class ArgumentOperator: Operator {
  private var batch: Batch?

  /// Puts rows in place; columns stand as the layout says.
  func set(_ batch: Batch) { self.batch = batch }

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
