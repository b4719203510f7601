import SinterExecute
import SinterModel
import SinterStorage
import Testing

/// Several threads over one scan give what one thread gives, in the same order, with the same figures and errors.
@Suite struct ParallelTests {
  private let engine: TestEngine

  init() throws {
    engine = try TestEngine()
    #expect(engine.run("CREATE CONSTRAINT FOR (n:N) REQUIRE n.i IS UNIQUE").error == nil)
    #expect(engine.run("UNWIND range(1, 400) AS i CREATE (:N {i: i, g: i % 7, f: i * 0.37, s: 's' + (i % 5)})").error == nil)
    #expect(engine.run("UNWIND range(1, 3) AS i CREATE (:M {i: i})").error == nil)
    let edges = "MATCH (a:N) UNWIND range(1, a.i % 6) AS k WITH a, (a.i * 31 + k * 17) % 400 + 1 AS j MATCH (b:N {i: j}) CREATE (a)-[:E {w: j}]->(b)"
    #expect(engine.run(edges).error == nil)
    try engine.store.compact()
  }

  private func options(threads: Int, _ edit: (inout QueryOptions) -> Void = { _ in }) -> QueryOptions {
    var options = QueryOptions()
    options.threads = threads
    options.parallelFromRows = 0
    options.timeoutSeconds = 60
    edit(&options)
    return options
  }

  static let texts = [
    "MATCH (n:N) RETURN count(*), sum(n.i), avg(n.f), min(n.s), max(n.f), collect(n.i), stDev(n.i), percentileDisc(n.i, 0.3)",
    "MATCH (n:N) RETURN n.g AS g, count(*), sum(n.i), collect(n.i)",
    "MATCH (n:N) RETURN n.s AS s, count(DISTINCT n.g), collect(DISTINCT n.g), sum(DISTINCT n.g)",
    "MATCH (n:N) RETURN count(DISTINCT n), count(DISTINCT n.g), count(DISTINCT n.s)",
    "MATCH (n:N)-[:E]->(m) RETURN m.i AS m, count(*), sum(n.f)",
    "MATCH (n:N)-[r:E]->(m) WHERE n.g <> m.g RETURN m.g AS g, n.s AS s, sum(r.w), collect(r.w)",
    "MATCH (n:N)-[:E]->(m)-[:E]->(k) RETURN count(*), count(DISTINCT k)",
    "MATCH (n:N)-[:E]->(m)-[:E]->(k) RETURN k.i AS k, count(*)",
    "MATCH (n:N)-[:E]->(m)-[:E]->(k) RETURN k, count(*) AS c",
    "MATCH (n:N)-[:E]->(m)-[:E]->(k)-[:E]->(n) RETURN count(*)",
    "MATCH (n:N)-[:E]->(m) WITH n.i AS n, count(*) AS d RETURN d, count(*) ORDER BY d",
    "MATCH (n:N) OPTIONAL MATCH (n)-[:E]->(m) WHERE m.i > 200 RETURN n.g AS g, count(m), collect(m.i)",
    "MATCH (n:N) WHERE EXISTS { (n)-[:E]->(:N {g: 3}) } RETURN n.s AS s, count(*)",
    "MATCH (n:N) UNWIND range(1, n.g) AS x RETURN x, count(*), sum(n.i)",
    "MATCH (n:N)-[:E*1..2]->(m) RETURN m.g AS g, count(*)",
    "MATCH (n) RETURN labels(n) AS l, count(*)",
    "MATCH (n:Missing) RETURN count(*), collect(n)",
    "MATCH (n:Missing)-[:E]->(m) RETURN m.i, count(*)",
    "MATCH (n:N)-[:E]->(m) WITH DISTINCT m RETURN count(*), sum(m.i)",
    "MATCH (n:N) RETURN n.g AS g, max(CASE WHEN n.i % 2 = 0 THEN n.i ELSE n.s END), min(CASE WHEN n.i > 200 THEN n.i END)",
  ]

  @Test(arguments: texts) func sameRows(_ text: String) {
    for (threads, batchSize) in [(2, 2048), (3, 5), (8, 2048)] {
      let alone = engine.run(text, [:], options(threads: 1) { $0.batchSize = batchSize })
      #expect(alone.error == nil)
      let together = engine.run(text, [:], options(threads: threads) { $0.batchSize = batchSize })
      #expect(together.error == nil)
      #expect(close(together.rows, alone.rows), "\(threads) threads: \(together.lines) instead of \(alone.lines)")
    }
  }

