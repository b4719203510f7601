import Sinter
import SinterAnalysis
import SinterModel
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a full-text index answers, against looking at every document, through inserts, updates, deletes, folds and reopening.
@Suite("Full-text index", .serialized)
struct TextIndexTests {
  private struct Random {
    var state: UInt64
    mutating func next(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % count
    }
    mutating func pick<T>(_ items: [T]) -> T { items[next(items.count)] }
  }

  private static let words = [
    "red", "blue", "green", "spatula", "spatulas", "running", "shoe", "shoes", "run", "the", "of", "café", "cafe", "light", "lights", "holder",
    "heart", "hart", "heat", "new", "york", "東京", "東京都", "京都", "🍕", "t-light", "x", "wi-fi", "größe", "number", "numbers",
  ]

  /// A store with one index, and the texts it has.
  private final class Shop {
    let path: String
    var store: Store
    let naive: NaiveTextIndex
    var texts: [(isItem: Bool, isAlive: Bool, title: String?, text: String?)] = []

    init(analyzer: String) throws {
      var template = Array("/tmp/sinter-text-XXXXXX".utf8CString)
      guard mkdtemp(&template) != nil else { throw SinterError("StorageError.IO", "no folder for the test") }
      path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/shop.sinter"
      store = try Store(at: path)
      naive = NaiveTextIndex(["title", "text"], try Analyzer.named(analyzer))
      _ = try store.query(
        "CREATE FULLTEXT INDEX it FOR (n:Item|Book) ON EACH [n.title, n.text] OPTIONS {indexConfig: {`fulltext.analyzer`: '\(analyzer)'}}")
    }

    deinit {
      store.close()
      let folder = path.dropLast("/shop.sinter".count)
      for name in ["shop.sinter", "shop.sinter-lock"] { unlink("\(folder)/\(name)") }
      rmdir(String(folder))
    }

    func create(_ rows: [(title: String?, text: String?, isItem: Bool)]) throws {
      let list: [Value] = rows.enumerated().map { offset, row in
        .map([
          "k": .integer(Int64(texts.count + offset)), "title": row.title.map { .string($0) } ?? .null,
          "text": row.text.map { .string($0) } ?? .null, "item": .boolean(row.isItem),
        ])
      }
      _ = try store.query(
        "UNWIND $rows AS r CREATE (n {k: r.k, title: r.title, text: r.text}) FOREACH (x IN CASE WHEN r.item THEN [1] ELSE [] END | SET n:Item)",
        ["rows": .list(list)])
      for row in rows {
        texts.append((row.isItem, true, row.title, row.text))
        note(texts.count - 1)
      }
    }

    func note(_ k: Int) {
      let text = texts[k]
      if text.isAlive, text.isItem { naive.set(UInt32(k), [text.title, text.text]) } else { naive.remove(UInt32(k)) }
    }
  }

  private func text(_ random: inout Random) -> String? {
    if random.next(12) == 0 { return nil }
    return (0..<random.next(9)).map { _ in random.pick(TextIndexTests.words) }.joined(separator: " ")
  }

  private func query(_ random: inout Random, _ depth: Int = 0) -> String {
    let word = random.pick(TextIndexTests.words)
    let field = random.next(5) == 0 ? random.pick(["title:", "text:"]) : ""
    switch random.next(depth > 1 ? 7 : 12) {
    case 0, 1: return field + word
    case 2: return field + "\"\(word) \(random.pick(TextIndexTests.words))\"" + (random.next(2) == 0 ? "" : "~\(random.next(4))")
    case 3: return field + String(word.prefix(2)) + "*"
    case 4: return field + word + "~\(1 + random.next(2))"
    case 5: return field + String(word.prefix(1)) + "*" + String(word.suffix(1))
    case 6: return field + word + "^\(1 + random.next(3))"
    case 7: return "(\(query(&random, depth + 1)) OR \(query(&random, depth + 1)))"
    case 8: return "(\(query(&random, depth + 1)) AND \(query(&random, depth + 1)))"
    case 9: return "+\(query(&random, depth + 1)) \(query(&random, depth + 1))"
    case 10: return "\(query(&random, depth + 1)) -\(query(&random, depth + 1))"
    default: return "\(query(&random, depth + 1)) \(query(&random, depth + 1)) \(word)"
    }
  }

  private func compare(_ shop: Shop, _ query: String, _ seed: UInt64, limit: Int, filtered: Bool) throws {
    var expected = shop.naive.search(try TextQueryParser.parse(query))
    if filtered { expected.removeAll { $0.id % 3 != 1 } }
    let rows = try shop.store.query(
      "MATCH (n) SEARCH n IN (FULLTEXT INDEX it FOR $q \(filtered ? "WHERE n.k % 3 = 1 " : "")LIMIT \(limit)) SCORE AS s RETURN n.k AS k, s",
      ["q": .string(query)])
    let found = try rows.map { (id: UInt32(try $0.get("k", as: Int.self)), score: try $0.get("s", as: Double.self)) }
    let wanted = Array(expected.prefix(limit))
    #expect(found.count == wanted.count, "seed \(seed), \(query): \(found.count) of \(wanted.count)")
    guard found.count == wanted.count else { return }
    let scores = Dictionary(uniqueKeysWithValues: expected.map { ($0.id, $0.score) })
    for (one, other) in zip(found, wanted) {
      // Of scores that differ by rounding only, either may be first.
      #expect(abs(one.score - other.score) <= 1e-9 * max(1, other.score), "seed \(seed), \(query): \(one) \(other)")
      #expect(abs((scores[one.id] ?? -1) - one.score) <= 1e-9 * max(1, other.score), "seed \(seed), \(query): \(one)")
    }
  }

