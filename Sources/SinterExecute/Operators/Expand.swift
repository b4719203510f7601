import SinterModel
import SinterPlan
import SinterStorage

/// The adjacency handles for a hop: one per type and direction, made when a type is first there.
struct HopHandles {
  private let types: [String]?
  private let way: Expansion.Way
  private var handles: [(adjacency: Adjacency, direction: Direction)] = []
  private var knownTypes = -1

  init(types: [String]?, way: Expansion.Way) {
    self.types = types
    self.way = way
  }

  /// The handles as of now; new types may have come since.
  mutating func resolved(_ view: GraphView) -> [(adjacency: Adjacency, direction: Direction)] {
    let names = view.typeNames
    if names.count == knownTypes { return handles }
    knownTypes = names.count
    let ids = types.map { $0.compactMap { view.typeID($0) } } ?? names.indices.map { TypeID(UInt32($0)) }
    handles = ids.flatMap { id -> [(adjacency: Adjacency, direction: Direction)] in
      var both: [(adjacency: Adjacency, direction: Direction)] = []
      if way != .incoming { both.append((view.adjacency(id, .outgoing), .outgoing)) }
      if way != .outgoing { both.append((view.adjacency(id, .incoming), .incoming)) }
      return both
    }
    return handles
  }
}

/// What a hop's relationship must differ from: columns of ids, or of lists of relationships.
struct UniquenessCheck {
  private var ids: [[UInt32]] = []
  private var lists: [Vector] = []

  init(_ positions: [Int], _ batch: Batch) {
    for position in positions {
      if case .relationships(let a) = batch.columns[position] { ids.append(a) } else { lists.append(batch.columns[position]) }
    }
  }

  var isEmpty: Bool { ids.isEmpty && lists.isEmpty }

  /// The one column of ids, where there is nothing else to differ from.
  var singleColumn: [UInt32]? { lists.isEmpty && ids.count == 1 ? ids[0] : nil }

  @inline(__always)
  func allows(_ relationship: UInt32, row: Int) -> Bool {
    for column in ids where column[row] == relationship { return false }
    return lists.isEmpty || allowsInLists(relationship, row)
  }

  private func allowsInLists(_ relationship: UInt32, _ row: Int) -> Bool {
    for column in lists {
      switch column[row] {
      case .relationship(let r): if r.id.rawValue == relationship { return false }
      case .list(let all):
        for case .relationship(let r) in all where r.id.rawValue == relationship { return false }
      default: break
      }
    }
    return true
  }
}

/// One hop from a bound node to its neighbours.
final class ExpandAll: UnaryOperator {
  private let expansion: Expansion
  private let fromPosition: Int
  private let toPosition: Int?
  private let relationshipPosition: Int?
  private let differsFrom: [Int]
  private let rows: RowBuilder
  private var hops: HopHandles
  private var scratch = Adjacency.Scratch()
  private let buffer = HopBuffer()
  /// The rows of ``buffer`` before this one were given.
  private var given = 0
  private var source: Batch?
  private var row = 0

  init(_ plan: LogicalPlan, _ input: Operator, _ expansion: Expansion) throws {
    self.expansion = expansion
    let layout = Layout(plan.outputs)
    fromPosition = try input.layout.position(expansion.from)
    toPosition = layout[expansion.to]
    relationshipPosition = expansion.relationship.flatMap { layout[$0] }
    differsFrom = try expansion.differsFrom.map { try input.layout.position($0) }
    rows = RowBuilder(plan.outputs, from: input.layout)
    hops = HopHandles(types: expansion.types, way: expansion.way)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable }

