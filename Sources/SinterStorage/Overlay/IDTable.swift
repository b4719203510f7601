import HashTreeCollections

/// A persistent map from dense 32-bit ids to elements.
///
/// Copies are O(1) and share everything; a change after a copy rebuilds only the path to the chunk
/// it touches. Ids are kept in chunks of 64 consecutive ones (a presence bitmap and the elements in
/// order of id), so that runs of new ids append in place and a segment is walked without a search.
struct IDTable<Element: Sendable>: Sendable {
  /// Up to 64 consecutive ids: bit *i* of `present` says that id `64 * chunk + i` has an element.
  struct Chunk: Sendable {
    var present: UInt64 = 0
    var elements: [Element] = []
  }

  private(set) var chunks = TreeDictionary<UInt32, Chunk>()
  /// One bit per segment that any element ever was set in.
  private(set) var touched: [UInt64] = []
  private(set) var count = 0

  var isEmpty: Bool { chunks.isEmpty }

  /// Whether any id of the segment may have an element.
  func touches(segment: Int) -> Bool {
    let word = segment >> 6
    return word < touched.count && touched[word] & (1 << UInt64(segment & 63)) != 0
  }

  /// - Complexity: O(1) expected
  subscript(id: UInt32) -> Element? {
    guard touches(segment: Int(id) / segmentLength), let chunk = chunks[id >> 6] else { return nil }
    let bit: UInt64 = 1 << UInt64(id & 63)
    guard chunk.present & bit != 0 else { return nil }
    return chunk.elements[(chunk.present & (bit &- 1)).nonzeroBitCount]
  }

  mutating func set(_ id: UInt32, to element: Element) {
    touch(segment: Int(id) / segmentLength)
    var isNew = false
    chunks.updateValue(forKey: id >> 6, default: Chunk()) { chunk in
      let bit: UInt64 = 1 << UInt64(id & 63)
      let position = (chunk.present & (bit &- 1)).nonzeroBitCount
      if chunk.present & bit != 0 {
        chunk.elements[position] = element
      } else {
        chunk.elements.insert(element, at: position)
        chunk.present |= bit
        isNew = true
      }
    }
    if isNew { count += 1 }
  }

  /// Changes the element of `id` in place, starting from `initial` when there is none.
  mutating func update(_ id: UInt32, default initial: @autoclosure () -> Element, _ body: (inout Element) -> Void) {
    touch(segment: Int(id) / segmentLength)
    var isNew = false
    chunks.updateValue(forKey: id >> 6, default: Chunk()) { chunk in
      let bit: UInt64 = 1 << UInt64(id & 63)
      let position = (chunk.present & (bit &- 1)).nonzeroBitCount
      if chunk.present & bit == 0 {
        chunk.elements.insert(initial(), at: position)
        chunk.present |= bit
        isNew = true
      }
      body(&chunk.elements[position])
    }
    if isNew { count += 1 }
  }

  /// Calls `body` with each id of the segment that has an element, ascending.
  func forEach(inSegment segment: Int, _ body: (UInt32, Element) throws -> Void) rethrows {
    guard touches(segment: segment) else { return }
    let chunksPerSegment = segmentLength / 64
    for chunkNumber in segment * chunksPerSegment..<(segment + 1) * chunksPerSegment {
      guard let chunk = chunks[UInt32(truncatingIfNeeded: chunkNumber)] else { continue }
      var bits = chunk.present
      for element in chunk.elements {
        try body(UInt32(truncatingIfNeeded: chunkNumber << 6 + bits.trailingZeroBitCount), element)
        bits &= bits &- 1
      }
    }
  }

  /// The segments that have an element, ascending.
  var touchedSegments: [Int] {
    var segments: [Int] = []
    for (word, bits) in touched.enumerated() {
      var rest = bits
      while rest != 0 {
        segments.append(word << 6 + rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
    return segments
  }

  private mutating func touch(segment: Int) {
    let word = segment >> 6
    let bit: UInt64 = 1 << UInt64(segment & 63)
    if word < touched.count, touched[word] & bit != 0 { return }
    while touched.count <= word { touched.append(0) }
    touched[word] |= bit
  }
}
