import SinterModel
import SinterPlan
import SinterStorage

/// One hop of a ``CountPaths``, made ready: slots instead of variables, and only those checks that can fail.
final class PathLevel {
  /// Two nodes that are both there before the hop, and must be the same or differ.
  struct Gate {
    var a: Int
    var b: Int
    var isEqual: Bool
  }

  /// A relationship of the chain to differ from, and the slots of both relationships' starts and ends; -1 where unknown.
  struct RelationshipCheck {
    var slot: Int
    var myStart = -1
    var theirStart = -1
    var myEnd = -1
    var theirEnd = -1
  }

  /// Columns of the input that hold relationships to differ from.
  let inputChecks: [Int]
  private let labelNames: [String]
  private var hops: HopHandles
  private var handles: [(adjacency: Adjacency, direction: Direction)] = []
  /// Of a hop between bound nodes: the end that was bound first, and the hops from there.
  private let stamps: StampedNeighbors?
  private var hop: PathWalker.Hop

  init(_ hop: PathCount.Hop, slots: PathSlots, checks: [RelationshipCheck], inputChecks: [Int], keepsRelationship: Bool) {
    let expansion = hop.expansion
    let (from, to) = (slots[expansion.from], slots[expansion.to])
    self.inputChecks = inputChecks
    labelNames = hop.labels
    hops = HopHandles(types: expansion.types, way: expansion.way)
    let (a, b) = (slots.level(of: expansion.from), slots.level(of: expansion.to))
    // Bound by the same hop, or both by the input, neither stays while the other changes.
    stamps = !expansion.isInto || a == b ? nil : StampedNeighbors(
      anchor: a < b ? from : to, other: a < b ? to : from,
      hops: HopHandles(types: expansion.types, way: a < b ? expansion.way : expansion.way.reversed))
    var different: [Int] = []
    var same: [Int] = []
    var gates: [Gate] = []
    for (pairs, isEqual) in [(hop.different, false), (hop.same, true)] {
      for pair in pairs {
        let (a, b) = (slots[pair.a], slots[pair.b])
        if expansion.isInto || (a != to && b != to) || a == b {
          gates.append(Gate(a: a, b: b, isEqual: isEqual))
        } else if isEqual {
          same.append(a == to ? b : a)
        } else {
          different.append(a == to ? b : a)
        }
      }
    }
    let scratch = UnsafeMutablePointer<Adjacency.Scratch>.allocate(capacity: 1)
    scratch.initialize(to: Adjacency.Scratch())
    self.hop = PathWalker.Hop(
      from: from, to: to, relationship: keepsRelationship ? expansion.relationship.map { slots[$0] } ?? -1 : -1, isInto: expansion.isInto,
      isUndirected: expansion.way == .both, isPlain: false, isCountedByDegree: false, differentFrom: different.copied, sameAs: same.copied, gates: gates.copied,
      checks: checks.copied, labels: [LabelID]().copied, handles: [PathWalker.Handle]().copied,
      stamps: stamps.map { Unmanaged.passUnretained($0) }, scratch: scratch)
  }

  deinit {
    hop.differentFrom.deallocate()
    hop.sameAs.deallocate()
    hop.gates.deallocate()
    hop.checks.deallocate()
    hop.labels.deallocate()
    hop.handles.deallocate()
    hop.scratch.deinitialize(count: 1)
    hop.scratch.deallocate()
  }

  /// Looks types and labels up, once for a run of the plan; nil when the hop leads nowhere, for a label that no node has.
  func start(_ context: ExecutionContext) throws -> PathWalker.Hop? {
    let view = context.view
    handles = hops.resolved(view)
    stamps?.start(context)
    var labels: [LabelID] = []
    for name in labelNames {
      guard let label = view.labelID(name) else { return nil }
      let isImplied = try !hop.isInto && handles.allSatisfy { try view.allEnds(of: $0.adjacency.type, $0.direction, have: label) }
      if !isImplied { labels.append(label) }
    }
    hop.labels.deallocate()
    hop.labels = labels.copied
    hop.handles.deallocate()
    hop.handles = handles.map { PathWalker.Handle(adjacency: $0.adjacency, direction: $0.direction) }.copied
    hop.isPlain = labels.isEmpty && hop.sameAs.isEmpty && inputChecks.isEmpty
    hop.isCountedByDegree = hop.isPlain && !hop.isInto && !hop.isUndirected && hop.gates.isEmpty && hop.differentFrom.isEmpty && hop.checks.isEmpty
    return hop
  }

