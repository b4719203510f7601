/// What changed in one index: entries added to and removed from its blocks, in order of key, then id.
///
/// A persistent value: entries lie in leaves of at most ``leafCapacity``; a change after a copy
/// rebuilds its leaf and the list of leaves.
package struct IndexDelta: Sendable {
  package struct Entry: Sendable {
    package var key: [UInt8]
    package var id: UInt32
    /// The base has the entry and it is gone; otherwise the base does not have it and it is there.
    package var isRemoved: Bool
  }

  static let leafCapacity = 128
  private(set) var leaves: [[Entry]] = []
  package private(set) var count = 0

  package init() {}

  mutating func add(key: [UInt8], id: UInt32) { change(key: key, id: id, isRemoved: false) }
  mutating func remove(key: [UInt8], id: UInt32) { change(key: key, id: id, isRemoved: true) }

  /// Ids that `key` gained and lost, each ascending.
  /// - Complexity: O(log `count` + ids)
  package func changes(forKey key: [UInt8]) -> (added: [UInt32], removed: [UInt32]) {
    var added: [UInt32] = []
    var removed: [UInt32] = []
    forEach(from: key) { entry in
      guard entry.key == key else { return false }
      if entry.isRemoved { removed.append(entry.id) } else { added.append(entry.id) }
      return true
    }
    return (added, removed)
  }

  /// The entries whose keys lie between the bounds, both included (nil: open), by key, then id.
  package func entries(from lower: [UInt8]?, through upper: [UInt8]?) -> [Entry] {
    var result: [Entry] = []
    forEach(from: lower ?? []) { entry in
      if let upper, compareKeys(upper, entry.key) < 0 { return false }
      result.append(entry)
      return true
    }
    return result
  }

  /// Calls `body` with entries in order from the first whose key is not below `lower` until it returns false.
  package func forEach(from lower: [UInt8], _ body: (Entry) throws -> Bool) rethrows {
    // The leaf before the first one that starts at or after the bound may still hold entries of it.
    let first = max(0, leaves.lowerBound { compareKeys($0[0].key, lower) < 0 } - 1)
    for number in first..<max(first, leaves.count) {
      let leaf = leaves[number]
      let start = number == first ? leaf.lowerBound { compareKeys($0.key, lower) < 0 } : 0
      for position in start..<leaf.count {
        guard try body(leaf[position]) else { return }
      }
    }
  }

  private mutating func change(key: [UInt8], id: UInt32, isRemoved: Bool) {
    func isBefore(_ entry: Entry) -> Bool {
      let order = compareKeys(entry.key, key)
      return order < 0 || (order == 0 && entry.id < id)
    }
    let entry = Entry(key: key, id: id, isRemoved: isRemoved)
    guard !leaves.isEmpty else {
      leaves = [[entry]]
      count = 1
      return
    }
    // The last leaf whose first entry is not after the new one.
    let leaf = max(0, leaves.lowerBound { isBefore($0[0]) || ($0[0].id == id && $0[0].key == key) } - 1)
    let position = leaves[leaf].lowerBound(isBefore)
    if position < leaves[leaf].count, leaves[leaf][position].id == id, leaves[leaf][position].key == key {
      // Added then removed, or removed then added again: as in the base.
      guard leaves[leaf][position].isRemoved != isRemoved else { return }
      leaves[leaf].remove(at: position)
      if leaves[leaf].isEmpty { leaves.remove(at: leaf) }
      count -= 1
      return
    }
    leaves[leaf].insert(entry, at: position)
    count += 1
    if leaves[leaf].count > Self.leafCapacity {
      // Ascending keys fill leaves; others split in halves.
      let isAppend = leaf == leaves.count - 1 && position == leaves[leaf].count - 1
      let cut = isAppend ? leaves[leaf].count - 1 : leaves[leaf].count / 2
      let tail = Array(leaves[leaf][cut...])
      leaves[leaf].removeSubrange(cut...)
      leaves.insert(tail, at: leaf + 1)
    }
  }
}

/// Byte order of two index keys: negative, zero or positive.
func compareKeys(_ a: [UInt8], _ b: [UInt8]) -> Int {
  let common = min(a.count, b.count)
  for i in 0..<common where a[i] != b[i] {
    return Int(a[i]) - Int(b[i])
  }
  return a.count - b.count
}
