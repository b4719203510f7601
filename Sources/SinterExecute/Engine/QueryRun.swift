import SinterFunctions
import SinterLanguage
package import SinterModel
import SinterPlan
import SinterStorage

/// A running statement: rows in batches, then the statistics.
package final class QueryRun {
  package let columns: [String]
  private let engine: QueryEngine
  /// nil once it went to a later run.
  private var context: ExecutionContext?
  private var root: Operator?
  private let positions: [Int]
  private let text: String
  /// What to keep for the statement's next call when this one has ended.
  private var idle: IdleRun?
  /// The plan of a statement that is profiled, and what preparing it took.
  private let profile: (planned: PlannedQuery, totals: PlanDescription.Totals)?
  private var runSeconds = 0.0
  /// Of the threads that worked on the statement, while it was profiled.
  private var faults = PageFaults()
  private var materializer: Materializer
  private var materializedView: GraphView
  /// Rows that were computed before anyone asked, of a writing statement.
  private var ready: [(rows: [[Value]], bytes: Int)] = []
  private var isFinished = false
  private var explained: PlanDescription?

  /// A statement with an operator tree.
  init(
    columns: [String], context: ExecutionContext, root: Operator, positions: [Int], text: String,
    profile: (planned: PlannedQuery, totals: PlanDescription.Totals)?
  ) {
    self.columns = columns
    self.context = context
    engine = context.engine
    self.root = root
    self.positions = positions
    self.text = text
    self.profile = profile
    materializer = Materializer(context: context)
    materializedView = context.view
    explained = nil
  }

  /// Another call of a statement.
  convenience init(_ idle: IdleRun) {
    self.init(
      columns: idle.columns, context: idle.context, root: idle.root, positions: idle.positions, text: idle.query.statement.text, profile: nil)
    self.idle = idle
  }

  /// The same run, whose operators are kept for the statement's next call where they can run again.
  func kept(_ query: PreparedQuery, _ store: GraphStore) -> QueryRun {
    if let root, let context, profile == nil, context === root.context, context.writer == nil {
      idle = IdleRun(query, store, context, root, columns: columns, positions: positions)
    }
    return self
  }

  /// A statement whose rows are there already.
  init(columns: [String], context: ExecutionContext, rows: [[Value]] = [], plan: PlanDescription? = nil) {
    self.columns = columns
    self.context = context
    engine = context.engine
    root = nil
    positions = []
    text = ""
    profile = nil
    materializer = Materializer(context: context)
    materializedView = context.view
    explained = plan
    ready = rows.isEmpty ? [] : [(rows, 0)]
  }

  /// The operator tree of EXPLAIN and PROFILE; with real row counts and times after a PROFILE has run to its end.
  package var plan: PlanDescription? {
    if let explained { return explained }
    guard let profile else { return nil }
    var totals = profile.totals
    totals.runSeconds = runSeconds
    totals.memoryBytes = context?.limits.peakBytes ?? 0
    totals.faults = faults + (context?.profiler?.workerFaults ?? PageFaults())
    return PlanDescription(profile.planned, totals, context?.profiler)
  }

  /// The same run with a plan to show, of a command that has no operator tree.
  func showing(_ plan: PlanDescription) -> QueryRun {
    explained = plan
    return self
  }

  package var statistics: UpdateStatistics { context?.statistics ?? UpdateStatistics() }

  /// The next rows, elements with their content, or nil at the end.
  package func nextRows() throws(SinterError) -> [[Value]]? {
    if !ready.isEmpty {
      let next = ready.removeFirst()
      context?.release(next.bytes)
      return next.rows
    }
    if isFinished { return nil }
    do { return try computeRows() } catch var error as SinterError {
      abandon()
      if error.queryText == nil && error.span != nil { error.queryText = text }
      throw error
    } catch {
      throw SinterError(wrapping: error)
    }
  }

  /// A reading statement that failed gives back what it held on a thread of its own.
  private func abandon() {
    isFinished = true
    idle = nil
    var garbage: [Any] = []
    context?.limits.abandon(into: &garbage)
    if context?.writer == nil, profile == nil, let tree = root {
      root = nil
      garbage.append(tree)
    }
    Disposal.later(&garbage)
  }

  private func computeRows() throws -> [[Value]]? {
    guard profile != nil else { return try pullRows() }
    let start = monotonicSeconds()
    let faultsBefore = PageFaults.ofThread
    defer {
      runSeconds += monotonicSeconds() - start
      faults = faults + (PageFaults.ofThread - faultsBefore)
    }
    return try pullRows()
  }

  private func pullRows() throws -> [[Value]]? {
    guard let context, let batch = try root?.pull() else {
      finish()
      return nil
    }
    if materializedView !== context.view {
      materializedView = context.view
      materializer = Materializer(context: context)
    }
    return try (0..<batch.count).map { row in
      try context.countStep()
      return try positions.map { try materializer.fill(batch.columns[$0][row]) }
    }
  }

  /// Nothing is left to read.
  private func finish() {
    isFinished = true
    guard let idle else { return }
    self.idle = nil
    (root, context) = (nil, nil)
    engine.keep(idle)
  }

  /// Runs to the end now and keeps the rows.
  func finishEagerly() throws {
    var all: [(rows: [[Value]], bytes: Int)] = []
    while !isFinished, root != nil, let rows = try computeRows() {
      let bytes = byteCount(of: rows)
      try context?.hold(bytes)
      all.append((rows, bytes))
    }
    if root != nil { ready = all }
    isFinished = true
  }

  /// Accounts for rows that whoever runs the statement gathers instead of passing them on.
  /// - Throws: `LimitError.Memory`.
  package func hold(_ rows: [[Value]]) throws(SinterError) { try context?.hold(byteCount(of: rows)) }

  /// Drops rows that were gathered, without making whoever waits for the failure wait for that too.
  package func drop(_ rows: inout [[Value]]) {
    var garbage: [Any] = [rows]
    rows = []
    Disposal.later(&garbage)
  }

  /// Accounts for other memory that grows with the rows, such as their text.
  package func hold(byteCount: Int) throws(SinterError) { try context?.hold(byteCount) }

  /// An estimate of what rows take that were just given out, with the labels and properties read for them.
  private func byteCount(of rows: [[Value]]) -> Int {
    rows.reduce(materializer.takeByteCount()) { sum, row in row.reduce(sum + 32) { $0 + $1.byteCount } }
  }
}
