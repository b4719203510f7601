import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage
import Synchronization

/// Works on a plan's scan with several threads: its nodes are cut into parts, and whichever thread is free takes the next one.
///
/// How many parts there are does not depend on how many threads find the time, and results are given in their order: whoever
/// puts them together in that order gets what one thread would have got. Of the parts that fail, the first one's error is thrown.
struct ParallelRun {
  private let context: ExecutionContext
  private let scan: LogicalPlan
  private let nodes: [UInt32]
  private let partCount: Int
  private let threadCount: Int

  /// nil where the plan cannot be dealt out, or is not worth it.
  init?(_ plan: LogicalPlan, _ dealt: (scan: LogicalPlan, rows: Double)?, _ context: ExecutionContext) throws {
    guard let dealt, dealt.rows >= context.options.parallelFromRows, case .nodeScan(_, _, let labels) = dealt.scan.kind else { return nil }
    self.context = context
    scan = dealt.scan
    nodes = try ParallelRun.nodes(labels, context)
    // Some more parts than threads, as some take longer.
    partCount = min(nodes.count, max(16, 2 * context.threadCount))
    threadCount = min(context.threadCount, partCount)
    guard partCount > 1 else { return nil }
  }

  private static func nodes(_ labels: [String], _ context: ExecutionContext) throws -> [UInt32] {
    let ids = labels.compactMap { context.view.labelID($0) }
    guard ids.count == labels.count else { return [] }
    var nodes: [UInt32] = []
    var start: UInt32 = 0
    let limit = context.view.nodeIDLimit
    while start < limit {
      let end = UInt32(min(UInt64(start) + 1 << 16, UInt64(limit)))
      try context.view.scanNodes(start..<end, labels: ids, into: &nodes)
      try context.checkInterrupts()
      try context.checkRoom(nodes.count * 4)
      start = end
    }
    return nodes
  }

  /// One thread's context, and the part it is at.
  private final class Worker: Sendable {
    nonisolated(unsafe) let context: ExecutionContext
    private let part: Shared

    /// Sendable: what limits ask from within the thread.
    final class Shared: Sendable {
      let part = Atomic<Int>(0)
    }

    init(_ context: ExecutionContext, _ part: Shared) {
      self.context = context
      self.part = part
    }

    func begin(_ number: Int, _ morsel: Morsel) {
      part.part.store(number, ordering: .relaxed)
      context.morsel = morsel
    }
  }

  /// The first part that failed. Apart from the results, which hold what asks for it.
  private final class Failure: Sendable {
    let part = Atomic<Int>(Int.max)
  }

  /// What the threads have in common. `@unchecked Sendable`: each place of `results` and `errors` is written by the one
  /// thread that took the part, and read when all are done.
  private final class Progress<Result>: @unchecked Sendable {
    let next = Atomic<Int>(0)
    let failure = Failure()
    let results: UnsafeMutableBufferPointer<Swift.Result<Result, any Error>?>

    init(_ partCount: Int) {
      results = .allocate(capacity: partCount)
      results.initialize(repeating: nil)
    }

    deinit {
      results.deinitialize()
      results.deallocate()
    }
  }

  /// The results of all parts in the order of their nodes, and the bytes they hold, which the caller releases.
  /// - Parameter work: called for each part, with a context of the thread that does it.
  func run<Result>(below root: LogicalPlan, _ work: (ExecutionContext) throws -> Result) throws -> (results: [Result], heldBytes: Int) {
    let budget = context.limits.budgetForThreads
    let progress = Progress<Result>(partCount)
    let failure = progress.failure
    let workers = (0..<threadCount).map { _ in
      let shared = Worker.Shared()
      let limits = QueryLimits(beside: context.limits, sharing: budget) {
        failure.part.load(ordering: .relaxed) < shared.part.load(ordering: .relaxed)
      }
      return Worker(ExecutionContext(beside: context, limits: limits), shared)
    }
    let start = monotonicSeconds()
    WorkerPool.shared.run(helpers: threadCount - 1) { index in perform(workers[index], progress, isHelper: index > 0, work) }
    let profilers = workers.compactMap(\.context.profiler)
    context.profiler?.add(profilers, below: root, seconds: monotonicSeconds() - start)
    let kept = try context.limits.takeOver(budget)
    do {
      return (try progress.results.compactMap { try $0?.get() }, kept)
    } catch {
      context.release(kept)
      throw error
    }
  }

  /// What one thread does: part after part, until there is none left or one has failed before.
  private func perform<Result>(
    _ worker: Worker, _ progress: Progress<Result>, isHelper: Bool, _ work: (ExecutionContext) throws -> Result
  ) {
    let faults = PageFaults.ofThread
    while true {
      let part = progress.next.add(1, ordering: .relaxed).oldValue
      if part >= partCount || part > progress.failure.part.load(ordering: .relaxed) { break }
      worker.begin(part, Morsel(scan: scan, nodes: nodes, range: range(of: part)))
      do {
        progress.results[part] = .success(try work(worker.context))
      } catch {
        progress.results[part] = .failure(error)
        progress.failure.part.min(part, ordering: .relaxed)
      }
    }
    // The thread of the caller counts its own.
    if isHelper, PageFaults.isByThread { worker.context.profiler?.workerFaults = PageFaults.ofThread - faults }
  }

  private func range(of part: Int) -> Range<Int> { nodes.count * part / partCount..<nodes.count * (part + 1) / partCount }
}
