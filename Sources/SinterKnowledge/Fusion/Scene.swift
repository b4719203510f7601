internal import SinterLearn
internal import SinterModel
internal import SinterStorage

/// What recommendations are made from: a snapshot and the index over it, the models, and what is left out of sight.
struct Scene: Sendable {
  let view: GraphView
  let index: ShopIndex
  let models: any ScorerModels
  /// Relationships no scorer sees; none but in an evaluation.
  var hidden = HiddenLinks.none
  /// Seconds since 1970 at which facts must hold and from which time is counted back; nil for the clock's.
  var now: Double?
}

/// The models that scorers ask for.
protocol ScorerModels: Sendable {
  func hasTransE(in view: GraphView) -> Bool
  /// - Throws: `LearnError.NoModel` saying how to train one.
  func transE(in view: GraphView) throws(SinterError) -> ModelView
}

/// The published models of a store.
struct PublishedModels: ScorerModels {
  let cache: ModelCache

  func hasTransE(in view: GraphView) -> Bool { ModelCatalogue.hasModel(in: view) }
  func transE(in view: GraphView) throws(SinterError) -> ModelView { try cache.model(nil, in: view) }
}
