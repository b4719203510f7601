import CSinterKernels
import SinterModel
import SinterStorage

/// Follows the hops of a ``CountPaths`` depth first and counts paths, or the paths to each node.
///
/// A struct over plain memory, as its loops run for every path: no reference is counted and no access checked in them. What the
/// pointers lead to is owned by the levels and the operator, which live as long as the walk.
struct PathWalker {
  /// A level in plain memory.
  struct Hop {
    var from: Int
    var to: Int
    /// Slot of the relationship; -1 when no later hop looks at it.
    var relationship: Int
    var isInto: Bool
    var isUndirected: Bool
    /// There are conditions beyond nodes and relationships to differ from.
    var isPlain: Bool
    /// There are no conditions at all: the number of hops from a node is that of its relationships.
    var isCountedByDegree: Bool
    var differentFrom: UnsafeBufferPointer<Int>
    var sameAs: UnsafeBufferPointer<Int>
    var gates: UnsafeBufferPointer<PathLevel.Gate>
    var checks: UnsafeBufferPointer<PathLevel.RelationshipCheck>
    var labels: UnsafeBufferPointer<LabelID>
    var handles: UnsafeBufferPointer<Handle>
    var stamps: Unmanaged<StampedNeighbors>?
    var scratch: UnsafeMutablePointer<Adjacency.Scratch>
  }

  struct Handle {
    unowned(unsafe) var adjacency: Adjacency
    var direction: Direction
  }

  let slots: UnsafeMutablePointer<UInt32>
  let hops: UnsafeMutablePointer<Hop>
  let last: Int
  unowned(unsafe) let context: ExecutionContext
  /// Where the nodes are counted; nil when only paths are.
  let counter: Unmanaged<PathCounter>?
  let target: Int
  /// Columns of the input to differ from, for each hop, and the row at hand.
  var inputChecks: [UniquenessCheck?] = []
  var row = 0
  var total: Int64 = 0
  private var steps = 0

  init(
    slots: UnsafeMutablePointer<UInt32>, hops: UnsafeMutableBufferPointer<Hop>, context: ExecutionContext, counter: PathCounter?, target: Int?
  ) {
    self.slots = slots
    self.hops = hops.baseAddress!
    last = hops.count - 1
    self.context = context
    self.counter = counter.map { Unmanaged.passUnretained($0) }
    self.target = target ?? -1
  }

  /// Follows the hops from number `number` on; every path so far stands for `paths`.
  mutating func walk(_ number: Int, _ paths: Int64) throws {
    let hop = hops + number
    let node = slots[hop.pointee.from]
    if node == Vector.nullID { return }
    for gate in hop.pointee.gates where (slots[gate.a] == slots[gate.b]) != gate.isEqual { return }
    if hop.pointee.isInto { return try walkInto(number, node, paths) }
    let excludedOfAll = self.excluded(hop)
    if number == last, hop.pointee.isPlain, target != hop.pointee.to, !hop.pointee.isUndirected, excludedOfAll.isEmpty {
      return try finishByDegree(hop, node, paths)
    }
    let endsByDegree = number == last - 1 && countsByDegree(after: number)
    for handle in hop.pointee.handles {
      guard let run = try handle.adjacency.run(of: node, scratch: &hop.pointee.scratch.pointee) else { continue }
      try count(steps: run.count)
      var excluded = excludedOfAll
      let isSecondLook = hop.pointee.isUndirected && handle.direction == .incoming
      if isSecondLook { excluded.exclude(node: node) }
      let isPlain = hop.pointee.isPlain && !excluded.isOverfull
      if isPlain, number == last {
        finish(hop, run, excluded, paths)
      } else if isPlain, endsByDegree {
        try finishByDegrees(hop, run, excluded, paths)
      } else if isPlain, number == last - 1, let stamps = try closing(number) {
        finish(hop, run, excluded, stamps, paths)
      } else {
        try walk(run, number, isPlain ? excluded : nil, loopAt: isSecondLook ? node : Vector.nullID, paths)
      }
    }
  }

  @inline(__always)
  private mutating func count(steps more: Int) throws {
    steps &+= more
    if steps > 1 << 14 {
      steps = 0
      try context.checkInterrupts()
    }
  }

  /// Nodes and relationships that the hop must not take.
  @inline(__always)
  private func excluded(_ hop: UnsafeMutablePointer<Hop>) -> ExcludedHops {
    var excluded = ExcludedHops()
    for slot in hop.pointee.differentFrom { excluded.exclude(node: slots[slot]) }
    let to = hop.pointee.to
    for check in hop.pointee.checks where !isSettled(check, unknown: to) {
      // The same relationship would lead to the same node.
      let near = check.myEnd == to ? check.theirEnd : check.myStart == to ? check.theirStart : -1
      excluded.exclude(relationship: slots[check.slot], near: near >= 0 && near != to ? slots[near] : Vector.nullID)
    }
    return excluded
  }

