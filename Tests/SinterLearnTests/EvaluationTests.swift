import SinterLearn
import SinterModel
import Testing

struct EvaluationTests {
  /// Ranks by the definition, one candidate at a time.
  private func naive(_ view: TransEView, _ test: TripleSet, _ known: [TripleSet]) -> [(tail: Double, head: Double)] {
    struct Fact: Hashable { var head, relation, tail: UInt32 }
    var facts = Set<Fact>()
    for set in known + [test] {
      for i in 0..<set.count { facts.insert(Fact(head: set.heads[i], relation: set.relations[i], tail: set.tails[i])) }
    }
    func distance(_ query: [Float], _ entity: UInt32) -> Float {
      let row = view.entities.row(Int(entity))
      return query.indices.reduce(0) { sum, i in
        let difference = query[i] - row[i]
        return sum + (view.norm == .l1 ? abs(difference) : difference * difference)
      }
    }
    func rank(_ query: [Float], _ answer: UInt32, _ fact: (UInt32) -> Fact) -> Double {
      let own = distance(query, answer)
      var better = 0.0
      var level = 0.0
      for candidate in 0..<UInt32(view.entities.rowCount) where candidate != answer && !facts.contains(fact(candidate)) {
        let other = distance(query, candidate)
        if other < own { better += 1 } else if other == own { level += 1 }
      }
      return 1 + better + level / 2
    }
    return (0..<test.count).map { i in
      let (head, relation, tail) = (test.heads[i], test.relations[i], test.tails[i])
      return (
        rank(view.query(entity: head, relation: relation, inverse: false), tail) {
          Fact(head: head, relation: relation, tail: $0)
        },
        rank(view.query(entity: tail, relation: relation, inverse: true), head) {
          Fact(head: $0, relation: relation, tail: tail)
        }
      )
    }
  }

  /// Random models over a coarse grid, where ties are common and sums are exact in any order.
  @Test(arguments: 0..<20 as Range<UInt64>) func agreesWithTheDefinition(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let dimension = 4 + Int(generator.next(below: 20))
    let entityCount = 2 + Int(generator.next(below: 90))
    func matrix(_ rows: Int) -> [Float] { (0..<rows * dimension).map { _ in Float(generator.next(below: 3)) } }
    let entities = matrix(entityCount)
    let relations = matrix(3)
    let inverse = matrix(3)
    func triples(_ count: Int) -> TripleSet {
      var set = TripleSet(entityCount: entityCount, relationCount: 3)
      for _ in 0..<count {
        set.append(
          head: UInt32(generator.next(below: UInt64(entityCount))), relation: UInt32(generator.next(below: 3)),
          tail: UInt32(generator.next(below: UInt64(entityCount))))
      }
      return set
    }
    let test = triples(40)
    let known = [triples(60), triples(10)]
    let isReciprocal = seed % 2 == 0
    let cut = dimension * (1 + Int(generator.next(below: UInt64(entityCount))))
    try entities.withUnsafeBufferPointer { e in
      try relations.withUnsafeBufferPointer { r in
        try inverse.withUnsafeBufferPointer { i in
          guard let base = e.baseAddress else { return }
          let view = try TransEView(
            // Two chunks of uneven size.
            entities: EmbeddingRows(
              chunks: [
                .init(base: base, rowCount: cut / dimension),
                .init(base: base + cut, rowCount: entityCount - cut / dimension),
              ], dimension: dimension),
            relations: EmbeddingRows(r, dimension: dimension),
            inverseRelations: isReciprocal ? EmbeddingRows(i, dimension: dimension) : nil,
            norm: seed % 3 == 0 ? .l2 : .l1, margin: 6)
          let ranks = naive(view, test, known)
          for threads in [1, 3] {
            let metrics = evaluateLinkPrediction(view, test: test, known: known, threads: threads)
            let count = Double(test.count)
            #expect(abs(metrics.tail.meanRank - ranks.reduce(0) { $0 + $1.tail } / count) < 1e-9, "seed \(seed)")
            #expect(abs(metrics.head.meanRank - ranks.reduce(0) { $0 + $1.head } / count) < 1e-9, "seed \(seed)")
            let reciprocal = ranks.reduce(0) { $0 + 1 / $1.tail + 1 / $1.head } / (2 * count)
            #expect(abs(metrics.overall.meanReciprocalRank - reciprocal) < 1e-9, "seed \(seed)")
            let within = ranks.count { $0.tail <= 3 } + ranks.count { $0.head <= 3 }
            #expect(metrics.overall.hits3 == Double(within) / (2 * count))
            #expect(metrics.overall.count == 2 * test.count)
          }
        }
      }
    }
  }

