internal import SinterLearn
internal import SinterModel
internal import SinterStorage
internal import Synchronization

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
  /// The same with the newest items that have no row folded in.
  func withNewItems(_ model: ModelView, _ index: ShopIndex, in view: GraphView) throws(SinterError) -> ModelView
  /// A node's embedding, folded in where it has no row; nil where no relation tells where it belongs.
  func vector(of node: UInt32, _ model: ModelView, in view: GraphView) throws(SinterError) -> [Float]?
  /// - Throws: `LearnError.NoModel` saying how to train one.
  func factors(_ kind: FactorKind, in view: GraphView) throws(SinterError) -> FactorModel
  func trend(_ index: ShopIndex, in view: GraphView) throws(SinterError) -> Trend
  func texts(_ index: ShopIndex, in view: GraphView) throws(SinterError) -> ItemTexts
}

extension ScorerModels {
  func withNewItems(_ model: ModelView, _ index: ShopIndex, in view: GraphView) throws(SinterError) -> ModelView { model }
  func vector(of node: UInt32, _ model: ModelView, in view: GraphView) throws(SinterError) -> [Float]? {
    try model.vector(of: node, in: view)
  }
}

/// The published models of a store.
final class PublishedModels: ScorerModels {
  private let cache: ModelCache
  private let factors = FactorCache()
  private let extended = Mutex<(version: GraphView.Version, model: ModelView)?>(nil)
  private let trends = Mutex<(base: InteractionTable, items: Int, trend: Trend)?>(nil)
  private let texts = Mutex<(base: InteractionTable, items: Int, texts: ItemTexts)?>(nil)

  init(cache: ModelCache) { self.cache = cache }

  func hasTransE(in view: GraphView) -> Bool { ModelCatalogue.hasModel(in: view) }

  func vector(of node: UInt32, _ model: ModelView, in view: GraphView) throws(SinterError) -> [Float]? {
    try cache.vector(of: node, model, in: view)
  }

  func withNewItems(_ model: ModelView, _ index: ShopIndex, in view: GraphView) throws(SinterError) -> ModelView {
    let version = view.version
    if let version, let known = extended.withLock({ $0 }), known.version == version, known.model.header == model.header {
      return known.model
    }
    let model = try cache.model(model, with: index.items.asBuffer, in: view)
    if let version { extended.withLock { $0 = (version, model) } }
    return model
  }

  func transE(in view: GraphView) throws(SinterError) -> ModelView { try cache.model(nil, in: view) }
  func factors(_ kind: FactorKind, in view: GraphView) throws(SinterError) -> FactorModel { try factors.model(kind, in: view) }

  /// As of the commit at which the index was last read in one go: what a few commits add moves no trend.
  func trend(_ index: ShopIndex, in view: GraphView) throws(SinterError) -> Trend {
    let known = trends.withLock { $0 }
    if let known, known.base === index.base, known.items == index.items.count { return known.trend }
    let trend = Trend(
      try Interactions(view, index), itemCount: index.items.count, halfLifeDays: index.schema.trendingDays)
    trends.withLock { $0 = (index.base, index.items.count, trend) }
    return trend
  }

  /// Texts that change count from the next time the index is read in one go.
  func texts(_ index: ShopIndex, in view: GraphView) throws(SinterError) -> ItemTexts {
    let known = texts.withLock { $0 }
    if let known, known.base === index.base, known.items == index.items.count { return known.texts }
    let made = try ItemTexts(view, index)
    texts.withLock { $0 = (index.base, index.items.count, made) }
    return made
  }
}
