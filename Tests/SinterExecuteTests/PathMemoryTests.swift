import SinterExecute
import SinterModel
import SinterStorage
import Testing

/// What a query holds grows with the nodes it meets, not with the paths between them.
@Suite struct PathMemoryTests {
  private static let nodeCount = 14
  private let engine: TestEngine

  init() throws {
    engine = try TestEngine()
    #expect(engine.run("UNWIND range(1, \(Self.nodeCount)) AS i CREATE (:N {i: i, s: 's' + i})").error == nil)
    #expect(engine.run("MATCH (a:N), (b:N) WHERE a <> b CREATE (a)-[:E]->(b)").error == nil)
    try engine.store.compact()
  }

  private static let four = "(a:N {i: 1})-[:E]->(b)-[:E]->(c)-[:E]->(d)-[:E]->(e)"
  private static let five = four + "-[:E]->(f)"

  static let texts = [
    "MATCH \(four) RETURN count(*)",
    "MATCH \(four) RETURN count(DISTINCT e)",
    "MATCH \(four) RETURN e, count(*)",
    "MATCH \(four) RETURN e.s, count(*), count(DISTINCT e.i), min(e.i), max(e.s)",
    "MATCH \(four) RETURN sum(e.i), avg(e.i)",
    "MATCH \(four) RETURN percentileCont(e.i, 0.4), percentileDisc(e.i, 0.7)",
    "MATCH \(four) RETURN collect(DISTINCT e.s)",
    "MATCH \(four) RETURN DISTINCT e",
    "MATCH \(four) RETURN DISTINCT a, e.s",
    "MATCH \(four) WHERE e <> b AND d <> a RETURN e.i, count(*) ORDER BY count(*) DESC, e.i LIMIT 3",
    "MATCH \(four) RETURN d.i, e.i, count(*)",
    "MATCH \(four) RETURN b.s, count(*)",
    "MATCH \(four) WHERE EXISTS { (e)-[:E]->(a) } RETURN count(*)",
    "MATCH \(four) WITH e, count(*) AS n WHERE n > 2 MATCH (e)-[:E]->(x) RETURN x.i, sum(n)",
    "MATCH \(five) RETURN count(*), count(DISTINCT f)",
    "MATCH \(five) RETURN f.s, count(*)",
    "MATCH \(five) RETURN DISTINCT f.i",
    "MATCH (a:N {i: 1})-[:E*4]->(e) RETURN count(*)",
    "MATCH (a:N {i: 1})-[:E*1..4]->(e) RETURN count(DISTINCT e)",
    "MATCH (a:N {i: 1})-[:E*4]->(e) RETURN e.s, count(*)",
    "MATCH (a:N {i: 1})-[:E*4]->(e) RETURN DISTINCT e",
  ]

  /// 13⁴ ≈ 28,000 or 13⁵ ≈ 370,000 paths, of which a row each would take more than a hundred KiB or MiB.
  @Test(arguments: texts) func memory(_ text: String) throws {
    for batchSize in [2048, 64] {
      var options = QueryOptions()
      options.batchSize = batchSize
      let outcome = engine.run("PROFILE " + text, [:], options)
      #expect(outcome.error == nil)
      let bytes = try #require(outcome.plan?.totals?.memoryBytes)
      #expect(bytes <= Self.nodeCount * Self.nodeCount * 300, "\(bytes) bytes: \(text)")
    }
  }
}
