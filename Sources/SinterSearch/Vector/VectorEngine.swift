package import SinterModel
package import SinterStorage

/// Vector indexes: inverted lists of quantised vectors, compared again by their exact values.
package struct VectorEngine: SearchEngine {
  package init() {}

  /// Below this a look at every vector takes a few microseconds.
  private static let leastForBase = 2_048

  package func checked(
    _ options: [String: Value], for index: SearchIndexDescriptor, in view: GraphView
  ) throws(SinterError) -> [String: Value] {
    try VectorOptions.checked(options, for: index, in: view)
  }

  package func isWorthABase(_ elementCount: Int) -> Bool { elementCount >= Self.leastForBase }

  package func buildBase(
    _ index: SearchIndexEntry, _ state: any SearchState, in view: GraphView, _ control: BuildControl
  ) throws(SinterError) -> any BaseImage {
    guard let state = state as? VectorState else { preconditionFailure("a vector index has vector states") }
    return try VectorBuild(state, control).run()
  }

  package func openBase(_ index: SearchIndexDescriptor, _ bytes: BaseBytes) throws(SinterError) -> any SearchBase {
    try VectorBase(index, bytes)
  }

  package func makeState(_ index: SearchIndexDescriptor, over base: (any SearchBase)?) throws(SinterError) -> any SearchState {
    VectorState(index, over: base as? VectorBase)
  }
}
