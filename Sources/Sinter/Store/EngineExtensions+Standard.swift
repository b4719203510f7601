package import SinterExecute
import SinterKnowledge

extension EngineExtensions {
  /// What a store's engine knows beside the language core: models, recommendation and facts.
  package static var standard: EngineExtensions { .knowledge() }
}
