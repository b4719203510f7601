import SinterExecute
import SinterModel
import SinterSearch
import SinterStorage

extension Store {
  /// Runs `body` on one snapshot: every query in it sees the same graph, whatever is committed meanwhile.
  public func read<T>(_ body: (borrowing Transaction) throws -> T) throws -> T {
    let transaction = try Transaction(reading: self, cancellation: nil)
    return try body(transaction)
  }

  /// Runs `body` in a write transaction: its queries see their own changes, which become visible to
  /// others and durable together when `body` returns. When it throws, nothing of them remains.
  ///
  /// `body` may run on the thread of another writer: writes that wait together share one flush to the disk.
  /// Calling ``write(_:)-swift.method`` or a writing ``query(_:_:options:)-swift.method`` of the same
  /// store inside `body` would wait for itself; use the transaction given.
  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) throws -> T {
    try write(cancellation: nil, body)
  }

  func write<T: Sendable>(
    cancellation: CancellationToken?, _ body: @escaping @Sendable (borrowing Transaction) throws -> T
  ) throws -> T {
    let result = try graph.write { writer in
      let transaction = Transaction(writing: self, writer: writer, cancellation: cancellation)
      return try body(transaction)
    }
    maintenance.noteCommit()
    return result
  }
}
