import Sinter
import SinterExecute
import SinterModel
import SinterStorage
import TestSupport

/// What a statement gave: rows, counts and plan, or an error.
struct Outcome: Sendable {
  var columns: [String] = []
  var rows: [[Value]] = []
  var statistics = UpdateStatistics()
  var plan: PlanDescription?
  var error: SinterError?

  /// Rows as lines of a case file.
  var lines: [String] { rows.map { $0.map(\.description).joined(separator: " | ") } }

  /// Names of the plan's operators, from the top.
  var operators: [String] { plan.map(Self.names) ?? [] }

  private static func names(_ plan: PlanDescription) -> [String] { [plan.name] + plan.children.flatMap(names) }
}

/// A store in memory and the engine over it.
final class TestEngine: Sendable {
  private let temporary = TemporaryStore(in: "/dev/shm")
  let store: GraphStore
  let engine = QueryEngine(extensions: .standard)

  init() throws {
    var options = GraphStore.Options()
    options.durable = false
    options.foldAfterChanges = 0
    store = try GraphStore(path: temporary.path, options: options)
  }

  /// Runs one statement in a transaction of its own, or for reading on a snapshot.
  func run(
    _ text: String, _ parameters: [String: Value] = [:], _ options: SinterExecute.QueryOptions = SinterExecute.QueryOptions(),
    runsAgain: Bool = false
  ) -> Outcome {
    var outcome = Outcome()
    do {
      let query = try engine.prepare(text)
      if query.commitsOnTheWay {
        let run = try engine.run(query, parameters: parameters, view: store.snapshot(), options: options, store: store)
        outcome = try Self.collect(run)
      } else if query.writes {
        let engine = engine
        outcome = try store.write { writer in
          try Self.collect(try engine.run(query, parameters: parameters, view: writer.view, writer: writer, options: options))
        }
      } else {
        if runsAgain { _ = try Self.collect(try engine.read(query, parameters: parameters, from: store, options: options)) }
        outcome = try Self.collect(try engine.read(query, parameters: parameters, from: store, options: options))
      }
    } catch let error as SinterError {
      outcome.error = error
    } catch {
      outcome.error = SinterError("TestError.Unexpected", "\(error)")
    }
    return outcome
  }

  private static func collect(_ run: QueryRun) throws -> Outcome {
    var outcome = Outcome(columns: run.columns)
    while let batch = try run.nextRows() { outcome.rows += batch }
    outcome.statistics = run.statistics
    outcome.plan = run.plan
    return outcome
  }
}
