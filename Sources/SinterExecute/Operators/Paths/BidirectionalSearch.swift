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

  /// How a node was reached: the node before it and the relationship between.
  private struct Arrival {
    var node: UInt32
    var relationship: UInt32
  }

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
    var fromStart: [UInt32: Arrival] = [start: Arrival(node: start, relationship: 0)]
    var fromEnd: [UInt32: Arrival] = [end: Arrival(node: end, relationship: 0)]
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
    _ frontier: inout [UInt32], _ reached: inout [UInt32: Arrival], towards other: [UInt32: Arrival], _ hops: inout HopHandles,
    _ source: Batch, _ row: Int
  ) throws -> UInt32? {
    var next: [UInt32] = []
    for node in frontier {
      try context.countStep()
      var candidates = HopCandidates()
      try candidates.add(node, &hops, isUndirected: isUndirected, context.view, &scratch) { neighbor, _ in reached[neighbor] == nil }
      if let filter, candidates.count > 0 {
        candidates.keep(
          try filter.passing(candidates.count, of: source, row: row) { _ in .relationships(candidates.relationships) })
      }
      for i in 0..<candidates.count {
        let neighbor = candidates.neighbors[i]
        if reached[neighbor] != nil { continue }
        reached[neighbor] = Arrival(node: node, relationship: candidates.relationships[i])
        if other[neighbor] != nil { return neighbor }
        next.append(neighbor)
      }
    }
    frontier = next
    return nil
  }

  private func joined(
    at meeting: UInt32, _ start: UInt32, _ end: UInt32, _ fromStart: [UInt32: Arrival], _ fromEnd: [UInt32: Arrival]
  ) -> FoundPath {
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
