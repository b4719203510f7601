import Foundation
import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Random queries over random graphs: every configuration and the oracle must agree.
///
/// `SINTER_FUZZ_SEED` begins elsewhere, `SINTER_FUZZ_QUERIES` changes how many there are; a difference is reported with
/// the graph, the query and the seed.
@Suite struct DifferentialTests {
  static let seed = number("SINTER_FUZZ_SEED") ?? 1
  static let queryCount = number("SINTER_FUZZ_QUERIES").map { Int($0) } ?? 1500
  private static let queriesPerGraph = 15

  private static func number(_ name: String) -> UInt64? { ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) } }

  /// A run over several graphs; runs go side by side.
  @Test(arguments: 0..<4) func reading(_ lane: Int) throws {
    let engine = try TestEngine()
    let graphs = max(1, Self.queryCount / Self.queriesPerGraph / 4)
    var compared = 0
    for number in 0..<graphs {
      let seed = Self.seed &+ UInt64(lane * graphs + number) &* 1000
      let graph = OracleGraph.random(seed: seed)
      var expectations: [(query: RandomQuery, text: String, rows: [[Value]])] = []
      for k in 0..<Self.queriesPerGraph {
        var maker = QueryMaker(seed: seed &+ UInt64(k) &+ 1)
        let query = maker.query()
        if let rows = Oracle(graph: graph).rows(query) { expectations.append((query, query.text, rows)) }
      }
      try engine.store.reset()
      #expect(engine.run(graph.statement).error == nil, "seed \(seed): \(graph.statement)")
      if number % 3 == 1 { #expect(engine.run("CREATE INDEX FOR (n:A) ON (n.x)").error == nil) }
      if number % 3 == 2 { #expect(engine.run("CREATE INDEX FOR (n:B) ON (n.x, n.y)").error == nil) }
      for configuration in Configuration.all {
        if configuration.isCompacted { try engine.store.compact() }
        for (k, expected) in expectations.enumerated() {
          let outcome = engine.run(expected.text, [:], configuration.options)
          let isOrdered = expected.query.parts.count == 1 && expected.query.parts[0].result.isOrdered
          let found = lines(outcome.rows, isOrdered)
          let wanted = lines(expected.rows, isOrdered)
          guard outcome.error == nil, found == wanted else {
            Issue.record(
              """
              seed \(seed), query \(k), \(configuration):
              \(graph.statement)
              \(expected.text)
              expected \(wanted)
              got \(outcome.error.map { "\($0.code.rawValue): \($0.message)" } ?? "\(found)")
              """)
            return
          }
          compared += 1
        }
      }
    }
    print("differential: lane \(lane), seed \(Self.seed), \(compared) runs agree with the oracle")
  }

  private func lines(_ rows: [[Value]], _ isOrdered: Bool) -> [String] {
    let lines = rows.map { row in
      row.map { value in if case .node(let node) = value { "#\(node.id.rawValue)" } else { value.description } }.joined(separator: " | ")
    }
    return isOrdered ? lines : lines.sorted()
  }

  @Test func writing() throws {
    let engine = try TestEngine()
    for number in 0..<max(1, Self.queryCount / 15) {
      let seed = Self.seed &+ UInt64(number) &* 77
      var graph = OracleGraph.random(seed: seed)
      let creation = graph.statement
      let writes = (0..<3).map { RandomWrite(seed: seed &+ UInt64($0) &+ 1) }
      for write in writes { write.apply(to: &graph) }
      for configuration in [Configuration.all[0], Configuration.all[4], Configuration.all[Configuration.all.count / 2 + 3]] {
        try engine.store.reset()
        #expect(engine.run(creation).error == nil)
        if configuration.isCompacted { try engine.store.compact() }
        for write in writes {
          let outcome = engine.run(write.text, [:], configuration.options)
          #expect(outcome.error == nil, "seed \(seed): \(write.text)")
        }
        let dump = engine.dump()
        guard dump == graph.dump else {
          Issue.record(
            """
            seed \(seed), \(configuration):
            \(creation)
            \(writes.map(\.text).joined(separator: "\n"))
            expected \(graph.dump)
            got \(dump)
            """)
          return
        }
      }
    }
  }
}
