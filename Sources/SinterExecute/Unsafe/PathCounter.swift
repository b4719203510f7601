import SinterModel
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How many paths led to each node, or whether any did, in memory by node id.
///
/// Plain memory, as every path passes through it: zeroed by the system, so only the pages that are touched cost. Ids are
/// checked, since they come from the file.
final class PathCounter {
  let limit: Int
  /// nil where it is enough to know that a node was met.
  private let counts: UnsafeMutablePointer<Int64>?
  /// A bit for each node, where it is.
  private let seen: UnsafeMutablePointer<UInt64>?
  private let order: UnsafeMutablePointer<UInt32>
  /// Nodes met.
  private(set) var nodeCount = 0

  /// What an instance holds at most.
  static func byteCount(_ limit: Int, counts: Bool) -> Int { limit * 4 + (counts ? limit * 8 : limit / 8) }

  init(limit: Int, counts: Bool) {
    self.limit = limit
    self.counts = counts ? .zeroed(limit) : nil
    seen = counts ? nil : .zeroed((limit + 63) / 64)
    order = .allocate(capacity: limit + 1)  // one more: the next is written before it is known to be new
  }

  deinit {
    counts?.deallocateZeroed()
    seen?.deallocateZeroed()
    order.deallocate()
  }

  var hasCounts: Bool { counts != nil }
  var byteCount: Int { PathCounter.byteCount(limit, counts: hasCounts) }

  /// The nodes met, in order of their first path, and the paths to each.
  func take(_ range: Range<Int>) -> (nodes: [UInt32], counts: [Int64]) {
    let nodes = Array(UnsafeBufferPointer(start: order + range.lowerBound, count: range.count))
    guard let counts else { return (nodes, []) }
    let taken = [Int64](unsafeUninitializedCapacity: nodes.count) { taken, initialized in
      for i in 0..<nodes.count { taken[i] = counts[Int(nodes[i])] }
      initialized = nodes.count
    }
    return (nodes, taken)
  }

  func clear() {
    var low = UInt32.max
    var high: UInt32 = 0
    for i in 0..<nodeCount {
      low = min(low, order[i])
      high = max(high, order[i])
    }
    if nodeCount > 0, Int(high - low) < 16 * nodeCount {
      // Close together: one stretch of memory is sooner cleared than many places.
      let first = Int(low)
      let count = Int(high) - first + 1
      if let counts { (counts + first).update(repeating: 0, count: count) }
      if let seen { (seen + (first >> 6)).update(repeating: 0, count: (Int(high) >> 6) - (first >> 6) + 1) }
    } else {
      for i in 0..<nodeCount {
        let node = Int(order[i])
        seen?[node >> 6] = 0
        counts?[node] = 0
      }
    }
    nodeCount = 0
  }

  /// A new node is written down in any case and kept by moving on: no branch to mispredict.
  @inline(__always)
  func add(_ node: UInt32, _ paths: Int64) {
    let id = Int(node)
    guard id < limit else { return }
    order[nodeCount] = node
    if let counts {
      let before = counts[id]
      nodeCount &+= before == 0 ? 1 : 0
      counts[id] = before &+ paths
    } else if let seen {
      let word = seen[id >> 6]
      let bit = UInt64(1) << UInt64(id & 63)
      nodeCount &+= word & bit == 0 ? 1 : 0
      seen[id >> 6] = word | bit
    }
  }

  /// Adds a path to each node of a run, but for excluded ones.
  @inline(__always)
  func add(_ run: Adjacency.Run, except excluded: ExcludedHops, _ paths: Int64) {
    if excluded.isEmpty {
      add(run.neighbors, run.count, paths)
    } else if excluded.isCuttable {
      excluded.forEachPiece(of: run) { start, count in add(run.neighbors + start, count, paths) }
    } else {
      for i in 0..<run.count where excluded.allows(run.neighbors[i], run.relationships[i]) { add(run.neighbors[i], paths) }
    }
  }

  private func add(_ nodes: UnsafePointer<UInt32>, _ count: Int, _ paths: Int64) {
    // Copies of what the loop goes over: it would be read anew for each node.
    let (order, limit) = (order, limit)
    var nodeCount = nodeCount
    defer { self.nodeCount = nodeCount }
    if let counts {
      for i in 0..<count {
        let node = nodes[i]
        guard Int(node) < limit else { continue }
        order[nodeCount] = node
        let before = counts[Int(node)]
        nodeCount &+= before == 0 ? 1 : 0
        counts[Int(node)] = before &+ paths
      }
    } else if let seen {
      for i in 0..<count {
        let node = nodes[i]
        guard Int(node) < limit else { continue }
        order[nodeCount] = node
        let word = seen[Int(node) >> 6]
        let bit = UInt64(1) << UInt64(node & 63)
        nodeCount &+= word & bit == 0 ? 1 : 0
        seen[Int(node) >> 6] = word | bit
      }
    }
  }
}

