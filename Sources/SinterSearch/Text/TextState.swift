internal import SinterAnalysis
internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// The texts of an index as of one commit: the base, and segments in memory with what changed since.
///
/// Changed elements are analysed once, into a run. When the next change comes after a search has seen the run, it is closed as a
/// segment, and segments of like size are merged, so that bringing a state up to date costs O(log changes) per change and few
/// segments are searched.
struct TextState: SearchState {
  private let index: SearchIndexDescriptor
  private let analyzer: Analyzer
  private let hasBase: Bool
  /// The base, if any, then segments of changes, each without what came after it.
  private var parts: [TextPart]
  /// What came last.
  private var open: OpenRun
  /// Made at the first search.
  private var snapshot: SnapshotBox

  /// A run that has this many tokens is closed.
  private static let runTokens = 4 << 20
  /// Tokens between two strings of a list, so that no phrase reaches from one into the next.
  private static let gap: Int32 = 100

  init(_ index: SearchIndexDescriptor, _ base: TextSegment?) throws(SinterError) {
    self.index = index
    analyzer = try TextOptions.analyzer(index)
    hasBase = base != nil
    parts = base.map { [TextPart($0)] } ?? []
    open = OpenRun(index)
    snapshot = SnapshotBox()
  }

  var count: Int { parts.reduce(open.documentCount) { $0 + $1.documentCount } }

  var changedCount: Int {
    let inBase = hasBase ? parts[0].documentCount : 0
    return count - inBase + (hasBase ? parts[0].excluded.count : 0)
  }

  mutating func update(_ ids: [UInt32], in elements: IndexedElements) throws(SinterError) {
    let ids = TextState.isAscending(ids) ? ids : Array(Set(ids)).sorted()
    guard let first = ids.first else { return }
    snapshot = SnapshotBox()
    // A run that a copy of this state has too must not change, and elements can only be added to it in order.
    if !isKnownUniquelyReferenced(&open) || open.isSealed || (open.lastElement.map { first <= $0 } ?? false)
      || open.tokenCount > TextState.runTokens
    {
      try closeRun()
    }
    for part in parts.indices { parts[part].exclude(ids) }
    var tokens = TokenBuffer()
    for id in ids where try elements.covers(id) {
      var hasText = false
      for (field, column) in elements.columns.enumerated() {
        guard let column else { continue }
        tokens.removeAll()
        guard read(try column.value(of: id), into: &tokens), !tokens.tokens.isEmpty else { continue }
        if !hasText { open.begin(id) }
        hasText = true
        open.add(tokens, field: field)
      }
    }
  }

  private static func isAscending(_ ids: [UInt32]) -> Bool {
    for index in ids.indices.dropFirst() where ids[index] <= ids[index - 1] { return false }
    return true
  }

  /// Analyses a string or a list of strings; false for anything else.
  private func read(_ value: Value, into tokens: inout TokenBuffer) -> Bool {
    switch value {
    case .string(let text): analyzer.analyze(text, into: &tokens)
    case .list(let items):
      for item in items {
        guard case .string(let text) = item else { continue }
        if !tokens.tokens.isEmpty { tokens.nextPosition = tokens.nextPosition &+ TextState.gap }
        analyzer.analyze(text, into: &tokens)
      }
    default: return false
    }
    return true
  }

  // MARK: Segments

  /// Makes a segment of the run and begins another.
  private mutating func closeRun() throws(SinterError) {
    if open.documentCount > 0 {
      parts.append(TextPart(try open.sealed()))
      let first = hasBase ? 1 : 0
      while parts.count - first >= 2, parts[parts.count - 2].documentCount <= 2 * parts[parts.count - 1].documentCount {
        let merged = try merge(Array(parts.suffix(2)), BuildControl())
        parts.removeLast(2)
        parts.append(TextPart(merged))
      }
    }
    open = OpenRun(index)
  }

