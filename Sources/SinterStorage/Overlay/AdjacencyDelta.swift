import HashTreeCollections

/// What changed in one node's neighbours of one type and direction.
package struct AdjacencyDelta: Sendable {
  /// A relationship at a node, in the order of adjacency lists: by neighbour, then relationship.
  package struct Entry: Sendable, Comparable {
    /// The node whose neighbours these are.
    var node: UInt32
    package var neighbor: UInt32
    package var relationship: UInt32

    package static func < (a: Entry, b: Entry) -> Bool {
      a.node != b.node ? a.node < b.node : a.neighbor != b.neighbor ? a.neighbor < b.neighbor : a.relationship < b.relationship
    }
  }

  /// A node's part of a sorted array of entries, counted from 0.
  package struct Entries: Sendable, RandomAccessCollection {
    fileprivate var base: [Entry]
    fileprivate var range: Range<Int>
    package var startIndex: Int { 0 }
    package var endIndex: Int { range.count }
    package subscript(position: Int) -> Entry { base[range.lowerBound + position] }
  }

  /// Relationships that the base does not have, in the order of adjacency lists.
  package let added: Entries
  /// Ids of relationships that the base has and that are gone, ascending.
  package let removed: [UInt32]
}

/// The changed neighbours of all nodes, for one type and direction: a persistent value.
///
/// Entries of 16 consecutive nodes lie in one sorted array of plain numbers, so that what a commit
/// copies after a snapshot is a few memory blocks and not a reference for every node.
struct AdjacencyTable: Sendable {
  private struct Chunk: Sendable {
    var added: [AdjacencyDelta.Entry] = []
    /// By node, then relationship; the neighbour is not needed.
    var removed: [AdjacencyDelta.Entry] = []

    /// Whether both lie in the same memory, which no one changes while two refer to it.
    func isShared(with other: Chunk) -> Bool { Chunk.areShared(added, other.added) && Chunk.areShared(removed, other.removed) }

