import SinterFunctions
import SinterModel
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What one running statement shares among its operators.
final class ExecutionContext {
  let view: GraphView
  let writer: GraphWriter?
  let parameters: [String: Value]
  let options: QueryOptions
  let functions: FunctionContext
  let engine: QueryEngine
  var statistics = UpdateStatistics()
  /// Elements were deleted by this statement: reading a missing one must be told apart from null.
  var hasDeleted = false
  let limits: QueryLimits
  /// Counts what operators do, for PROFILE.
  let profiler: Profiler?
  /// What the writer's changes took when this was last looked at.
  var changeByteCount = 0
  private var columns: [ColumnKey: PropertyColumn] = [:]

  private struct ColumnKey: Hashable {
    var key: String
    var entity: EntityKind
  }

  init(
    view: GraphView, writer: GraphWriter?, parameters: [String: Value], options: QueryOptions, functions: FunctionContext,
    engine: QueryEngine, profiler: Profiler? = nil
  ) {
    self.view = view
    self.writer = writer
    self.parameters = parameters
    self.options = options
    self.functions = functions
    self.engine = engine
    self.profiler = profiler
    limits = functions.limits
    changeByteCount = writer?.changeByteCount ?? 0
  }

  var extensions: EngineExtensions { engine.extensions }
  var procedures: ProcedureRegistry { engine.procedures }

  /// The column of a key, or nil while no element ever had it.
  func column(_ key: String, _ entity: EntityKind) -> PropertyColumn? {
    let cacheKey = ColumnKey(key: key, entity: entity)
    if let column = columns[cacheKey] { return column }
    guard let id = view.keyID(key) else { return nil }
    let column = view.column(id, of: entity)
    columns[cacheKey] = column
    return column
  }

  // MARK: Limits

  /// Fails when the query was cancelled or its time is up; called once a batch and in long loops.
  func checkInterrupts() throws(SinterError) { try limits.checkInterrupts() }

  /// Called in loops of small steps, nested ones too; now and then looks whether the query is to end.
  @inline(__always)
  func countStep() throws(SinterError) { try limits.countStep() }

  func hold(_ bytes: Int) throws(SinterError) { try limits.hold(bytes) }

  /// Fails unless the budget has room for so many bytes more, for a moment.
  func checkRoom(_ bytes: Int) throws(SinterError) { try limits.checkRoom(bytes) }

  func release(_ bytes: Int) { limits.release(bytes) }
}

/// A quarter of the machine's memory.
package let defaultMemoryLimitBytes: Int = max(64 << 20, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4)
