import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

/// Shortest paths between two bound nodes by breadth-first search from both ends.
final class ShortestPathOperator: UnaryOperator {
  private let path: ShortestPath
  private let fromPosition: Int
  private let toPosition: Int
  private let listPosition: Int?
  private let rows: RowBuilder
  private let step: Evaluator
  private var forward: HopHandles
  private var backward: HopHandles
  private var scratch = Adjacency.Scratch()

  /// How a node was reached: the node before it and the relationship between.
  private struct Arrival {
    var node: UInt32
    var relationship: UInt32
  }

  init(_ plan: LogicalPlan, _ input: Operator, _ path: ShortestPath) throws {
    self.path = path
    fromPosition = try input.layout.position(path.from)
    toPosition = try input.layout.position(path.to)
    listPosition = Layout(plan.outputs)[path.relationships]
    rows = RowBuilder(plan.outputs, from: input.layout)
    step = Evaluator(Layout(input.layout.variables + [path.stepVariable]), input.context)
    forward = HopHandles(types: path.types, way: path.way)
    backward = HopHandles(types: path.types, way: path.way == .outgoing ? .incoming : path.way == .incoming ? .outgoing : .both)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    while let source = try input.pull() {
      let from = try source.columns[fromPosition].nodeIDs()
      let to = try source.columns[toPosition].nodeIDs()
      var lists: [Value] = []
      var parents: [Int32] = []
      for row in 0..<source.count where from[row] != Vector.nullID && to[row] != Vector.nullID {
        try context.checkInterrupts()
        if from[row] == to[row] && path.minimum > 0 { throw sharedEndsError() }
        let found =
          path.selector == .shortestPath
          ? try shortest(from[row], to[row], source, row).map { [$0] } ?? [] : try allShortest(from[row], to[row], source, row)
        for relationships in found {
          lists.append(.list(relationships.map { .relationship(Relationship(id: RelationshipID($0))) }))
          parents.append(Int32(row))
        }
      }
      if parents.isEmpty { continue }
      return rows.batch(source, parents: parents, new: listPosition.map { [($0, .values(lists))] } ?? [])
    }
    return nil
  }

  private func hops(_ node: UInt32, isForward: Bool, _ source: Batch, _ row: Int, _ visit: (UInt32, UInt32) -> Void) throws {
    let handles = isForward ? forward.resolved(context.view) : backward.resolved(context.view)
    for (adjacency, _) in handles {
      if path.stepFilter.isEmpty {
        try adjacency.forEachRun(of: node, scratch: &scratch) { run in
          for i in 0..<run.count { visit(run.neighbors[i], run.relationships[i]) }
        }
      } else {
        var neighbors: [UInt32] = []
        var relationships: [UInt32] = []
        try adjacency.forEachRun(of: node, scratch: &scratch) { run in
          neighbors += UnsafeBufferPointer(start: run.neighbors, count: run.count)
          relationships += UnsafeBufferPointer(start: run.relationships, count: run.count)
        }
        for i in try step.stepsPassing(path.stepFilter, relationships, source, row) { visit(neighbors[Int(i)], relationships[Int(i)]) }
      }
    }
  }

  /// One shortest path as its relationships in order, growing the smaller of two frontiers; nil when there is none.
  private func shortest(_ start: UInt32, _ end: UInt32, _ source: Batch, _ row: Int) throws -> [UInt32]? {
    if start == end { return [] }
    var fromStart: [UInt32: Arrival] = [start: Arrival(node: start, relationship: 0)]
    var fromEnd: [UInt32: Arrival] = [end: Arrival(node: end, relationship: 0)]
    var startFrontier = [start]
    var endFrontier = [end]
    var depth = 0
    while !startFrontier.isEmpty, !endFrontier.isEmpty, depth < path.maximum ?? Int.max {
      depth += 1
      let isForward = startFrontier.count <= endFrontier.count
      var next: [UInt32] = []
      var meeting: UInt32?
      for node in isForward ? startFrontier : endFrontier {
        if isForward {
          try hops(node, isForward: true, source, row) { neighbor, relationship in
            if meeting != nil || fromStart[neighbor] != nil { return }
            fromStart[neighbor] = Arrival(node: node, relationship: relationship)
            next.append(neighbor)
            if fromEnd[neighbor] != nil { meeting = neighbor }
          }
        } else {
          try hops(node, isForward: false, source, row) { neighbor, relationship in
            if meeting != nil || fromEnd[neighbor] != nil { return }
            fromEnd[neighbor] = Arrival(node: node, relationship: relationship)
            next.append(neighbor)
            if fromStart[neighbor] != nil { meeting = neighbor }
          }
        }
        if let meeting { return join(meeting, start, end, fromStart, fromEnd) }
      }
      try context.checkInterrupts()
      if isForward { startFrontier = next } else { endFrontier = next }
    }
    return nil
  }

  private func join(_ meeting: UInt32, _ start: UInt32, _ end: UInt32, _ fromStart: [UInt32: Arrival], _ fromEnd: [UInt32: Arrival]) -> [UInt32] {
    var head: [UInt32] = []
    var node = meeting
    while node != start, let arrival = fromStart[node] {
      head.append(arrival.relationship)
      node = arrival.node
    }
    head.reverse()
    node = meeting
    while node != end, let arrival = fromEnd[node] {
      head.append(arrival.relationship)
      node = arrival.node
    }
    return head
  }

  /// Every shortest path: all arrivals of least depth are kept, then unrolled from the end.
  private func allShortest(_ start: UInt32, _ end: UInt32, _ source: Batch, _ row: Int) throws -> [[UInt32]] {
    if start == end { return [[]] }
    var depths: [UInt32: Int] = [start: 0]
    var arrivals: [UInt32: [Arrival]] = [:]
    var frontier = [start]
    var depth = 0
    while !frontier.isEmpty, depths[end] == nil, depth < path.maximum ?? Int.max {
      depth += 1
      var next: [UInt32] = []
      for node in frontier {
        try hops(node, isForward: true, source, row) { neighbor, relationship in
          if let known = depths[neighbor] {
            if known == depth { arrivals[neighbor]!.append(Arrival(node: node, relationship: relationship)) }
            return
          }
          depths[neighbor] = depth
          arrivals[neighbor] = [Arrival(node: node, relationship: relationship)]
          next.append(neighbor)
        }
      }
      try context.checkInterrupts()
      frontier = next
    }
    guard depths[end] != nil else { return [] }
    var paths: [[UInt32]] = []
    var stack: [(node: UInt32, tail: [UInt32])] = [(end, [])]
    while let (node, tail) = stack.popLast() {
      if node == start {
        paths.append(tail.reversed())
        try context.hold(tail.count * 4 + 32)
        continue
      }
      for arrival in arrivals[node] ?? [] { stack.append((arrival.node, tail + [arrival.relationship])) }
    }
    return paths
  }
}
