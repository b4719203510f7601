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
  private let limit: Int
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
    self.counts = counts ? PathCounter.zeroed(limit) : nil
    seen = counts ? nil : PathCounter.zeroed((limit + 63) / 64)
    order = .allocate(capacity: limit + 1)  // one more: the next is written before it is known to be new
  }

  private static func zeroed<T: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<T> {
    guard let memory = calloc(max(count, 1), MemoryLayout<T>.stride) else { fatalError("out of memory") }
    return memory.bindMemory(to: T.self, capacity: max(count, 1))
  }

  deinit {
    free(counts)
    free(seen)
    order.deallocate()
  }

  /// The nodes met, in order of their first path, and the paths to each.
  func take(_ range: Range<Int>) -> (nodes: [UInt32], counts: [Int64]) {
    let nodes = Array(UnsafeBufferPointer(start: order + range.lowerBound, count: range.count))
    return (nodes, counts.map { counts in nodes.map { counts[Int($0)] } } ?? [])
  }

  func clear() {
    for i in 0..<nodeCount {
      let node = Int(order[i])
      seen?[node >> 6] = 0
      counts?[node] = 0
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
    // Copies of what the loop goes over: it would be read anew for each node.
    let (order, limit) = (order, limit)
    var nodeCount = nodeCount
    defer { self.nodeCount = nodeCount }
    let isFree = excluded.isEmpty
    if let counts {
      for i in 0..<run.count where isFree || excluded.allows(run.neighbors[i], run.relationships[i]) {
        let node = run.neighbors[i]
        guard Int(node) < limit else { continue }
        order[nodeCount] = node
        let before = counts[Int(node)]
        nodeCount &+= before == 0 ? 1 : 0
        counts[Int(node)] = before &+ paths
      }
    } else if let seen {
      for i in 0..<run.count where isFree || excluded.allows(run.neighbors[i], run.relationships[i]) {
        let node = run.neighbors[i]
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

/// Up to two nodes and two relationships that a hop must not take; `Vector.nullID` stands for none.
struct ExcludedHops {
  private var node1 = Vector.nullID
  private var node2 = Vector.nullID
  private var relationship1 = Vector.nullID
  private var relationship2 = Vector.nullID
  /// There were more than there is room for.
  private(set) var isOverfull = false

  var isEmpty: Bool { node1 & node2 & relationship1 & relationship2 == Vector.nullID }

  mutating func exclude(node: UInt32) {
    if node1 == Vector.nullID { node1 = node } else if node2 == Vector.nullID { node2 = node } else { isOverfull = true }
  }

  mutating func exclude(relationship: UInt32) {
    if relationship1 == Vector.nullID {
      relationship1 = relationship
    } else if relationship2 == Vector.nullID {
      relationship2 = relationship
    } else {
      isOverfull = true
    }
  }

  @inline(__always)
  func allows(_ node: UInt32, _ relationship: UInt32) -> Bool {
    (node != node1) && (node != node2) && (relationship != relationship1) && (relationship != relationship2)
  }

  /// How many hops of a run are left.
  func count(_ run: Adjacency.Run) -> Int {
    if isEmpty { return run.count }
    var count = 0
    for i in 0..<run.count { count &+= allows(run.neighbors[i], run.relationships[i]) ? 1 : 0 }
    return count
  }
}
