import SinterExecute
import SinterKnowledge
import SinterModel
import SinterStorage
import TestSupport
import Testing

/// The clauses of the language over this module, through the engine.
struct LanguageTests {
  private let temporary = TemporaryStore(in: "/dev/shm")
  private let store: GraphStore
  private let engine = QueryEngine(extensions: .knowledge())

  init() throws {
    var options = GraphStore.Options()
    options.durable = false
    store = try GraphStore(path: temporary.path, options: options)
    _ = try run(
      """
      CREATE (u1:User {name: 'Ann'}), (u2:User {name: 'Bob'}), (u3:User {name: 'Cy'}),
        (tea:Item {title: 'Tea', price: 5}), (pot:Item {title: 'Pot', price: 20}), (cup:Item {title: 'Cup', price: 8}),
        (warm:Tag {name: 'warm'}), (pot)-[:HAS_TAG]->(warm), (tea)-[:HAS_TAG]->(warm),
        (u1)-[:BOUGHT]->(tea), (u2)-[:BOUGHT]->(tea), (u2)-[:BOUGHT]->(pot), (u3)-[:BOUGHT]->(tea), (u3)-[:BOUGHT]->(cup),
        (u3)-[:BOUGHT]->(pot)
      """)
  }

  private func run(_ text: String) throws -> [[Value]] {
    let query = try engine.prepare(text)
    let engine = engine
    guard query.writes else { return try Self.collect(engine.run(query, parameters: [:], view: store.snapshot())) }
    return try store.write { writer in
      try Self.collect(engine.run(query, parameters: [:], view: writer.view, writer: writer))
    }
  }

  private static func collect(_ run: QueryRun) throws -> [[Value]] {
    var rows: [[Value]] = []
    while let batch = try run.nextRows() { rows += batch }
    return rows
  }

  @Test func capsFillUpWithWhatFollows() throws {
    // Everybody has tea, two have the pot, one the cup; tea and pot are warm.
    func items(_ clause: String) throws -> [Value] {
      _ = try run("CREATE (:User {name: 'Dee'})")
      return try run("MATCH (u:User {name: 'Dee'}) WITH u LIMIT 1 RECOMMEND (i:Item) FOR u USING popularity 1 \(clause) RETURN i.title")
        .map { $0[0] }
    }
    #expect(try items("LIMIT 2") == ["Tea", "Pot"])
    #expect(try items("AT MOST 1 PER COUNT { (i)-[:HAS_TAG]->() } LIMIT 2") == ["Tea", "Cup"])
    #expect(try items("AT MOST 2 PER 'all' AT MOST 1 PER i.title LIMIT 9") == ["Tea", "Pot"])
    #expect(try items("AT MOST 1 PER i.nothing LIMIT 9").count == 3)
    #expect(try items("AT MOST 0 PER i.title").isEmpty)
    #expect(code { _ = try items("AT MOST i.price PER i.title") } != nil)
    #expect(code { _ = try items("AT LEAST 1 PER i.title") } != nil)
  }

  @Test func recommendWithReasons() throws {
    let rows = try run(
      """
      MATCH (u:User {name: 'Ann'})
      RECOMMEND (i:Item) FOR u USING copurchase 0.5, popularity 0.5 WHERE i.price < 50 LIMIT 5 SCORE AS s BECAUSE AS why
      RETURN i.title, s, why, reduce(sum = 0.0, r IN why | sum + r.contribution) AS total
      """)
    #expect(rows.map { $0[0] } == ["Pot", "Cup"])
    for row in rows {
      guard case .float(let score) = row[1], case .float(let total) = row[3], case .list(let why) = row[2] else {
        Issue.record("wrong kinds: \(row)")
        continue
      }
      #expect(near(score, total))
      #expect(why.count == 2)
      for case .map(let reason) in why {
        guard case .path(let path)? = reason["path"] else {
          Issue.record("no path")
          continue
        }
        #expect(path.nodes.allSatisfy { $0.content != nil })
      }
    }
    #expect(try run("MATCH (u:User {name: 'Ann'}) RECOMMEND (i:Item) FOR u WHERE i.price > 10 RETURN i.title") == [["Pot"]])
    #expect(try run("MATCH (u:User {name: 'Ann'}), (i:Item {title: 'Cup'}) WHY (i) FOR u AS why RETURN size(why)") == [[2]])
    let whyNot = try run("MATCH (u:User {name: 'Ann'}), (i:Item {title: 'Tea'}) WHY NOT (i) FOR u AS why RETURN why[0].sentence")
    #expect(whyNot == [["Tea is left out because you have it already."]])
  }

