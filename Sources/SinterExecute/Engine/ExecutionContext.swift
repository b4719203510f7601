import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What one running statement shares among its operators.
final class ExecutionContext {
  private(set) var view: GraphView
  let writer: GraphWriter?
  private(set) var parameters: [String: Value]
  /// What the plan takes for granted of the parameters.
  var assumptions: [ParameterAssumption] = []
  private(set) var options: QueryOptions
  private(set) var functions: FunctionContext
  /// Not kept alive from here: an engine keeps the contexts of statements that may be called again. Their runs keep it.
  unowned let engine: QueryEngine
  /// The engine's, which operators give tables back to when they go.
  let scratch: ScratchPool
  /// Where a statement that is no part of a transaction commits what it does on the way.
  let store: GraphStore?
  /// Nodes that were deleted while they had relationships, which the statement must delete too.
  var pendingDeletes: Set<NodeID> = []
  /// Elements were deleted by this statement: reading a missing one must be told apart from null.
  var hasDeleted = false
  let limits: QueryLimits
  /// Counts what operators do, for PROFILE.
  let profiler: Profiler?
  /// What the writer's changes took when this was last looked at.
  var changeByteCount = 0
  private let account: Account
  /// What relationships were before this statement deleted them: their types and ends stay known.
  var deletedRelationships: [RelationshipID: RelationshipRecord] = [:]
  private var columns: [ColumnKey: PropertyColumn] = [:]
  /// The nodes that a scan is to give, where the scan's plan is dealt out to several threads.
  var morsel: Morsel?

  /// What the contexts of one statement share.
  private final class Account {
    var statistics = UpdateStatistics()
  }

  private struct ColumnKey: Hashable {
    var key: String
    var entity: EntityKind
  }

  init(
    view: GraphView, writer: GraphWriter?, parameters: [String: Value], options: QueryOptions, functions: FunctionContext,
    engine: QueryEngine, store: GraphStore? = nil, profiler: Profiler? = nil
  ) {
    self.store = store
    account = Account()
    self.view = view
    self.writer = writer
    self.parameters = parameters
    self.options = options
    self.functions = functions
    self.engine = engine
    scratch = engine.scratch
    self.profiler = profiler
    limits = functions.limits
    changeByteCount = writer?.changeByteCount ?? 0
  }

  /// The context of operators that follow transactions committed on the way, whose changes they are to see.
  init(following other: ExecutionContext) {
    (view, writer, store) = (other.view, nil, other.store)
    (parameters, options, functions, engine) = (other.parameters, other.options, other.functions, other.engine)
    (account, limits, profiler, scratch) = (other.account, other.limits, other.profiler, other.scratch)
  }

  /// The context of a transaction that is committed on the way, with counts and a memory budget of its own.
  init(within other: ExecutionContext, writer: GraphWriter) {
    (view, self.writer, store) = (writer.view, writer, nil)
    (parameters, options, engine, profiler) = (other.parameters, other.options, other.engine, other.profiler)
    (account, scratch) = (Account(), other.scratch)
    limits = QueryLimits(within: other.limits)
    var functions = other.functions
    functions.limits = limits
    self.functions = functions
    changeByteCount = writer.changeByteCount
    hasDeleted = other.hasDeleted
  }

  /// Starts over on the same snapshot, for another call of a reading statement.
  func restart(_ parameters: [String: Value], _ options: QueryOptions) {
    self.parameters = parameters
    self.options = options
    limits.restart(
      memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimitBytes, timeoutSeconds: options.timeoutSeconds,
      isCancelled: options.isCancelled)
    functions = FunctionContext(maximumListLength: options.longestList, limits: limits)
  }

  /// The context of a thread that works on a part of a reading statement.
  init(beside other: ExecutionContext, limits: QueryLimits) {
    (view, writer, store) = (other.view, nil, nil)
    (parameters, options, engine) = (other.parameters, other.options, other.engine)
    (account, scratch) = (Account(), other.scratch)
    profiler = other.profiler.map { _ in Profiler() }
    self.limits = limits
    var functions = other.functions
    functions.limits = limits
    self.functions = functions
  }

  /// Goes on with a later snapshot.
  func move(to view: GraphView) {
    self.view = view
    columns = [:]
  }

  var statistics: UpdateStatistics {
    get { account.statistics }
    set { account.statistics = newValue }
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
