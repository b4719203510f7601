package import SinterModel
package import SinterStorage
import Synchronization

/// The search indexes of a store: finds them by name, keeps what queries need of them, and searches.
package enum SearchIndexes {
  /// The engine of a kind.
  package static func engine(_ kind: SearchIndexKind) throws(SinterError) -> any SearchEngine {
    switch kind {
    case .vector: return VectorEngine()
    case .fulltext: return TextEngine()
    }
  }

  /// - Throws: `SchemaError.IndexNotFound`, `SchemaError.WrongIndexKind`
  package static func find(
    _ name: String, _ kind: SearchIndexKind, _ entity: EntityKind?, in view: GraphView
  ) throws(SinterError) -> SearchIndexEntry {
    guard let index = view.searchIndex(named: name) else {
      if let range = view.index(named: name) {
        throw SinterError(
          "SchemaError.WrongIndexKind", "`\(range.name)` is a range index, which MATCH uses by itself; SEARCH takes a \(kind.words) index.")
      }
      let names = view.searchIndexes.filter { $0.descriptor.kind == kind }.map(\.descriptor.name).sorted()
      let advice: String
      if let near = closest(to: name, among: names) {
        advice = "Did you mean `\(near)`?"
      } else if names.isEmpty {
        advice = "There is none yet; CREATE \(kind.keyword) INDEX makes one."
      } else {
        advice = "SHOW INDEXES lists them: \(names.prefix(5).map { "`\($0)`" }.joined(separator: ", "))."
      }
      throw SinterError("SchemaError.IndexNotFound", "There is no \(kind.words) index `\(name)`. \(advice)")
    }
    let descriptor = index.descriptor
    guard descriptor.kind == kind else {
      throw SinterError(
        "SchemaError.WrongIndexKind",
        "`\(name)` is a \(descriptor.kind.words) index: write \(descriptor.kind.keyword) INDEX \(name).")
    }
    guard entity == nil || descriptor.entity == entity else {
      throw SinterError(
        "SchemaError.WrongIndexKind",
        "`\(name)` is an index of \(descriptor.entity == .node ? "nodes" : "relationships"), and what is searched for is not one.")
    }
    return index
  }

  /// Searches an index as the view shows it.
  /// - Throws: what is wrong with the query, `StorageError.Damaged`, and what the request's closures throw.
  package static func search(
    _ index: SearchIndexEntry, _ request: SearchRequest, in view: GraphView
  ) throws(SinterError) -> [SearchHit] {
    try state(of: index, in: view).search(request)
  }

  /// The elements of an index as the view shows them.
  ///
  /// A reader of the newest commit finds the state of the commit before and brings it up to date; a writer, and a reader of an older
  /// commit, work on a copy.
  package static func state(of index: SearchIndexEntry, in view: GraphView) throws(SinterError) -> any SearchState {
    let cache = view.attachments.object(index.descriptor.id) { StateCache() }
    return try cache.state(of: index, in: view)
  }

  /// Elements in the index and how many of them lie in its base.
  package static func counts(
    of index: SearchIndexEntry, in view: GraphView
  ) throws(SinterError) -> (elements: Int, changed: Int) {
    let state = try state(of: index, in: view)
    return (state.count, state.changedCount)
  }
}

/// The newest state of one index that a process knows.
///
/// The base is opened, and its checksums verified, once; its bytes lie where they lay as long as a view has it, and every
/// caller comes with such a view.
private final class StateCache: Sendable {
  private struct Known {
    var epoch: UInt32
    /// The blob with the base; nil for a state without one.
    var blob: UInt32?
    var base: (any SearchBase)?
    /// The commit that the state shows.
    var sequence: UInt64
    var state: any SearchState
  }
  private let known = Mutex<Known?>(nil)

  func state(of index: SearchIndexEntry, in view: GraphView) throws(SinterError) -> any SearchState {
    let blob = index.baseSequence == nil ? nil : view.blobID(index.blobName)
    nonisolated(unsafe) let view = view
    let sequence = view.overlay.sequence
    if let current = known.withLock({ $0 }), current.epoch == index.epoch, current.blob == blob, !view.isWriters,
      current.sequence == sequence
    {
      return current.state
    }
    return try known.withLock { (known) throws(SinterError) -> any SearchState in
      if var current = known, current.epoch == index.epoch, current.blob == blob, current.sequence <= sequence {
        let changed = index.changes.ids(after: current.sequence)
        if view.isWriters {
          if !changed.isEmpty { try current.state.update(changed, in: IndexedElements(index.descriptor, in: view)) }
          return current.state
        }
        // Not two references to what is about to change.
        known = nil
        if !changed.isEmpty { try current.state.update(changed, in: IndexedElements(index.descriptor, in: view)) }
        current.sequence = sequence
        known = current
        return current.state
      }
      let made = try StateCache.open(index, blob, known, in: view)
      if !view.isWriters, known.map({ $0.sequence <= sequence || $0.epoch != index.epoch }) ?? true { known = made }
      return made.state
    }
  }

  /// A state from nothing but the store, and a base that is open already.
  private static func open(
    _ index: SearchIndexEntry, _ blob: UInt32?, _ known: Known?, in view: GraphView
  ) throws(SinterError) -> Known {
    let engine = try SearchIndexes.engine(index.descriptor.kind)
    let elements = IndexedElements(index.descriptor, in: view)
    guard let blob else {
      var state = try engine.makeState(index.descriptor, over: nil)
      try elements.forEachBatch { (ids) throws(SinterError) in try state.update(ids, in: elements) }
      return Known(epoch: index.epoch, blob: nil, base: nil, sequence: view.overlay.sequence, state: state)
    }
    var base = known?.blob == blob ? known?.base : nil
    if base == nil {
      let bytes = BaseBytes(
        chunks: try view.blobChunks(index.blobName), byteCount: view.blobSize(index.blobName) ?? 0, indexName: index.descriptor.name)
      base = try engine.openBase(index.descriptor, bytes)
    }
    var state = try engine.makeState(index.descriptor, over: base)
    let changed = index.changes.ids(after: 0)
    if !changed.isEmpty { try state.update(changed, in: elements) }
    return Known(epoch: index.epoch, blob: blob, base: base, sequence: view.overlay.sequence, state: state)
  }
}

extension SearchIndexKind {
  package var words: String { self == .vector ? "vector" : "full-text" }
  package var keyword: String { self == .vector ? "VECTOR" : "FULLTEXT" }
}
