import SinterFunctions
package import SinterLanguage
package import SinterModel
import SinterPlan
package import SinterStorage
import Synchronization

/// Turns text into rows: parse, check, plan (cached), run.
package final class QueryEngine: Sendable {
  package let extensions: EngineExtensions
  package let procedures: ProcedureRegistry
  /// Tables by node id, from statement to statement.
  let scratch = ScratchPool()
  private let cache = Mutex(PreparedCache())
  private let idleRuns = Mutex(IdleRuns())
  private let transactionCount = Atomic<Int>(0)

  package init(extensions: EngineExtensions = EngineExtensions()) {
    self.extensions = extensions
    procedures = ProcedureRegistry(StandardProcedures.all + extensions.procedures)
  }

  /// Parses and checks a statement, or finds it in the cache.
  package func prepare(_ text: String) throws(SinterError) -> PreparedQuery {
    if let known = cache.withLock({ $0.find(text) }) { return known }
    do throws(SinterError) {
      let start = monotonicSeconds()
      let statement = try parse(text)
      let parsed = monotonicSeconds()
      try check(statement, in: checkEnvironment)
      let prepared = PreparedQuery(
        statement: statement, writes: writes(statement), commitsOnTheWay: commitsOnTheWay(statement), parseSeconds: parsed - start,
        checkSeconds: monotonicSeconds() - parsed)
      if prepared.commitsOnTheWay, case .query(let query) = statement.body, callsWritingProcedure(query) {
        throw SinterError(
          "SyntaxError.InvalidClauseComposition", phase: .compile,
          "A query with CALL { … } IN TRANSACTIONS writes only in there; call the procedure in a statement of its own.")
      }
      cache.withLock { $0.add(prepared, for: text) }
      return prepared
    } catch {
      throw located(error, in: text)
    }
  }

  /// Starts a statement. Writing statements need `writer`, whose view they read; what a failing one
  /// did is undone. A writing statement has done all its work when this returns; a reading one works
  /// as rows are asked for, and so does one that commits on the way, which needs `store` and no writer.
  package func run(
    _ query: PreparedQuery, parameters: [String: Value], view: GraphView, writer: GraphWriter? = nil,
    options: QueryOptions = QueryOptions(), ahead: WorkDoneAhead? = nil, store: GraphStore? = nil
  ) throws(SinterError) -> QueryRun {
    do {
      try requireParameters(query.statement, parameters)
      if query.commitsOnTheWay && query.statement.mode != .explain {
        guard let store, writer == nil else {
          throw SinterError(
            "TransactionError.ExplicitTransaction",
            "A query with CALL { … } IN TRANSACTIONS commits by itself and cannot run inside a transaction; run it on its own.")
        }
        return try start(query, makeContext(view, nil, parameters, options, store: store, isProfiled: query.statement.mode == .profile), nil)
      }
      if query.writes && query.statement.mode != .explain {
        guard let writer else {
          throw SinterError("TransactionError.ReadOnly", "This statement changes the store; run it in a write transaction.")
        }
        return try runWriting(query, parameters, writer, options, ahead)
      }
      let context = makeContext(view, nil, parameters, options, isProfiled: query.statement.mode == .profile)
      return try start(query, context, nil)
    } catch let error as SinterError {
      throw located(error, in: query.statement.text)
    } catch {
      throw SinterError(wrapping: error)
    }
  }

  /// Starts a reading statement on a snapshot of its own, with the operators of an earlier call where they are still right.
  package func read(
    _ query: PreparedQuery, parameters: [String: Value], from store: GraphStore, options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> QueryRun {
    guard query.statement.mode == .run, !query.writes, let idle = idleRuns.withLock({ $0.take(query, store, options) }),
      idle.context.assumptions.hold(for: parameters)
    else {
      return try run(query, parameters: parameters, view: store.snapshot(), options: options).kept(query, store)
    }
    do throws(SinterError) {
      try requireParameters(query.statement, parameters)
      guard try idle.resume() else {
        return try run(query, parameters: parameters, view: store.snapshot(), options: options).kept(query, store)
      }
    } catch {
      throw located(error, in: query.statement.text)
    }
    idle.context.restart(parameters, options)
    return QueryRun(idle)
  }

  /// Keeps a run that has ended for the statement's next call.
  func keep(_ run: IdleRun) {
    guard run.suspend() else { return }
    // Released outside the lock.
    _ = idleRuns.withLock { $0.keep(run) }
  }

  /// Lets go of all snapshots that are kept for later calls.
  package func releaseIdleRuns() {
    let all = idleRuns.withLock { runs in
      defer { runs = IdleRuns() }
      return runs
    }
    _ = consume all
  }

  /// Fails when a parameter that the text names is not given, whether or not a row would have asked for it.
  private func requireParameters(_ statement: Statement, _ given: [String: Value]) throws(SinterError) {
    switch statement.body {
    case .query, .show: break
    case .schema, .model, .rule: return
    }
    guard statement.mode != .explain, let missing = statement.parameters.first(where: { given[$0.text] == nil }) else { return }
    let near = closest(to: missing.text, among: given.keys.sorted())
    throw SinterError(
      "ParameterMissing.MissingParameter", phase: .compile,
      "The parameter $\(missing.text) is missing; " + (near.map { "did you mean $\($0)?" } ?? "pass it with the query."), at: missing.span)
  }

  /// A number that no other transaction of `CALL { … } IN TRANSACTIONS` has.
  func nextTransactionNumber() -> Int { transactionCount.add(1, ordering: .relaxed).newValue }

  /// Adds a procedure that answers from a table, until ``reset()``.
  package func define(_ stub: ProcedureStub) {
    procedures.register(stub)
    releaseIdleRuns()
    // Statements were checked against the procedures there were.
    cache.withLock { $0 = PreparedCache() }
  }

  /// Forgets stubs of procedures; the store they were tested on is gone.
  package func reset() {
    procedures.reset()
    releaseIdleRuns()
    cache.withLock { $0 = PreparedCache() }
  }

  private func runWriting(
    _ query: PreparedQuery, _ parameters: [String: Value], _ writer: GraphWriter, _ options: QueryOptions, _ ahead: WorkDoneAhead?
  ) throws -> QueryRun {
    let savepoint = writer.savepoint()
    do {
      let context = makeContext(writer.view, writer, parameters, options, isProfiled: query.statement.mode == .profile)
      let run = try start(query, context, ahead)
      try run.finishEagerly()
      try context.finishDeletes()
      try writer.validateConstraints(since: savepoint)
      return run
    } catch {
      writer.rollback(to: savepoint)
      throw error
    }
  }

  private func start(_ query: PreparedQuery, _ context: ExecutionContext, _ ahead: WorkDoneAhead?) throws -> QueryRun {
    if let command = query.statement.body.commandName, query.statement.mode != .run {
      let plan = PlanDescription(name: command, details: "", estimatedRows: 0, children: [])
      if query.statement.mode == .explain { return QueryRun(columns: [], context: context, plan: plan) }
      return try runCommand(query, context, ahead).showing(plan)
    }
    return try runCommand(query, context, ahead)
  }

  private func runCommand(_ query: PreparedQuery, _ context: ExecutionContext, _ ahead: WorkDoneAhead?) throws -> QueryRun {
    switch query.statement.body {
    case .query(let body): return try start(body, query, context)
    case .show(let command): return try start(command.asQuery, query, context)
    case .schema(let command): return try SchemaExecution(context).run(command)
    case .model(let command): return try runModel(command, ahead, context)
    case .rule(let command): return try runRuleCommand(command, query.statement.text, context)
    }
  }

  private func start(_ body: Query, _ query: PreparedQuery, _ context: ExecutionContext) throws -> QueryRun {
    let isStatementCached = query.noteUse()
    let (planned, planSeconds) = try plan(for: query, body, context)
    var totals: PlanDescription.Totals?
    if query.statement.mode != .run {
      totals = PlanDescription.Totals(
        parseSeconds: isStatementCached ? 0 : query.parseSeconds, checkSeconds: isStatementCached ? 0 : query.checkSeconds,
        planSeconds: planSeconds ?? 0, isStatementCached: isStatementCached, isPlanCached: planSeconds == nil,
        memoryLimitBytes: context.limits.memoryLimitBytes, disabledPasses: context.options.disabledPasses.sorted())
    }
    if query.statement.mode == .explain, let totals {
      return QueryRun(columns: [], context: context, plan: PlanDescription(planned, totals))
    }
    context.assumptions = planned.assumptions
    var builder = OperatorBuilder(context: context)
    let root = try builder.build(planned.plan)
    let positions = try planned.columns.map { try root.layout.position($0.variable) }
    return QueryRun(
      columns: planned.columns.map(\.name), context: root.context, root: root, positions: positions, text: query.statement.text,
      profile: totals.map { (planned, $0) })
  }

  /// The plan made for such a graph before, or a new one.
  func plan(
    for query: PreparedQuery, _ body: Query, _ context: ExecutionContext
  ) throws -> (query: PlannedQuery, seconds: Double?) {
    try query.plan(fingerprint: PlanFingerprint(context.view, context.options.disabledPasses), context.parameters) {
      try Planner.plan(body, context: planContext(context))
    }
  }

  func planContext(_ context: ExecutionContext) -> PlanContext {
    let procedures = self.procedures
    var planContext = PlanContext(
      statistics: context.view.statistics, disabledPasses: context.options.disabledPasses,
      procedureOutputs: { procedures.find($0)?.outputs.map(\.name) })
    planContext.parameters = context.parameters
    planContext.fold = { scalar in
      guard let value = try? Evaluator(Layout([]), context).evaluate(scalar, .unit) else { return nil }
      return value[0]
    }
    return planContext
  }

  func makeContext(
    _ view: GraphView, _ writer: GraphWriter?, _ parameters: [String: Value], _ options: QueryOptions, store: GraphStore? = nil,
    isProfiled: Bool = false
  ) -> ExecutionContext {
    let limits = QueryLimits(
      memoryLimitBytes: options.memoryLimitBytes ?? defaultMemoryLimitBytes, timeoutSeconds: options.timeoutSeconds,
      isCancelled: options.isCancelled)
    let functions = FunctionContext(maximumListLength: options.longestList, limits: limits)
    return ExecutionContext(
      view: view, writer: writer, parameters: parameters, options: options, functions: functions, engine: self, store: store,
      profiler: isProfiled ? Profiler() : nil)
  }

  /// Adds the text to an error, so that it can show its line.
  func located(_ error: SinterError, in text: String) -> SinterError {
    var error = error
    if error.queryText == nil && error.span != nil { error.queryText = text }
    return error
  }

  // MARK: Checks

  var checkEnvironment: CheckEnvironment {
    let procedures = self.procedures
    return CheckEnvironment(
      function: { name in
        if aggregateFunctionNames.contains(name) {
          let function = AggregateFunction(name: aggregateAliases[name] ?? name)
          let count = function?.argumentCount ?? 1
          return FunctionSignature(
            minimumArguments: count, maximumArguments: count, isAggregate: true,
            arguments: function.map { [ArgumentTypes($0.argumentKinds), ArgumentTypes(.number)] } ?? [])
        }
        if GraphFunction.all.contains(where: { $0.name.lowercased() == name }) {
          let count = GraphFunction.namesWithoutArguments.contains(name) ? 0 : 1
          return FunctionSignature(minimumArguments: count, maximumArguments: count)
        }
        return FunctionLibrary.standard.find(name).map {
          FunctionSignature(
            minimumArguments: $0.minimumArguments, maximumArguments: $0.maximumArguments,
            arguments: $0.isCheckedStatically ? $0.argumentKinds.map { ArgumentTypes($0) } : [],
            result: ArgumentTypes($0.resultKinds))
        }
      },
      procedure: { name in
        procedures.find(name).map { definition in
          ProcedureSignature(
            inputs: definition.inputs.map { input in
              let isOptional = input.type.hasSuffix("=")
              return ProcedureSignature.Input(
                name: input.name, type: isOptional ? String(input.type.dropLast()) + "?" : input.type, isOptional: isOptional)
            }, outputs: definition.outputs.map(\.name))
        }
      },
      functionNames: { FunctionLibrary.standard.names + GraphFunction.all.map(\.name) + AggregateFunction.names },
      procedureNames: { procedures.all.map(\.name) })
  }

  private func writes(_ statement: Statement) -> Bool {
    switch statement.body {
    case .query(let query): query.isUpdating || callsWritingProcedure(query)
    case .show: false
    case .schema, .model, .rule: true
    }
  }

  private func commitsOnTheWay(_ statement: Statement) -> Bool {
    guard case .query(let query) = statement.body else { return false }
    // The checks leave them no other place.
    return query.first.clauses.contains { clause in
      if case .subquery(let call) = clause.kind { call.transactions != nil } else { false }
    }
  }

  private func callsWritingProcedure(_ query: Query) -> Bool {
    ([query.first] + query.rest.map(\.query)).contains { single in
      single.clauses.contains { clause in
        if case .call(let call) = clause.kind { return procedures.find(call.name.text)?.writes ?? false }
        return false
      }
    }
  }
}

/// A parsed and checked statement, with its last plan.
package final class PreparedQuery: Sendable {
  package let statement: Statement
  /// Needs a write transaction.
  package let writes: Bool
  /// What preparing it took.
  let parseSeconds: Double
  let checkSeconds: Double
  /// Runs transactions of its own, and so in none: it has `CALL { … } IN TRANSACTIONS`.
  package let commitsOnTheWay: Bool
  private let wasUsed = Atomic<Bool>(false)
  /// Plans for parameters of different orders of magnitude, the newest first.
  private let planned = Mutex<[(fingerprint: PlanFingerprint, query: PlannedQuery)]>([])
  private static let planLimit = 4

  init(statement: Statement, writes: Bool, commitsOnTheWay: Bool, parseSeconds: Double, checkSeconds: Double) {
    self.statement = statement
    self.writes = writes
    self.commitsOnTheWay = commitsOnTheWay
    self.parseSeconds = parseSeconds
    self.checkSeconds = checkSeconds
  }

  /// Whether the statement ran before.
  func noteUse() -> Bool { wasUsed.exchange(true, ordering: .relaxed) }

  /// A plan made for such a graph and such parameters before, or a new one with the time it took.
  func plan(
    fingerprint: PlanFingerprint, _ parameters: [String: Value], _ make: () throws -> PlannedQuery
  ) throws -> (query: PlannedQuery, seconds: Double?) {
    let known = planned.withLock { $0.first { $0.fingerprint == fingerprint && $0.query.assumptions.hold(for: parameters) } }
    if let known { return (known.query, nil) }
    let start = monotonicSeconds()
    let query = try make()
    planned.withLock { plans in
      // Of another graph nothing is needed any more.
      plans.removeAll { $0.fingerprint != fingerprint }
      if plans.count >= PreparedQuery.planLimit { plans.removeLast() }
      plans.insert((fingerprint, query), at: 0)
    }
    return (query, monotonicSeconds() - start)
  }
}

/// What a plan depends on besides the text: the schema, and the sizes to a power of two.
struct PlanFingerprint: Hashable {
  private let indexes: [IndexDescriptor]
  private let nodeMagnitude: Int
  private let relationshipMagnitude: Int
  private let typeCount: Int
  private let disabledPasses: Set<String>

  init(_ view: GraphView, _ disabledPasses: Set<String>) {
    indexes = view.indexes
    nodeMagnitude = Int.bitWidth - view.nodeCount.leadingZeroBitCount
    relationshipMagnitude = Int.bitWidth - view.relationshipCount.leadingZeroBitCount
    typeCount = view.typeNames.count
    self.disabledPasses = disabledPasses
  }
}

/// Prepared statements by text; the older half goes when there are too many.
private struct PreparedCache {
  private var recent: [String: PreparedQuery] = [:]
  private var older: [String: PreparedQuery] = [:]
  private let capacity = 512

  mutating func find(_ text: String) -> PreparedQuery? {
    if let known = recent[text] { return known }
    guard let known = older[text] else { return nil }
    add(known, for: text)
    return known
  }

  mutating func add(_ query: PreparedQuery, for text: String) {
    // A very long text is a script's, not one that comes again and again.
    guard text.utf8.count < 64 << 10 else { return }
    if recent.count >= capacity {
      older = recent
      recent = [:]
    }
    recent[text] = query
  }
}
