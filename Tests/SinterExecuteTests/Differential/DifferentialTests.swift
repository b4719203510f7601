import Foundation
import SinterModel
import SinterStorage
import Synchronization
import TestSupport
import Testing

/// Random queries over random graphs: every configuration and the oracle must agree.
///
/// `SINTER_FUZZ_SEED` begins elsewhere, `SINTER_FUZZ_QUERIES` changes how many there are; a difference is reported with
/// the seed and with the smallest graph and statements that still show it.
@Suite struct DifferentialTests {
  static let seed = number("SINTER_FUZZ_SEED") ?? 1
  static let queryCount = number("SINTER_FUZZ_QUERIES").map { Int($0) } ?? 3000
  private static let lanes = 4
  private static let queriesPerGraph = 20
  private static let statementsPerScenario = 5
  private static let progress = Mutex((queries: 0, runs: 0))
  private static let started = ContinuousClock.now

  private static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

  /// What of the schema a graph has; the constraint holds in each of them.
  private static let schemas: [[String]] = [
    [], ["CREATE INDEX FOR (n:A) ON (n.x)"], ["CREATE INDEX FOR (n:B) ON (n.x, n.y)", "CREATE INDEX FOR (n:A) ON (n.m)"],
    ["CREATE CONSTRAINT FOR (n:A) REQUIRE n.k IS UNIQUE", "CREATE INDEX FOR (n:C) ON (n.s)", "CREATE INDEX FOR (n:B) ON (n.d)"],
    ["CREATE INDEX FOR (n:A) ON (n.f)", "CREATE INDEX FOR (n:B) ON (n.l)", "CREATE INDEX FOR (n:C) ON (n.b)"],
  ]

  /// Four queries in five read; they run side by side on one graph.
  @Test(arguments: 0..<lanes) func reading(_ lane: Int) throws {
    let engine = try TestEngine()
    _ = Self.started
    for number in 0..<max(1, Self.queryCount * 4 / 5 / Self.queriesPerGraph / Self.lanes) {
      let seed = Self.seed &+ UInt64(number * Self.lanes + lane) &* 1000
      let graph = OracleGraph.random(seed: seed)
      let schema = Self.schemas[number % Self.schemas.count]
      var questions: [(scenario: Scenario, expected: Scenario.Answer)] = []
      var attempt: UInt64 = 0
      while questions.count < Self.queriesPerGraph && attempt < 200 {
        attempt += 1
        var maker = QueryMaker(seed: seed &+ attempt)
        let scenario = Scenario(graph: graph, schema: schema, statements: [maker.query()], knowsIDs: true)
        if !scenario.hasWrongTypes(engine), let expected = scenario.expected() { questions.append((scenario, expected)) }
      }
      try questions[0].scenario.prepare(engine)
      for configuration in Configuration.all {
        if configuration.isCompacted { try engine.store.compact() }
        for (scenario, expected) in questions {
          guard let difference = scenario.difference(at: 0, from: expected, engine, configuration) else { continue }
          report(scenario, difference, seed, engine, configuration)
          return
        }
      }
      Self.advance(questions.count, questions.count * Configuration.all.count)
    }
  }

  /// One query in five writes, and what comes after it sees that.
  @Test(arguments: 0..<lanes) func writing(_ lane: Int) throws {
    let engine = try TestEngine()
    _ = Self.started
    for number in 0..<max(1, Self.queryCount / 5 / Self.statementsPerScenario / Self.lanes) {
      let seed = Self.seed &+ UInt64(number * Self.lanes + lane) &* 1000 &+ 500
      var scenario = Scenario(
        graph: OracleGraph.random(seed: seed), schema: Self.schemas[number % Self.schemas.count], statements: [], knowsIDs: false)
      var attempt: UInt64 = 0
      while scenario.statements.count < Self.statementsPerScenario && attempt < 60 {
        attempt += 1
        var maker = QueryMaker(seed: seed &+ attempt, knowsIDs: false)
        let isRead = scenario.statements.count % 2 == 1
        scenario.statements.append(isRead ? maker.query() : maker.writing())
        if scenario.hasWrongTypes(engine) || scenario.expected() == nil { scenario.statements.removeLast() }
      }
      guard let expected = scenario.expected() else { continue }
      // Every configuration has its turn.
      for turn in 0..<4 {
        let configuration = Configuration.all[(number * 4 + turn * 5 + lane) % Configuration.all.count]
        guard let difference = try scenario.difference(from: expected, engine, configuration) else { continue }
        report(scenario, difference, seed, engine, configuration)
        return
      }
      Self.advance(scenario.statements.count, scenario.statements.count * 4)
    }
  }

  private func report(
    _ scenario: Scenario, _ difference: Scenario.Difference, _ seed: UInt64, _ engine: TestEngine, _ configuration: Configuration
  ) {
    let small = scenario.shrunk(engine, configuration, errorCode: difference.errorCode)
    let shown = small.expected().flatMap { try? small.difference(from: $0, engine, configuration) } ?? difference
    Issue.record(
      """
      seed \(seed), \(configuration):
      \(small.script);
      expected \(shown.expected)
      got \(shown.found)
      before it was made smaller:
      \(scenario.script);
      """)
  }

  /// Counts, and says now and then how far it is.
  private static func advance(_ queries: Int, _ runs: Int) {
    let total = progress.withLock { total in
      let before = total.queries
      total.queries += queries
      total.runs += runs
      return total.queries / 2_000 != before / 2_000 || total.queries >= queryCount && before < queryCount ? total : nil
    }
    guard let total else { return }
    let seconds = max(Double((ContinuousClock.now - started).components.seconds), 1)
    print(
      "differential: seed \(seed), \(total.queries) of \(queryCount) queries, \(total.runs) runs agree with the oracle, "
        + "\(Int(seconds)) s, \(Int(Double(total.runs) / seconds)) runs/s")
  }
}
