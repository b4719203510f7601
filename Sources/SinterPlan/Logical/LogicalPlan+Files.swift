package import SinterLanguage

/// LOAD CSV: where the rows come from and what they are bound to.
package struct CSVSource: Sendable {
  /// A path or a `file:` URL, computed for each row of the input.
  package var url: Scalar
  /// The row: a list of fields, or a map by the headers.
  package var row: Variable
  package var withHeaders: Bool
  package var fieldTerminator: UInt8
  /// What `file()` and `linenumber()` answer.
  package var file: Variable
  package var line: Variable
  package var spot: Spot
}

/// IN TRANSACTIONS: how the rows of a subquery are committed.
package struct TransactionPlan: Sendable {
  /// Rows of one transaction; nil for the usual number.
  package var rows: Scalar?
  package var concurrency: Scalar?
  package var onError: SubqueryCall.Transactions.OnError
  /// What may pass by itself, such as a locked store, is tried again.
  package var retries: Bool
  /// For how long; nil for the usual time.
  package var retrySeconds: Scalar?
  package var report: Variable?
  package var spot: Spot
}
