package import SinterLanguage
package import SinterModel
package import SinterStorage
import Synchronization

/// Turns text into rows: parse, check, plan (cached), run.
package final class QueryEngine: Sendable {
  package let extensions: EngineExtensions

  package init(extensions: EngineExtensions = EngineExtensions()) {
    self.extensions = extensions
  }

  /// Parses and checks a statement, or finds it in the cache.
  package func prepare(_ text: String) throws(SinterError) -> PreparedQuery { fatalError() }

  /// Starts a statement. Writing statements need `writer`, whose view they read.
  /// A writing statement has done all its work when this returns; a reading one works as rows are asked for.
  package func run(
    _ query: PreparedQuery, parameters: [String: Value], view: GraphView, writer: GraphWriter? = nil, options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> QueryRun { fatalError() }
}

/// A parsed and checked statement.
package final class PreparedQuery: Sendable {
  package let statement: Statement
  /// Needs a write transaction.
  package let writes: Bool
  package init(statement: Statement, writes: Bool) {
    self.statement = statement
    self.writes = writes
  }
}

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
  package init() {}
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
  package init() {}
}

/// A running statement: rows in batches, then the statistics.
package final class QueryRun {
  package let columns: [String]
  /// The operator tree; with real row counts and times after a PROFILE has run to its end.
  package var plan: PlanDescription? { fatalError() }
  package var statistics: UpdateStatistics { fatalError() }
  /// The next rows, elements with their content, or nil at the end.
  package func nextRows() throws(SinterError) -> [[Value]]? { fatalError() }
  init(columns: [String]) { self.columns = columns }
}

/// One operator of a plan as EXPLAIN and PROFILE show it.
package struct PlanDescription: Sendable {
  package var name: String
  package var details: String
  package var estimatedRows: Double
  /// Only after PROFILE.
  package var rows: Int?
  package var batches: Int?
  package var seconds: Double?
  package var children: [PlanDescription]
  package init(name: String, details: String, estimatedRows: Double, children: [PlanDescription]) {
    self.name = name
    self.details = details
    self.estimatedRows = estimatedRows
    self.children = children
  }
}
