package import SinterExecute

/// Limits of one query.
public struct QueryOptions: Sendable {
  /// The query ends with `LimitError.Timeout` when it takes longer.
  public var timeoutSeconds: Double?
  /// The query ends with `LimitError.Memory` when it holds more at a time; nil for a quarter of the machine's memory.
  ///
  /// Counted is what operators keep, what expressions make, changes until the commit, and rows until they are given out.
  public var memoryLimitBytes: Int?
  /// The most threads that work on a reading query at a time; nil for as many as there are processors.
  ///
  /// Only queries over very many rows are worked on by several. Their results do not depend on how the threads are scheduled.
  public var threads: Int?

  /// No time limit, the usual one on memory, and all processors, unless given.
  public init(timeoutSeconds: Double? = nil, memoryLimitBytes: Int? = nil, threads: Int? = nil) {
    self.timeoutSeconds = timeoutSeconds
    self.memoryLimitBytes = memoryLimitBytes
    self.threads = threads
  }

  /// The same limits in the engine's form.
  package func engineOptions(cancellation: CancellationToken?) -> SinterExecute.QueryOptions {
    var options = SinterExecute.QueryOptions()
    options.timeoutSeconds = timeoutSeconds
    options.memoryLimitBytes = memoryLimitBytes
    options.cancellation = cancellation
    options.threads = threads.map { max($0, 1) }
    return options
  }
}
