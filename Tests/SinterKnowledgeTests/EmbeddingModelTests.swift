import SinterExecute
import SinterKnowledge
import SinterLearn
import SinterModel
import SinterStorage
import TestSupport
import Testing

/// Models other than TransE, published and served.
struct PublishedModelKindTests {
  private func options(_ model: EmbeddingModel, _ more: [String: Value] = [:]) -> [String: Value] {
    [
      "model": .string(model.rawValue), "dimension": 12, "epochs": 4, "threads": 1, "seed": 3, "holdout": 0.1,
    ].merging(more) { $1 }
  }

  @Test(arguments: EmbeddingModel.allCases) func servesEveryKind(_ kind: EmbeddingModel) throws {
    let shop = try FusionTests.randomShop(seed: 5, train: false)
    let header = try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "shop", options: options(kind)))
    let view = try shop.store.snapshot()
    let model = try ModelCache().model(nil, in: view)
    #expect(model.header == header && model.header.model == kind && model.transE.model == kind)
    let relation = try #require(model.relation("BOUGHT"))
    let user = try #require(view.labelID("User"))
    var users: [UInt32] = []
    try view.scanNodes(0..<view.nodeIDLimit, labels: [user], into: &users)
    let row = try #require(users.lazy.compactMap { model.row(of: $0) }.first)
    let best = try model.transE.rankTails(head: row, relation: relation, k: 5)
    #expect(best.count == 5)
    #expect(best.allSatisfy { (0...1).contains($0.score) })
    #expect(zip(best, best.dropFirst()).allSatisfy { $0.score >= $1.score })
    let explained = try model.transE.explainTail(head: row, relation: relation, tail: best[0].id, evidence: best.dropFirst().map(\.id))
    let sum = explained.contributions.reduce(explained.unattributed) { $0 + $1.contribution }
    #expect(abs(sum - explained.score) < 1e-9)
  }

  @Test func startsFromTheCurrentVersion() throws {
    let shop = try FusionTests.randomShop(seed: 5, train: false)
    func train(_ model: EmbeddingModel, _ more: [String: Value]) throws -> ModelHeader {
      try ModelTrainer.train(store: shop.store, ModelTrainingRequest(name: "shop", options: options(model, more)))
    }
    _ = try train(.transe, ["epochs": 30])
    let view = try shop.store.snapshot()
    let before = try ModelCache().model(nil, in: view)
    let header = try train(.transe, ["epochs": 1, "warmStart": true, "learningRate": 1e-6])
    #expect(header.version == 2)
    let after = try ModelCache().model(nil, in: shop.store.snapshot())
    let moved = (0..<12).map { abs(before.transE.entities.row(0)[$0] - after.transE.entities.row(0)[$0]) }
    #expect(moved.allSatisfy { $0 < 1e-3 })
    do {
      _ = try train(.complex, ["warmStart": true])
      Issue.record("a complex model started from TransE's rows")
    } catch let error as SinterError {
      #expect(error.code == "LearnError.BadConfiguration" && error.message.contains("transe of dimension 12"))
    }
  }

  @Test func weightsNameTypesThatTrain() throws {
    let shop = try FusionTests.randomShop(seed: 5, train: false)
    func code(_ weights: Value) -> SinterError.Code? {
      do {
        let request = ModelTrainingRequest(name: "shop", options: options(.transe, ["weights": weights]))
        let header = try ModelTrainer.train(store: shop.store, request)
        return header.settings["weights"] == nil ? "Missing.Setting" : nil
      } catch {
        return (error as? SinterError)?.code
      }
    }
    #expect(code(.map(["BOUGHT": 2])) == nil)
    #expect(code("BOUGHT:0.5") == nil)
    #expect(code("BUOGHT:0.5") == "LearnError.UnknownType")
    #expect(code("BOUGHT") == "LearnError.BadConfiguration")
    #expect(code(.map(["BOUGHT": -1])) == "LearnError.BadConfiguration")
  }
}