  @Test func depositAndRetract() throws {
    let deposited = try run(
      """
      MATCH (u:User {name: 'Ann'}), (t:Tag)
      DEPOSIT (u)-[f:PREFERS]->(t) CONFIDENCE 0.9 SOURCE 'survey'
      RETURN confidence(f), source(f), support(f), properties(f)
      """)
    #expect(deposited == [[0.9, "survey", 1, .map([:])]])
    let recommended = "MATCH (u:User {name: 'Ann'}) RECOMMEND (i:Item) FOR u USING knowledge BECAUSE AS why RETURN i.title, why[0].sentence"
    #expect(try run(recommended) == [["Pot", "You prefer warm (90 % sure), and Pot is tagged warm."]])
    _ = try run("MATCH (:User)-[f:PREFERS]->() RETRACT f SOURCE 'chat' BECAUSE 'no longer'")
    #expect(try run(recommended).isEmpty)
    #expect(code { _ = try run("MATCH (u:User), (t:Tag) DEPOSIT (u)-[:PREFERS]->(t) CONFIDENCE size(u.name)") } == "ArgumentError.NumberOutOfRange")
  }

  @Test func rulesAndStrategies() throws {
    _ = try run("CREATE STRATEGY crowd AS popularity 1.0")
    let found = try run("MATCH (u:User {name: 'Ann'}) RECOMMEND (i:Item) FOR u USING STRATEGY crowd LIMIT 1 RETURN i.title")
    #expect(found == [["Pot"]])
    _ = try run(
      """
      CREATE RULE warm AS MATCH (u:User)-[b:BOUGHT]->(:Item)-[:HAS_TAG]->(t:Tag) WITH u, t, count(b) AS n WHERE n >= 2
      DEPOSIT (u)-[f:PREFERS]->(t) CONFIDENCE n / (n + 3.0) SUPPORT n SOURCE 'rule:warm'
      """)
    let facts = "MATCH (u)-[f:PREFERS]->() RETURN u.name, confidence(f), support(f) ORDER BY u.name"
    #expect(try run(facts) == [["Bob", 0.4, 2], ["Cy", 0.4, 2]])
    _ = try run("CALL sinter.runRules()")
    #expect(try run(facts) == [["Bob", 0.4, 2], ["Cy", 0.4, 2]])
    #expect(try run("SHOW RULES").count == 1)
    #expect(try run("SHOW STRATEGIES").count == 2)
  }

  @Test func trainPredictAndSimilar() throws {
    let predict = "MATCH (u:User {name: 'Ann'}) PREDICT (u)-[:BOUGHT]->(i:Item) LIMIT 2 SCORE AS s RETURN i.title, s"
    #expect(code { _ = try run(predict) } == "LearnError.NoModel")
    let trained = try run("TRAIN MODEL shop ON BOUGHT, HAS_TAG WITH {dimension: 8, epochs: 5, threads: 1, holdout: 0.0}")
    #expect(trained.count == 1)
    #expect(try run(predict).count == 2)
    #expect(try run("SHOW MODELS").count == 1)
    #expect(try run("MATCH (i:Item {title: 'Tea'}) CALL sinter.similar(i, 2) YIELD node, score RETURN node, score").count == 2)
    #expect(code { _ = try run("TRAIN MODEL shop ON BUOGHT") } == "LearnError.UnknownType")
    _ = try run("DROP MODEL shop")
    #expect(code { _ = try run(predict) } == "LearnError.NoModel")
  }
}
