import SinterKnowledge
import SinterModel
import SinterStorage
import Testing

/// Each scorer on shops small enough to work out by hand.
struct ScorerTests {
  /// u1 has i1. u2 and u3 have i1 and i2, u3 also i3, u4 i3 alone.
  static let purchases = [
    "u1 BOUGHT i1", "u2 BOUGHT i1", "u2 BOUGHT i2", "u3 BOUGHT i1", "u3 BOUGHT i2", "u3 BOUGHT i3", "u4 BOUGHT i3",
  ]

  @Test func copurchaseIsAShrunkCosine() throws {
    let shop = try TestShop(Self.purchases)
    let found = try shop.recommend("u1", [("copurchase", 1)])
    // n(i1) = 3, n(i2) = 2, n(i3) = 2; together with i1: i2 twice, i3 once; λ = 5.
    let (two, three) = (2 / 56.0.squareRoot(), 1 / 56.0.squareRoot())
    #expect(found.map(\.item) == ["i2", "i3"])
    #expect(near(found[0].score, 1))
    #expect(near(found[1].score, three / two))
    #expect(found[0].reasons.count == 1)
    #expect(try shop.text(found[0].reasons[0].path) == "u1 BOUGHT i1 BOUGHT u3 BOUGHT i2")
    #expect(found[0].reasons[0].sentence == "Customers who bought i1, which you bought, also bought i2 (2 of 2).")
  }

  @Test func buyingTwiceCountsOnce() throws {
    let shop = try TestShop(Self.purchases + ["u2 BOUGHT i1", "u2 PURCHASED i1", "u3 BOUGHT i3"])
    let found = try shop.recommend("u1", [("copurchase", 1)])
    #expect(found.map(\.item) == ["i2", "i3"])
    #expect(near(found[1].score, 0.5))
  }

  @Test func seenItemsCountLess() throws {
    let shop = try TestShop(Self.purchases + ["u1 VIEWED i3"])
    let found = try shop.recommend("u1", [("copurchase", 1)])
    // i2: from i1 2/√(8·7), from the viewed i3 0.3 · 1/√(7·7). i3: from i1 1/√(8·7).
    let (two, three) = (2 / 56.0.squareRoot() + 0.3 / 7, 1 / 56.0.squareRoot())
    #expect(found.map(\.item) == ["i2", "i3"])
    #expect(near(found[1].score, three / two))
    #expect(found[0].reasons[1].sentence == "Customers who bought i3, which you looked at, also bought i2 (1 of 2).")
    #expect(try shop.text(found[0].reasons[1].path) == "u1 VIEWED i3 BOUGHT u3 BOUGHT i2")
  }

  @Test func lowRatingsAreKnownButNotLiked() throws {
    let links = ["u1 RATED i1", "u1 RATED i4", "u2 RATED i1", "u2 RATED i2", "u3 RATED i4", "u3 RATED i3"]
    let shop = try TestShop(links)
    for link in links { try shop.set("stars", of: link, to: .integer(link == "u1 RATED i4" ? 1 : 5)) }
    try shop.store.write { writer in
      var schema = ShopSchema()
      schema.minimumRating = 4
      try schema.write(writer)
    }
    let found = try shop.recommend("u1", [("copurchase", 1)])
    // i4 is disliked: it leads nowhere, and it is not recommended either.
    #expect(found.map(\.item) == ["i2"])
    #expect(found[0].reasons[0].sentence.hasPrefix("Customers who rated i1, which you rated"))
  }

  @Test func popularityIsTheLogOfBuyers() throws {
    let shop = try TestShop(Self.purchases, nodes: ["u9", "i9"])
    let found = try shop.recommend("u9", [("popularity", 1)])
    #expect(found.map(\.item) == ["i1", "i2", "i3"])
    #expect(near(found[0].score, 1))
    // log(1 + 2) / log(1 + 3)
    #expect(near(found[1].score, 0.7924812503605781))
    #expect(try shop.text(found[0].reasons[0].path) == "u3 BOUGHT i1")
    #expect(found[0].reasons[0].sentence == "i1 was bought by 3 customers (top 25 %).")
  }

  static let tags = ["i1 HAS_TAG t1", "i2 HAS_TAG t1", "i3 HAS_TAG t2", "i4 HAS_TAG t2", "i4 HAS_TAG t1"]

  @Test func knowledgeWeighsFactsByConfidenceAndRarity() throws {
    let shop = try TestShop(Self.tags, nodes: ["u1"])
    try shop.deposit("u1 PREFERS t1", confidence: 0.8)
    try shop.deposit("u1 PREFERS t2", confidence: 0.5)
    let found = try shop.recommend("u1", [("knowledge", 1)])
    // N = 4 items; t1 has 3, t2 has 2: idf = log(1 + N/df) / log(1 + N).
    let (one, two) = (0.8 * idf(4, 3), 0.5 * idf(4, 2))
    #expect(found.map(\.item) == ["i4", "i1", "i2", "i3"])
    #expect(near(found[0].score, 1))
    #expect(near(found[1].score, one / (one + two)))
    #expect(near(found[3].score, two / (one + two)))
    #expect(try shop.text(found[3].reasons[0].path) == "u1 PREFERS t2 HAS_TAG i3")
    #expect(found[3].reasons[0].sentence == "You prefer t2 (50 % sure), and i3 is tagged t2.")
  }

