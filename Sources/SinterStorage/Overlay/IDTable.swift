import HashTreeCollections

/// A persistent map from dense 32-bit ids to elements.
///
/// Copies are O(1) and share everything; a change after a copy rebuilds only the path to the chunk
/// it touches. Ids are kept in chunks of 64 consecutive ones (a presence bitmap and the elements in
/// order of id), so that runs of new ids append in place.
struct IDTable<Element: Sendable>: Sendable {
  /// Up to 64 consecutive ids: bit *i* of `present` says that id `64 * chunk + i` has an element.
  struct Chunk: Sendable {
    var present: UInt64 = 0
    var elements: [Element] = []
  }

  private var chunks = TreeDictionary<UInt32, Chunk>()
  /// Segments that any element ever was set in.
  private var segments = SegmentSet()

  var isEmpty: Bool { chunks.isEmpty }

  /// Whether any id of the segment may have an element.
  func touches(segment: Int) -> Bool { segments.contains(segment) }

  /// - Complexity: O(1) expected
  subscript(id: UInt32) -> Element? {
    guard touches(segment: Int(id) / segmentLength), let chunk = chunks[id >> 6] else { return nil }
    let bit: UInt64 = 1 << UInt64(id & 63)
    guard chunk.present & bit != 0 else { return nil }
    return chunk.elements[(chunk.present & (bit &- 1)).nonzeroBitCount]
  }

  mutating func set(_ id: UInt32, to element: Element) {
    segments.insert(Int(id) / segmentLength)
    chunks.updateValue(forKey: id >> 6, default: Chunk()) { chunk in
      let bit: UInt64 = 1 << UInt64(id & 63)
      let position = (chunk.present & (bit &- 1)).nonzeroBitCount
      if chunk.present & bit != 0 {
        chunk.elements[position] = element
      } else {
        chunk.elements.insert(element, at: position)
        chunk.present |= bit
      }
    }
  }

  /// Sets the elements of `count` ids from `first` on; those for which `element` gives nil stay as they are.
  /// - Complexity: O(`count`), with one look-up for each chunk
  mutating func setRun(from first: UInt32, count: Int, _ element: (Int) -> Element?) {
    var next = 0
    while next < count {
      let id = first &+ UInt32(truncatingIfNeeded: next)
      let end = min(count, next + 64 - Int(id & 63))
      let range = next..<end
      next = end
      guard range.contains(where: { element($0) != nil }) else { continue }
      segments.insert(Int(id) / segmentLength)
      chunks.updateValue(forKey: id >> 6, default: Chunk()) { chunk in
        for offset in range {
          guard let new = element(offset) else { continue }
          let bit: UInt64 = 1 << UInt64((first &+ UInt32(truncatingIfNeeded: offset)) & 63)
          let position = (chunk.present & (bit &- 1)).nonzeroBitCount
          if chunk.present & bit != 0 {
            chunk.elements[position] = new
          } else if position == chunk.elements.count {
            chunk.elements.append(new)
          } else {
            chunk.elements.insert(new, at: position)
          }
          chunk.present |= bit
        }
      }
    }
  }

  /// All elements with their ids, in no order.
  var all: [(id: UInt32, element: Element)] {
    var all: [(id: UInt32, element: Element)] = []
    for (number, chunk) in chunks {
      var rest = chunk.present
      for element in chunk.elements {
        all.append((number << 6 + UInt32(rest.trailingZeroBitCount), element))
        rest &= rest &- 1
      }
    }
    return all
  }

  /// The segments that have an element, ascending.
  var touchedSegments: [Int] { segments.members }
}