  override func next() throws -> Batch? {
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        self.source = batch
        row = 0
        continue
      }
      if given < buffer.count { return take(source) }
      if row >= source.count {
        self.source = nil
        continue
      }
      try expand(source)
      given = 0
      // The buffer of a usual batch is not worth counting; that of a node with very many neighbours is.
      if buffer.byteCount > max(heldBytes, 1 << 18) { try hold(buffer.byteCount - heldBytes) }
    }
  }

  /// Whether a predicate asks for a label that all nodes have to which the hop can lead, in a graph that does not change.
  func implies(_ predicate: Scalar) throws -> Bool {
    guard case .hasLabels(.variable(expansion.to), .name(let name), _) = predicate, context.writer == nil, context.store == nil,
      let label = context.view.labelID(name)
    else { return false }
    return try hops.resolved(context.view).allSatisfy {
      try context.view.allEnds(of: $0.adjacency.type, $0.direction, have: label)
    }
  }

  /// The next rows of the buffer: all of them, but for a node with very many neighbours.
  private func take(_ source: Batch) -> Batch {
    let range = given..<(buffer.count - given > 8 * context.options.batchSize ? given + 4 * context.options.batchSize : buffer.count)
    given = range.upperBound
    var new: [(Int, Vector)] = []
    if let toPosition { new.append((toPosition, .nodes(buffer.neighbors(range)))) }
    if let relationshipPosition { new.append((relationshipPosition, .relationships(buffer.relationships(range)))) }
    return rows.batch(source, parents: buffer.parents(range), new: new)
  }

  /// Follows rows of `source` from where the last batch ended until the buffer has a batch.
  private func expand(_ source: Batch) throws {
    let from = try source.columns[fromPosition].nodeIDs()
    let unique = UniquenessCheck(differsFrom, source)
    let handles = hops.resolved(context.view)
    let full = context.options.batchSize
    buffer.clear()
    while row < source.count, buffer.count < full {
      let node = from[row]
      let parent = Int32(truncatingIfNeeded: row)
      if node != Vector.nullID {
        for (adjacency, direction) in handles {
          guard let run = try adjacency.run(of: node, scratch: &scratch) else { continue }
          if expansion.way == .both && direction == .incoming {
            // An undirected hop meets a loop at its node twice, once in each direction.
            buffer.append(run, parent: parent) { neighbor, relationship in
              neighbor != node && unique.allows(relationship, row: row)
            }
          } else if unique.isEmpty {
            buffer.append(run, parent: parent)
          } else if let excluded = unique.singleColumn {
            buffer.append(run, parent: parent, except: excluded[row])
          } else {
            buffer.append(run, parent: parent) { _, relationship in unique.allows(relationship, row: row) }
          }
        }
      }
      row += 1
      try context.countStep()
    }
  }

  override func reset() {
    source = nil
    buffer.clear()
    given = 0
    super.reset()
  }
}

/// Keeps the rows whose two nodes are joined, once for each relationship between them.
final class ExpandInto: UnaryOperator {
  private let expansion: Expansion
  private let fromPosition: Int
  private let toPosition: Int
  private let relationshipPosition: Int?
  private let differsFrom: [Int]
  private let rows: RowBuilder
  private var hops: HopHandles
  private var scratch = Adjacency.Scratch()
  /// Where nobody asks which relationship it is: from the first node to the second, and back.
  private let stamps: (from: StampedNeighbors, to: StampedNeighbors)?

  init(_ plan: LogicalPlan, _ input: Operator, _ expansion: Expansion) throws {
    self.expansion = expansion
    fromPosition = try input.layout.position(expansion.from)
    toPosition = try input.layout.position(expansion.to)
    let isAnonymous = expansion.relationship.flatMap { Layout(plan.outputs)[$0] } == nil && expansion.differsFrom.isEmpty
    stamps = !isAnonymous || input.context.writer != nil ? nil : (
      StampedNeighbors(anchor: 0, other: 1, hops: HopHandles(types: expansion.types, way: expansion.way)),
      StampedNeighbors(anchor: 1, other: 0, hops: HopHandles(types: expansion.types, way: expansion.way.reversed)))
    stamps?.from.start(input.context)
    stamps?.to.start(input.context)
    relationshipPosition = expansion.relationship.flatMap { Layout(plan.outputs)[$0] }
    differsFrom = try expansion.differsFrom.map { try input.layout.position($0) }
    rows = RowBuilder(plan.outputs, from: input.layout)
    hops = HopHandles(types: expansion.types, way: expansion.way)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    while let source = try input.pull() {
      let from = try source.columns[fromPosition].nodeIDs()
      let to = try source.columns[toPosition].nodeIDs()
      if let stamps {
        let parents = try joined(from, to, stamps)
        if parents.isEmpty { continue }
        return rows.batch(source, parents: parents, new: [])
      }
      let unique = UniquenessCheck(differsFrom, source)
      let handles = hops.resolved(context.view)
      var relationships: [UInt32] = []
      var parents: [Int32] = []
      for row in 0..<source.count {
        let (node, target) = (from[row], to[row])
        try context.countStep()
        if node == Vector.nullID || target == Vector.nullID { continue }
        for (adjacency, direction) in handles {
          if expansion.way == .both && direction == .incoming && node == target { continue }
          try adjacency.forEachRun(of: node, scratch: &scratch) { run in
            var i = run.firstIndex(of: target)
            while i < run.count, run.neighbors[i] == target {
              if unique.allows(run.relationships[i], row: row) {
                relationships.append(run.relationships[i])
                parents.append(Int32(truncatingIfNeeded: row))
              }
              i += 1
            }
          }
        }
      }
      if parents.isEmpty { continue }
      return rows.batch(source, parents: parents, new: relationshipPosition.map { [($0, .relationships(relationships))] } ?? [])
    }
    return nil
  }
}

