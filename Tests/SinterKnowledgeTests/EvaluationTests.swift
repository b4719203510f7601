import SinterExecute
import SinterKnowledge
import SinterModel
import SinterStorage
import TestSupport
import Testing

struct RankingQualityTests {
  @Test func workedByHand() {
    // Hits at places 1 and 3 of 4, three test items.
    let quality = RankingQuality(hits: [true, false, true, false], testCount: 3, k: 4)
    #expect(near(quality.recall, 2 / 3.0))
    #expect(near(quality.ndcg, (1 + 0.5) / (1 + 0.6309297535714575 + 0.5)))
    #expect(near(quality.averagePrecision, (1 + 2 / 3.0) / 3))
    #expect(quality.hitRate == 1)
    #expect(quality.reciprocalRank == 1)
    let cut = RankingQuality(hits: [false, false, true], testCount: 5, k: 2)
    #expect(cut == RankingQuality(hits: [], testCount: 5, k: 2))
    #expect(cut.values == [0, 0, 0, 0, 0])
    // The ideal list has at most k hits.
    #expect(near(RankingQuality(hits: [true, true], testCount: 9, k: 2).ndcg, 1))
    #expect(near(RankingQuality(hits: [false, true], testCount: 1, k: 2).reciprocalRank, 0.5))
  }

  @Test func areaCountsTiesHalf() {
    // The test item scores 2; below are two others, equal one, above one.
    #expect(near(RankingQuality.areaUnderCurve(scores: [2, 1, 0, 2, 3], tests: [0]), (2 + 0.5) / 4))
    #expect(near(RankingQuality.areaUnderCurve(scores: [1, 0], tests: [0], unknown: 1), 0.5))
    #expect(RankingQuality.areaUnderCurve(scores: [1], tests: [0]) == 0.5)
  }

  @Test func giniOfEvenAndUneven() {
    #expect(near(RankingQuality.gini([3, 3, 3]), 0))
    #expect(near(RankingQuality.gini([0, 0, 0, 8]), 0.75))
    #expect(RankingQuality.gini([0, 0]) == 0)
  }

  @Test func resampling() {
    let rows = (0..<200).map { [Double($0 % 2), 3] }
    let intervals = Resampling.intervals(rows)
    #expect(intervals[0].mean == 0.5)
    #expect(intervals[0].low < 0.5 && intervals[0].low > 0.4)
    #expect(intervals[0].high > 0.5 && intervals[0].high < 0.6)
    #expect((intervals[1].mean, intervals[1].low, intervals[1].high) == (3, 3, 3))
    #expect(Resampling.pairedProbability([Double](repeating: 0, count: 9)) == 1)
    #expect(Resampling.pairedProbability([Double](repeating: 0.1, count: 40)) < 0.001)
    #expect(Resampling.pairedProbability((0..<40).map { $0 % 2 == 0 ? 0.1 : -0.09 }) > 0.5)
  }
}

struct RecommendationEvaluationTests {
  /// Users with times; `u1 3 i2` is u1 BOUGHT i2 at second 3.
  static func shop(_ events: [String], nodes: [String] = [], type: String = "BOUGHT") throws -> TestShop {
    let shop = try TestShop(nodes: nodes)
    for event in events {
      let words = event.split(separator: " ").map(String.init)
      let link = "\(words[0]) \(type) \(words[2])"
      try shop.add([link])
      try shop.set("ts", of: link, to: .integer(Int64(words[1])!))
    }
    let ids = shop.nodes
    try shop.store.write { writer in
      for (name, node) in ids { try writer.set(writer.key("id"), of: node, to: .string(name)) }
    }
    return shop
  }

  static func tests(_ shop: TestShop, split: SplitFile? = nil) throws -> [String: [String]] {
    let view = try shop.store.snapshot()
    let evaluation = try RecommendationEvaluation(view, split: split, options: .init())
    var result: [String: [String]] = [:]
    for test in evaluation.heldOut.tests {
      result[shop.name(NodeID(test.user))] = try evaluation.nodes(test.items).map { shop.name($0) }
    }
    return result
  }

  @Test func theLastFifthOfFirstOccurrences() throws {
    var events: [String] = []
    // u1: ten items, i0 bought again at the end; two are test. u2: five items, one is. u3: four items, none.
    for k in 0..<10 { events.append("u1 \(k) i\(k)") }
    events.append("u1 99 i0")
    // At the same second, ids decide as text: i10 comes before i2.
    for (item, second) in [("i3", 1), ("i4", 2), ("i5", 3), ("i2", 7), ("i10", 7)] { events.append("u2 \(second) \(item)") }
    for k in 0..<4 { events.append("u3 \(k) i\(k)") }
    #expect(try Self.tests(try Self.shop(events)) == ["u1": ["i8", "i9"], "u2": ["i2"]])
  }

