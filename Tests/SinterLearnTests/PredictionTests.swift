import SinterLearn
import SinterModel
import Testing

struct PredictionTests {
  private func model(_ change: (inout TransEConfiguration) -> Void = { _ in }) throws -> TrainedModel {
    try TransETrainer.train(
      groups(4, size: 8),
      configuration: quick {
        $0.epochs = 40
        change(&$0)
      })
  }

  @Test(arguments: [true, false], DistanceNorm.allCases)
  func ranksAsScoresSay(_ reciprocal: Bool, _ norm: DistanceNorm) throws {
    let model = try model {
      $0.reciprocalRelations = reciprocal
      $0.norm = norm
    }
    try model.withView { view in
      let count = UInt32(model.entityCount)
      let all = try (0..<count).map { Prediction(id: $0, score: try view.score(head: 3, relation: 0, tail: $0)) }
      let sorted = all.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
      #expect(try view.rankTails(head: 3, relation: 0, k: 10) == Array(sorted.prefix(10)))
      #expect(try view.rankTails(head: 3, relation: 0, k: 1000) == sorted)
      #expect(try view.rankTails(head: 3, relation: 0, k: 0).isEmpty)
      #expect(try view.scores(head: 3, relation: 0, tails: [5, 9, 9999]) == [all[5].score, all[9].score, 0])
      #expect(all.allSatisfy { $0.score > 0 && $0.score < 1 })

      let odd = sorted.filter { $0.id % 2 == 1 && $0.id != sorted[1].id }
      let list = (0..<count).filter { $0 % 2 == 1 } + [5000]
      var words = [UInt64](repeating: 0, count: Int(count) / 64 + 1)
      for id in list where id < count { words[Int(id) >> 6] |= 1 << (id & 63) }
      for candidates in [Candidates.list(list), .bitmap(words)] {
        let ranked = try view.rankTails(
          head: 3, relation: 0, k: 7, candidates: candidates, excluding: [sorted[1].id, 7000])
        #expect(ranked == Array(odd.prefix(7)))
      }

      let heads = try view.rankHeads(relation: 0, tail: 40, k: 3)
      #expect(try heads[0].score == view.score(head: heads[0].id, relation: 0, tail: 40, inverse: true))
      #expect(heads[0].score >= heads[1].score)
      #expect(try view.rankRelations(head: 0, tail: 40, k: 5).map(\.id) == [0])
      let row = Array(UnsafeBufferPointer(start: view.entities.row(7), count: view.dimension))
      #expect(try view.similar(to: row, k: 1).map(\.id) == [7])
      #expect(try view.rankAnswers(of: row, relation: 0, inverse: false, k: 4) == view.rankTails(head: 7, relation: 0, k: 4))
    }
  }

  @Test func namesWhatIsMissing() throws {
    let model = try model { $0.epochs = 1 }
    model.withView { view in
      #expect(code { _ = try view.rankTails(head: 999, relation: 0, k: 1) } == "LearnError.UnknownEntity")
      #expect(code { _ = try view.rankTails(head: 0, relation: 9, k: 1) } == "LearnError.UnknownRelation")
      #expect(code { _ = try view.rankHeads(relation: 9, tail: 0, k: 1) } == "LearnError.UnknownRelation")
      #expect(code { _ = try view.rankRelations(head: 0, tail: 999, k: 1) } == "LearnError.UnknownEntity")
      #expect(code { _ = try view.similar(to: [1, 2], k: 1) } == "LearnError.WrongDimension")
      let bad = [Float](repeating: .nan, count: view.dimension)
      #expect(code { _ = try view.similar(to: bad, k: 1) } == "LearnError.NotFinite")
      #expect(code { _ = try view.foldIn([]) } == "LearnError.NoTriples")
      let stranger = FoldInRelation(relation: 0, neighbour: 999, direction: .outgoing)
      #expect(code { _ = try view.foldIn([stranger]) } == "LearnError.UnknownEntity")
    }
  }

  @Test(arguments: [true, false]) func foldedInUsersJoinTheirGroup(_ reciprocal: Bool) throws {
    let model = try model { $0.reciprocalRelations = reciprocal }
    try model.withView { view in
      // Users are 0..<32 and items 32..<64, eight to a group; the newcomer likes four items of group 2.
      let liked = [48, 50, 51, 53].map { FoldInRelation(relation: 0, neighbour: $0, direction: .outgoing) }
      let user = try view.foldIn(liked)
      #expect(try view.foldIn(liked) == user, "the same input gives the same vector")
      let items = try view.rankAnswers(of: user, relation: 0, inverse: false, k: 8, candidates: .list(Array(32..<64)))
      #expect(items.count { (48..<56).contains($0.id) } >= 7, "\(items)")

      let fans = [0, 1, 3].map { FoldInRelation(relation: 0, neighbour: $0, direction: .incoming) }
      let item = try view.foldIn(fans)
      let near = try view.similar(to: item, k: 8, candidates: .list(Array(32..<64)))
      #expect(near.count { (32..<40).contains($0.id) } >= 6, "\(near)")
    }
  }

  @Test func damagedRowsNeitherRankNorExplain() throws {
    var floats = (0..<24).map { Float($0 % 5) }
    for i in 8..<12 { floats[i] = .nan }
    try floats.withUnsafeBufferPointer { buffer in
      let rows = EmbeddingRows(buffer, dimension: 4)
      let view = try TransEView(entities: rows, relations: rows, inverseRelations: nil, norm: .l1, margin: 6)
      #expect(try view.rankTails(head: 0, relation: 0, k: 9).map(\.id).sorted() == [0, 1, 3, 4, 5])
      #expect(try view.score(head: 2, relation: 0, tail: 1) == 0)
      let explained = try view.explainTail(head: 0, relation: 0, tail: 1, evidence: [2, 3])
      #expect(explained.contributions.map(\.entity) == [3])
      #expect(explained.contributions[0].contribution == explained.score)
    }
  }

  @Test func explanationsAddUp() throws {
    let model = try model()
    var generator = SplitMix64(seed: 5)
    try model.withView { view in
      for _ in 0..<200 {
        let head = UInt32(generator.next(below: 32))
        let tail = UInt32(32 + generator.next(below: 32))
        let evidence = (0..<Int(generator.next(below: 12))).map { _ in UInt32(32 + generator.next(below: 32)) }
        let explained = try view.explainTail(head: head, relation: 0, tail: tail, evidence: evidence)
        let sum = explained.contributions.reduce(explained.unattributed) { $0 + $1.contribution }
        #expect(try explained.score == view.score(head: head, relation: 0, tail: tail))
        #expect(abs(sum - explained.score) <= 1e-12 * explained.score)
        #expect(explained.contributions.allSatisfy { $0.contribution >= 0 && $0.entity != tail })
        #expect(explained.contributions.isEmpty == evidence.allSatisfy { $0 == tail })
        let parts = explained.contributions.map(\.contribution)
        #expect(parts == parts.sorted(by: >))
      }
      // Evidence of the tail's own group outweighs evidence of another.
      let explained = try view.explainTail(head: 1, relation: 0, tail: 32, evidence: [33, 60])
      #expect(explained.contributions.first?.entity == 33)
    }
  }
}
