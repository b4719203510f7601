import SinterExecute
import SinterKnowledge
import SinterModel
import SinterStorage
import TestSupport
import Testing

struct FusionTests {
  static let all: [(name: String, weight: Double)] = [
    ("copurchase", 0.4), ("knowledge", 0.3), ("popularity", 0.2), ("tags", 0.1), ("social", 0.2), ("transe", 0.3),
  ]

  /// A random shop with facts and a model.
  static func randomShop(seed: UInt64, train: Bool = true) throws -> TestShop {
    var random = SeededGenerator(seed: seed)
    var links: Set<String> = []
    let (users, items, tags) = (30, 40, 8)
    for user in 0..<users where user % 7 != 3 {
      for _ in 0..<Int.random(in: 1...14, using: &random) {
        let item = min(Int.random(in: 0..<items, using: &random), Int.random(in: 0..<items, using: &random))
        links.insert("u\(user) \(random.chance(0.7) ? "BOUGHT" : "VIEWED") i\(item)")
      }
      if random.chance(0.5) { links.insert("u\(user) FOLLOWS u\((user + 5) % users)") }
    }
    for item in 0..<items {
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        links.insert("i\(item) HAS_TAG t\(Int.random(in: 0..<tags, using: &random))")
      }
    }
    let shop = try TestShop(
      links.sorted(),
      nodes: (0..<users).map { "u\($0)" } + (0..<items).map { "i\($0)" } + (0..<tags).map { "t\($0)" })
    for _ in 0..<40 {
      let user = Int.random(in: 0..<users, using: &random)
      let confidence = Value.float(Double.random(in: 0...1, using: &random))
      let target = random.chance(0.8) ? "t\(Int.random(in: 0..<tags, using: &random))" : "i\(Int.random(in: 0..<items, using: &random))"
      let type = random.chance(0.8) ? "PREFERS" : random.chance(0.5) ? "AVOIDS" : "COLLECTS"
      try shop.deposit("u\(user) \(type) \(target)", confidence: confidence, source: random.chance(0.5) ? "a" : "b")
    }
    for _ in 0..<10 {
      let (a, b) = (Int.random(in: 0..<items, using: &random), Int.random(in: 0..<items, using: &random))
      try shop.deposit("i\(a) GOES_WITH i\(b)", confidence: 0.5)
    }
    if train {
      let learning = ModelLearning()
      let request = TrainingRequest(name: "shop", types: [], options: ["dimension": 8, "epochs": 3, "threads": 1])
      let trained = try learning.train(request, in: shop.store.snapshot(), isCancelled: { false })
      _ = try shop.store.write { writer in try learning.publish(trained, writer: writer) }
    }
    return shop
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func reasonsAddUpAndPathsExist(seed: UInt64) throws {
    print("seed \(seed)")
    let shop = try Self.randomShop(seed: seed)
    var reasonCount = 0
    for user in ["u0", "u3", "u4", "u5", "u6", "u11", "u29"] {
      for found in try shop.recommend(user, Self.all) {
        let sum = found.reasons.reduce(0) { $0 + $1.contribution }
        #expect(abs(sum - found.score) <= 1e-9 * found.score, "\(user) \(found.item)")
        #expect(found.score > 0)
        var perScorer: [String: Int] = [:]
        for reason in found.reasons {
          #expect(reason.contribution > 0)
          #expect(reason.sentence.hasSuffix("."))
          _ = try shop.text(reason.path)
          perScorer[reason.scorer, default: 0] += 1
          reasonCount += 1
        }
        #expect(perScorer.values.allSatisfy { $0 <= 8 })
        #expect(found.reasons.map(\.contribution) == found.reasons.map(\.contribution).sorted(by: >))
        // WHY says the same.
        let why = TestShop.reasons(try shop.why(found.item, for: user, Self.all))
        #expect(why.map(\.sentence) == found.reasons.map(\.sentence))
        #expect(near(why.reduce(0) { $0 + $1.contribution }, found.score))
      }
    }
    #expect(reasonCount > 500)
  }

  @Test func rankingIsTheOrderOfScores() throws {
    let shop = try Self.randomShop(seed: 9)
    let whole = try shop.recommend("u0", Self.all)
    #expect(whole.map(\.score) == whole.map(\.score).sorted(by: >))
    #expect(Set(whole.map(\.item)).count == whole.count)
    for limit in [0, 1, 5, 17] {
      #expect(try shop.recommend("u0", Self.all, limit: limit).map(\.item) == whole.prefix(limit).map(\.item))
    }
    #expect(try shop.recommend("u0", Self.all, limit: .max).count == whole.count)
  }

