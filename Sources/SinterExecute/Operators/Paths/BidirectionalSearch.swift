import SinterModel
import SinterPlan
import SinterStorage

/// One shortest path between two different nodes along relationships of one kind, by breadth-first search from both
/// ends, the smaller frontier first.
///
/// Only for patterns of one relationship that repeats: a walk that stands at a node is then as good as any other
/// there, and a shortest one meets no node twice.
final class BidirectionalSearch {
  private let context: ExecutionContext
  private let maximum: Int
  private let isUndirected: Bool
  private let filter: StepFilter?
  private var forward: HopHandles
  private var backward: HopHandles
  private var scratch = Adjacency.Scratch()

  /// - Returns: nil for patterns that need the general search.
  init?(_ selection: PathSelection, row input: Layout, _ context: ExecutionContext) {
    guard selection.isInto, selection.segments.count == 1, selection.segments[0].hops.count == 1, selection.segments[0].minimum <= 1,
      selection.filters.isEmpty, selection.junctionFilters.allSatisfy(\.isEmpty)
    else { return nil }
    let segment = selection.segments[0]
    let hop = segment.hops[0]
    // What is asked of a hop must not depend on where it is taken.
    guard segment.filters.allSatisfy({ $0.freeVariables.isDisjoint(with: VariableSet(segment.nodes)) }) else { return nil }
    self.context = context
    maximum = segment.maximum ?? Int.max
    isUndirected = hop.way == .both
    filter = StepFilter(segment.filters, row: input, locals: [hop.relationship], context)
    forward = HopHandles(types: hop.types, way: hop.way)
    backward = HopHandles(types: hop.types, way: hop.way == .outgoing ? .incoming : hop.way == .incoming ? .outgoing : .both)
  }

  /// The path from `start` to `end`; nil when there is none.
  func path(from start: UInt32, to end: UInt32, _ source: Batch, _ row: Int) throws -> FoundPath? {
    var fromStart = Arrivals(start)
    var fromEnd = Arrivals(end)
    var startFrontier = [start]
    var endFrontier = [end]
    var depth = 0
    var held = 0
    defer { context.release(held) }
    while !startFrontier.isEmpty, !endFrontier.isEmpty, depth < maximum {
      guard depth < maximumTrailLength else {
        throw SinterError(
          "LimitError.Depth", "The search for a path reached \(maximumTrailLength) relationships; give the pattern an upper bound: {1,n}.")
      }
      depth += 1
      let isForward = startFrontier.count <= endFrontier.count
      let meeting =
        isForward
        ? try grow(&startFrontier, &fromStart, towards: fromEnd, &forward, source, row)
        : try grow(&endFrontier, &fromEnd, towards: fromStart, &backward, source, row)
      if let meeting { return joined(at: meeting, start, end, fromStart, fromEnd) }
      let size = (fromStart.count + fromEnd.count) * 32
      try context.hold(size - held)
      held = size
    }
    return nil
  }

  /// Takes a frontier one relationship further; answers the first node that the other side has reached too.
  private func grow(
    _ frontier: inout [UInt32], _ reached: inout Arrivals, towards other: Arrivals, _ hops: inout HopHandles, _ source: Batch, _ row: Int
  ) throws -> UInt32? {
    var next: [UInt32] = []
    let handles = hops.resolved(context.view)
    for node in frontier {
      try context.countStep()
      if let filter {
        var candidates = HopCandidates()
        try candidates.add(node, &hops, isUndirected: isUndirected, context.view, &scratch) { neighbor, _ in !reached.contains(neighbor) }
        if candidates.count == 0 { continue }
        candidates.keep(
          try filter.passing(candidates.count, of: source, row: row) { _ in .relationships(candidates.relationships) })
        for i in 0..<candidates.count where reached.add(candidates.neighbors[i], from: node, candidates.relationships[i]) {
          if other.contains(candidates.neighbors[i]) { return candidates.neighbors[i] }
          next.append(candidates.neighbors[i])
        }
        continue
      }
      for (adjacency, _) in handles {
        guard let run = try adjacency.run(of: node, scratch: &scratch) else { continue }
        for i in 0..<run.count where reached.add(run.neighbors[i], from: node, run.relationships[i]) {
          if other.contains(run.neighbors[i]) { return run.neighbors[i] }
          next.append(run.neighbors[i])
        }
      }
    }
    frontier = next
    return nil
  }

  private func joined(at meeting: UInt32, _ start: UInt32, _ end: UInt32, _ fromStart: Arrivals, _ fromEnd: Arrivals) -> FoundPath {
    var path = FoundPath(nodes: [meeting])
    var node = meeting
    while node != start, let arrival = fromStart[node] {
      path.relationships.append(arrival.relationship)
      node = arrival.node
      path.nodes.append(node)
    }
    path.relationships.reverse()
    path.nodes.reverse()
    node = meeting
    while node != end, let arrival = fromEnd[node] {
      path.relationships.append(arrival.relationship)
      node = arrival.node
      path.nodes.append(node)
    }
    path.junctions = [0, path.relationships.count]
    return path
  }
}

/// The nodes a search has reached, and from where: a hash table of ids with open addressing.
private struct Arrivals {
  private var keys: [UInt32]
  private var froms: [(node: UInt32, relationship: UInt32)]
  /// Position of the key in a slot plus one; 0 for none.
  private var slots: [Int32]

  init(_ start: UInt32) {
    keys = []
    froms = []
    slots = [Int32](repeating: 0, count: 64)
    _ = add(start, from: start, 0)
  }

  var count: Int { keys.count }

  @inline(__always)
  private func slot(of id: UInt32) -> Int {
    let mask = slots.count - 1
    var slot = Int((id &* 0x9E37_79B1) >> UInt32(32 - slots.count.trailingZeroBitCount))
    while slots[slot] != 0, keys[Int(slots[slot]) - 1] != id { slot = (slot + 1) & mask }
    return slot
  }

  @inline(__always)
  func contains(_ id: UInt32) -> Bool { slots[slot(of: id)] != 0 }

  subscript(id: UInt32) -> (node: UInt32, relationship: UInt32)? {
    let number = slots[slot(of: id)]
    return number == 0 ? nil : froms[Int(number) - 1]
  }

  /// Whether the node is new.
  @inline(__always)
  mutating func add(_ id: UInt32, from node: UInt32, _ relationship: UInt32) -> Bool {
    let slot = slot(of: id)
    if slots[slot] != 0 { return false }
    keys.append(id)
    froms.append((node, relationship))
    slots[slot] = Int32(truncatingIfNeeded: keys.count)
    if keys.count * 2 > slots.count { grow() }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 4)
    for (i, key) in keys.enumerated() { slots[slot(of: key)] = Int32(truncatingIfNeeded: i + 1) }
  }
}
