import SinterModel
import SinterPlan
import SinterStorage

/// Quantified path patterns: walks every trail through the repetitions depth first and can pause anywhere.
///
/// A repetition is a fixed number of hops; each predicate is tested at the first hop that knows all it speaks of.
final class QuantifiedExpand: UnaryOperator {
  private let expansion: QuantifiedExpansion
  private let hopCount: Int
  /// The greatest number of hops; no bound when nil.
  private let hopLimit: Int?
  private let fromPosition: Int
  private let toPosition: Int?
  private let boundTo: Int?
  private let listPosition: Int?
  private let differsFrom: [Int]
  private let rows: RowBuilder
  private let groups: [GroupColumn]
  /// What the first node of a repetition must satisfy, and for each hop what it and all before must.
  private let startFilter: StepFilter?
  private let filters: [StepFilter?]
  private var hops: [HopHandles]
  private var scratch = Adjacency.Scratch()
  private var source: Batch?
  private var row = 0
  private var hasStarted = false
  private var target: UInt32?
  // The walk under way: its nodes, its relationships, and for each node the hops still to be tried.
  private var nodes: [UInt32] = []
  private var trail = Trail()
  private var frames: [Frame] = []

  private struct Frame {
    var candidates: HopCandidates
    var next = 0
  }

  /// A group variable: an element of each repetition, by its place there.
  private struct GroupColumn {
    var column: Int
    var isNode: Bool
    var place: Int
  }

  /// Rows found so far for the batch under way.
  private struct Found {
    var targets: [UInt32] = []
    var parents: [Int32] = []
    var lists: [Value] = []
    var groups: [[Value]]
  }

  init(_ plan: LogicalPlan, _ input: Operator, _ expansion: QuantifiedExpansion) throws {
    self.expansion = expansion
    let segment = expansion.segment
    let layout = Layout(plan.outputs)
    hopCount = segment.hops.count
    hopLimit = segment.maximum.map { $0.multipliedReportingOverflow(by: segment.hops.count) }.flatMap { $0.overflow ? nil : $0.partialValue }
    fromPosition = try input.layout.position(expansion.from)
    toPosition = expansion.isInto ? nil : layout[expansion.to]
    boundTo = expansion.isInto ? try input.layout.position(expansion.to) : nil
    listPosition = layout[expansion.relationships]
    differsFrom = try expansion.differsFrom.map { try input.layout.position($0) }
    rows = RowBuilder(plan.outputs, from: input.layout)
    groups = segment.groups.compactMap { group in
      guard let column = layout[group.list] else { return nil }
      if let place = segment.nodes.firstIndex(of: group.element) { return GroupColumn(column: column, isNode: true, place: place) }
      return segment.hops.firstIndex { $0.relationship == group.element }.map { GroupColumn(column: column, isNode: false, place: $0) }
    }
    let locals = QuantifiedExpand.locals(of: segment)
    let all = VariableSet(locals)
    var parts = [[Scalar]](repeating: [], count: segment.hops.count + 1)
    for filter in segment.filters {
      let free = filter.freeVariables.intersection(all)
      let part = (0...segment.hops.count).first { free.isSubset(of: VariableSet(locals.prefix(1 + 2 * $0))) } ?? segment.hops.count
      parts[part].append(filter)
    }
    startFilter = StepFilter(parts[0], row: input.layout, locals: locals, input.context)
    filters = parts.dropFirst().map { StepFilter($0, row: input.layout, locals: locals, input.context) }
    hops = segment.hops.map { HopHandles(types: $0.types, way: $0.way) }
    super.init(plan, input)
  }

  /// The variables of a repetition as they are met: node, relationship, node, …
  private static func locals(of segment: PathSegment) -> [Variable] {
    var result = [segment.nodes[0]]
    for (i, hop) in segment.hops.enumerated() { result += [hop.relationship, segment.nodes[i + 1]] }
    return result
  }