  @Test("Answers are those of the snapshot's data", arguments: [("standard-folding", 1), ("english", 2), ("standard-no-stop-words", 3)])
  func agrees(analyzer: String, seed: Int) throws {
    var random = Random(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15)
    let shop = try Shop(analyzer: analyzer)
    try shop.create((0..<1_500).map { _ in (text(&random), text(&random), random.next(10) > 0) })
    for round in 0..<8 {
      switch round {
      case 1, 5: try shop.store.refreshSearchIndexes()
      case 3: try shop.store.compact()
      case 4:
        shop.store.close()
        shop.store = try Store(at: shop.path)
      default: break
      }
      try change(shop, &random)
      for number in 0..<12 {
        try compare(shop, query(&random), UInt64(seed), limit: [3, 10, 5_000][number % 3], filtered: number % 4 == 3)
      }
    }
  }

  /// Creates, updates, relabels and deletes some.
  private func change(_ shop: Shop, _ random: inout Random) throws {
    try shop.create((0..<random.next(30)).map { _ in (text(&random), text(&random), random.next(10) > 0) })
    for _ in 0..<12 {
      let k = random.next(shop.texts.count)
      guard shop.texts[k].isAlive else { continue }
      let parameters: [String: Value] = ["k": .integer(Int64(k))]
      switch random.next(5) {
      case 0, 1:
        let title = text(&random)
        _ = try shop.store.query("MATCH (n {k: $k}) SET n.title = $t", ["k": .integer(Int64(k)), "t": title.map { .string($0) } ?? .null])
        shop.texts[k].title = title
      case 2:
        _ = try shop.store.query("MATCH (n {k: $k}) REMOVE n.text", parameters)
        shop.texts[k].text = nil
      case 3:
        _ = try shop.store.query("MATCH (n {k: $k}) \(shop.texts[k].isItem ? "REMOVE n:Item" : "SET n:Book")", parameters)
        if shop.texts[k].isItem {
          // It may be a book besides.
          let isBook = try shop.store.query("MATCH (n:Book {k: $k}) RETURN 1", parameters).count > 0
          shop.texts[k].isItem = isBook
        } else {
          shop.texts[k].isItem = true
        }
      default:
        _ = try shop.store.query("MATCH (n {k: $k}) DELETE n", parameters)
        shop.texts[k].isAlive = false
      }
      shop.note(k)
    }
  }

  @Test("A long list of blocks, skipped and not")
  func manyDocuments() throws {
    var random = Random(state: 77)
    let shop = try Shop(analyzer: "standard-folding")
    // Of one frequent and several rare words, in texts of very different length.
    try shop.create((0..<6_000).map { number in
      let filler = (0..<random.next(number % 97 == 0 ? 300 : 6)).map { _ in "w\(random.next(400))" }
      return ("common " + (number % 50 == 0 ? "seldom " : "") + filler.joined(separator: " "), nil, true)
    })
    try shop.store.refreshSearchIndexes()
    for query in ["common", "common seldom", "+common +seldom", "seldom w1 w2", "\"common seldom\"", "common -seldom", "w1*", "common w3~1", "*"] {
      for limit in [1, 10, 7_000] {
        try compare(shop, query, 77, limit: limit, filtered: false)
        try compare(shop, query, 77, limit: limit, filtered: true)
      }
    }
    let some = try shop.store.query(
      "MATCH (n) WHERE n.k % 700 = 3 WITH collect(n) AS few MATCH (n) SEARCH n IN (FULLTEXT INDEX it FOR 'common' WHERE n IN few LIMIT 100) SCORE AS s RETURN n.k AS k")
    #expect(Set(try some.map { try $0.get("k", as: Int.self) }) == Set(stride(from: 3, to: 6_000, by: 700)))
  }

  @Test("A transaction sees its own changes, and nobody else does before")
  func ownChanges() throws {
    let shop = try Shop(analyzer: "english")
    try shop.create([("red shoe", nil, true)])
    let search = "MATCH (n) SEARCH n IN (FULLTEXT INDEX it FOR 'shoes' LIMIT 10) SCORE AS s RETURN n.k AS k ORDER BY k"
    let store = shop.store
    let inside = try store.write { transaction in
      _ = try transaction.query("CREATE (:Item {k: 1, title: 'blue shoes'})")
      return try transaction.query(search).count
    }
    #expect(inside == 2)
    #expect(try store.query(search).count == 2)
    struct Stop: Error {}
    _ = try? store.write { transaction -> Int in
      _ = try transaction.query("CREATE (:Item {k: 2, title: 'green shoes'})")
      _ = try transaction.query(search)
      throw Stop()
    }
    #expect(try store.query(search).count == 2)
  }

  @Test("Lists of strings are one text in which phrases do not reach over")
  func lists() throws {
    let shop = try Shop(analyzer: "standard-folding")
    _ = try shop.store.query("CREATE (:Item {k: 0, title: ['red shoe', 'blue hat']}), (:Item {k: 1, title: 7})")
    func count(_ query: String) throws -> Int {
      try shop.store.query("MATCH (n) SEARCH n IN (FULLTEXT INDEX it FOR $q) RETURN n", ["q": .string(query)]).count
    }
    #expect(try count("hat") == 1)
    #expect(try count("\"blue hat\"") == 1)
    #expect(try count("\"shoe blue\"") == 0)
    #expect(try count("7") == 0)
  }
}
