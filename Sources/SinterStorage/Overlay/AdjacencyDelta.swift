/// What changed in one node's neighbours of one type and direction.
package struct AdjacencyDelta: Sendable {
  package struct Entry: Sendable, Comparable {
    package var neighbor: UInt32
    package var relationship: UInt32
    package init(neighbor: UInt32, relationship: UInt32) {
      self.neighbor = neighbor
      self.relationship = relationship
    }
    /// The order of adjacency lists: by neighbour, then relationship.
    package static func < (a: Entry, b: Entry) -> Bool { a.sortKey < b.sortKey }
    private var sortKey: UInt64 { UInt64(neighbor) << 32 | UInt64(relationship) }
  }

  /// Relationships that the base does not have, in the order of adjacency lists.
  package internal(set) var added: [Entry] = []
  /// Ids of relationships that the base has and that are gone, ascending.
  package internal(set) var removed: [UInt32] = []

  package init() {}

  mutating func add(_ entry: Entry) {
    if let last = added.last, entry < last {
      added.insert(entry, at: added.lowerBound { $0 < entry })
    } else {
      added.append(entry)
    }
  }

  mutating func remove(_ entry: Entry) {
    let position = added.lowerBound { $0 < entry }
    if position < added.count, added[position] == entry {
      added.remove(at: position)
    } else {
      removed.insert(entry.relationship, at: removed.lowerBound { $0 < entry.relationship })
    }
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
