package import SinterExecute
public import SinterModel
package import SinterStorage

/// What a ``Store/read(_:)-swift.method`` or ``Store/write(_:)-swift.method`` closure works with.
///
/// It cannot leave its closure; a ``RowStream`` made from it fails with `TransactionError.Closed` once
/// the closure has returned.
public struct Transaction: ~Copyable {
  /// Outlives the transaction in the streams made from it, and tells them when it has ended.
  final class Scope {
    var isOpen = true
  }

  let engine: QueryEngine
  /// The graph as the transaction sees it, its own changes included.
  package let view: GraphView
  /// nil in a read transaction.
  package let writer: GraphWriter?
  let cancellation: CancellationToken?
  /// nil in a read transaction: its snapshot lives as long as anyone holds it.
  let scope: Scope?

  init(reading store: Store, cancellation: CancellationToken?) throws(SinterError) {
    engine = store.engine
    view = try store.graph.snapshot()
    writer = nil
    scope = nil
    self.cancellation = cancellation
  }

  init(writing store: Store, writer: GraphWriter, cancellation: CancellationToken?) {
    engine = store.engine
    view = writer.view
    self.writer = writer
    scope = Scope()
    self.cancellation = cancellation
  }

  deinit { scope?.isOpen = false }

  /// Whether the transaction may change the graph.
  public var isWriting: Bool { writer != nil }

  /// Runs one statement and returns all its rows. A statement that fails changes nothing, and the
  /// transaction goes on as it was before it.
  /// - Throws: ``SinterError``; `TransactionError.ReadOnly` for a writing statement in a read transaction.
  @discardableResult
  public borrowing func query(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> Rows {
    try Rows(collecting: start(text, parameters, options: options))
  }

  /// Starts a statement whose rows are computed as they are asked for. A writing statement has made
  /// its changes when this returns. Rows must be read before the transaction's next change.
  public borrowing func stream(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> RowStream {
    try RowStream(run: start(text, parameters, options: options), scope: scope)
  }

  /// Runs one statement that `cancellation` ends, and not the transaction with it.
  package borrowing func query(
    _ text: String, _ parameters: [String: Value], options: QueryOptions, cancellation: CancellationToken
  ) throws(SinterError) -> Rows {
    try Rows(collecting: start(text, parameters, options: options, cancellation: cancellation))
  }

  private borrowing func start(
    _ text: String, _ parameters: [String: Value], options: QueryOptions, cancellation: CancellationToken? = nil
  ) throws(SinterError) -> QueryRun {
    let prepared = try engine.prepare(text)
    guard writer != nil || !prepared.needsWriter || prepared.commitsOnTheWay else {
      throw SinterError(
        "TransactionError.ReadOnly", "This statement changes the graph. Run it in `write { }`, not in `read { }` or `stream`.",
        in: text)
    }
    return try engine.run(
      prepared, parameters: parameters, view: writer?.view ?? view, writer: writer,
      options: options.engineOptions(cancellation: cancellation ?? self.cancellation))
  }
}
