import SinterModel
import SinterPlan
import SinterStorage

/// A breadth-first search from one node through the product of graph and pattern, a level at a time.
///
/// Memory grows with the pairs of node and state, and the relationships between such, never with the paths.
final class PathSearch {
  /// A node at a state of the pattern.
  struct Position {
    var node: UInt32
    var state: Int32
    /// The least number of relationships from the start.
    var distance: Int32
    /// The first way into the position; the others follow in ``ways``.
    var firstWay: Int32
  }

  /// A way into a position.
  struct Way {
    var from: Int32
    /// `Vector.nullID` where no relationship is taken.
    var relationship: UInt32
    var next: Int32
  }

  private(set) var positions: [Position] = []
  private(set) var ways: [Way] = []
  /// Positions at the end of the pattern, in the order of their distance.
  private(set) var ends: [Int32] = []
  /// Relationships of the walks found so far; all of up to so many are known.
  private(set) var level = 0
  /// Nothing more can be reached.
  var isComplete: Bool { frontier.isEmpty }

  private let space: PathSpace
  private let source: Batch
  private let row: Int
  private var indices: [UInt64: Int32] = [:]
  private var frontier: [Int32] = []
  private var held = 0

  init(_ space: PathSpace, from start: UInt32, _ source: Batch, _ row: Int) throws {
    self.space = space
    self.source = source
    self.row = row
    guard try space.admits(start, junction: 0, source, row) else { return }
    _ = reach(start, space.automaton.junction(0), 0)
    try close()
  }

  deinit { space.context.release(held) }

  /// The position of a node at the end of the pattern, once it is reached.
  func end(at node: UInt32) -> Int32? { indices[PathSearch.key(node, space.automaton.finalState)] }

  private static func key(_ node: UInt32, _ state: Int) -> UInt64 { UInt64(node) << 32 | UInt64(UInt32(truncatingIfNeeded: state)) }

  /// Takes all walks one relationship further.
  func advance() throws {
    guard level < maximumTrailLength else {
      throw SinterError("LimitError.Depth", "The search for paths reached \(maximumTrailLength) relationships; give the pattern an upper bound: {1,n}.")
    }
    let current = frontier
    frontier = []
    level += 1
    for index in current {
      try space.context.countStep()
      try expand(index)
    }
    try close()
    let size = positions.count * 48 + ways.count * MemoryLayout<Way>.stride
    try space.context.hold(size - held)
    held = size
  }

  private func expand(_ index: Int32) throws {
    let position = positions[Int(index)]
    guard let hop = space.automaton.hop(space.automaton.place(Int(position.state))) else { return }
    let candidates = try space.candidates(position.node, hop.segment, hop.hop, source, row)
    for i in 0..<candidates.count {
      let to = reach(candidates.neighbors[i], hop.to, level)
      addWay(to, from: index, candidates.relationships[i])
    }
  }

  /// Takes the positions of the level for the junctions that they may stand for.
  private func close() throws {
    var i = 0
    while i < frontier.count {
      let index = frontier[i]
      i += 1
      let position = positions[Int(index)]
      guard let junction = space.automaton.exit(space.automaton.place(Int(position.state))),
        try space.admits(position.node, junction: junction, source, row)
      else { continue }
      let to = reach(position.node, space.automaton.junction(junction), level)
      addWay(to, from: index, Vector.nullID)
    }
  }

  private func reach(_ node: UInt32, _ state: Int, _ distance: Int) -> Int32 {
    let key = PathSearch.key(node, state)
    if let known = indices[key] { return known }
    let index = Int32(positions.count)
    indices[key] = index
    positions.append(Position(node: node, state: Int32(truncatingIfNeeded: state), distance: Int32(distance), firstWay: -1))
    frontier.append(index)
    if state == space.automaton.finalState { ends.append(index) }
    return index
  }

  private func addWay(_ to: Int32, from: Int32, _ relationship: UInt32) {
    ways.append(Way(from: from, relationship: relationship, next: positions[Int(to)].firstWay))
    positions[Int(to)].firstWay = Int32(ways.count - 1)
  }
}