  @Test func whatIsHeldOutIsSeenByNobody() throws {
    var events: [String] = []
    for user in 1...3 { for k in 0..<5 { events.append("u\(user) \(k) i\(k)") } }
    let shop = try Self.shop(events)
    let view = try shop.store.snapshot()
    let evaluation = try RecommendationEvaluation(view, split: nil, options: .init())
    // Everybody's last item is i4: in training nobody has it, so only a leak could find it.
    for scorers in [["popularity"], ["copurchase"], ["ease"], ["trending"], ["als"], ["sequence"], ["popularity", "copurchase"]] {
      let report = try evaluation.report(try Strategy(scorers.map { ($0, 1) }), against: nil)
      #expect(report.figures.first { $0.name == "recall@20" }?.interval.mean == 0, "\(scorers)")
      #expect(report.coldItems == 3)
    }
  }

  @Test func aGivenSplit() throws {
    let shop = try Self.shop((0..<6).map { "u1 \($0) i\($0)" } + ["u2 1 i1", "u2 2 i2"])
    let split = try SplitFile("user,item\nu1,i0\nu1,i3\nu2,i2\nu9,i1\nu2,i77\n", name: "split.csv")
    #expect(try Self.tests(shop, split: split) == ["u1": ["i0", "i3"], "u2": ["i2"]])
    let evaluation = try RecommendationEvaluation(try shop.store.snapshot(), split: split, options: .init())
    let report = try evaluation.report(try Strategy([("popularity", 1)]), against: nil)
    #expect((report.unknownUsers, report.unknownItems, report.testPairs) == (1, 1, 4))
    #expect(code { _ = try SplitFile("u1\n", name: "x") } == "EvaluationError.BadSplit")
    #expect(code { _ = try SplitFile("", name: "x") } == "EvaluationError.BadSplit")
  }

  @Test func nothingToTest() throws {
    for shop in [try TestShop(), try TestShop(["u1 BOUGHT i1"]), try TestShop(nodes: ["u1", "i1"])] {
      let view = try shop.store.snapshot()
      #expect(
        code { _ = try RecommendationEvaluation(view, split: nil, options: .init()) } == "EvaluationError.NothingToTest")
      #expect(
        code { _ = try StrategyTraining(view, scorers: [], options: .init()) } == "EvaluationError.NothingToTest")
    }
  }

  @Test func oneUserAndOneItem() throws {
    let shop = try Self.shop((0..<5).map { "u1 \($0) i\($0)" })
    let evaluation = try RecommendationEvaluation(try shop.store.snapshot(), split: nil, options: .init())
    let report = try evaluation.report(try Strategy([("copurchase", 1), ("ease", 1)]), against: try Strategy([("popularity", 1)]))
    #expect(report.users == 1)
    #expect(report.against?.differences.allSatisfy { $0.probability >= 0 && $0.probability <= 1 } == true)
    #expect(report.json().contains("\"recall@20\":0.0"))
    #expect(report.table().contains("popularity"))
    #expect(RecommendationPlot.svg(report).hasPrefix("<svg"))
  }

  @Test(arguments: [1, 2] as [UInt64])
  func reasonsHoldForEveryScorer(seed: UInt64) throws {
    let shop = try FusionTests.randomShop(seed: seed, train: false)
    var options = RecommendationEvaluation.Options()
    options.threads = 2
    let evaluation = try RecommendationEvaluation(try shop.store.snapshot(), split: nil, options: options)
    var random = SeededGenerator(seed: seed)
    let names = ScorerName.allCases.filter { $0 != .transe }
    for round in 0..<6 {
      let chosen = names.filter { _ in random.chance(0.5) }
      let weighted = (chosen.isEmpty ? names : chosen).map { ($0.rawValue, Double.random(in: 0.1...1, using: &random)) }
      let report = try evaluation.report(try Strategy(weighted), against: nil)
      #expect(report.explanation.recommendations > 0)
      #expect(report.explanation.unequal == 0, "seed \(seed), round \(round), \(weighted)")
      #expect(report.explanation.missingPaths == 0, "seed \(seed), round \(round), \(weighted)")
    }
  }

  @Test func shuffledKnowledgeIsRolledBack() throws {
    let shop = try FusionTests.randomShop(seed: 3, train: false)
    let before = try shop.store.snapshot().relationshipCount
    let strategy = try Strategy([("tags", 1), ("knowledge", 1)])
    let evaluation = try RecommendationEvaluation(try shop.store.snapshot(), split: nil, options: .init())
    var report = try evaluation.report(strategy, against: nil)
    try evaluation.addControl(to: &report, strategy, shop.store, seed: 4, split: nil)
    let shuffled = try #require(report.shuffled)
    // The same users were tested, with other knowledge.
    #expect(shuffled.figures.count == report.figures.count)
    #expect(shuffled.differences.contains { $0.figure.interval.mean != 0 })
    #expect(try shop.store.snapshot().relationshipCount == before)
    let again = try RecommendationEvaluation(try shop.store.snapshot(), split: nil, options: .init()).report(strategy, against: nil)
    #expect(again.figures.map(\.interval) == report.figures.map(\.interval))
  }
}