  private func merge(_ parts: [TextPart], _ control: BuildControl) throws(SinterError) -> TextSegment {
    try TextSegment(bytes: try bytes(parts, control), name: index.name)
  }

  private func bytes(_ parts: [TextPart], _ control: BuildControl) throws(SinterError) -> [UInt8] {
    let merger = TextSegmentMerger(
      parts.map { TextSegmentMerger.Input(source: TextSegmentSource($0.segment), leavesOut: $0.leavesOut) },
      fieldCount: index.keys.count)
    return try merger.bytes(control)
  }

  /// All that the state shows as one segment.
  func merged(_ control: BuildControl) throws(SinterError) -> [UInt8] {
    if parts.isEmpty { return try open.bytes() }
    var all = parts
    if open.documentCount > 0 { all.append(TextPart(try open.sealed())) }
    return try bytes(all, control)
  }

  // MARK: Searching

  func search(_ request: SearchRequest) throws(SinterError) -> [SearchHit] {
    guard case .text(let text) = request.query else {
      throw SinterError("TypeError.InvalidArgumentType", "The full-text index `\(index.name)` is searched for a string.")
    }
    let found = try snapshot.found { () throws(SinterError) in
      var all = parts
      if open.documentCount > 0 { all.append(TextPart(try open.sealed())) }
      return TextSnapshot(name: index.name, fields: index.keys, analyzer: analyzer, parts: all)
    }
    return try found.search(text, request)
  }
}

/// The snapshot of a state, made once for all its copies.
private final class SnapshotBox: Sendable {
  private let made = Mutex<TextSnapshot?>(nil)

  func found(_ make: () throws(SinterError) -> TextSnapshot) throws(SinterError) -> TextSnapshot {
    try made.withLock { (made) throws(SinterError) in
      if let made { return made }
      let new = try make()
      made = new
      return new
    }
  }
}

/// A run that grows as long as only one state has it, and then becomes a segment, once for all that have it.
///
/// `@unchecked Sendable`: who adds to it is its only owner; all else happens under the lock.
private final class OpenRun: @unchecked Sendable {
  private let name: String
  private let fieldCount: Int
  private var run: TextRun?
  private(set) var documentCount = 0
  private(set) var tokenCount = 0
  private(set) var lastElement: UInt32?
  private let segment = Mutex<TextSegment?>(nil)

  init(_ index: SearchIndexDescriptor) {
    name = index.name
    fieldCount = index.keys.count
  }

  var isSealed: Bool { segment.withLock { $0 != nil } }

  func begin(_ element: UInt32) {
    let run = run ?? TextRun(fieldCount: fieldCount)
    self.run = run
    run.beginDocument(element)
    documentCount += 1
    lastElement = element
  }

  func add(_ tokens: TokenBuffer, field: Int) {
    run?.add(tokens, field: field)
    tokenCount += tokens.tokens.count
  }

  /// The run as a segment; nothing may be added any more.
  func sealed() throws(SinterError) -> TextSegment {
    try segment.withLock { (segment) throws(SinterError) in
      if let segment { return segment }
      let made = try TextSegment(bytes: try encode(), name: name)
      segment = made
      run = nil
      return made
    }
  }

  /// The bytes of that segment; for a run that is not one yet and grows no more.
  func bytes() throws(SinterError) -> [UInt8] {
    if isSealed {
      let merger = TextSegmentMerger([TextSegmentMerger.Input(source: TextSegmentSource(try sealed()))], fieldCount: fieldCount)
      return try merger.bytes(BuildControl())
    }
    return try segment.withLock { (_) throws(SinterError) in try encode() }
  }

  private func encode() throws(SinterError) -> [UInt8] {
    let run = run ?? TextRun(fieldCount: fieldCount)
    return try TextSegmentMerger([TextSegmentMerger.Input(source: run)], fieldCount: fieldCount).bytes(BuildControl())
  }
}
