package import SinterExecute
package import SinterLearn
package import SinterModel
package import SinterStorage

/// Answers RECOMMEND, WHY and WHY NOT.
///
/// The index over purchases is built once in O(relationships); when a query meets a new commit, or stands in a
/// transaction that has written, only what changed is read again.
package final class ShopRecommender: RecommendationExtension {
  private let models: ModelCache
  private let indexes = ShopIndexCache()

  let published: PublishedModels

  package init(models: ModelCache = ModelCache()) {
    self.models = models
    published = PublishedModels(cache: models)
  }

  package func requireScorers(_ names: [String], strategy: String?, in view: GraphView) throws(SinterError) {
    if names.isEmpty, let strategy, !StrategyCatalogue.has(strategy, in: view), ExperimentCatalogue.exists(strategy, in: view) {
      for variant in try ExperimentCatalogue.experiment(strategy, in: view).variants {
        if let name = variant.strategy { try requireScorers([], strategy: name, in: view) }
      }
      return
    }
    let strategy = try Self.strategy(names.map { ($0, 1) }, strategy, view)
    if !strategy.isDefault { try strategy.prepare(published, view) }
  }

  package func recommend(
    _ request: RecommendationRequest, in view: GraphView
  ) throws(SinterError) -> [Recommendation] {
    guard request.strength >= 0, request.strength <= 1 else {
      throw SinterError(
        "ArgumentError.NumberOutOfRange", "DIVERSE BY … STRENGTH must lie in 0…1, but is \(request.strength).")
    }
    try Self.check(user: request.user, view)
    let strategy = try Self.strategy(request.scorers, request.strategy, for: request.user, view)
    let index = try index(of: view)
    let limit = max(0, min(request.limit, index.items.count))
    guard limit > 0 else { return [] }
    return try index.withWorkspace { workspace throws(SinterError) in
      let scene = Scene(view: view, index: index, models: published)
      let fusion = try Fusion(scene, user: request.user, strategy: strategy, workspace: workspace)
      var search = try CandidateSearch(fusion, request, view)
      let chosen = try search.best(limit)
      var result: [Recommendation] = []
      for candidate in chosen {
        let reasons: Value = request.wantsReasons ? try fusion.reasons(for: candidate.item) : .null
        result.append(
          Recommendation(item: NodeID(fusion.shopper.node(candidate.item)), score: candidate.score, reasons: reasons))
      }
      return result
    }
  }

  package func why(_ request: WhyRequest, in view: GraphView) throws(SinterError) -> Value {
    try Self.check(user: request.user, view)
    let strategy = try Self.strategy(request.scorers, request.strategy, for: request.user, view)
    let index = try index(of: view)
    guard let item = index.number(of: request.item.rawValue) else {
      let label = index.itemLabel.map { ":" + view.name(of: $0) } ?? "none in this store"
      throw SinterError(
        "ArgumentError.InvalidArgument",
        "WHY explains items (\(label)); node \(request.item.rawValue) is none. Which label items have is the shop setting `itemLabels`.")
    }
    return try index.withWorkspace { workspace throws(SinterError) in
      let scene = Scene(view: view, index: index, models: published)
      let fusion = try Fusion(scene, user: request.user, strategy: strategy, workspace: workspace)
      return request.negated ? try fusion.whyNot(item) : try fusion.reasons(for: item)
    }
  }

  private static func strategy(
    _ scorers: [(name: String, weight: Double)], _ name: String?, _ view: GraphView
  ) throws(SinterError) -> Strategy {
    if !scorers.isEmpty { return try Strategy(scorers) }
    if let name { return try StrategyCatalogue.strategy(name, in: view) }
    return try .standard(in: view)
  }

  /// The same for one user, who in an experiment gets the strategy of their variant.
  private static func strategy(
    _ scorers: [(name: String, weight: Double)], _ name: String?, for user: NodeID, _ view: GraphView
  ) throws(SinterError) -> Strategy {
    guard scorers.isEmpty, let name, !StrategyCatalogue.has(name, in: view), ExperimentCatalogue.exists(name, in: view) else {
      return try strategy(scorers, name, view)
    }
    return try strategy([], ExperimentCatalogue.experiment(name, in: view).variant(of: user, in: view).strategy, view)
  }

  private static func check(user: NodeID, _ view: GraphView) throws(SinterError) {
    guard try view.exists(user) else {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "The user (node \(user.rawValue)) does not exist (any more).")
    }
  }

  /// The index of a view, found, brought up to date, or built.
  func index(of view: GraphView) throws(SinterError) -> ShopIndex {
    try indexes.index(of: view)
  }
}