  override func next() throws -> Batch? {
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        self.source = batch
        row = 0
        hasStarted = false
        continue
      }
      var found = Found(groups: [[Value]](repeating: [], count: groups.count))
      let unique = UniquenessCheck(differsFrom, source)
      while row < source.count, found.parents.count < context.options.batchSize { try advance(source, unique, &found) }
      if row >= source.count { self.source = nil }
      if found.parents.isEmpty { continue }
      var new: [(Int, Vector)] = []
      if let toPosition { new.append((toPosition, .nodes(found.targets))) }
      if let listPosition { new.append((listPosition, .values(found.lists))) }
      for (group, lists) in zip(groups, found.groups) { new.append((group.column, .values(lists))) }
      return rows.batch(source, parents: found.parents, new: new)
    }
  }

  /// Takes the walk of the current row a number of steps on, or to its end.
  private func advance(_ source: Batch, _ unique: UniquenessCheck, _ found: inout Found) throws {
    if !hasStarted, try !start(source, unique, &found) {
      row += 1
      return
    }
    while let top = frames.indices.last {
      try context.countStep()
      if found.parents.count >= context.options.batchSize { return }
      let i = frames[top].next
      if i == frames[top].candidates.count {
        frames.removeLast()
        nodes.removeLast()
        if trail.count > 0 { trail.removeLast() }
        continue
      }
      frames[top].next = i + 1
      let relationship = frames[top].candidates.relationships[i]
      if !expansion.repeats && trail.contains(relationship) { continue }
      trail.append(relationship)
      nodes.append(frames[top].candidates.neighbors[i])
      emit(&found)
      guard trail.count < hopLimit ?? Int.max else {
        trail.removeLast()
        nodes.removeLast()
        continue
      }
      guard trail.count < maximumTrailLength else {
        throw SinterError("LimitError.Depth", "A quantified path pattern reached \(maximumTrailLength) relationships; give it an upper bound: {1,n}.")
      }
      frames.append(Frame(candidates: try candidates(source, unique)))
    }
    row += 1
    hasStarted = false
  }

  /// Begins the walk of the current row; answers whether there is one.
  private func start(_ source: Batch, _ unique: UniquenessCheck, _ found: inout Found) throws -> Bool {
    let start = try source.columns[fromPosition].nodeID(at: row)
    guard start != Vector.nullID else { return false }
    target = nil
    if let boundTo {
      let end = try source.columns[boundTo].nodeID(at: row)
      guard end != Vector.nullID else { return false }
      target = end
    }
    hasStarted = true
    nodes = [start]
    trail = Trail()
    emit(&found)
    frames = [Frame(candidates: try candidates(source, unique))]
    return true
  }

  /// Notes the walk as it stands, where it is one of the wanted.
  private func emit(_ found: inout Found) {
    let repetitions = trail.count / hopCount
    guard trail.count % hopCount == 0, repetitions >= expansion.segment.minimum else { return }
    let node = nodes[nodes.count - 1]
    if let target, target != node { return }
    found.parents.append(Int32(truncatingIfNeeded: row))
    found.targets.append(node)
    if listPosition != nil { found.lists.append(trail.relationships.relationshipList(reversed: expansion.isReversed)) }
    for (g, group) in groups.enumerated() {
      let places = stride(from: group.place, to: repetitions * hopCount + group.place, by: hopCount)
      found.groups[g].append(
        group.isNode
          ? places.map { nodes[$0] }.nodeList(reversed: expansion.isReversed)
          : places.map { trail.relationships[$0] }.relationshipList(reversed: expansion.isReversed))
    }
  }

  /// The hops that may be taken from the walk's last node.
  private func candidates(_ source: Batch, _ unique: UniquenessCheck) throws -> HopCandidates {
    var candidates = HopCandidates()
    let node = nodes[nodes.count - 1]
    let place = trail.count % hopCount
    if place == 0, let startFilter, try startFilter.passing(1, of: source, row: row, local: { _ in .nodes([node]) }).isEmpty {
      return candidates
    }
    let isLast = trail.count + 1 == hopLimit
    let target = isLast ? self.target : nil
    try candidates.add(node, &hops[place], isUndirected: expansion.segment.hops[place].way == .both, context.view, &scratch) { neighbor, relationship in
      (target == nil || neighbor == target) && unique.allows(relationship, row: row)
    }
    guard let filter = filters[place], candidates.count > 0 else { return candidates }
    let count = candidates.count
    // Walked already in this repetition: the node and relationship at each place before.
    let first = trail.count - place
    candidates.keep(
      try filter.passing(count, of: source, row: row) { local in
        switch local {
        case 2 * place + 1: .relationships(candidates.relationships)
        case 2 * place + 2: .nodes(candidates.neighbors)
        case let l where l % 2 == 0: .constant(.node(Node(id: NodeID(nodes[first + l / 2]))), count: count)
        case let l: .constant(.relationship(Relationship(id: RelationshipID(trail.relationships[first + l / 2]))), count: count)
        }
      })
    return candidates
  }

  override func reset() {
    source = nil
    super.reset()
  }
}

extension Vector {
  /// The node id in a row of a column that holds nodes, `nullID` for null.
  func nodeID(at row: Int) throws -> UInt32 {
    if case .nodes(let ids) = self { return ids[row] }
    return try Vector.nodeID(self[row])
  }
}
