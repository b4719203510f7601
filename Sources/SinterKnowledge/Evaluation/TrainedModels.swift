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
}

extension Strategy {
  /// Has the models trained that the scorers need, before several threads ask for them.
  func prepare(_ models: any ScorerModels, _ view: GraphView) throws(SinterError) {
    for part in parts where part.scorer == .transe && (!isDefault || models.hasTransE(in: view)) {
      _ = try models.transE(in: view)
    }
  }
}
