package import SinterExecute
import SinterLanguage
public import SinterModel
import SinterSearch
import SinterStorage

extension Store {
  /// Runs one statement in a transaction of its own and returns all its rows.
  ///
  /// Whether the statement reads or writes is found from its text. A writing statement is durable
  /// when this returns; when it fails, nothing of it remains.
  /// - Throws: ``SinterError`` with the part of the text that is to blame, where there is one.
  @discardableResult
  public func query(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> Rows {
    try run(text, parameters, options: options) { run throws(SinterError) in try Rows(collecting: run) }
  }

  /// Starts a reading statement whose rows are computed as they are asked for.
  ///
  /// The stream holds a snapshot until it is released: a stream that is kept for long keeps old pages of
  /// the file from being used again.
  /// - Throws: ``SinterError``; `TransactionError.ReadOnly` for a statement that writes.
  public func stream(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> RowStream {
    try stream(text, parameters, options: options, cancellation: nil)
  }

  func stream(
    _ text: String, _ parameters: [String: Value], options: QueryOptions, cancellation: CancellationToken?
  ) throws(SinterError) -> RowStream {
    let prepared = try engine.prepare(text)
    if prepared.needsWriter { return try Transaction(reading: self, cancellation: cancellation).stream(text, parameters, options: options) }
    let run = try engine.read(
      prepared, parameters: parameters, from: graph, options: options.engineOptions(cancellation: cancellation))
    return RowStream(run: run, scope: nil)
  }

  /// The path of every query: prepare it, open the transaction it needs, run it, hand the run to `body`.
  ///
  /// `body` runs inside the transaction, a writing one maybe on the thread of another writer, and before the commit; but for
  /// `CALL { … } IN TRANSACTIONS`, whose transactions run and commit while `body` asks for rows.
  package func run<T: Sendable>(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions(),
    cancellation: CancellationToken? = nil, _ body: @escaping @Sendable (QueryRun) throws(SinterError) -> T
  ) throws(SinterError) -> T {
    let prepared = try engine.prepare(text)
    let engineOptions = options.engineOptions(cancellation: cancellation)
    if prepared.commitsOnTheWay {
      defer { maintenance.noteCommit() }
      return try body(
        engine.run(prepared, parameters: parameters, view: graph.snapshot(), options: engineOptions, store: graph))
    }
    guard prepared.needsWriter else {
      return try body(engine.read(prepared, parameters: parameters, from: graph, options: engineOptions))
    }
    let ahead = try engine.runAhead(prepared, view: graph.snapshot(), options: engineOptions)
    let result = try catchingSinterErrors {
      try graph.write(
        timeoutSeconds: options.timeoutSeconds, isCancelled: cancellation.map { token in { token.isCancelled } }
      ) { [engine] writer in
        try body(
          engine.run(
            prepared, parameters: parameters, view: writer.view, writer: writer, options: engineOptions, ahead: ahead))
      }
    }
    if prepared.createsSearchIndex {
      // The index is there and answers; this makes it fast.
      try buildSearchIndexes(cancellation: cancellation)
    } else {
      maintenance.noteCommit()
    }
    return result
  }
}

extension PreparedQuery {
  /// EXPLAIN changes nothing, whatever it explains.
  var needsWriter: Bool { (writes || commitsOnTheWay) && statement.mode != .explain }
}

/// Narrows an untyped throw of code that only throws ``SinterError``.
func catchingSinterErrors<T>(_ body: () throws -> T) throws(SinterError) -> T {
  do {
    return try body()
  } catch let error as SinterError {
    throw error
  } catch {
    throw SinterError("StorageError.IO", "\(error)")
  }
}
