package import SinterModel

/// What one running statement may take: memory, time, and its caller's patience.
///
/// Operators ``hold(_:)`` what they keep from batch to batch. Large values that expressions make are counted in
/// ``transientBytes`` until the batch they belong to is done. Both together stay below the budget.
///
/// `@unchecked Sendable`: a statement is run by one thread at a time, and nobody else has its limits.
package final class QueryLimits: @unchecked Sendable {
  /// The budget.
  package private(set) var memoryLimitBytes: Int
  private var timeoutSeconds: Double?
  private var deadline: Double?
  private var isCancelled: (@Sendable () -> Bool)?
  /// What operators keep.
  package private(set) var heldBytes = 0
  /// The most that was held at a time.
  package private(set) var peakBytes = 0
  /// Large values of the expression under way.
  package var transientBytes = 0
  @usableFromInline var steps = 0
  /// What is held by all threads of the statement, where this one is not alone.
  private let shared: SharedBudget?
  /// The last very large values made: when the query fails, they are not freed on its thread.
  private var recent: [Value] = []

  package init(
    memoryLimitBytes: Int = .max, timeoutSeconds: Double? = nil, isCancelled: (@Sendable () -> Bool)? = nil
  ) {
    self.memoryLimitBytes = memoryLimitBytes
    self.timeoutSeconds = timeoutSeconds
    self.isCancelled = isCancelled
    shared = nil
    deadline = timeoutSeconds.map { monotonicSeconds() + $0 }
  }

  /// Starts over, for another run.
  package func restart(memoryLimitBytes: Int, timeoutSeconds: Double?, isCancelled: (@Sendable () -> Bool)?) {
    self.memoryLimitBytes = memoryLimitBytes
    self.timeoutSeconds = timeoutSeconds
    self.isCancelled = isCancelled
    deadline = timeoutSeconds.map { monotonicSeconds() + $0 }
    (heldBytes, peakBytes, transientBytes, steps) = (0, 0, 0, 0)
    if !recent.isEmpty { recent = [] }
  }

  /// The limits of a part of a statement with a memory budget of its own; time and cancellation are the statement's.
  package init(within other: QueryLimits) {
    memoryLimitBytes = other.memoryLimitBytes
    timeoutSeconds = other.timeoutSeconds
    deadline = other.deadline
    isCancelled = other.isCancelled
    shared = nil
  }

  /// The limits of a thread that works on a part of a statement beside others: one budget for all of them, the same time.
  /// - Parameter isStopped: asked as often as for cancellation, and ends the part in the same way.
  package init(beside other: QueryLimits, sharing budget: SharedBudget, isStopped: @escaping @Sendable () -> Bool) {
    memoryLimitBytes = other.memoryLimitBytes
    timeoutSeconds = other.timeoutSeconds
    deadline = other.deadline
    let isCancelled = other.isCancelled
    self.isCancelled = { isStopped() || isCancelled?() ?? false }
    shared = budget
  }

  /// The budget of threads that work on a part of the statement.
  package var budgetForThreads: SharedBudget { SharedBudget(heldBytes: heldBytes + transientBytes) }

  /// Takes over what threads held: the most of it, and what they still hold, which it gives.
  /// - Throws: `LimitError.Memory`.
  package func takeOver(_ budget: SharedBudget) throws(SinterError) -> Int {
    peakBytes = max(peakBytes, budget.peakBytes)
    let kept = max(0, budget.heldBytes - heldBytes - transientBytes)
    try hold(kept)
    return kept
  }

  /// - Throws: `LimitError.Cancelled`, `LimitError.Timeout`.
  package func checkInterrupts() throws(SinterError) {
    if let isCancelled, isCancelled() { throw SinterError("LimitError.Cancelled", "The query was cancelled.") }
    if let deadline, monotonicSeconds() > deadline {
      throw SinterError(
        "LimitError.Timeout",
        "The query took longer than its limit of \(timeoutSeconds ?? 0) s; make it narrower, or raise the limit (timeoutSeconds, --timeout, .timeout).")
    }
  }

  /// Called in loops of small steps, nested ones too; now and then looks whether the query is to end.
  @inlinable @inline(__always)
  package func countStep() throws(SinterError) {
    steps &+= 1
    if steps & 1023 == 0 { try checkInterrupts() }
  }

  /// Called for `count` steps at once.
  @inlinable @inline(__always)
  package func countSteps(_ count: Int) throws(SinterError) {
    let before = steps
    steps &+= count
    if before >> 10 != steps >> 10 { try checkInterrupts() }
  }

  /// - Throws: `LimitError.Memory`.
  package func hold(_ bytes: Int) throws(SinterError) {
    heldBytes += bytes
    shared?.add(bytes)
    try checkRoom(0)
    if heldBytes > peakBytes { peakBytes = heldBytes }
  }

  package func release(_ bytes: Int) {
    heldBytes -= bytes
    shared?.add(-bytes)
  }

  /// Counts a value that an expression made; small ones are not worth it.
  @inlinable @inline(__always)
  package func note(_ value: Value) throws(SinterError) {
    switch value {
    case .string(let text): if text.utf8.count > 1024 { try noteLarge(value, text.utf8.count) }
    case .list(let all): if all.count > 32 { try noteLarge(value, all.count * MemoryLayout<Value>.stride) }
    case .map(let entries): if entries.count > 32 { try noteLarge(value, entries.count * 2 * MemoryLayout<Value>.stride) }
    default: break
    }
  }

  @usableFromInline
  func noteLarge(_ value: Value, _ bytes: Int) throws(SinterError) {
    transientBytes += bytes
    if bytes > 4 << 20 { keep(value) }
    try checkRoom(0)
    // Making it took as long as so many steps.
    try countSteps(bytes >> 5)
  }

  private func keep(_ value: Value) {
    if recent.count == 2 { recent.removeFirst() }
    recent.append(value)
  }

  /// Forgets what the expression made: the batch it belongs to is done.
  package func settle(_ transient: Int) {
    transientBytes = transient
    if !recent.isEmpty { recent.removeAll(keepingCapacity: true) }
  }

  /// Moves what a failed statement made into `garbage`.
  package func abandon(into garbage: inout [Any]) {
    garbage += recent as [Any]
    recent = []
  }

  /// - Throws: `LimitError.Memory` unless the budget has room for so many bytes more.
  package func checkRoom(_ bytes: Int) throws(SinterError) {
    let (wanted, overflow) = ((shared?.heldBytes ?? heldBytes) + transientBytes).addingReportingOverflow(bytes)
    guard !overflow, wanted <= memoryLimitBytes else {
      throw SinterError(
        "LimitError.Memory",
        "The query needs more than its memory budget of \(memoryLimitBytes >> 20) MiB; make it narrower, add LIMIT, or raise the budget (memoryLimitBytes, --memory-limit, .memory).")
    }
    let most = heldBytes + transientBytes
    if most > peakBytes { peakBytes = most }
  }
}
