import Sinter
import TestSupport
import Testing

/// Plans and budgets as the library gives and takes them.
@Suite struct PlanTests {
  private let folder = TemporaryStore()

  private func store() throws -> Store {
    let store = try Store(at: folder.path("plans.sinter"))
    try store.query("UNWIND range(1, 50) AS i CREATE (:N {i: i})")
    try store.query("CREATE INDEX n_i FOR (n:N) ON (n.i)")
    return store
  }

  private func all(_ plan: QueryPlan) -> [QueryPlan] { [plan] + plan.children.flatMap(all) }

  @Test func aProfileHasAllFigures() throws {
    let rows = try store().query("PROFILE MATCH (n:N {i: 7}) RETURN n.i AS i ORDER BY i")
    let plan = try #require(rows.plan)
    #expect(plan.name == "ProduceResults" && plan.details == "i" && plan.rows == 1)
    let seek = try #require(all(plan).first { $0.name == "NodeIndexSeek" })
    #expect(seek.index?.name == "n_i" && seek.index?.properties == ["i"] && seek.misestimate == 1)
    let totals = try #require(plan.totals)
    #expect(totals.runSeconds ?? 0 > 0 && totals.memoryLimitBytes > 0 && !totals.isPlanCached)
    #expect(all(plan).dropFirst().allSatisfy { $0.totals == nil && $0.seconds != nil && $0.ownSeconds != nil })
  }

  @Test func whatNeverRanIsNoMisestimate() throws {
    let text = "PROFILE MATCH (n:N) WHERE n.i < 0 AND COUNT { MATCH (m:N) WHERE m.i > n.i RETURN DISTINCT m.i AS i } > 2 RETURN n"
    let idle = all(try #require(try store().query(text).plan)).filter { $0.loops == 0 }
    #expect(!idle.isEmpty && idle.allSatisfy { $0.misestimate == nil })
  }

  @Test func rowsThatAreCollectedTakeMemory() throws {
    let store = try store()
    let options = QueryOptions(memoryLimitBytes: 8 << 20)
    let text = "MATCH (a:N), (b:N), (c:N) RETURN a, b, c"
    #expect {
      try store.query(text, options: options)
    } throws: { ($0 as? SinterError)?.code == "LimitError.Memory" }
    // A stream holds one batch.
    let stream = try store.stream(text, options: options)
    var count = 0
    while try stream.next() != nil { count += 1 }
    #expect(count == 125_000)
  }
}
