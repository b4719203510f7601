import SinterExecute
import SinterKnowledge
import SinterLearn
import SinterModel
import SinterStorage
import TestSupport
import Testing

struct ModelTests {
  private static let options: [String: Value] = ["dimension": 12, "epochs": 4, "threads": 1, "seed": 3]

  private func trained(_ seed: UInt64) throws -> TestShop {
    let shop = try FusionTests.randomShop(seed: seed, train: false)
    _ = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "shop", options: Self.options))
    return shop
  }

  private func predict(
    _ shop: TestShop, _ open: PredictionRequest.Open, labels: [String] = ["Item"], candidates: [UInt32]? = nil, limit: Int = 5,
    model: String? = nil
  ) throws -> [ScoredElement] {
    let view = try shop.store.snapshot()
    return try shop.learning.predict(
      PredictionRequest(
        open: open, model: model, labels: labels.compactMap { view.labelID($0) }, candidates: candidates, limit: limit), in: view)
  }

  private func bought(_ shop: TestShop) throws -> TypeID { try #require(try shop.store.snapshot().typeID("BOUGHT")) }

  @Test func publishedModelsAreReadBackWhole() throws {
    let shop = try FusionTests.randomShop(seed: 11, train: false)
    let view = try shop.store.snapshot()
    let publication = try ModelTrainer.train(view, ModelTrainingRequest(name: "shop", options: Self.options))
    let header = try shop.store.write { try ModelTrainer.publish(publication, $0) }
    #expect(header.version == 1)
    #expect(header.metrics != nil)
    let model = try ModelCache().model(nil, in: shop.store.snapshot())
    #expect(model.header == header)
    #expect(model.header.types.contains("BOUGHT"))
    // The same training gives the same floats: compare predictions of both.
    let again = try ModelTrainer.train(view, ModelTrainingRequest(name: "shop", options: Self.options))
    #expect(again.header.fingerprint == header.fingerprint)
    let other = try shop.store.write { try ModelTrainer.publish(again, $0) }
    #expect(other.version == 2)
    let (first, second) = try (1...2).map { try ModelCache().model("shop", $0, in: shop.store.snapshot()) }.pair
    for row in 0..<first.nodes.count {
      let (a, b) = (first.transE.entities.row(row), second.transE.entities.row(row))
      #expect((0..<first.header.dimension).allSatisfy { a[$0] == b[$0] })
    }
  }

  @Test func manyRowsSpanChunks() throws {
    let links = (0..<700).map { "u\($0 % 40) BOUGHT i\($0)" }
    let shop = try TestShop(links)
    let header = try ModelTrainer.train(
      store: shop.store, ModelTrainingRequest(name: "wide", options: ["dimension": 200, "epochs": 1, "threads": 1, "negatives": 4]))
    #expect(header.entityCount == 740)
    let model = try ModelCache().model("wide", in: shop.store.snapshot())
    // 307 rows of 800 bytes fit a chunk.
    #expect(model.transE.entities.rowCount == 740)
    for row in 0..<740 { for k in 0..<200 { #expect(model.transE.entities.row(row)[k].isFinite) } }
    // The model stays readable when later commits and a fold move the graph under it.
    try shop.add(["u0 BOUGHT i1"])
    try shop.store.compact()
    #expect(try predict(shop, .end(start: shop.nodes["u0"]!, type: bought(shop))).count == 5)
  }

  @Test func predictRanksCandidates() throws {
    let shop = try trained(12)
    let user = shop.nodes["u0"]!
    let found = try predict(shop, .end(start: user, type: bought(shop)), limit: 100)
    #expect(found.count > 20)
    #expect(found.map(\.score) == found.map(\.score).sorted(by: >))
    let view = try shop.store.snapshot()
    #expect(try found.allSatisfy { try view.has(view.labelID("Item")!, NodeID($0.id)) })
    let some = found.prefix(10).map(\.id).sorted()
    let among = try predict(shop, .end(start: user, type: bought(shop)), candidates: some, limit: 3)
    #expect(among.map(\.id) == found.prefix(3).map(\.id))
    let heads = try predict(shop, .start(end: shop.nodes["i1"]!, type: bought(shop)), labels: ["User"])
    #expect(heads.count == 5)
    let types = try predict(shop, .type(start: user, end: shop.nodes["i1"]!))
    #expect(types.contains { view.name(of: TypeID($0.id)) == "BOUGHT" })
    #expect(try predict(shop, .end(start: user, type: bought(shop)), limit: 0).isEmpty)
  }

  @Test func newNodesAreFoldedIn() throws {
    let shop = try trained(13)
    try shop.add(["u99 BOUGHT i1", "u99 BOUGHT i2"], nodes: ["u98"])
    #expect(try predict(shop, .end(start: shop.nodes["u99"]!, type: bought(shop))).count == 5)
    #expect(try predict(shop, .end(start: shop.nodes["u98"]!, type: bought(shop))).isEmpty)
    let found = try shop.recommend("u99", [("transe", 1)])
    #expect(!found.isEmpty)
    for item in found { #expect(near(item.score, item.reasons.reduce(0) { $0 + $1.contribution })) }
    let view = try shop.store.snapshot()
    let alike = try shop.learning.similar(to: shop.nodes["u99"]!, model: nil, labels: [view.labelID("Item")!], limit: 3, in: view)
    #expect(alike.count == 3)
    #expect(code { _ = try shop.learning.similar(to: shop.nodes["u98"]!, model: nil, labels: [], limit: 3, in: view) } == "LearnError.UnknownEntity")
  }

  /// Items that came after training are candidates, in the transaction that made them too, and their scores add up.
  @Test func newItemsAreCandidates() throws {
    let shop = try trained(14)
    try shop.add(["i99 HAS_TAG t1", "u1 BOUGHT i99", "u98 BOUGHT i99", "u98 BOUGHT i2"])
    let new = shop.nodes["i99"]!
    let user = shop.nodes["u0"]!
    let found = try predict(shop, .end(start: user, type: bought(shop)), candidates: [new.rawValue], limit: 3)
    #expect(found.map(\.id) == [new.rawValue])
    let view = try shop.store.snapshot()
    let alike = try shop.learning.similar(to: new, model: nil, labels: [view.labelID("Item")!], limit: 3, in: view)
    #expect(alike.count == 3 && !alike.contains { $0.id == new.rawValue })
    for name in ["u0", "u98"] {
      for item in try shop.recommend(name, [("transe", 1)], limit: 100) {
        #expect(near(item.score, item.reasons.reduce(0) { $0 + $1.contribution }))
      }
    }
    let learning = shop.learning
    try shop.store.write { writer in
      let item = try writer.createNode(labels: [writer.label("Item")])
      _ = try writer.createRelationship(writer.type("BOUGHT"), from: user, to: item)
      let inside = try learning.predict(
        PredictionRequest(
          open: .start(end: item, type: writer.type("BOUGHT")), model: nil, labels: [], candidates: [user.rawValue], limit: 1),
        in: writer.view)
      #expect(inside.map(\.id) == [user.rawValue])
    }
  }

  @Test func driftTellsWhatIsNew() throws {
    let shop = try trained(15)
    func drift() throws -> ModelDrift {
      let view = try shop.store.snapshot()
      return try ModelDrift(try ModelCache().model(nil, in: view), view)
    }
    let fresh = try drift()
    #expect(fresh.isSameData && fresh.unseenNodes == 0 && fresh.triples == fresh.trainedTriples)
    #expect(fresh.recentMRR == nil && fresh.recentCount == 0 && fresh.untrainedTypes.isEmpty)
    try shop.add(["u99 BOUGHT i1", "u0 BOUGHT i99", "u0 HATES i2"])
    let old = shop.nodes["u0"]!
    let item = shop.nodes["i17"]!
    try shop.store.write { writer in _ = try writer.createRelationship(writer.type("BOUGHT"), from: old, to: item) }
    let aged = try drift()
    #expect(!aged.isSameData && aged.unseenNodes == 2 && aged.unseenTriples == 2 && aged.untrainedTypes == ["HATES"])
    #expect(aged.recentCount <= 1)
    if let mrr = aged.recentMRR { #expect(mrr > 0 && mrr <= 1) }
  }

  @Test func versionsAreListedChosenAndDropped() throws {
    let shop = try trained(14)
    _ = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "shop", types: ["BOUGHT"], options: Self.options))
    _ = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "other", options: Self.options))
    func rows() throws -> [[Value]] { try shop.learning.models(in: shop.store.snapshot()).rows.map { Array($0.prefix(4)) } }
    #expect(
      try rows() == [["other", 1, true, true], ["shop", 1, false, false], ["shop", 2, true, false]])
    #expect(try shop.learning.models(in: shop.store.snapshot()).columns.count == shop.learning.trainColumns.count)
    try shop.store.write { try ModelLearning().useModel("shop", version: 1, writer: $0) }
    #expect(try rows() == [["other", 1, true, false], ["shop", 1, true, true], ["shop", 2, false, false]])
    let viewed = try #require(try shop.store.snapshot().typeID("VIEWED"))
    #expect(try !predict(shop, .end(start: shop.nodes["u0"]!, type: viewed)).isEmpty)
    try shop.store.write { try ModelLearning().useModel("shop", version: 2, writer: $0) }
    #expect(code { _ = try predict(shop, .end(start: shop.nodes["u0"]!, type: viewed)) } == "LearnError.UnknownRelation")
    #expect(code { try shop.store.write { try ModelLearning().useModel("shop", version: 9, writer: $0) } } == "LearnError.NoModel")
    try shop.store.write { try ModelLearning().dropModel("shop", ifExists: false, writer: $0) }
    #expect(try rows() == [["other", 1, true, true]])
    #expect(code { try shop.store.write { try ModelLearning().dropModel("shop", ifExists: false, writer: $0) } } == "LearnError.NoModel")
    try shop.store.write { try ModelLearning().dropModel("shop", ifExists: true, writer: $0) }
    #expect(code { _ = try predict(shop, .end(start: shop.nodes["u0"]!, type: bought(shop)), model: "shop") } == "LearnError.NoModel")
  }

  @Test func clearErrors() throws {
    let shop = try TestShop(ScorerTests.purchases)
    func train(_ name: String = "m", _ types: [String] = [], _ options: [String: Value] = [:]) -> String? {
      code { _ = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: name, types: types, options: options)) }
    }
    #expect(code { _ = try predict(shop, .end(start: shop.nodes["u1"]!, type: bought(shop))) } == "LearnError.NoModel")
    #expect(train("m", ["BUOGHT"]) == "LearnError.UnknownType")
    #expect(train("m", [], ["dimensions": 4]) == "LearnError.UnknownOption")
    #expect(train("m", [], ["dimension": "x"]) == "LearnError.BadConfiguration")
    #expect(train("m", [], ["dimension": 100_000]) == "LearnError.BadConfiguration")
    #expect(train("m", [], ["holdout": 0.9]) == "LearnError.BadConfiguration")
    #expect(train("m", [], ["norm": "l3"]) == "LearnError.BadConfiguration")
    #expect(train("a/b") == "LearnError.BadName")
    #expect(train("") == "LearnError.BadName")
    do {
      _ = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "m", types: ["BUOGHT"]))
    } catch let error as SinterError {
      #expect(error.message.contains("Did you mean `BOUGHT`?"))
    }
    let empty = try TestShop(nodes: ["u1"])
    #expect(code { _ = try ModelTrainer.train(store: empty.store, ModelTrainingRequest(name: "m")) } == "LearnError.NoTriples")
    #expect(ModelCatalogue.names(in: try shop.store.snapshot()).isEmpty)
    let cancelled = code {
      _ = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "m", options: ["epochs": 1000])) { _ in false }
    }
    #expect(cancelled == "LearnError.Cancelled")
  }

  @Test func retractedFactsDoNotTrain() throws {
    let shop = try TestShop(["u1 BOUGHT i1", "u2 BOUGHT i1"], nodes: ["t1", "t2"])
    let before = try GraphTriples(shop.store.snapshot(), types: []).triples.count
    let fact = try shop.deposit("u1 PREFERS t1").relationship
    try shop.deposit("u2 PREFERS t2")
    #expect(try GraphTriples(shop.store.snapshot(), types: []).triples.count == before + 2)
    try shop.store.write { try Facts.retract(fact, source: .null, reason: .null, writer: $0) }
    let after = try GraphTriples(shop.store.snapshot(), types: [])
    #expect(after.triples.count == before + 1)
    #expect(!after.nodes.contains(shop.nodes["t1"]!.rawValue))
  }

  @Test func suggestions() {
    #expect(Suggestion.sentence(for: "dimenson", among: ["dimension", "epochs"]) == "Did you mean `dimension`?")
    #expect(Suggestion.sentence(for: "qqqq", among: ["b", "a"]) == "Known are a, b.")
    #expect(Suggestion.sentence(for: "q", among: []) == "There is none yet.")
  }
}

extension Array {
  fileprivate var pair: (Element, Element) { (self[0], self[1]) }
}
