package import SinterModel
import SinterPlan
import SinterStorage

/// A running statement: rows in batches, then the statistics.
package final class QueryRun {
  package let columns: [String]
  private let context: ExecutionContext
  private let root: Operator?
  private let positions: [Int]
  private let text: String
  private let isProfiled: Bool
  private var materializer: Materializer
  private var materializedView: GraphView
  /// Rows that were computed before anyone asked, of a writing statement.
  private var ready: [[[Value]]] = []
  private var isFinished = false
  private var explained: PlanDescription?

  /// A statement with an operator tree.
  init(columns: [String], context: ExecutionContext, root: Operator, positions: [Int], text: String, isProfiled: Bool) {
    self.columns = columns
    self.context = context
    self.root = root
    self.positions = positions
    self.text = text
    self.isProfiled = isProfiled
    materializer = Materializer(context: context)
    materializedView = context.view
    explained = nil
  }

  /// A statement whose rows are there already.
  init(columns: [String], context: ExecutionContext, rows: [[Value]] = [], plan: PlanDescription? = nil) {
    self.columns = columns
    self.context = context
    root = nil
    positions = []
    text = ""
    isProfiled = false
    materializer = Materializer(context: context)
    materializedView = context.view
    explained = plan
    ready = rows.isEmpty ? [] : [rows]
  }

  /// The operator tree of EXPLAIN and PROFILE; with real row counts and times after a PROFILE has run to its end.
  package var plan: PlanDescription? {
    if let explained { return explained }
    return isProfiled ? root.map { PlanDescription(running: $0) } : nil
  }

  /// The same run with a plan to show, of a command that has no operator tree.
  func showing(_ plan: PlanDescription) -> QueryRun {
    explained = plan
    return self
  }

  package var statistics: UpdateStatistics { context.statistics }

  /// The next rows, elements with their content, or nil at the end.
  package func nextRows() throws(SinterError) -> [[Value]]? {
    if !ready.isEmpty { return ready.removeFirst() }
    if isFinished { return nil }
    do { return try computeRows() } catch var error as SinterError {
      if error.queryText == nil && error.span != nil { error.queryText = text }
      throw error
    } catch {
      throw SinterError(wrapping: error)
    }
  }

  private func computeRows() throws -> [[Value]]? {
    guard let batch = try root?.pull() else {
      isFinished = true
      return nil
    }
    if materializedView !== context.view {
      materializedView = context.view
      materializer = Materializer(context: context)
    }
    return try (0..<batch.count).map { row in
      try positions.map { try materializer.fill(batch.columns[$0][row]) }
    }
  }

  /// Runs to the end now and keeps the rows.
  func finishEagerly() throws {
    var all: [[[Value]]] = []
    while !isFinished, root != nil, let rows = try computeRows() {
      try context.hold(rows.reduce(0) { $0 + $1.reduce(0) { $0 + $1.byteCount } })
      all.append(rows)
    }
    if root != nil { ready = all }
    isFinished = true
  }
}
