import SinterExecute
import SinterKnowledge
import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Scorers that learn from behaviour, and strategies that are learned.
struct BehaviourScorerTests {
  static func train(_ shop: TestShop, _ name: String, _ options: [String: Value] = [:], strategy: [String]? = nil) throws -> [[Value]] {
    let request = TrainingRequest(name: name, types: strategy ?? [], options: options, isStrategy: strategy != nil)
    let trained = try shop.learning.train(request, in: shop.store.snapshot(), isCancelled: { false })
    let learning = shop.learning
    return try shop.store.write { writer in try learning.publish(trained, writer: writer) }
  }

  @Test(arguments: ["ease", "sequence", "als", "bpr"])
  func publishedModelsServe(kind: String) throws {
    let shop = try FusionTests.randomShop(seed: 8, train: false)
    #expect(code { _ = try shop.recommend("u0", [(kind, 1)]) } == "LearnError.NoModel")
    let rows = try Self.train(shop, kind, kind == "als" || kind == "bpr" ? ["dimension": 8] : [:])
    #expect(rows.count == 1 && rows[0][0] == .string(kind) && rows[0][1] == 1)
    let found = try shop.recommend("u0", [(kind, 1)])
    #expect(!found.isEmpty)
    for item in found {
      #expect(abs(item.reasons.reduce(0) { $0 + $1.contribution } - item.score) < 1e-9, "\(item.item)")
      for reason in item.reasons {
        _ = try shop.text(reason.path)
        #expect(reason.sentence.hasSuffix("."))
      }
    }
    // A second version takes over; the first can be taken up again; dropping all of them ends it.
    _ = try Self.train(shop, kind, ["kind": .string(kind)])
    #expect(try shop.learning.models(in: shop.store.snapshot()).rows.map { $0[2] } == [false, true])
    let learning = shop.learning
    try shop.store.write { try learning.useModel(kind, version: 1, writer: $0) }
    #expect(try shop.recommend("u0", [(kind, 1)]).map(\.item) == found.map(\.item))
    #expect(code { try shop.store.write { try learning.useModel(kind, version: 9, writer: $0) } } == "LearnError.NoModel")
    try shop.store.write { try learning.dropModel(kind, ifExists: false, writer: $0) }
    #expect(code { _ = try shop.recommend("u0", [(kind, 1)]) } == "LearnError.NoModel")
  }

  @Test func recencyWeighsWhatCameLast() throws {
    // u1 had i1, then i2. i1 leads to i3, i2 to i4, alike.
    let events = ["u1 1 i1", "u1 2 i2", "u2 1 i1", "u2 2 i3", "u3 1 i2", "u3 2 i4"]
    let shop = try RecommendationEvaluationTests.shop(events)
    let found = try shop.recommend("u1", [("copurchase", 1)])
    #expect(found.map(\.item) == ["i4", "i3"])
    // One item came later than i1: 2^−0.3.
    #expect(near(found[1].score, 0.8122523963562356))
    try shop.store.write { writer in
      var schema = try ShopSchema.read(writer.view)
      try schema.apply(["recency": 0])
      try schema.write(writer)
    }
    #expect(try shop.recommend("u1", [("copurchase", 1)]).map(\.score) == [1, 1])
  }

  @Test func trendingHalvesWithTime() throws {
    let day = 86_400
    let shop = try RecommendationEvaluationTests.shop(
      ["u1 0 i1", "u2 0 i1", "u3 \(30 * day) i2"], nodes: ["u9"])
    let found = try shop.recommend("u9", [("trending", 1)])
    // Two buyers a half-life ago count as much as one now.
    #expect(found.count == 2 && near(found[0].score, 1) && near(found[1].score, 1))
    let later = try RecommendationEvaluationTests.shop(
      ["u1 0 i1", "u2 0 i1", "u3 \(30 * day) i2", "u4 \(30 * day) i2"], nodes: ["u9"])
    let ranked = try later.recommend("u9", [("trending", 1)])
    #expect(ranked.map(\.item) == ["i2", "i1"] && near(ranked[1].score, 0.5))
  }

  @Test func contentFindsItemsNobodyHas() throws {
    let shop = try TestShop(["u1 BOUGHT i1"], nodes: ["i2", "i3"])
    let nodes = shop.nodes
    try shop.store.write { writer in
      for (item, title) in [("i1", "Red lantern, metal"), ("i2", "Green LANTERN of metal"), ("i3", "Wool blanket")] {
        try writer.set(writer.key("title"), of: nodes[item]!, to: .string(title))
      }
    }
    let found = try shop.recommend("u1", [("content", 1)])
    #expect(found.map(\.item) == ["i2"])
    #expect(found[0].reasons[0].sentence == "Green LANTERN of metal shares “lantern”, “metal” with Red lantern, metal, which you bought.")
  }

  @Test func learnedStrategiesServe() throws {
    let shop = try FusionTests.randomShop(seed: 12, train: false)
    let rows = try Self.train(shop, "default", ["users": 20], strategy: ["copurchase", "ease", "popularity"])
    #expect(rows.map { $0[0] } == ["copurchase", "ease", "popularity", "(default)"])
    let weights = rows.dropLast().compactMap { if case .float(let weight) = $0[1] { weight } else { nil } }
    #expect(weights.count == 3 && weights.allSatisfy { $0 >= 0 } && near(weights.reduce(0, +), 1))
    // A strategy called default is what RECOMMEND takes without being told.
    let named = try shop.recommend("u0", strategy: "default")
    #expect(!named.isEmpty)
    #expect(try shop.recommend("u0").map(\.item) == named.map(\.item))
    #expect(code { _ = try Self.train(shop, "x", ["seeds": 1], strategy: []) } == "LearnError.UnknownOption")
    #expect(code { _ = try Self.train(shop, "x", strategy: ["eas"]) } == "ArgumentError.UnknownScorer")
  }

  @Test func dampedLinksOfEASEMaySpeakAgainst() throws {
    // i1 and i2 exclude each other among many who have either with i3.
    var links: [String] = []
    for user in 0..<20 { links += ["u\(user) BOUGHT i3", "u\(user) BOUGHT i\(1 + user % 2)"] }
    let shop = try TestShop(links + ["u90 BOUGHT i1", "u91 BOUGHT i3"])
    _ = try Self.train(shop, "ease", ["regularisation": 1])
    let why = TestShop.reasons(try shop.why("i2", for: "u90", [("ease", 1)]))
    #expect(why.contains { $0.contribution < 0 && $0.sentence.contains("speaks against") })
  }
}
