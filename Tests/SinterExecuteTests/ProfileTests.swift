import SinterExecute
import SinterModel
import Testing

/// What PROFILE counts, in subplans too.
@Suite struct ProfileTests {
  private let engine: TestEngine

  init() throws {
    engine = try TestEngine()
    #expect(engine.run("UNWIND range(1, 30) AS i CREATE (:N {i: i, g: i % 3})").error == nil)
    #expect(engine.run("MATCH (a:N), (b:N) WHERE b.i = a.i + 1 CREATE (a)-[:E]->(b)").error == nil)
    #expect(engine.run("CREATE INDEX n_i FOR (n:N) ON (n.i)").error == nil)
  }

  private func plan(_ text: String, _ edit: (inout QueryOptions) -> Void = { _ in }) throws -> PlanDescription {
    var options = QueryOptions()
    edit(&options)
    let outcome = engine.run(text, [:], options)
    #expect(outcome.error == nil, "\(outcome.error.map { "\($0)" } ?? "")")
    return try #require(outcome.plan)
  }

  private func all(_ plan: PlanDescription) -> [PlanDescription] { [plan] + plan.children.flatMap(all) }

  private func find(_ name: String, in plan: PlanDescription) throws -> PlanDescription {
    try #require(all(plan).first { $0.name == name }, "no \(name) in \(all(plan).map(\.name))")
  }

  @Test func rowsAndBatches() throws {
    let plan = try plan("PROFILE MATCH (n:N) WHERE n.i > 3 AND n.g = 1 RETURN n.g AS g, count(*) AS c") { $0.batchSize = 7 }
    #expect(plan.name == "ProduceResults" && plan.counts?.rows == 1)
    #expect(try find("NodeIndexSeekByRange", in: plan).counts?.rows == 27)
    #expect(try find("NodeIndexSeekByRange", in: plan).counts?.batches == 4)
    #expect(try find("Filter", in: plan).counts?.rows == 9)
    #expect(try find("EagerAggregation", in: plan).counts?.memoryBytes ?? 0 > 0)
    #expect(all(plan).allSatisfy { $0.counts.map { $0.seconds >= $0.ownSeconds && $0.ownSeconds >= 0 } ?? false })
  }

  @Test func indexUse() throws {
    let index = try #require(try find("NodeIndexSeek", in: plan("EXPLAIN MATCH (n:N {i: 3}) RETURN n")).index)
    #expect(index.name == "n_i" && index.label == "N" && index.properties == ["i"] && index.access == "seek" && !index.isUnique)
    let range = try #require(try find("NodeIndexSeekByRange", in: plan("EXPLAIN MATCH (n:N) WHERE n.i < 3 RETURN n")).index)
    #expect(range.access == "range")
  }

  @Test(arguments: [
    ("PROFILE MATCH (n:N) WHERE EXISTS { (n)-[:E]->(m) WHERE m.g > n.g - 100 } RETURN count(*)", 30, 29),
    ("PROFILE MATCH (n:N) RETURN COUNT { (n)-[:E]->(m) } AS c", 30, 29),
    ("PROFILE MATCH (n:N) CALL (n) { MATCH (n)-[:E]->(m) RETURN m } RETURN m", 30, 29),
    ("PROFILE MATCH (n:N) OPTIONAL MATCH (n)-[:E]->(m) RETURN m", 30, 29),
    ("PROFILE MATCH (n:N) RETURN [x IN [1, 2] | COLLECT { MATCH (n)-[:E]->(m) RETURN m.i }] AS l", 60, 58),
    ("PROFILE MATCH (n:N) MERGE (n)-[:E]->(m) RETURN count(m)", 30, 29),
  ]) func subplans(_ text: String, _ loops: Int, _ rows: Int) throws {
    let plan = try plan(text)
    let expand = try find("Expand(All)", in: plan)
    #expect(expand.loops == loops && expand.counts?.rows == rows, "\(text): \(expand)")
    #expect(all(plan).contains { $0.isSubplan })
  }

  @Test func totals() throws {
    let text = "PROFILE MATCH (n:N) RETURN n ORDER BY n.g"
    let first = try #require(try plan(text).totals)
    #expect(!first.isStatementCached && !first.isPlanCached && first.parseSeconds > 0 && first.checkSeconds > 0 && first.planSeconds > 0)
    let second = try #require(try plan(text).totals)
    #expect(second.isStatementCached && second.isPlanCached && second.parseSeconds == 0 && second.planSeconds == 0)
    #expect(second.runSeconds ?? 0 > 0 && second.memoryBytes ?? 0 > 0 && second.memoryLimitBytes > 0)
    let explained = try #require(try plan("EXPLAIN MATCH (n:N) RETURN n").totals)
    #expect(explained.runSeconds == nil && explained.memoryBytes == nil)
  }

  @Test func profileOfWrites() throws {
    let plan = try plan("PROFILE MATCH (n:N) WHERE n.i <= 3 CREATE (n)-[:F]->(:M) SET n.z = 1")
    #expect(try find("Create", in: plan).counts?.rows == 3)
    #expect(engine.run("MATCH (m:M) RETURN count(m)").lines == ["3"])
    _ = try self.plan("EXPLAIN MATCH (n:N) CREATE (n)-[:F]->(:M)")
    #expect(engine.run("MATCH (m:M) RETURN count(m)").lines == ["3"])
  }

  @Test func withoutProfileNothingIsCounted() throws {
    #expect(engine.run("MATCH (n:N) RETURN n").plan == nil)
    #expect(try all(plan("EXPLAIN MATCH (n:N) RETURN n")).allSatisfy { $0.counts == nil })
  }
}
