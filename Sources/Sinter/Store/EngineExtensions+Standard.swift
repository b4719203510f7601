package import SinterExecute
internal import SinterKnowledge

extension EngineExtensions {
  /// What a store's engine knows beside the language core: learning, recommendation, facts, rules, strategies and files.
  package static var standard: EngineExtensions {
    var extensions = EngineExtensions.knowledge()
    extensions.files = LocalFiles()
    return extensions
  }
}