  /// Both relationships' starts, or their ends, are there and differ: so do the relationships.
  /// - Parameter unknown: a slot that is not filled yet.
  @inline(__always)
  private func isSettled(_ check: PathLevel.RelationshipCheck, unknown: Int) -> Bool {
    if check.myStart >= 0, check.myStart != unknown, check.theirStart != unknown, slots[check.myStart] != slots[check.theirStart] { return true }
    return check.myEnd >= 0 && check.myEnd != unknown && check.theirEnd != unknown && slots[check.myEnd] != slots[check.theirEnd]
  }

  // MARK: The last hop

  /// The ends of all paths through this run.
  @inline(__always)
  private mutating func finish(_ hop: UnsafeMutablePointer<Hop>, _ run: Adjacency.Run, _ excluded: ExcludedHops, _ paths: Int64) {
    guard let counter else {
      total &+= paths &* Int64(excluded.count(run))
      return
    }
    counter._withUnsafeGuaranteedRef { counter in
      if target == hop.pointee.to {
        counter.add(run, except: excluded, paths)
      } else {
        let count = excluded.count(run)
        if count > 0 { counter.add(slots[target], paths &* Int64(count)) }
      }
    }
  }

  /// Every neighbour ends a path: their number is enough.
  @inline(__always)
  private mutating func finishByDegree(_ hop: UnsafeMutablePointer<Hop>, _ node: UInt32, _ paths: Int64) throws {
    try count(steps: 1)
    var degree: Int64 = 0
    for handle in hop.pointee.handles { degree &+= Int64(try handle.adjacency.degree(of: node)) }
    guard degree > 0 else { return }
    if let counter { counter._withUnsafeGuaranteedRef { $0.add(slots[target], paths &* degree) } } else { total &+= paths &* degree }
  }

  /// The hop after this one is the last, from the node that this one leads to, and there is nothing to look at but how many
  /// relationships that node has.
  @inline(__always)
  private func countsByDegree(after number: Int) -> Bool {
    let next = hops + (number + 1)
    return next.pointee.isCountedByDegree && next.pointee.from == hops[number].to && target != next.pointee.to
  }

  /// The ends of all paths through this run, one hop further.
  private mutating func finishByDegrees(
    _ hop: UnsafeMutablePointer<Hop>, _ run: Adjacency.Run, _ excluded: ExcludedHops, _ paths: Int64
  ) throws {
    if let counter, target == hop.pointee.to {
      for i in 0..<run.count where excluded.allows(run.neighbors[i], run.relationships[i]) {
        var degree: Int64 = 0
        for handle in (hop + 1).pointee.handles { degree &+= Int64(try handle.adjacency.degree(of: run.neighbors[i])) }
        if degree > 0 { counter._withUnsafeGuaranteedRef { $0.add(run.neighbors[i], paths &* degree) } }
      }
      return
    }
    var degree: Int64 = 0
    for handle in (hop + 1).pointee.handles {
      degree &+= try handle.adjacency.totalDegree(of: run) { excluded.allows($0, $1) }
    }
    guard degree > 0 else { return }
    if let counter { counter._withUnsafeGuaranteedRef { $0.add(slots[target], paths &* degree) } } else { total &+= paths &* degree }
  }

  /// The marked neighbours that close every path through a hop, when the hop after it is the last, leads back to a bound
  /// node, and has nothing to look at but how often it is joined.
  private func closing(_ number: Int) throws -> StampTable? {
    let next = hops + (number + 1)
    guard next.pointee.isInto, next.pointee.isPlain, next.pointee.gates.isEmpty, next.pointee.labels.isEmpty, next.pointee.relationship < 0,
      let stamps = next.pointee.stamps
    else { return nil }
    let own = hops[number].to
    for check in next.pointee.checks where !isSettled(check, unknown: own) { return nil }
    return try stamps._withUnsafeGuaranteedRef { stamps in
      stamps.other == own ? try stamps.table(of: slots[stamps.anchor]) : nil
    }
  }

  private mutating func finish(
    _ hop: UnsafeMutablePointer<Hop>, _ run: Adjacency.Run, _ excluded: ExcludedHops, _ stamps: StampTable, _ paths: Int64
  ) {
    let counts = target == hop.pointee.to ? counter : nil
    var sum: Int64 = 0
    for i in 0..<run.count {
      let neighbor = run.neighbors[i]
      let closed = stamps[neighbor]
      guard closed > 0, excluded.allows(neighbor, run.relationships[i]) else { continue }
      if let counts { counts._withUnsafeGuaranteedRef { $0.add(neighbor, paths &* closed) } } else { sum &+= closed }
    }
    guard sum > 0 else { return }
    if let counter { counter._withUnsafeGuaranteedRef { $0.add(slots[target], paths &* sum) } } else { total &+= paths &* sum }
  }

  // MARK: Hops before the last

