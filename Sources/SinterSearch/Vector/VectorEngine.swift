package import SinterModel
package import SinterStorage

/// Vector indexes.
package struct VectorEngine: SearchEngine {
  package init() {}

  package func checked(
    _ options: [String: Value], for index: SearchIndexDescriptor, in view: GraphView
  ) throws(SinterError) -> [String: Value] {
    try VectorOptions.checked(options, for: index, in: view)
  }

  package func isWorthABase(_ elementCount: Int) -> Bool { false }

  package func buildBase(
    _ index: SearchIndexEntry, _ state: any SearchState, in view: GraphView, _ control: BuildControl
  ) throws(SinterError) -> any BaseImage {
    ByteImage([])
  }

  package func openBase(_ index: SearchIndexDescriptor, _ bytes: BaseBytes) throws(SinterError) -> any SearchBase {
    throw bytes.damaged("it has a base of another kind")
  }

  package func makeState(_ index: SearchIndexDescriptor, over base: (any SearchBase)?) throws(SinterError) -> any SearchState {
    VectorState(index)
  }
}
