package import SinterExecute
internal import SinterKnowledge

extension EngineExtensions {
  /// What a store's engine knows beside the language core: learning, recommendation, facts, rules and strategies.
  package static var standard: EngineExtensions { .knowledge() }
}
