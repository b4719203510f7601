import Foundation
import Sinter
import TestSupport
import Testing

@Suite struct DocumentationTests {
  private let folder = TemporaryStore()

  @Test func theFirstExampleRuns() throws {
    let path = folder.path
    // example
    let store = try Store(at: path)

    try store.write { transaction in
      try transaction.query("CREATE (:User {id: 'u1', name: 'Ada'}), (:Item {id: 'i1', title: 'Tent', price: 120.0})")
      try transaction.query(
        "MATCH (u:User {id: $user}), (i:Item {id: $item}) CREATE (u)-[:BOUGHT {count: 1}]->(i)",
        ["user": "u1", "item": "i1"])
    }

    let rows = try store.query(
      "MATCH (u:User {id: $id})-[b:BOUGHT]->(i:Item) RETURN i.title AS title, i.price AS price, b.count AS count",
      ["id": "u1"])
    for row in rows {
      print(try row.get("title", as: String.self), try row.get("price", as: Double.self))
    }

    struct Purchase: Decodable {
      var title: String
      var price: Double
      var count: Int
    }
    let purchases = try rows.decode(Purchase.self)
    // end of example
    #expect(purchases.map(\.title) == ["Tent"] && purchases.map(\.price) == [120] && purchases.map(\.count) == [1])
  }

  @Test func theReadmeExampleRuns() throws {
    let path = folder.path
    let shop = try Store(at: path)
    try shop.query(
      """
      CREATE (u:User {id: 'u194'}), (v:User {id: 'u1'}), (a:Item {id: 'a', title: 'Tent'}), (b:Item {id: 'b', title: 'Mat'}),
        (u)-[:BOUGHT]->(a), (v)-[:BOUGHT]->(a), (v)-[:BOUGHT]->(b)
      """)
    // readme example
    struct Pick: Decodable {
      var title: String
      var score: Double
    }

    let store = try Store(at: path)
    let picks = try store.query(
      "MATCH (u:User {id: $id}) RECOMMEND (i:Item) FOR u LIMIT 3 SCORE AS score RETURN i.title AS title, score",
      ["id": "u194"]
    ).decode(Pick.self)
    try store.write { transaction in
      try transaction.query("MATCH (u:User {id: $id}) SET u.seen = datetime()", ["id": "u194"])
    }
    // end of readme example
    #expect(picks.map(\.title) == ["Mat"] && picks.allSatisfy { $0.score > 0 })
    #expect(try store.query("MATCH (u:User) WHERE u.seen IS NOT NULL RETURN u.id AS id").decode(String.self) == ["u194"])
  }

  /// What runs above is what the documentation shows.
  @Test(arguments: [
    ("Sources/Sinter/Documentation.docc/Sinter.md", "example"), ("README.md", "readme example"),
  ])
  func theExamplesAreThoseShown(file: String, name: String) throws {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let article = try String(contentsOf: root.appendingPathComponent(file), encoding: .utf8)
    let block = try #require(article.components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "```").first)
    let shown = block.replacing("import Sinter\n\n", with: "").replacing("\"shop.sinter\"", with: "path")
    let source = try String(contentsOf: here, encoding: .utf8)
    let start = try #require(source.components(separatedBy: "    // \(name)\n").dropFirst().first)
    let run = try #require(start.components(separatedBy: "    // end of \(name)").first)
    let lines = run.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.map { $0.hasPrefix("    ") ? $0.dropFirst(4) : $0 }.joined(separator: "\n") == shown)
  }

  /// Every statement of the language guides parses, passes the checks and runs.
  @Test(arguments: [
    ("QueryLanguage.md", 12), ("CypherForms.md", 8), ("QueryTuning.md", 4), ("Search.md", 6), ("LinkPrediction.md", 4),
    ("Models.md", 14), ("Feedback.md", 18),
  ])
  func theStatementsOfTheLanguageGuidesRun(file: String, statements: Int) throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let article = try String(
      contentsOf: root.appendingPathComponent("Sources/Sinter/Documentation.docc/\(file)"), encoding: .utf8)
    let store = try Store(at: folder.path)
    let people = try folder.write("id,name,age\nu1,Ada,36\nu3,\"Cy \"\"C\"\"\",\n", to: "people.csv")
    var count = 0
    for block in article.components(separatedBy: "```cypher\n").dropFirst() {
      let text = try #require(block.components(separatedBy: "```").first)
      for statement in text.components(separatedBy: ";\n") where !statement.allSatisfy(\.isWhitespace) {
        do {
          try store.query(
            statement,
            [
              "id": "u1", "item": "i1", "tag": "camping", "people": .string(people), "wanted": ["Item", "Tag"], "key": "title",
            ])
          count += 1
        } catch {
          Issue.record("\(statement)\n\(error.rendered())")
        }
      }
    }
    #expect(count >= statements)
  }

  @Test func namesThatNothingHasAreNoted() throws {
    let store = try Store(at: folder.path)
    try store.query("CREATE (:User {id: 'u1'})-[:BOUGHT {ts: 1}]->(:Item {title: 'Tent', price: 1.0})")
    func notices(_ text: String) throws -> [String] { try store.notices(for: text).map(\.message) }
    #expect(try notices("MATCH (i:Itm) RETURN i") == ["No node has the label `Itm`. Did you mean `Item`?"])
    #expect(try notices("MATCH ()-[b:BOUGT]->(i) RETURN i.titel") == [
      "No relationship has the type `BOUGT`. Did you mean `BOUGHT`?", "Nothing has the property `titel`. Did you mean `title`?",
    ])
    #expect(try notices("MATCH (u:User {idd: 1}) WHERE EXISTS { (u)-[:SAW]->() } RETURN u") == [
      "Nothing has the property `idd`. Did you mean `id`?", "No relationship has the type `SAW`.",
    ])
    #expect(try notices("MATCH (u) WHERE u:Usr RETURN u") == ["Nothing has the label or type `Usr`. Did you mean `User`?"])
    let noted = try #require(try store.notices(for: "MATCH (u:User {idd: 1}) RETURN u").first)
    #expect(noted.description.hasSuffix("\n  | MATCH (u:User {idd: 1}) RETURN u\n  |                ^^^"))
    for right in [
      "MATCH (u:User)-[b:BOUGHT]->(i:Item) RETURN u.id, b.ts, i.price", "CREATE (n:New {fresh: 1}) SET n.more = 2 RETURN n.more",
      "MATCH (i) WITH {anything: 1} AS i RETURN i.anything", "UNWIND [{a: 1}] AS row RETURN row.a",
      "RETURN date('2025-01-31').year", "MATCH (i:Item) SET i:Sale WITH i MATCH (j:Sale) RETURN j", "CREATE INDEX FOR (n:X) ON (n.y)",
    ] { #expect(try notices(right).isEmpty, "\(right)") }
    #expect(throws: SinterError.self) { try store.notices(for: "RETURN") }
  }
}