  /// Runs differ in nothing, however the threads were scheduled.
  @Test(arguments: texts) func sameRowsEachTime(_ text: String) {
    let first = engine.run(text, [:], options(threads: 4))
    for _ in 0..<8 { #expect(engine.run(text, [:], options(threads: 4)).lines == first.lines) }
  }

  /// The same rows; floats may differ where sums of parts are added.
  private func close(_ a: [[Value]], _ b: [[Value]]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { x, y in
      x.count == y.count && zip(x, y).allSatisfy { p, q in
        if case .float(let p) = p, case .float(let q) = q { return p == q || abs(p - q) <= 1e-12 * max(abs(p), abs(q)) }
        return p.description == q.description
      }
    }
  }

  @Test func theFirstRowsErrorIsThrown() {
    // Rows of several parts fail, each with a message of its own.
    let text = "MATCH (n:N) RETURN sum(CASE WHEN n.i >= 150 THEN date('no ' + n.i) ELSE n.i END)"
    let alone = engine.run(text, [:], options(threads: 1))
    #expect(alone.error != nil)
    for _ in 0..<10 {
      let together = engine.run(text, [:], options(threads: 4) { $0.batchSize = 1 })
      #expect(together.error?.code == alone.error?.code && together.error?.message == alone.error?.message)
      #expect(together.error?.span == alone.error?.span)
    }
  }

  @Test func memoryIsOneBudget() {
    let text = "MATCH (n:N) UNWIND range(1, 20000) AS x RETURN count(DISTINCT n.i * 100000 + x)"
    for threads in [1, 4] {
      let outcome = engine.run(text, [:], options(threads: threads) { $0.memoryLimitBytes = 8 << 20 })
      #expect(outcome.error?.code == "LimitError.Memory", "\(threads) threads")
    }
    #expect(engine.run("MATCH (n:N) RETURN count(*)", [:], options(threads: 4)).lines == ["400"])
  }

  @Test func timeEndsAllThreads() {
    let text = "MATCH (n:N) UNWIND range(1, 100000000) AS x WITH n, x WHERE x % 7 = 9 RETURN n.g, count(*)"
    let outcome = engine.run(text, [:], options(threads: 4) { $0.timeoutSeconds = 0.2 })
    #expect(outcome.error?.code == "LimitError.Timeout")
  }

  @Test func profileCountsAllThreads() throws {
    let text = "PROFILE MATCH (n:N)-[:E]->(m) WHERE m.g > 2 RETURN n.g AS g, count(m.s) AS c"
    let alone = try #require(engine.run(text, [:], options(threads: 1)).plan)
    let together = try #require(engine.run(text, [:], options(threads: 4)).plan)
    func rows(_ plan: PlanDescription) -> [String] { ["\(plan.name) \(plan.counts?.rows ?? -1)"] + plan.children.flatMap(rows) }
    func isConsistent(_ plan: PlanDescription) -> Bool {
      guard let counts = plan.counts else { return false }
      return counts.seconds >= 0 && counts.ownSeconds >= 0 && plan.children.allSatisfy(isConsistent)
    }
    #expect(rows(together) == rows(alone))
    #expect(isConsistent(together))
    #expect(together.totals?.memoryBytes ?? 0 > 0)
  }

  /// What threads worked on is let go of: a store that nobody uses is closed.
  @Test func nothingIsKept() throws {
    weak var store: GraphStore?
    do {
      let engine = try TestEngine()
      store = engine.store
      #expect(engine.run("UNWIND range(1, 50) AS i CREATE (:N {i: i, f: 0.5})").error == nil)
      for text in ["MATCH (n:N) RETURN n.i % 5 AS g, sum(n.f), collect(n)", "MATCH (n:N) RETURN sum(1 / (n.i - 30))"] {
        for _ in 0..<3 { _ = engine.run(text, [:], options(threads: 4)) }
      }
    }
    #expect(store == nil)
  }

  /// Statements of several callers share the pool.
  @Test func callersSideBySide() async {
    let text = "MATCH (n:N)-[:E]->(m) RETURN m.g AS g, count(*) AS c, sum(n.i) AS s"
    let expected = engine.run(text, [:], options(threads: 1)).lines
    await withTaskGroup(of: [String].self) { group in
      for _ in 0..<8 { group.addTask { engine.run(text, [:], options(threads: 3)).lines } }
      for await lines in group { #expect(lines == expected) }
    }
  }
}