    private static func areShared(_ a: [AdjacencyDelta.Entry], _ b: [AdjacencyDelta.Entry]) -> Bool {
      a.count == b.count && (a.isEmpty || a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { a.baseAddress == $0.baseAddress } })
    }
  }

  /// A commit that touches a node copies its chunk: few nodes to a chunk make that cheap, more make fewer references.
  private static let chunkShift: UInt32 = 4

  private var chunks = TreeDictionary<UInt32, Chunk>()
  private var segments = SegmentSet()
  /// Has every node with changes, and few others.
  private(set) var filter = NodeFilter()

  var isEmpty: Bool { chunks.isEmpty }
  func touches(segment: Int) -> Bool { segments.contains(segment) }
  /// The segments with changes, ascending.
  var touchedSegments: [Int] { segments.members }

  /// The nodes that have new relationships, in no order.
  var nodesWithAdditions: [UInt32] {
    var nodes: [UInt32] = []
    for chunk in chunks.values {
      // Entries of a node stand together.
      var last: UInt32?
      for entry in chunk.added where entry.node != last {
        nodes.append(entry.node)
        last = entry.node
      }
    }
    return nodes
  }

  /// By how much the number of neighbours differs from the base's, for each node with changes, in no order.
  var degreeChanges: [(node: UInt32, difference: Int32)] {
    var changes: [(node: UInt32, difference: Int32)] = []
    for chunk in chunks.values {
      var differences: [UInt32: Int32] = [:]
      for entry in chunk.added { differences[entry.node, default: 0] += 1 }
      for entry in chunk.removed { differences[entry.node, default: 0] -= 1 }
      for (node, difference) in differences { changes.append((node, difference)) }
    }
    return changes
  }

  /// The nodes with entries that are not in both tables.
  func nodes(differingFrom other: AdjacencyTable) -> Set<UInt32> {
    var nodes: Set<UInt32> = []
    for (key, chunk) in chunks {
      let before = other.chunks[key]
      if let before, chunk.isShared(with: before) { continue }
      AdjacencyTable.insertNodes(differingIn: chunk.added, before?.added ?? [], into: &nodes)
      AdjacencyTable.insertNodes(differingIn: chunk.removed, before?.removed ?? [], into: &nodes)
    }
    for (key, chunk) in other.chunks where chunks[key] == nil {
      AdjacencyTable.insertNodes(differingIn: chunk.added, [], into: &nodes)
      AdjacencyTable.insertNodes(differingIn: chunk.removed, [], into: &nodes)
    }
    return nodes
  }

  /// Inserts the nodes of entries that only one of two sorted arrays has.
  private static func insertNodes(
    differingIn a: [AdjacencyDelta.Entry], _ b: [AdjacencyDelta.Entry], into nodes: inout Set<UInt32>
  ) {
    var (i, j) = (0, 0)
    while i < a.count || j < b.count {
      if j == b.count || i < a.count && a[i] < b[j] {
        nodes.insert(a[i].node)
        i += 1
      } else if i == a.count || b[j] < a[i] {
        nodes.insert(b[j].node)
        j += 1
      } else {
        (i, j) = (i + 1, j + 1)
      }
    }
  }

  /// nil when nothing changed at the node.
  /// - Complexity: O(log changes of the 16 nodes around it), and O(removed)
  subscript(node: UInt32) -> AdjacencyDelta? {
    guard filter.mayContain(node), let chunk = chunks[node >> AdjacencyTable.chunkShift] else { return nil }
    let added = AdjacencyTable.range(of: node, chunk.added)
    let removed = AdjacencyTable.range(of: node, chunk.removed)
    guard !added.isEmpty || !removed.isEmpty else { return nil }
    return AdjacencyDelta(
      added: .init(base: chunk.added, range: added), removed: removed.isEmpty ? [] : chunk.removed[removed].map(\.relationship))
  }

  private static func range(of node: UInt32, _ entries: [AdjacencyDelta.Entry]) -> Range<Int> {
    guard !entries.isEmpty else { return 0..<0 }
    return entries.lowerBound { $0.node < node }..<entries.lowerBound { $0.node <= node }
  }

  mutating func add(_ node: UInt32, neighbor: UInt32, relationship: UInt32) {
    let entry = AdjacencyDelta.Entry(node: node, neighbor: neighbor, relationship: relationship)
    segments.insert(Int(node) / segmentLength)
    filter.insert(node)
    chunks.updateValue(forKey: node >> AdjacencyTable.chunkShift, default: Chunk()) { chunk in
      if let last = chunk.added.last, entry < last {
        chunk.added.insert(entry, at: chunk.added.lowerBound { $0 < entry })
      } else {
        chunk.added.append(entry)
      }
    }
  }

  mutating func remove(_ node: UInt32, neighbor: UInt32, relationship: UInt32) {
    let entry = AdjacencyDelta.Entry(node: node, neighbor: neighbor, relationship: relationship)
    segments.insert(Int(node) / segmentLength)
    filter.insert(node)
    chunks.updateValue(forKey: node >> AdjacencyTable.chunkShift, default: Chunk()) { chunk in
      let position = chunk.added.lowerBound { $0 < entry }
      if position < chunk.added.count, chunk.added[position] == entry {
        chunk.added.remove(at: position)
      } else {
        let removed = AdjacencyDelta.Entry(node: node, neighbor: 0, relationship: relationship)
        chunk.removed.insert(removed, at: chunk.removed.lowerBound { $0 < removed })
      }
    }
  }
}

/// Tells for most nodes without changes that they have none, at the cost of looking at one bit.
struct NodeFilter: Sendable {
  private static let shift: UInt32 = 17
  private var words: [UInt64] = []

  /// A bit for a node, the same for few others.
  private static func bit(_ node: UInt32) -> Int { Int((node &* 0x9E37_79B1) >> shift) }

  func mayContain(_ node: UInt32) -> Bool {
    let bit = NodeFilter.bit(node)
    return !words.isEmpty && words[bit >> 6] & (1 << UInt64(bit & 63)) != 0
  }

  /// Copies nothing when the bit is there already.
  mutating func insert(_ node: UInt32) {
    if mayContain(node) { return }
    if words.isEmpty { words = [UInt64](repeating: 0, count: 1 << (26 - Int(NodeFilter.shift))) }
    let bit = NodeFilter.bit(node)
    words[bit >> 6] |= 1 << UInt64(bit & 63)
  }
}

extension Array {
  /// The first position whose element is not `isBefore`, in an array partitioned by it.
  /// - Complexity: O(log count)
  func lowerBound(_ isBefore: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) >> 1
      if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
