import Foundation
import SinterModel
import TestSupport
import Testing

@testable import SinterLanguage

/// Whatever is typed gives a statement or an error inside the text.
@Suite struct PropertyTests {
  static let seeds: [String] = [
    "MATCH (u:User {id: $u})-[r:BOUGHT*1..3 {n: 1}]->(i:Item|Tag&!Old) WHERE i.price < 1.5e3 AND NOT (u)-->(i) RETURN DISTINCT i.title AS t, count(*) ORDER BY t DESC SKIP 1 LIMIT 10",
    "UNWIND [1, 2, 0x1F, 0o17, -3] AS x WITH x, [y IN range(1, x) WHERE y % 2 = 0 | y ^ 2] AS ys RETURN reduce(a = 0, y IN ys | a + y), {k: 'v\\u00e9', `q r`: null}[$k]",
    "MERGE (a:A {x: 1}) ON CREATE SET a.y = date('2020-01-01'), a += {z: 2} ON MATCH SET a:B:C REMOVE a.q DETACH DELETE a",
    "MATCH p = shortestPath((a)-[:T*]-(b)) CALL (a) { MATCH (a)-->(c) RETURN c.x AS cx } IN TRANSACTIONS OF 10 ROWS RETURN a {.x, .*, y: 1, b}, EXISTS { (a)--(b) } AS e",
    "MATCH (i:Item) SEARCH i IN (VECTOR INDEX item_image FOR $q WHERE i.price < 100 LIMIT 10) SCORE AS s RETURN i, s",
    "MATCH (u:User) PREDICT (u)-[:BOUGHT]->(i:Item) USING MODEL m WHERE NOT EXISTS {(u)-[:BOUGHT]->(i)} LIMIT 10 SCORE AS s RETURN i, s",
    "MATCH (u:User {id:$u}) RECOMMEND (i:Item) FOR u USING copurchase 0.5, transe 0.3 WHERE i.price < 50 DIVERSE BY i.category STRENGTH 0.3 LIMIT 10 SCORE AS s BECAUSE AS why RETURN *",
    "MATCH (u), (t) DEPOSIT (u)-[f:PREFERS {a: 1}]->(t) CONFIDENCE 0.8 SOURCE 'survey' EVIDENCE [u] VALID FROM date() TO date('2030-01-01')",
    "CREATE RULE r IF NOT EXISTS AS MATCH (u)-[:BOUGHT]->(i)-[:IN]->(c) DEPOSIT (u)-[:LIKES]->(c) CONFIDENCE 0.5",
    "CREATE VECTOR INDEX item_image IF NOT EXISTS FOR (i:Item) ON (i.image) OPTIONS {dimensions: 64}; SHOW INDEXES YIELD name WHERE name = 'x'",
    "MATCH (a) ((x)-[r:T]->(y) WHERE x.p = 1){2,5} (b) RETURN CASE a.x WHEN 1, 2 THEN 'a' ELSE \"b\" END, [(a)-->(n) WHERE n:X | n.y], a.t IS :: LIST<INTEGER NOT NULL> // end",
  ]

  private func survives(_ text: String, _ context: @autoclosure () -> String) {
    do throws(SinterError) {
      let statement = try parse(text)
      try check(statement, in: TestEnvironment.make())
    } catch {
      #expect(error.phase == .compile)
      if let span = error.span {
        #expect(0 <= span.start && span.start <= span.end && span.end <= text.utf8.count, "\(context())")
      }
      #expect(!error.rendered().isEmpty)
    }
    _ = isCompleteStatement(text)
    _ = try? parseScript(text)
  }

  @Test func everySeedIsAQuery() throws {
    for seed in Self.seeds { #expect(throws: Never.self) { _ = try parseScript(seed) } }
  }

  @Test func randomBytesNeverCrash() {
    var generator = SeededGenerator()
    let seed = generator.seed
    print("seed \(seed)")
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      _ = try? parse(utf8: bytes)
      survives(String(decoding: bytes, as: UTF8.self), "seed \(seed)")
      survives(String(decoding: bytes.map { $0 & 0x7F }, as: UTF8.self), "seed \(seed)")
    }
  }

  @Test func mutatedQueriesNeverCrash() {
    var generator = SeededGenerator()
    let seed = generator.seed
    print("seed \(seed)")
    let pieces = [
      "(", ")", "[", "]", "{", "}", "'", "`", "\"", "\\", "$", "..", "*", "-", ">", "<", ":", "|", " NOT ", " IN ", "é", "商品",
      "0x", "1e9", ",", ";", "/*", "//",
    ]
    for _ in 0..<3_000 {
      var characters = Array(Self.seeds.randomElement(using: &generator)!)
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        let place = Int.random(in: 0..<characters.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: characters.remove(at: place)
        case 1: characters.insert(contentsOf: Array(pieces.randomElement(using: &generator)!), at: place)
        case 2: characters.swapAt(place, Int.random(in: 0..<characters.count, using: &generator))
        default: characters.removeSubrange(place..<min(characters.count, place + Int.random(in: 0...20, using: &generator)))
        }
        if characters.isEmpty { break }
      }
      survives(String(characters), "seed \(seed)")
    }
  }

  @Test func tokenSoupNeverCrashes() {
    var generator = SeededGenerator()
    let seed = generator.seed
    print("seed \(seed)")
    let words = Self.seeds.joined(separator: " ").split { " ".contains($0) }.map(String.init) + keywordNames
    for _ in 0..<3_000 {
      let count = Int.random(in: 1...25, using: &generator)
      survives((0..<count).map { _ in words.randomElement(using: &generator)! }.joined(separator: " "), "seed \(seed)")
    }
  }

  @Test func prefixesOfQueriesNeverCrash() {
    for seed in Self.seeds {
      let bytes = Array(seed.utf8)
      for length in 0...bytes.count { survives(String(decoding: bytes[..<length], as: UTF8.self), "length \(length)") }
    }
  }

  @Test func invalidUTF8IsNamed() {
    for bytes: [UInt8] in [[0xFF], Array("RETURN '".utf8) + [0xC3, 0x28] + Array("'".utf8), [0xE4, 0xB8]] {
      do throws(SinterError) {
        _ = try parse(utf8: bytes)
        Issue.record("accepted \(bytes)")
      } catch {
        #expect(error.code == "SyntaxError.InvalidUnicodeCharacter")
        #expect(error.span != nil)
      }
    }
  }
}