  /// - Parameters:
  ///   - excluded: what the hop must not take, where that is all there is to check.
  ///   - loopAt: the node whose loops were followed in the other direction.
  private mutating func walk(_ run: Adjacency.Run, _ number: Int, _ excluded: ExcludedHops?, loopAt: UInt32, _ paths: Int64) throws {
    let hop = hops + number
    let (to, relationshipSlot) = (hop.pointee.to, hop.pointee.relationship)
    let ahead = Lookahead(run, hop, isLast: number == last)
    for i in 0..<run.count {
      ahead.fetch(i)
      let (neighbor, relationship) = (run.neighbors[i], run.relationships[i])
      if let excluded {
        if !excluded.allows(neighbor, relationship) { continue }
      } else if try neighbor == loopAt || !passes(hop, number, neighbor, relationship) {
        continue
      }
      slots[to] = neighbor
      if relationshipSlot >= 0 { slots[relationshipSlot] = relationship }
      try advance(number, paths)
    }
  }

  private func passes(_ hop: UnsafeMutablePointer<Hop>, _ number: Int, _ neighbor: UInt32, _ relationship: UInt32) throws -> Bool {
    for slot in hop.pointee.differentFrom where slots[slot] == neighbor { return false }
    for slot in hop.pointee.sameAs where slots[slot] != neighbor { return false }
    for check in hop.pointee.checks where slots[check.slot] == relationship { return false }
    if let check = inputChecks[number], !check.allows(relationship, row: row) { return false }
    for label in hop.pointee.labels where try !context.view.has(label, NodeID(neighbor)) { return false }
    return true
  }

  @inline(__always)
  private mutating func advance(_ number: Int, _ paths: Int64) throws {
    if number < last { return try walk(number + 1, paths) }
    if let counter { counter._withUnsafeGuaranteedRef { $0.add(slots[target], paths) } } else { total &+= paths }
  }

  /// Between two bound nodes: the relationships are counted, and only looked at one by one where they must differ from others.
  private mutating func walkInto(_ number: Int, _ node: UInt32, _ paths: Int64) throws {
    try count(steps: 8)
    let hop = hops + number
    let other = slots[hop.pointee.to]
    if other == Vector.nullID { return }
    for label in hop.pointee.labels where try !context.view.has(label, NodeID(other)) { return }
    if let stamps = hop.pointee.stamps, hop.pointee.relationship < 0, inputChecks[number] == nil,
      hop.pointee.checks.allSatisfy({ isSettled($0, unknown: -1) })
    {
      let count = try stamps._withUnsafeGuaranteedRef { try $0.count(slots[$0.anchor], slots[$0.other]) }
      if count > 0 { try advance(number, paths &* count) }
      return
    }
    for handle in hop.pointee.handles {
      if hop.pointee.isUndirected && handle.direction == .incoming && node == other { continue }
      guard let run = try handle.adjacency.run(of: node, scratch: &hop.pointee.scratch.pointee) else { continue }
      var i = run.firstIndex(of: other)
      while i < run.count, run.neighbors[i] == other {
        let relationship = run.relationships[i]
        i += 1
        if hop.pointee.checks.contains(where: { slots[$0.slot] == relationship }) { continue }
        if let check = inputChecks[number], !check.allows(relationship, row: row) { continue }
        if hop.pointee.relationship >= 0 { slots[hop.pointee.relationship] = relationship }
        try advance(number, paths)
      }
    }
  }
}

/// The marks of ``StampedNeighbors``: how many relationships lead from the anchor to a node.
struct StampTable {
  let marks: UnsafePointer<UInt64>
  let limit: Int
  let epoch: UInt64

  @inline(__always)
  subscript(node: UInt32) -> Int64 {
    guard Int(node) < limit else { return 0 }
    let mark = marks[Int(node)]
    return mark >> 32 == epoch ? Int64(mark & 0xFFFF_FFFF) : 0
  }
}

/// Asks for the memory of the hops that come next while those before are followed: they are anywhere.
private struct Lookahead {
  private let run: Adjacency.Run
  private unowned(unsafe) let next: Adjacency?

  /// - Parameter hop: the hop that the run belongs to; the one after it is the next.
  @inline(__always)
  init(_ run: Adjacency.Run, _ hop: UnsafeMutablePointer<PathWalker.Hop>, isLast: Bool) {
    self.run = run
    let follows = !isLast && run.count > 4 && !(hop + 1).pointee.isInto && (hop + 1).pointee.from == hop.pointee.to
    next = follows && (hop + 1).pointee.handles.count == 1 ? (hop + 1).pointee.handles[0].adjacency : nil
  }

  /// Before the neighbour at `i`: where its hops are, some places further on, and then the hops themselves.
  @inline(__always)
  func fetch(_ i: Int) {
    guard let next else { return }
    if i + 12 < run.count, let address = next.offsetsAddress(of: run.neighbors[i + 12]) { sinter_prefetch(address) }
    if i + 6 < run.count, let address = next.neighborsAddress(of: run.neighbors[i + 6]) {
      sinter_prefetch(address)
      sinter_prefetch(address + 64)
    }
  }
}
