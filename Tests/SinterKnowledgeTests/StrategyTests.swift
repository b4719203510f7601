import SinterKnowledge
import SinterModel
import SinterStorage
import Testing

struct StrategyTests {
  @Test func badWeightsAndNames() throws {
    let shop = try TestShop(ScorerTests.purchases)
    #expect(code { _ = try shop.recommend("u1", [("copurchas", 1)]) } == "ArgumentError.UnknownScorer")
    #expect(code { _ = try shop.recommend("u1", [("copurchase", -1)]) } == "ArgumentError.NumberOutOfRange")
    #expect(code { _ = try shop.recommend("u1", [("copurchase", .nan)]) } == "ArgumentError.NumberOutOfRange")
    #expect(code { _ = try shop.recommend("u1", [("copurchase", 0)]) } == "ArgumentError.NumberOutOfRange")
    #expect(code { _ = try shop.recommend("u1", [("tags", 1), ("tags", 1)]) } == "ArgumentError.InvalidArgument")
    #expect(code { _ = try shop.recommend("u1", strategy: "mine") } == "ArgumentError.UnknownStrategy")
    #expect(code { _ = try shop.recommend("u1", [("transe", 1)]) } == "LearnError.NoModel")
  }

  @Test func keptByName() throws {
    let shop = try TestShop(ScorerTests.purchases)
    let made = try shop.store.write { writer in
      try StrategyCatalogue.create("mine", [("popularity", 3), ("copurchase", 1)], ifNotExists: false, writer: writer)
    }
    #expect(made)
    let named = try shop.recommend("u1", strategy: "mine")
    let given = try shop.recommend("u1", [("popularity", 0.75), ("copurchase", 0.25)])
    #expect(named.map(\.item) == given.map(\.item))
    for (a, b) in zip(named, given) { #expect(near(a.score, b.score)) }
    #expect(
      code { try shop.store.write { _ = try StrategyCatalogue.create("mine", [("tags", 1)], ifNotExists: false, writer: $0) } }
        == "SchemaError.StrategyAlreadyExists")
    let again = try shop.store.write { try StrategyCatalogue.create("mine", [("tags", 1)], ifNotExists: true, writer: $0) }
    #expect(!again)
    #expect(try StrategyCatalogue.show(in: shop.store.snapshot()).rows.map { $0[0] } == ["(default)", "mine"])
    try shop.store.write { try StrategyCatalogue.drop("mine", ifExists: false, writer: $0) }
    #expect(code { _ = try shop.recommend("u1", strategy: "mine") } == "ArgumentError.UnknownStrategy")
  }

  @Test func rulesAreKeptByName() throws {
    let shop = try TestShop()
    let text = "MATCH (u)-[:BOUGHT]->()-[:HAS_TAG]->(t) DEPOSIT (u)-[:PREFERS]->(t)"
    let made = try shop.store.write { try RuleCatalogue.create("prefers", text: text, ifNotExists: false, writer: $0) }
    #expect(made)
    #expect(try RuleCatalogue.rules(in: shop.store.snapshot()).map(\.text) == [text])
    #expect(
      code { _ = try shop.store.write { try RuleCatalogue.create("prefers", text: "", ifNotExists: false, writer: $0) } }
        == "SchemaError.RuleAlreadyExists")
    #expect(code { try shop.store.write { try RuleCatalogue.drop("avoids", ifExists: false, writer: $0) } } == "SchemaError.RuleNotFound")
    try shop.store.write { try RuleCatalogue.drop("prefers", ifExists: false, writer: $0) }
    #expect(try RuleCatalogue.rules(in: shop.store.snapshot()).isEmpty)
  }

  @Test func aShopMaySayWhatItsTypesMean() throws {
    let shop = try TestShop(["u1 GOT i1", "u2 GOT i1", "u2 GOT i2"])
    #expect(try shop.recommend("u1").isEmpty)
    try shop.store.write { writer in
      var schema = try ShopSchema.read(writer.view)
      try schema.apply(["has": ["GOT"], "shrinkage": 0])
      try schema.write(writer)
    }
    let found = try shop.recommend("u1", [("copurchase", 1)])
    #expect(found.map(\.item) == ["i2"])
    #expect(found[0].reasons[0].sentence == "Customers who got i1, which you got, also got i2 (1 of 1).")
    var schema = ShopSchema()
    #expect(code { try schema.apply(["haz": ["GOT"]]) } == "ArgumentError.InvalidArgument")
    #expect(code { try schema.apply(["has": [1]]) } == "ArgumentError.InvalidArgument")
    #expect(code { try schema.apply(["shrinkage": "x"]) } == "ArgumentError.InvalidArgument")
  }
}
