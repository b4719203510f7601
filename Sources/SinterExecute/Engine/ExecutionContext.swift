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
  private(set) var view: GraphView
  let writer: GraphWriter?
  let parameters: [String: Value]
  let options: QueryOptions
  let functions: FunctionContext
  let engine: QueryEngine
  /// Where a statement that is no part of a transaction commits what it does on the way.
  let store: GraphStore?
  /// Nodes that were deleted while they had relationships, which the statement must delete too.
  var pendingDeletes: Set<NodeID> = []
  /// Elements were deleted by this statement: reading a missing one must be told apart from null.
  var hasDeleted = false
  private let account: Account
  /// What relationships were before this statement deleted them: their types and ends stay known.
  var deletedRelationships: [RelationshipID: RelationshipRecord] = [:]
  private let deadline: Double?
  private let memoryLimit: Int
  private var steps = 0
  private var columns: [ColumnKey: PropertyColumn] = [:]

  /// What the contexts of one statement share.
  private final class Account {
    var statistics = UpdateStatistics()
    var memoryHeld = 0
  }

  private struct ColumnKey: Hashable {
    var key: String
    var entity: EntityKind
  }

  init(
    view: GraphView, writer: GraphWriter?, parameters: [String: Value], options: QueryOptions, functions: FunctionContext,
    engine: QueryEngine, store: GraphStore? = nil
  ) {
    self.store = store
    account = Account()
    self.view = view
    self.writer = writer
    self.parameters = parameters
    self.options = options
    self.functions = functions
    self.engine = engine
    deadline = options.timeoutSeconds.map { monotonicSeconds() + $0 }
    memoryLimit = options.memoryLimitBytes ?? defaultMemoryLimitBytes
  }

  /// The context of operators that follow transactions committed on the way, whose changes they are to see.
  init(following other: ExecutionContext) {
    (view, writer, store) = (other.view, nil, other.store)
    (parameters, options, functions, engine) = (other.parameters, other.options, other.functions, other.engine)
    (account, deadline, memoryLimit) = (other.account, other.deadline, other.memoryLimit)
  }

  /// The context of a transaction that is committed on the way, with counts and a memory budget of its own.
  init(within other: ExecutionContext, writer: GraphWriter) {
    (view, self.writer, store) = (writer.view, writer, nil)
    (parameters, options, functions, engine) = (other.parameters, other.options, other.functions, other.engine)
    (account, deadline, memoryLimit) = (Account(), other.deadline, other.memoryLimit)
    hasDeleted = other.hasDeleted
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
  func checkInterrupts() throws(SinterError) {
    if let token = options.cancellation, token.isCancelled {
      throw SinterError("LimitError.Cancelled", "The query was cancelled.")
    }
    if let deadline, monotonicSeconds() > deadline {
      throw SinterError(
        "LimitError.Timeout",
        "The query took longer than its limit of \(options.timeoutSeconds ?? 0) s; raise the timeout or make the query narrower.")
    }
  }

  /// Called in loops of small steps, nested ones too; now and then looks whether the query is to end.
  @inline(__always)
  func countStep() throws(SinterError) {
    steps &+= 1
    if steps & 1023 == 0 { try checkInterrupts() }
  }

  func hold(_ bytes: Int) throws(SinterError) {
    account.memoryHeld += bytes
    try checkRoom(0)
  }

  /// Fails unless the budget has room for so many bytes more, for a moment.
  func checkRoom(_ bytes: Int) throws(SinterError) {
    if account.memoryHeld + bytes > memoryLimit {
      throw SinterError(
        "LimitError.Memory",
        "The query needs more than its memory budget of \(memoryLimit >> 20) MiB; make it narrower, add LIMIT, or raise the budget.")
    }
  }

  func release(_ bytes: Int) { account.memoryHeld -= bytes }
}

/// A quarter of the machine's memory.
let defaultMemoryLimitBytes: Int = max(64 << 20, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4)
