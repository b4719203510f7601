import SinterExecute
public import SinterModel

/// The rows of a reading statement as an asynchronous sequence, computed as they are asked for.
///
/// ```swift
/// for try await row in store.rows("MATCH (u:User)-[:BOUGHT]->(i) RETURN u.id AS user, i.id AS item") {
///   try await send(row)
/// }
/// ```
///
/// Each iteration runs the statement anew, on a snapshot of its own that lives as long as its iterator. Cancelling the
/// task ends it with `LimitError.Cancelled`.
public struct AsyncRows: AsyncSequence, Sendable {
  /// A row.
  public typealias Element = Row

  let start: @Sendable (CancellationToken) throws -> RowStream

  /// Starts a run; the statement begins with the first ``Iterator/next()``.
  public func makeAsyncIterator() -> Iterator { Iterator(source: Source(start)) }

  /// Gives the rows of one run.
  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let source: Source
    private var rows: [Row] = []
    private var position = 0

    fileprivate init(source: Source) { self.source = source }

    /// The next row, or nil at the end.
    /// - Throws: ``SinterError``.
    public mutating func next() async throws -> Row? {
      if position == rows.count {
        rows = try await source.nextRows()
        position = 0
      }
      guard position < rows.count else { return nil }
      defer { position += 1 }
      return rows[position]
    }
  }

  /// The running statement of one iterator.
  ///
  /// `@unchecked Sendable`: an iterator asks for rows only after its last question was answered, so the stream is used by
  /// one thread at a time.
  fileprivate final class Source: @unchecked Sendable {
    private let start: @Sendable (CancellationToken) throws -> RowStream
    private let token = CancellationToken()
    private var stream: RowStream?
    private static let batchSize = 1024

    init(_ start: @escaping @Sendable (CancellationToken) throws -> RowStream) { self.start = start }

    /// Empty at the end.
    func nextRows() async throws -> [Row] {
      try await offCooperativePool(token: token) { token in
        let stream = try self.stream ?? self.start(token)
        self.stream = stream
        var rows: [Row] = []
        while rows.count < Self.batchSize, let row = try stream.next() { rows.append(row) }
        return rows
      }
    }
  }
}

extension Store {
  /// The rows of a reading statement as an asynchronous sequence; see ``stream(_:_:options:)`` for the synchronous form.
  ///
  /// Nothing runs before the first row is asked for: errors of the statement come from the iteration.
  public func rows(
    _ text: String, _ parameters: [String: Value] = [:], options: QueryOptions = QueryOptions()
  ) -> AsyncRows {
    AsyncRows { token in
      try Transaction(reading: self, cancellation: token).stream(text, parameters, options: options)
    }
  }
}
