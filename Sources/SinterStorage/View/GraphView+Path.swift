extension GraphView {
  /// The store's file.
  package var path: String { source.path }
}