  @Test func unseenTriplesRankLast() throws {
    let triples = ring(10, steps: [1])
    let model = try TransETrainer.train(triples, configuration: quick())
    var test = TripleSet()
    test.append(head: 0, relation: 0, tail: 11)
    test.append(head: 0, relation: 5, tail: 1)
    let metrics = evaluateLinkPrediction(model, test: test, known: [triples])
    #expect(metrics.unseenTriples == 2)
    #expect(metrics.overall.count == 4)
    #expect(metrics.overall.meanRank == 12)
    #expect(metrics.overall.hits10 == 0)
  }

  @Test func matricesMustBelongTogether() {
    let floats = [Float](repeating: 1, count: 12)
    floats.withUnsafeBufferPointer { buffer in
      let three = EmbeddingRows(buffer, dimension: 3)
      let four = EmbeddingRows(buffer, dimension: 4)
      let wrong = { (relations: EmbeddingRows, inverse: EmbeddingRows?) in
        code { _ = try TransEView(entities: four, relations: relations, inverseRelations: inverse, norm: .l1, margin: 1) }
      }
      #expect(wrong(three, nil) == "LearnError.WrongDimension")
      #expect(wrong(four, three) == "LearnError.WrongDimension")
      #expect(wrong(four, EmbeddingRows(chunks: [], dimension: 4)) == "LearnError.WrongDimension")
      #expect(wrong(four, four) == nil)
    }
  }

  @Test func equalModelsRankInTheMiddle() throws {
    let entities = [Float](repeating: 1, count: 9 * 4)
    try entities.withUnsafeBufferPointer { e in
      let rows = EmbeddingRows(e, dimension: 4)
      let view = try TransEView(entities: rows, relations: rows, inverseRelations: nil, norm: .l1, margin: 1)
      var test = TripleSet()
      test.append(head: 0, relation: 0, tail: 1)
      // Nine candidates that tie: the mean of 1…9.
      #expect(evaluateLinkPrediction(view, test: test, known: []).overall.meanRank == 5)
    }
  }

  @Test func noTestTriplesGiveZeros() throws {
    let model = try TransETrainer.train(ring(5, steps: [1]), configuration: quick())
    let metrics = evaluateLinkPrediction(model, test: TripleSet(), known: [])
    #expect(metrics.overall.count == 0)
    #expect(metrics.overall.meanReciprocalRank == 0)
  }
}

struct LinkFileTests {
  @Test func readsTriples() throws {
    var reader = TripleReader()
    let triples = try reader.read(Array("\u{FEFF}a\tlikes\tb\r\n\nb\tlikes\t百\n a\tis\ta".utf8), name: "t")
    #expect(reader.entities.names == ["a", "b", "百", " a"])
    #expect(reader.relations.names == ["likes", "is"])
    #expect(triples.heads == [0, 1, 3])
    #expect(triples.tails == [1, 2, 0])
    #expect(reader.entities.id(of: "百") == 2)
  }

  @Test(arguments: [
    ("a\tb\n", "line 1"), ("a\tb\tc\na\tb\tc\td\n", "line 2"), ("a\tb\tc\n\na\t\tc", "line 3"),
  ]) func namesTheBadLine(_ text: String, _ where: String) {
    var reader = TripleReader()
    do {
      _ = try reader.read(Array(text.utf8), name: "train.txt")
      Issue.record("no error")
    } catch {
      #expect(error.code == "LearnError.BadTriples")
      #expect(error.message.contains("train.txt, \(`where`)"), "\(error.message)")
    }
  }

  @Test func refusesInvalidText() {
    var reader = TripleReader()
    #expect(throws: SinterError.self) { try reader.read([0x61, 9, 0xff, 9, 0x62], name: "t") }
  }

  @Test func reportsAsTableAndJSON() throws {
    let lines = (0..<12).map { "e\($0)\tnext\te\(($0 + 1) % 12)\n" }
    let train = Array(lines[..<11].joined().utf8)
    let test = Array((lines[11] + "e0\tnext\tstranger\n").utf8)
    func files(_ test: [UInt8]) -> LinkEvaluation.Files {
      LinkEvaluation.Files(train: .init(train, name: "train"), validation: .init([], name: "valid"), test: .init(test, name: "test"))
    }
    let report = try LinkEvaluation.run(files(test), configuration: quick())
    #expect(report.metrics.unseenTriples == 1)
    #expect(report.entityCount == 13)
    #expect(report.table().contains("1 test triples"))
    let json = report.json()
    for member in ["mr", "mrr", "hits1", "hits3", "hits10", "head", "tail"] { #expect(json.contains("\"\(member)\":")) }
    #expect(json.first == "{" && json.last == "}")
    #expect(throws: SinterError.self) {
      try LinkEvaluation.run(files([]), configuration: quick())
    }
  }
}
