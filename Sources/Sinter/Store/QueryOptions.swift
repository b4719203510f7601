package import SinterExecute

/// Limits of one query.
public struct QueryOptions: Sendable {
  /// The query ends with `LimitError.Timeout` when it takes longer.
  public var timeoutSeconds: Double?
  /// The query ends with `LimitError.Memory` when it holds more at a time; nil for a quarter of the machine's memory.
  ///
  /// Counted is what operators keep, what expressions make, changes until the commit, and rows until they are given out.
  public var memoryLimitBytes: Int?

  /// No time limit, and the usual one on memory, unless given.
  public init(timeoutSeconds: Double? = nil, memoryLimitBytes: Int? = nil) {
    self.timeoutSeconds = timeoutSeconds
    self.memoryLimitBytes = memoryLimitBytes
  }

  /// The same limits in the engine's form.
  package func engineOptions(cancellation: CancellationToken?) -> SinterExecute.QueryOptions {
    var options = SinterExecute.QueryOptions()
    options.timeoutSeconds = timeoutSeconds
    options.memoryLimitBytes = memoryLimitBytes
    options.cancellation = cancellation
    return options
  }
}
