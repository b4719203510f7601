package import SinterModel
package import SinterStorage

/// Full-text indexes.
package struct TextEngine: SearchEngine {
  package init() {}

  package func checked(
    _ options: [String: Value], for index: SearchIndexDescriptor, in view: GraphView
  ) throws(SinterError) -> [String: Value] {
    try TextOptions.checked(options, for: index)
  }

  package func isWorthABase(_ elementCount: Int) -> Bool { elementCount >= 1_000 }

  package func buildBase(
    _ index: SearchIndexEntry, _ state: any SearchState, in view: GraphView, _ control: BuildControl
  ) throws(SinterError) -> any BaseImage {
    guard let state = state as? TextState else { throw SinterError("StorageError.IO", "The state is of another index.") }
    return ByteImage(try state.merged(control))
  }

  package func openBase(_ index: SearchIndexDescriptor, _ bytes: BaseBytes) throws(SinterError) -> any SearchBase {
    let segment = try TextSegment(chunks: bytes.chunks, name: index.name)
    guard segment.fields.count == index.keys.count else { throw segment.damage }
    return TextBase(segment: segment)
  }

  package func makeState(_ index: SearchIndexDescriptor, over base: (any SearchBase)?) throws(SinterError) -> any SearchState {
    try TextState(index, (base as? TextBase)?.segment)
  }
}

/// The base of a full-text index: one segment.
struct TextBase: SearchBase {
  let segment: TextSegment
  var count: Int { segment.documentCount }
}