extension ExpandInto {
  /// The rows whose nodes are joined, as often as they are; whichever node stays the same from row to row is looked from.
  private func joined(_ from: [UInt32], _ to: [UInt32], _ stamps: (from: StampedNeighbors, to: StampedNeighbors)) throws -> [Int32] {
    let isReversed = from.first != from.last && to.first == to.last
    let (anchors, others, marks) = isReversed ? (to, from, stamps.to) : (from, to, stamps.from)
    var parents: [Int32] = []
    for row in anchors.indices where anchors[row] != Vector.nullID && others[row] != Vector.nullID {
      let count = try marks.count(anchors[row], others[row])
      for _ in 0..<count { parents.append(Int32(truncatingIfNeeded: row)) }
    }
    return parents
  }
}

extension Adjacency.Run {
  /// The first position whose neighbour is not below `target`; neighbours ascend.
  @inline(__always)
  func firstIndex(of target: UInt32) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) >> 1
      if neighbors[middle] < target { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension Vector {
  /// Node ids of a column that holds nodes, null as `nullID`.
  func nodeIDs() throws -> [UInt32] {
    switch self {
    case .nodes(let a): return a
    case .constant(let value, let count): return [UInt32](repeating: try Vector.nodeID(value), count: count)
    default: return try (0..<count).map { try Vector.nodeID(self[$0]) }
    }
  }

  static func nodeID(_ value: Value) throws -> UInt32 {
    switch value {
    case .node(let node): return node.id.rawValue
    case .null: return Vector.nullID
    default: throw SinterError("TypeError.InvalidArgumentType", "A pattern starts from a node, not from \(value.typePhrase).")
    }
  }
}

/// The ends of a relationship that is bound already.
final class RelationshipEndsOperator: UnaryOperator {
  private let ends: RelationshipEnds
  private let rows: RowBuilder

  init(_ plan: LogicalPlan, _ input: Operator, _ ends: RelationshipEnds) {
    self.ends = ends
    rows = RowBuilder(plan.outputs, from: input.layout)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    while let source = try input.pull() {
      let relationships = source.columns[try input.layout.position(ends.relationship)]
      let boundStart = ends.startIsBound ? try source.columns[try input.layout.position(ends.start)].nodeIDs() : nil
      let boundEnd = ends.endIsBound ? try source.columns[try input.layout.position(ends.end)].nodeIDs() : nil
      var starts: [UInt32] = []
      var targets: [UInt32] = []
      var parents: [Int32] = []
      for row in 0..<source.count {
        guard case .relationship(let relationship) = relationships[row], let record = try context.view.relationship(relationship.id) else { continue }
        if let types = ends.types, !types.contains(context.view.name(of: record.type)) { continue }
        var ways: [(UInt32, UInt32)] = []
        if ends.way != .incoming { ways.append((record.start.rawValue, record.end.rawValue)) }
        if ends.way != .outgoing, ends.way == .incoming || record.start != record.end {
          ways.append((record.end.rawValue, record.start.rawValue))
        }
        for (start, end) in ways {
          if let boundStart, boundStart[row] != start { continue }
          if let boundEnd, boundEnd[row] != end { continue }
          if ends.start == ends.end && start != end { continue }
          starts.append(start)
          targets.append(end)
          parents.append(Int32(row))
        }
      }
      if parents.isEmpty { continue }
      var new: [(Int, Vector)] = []
      if !ends.startIsBound, let position = layout[ends.start] { new.append((position, .nodes(starts))) }
      if !ends.endIsBound, let position = layout[ends.end] { new.append((position, .nodes(targets))) }
      return rows.batch(source, parents: parents, new: new)
    }
    return nil
  }
}
