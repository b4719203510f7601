package import SinterExecute
package import SinterModel

extension Store {
  /// Runs a statement for a reader that takes rows one by one: a reading one streams from a snapshot, a writing
  /// one is committed before its rows are given out.
  package func execute(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions(),
    cancellation: CancellationToken? = nil
  ) throws(SinterError) -> RowStream {
    guard try engine.prepare(text).needsWriter else {
      return try stream(text, parameters, options: options, cancellation: cancellation)
    }
    let rows = try run(text, parameters, options: options, cancellation: cancellation) { run throws(SinterError) in
      try Rows(collecting: run)
    }
    return RowStream(rows: rows)
  }

  /// Defines a procedure that answers from a table, until the next reset.
  package func define(_ stub: ProcedureStub) {
    engine.define(stub)
  }
}