  @Test func whatTheUserHasIsLeftOutUnlessSaidOtherwise() throws {
    let shop = try Self.randomShop(seed: 5, train: false)
    let view = try shop.store.snapshot()
    let bought = Set(
      shop.relationships.keys.filter { $0.hasPrefix("u0 BOUGHT ") }.map { String($0.split(separator: " ")[2]) })
    try #require(!bought.isEmpty)
    #expect(view.typeID("BOUGHT") != nil)
    #expect(try shop.recommend("u0").allSatisfy { !bought.contains($0.item) })
    let free = try shop.recommend("u0", excluding: [])
    #expect(!bought.isDisjoint(with: free.map(\.item)))
    let unseen = try shop.recommend("u0", excluding: ["BOUGHT", "VIEWED"])
    #expect(unseen.allSatisfy { found in shop.relationships["u0 VIEWED \(found.item)"] == nil && !bought.contains(found.item) })
    // Scores do not depend on what is left out.
    for found in unseen { #expect(free.contains { $0.item == found.item && near($0.score, found.score) }) }
  }

  @Test func aStrictFilterNeverUnderfills() throws {
    let links = (0..<400).map { "u\($0 % 20) BOUGHT i\($0)" }
    let shop = try TestShop(links, nodes: ["u99"])
    let passing = Set((0..<400).filter { $0 % 97 == 5 }.map { shop.nodes["i\($0)"]!.rawValue })
    var calls = 0
    let filter = { (ids: [UInt32]) throws(SinterError) -> [UInt32] in
      calls += 1
      #expect(ids == ids.sorted())
      return ids.filter { passing.contains($0) }
    }
    let found = try shop.recommend("u99", [("popularity", 1)], limit: 4, filter: filter)
    #expect(Set(found.map { shop.nodes[$0.item]!.rawValue }).isSubset(of: passing))
    #expect(found.count == 4)
    #expect(calls <= 4)
  }

  @Test func labelsChooseAmongItems() throws {
    let shop = try TestShop(ScorerTests.purchases)
    let third = shop.nodes["i3"]!
    _ = try shop.store.write { writer in try writer.addLabel(writer.label("Sale"), to: third) }
    #expect(try shop.recommend("u1", labels: ["Item", "Sale"]).map(\.item) == ["i3"])
  }

  @Test func diversitySpreadsCategories() throws {
    let links = (0..<9).flatMap { user in (0...(8 - user)).map { "u\(user) BOUGHT i\($0)" } }
    let shop = try TestShop(links, nodes: ["u99"])
    func category(_ ids: [UInt32]) -> [Value] { ids.map { .boolean($0 >= shop.nodes["i4"]!.rawValue) } }
    let plain = try shop.recommend("u99", [("popularity", 1)], limit: 4)
    #expect(plain.map(\.item) == ["i0", "i1", "i2", "i3"])
    let diverse = try shop.recommend("u99", [("popularity", 1)], limit: 2, diverseBy: category, strength: 0.8)
    #expect(diverse.map(\.item) == ["i0", "i4"])
    #expect(diverse.allSatisfy { near($0.score, $0.reasons.reduce(0) { $0 + $1.contribution }) })
    #expect(try shop.recommend("u99", [("popularity", 1)], limit: 4, diverseBy: category, strength: 0).map(\.item) == plain.map(\.item))
    #expect(code { _ = try shop.recommend("u99", strength: 1.5) } == "ArgumentError.NumberOutOfRange")
  }

  @Test func aNewcomerGetsPopularAndKnownThings() throws {
    let shop = try TestShop(ScorerTests.purchases + ["i9 HAS_TAG t1"], nodes: ["u9"])
    #expect(try shop.recommend("u9").map(\.item) == ["i1", "i2", "i3"])
    // An item nobody has is found by what is known.
    try shop.deposit("u9 LIKES t1")
    let found = try shop.recommend("u9")
    #expect(found[0].item == "i9")
    #expect(found[0].reasons.map(\.scorer) == ["knowledge"])
  }

  @Test func whyNotNamesTheGap() throws {
    var links = ScorerTests.purchases
    for item in 10..<25 { for user in 2...4 { links.append("u\(user) BOUGHT i\(item)") } }
    let shop = try TestShop(links, nodes: ["i9"])
    guard case .list(let maps) = try shop.why("i3", for: "u1", not: true), case .map(let first)? = maps.first else {
      Issue.record("no maps")
      return
    }
    guard case .float(let score)? = first["contribution"], case .float(let gap)? = first["gap"] else { return }
    let gaps = maps.dropFirst().reduce(0.0) { sum, map in
      if case .map(let map) = map, case .float(let gap)? = map["gap"] { sum + gap } else { sum }
    }
    #expect(score > 0 && gap > 0)
    #expect(near(gap, gaps))
    guard case .list(let unknown) = try shop.why("i9", for: "u1", not: true), case .map(let second) = unknown[1] else { return }
    #expect(second["contribution"] == 0.0)
    guard case .list(let owned) = try shop.why("i1", for: "u1", not: true), case .map(let third) = owned[0] else { return }
    #expect(third["sentence"] == "i1 is left out because you have it already.")
  }

  @Test func sameResultsInsideAWriteTransaction() throws {
    let shop = try TestShop(ScorerTests.purchases)
    let before = try shop.recommend("u1").map(\.item)
    let (user, item) = (shop.nodes["u1"]!, shop.nodes["i2"]!)
    let recommender = shop.recommender
    let inside = try shop.store.write { writer in
      _ = try writer.createRelationship(writer.type("BOUGHT"), from: user, to: item)
      let request = RecommendationRequest(
        user: user, itemLabels: [], scorers: [], strategy: nil, excludedTypes: nil, filter: nil, diverseBy: nil, strength: 0,
        limit: 10, wantsReasons: false)
      return try recommender.recommend(request, in: writer.view).map(\.item)
    }
    #expect(before == ["i2", "i3"])
    #expect(inside == [shop.nodes["i3"]!])
    #expect(try shop.recommend("u1").map(\.item) == ["i3"])
  }

  @Test func emptyShops() throws {
    let shop = try TestShop(nodes: ["u1"])
    #expect(try shop.recommend("u1").isEmpty)
    #expect(code { _ = try shop.why("u1", for: "u1") } == "ArgumentError.InvalidArgument")
  }
}
