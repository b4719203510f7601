import Sinter
import SinterModel
import SinterSearch
import SinterStorage
import TestSupport
import Testing

/// Vector search held against a look at every vector, while the store changes in all the ways it can.
@Suite struct VectorSearchTests {
  struct Setting: Sendable, CustomTestStringConvertible {
    var seed: UInt64
    var similarity: VectorSimilarity
    var quantization: VectorQuantization
    var testDescription: String { "\(similarity) \(quantization) seed \(seed)" }
  }

  static let settings: [Setting] = [
    Setting(seed: 1, similarity: .cosine, quantization: .int8), Setting(seed: 2, similarity: .euclidean, quantization: .int8),
    Setting(seed: 3, similarity: .dot, quantization: .int8), Setting(seed: 4, similarity: .cosine, quantization: .binary),
  ]

  /// A store with an index, and what should be found in it.
  final class Bench {
    let file = TemporaryStore()
    var store: Store
    let dimension: Int
    let setting: Setting
    var random: SeededGenerator
    /// The vector and the group of each element that is in the index.
    var vectors: [Int: (vector: [Double], group: Int)] = [:]
    var nextKey = 0

    init(_ setting: Setting, dimension: Int, count: Int) throws {
      self.setting = setting
      self.dimension = dimension
      random = SeededGenerator(seed: setting.seed)
      store = try Store(at: file.path)
      try insert(count)
      try store.query(
        """
        CREATE VECTOR INDEX v FOR (n:V) ON (n.e) OPTIONS {indexConfig: {`vector.dimensions`: \(dimension),
          `vector.similarity_function`: '\(setting.similarity.rawValue)', `vector.quantization`: '\(setting.quantization.rawValue)'}}
        """)
    }

    func vector() -> [Double] {
      let center = Double.random(in: -1...1, using: &random)
      return (0..<dimension).map { i in center * Double(i % 5) + Double.random(in: -1...1, using: &random) }
    }

    func insert(_ count: Int) throws {
      var rows: [Value] = []
      for _ in 0..<count {
        let vector = vector()
        let group = Int.random(in: 0..<100, using: &random)
        vectors[nextKey] = (vector, group)
        rows.append(.map(["k": .integer(Int64(nextKey)), "g": .integer(Int64(group)), "e": .list(vector.map { .float($0) })]))
        nextKey += 1
      }
      try store.query("UNWIND $rows AS r CREATE (:V {k: r.k, g: r.g, e: r.e})", ["rows": .list(rows)])
    }

