internal import SinterLearn
internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// Models trained on the training part of an evaluation: the published ones have seen what is held out.
///
/// Each is trained when a strategy first asks for it, with the settings of the store's current model of that kind.
final class TrainedModels: ScorerModels {
  private let view: GraphView
  private let index: ShopIndex
  private let heldOut: HeldOut
  private let transE = Mutex<UnpublishedModel?>(nil)
  private let factors = Mutex<[FactorKind: FactorModel]>([:])
  private let trend = Mutex<Trend?>(nil)
  private let texts = Mutex<ItemTexts?>(nil)

  init(_ view: GraphView, index: ShopIndex, heldOut: HeldOut) {
    self.view = view
    self.index = index
    self.heldOut = heldOut
  }

  func hasTransE(in view: GraphView) -> Bool { ModelCatalogue.hasModel(in: view) }

  func transE(in view: GraphView) throws(SinterError) -> ModelView {
    if let model = transE.withLock({ $0 }) { return model.view }
    var request = ModelTrainingRequest(name: "transe")
    if ModelCatalogue.hasModel(in: view) {
      let current = try ModelCatalogue.current(nil, in: view)
      let header = try ModelCatalogue.header(current.name, current.version, in: view)
      request = ModelTrainingRequest(name: header.name, types: header.types, options: header.settings)
    }
    let hidden = heldOut.hidden
    let model = try UnpublishedModel(view, request) { hidden.contains($0) }
    transE.withLock { $0 = model }
    return model.view
  }

  func factors(_ kind: FactorKind, in view: GraphView) throws(SinterError) -> FactorModel {
    if let model = factors.withLock({ $0[kind] }) { return model }
    var options = FactorOptions(kind)
    if let (name, version) = try FactorCatalogue.current(kind, in: view) {
      options = try FactorCatalogue.header(name, version, in: view).options
    }
    let model = try FactorModel.train(
      Behaviour(heldOut.training, itemCount: index.items.count), nodes: Array(index.items.asBuffer), options)
    factors.withLock { $0[kind] = model }
    return model
  }

  func trend(_ index: ShopIndex, in view: GraphView) throws(SinterError) -> Trend {
    if let trend = trend.withLock({ $0 }) { return trend }
    let made = Trend(heldOut.training, itemCount: index.items.count, halfLifeDays: index.schema.trendingDays)
    trend.withLock { $0 = made }
    return made
  }

  func texts(_ index: ShopIndex, in view: GraphView) throws(SinterError) -> ItemTexts {
    if let texts = texts.withLock({ $0 }) { return texts }
    let made = try ItemTexts(view, index)
    texts.withLock { $0 = made }
    return made
  }
}

extension Behaviour {
  /// What was liked, in the order of time.
  init(_ interactions: Interactions, itemCount: Int) {
    var offsets = [0]
    var items: [UInt32] = []
    var times: [Double] = []
    for k in interactions.users.indices {
      for pair in interactions.offsets[k]..<interactions.offsets[k + 1] where interactions.isLiked[pair] {
        items.append(interactions.items[pair])
        times.append(interactions.first[pair])
      }
      offsets.append(items.count)
    }
    self.init(itemCount: itemCount, offsets: offsets, items: items, times: times)
  }
}

extension Strategy {
  /// Has the models trained that the scorers need, before several threads ask for them.
  func prepare(_ models: any ScorerModels, _ view: GraphView) throws(SinterError) {
    for part in parts {
      if part.scorer == .transe, !isDefault || models.hasTransE(in: view) { _ = try models.transE(in: view) }
      if let kind = part.scorer.factorKind { _ = try models.factors(kind, in: view) }
    }
  }
}
