import SinterExecute
public import SinterModel

/// The rows of a running query, computed as they are asked for.
///
/// ```swift
/// let stream = try store.stream("MATCH (u:User)-[:BOUGHT]->(i) RETURN u.id, i.title")
/// while let row = try stream.next() { … }
/// ```
///
/// A stream belongs to one thread at a time. It holds at most a batch of rows, and a snapshot until it is released.
public final class RowStream {
  /// The column names, in the order of the query's RETURN.
  public var columns: [String] { layout.columns }

  private enum Source {
    case run(QueryRun, scope: Transaction.Scope?)
    case rows(Rows)
  }

  private let layout: ColumnLayout
  private let source: Source
  private var batch: [[Value]] = []
  private var position = 0
  private var hasEnded = false

  init(run: QueryRun, scope: Transaction.Scope?) {
    source = .run(run, scope: scope)
    layout = ColumnLayout(run.columns)
  }

  /// Gives out rows that are there already.
  package init(rows: Rows) {
    source = .rows(rows)
    layout = rows.layout
    batch = rows.values
  }

  /// The next row, or nil at the end.
  /// - Throws: what the query runs into; `TransactionError.Closed` when its transaction has ended.
  public func next() throws(SinterError) -> Row? {
    while position == batch.count {
      guard !hasEnded, case .run(let run, let scope) = source else { return nil }
      guard scope?.isOpen != false else {
        throw SinterError(
          "TransactionError.Closed", "The transaction of this stream has ended; read a stream inside the closure that made it.")
      }
      position = 0
      if let next = try run.nextRows() {
        batch = next
      } else {
        batch = []
        hasEnded = true
      }
    }
    defer { position += 1 }
    return Row(layout: layout, values: batch[position])
  }

  /// What the statement changed.
  public var statistics: QueryStatistics {
    switch source {
    case .run(let run, _): QueryStatistics(run.statistics)
    case .rows(let rows): rows.statistics
    }
  }

  /// The plan, after `EXPLAIN` or `PROFILE`; its row counts and times are complete once the last row has been read.
  public var plan: QueryPlan? {
    switch source {
    case .run(let run, _): run.plan.map(QueryPlan.init)
    case .rows(let rows): rows.plan
    }
  }
}
