import SinterModel

/// Neighbour lists of nodes with changes, merged once and kept: an operator meets the same nodes again and again.
///
/// Belongs to one ``Adjacency/Scratch``, which one thread uses at a time. Keys are of handles on views that no writer changes.
final class MergedRuns {
  /// A node's list, or that it is as in the base.
  private struct Slot {
    /// 0 while nothing is there.
    var key: UInt64
    var neighbors: UnsafeMutablePointer<UInt32>?
    var relationships: UnsafeMutablePointer<UInt32>?
    /// `isBase` for a node whose list did not change.
    var count: Int
  }

  enum Found {
    case unknown
    case base
    case merged(Adjacency.Run?)
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var capacity = 256
  private var used = 0
  private var lists: [UnsafeMutablePointer<UInt32>] = []
  /// What is left of the last block of lists.
  private var room: UnsafeMutableBufferPointer<UInt32> = .init(start: nil, count: 0)
  private var entryCount = 0

  private static let isBase = -1
  private static var empty: Slot { Slot(key: 0, neighbors: nil, relationships: nil, count: 0) }
  /// More than so many neighbours are not kept: 32 MiB.
  private static let entryLimit = 4 << 20
  private static let blockLength = 1 << 14

  init() {
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: MergedRuns.empty, count: capacity)
  }

  deinit {
    slots.deallocate()
    for list in lists { list.deallocate() }
  }

  private func place(of key: UInt64) -> Int {
    var place = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (capacity - 1)
    while slots[place].key != 0, slots[place].key != key { place = (place + 1) & (capacity - 1) }
    return place
  }

  func find(_ key: UInt64) -> Found {
    let slot = slots[place(of: key)]
    if slot.key == 0 { return .unknown }
    if slot.count == MergedRuns.isBase { return .base }
    guard let neighbors = slot.neighbors, let relationships = slot.relationships else { return .merged(nil) }
    return .merged(Adjacency.Run(neighbors: neighbors, relationships: relationships, count: slot.count))
  }

  func insertBase(_ key: UInt64) { insert(Slot(key: key, neighbors: nil, relationships: nil, count: MergedRuns.isBase)) }

  /// Keeps the list that `merge` writes, of at most `limit` neighbours, and gives it.
  func insert(
    _ key: UInt64, limit: Int, _ merge: (UnsafeMutablePointer<UInt32>, UnsafeMutablePointer<UInt32>) -> Int
  ) -> Adjacency.Run? {
    if entryCount + limit > MergedRuns.entryLimit { clear() }
    let neighbors = allocate(2 * limit)
    let relationships = neighbors + limit
    let count = merge(neighbors, relationships)
    insert(Slot(key: key, neighbors: count == 0 ? nil : neighbors, relationships: relationships, count: count))
    return count == 0 ? nil : Adjacency.Run(neighbors: neighbors, relationships: relationships, count: count)
  }

  private func insert(_ slot: Slot) {
    if 2 * (used + 1) > capacity { grow() }
    slots[place(of: slot.key)] = slot
    used += 1
  }

  private func grow() {
    let (old, oldCapacity) = (slots, capacity)
    capacity *= 4
    slots = .allocate(capacity: capacity)
    slots.initialize(repeating: MergedRuns.empty, count: capacity)
    for index in 0..<oldCapacity where old[index].key != 0 { slots[place(of: old[index].key)] = old[index] }
    old.deallocate()
  }

  private func allocate(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    entryCount += count
    if count > MergedRuns.blockLength / 4 {
      lists.append(.allocate(capacity: count))
      return lists[lists.count - 1]
    }
    if count > room.count || room.baseAddress == nil {
      let block = UnsafeMutablePointer<UInt32>.allocate(capacity: MergedRuns.blockLength)
      lists.append(block)
      room = UnsafeMutableBufferPointer(start: block, count: MergedRuns.blockLength)
    }
    let list = room.baseAddress!
    room = UnsafeMutableBufferPointer(rebasing: room[count...])
    return list
  }

  private func clear() {
    slots.update(repeating: MergedRuns.empty, count: capacity)
    for list in lists { list.deallocate() }
    lists = []
    room = .init(start: nil, count: 0)
    (used, entryCount) = (0, 0)
  }
}

/// By how much the degrees of nodes with changes differ from the base's.
final class DegreeChanges: @unchecked Sendable {
  // Sendable: nothing changes after init.
  private let nodes: UnsafeMutablePointer<UInt32>
  private let differences: UnsafeMutablePointer<Int32>
  private let mask: Int

  init(_ table: AdjacencyTable) {
    let changes = table.degreeChanges
    var capacity = 16
    while capacity < 2 * changes.count { capacity *= 2 }
    mask = capacity - 1
    nodes = .allocate(capacity: capacity)
    nodes.initialize(repeating: UInt32.max, count: capacity)
    differences = .allocate(capacity: capacity)
    differences.initialize(repeating: 0, count: capacity)
    for (node, difference) in changes {
      let place = place(of: node)
      nodes[place] = node
      differences[place] = difference
    }
  }

  deinit {
    nodes.deallocate()
    differences.deallocate()
  }

  private func place(of node: UInt32) -> Int {
    var place = Int(truncatingIfNeeded: (UInt64(node) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
    while nodes[place] != UInt32.max, nodes[place] != node { place = (place + 1) & mask }
    return place
  }

  subscript(node: UInt32) -> Int { Int(differences[place(of: node)]) }
}
