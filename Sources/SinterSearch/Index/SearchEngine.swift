package import SinterModel
package import SinterStorage

/// What is searched for.
package enum SearchQuery: Sendable {
  case vector([Float])
  case text(String)
}

/// A search of one index as one snapshot shows it.
package struct SearchRequest {
  package var query: SearchQuery
  /// Results wanted; fewer only where fewer fit.
  package var limit: Int
  /// Results score at least this; nil for any score.
  package var minimumScore: Double?
  /// The share of the true neighbours that an approximate index is to find, 0 to 1; nil for the index' own.
  package var recall: Double?
  /// Only these elements, ascending; nil for all.
  package var candidates: [UInt32]?
  /// Those of the elements that may be found; nil for all. Ids come in no order and each may be asked for more than once.
  package var filter: (([UInt32]) throws(SinterError) -> [UInt32])?
  /// All elements of the index that pass ``filter``, ascending; nil to find them by it.
  package var passing: (() throws(SinterError) -> [UInt32])?
  package var checkInterrupts: () throws(SinterError) -> Void

  package init(
    query: SearchQuery, limit: Int, minimumScore: Double? = nil, recall: Double? = nil, candidates: [UInt32]? = nil,
    filter: (([UInt32]) throws(SinterError) -> [UInt32])? = nil,
    checkInterrupts: @escaping () throws(SinterError) -> Void = { () throws(SinterError) in }
  ) {
    self.query = query
    self.limit = limit
    self.minimumScore = minimumScore
    self.recall = recall
    self.candidates = candidates
    self.filter = filter
    self.checkInterrupts = checkInterrupts
  }
}

/// An element and its score; higher is nearer.
package struct SearchHit: Equatable, Sendable {
  package var id: UInt32
  package var score: Double
  package init(id: UInt32, score: Double) {
    self.id = id
    self.score = score
  }
}

/// Progress and an end for what takes long.
package struct BuildControl: Sendable {
  package var threads: Int
  package var progress: @Sendable (Double) -> Void
  package var isCancelled: @Sendable () -> Bool

  package init(
    threads: Int = 2, progress: @escaping @Sendable (Double) -> Void = { _ in },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.threads = threads
    self.progress = progress
    self.isCancelled = isCancelled
  }

  /// - Throws: `LimitError.Cancelled`
  package func check() throws(SinterError) {
    if isCancelled() { throw SinterError("LimitError.Cancelled", "Building the search index was given up.") }
  }
}

/// The bytes of a base that was built, to be put into the store piece by piece.
package protocol BaseImage: Sendable {
  var byteCount: Int { get }
  /// Copies the bytes from `offset` on; there are enough to fill the buffer.
  func copy(from offset: Int, to buffer: UnsafeMutableRawBufferPointer)
}

/// A base that lies in memory in one piece.
package struct ByteImage: BaseImage {
  package var bytes: [UInt8]
  package init(_ bytes: [UInt8]) { self.bytes = bytes }
  package var byteCount: Int { bytes.count }
  package func copy(from offset: Int, to buffer: UnsafeMutableRawBufferPointer) {
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<offset + buffer.count])) }
  }
}

/// A base in the store, as its chunks lie in the map: each but the last has ``GraphView/blobChunkSizeBytes`` bytes and
/// is 16-byte aligned. They stay where they are as long as a view lives that has this base.
package struct BaseBytes: @unchecked Sendable {
  package let chunks: [UnsafeRawBufferPointer]
  package let byteCount: Int
  /// For errors.
  package let indexName: String

  /// `StorageError.Damaged`, naming the index.
  package func damaged(_ what: String) -> SinterError {
    SinterError(
      "StorageError.Damaged",
      "The search index `\(indexName)` is damaged: \(what). Drop it and create it again; `sinter check` says what else is hurt.")
  }
}

/// One kind of search index: what its options are, how a base is built and how elements are searched.
package protocol SearchEngine: Sendable {
  /// The settings of a definition with all defaults filled in.
  /// - Throws: `SchemaError.IndexOption` naming the option that is wrong.
  func checked(
    _ options: [String: Value], for index: SearchIndexDescriptor, in view: GraphView
  ) throws(SinterError) -> [String: Value]
  /// Whether so many elements are worth a base; below that the state alone is searched.
  func isWorthABase(_ elementCount: Int) -> Bool
  /// Builds a base of all elements that the view shows.
  /// - Parameter state: the elements as the view shows them.
  func buildBase(
    _ index: SearchIndexEntry, _ state: any SearchState, in view: GraphView, _ control: BuildControl
  ) throws(SinterError) -> any BaseImage
  /// Opens a base, whose checksums were verified and of which nothing else is known.
  /// - Throws: `StorageError.Damaged`
  func openBase(_ index: SearchIndexDescriptor, _ bytes: BaseBytes) throws(SinterError) -> any SearchBase
  /// The elements of a base before any change; of none without one.
  func makeState(_ index: SearchIndexDescriptor, over base: (any SearchBase)?) throws(SinterError) -> any SearchState
}

/// The immutable part of an index, read in place.
package protocol SearchBase: Sendable {
  /// Elements in it.
  var count: Int { get }
}

/// The elements of an index as of one commit: a base, and in memory what may differ from it.
///
/// A value whose copies share what they can: a state that is brought up to a later commit leaves the copies alone that queries work on.
package protocol SearchState: Sendable {
  /// Elements found by a search without limit.
  var count: Int { get }
  /// Elements that lie in memory instead of the base.
  var changedCount: Int { get }
  /// Brings elements up to what the view shows, whatever the base has of them.
  /// - Parameter elements: tells which of them are in the index.
  mutating func update(_ ids: [UInt32], in elements: IndexedElements) throws(SinterError)
  /// The best results, best first; of equal scores the lower id comes first.
  func search(_ request: SearchRequest) throws(SinterError) -> [SearchHit]
}