    func key(_ a: [Double], _ b: [Double]) -> Double {
      let product = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      switch setting.similarity {
      case .dot: return product
      case .euclidean: return 1 / (1 + zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) })
      case .cosine:
        let lengths = a.reduce(0) { $0 + $1 * $1 }.squareRoot() * b.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return (1 + product / lengths) / 2
      }
    }

    /// The scores that a search for `limit` must give, best first.
    func truth(_ query: [Double], _ limit: Int, where passes: (Int, Int) -> Bool = { _, _ in true }) -> [Double] {
      Array(vectors.filter { passes($0.key, $0.value.group) }.map { key(query, $0.value.vector) }.sorted(by: >).prefix(limit))
    }

    func scores(_ text: String, _ parameters: [String: Value]) throws -> [(key: Int, score: Double)] {
      try store.query(text, parameters).map { row in
        (try row.get("k", as: Int.self), try row.get("s", as: Double.self))
      }
    }

    /// Compares one exact, one usual and two filtered searches with the truth.
    func check(_ what: String) throws {
      let query = vector()
      let q: [String: Value] = ["q": .list(query.map { .float($0) })]
      let exact = try scores(
        "CALL db.index.vector.queryNodes('v', 10, $q, {recall: 1.0}) YIELD node, score RETURN node.k AS k, score AS s", q)
      try compare(exact, truth(query, 10), query, "\(what), exact")
      let usual = try scores("MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR $q LIMIT 10) SCORE AS s RETURN n.k AS k, s", q)
      let best = truth(query, 10)
      #expect(usual.count == best.count, "\(what), usual")
      for found in usual {
        let known = try #require(vectors[found.key], "\(what), usual: found what is not there")
        #expect(abs(key(query, known.vector) - found.score) < tolerance(found.score), "\(what), usual: a wrong score")
      }
      let group = Int.random(in: 0..<100, using: &random)
      let some = try scores(
        "MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR $q WHERE n.g = \(group) LIMIT 10) SCORE AS s RETURN n.k AS k, s", q)
      try compare(some, truth(query, 10) { $1 == group }, query, "\(what), group \(group)")
      let half = try scores("MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR $q WHERE n.g < 50 LIMIT 7) SCORE AS s RETURN n.k AS k, s", q)
      #expect(half.count == truth(query, 7) { $1 < 50 }.count, "\(what), half")
      #expect(half.allSatisfy { (vectors[$0.key]?.group ?? 100) < 50 }, "\(what), half")
      let chosen = vectors.keys.sorted().prefix(5)
      let among = try scores(
        """
        MATCH (m:V) WHERE m.k IN [\(chosen.map(String.init).joined(separator: ","))] WITH collect(m) AS some
        MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR $q WHERE n IN some LIMIT 3) SCORE AS s RETURN n.k AS k, s
        """, q)
      try compare(among, truth(query, 3) { key, _ in chosen.contains(key) }, query, "\(what), among five")
    }

    private func tolerance(_ score: Double) -> Double { 1e-4 * max(1, abs(score)) }

    private func compare(_ found: [(key: Int, score: Double)], _ truth: [Double], _ query: [Double], _ what: String) throws {
      #expect(found.count == truth.count, "\(what): \(found.count) found, \(truth.count) there")
      for (hit, score) in zip(found, truth) {
        #expect(abs(hit.score - score) < tolerance(score), "\(what): \(hit.score) for \(score)")
        let known = try #require(vectors[hit.key], "\(what): found what is not there")
        #expect(abs(key(query, known.vector) - hit.score) < tolerance(score), "\(what): a wrong score")
      }
    }

    func change(_ step: Int) throws {
      let keys = vectors.keys.sorted()
      func some() -> Int { keys[Int.random(in: 0..<keys.count, using: &random)] }
      switch Int.random(in: 0..<10, using: &random) {
      case 0, 1: try insert(Int.random(in: 1...40, using: &random))
      case 2, 3:
        for _ in 0..<5 {
          let key = some()
          let vector = vector()
          try store.query("MATCH (n:V {k: \(key)}) SET n.e = $e", ["e": .list(vector.map { .float($0) })])
          vectors[key]?.vector = vector
        }
      case 4:
        let key = some()
        try store.query("MATCH (n:V {k: \(key)}) DELETE n")
        vectors[key] = nil
      case 5:
        let key = some()
        let text = ["n.e = null", "n.e = [1.0]", "n.e = 'far'", "n.e = [1.0, 'x']"][step % 4]
        try store.query("MATCH (n:V {k: \(key)}) SET \(text)")
        vectors[key] = nil
      case 6:
        let key = some()
        try store.query("MATCH (n:V {k: \(key)}) REMOVE n:V SET n:W")
        let moved = vectors[key]
        vectors[key] = nil
        try check("step \(step), without its label")
        try store.query("MATCH (n:W {k: \(key)}) REMOVE n:W SET n:V")
        vectors[key] = moved
      case 7: try store.compact()
      case 8: try store.refreshSearchIndexes()
      default:
        store.close()
        store = try Store(at: file.path)
      }
    }
  }

  @Test(arguments: settings) func agreesWithAScan(_ setting: Setting) throws {
    let bench = try Bench(setting, dimension: 12, count: 2_300)
    try bench.check("in the beginning")
    #expect(try bench.store.graph.snapshot().searchIndex(named: "v")?.baseSequence != nil)
    for step in 0..<25 {
      try bench.change(step)
      try bench.check("step \(step)")
    }
    #expect(try Store.check(at: bench.file.path).findings == [])
  }

  @Test func aTransactionSeesItsOwnChanges() throws {
    let bench = try Bench(Self.settings[0], dimension: 6, count: 2_100)
    let query: Value = .list((0..<6).map { _ in .float(0.5) })
    let found = try bench.store.write { transaction -> [Int] in
      try transaction.query("MATCH (n:V) WHERE n.k < 100 DELETE n")
      try transaction.query("CREATE (:V {k: -1, e: [0.5, 0.5, 0.5, 0.5, 0.5, 0.5]})")
      return try transaction.query(
        "MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR $q LIMIT 2000) SCORE AS s RETURN n.k AS k", ["q": query]
      ).map { try $0.get("k", as: Int.self) }
    }
    #expect(found.first == -1)
    #expect(found.count == 2_000)
    #expect(!found.contains { (0..<100).contains($0) })
  }

  @Test func aRolledBackChangeIsForgotten() throws {
    let bench = try Bench(Self.settings[1], dimension: 4, count: 50)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try bench.store.write { transaction in
        try transaction.query("MATCH (n:V) SET n.e = [9.0, 9.0, 9.0, 9.0]")
        _ = try transaction.query("MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR [9.0, 9.0, 9.0, 9.0] LIMIT 3) SCORE AS s RETURN s")
        throw Stop()
      }
    }
    try bench.check("after a rollback")
  }

  @Test func leastScore() throws {
    let bench = try Bench(Self.settings[0], dimension: 8, count: 3_000)
    let query = bench.vector()
    let parameters: [String: Value] = ["q": .list(query.map { .float($0) })]
    let near = bench.truth(query, 3_000).filter { $0 >= 0.9 }
    let found = try bench.scores(
      "MATCH (n:V) SEARCH n IN (VECTOR INDEX v FOR $q) SCORE AS s WHERE s >= 0.9 RETURN n.k AS k, s", parameters)
    #expect(Double(found.count) >= 0.95 * Double(near.count))
    #expect(found.allSatisfy { $0.score >= 0.9 })
  }

  /// Bytes of the base changed on the disk: an error that names the index, or the right answer.
  @Test func damageIsNoticed() throws {
    let bench = try Bench(Self.settings[0], dimension: 16, count: 2_500)
    let query: [String: Value] = ["q": .list(bench.vector().map { .float($0) })]
    let text = "CALL db.index.vector.queryNodes('v', 10, $q, {recall: 1.0}) YIELD node, score RETURN node.k AS k, score AS s"
    let right = try bench.scores(text, query).map(\.key)
    try bench.store.compact()
    bench.store.close()
    let bytes = try Array(bench.file.bytes())
    let start = try #require(bytes.firstRange(of: Array("SVEC".utf8))?.lowerBound)
    var noticed = 0
    for round in 0..<12 {
      var damaged = bytes
      let place = start + round * 7_919 % 150_000
      damaged[place] ^= 0x41
      let copy = TemporaryStore()
      try copy.write(damaged)
      do {
        let store = try Store(at: copy.path)
        #expect(try store.query(text, query).map { try $0.get("k", as: Int.self) } == right)
        store.close()
      } catch let error as SinterError {
        #expect(error.code == "StorageError.Damaged")
        #expect(error.message.contains("search index `v`"), "\(error.message)")
        noticed += 1
        #expect(try Store.check(at: copy.path).findings.contains { $0.contains("search index `v`") })
      }
    }
    #expect(noticed > 0)
  }
}

extension TemporaryStore {
  func bytes() throws -> [UInt8] { try FileBytes.read(path) }
  func write(_ bytes: [UInt8]) throws { try FileBytes.write(bytes, path) }
}