  /// The relationships whose number at a node is that of the hops from it, where there is nothing else to look at.
  var countedByDegree: [Adjacency]? { hop.isCountedByDegree ? handles.map(\.adjacency) : nil }
}

extension Array {
  /// The elements, of a type without references to count, in memory that the caller frees.
  fileprivate var copied: UnsafeBufferPointer<Element> {
    let memory = UnsafeMutableBufferPointer<Element>.allocate(capacity: count)
    _ = memory.initialize(from: self)
    return UnsafeBufferPointer(memory)
  }
}

/// Where the variables of a chain of hops stand while it is followed.
struct PathSlots {
  private var variables: [Variable] = []
  private var levels: [Int] = []

  var count: Int { variables.count }

  /// - Parameter level: the hop that binds the variable; -1 for the input.
  mutating func add(_ variable: Variable, level: Int) {
    guard !variables.contains(variable) else { return }
    variables.append(variable)
    levels.append(level)
  }

  func contains(_ variable: Variable) -> Bool { variables.contains(variable) }
  subscript(variable: Variable) -> Int { variables.firstIndex(of: variable)! }
  func level(of variable: Variable) -> Int { levels[self[variable]] }
}

/// The neighbours of one node, marked in a table by node id: whether another is among them is then one look.
///
/// The table is made only after some questions about the same node; before that the neighbours are searched.
final class StampedNeighbors {
  let anchor: Int
  let other: Int
  private var hops: HopHandles
  private var handles: [(adjacency: Adjacency, direction: Direction)] = []
  private var scratch = Adjacency.Scratch()
  private var node = Vector.nullID
  private var questions = 0
  /// How many relationships lead to each node.
  private var table: MarkTable?
  private var pool: ScratchPool?
  private var limit = 0
  private var isStamped = false

  init(anchor: Int, other: Int, hops: HopHandles) {
    self.anchor = anchor
    self.other = other
    self.hops = hops
  }

  deinit {
    if let table { pool?.give(table) }
  }

  func start(_ context: ExecutionContext) {
    handles = hops.resolved(context.view)
    pool = context.scratch
    if limit != Int(context.view.nodeIDLimit) {
      table = nil
      limit = Int(context.view.nodeIDLimit)
    }
    // The marks in the table are older than any that come.
    (node, isStamped) = (Vector.nullID, false)
  }

  /// Relationships between the two nodes.
  func count(_ anchorNode: UInt32, _ otherNode: UInt32) throws -> Int64 {
    if anchorNode != node { (node, questions, isStamped) = (anchorNode, 0, false) }
    if !isStamped {
      questions += 1
      if questions <= 4 { return try search(otherNode) }
    }
    return try table(of: anchorNode)[otherNode]
  }

  /// The marks for many questions about a node.
  func table(of anchorNode: UInt32) throws -> StampTable {
    if anchorNode != node || !isStamped {
      node = anchorNode
      try stamp()
    }
    return StampTable(marks: table!.marks, limit: limit, epoch: table!.epoch)
  }

  private func search(_ target: UInt32) throws -> Int64 {
    var count: Int64 = 0
    for (adjacency, direction) in handles {
      if handles.isSecondLook(direction, of: node, to: target) { continue }
      try adjacency.forEachRun(of: node, scratch: &scratch) { run in
        var i = run.firstIndex(of: target)
        while i < run.count, run.neighbors[i] == target {
          count += 1
          i += 1
        }
      }
    }
    return count
  }

  private func stamp() throws {
    let table = table ?? pool?.marks(limit: limit) ?? MarkTable(limit: limit)
    self.table = table
    table.beginEpoch()
    for (adjacency, direction) in handles {
      try adjacency.forEachRun(of: node, scratch: &scratch) { run in
        for i in 0..<run.count {
          let neighbor = run.neighbors[i]
          if !handles.isSecondLook(direction, of: node, to: neighbor) { table.mark(neighbor) }
        }
      }
    }
    isStamped = true
  }
}

extension [(adjacency: Adjacency, direction: Direction)] {
  /// An undirected hop meets a loop at its node twice, once in each direction.
  @inline(__always)
  func isSecondLook(_ direction: Direction, of node: UInt32, to neighbor: UInt32) -> Bool {
    neighbor == node && direction == .incoming && contains { $0.direction == .outgoing }
  }
}
