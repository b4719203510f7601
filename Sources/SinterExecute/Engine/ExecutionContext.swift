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
  /// The types and ends of relationships that this statement deleted; a deleted one still tells its type.
  var deletedRelationships: [RelationshipID: RelationshipRecord] = [:]
  private let deadline: Double?
  private let memoryLimit: Int
  private var memoryHeld = 0
  private var steps = 0
  private var columns: [ColumnKey: PropertyColumn] = [:]

  private struct ColumnKey: Hashable {
    var key: String
    var entity: EntityKind
  }

  init(
    view: GraphView, writer: GraphWriter?, parameters: [String: Value], options: QueryOptions, functions: FunctionContext,
    engine: QueryEngine
  ) {
    self.view = view
    self.writer = writer
    self.parameters = parameters
    self.options = options
    self.functions = functions
    self.engine = engine
    deadline = options.timeoutSeconds.map { monotonicSeconds() + $0 }
    memoryLimit = options.memoryLimitBytes ?? defaultMemoryLimitBytes
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
    memoryHeld += bytes
    try checkRoom(0)
  }

  /// Fails unless the budget has room for so many bytes more, for a moment.
  func checkRoom(_ bytes: Int) throws(SinterError) {
    if memoryHeld + bytes > memoryLimit {
      throw SinterError(
        "LimitError.Memory",
        "The query needs more than its memory budget of \(memoryLimit >> 20) MiB; make it narrower, add LIMIT, or raise the budget.")
    }
  }

  func release(_ bytes: Int) { memoryHeld -= bytes }
}

/// A quarter of the machine's memory.
let defaultMemoryLimitBytes: Int = max(64 << 20, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4)
