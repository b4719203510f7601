import SinterFunctions
import SinterModel
import Synchronization

/// Limits and switches of one run.
package struct QueryOptions: Sendable {
  /// Bytes an operator tree may hold at a time; nil for a quarter of the machine's memory.
  package var memoryLimitBytes: Int?
  package var timeoutSeconds: Double?
  package var cancellation: CancellationToken?
  /// Rows in a batch.
  package var batchSize = 2048
  /// Optimiser passes that are switched off, by name; "all" switches off every one.
  package var disabledPasses: Set<String> = []
  /// The most threads that work on the statement at a time; nil for as many as there are processors.
  package var threads: Int?
  /// A plan is dealt out to threads from so many rows on, by the planner's estimate.
  package var parallelFromRows = 50_000.0
  package init() {}

  /// Whether a statement under other options runs in the same way, but for its limits.
  func hasSameSwitches(as other: QueryOptions) -> Bool {
    batchSize == other.batchSize && threads == other.threads && parallelFromRows == other.parallelFromRows
      && disabledPasses == other.disabledPasses
  }

  /// Whether the query was cancelled, where it can be.
  var isCancelled: (@Sendable () -> Bool)? {
    guard let cancellation else { return nil }
    return { cancellation.isCancelled }
  }

  /// The longest list that fits the memory budget.
  var longestList: Int {
    min((memoryLimitBytes ?? defaultMemoryLimitBytes) / MemoryLayout<Value>.stride, FunctionContext.longestList)
  }

  /// Whether a pass is switched off, by name or with all others.
  func disables(_ pass: String) -> Bool { !disabledPasses.isEmpty && (disabledPasses.contains(pass) || disabledPasses.contains("all")) }
}

/// Lets another thread, or a signal, end a query: the query fails with `LimitError.Cancelled`.
package final class CancellationToken: Sendable {
  private let flag = Atomic<Bool>(false)
  package init() {}
  package func cancel() { flag.store(true, ordering: .relaxed) }
  package var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// What a statement changed, in counts of operations.
package struct UpdateStatistics: Sendable, Equatable {
  package var nodesCreated = 0
  package var nodesDeleted = 0
  package var relationshipsCreated = 0
  package var relationshipsDeleted = 0
  package var propertiesSet = 0
  package var labelsAdded = 0
  package var labelsRemoved = 0
  package var indexesAdded = 0
  package var indexesRemoved = 0
  package var constraintsAdded = 0
  package var constraintsRemoved = 0
  /// Only what `CALL { … } IN TRANSACTIONS` committed on the way.
  package var transactionsCommitted = 0
  package init() {}

  /// Adds the counts of a part of the statement.
  mutating func add(_ other: UpdateStatistics) {
    nodesCreated += other.nodesCreated
    nodesDeleted += other.nodesDeleted
    relationshipsCreated += other.relationshipsCreated
    relationshipsDeleted += other.relationshipsDeleted
    propertiesSet += other.propertiesSet
    labelsAdded += other.labelsAdded
    labelsRemoved += other.labelsRemoved
    indexesAdded += other.indexesAdded
    indexesRemoved += other.indexesRemoved
    constraintsAdded += other.constraintsAdded
    constraintsRemoved += other.constraintsRemoved
    transactionsCommitted += other.transactionsCommitted
  }
}