  @Test func agreeingSourcesCombine() throws {
    let shop = try TestShop(Self.tags, nodes: ["u1"])
    try shop.deposit("u1 PREFERS t1", confidence: 0.5, source: "survey")
    try shop.deposit("u1 PREFERS t1", confidence: 0.5, source: "chat")
    try shop.deposit("u1 PREFERS t2", confidence: 0.75)
    let found = try shop.recommend("u1", [("knowledge", 1)])
    let (one, two) = (0.75 * idf(4, 3), 0.75 * idf(4, 2))
    #expect(found.map(\.item) == ["i4", "i3", "i1", "i2"])
    #expect(near(found[1].score, two / (one + two)))
    #expect(found[2].reasons.count == 2)
    #expect(near(found[2].reasons[0].contribution, one / (one + two) / 2))
  }

  @Test func factsAboutItemsSpeakForThem() throws {
    let shop = try TestShop(["u2 BOUGHT i1", "u1 BOUGHT i1"], nodes: ["i2", "i3"])
    try shop.deposit("i1 GOES_WITH i2", confidence: 0.4)
    try shop.deposit("u1 WANTS i3", confidence: 0.8)
    try shop.deposit("i3 SUITS i3", confidence: 1)
    let found = try shop.recommend("u1", [("knowledge", 1)])
    #expect(found.map(\.item) == ["i3", "i2"])
    #expect(try shop.text(found[1].reasons[0].path) == "u1 BOUGHT i1 GOES_WITH i2")
    #expect(found[1].reasons[0].sentence == "i2 goes with i1, which you bought.")
    #expect(found[0].reasons.contains { $0.sentence == "You want i3 (80 % sure)." })
  }

  @Test func retractedAndExpiredFactsDoNotCount() throws {
    let shop = try TestShop(Self.tags, nodes: ["u1"])
    let fact = try shop.deposit("u1 PREFERS t1", confidence: 0.8).relationship
    try shop.deposit("u1 PREFERS t2", to: .date(Date(daysSinceEpoch: 10_000)))
    #expect(try shop.recommend("u1", [("knowledge", 1)]).map(\.item) == ["i1", "i2", "i4"])
    try shop.store.write { writer in try FactStore().retract(fact, source: .null, reason: .null, writer: writer) }
    #expect(try shop.recommend("u1", [("knowledge", 1)]).isEmpty)
  }

  @Test func tagsOfWhatOneHasSpeakForItems() throws {
    let shop = try TestShop(Self.tags + ["u1 BOUGHT i4", "i5 IN_CATEGORY t3"])
    let found = try shop.recommend("u1", [("tags", 1)])
    let (one, two) = (idf(5, 3) * idf(5, 3), idf(5, 2) * idf(5, 2))
    #expect(found.map(\.item) == ["i3", "i1", "i2"])
    #expect(near(found[1].score, one / two))
    #expect(try shop.text(found[0].reasons[0].path) == "u1 BOUGHT i4 HAS_TAG t2 HAS_TAG i3")
  }

  @Test func peopleOneFollowsSpeakForWhatTheyHave() throws {
    let shop = try TestShop(Self.purchases + ["u1 FOLLOWS u2", "u1 FOLLOWS u4", "u1 FOLLOWS u3"])
    let found = try shop.recommend("u1", [("social", 1)])
    #expect(found.map(\.item) == ["i2", "i3"])
    #expect(near(found[1].score, 1))
    #expect(try shop.text(found[0].reasons[0].path) == "u1 FOLLOWS u2 BOUGHT i2")
    #expect(found[0].reasons[0].sentence == "u2, whom you follow, bought i2.")
  }

  @Test func dislikesLowerTheWholeScore() throws {
    let shop = try TestShop(Self.purchases + ["i2 HAS_TAG t1"])
    try shop.deposit("u1 AVOIDS t1", confidence: 0.75)
    let found = try shop.recommend("u1", [("copurchase", 1), ("popularity", 1)])
    #expect(found.map(\.item) == ["i3", "i2"])
    // Half each; popularity of both is equal and the greatest.
    #expect(near(found[0].score, 0.75))
    #expect(near(found[1].score, 0.25))
    #expect(near(found[1].reasons.reduce(0) { $0 + $1.contribution }, 0.25))
  }

  private func idf(_ items: Double, _ frequency: Double) -> Double {
    natural(1 + items / frequency) / natural(1 + items)
  }
}