extension UnsafeMutablePointer where Pointee: BitwiseCopyable {
  /// Memory that the system zeroes when it is touched; to be freed with ``deallocateZeroed()``.
  static func zeroed(_ count: Int) -> UnsafeMutablePointer<Pointee> {
    guard let memory = calloc(max(count, 1), MemoryLayout<Pointee>.stride) else { fatalError("out of memory") }
    return memory.bindMemory(to: Pointee.self, capacity: max(count, 1))
  }

  func deallocateZeroed() { free(self) }
}

/// Up to two nodes and two relationships that a hop must not take; `Vector.nullID` stands for none.
struct ExcludedHops {
  private var node1 = Vector.nullID
  private var node2 = Vector.nullID
  private var relationship1 = Vector.nullID
  private var relationship2 = Vector.nullID
  /// The nodes that the relationships lead to, where that is known.
  private var near1 = Vector.nullID
  private var near2 = Vector.nullID
  private var excludedCount = 0
  /// There were more than there is room for.
  private(set) var isOverfull = false

  var isEmpty: Bool { node1 & node2 & relationship1 & relationship2 == Vector.nullID }

  mutating func exclude(node: UInt32) {
    excludedCount += 1
    if node1 == Vector.nullID { node1 = node } else if node2 == Vector.nullID { node2 = node } else { isOverfull = true }
  }

  /// - Parameter near: the node that the hop would lead to; `Vector.nullID` where that is not known.
  mutating func exclude(relationship: UInt32, near: UInt32) {
    excludedCount += 1
    if relationship1 == Vector.nullID {
      (relationship1, near1) = (relationship, near)
    } else if relationship2 == Vector.nullID {
      (relationship2, near2) = (relationship, near)
    } else {
      isOverfull = true
    }
  }

  @inline(__always)
  func allows(_ node: UInt32, _ relationship: UInt32) -> Bool {
    (node != node1) && (node != node2) && (relationship != relationship1) && (relationship != relationship2)
  }

  /// What is excluded is found by its node, so that nobody has to look at every hop.
  var isCuttable: Bool {
    (relationship1 == Vector.nullID || near1 != Vector.nullID) && (relationship2 == Vector.nullID || near2 != Vector.nullID)
  }

  /// Calls `body` with the start and the length of each stretch of a run that has nothing excluded in it.
  @inline(__always)
  func forEachPiece(of run: Adjacency.Run, _ body: (Int, Int) -> Void) {
    guard excludedCount == 1 else { return forEachPieceOfMany(run, body) }
    let cut = node1 != Vector.nullID ? run.range(of: node1) : run.range(of: near1, relationship1)
    if cut.low > 0 { body(0, cut.low) }
    if cut.high < run.count { body(cut.high, run.count - cut.high) }
  }

  @inline(never)
  private func forEachPieceOfMany(_ run: Adjacency.Run, _ body: (Int, Int) -> Void) {
    let none = (low: run.count, high: run.count)
    let a = node1 == Vector.nullID ? none : run.range(of: node1)
    let b = node2 == Vector.nullID ? none : run.range(of: node2)
    let c = relationship1 == Vector.nullID ? none : run.range(of: near1, relationship1)
    let d = relationship2 == Vector.nullID ? none : run.range(of: near2, relationship2)
    var start = 0
    while start < run.count {
      // The next cut that is not behind.
      var next = none
      if a.high > start, a.low < next.low { next = a }
      if b.high > start, b.low < next.low { next = b }
      if c.high > start, c.low < next.low { next = c }
      if d.high > start, d.low < next.low { next = d }
      if next.low > start { body(start, next.low - start) }
      start = next.high
    }
  }

  /// How many hops of a run are left.
  func count(_ run: Adjacency.Run) -> Int {
    if isEmpty { return run.count }
    var count = 0
    if isCuttable {
      forEachPiece(of: run) { count += $1 }
      return count
    }
    for i in 0..<run.count { count &+= allows(run.neighbors[i], run.relationships[i]) ? 1 : 0 }
    return count
  }
}

extension Adjacency.Run {
  /// The hops to a node; behind all hops where there are none.
  @inline(__always)
  fileprivate func range(of node: UInt32) -> (low: Int, high: Int) {
    let first = firstIndex(of: node)
    var end = first
    while end < count, neighbors[end] == node { end += 1 }
    return first == end ? (count, count) : (first, end)
  }

  /// The hop to a node by one relationship.
  @inline(__always)
  fileprivate func range(of node: UInt32, _ relationship: UInt32) -> (low: Int, high: Int) {
    var i = firstIndex(of: node)
    while i < count, neighbors[i] == node {
      if relationships[i] == relationship { return (i, i + 1) }
      i += 1
    }
    return (count, count)
  }
}