/// The graph as a path pattern sees it: which hops and nodes it admits at which place.
final class PathSpace {
  let automaton: PathAutomaton
  let context: ExecutionContext
  /// No condition reads the row that the search starts from, so that searches from the same node are the same.
  let isIndependent: Bool
  private var hops: [[HopHandles]]
  private let isUndirected: [[Bool]]
  /// Per segment: what its first node must satisfy; per hop: what it and its ends must.
  private let startFilters: [StepFilter?]
  private let hopFilters: [[StepFilter?]]
  /// What a whole repetition must satisfy, where a predicate speaks of more than one hop.
  let repetitionFilters: [StepFilter?]
  private let junctionFilters: [StepFilter?]
  private var scratch = Adjacency.Scratch()

  init(_ selection: PathSelection, row input: Layout, _ context: ExecutionContext) {
    self.context = context
    automaton = PathAutomaton(selection.segments)
    hops = selection.segments.map { $0.hops.map { HopHandles(types: $0.types, way: $0.way) } }
    isUndirected = selection.segments.map { $0.hops.map { $0.way == .both } }
    var start: [StepFilter?] = []
    var each: [[StepFilter?]] = []
    var whole: [StepFilter?] = []
    for segment in selection.segments {
      let all = segment.locals
      var first: [Scalar] = []
      var hop = [[Scalar]](repeating: [], count: segment.hops.count)
      var rest: [Scalar] = []
      for filter in segment.filters {
        let free = filter.freeVariables.intersection(all)
        if free.isSubset(of: [segment.nodes[0]]) {
          first.append(filter)
        } else if let h = segment.hops.indices.first(where: { free.isSubset(of: VariableSet(PathSpace.locals(segment, $0))) }) {
          hop[h].append(filter)
        } else {
          rest.append(filter)
        }
      }
      start.append(StepFilter(first, row: input, locals: [segment.nodes[0]], context))
      each.append(segment.hops.indices.map { StepFilter(hop[$0], row: input, locals: PathSpace.locals(segment, $0), context) })
      whole.append(StepFilter(rest, row: input, locals: segment.nodes + segment.hops.map(\.relationship), context))
    }
    startFilters = start
    hopFilters = each
    repetitionFilters = whole
    junctionFilters = zip(selection.junctions, selection.junctionFilters).map {
      StepFilter($1, row: input, locals: [$0], context)
    }
    isIndependent = (start + each.flatMap { $0 } + whole + junctionFilters).allSatisfy { $0?.isIndependent ?? true }
  }

  private static func locals(_ segment: PathSegment, _ hop: Int) -> [Variable] {
    [segment.nodes[hop], segment.hops[hop].relationship, segment.nodes[hop + 1]]
  }

  func admits(_ node: UInt32, junction: Int, _ source: Batch, _ row: Int) throws -> Bool {
    guard let filter = junctionFilters[junction] else { return true }
    return try !filter.passing(1, of: source, row: row) { _ in .nodes([node]) }.isEmpty
  }

  func candidates(_ node: UInt32, _ segment: Int, _ hop: Int, _ source: Batch, _ row: Int) throws -> HopCandidates {
    var candidates = HopCandidates()
    if hop == 0, let filter = startFilters[segment], try filter.passing(1, of: source, row: row, local: { _ in .nodes([node]) }).isEmpty {
      return candidates
    }
    try candidates.add(node, &hops[segment][hop], isUndirected: isUndirected[segment][hop], context.view, &scratch) { _, _ in true }
    guard let filter = hopFilters[segment][hop], candidates.count > 0 else { return candidates }
    let count = candidates.count
    candidates.keep(
      try filter.passing(count, of: source, row: row) { local in
        switch local {
        case 0: .constant(.node(Node(id: NodeID(node))), count: count)
        case 1: .relationships(candidates.relationships)
        default: .nodes(candidates.neighbors)
        }
      })
    return candidates
  }
}
