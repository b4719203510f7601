import Dispatch
import SinterExecute
public import SinterModel

// Queries block their thread, so the asynchronous forms leave Swift's cooperative pool for a
// concurrent queue of their own. Cancelling the task cancels the query.
extension Store {
  /// Runs one statement without blocking the caller's executor; see ``query(_:_:options:)-swift.method``.
  /// - Throws: ``SinterError``; `LimitError.Cancelled` when the task is cancelled.
  @discardableResult
  public func query(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions()
  ) async throws -> Rows {
    try await offCooperativePool { token in
      try self.run(text, parameters, options: options, cancellation: token) { run throws(SinterError) in
        try Rows(collecting: run)
      }
    }
  }

  /// Runs `body` on one snapshot; its queries end with `LimitError.Cancelled` when the task is cancelled.
  public func read<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws -> T {
    try await offCooperativePool { token in
      let transaction = try Transaction(reading: self, cancellation: token)
      return try body(transaction)
    }
  }

  /// Runs `body` in a write transaction. When the task is cancelled while a query of `body` runs, the query
  /// fails and, unless `body` catches that, nothing is changed.
  @discardableResult
  public func write<T: Sendable>(_ body: @escaping @Sendable (borrowing Transaction) throws -> T) async throws -> T {
    try await offCooperativePool { token in try self.write(cancellation: token, body) }
  }

}

/// Runs `body` on the queue for blocking work; cancelling the task cancels the token.
func offCooperativePool<T: Sendable>(
  token: CancellationToken = CancellationToken(), _ body: @escaping @Sendable (CancellationToken) throws -> T
) async throws -> T {
  try await withTaskCancellationHandler {
    try await withCheckedThrowingContinuation { continuation in
      blockingQueue.async {
        continuation.resume(
          with: Result {
            guard !token.isCancelled else {
              throw SinterError("LimitError.Cancelled", "The task was cancelled before its query began.")
            }
            return try body(token)
          })
      }
    }
  } onCancel: {
    token.cancel()
  }
}

private let blockingQueue = DispatchQueue(label: "sinter.blocking", attributes: .concurrent)
