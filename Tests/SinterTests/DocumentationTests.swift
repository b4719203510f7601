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

  /// What runs above is what the documentation shows.
  @Test func theFirstExampleIsTheOneShown() throws {
    let here = URL(fileURLWithPath: #filePath)
    let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    let article = try String(contentsOf: root.appendingPathComponent("Sources/Sinter/Documentation.docc/Sinter.md"), encoding: .utf8)
    let shown = try #require(article.components(separatedBy: "```swift\n").dropFirst().first?.components(separatedBy: "```").first)
    let source = try String(contentsOf: here, encoding: .utf8)
    let run = try #require(source.components(separatedBy: "// example\n").dropFirst().first?.components(separatedBy: "    // end of example").first)
    let dedented = run.split(separator: "\n", omittingEmptySubsequences: false).map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }
    #expect(dedented.joined(separator: "\n") == shown)
  }
}
