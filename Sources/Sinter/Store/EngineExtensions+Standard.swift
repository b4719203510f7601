package import SinterExecute

extension EngineExtensions {
  /// What a store's engine knows beside the language core.
  package static var standard: EngineExtensions { EngineExtensions() }
}
