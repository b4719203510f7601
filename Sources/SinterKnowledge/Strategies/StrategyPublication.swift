internal import SinterLearn
internal import SinterModel
internal import SinterStorage

/// A learned strategy on its way into a store, with the models it needs and the store has not.
struct StrategyPublication: Sendable {
  let name: String
  let training: StrategyTraining
  let models: [FactorPublication]

  static let columns = ["scorer", "weight", "recency", "recall", "ndcg", "recallLow", "recallHigh", "ndcgLow", "ndcgHigh"]

  /// A row per scorer, and one for the strategy with its intervals, on users it was not learned from.
  var rows: [[Value]] {
    var rows = training.parts.map { part -> [Value] in
      [
        .string(part.scorer.rawValue), .float(part.weight), part.recency.map { .float($0) } ?? .null, .float(part.recall),
        .float(part.ndcg), .null, .null, .null, .null,
      ]
    }
    let (recall, ndcg) = (training.recall, training.ndcg)
    rows.append([
      .string("(\(name))"), .float(1), .null, .float(recall.mean), .float(ndcg.mean), .float(recall.low), .float(recall.high),
      .float(ndcg.low), .float(ndcg.high),
    ])
    return rows
  }

  static func train(
    _ name: String, scorers: [String], options: [String: Value], _ view: GraphView, _ isCancelled: () -> Bool
  ) throws(SinterError) -> StrategyPublication {
    try StrategyCatalogue.check(name: name)
    let training = try StrategyTraining(view, scorers: scorers, options: .init(options), isCancelled: isCancelled)
    var models: [FactorPublication] = []
    for part in training.strategy.parts {
      guard let kind = part.scorer.factorKind, try FactorCatalogue.current(kind, in: view) == nil else { continue }
      models.append(try BehaviourTraining.train(kind.rawValue, FactorOptions(kind), types: [], view, isCancelled))
    }
    return StrategyPublication(name: name, training: training, models: models)
  }

  func publish(_ writer: GraphWriter) throws(SinterError) {
    for model in models { _ = try FactorCatalogue.publish(model, writer) }
    try StrategyCatalogue.publish(name, training.strategy, writer)
  }
}

/// Trains a model of behaviour on all that a snapshot shows.
enum BehaviourTraining {
  /// - Parameter types: "has" relationships to learn from; none for the shop's.
  static func train(
    _ name: String, _ options: FactorOptions, types: [String], _ view: GraphView, _ isCancelled: () -> Bool
  ) throws(SinterError) -> FactorPublication {
    try ModelCatalogue.check(name: name)
    var schema = try ShopSchema.read(view)
    for type in types where view.typeID(type) == nil {
      throw SinterError(
        "LearnError.UnknownType",
        "The store has no relationship type `\(type)` to learn from. \(Listing.known("type", view.typeNames, near: type))")
    }
    if !types.isEmpty { schema.has = types }
    let started = WallClock.seconds
    let index = try ShopIndex.build(view, schema)
    let interactions = try Interactions(view, index)
    let behaviour = Behaviour(interactions, itemCount: index.items.count)
    let model = try FactorModel.train(behaviour, nodes: Array(index.items.asBuffer), options, isCancelled: isCancelled)
    let known = schema.has.filter { name in view.typeID(name).map { view.relationshipCount(type: $0) > 0 } ?? false }
    return FactorPublication(
      name: name, model: model, types: known, pairCount: behaviour.items.count, createdAt: WallClock.now,
      trainingSeconds: WallClock.seconds - started, fingerprint: behaviour.fingerprint(nodes: Array(index.items.asBuffer)))
  }
}
