import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage
import Synchronization

/// The operators of a statement that ran to its end, with the snapshot they ran on, kept for its next call.
///
/// While nothing was committed since, all that they looked up is still right: plan, columns, neighbour lists, indexes. A call
/// then costs what its rows cost. `@unchecked Sendable`: whoever takes one out of ``IdleRuns`` is the only one to have it.
final class IdleRun: @unchecked Sendable {
  let query: PreparedQuery
  let store: GraphStore
  let context: ExecutionContext
  let root: Operator
  let columns: [String]
  let positions: [Int]
  /// The commit that the context's view saw.
  private var transactionID: UInt64 = 0

  init(_ query: PreparedQuery, _ store: GraphStore, _ context: ExecutionContext, _ root: Operator, columns: [String], positions: [Int]) {
    (self.query, self.store, self.context, self.root) = (query, store, context, root)
    (self.columns, self.positions) = (columns, positions)
  }

  /// More memory than this is not kept for a call that may come.
  private static let memoryLimitBytes = 1 << 20

  /// Gives up the snapshot and what was gathered; false when this cannot run again.
  func suspend() -> Bool {
    guard root.isReusable, context.limits.peakBytes <= IdleRun.memoryLimitBytes, let id = context.view.suspend() else { return false }
    root.reset()
    transactionID = id
    return true
  }

  /// False when something was committed since.
  func resume() throws(SinterError) -> Bool { try store.resume(context.view, at: transactionID) }
}

/// The idle runs of an engine, the one used last at the end.
struct IdleRuns {
  private var runs: [IdleRun] = []
  /// Each holds a place in the file's table of readers, which all processes share.
  private static let capacity = 16

  /// The idle run of a statement in a store, under the same switches.
  mutating func take(_ query: PreparedQuery, _ store: GraphStore, _ options: QueryOptions) -> IdleRun? {
    guard
      let index = runs.lastIndex(where: {
        $0.query === query && $0.store === store && $0.context.options.hasSameSwitches(as: options)
      })
    else { return nil }
    return runs.remove(at: index)
  }

  /// Keeps a run; what has to go for it is given back, to be released outside of any lock.
  mutating func keep(_ run: IdleRun) -> IdleRun? {
    runs.append(run)
    return runs.count > IdleRuns.capacity ? runs.removeFirst() : nil
  }
}
