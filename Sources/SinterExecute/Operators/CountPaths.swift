import SinterModel
import SinterPlan
import SinterStorage

/// Follows chains of hops from the rows of its input, depth first, and gives how many there are: for each row, for each node
/// they end at (or pass), or altogether.
///
/// No row is made for a path; the last hop of each is a loop over a node's neighbours.
final class CountPaths: UnaryOperator {
  private let paths: PathCount
  private let levels: [PathLevel]
  private let inputSlots: [(slot: Int, position: Int)]
  private let passed: [(from: Int, to: Int)]
  private let target: Int?
  private let targetPosition: Int?
  private let countPosition: Int?
  private let slots: UnsafeMutablePointer<UInt32>
  private let slotCount: Int
  private var counter: PathCounter?
  /// nil when no path can be: a label or type is not there.
  private var walker: PathWalker?
  /// The relationships to count where a path is one hop with nothing to look at, and nobody asks where it leads.
  private var degrees: [Adjacency]?
  private var hops: UnsafeMutableBufferPointer<PathWalker.Hop>
  // The rows of the input at hand.
  private var columns: [(slot: Int, ids: [UInt32])] = []
  private var row = 0
  private var source: Batch?
  private var isGathered = false
  private var emitted = 0

  init(_ plan: LogicalPlan, _ input: Operator, _ paths: PathCount) throws {
    self.paths = paths
    let layout = Layout(plan.outputs)
    var slots = PathSlots()
    let made = VariableSet(paths.hops.flatMap { [$0.expansion.relationship, $0.expansion.isInto ? nil : $0.expansion.to].compactMap { $0 } })
    for hop in paths.hops {
      let nodes = [hop.expansion.from, hop.expansion.to] + (hop.different + hop.same).flatMap { [$0.a, $0.b] }
      for node in nodes where !made.contains(node) { slots.add(node, level: -1) }
    }
    inputSlots = try input.layout.variables.filter(slots.contains).map { (slots[$0], try input.layout.position($0)) }
    for (level, hop) in paths.hops.enumerated() {
      if !hop.expansion.isInto { slots.add(hop.expansion.to, level: level) }
      if let relationship = hop.expansion.relationship { slots.add(relationship, level: level) }
    }
    levels = try CountPaths.levels(paths, slots, input.layout)
    target = paths.target.map { slots[$0] }
    targetPosition = paths.target.flatMap { layout[$0] }
    countPosition = paths.count.flatMap { layout[$0] }
    passed = plan.outputs.enumerated().compactMap { to, variable in input.layout[variable].map { (from: $0, to: to) } }
    slotCount = slots.count
    self.slots = .allocate(capacity: slotCount)
    self.slots.initialize(repeating: Vector.nullID, count: slotCount)
    hops = .allocate(capacity: levels.count)
    super.init(plan, input)
  }

  deinit {
    if let counter { context.scratch.give(counter) }
    slots.deallocate()
    hops.deallocate()
  }

  private static func levels(_ paths: PathCount, _ slots: PathSlots, _ input: Layout) throws -> [PathLevel] {
    let checks = paths.hops.indices.map { paths.checks(of: $0, slots) }
    let kept = Set(checks.joined().map(\.slot))
    return try paths.hops.enumerated().map { level, hop in
      let others = hop.expansion.differsFrom.filter { !slots.contains($0) }
      return PathLevel(
        hop, slots: slots, checks: checks[level], inputChecks: try others.map { try input.position($0) },
        keepsRelationship: hop.expansion.relationship.map { kept.contains(slots[$0]) } ?? false)
    }
  }

  // MARK: Rows

  override var isReusable: Bool { input.isReusable }

  override func next() throws -> Batch? {
    try passed.isEmpty ? nextOfAll() : nextOfRows()
  }

  /// Without columns of the input: all paths are gathered first.
  private func nextOfAll() throws -> Batch? {
    if !isGathered {
      isGathered = true
      if try !gatherInParallel() { try gather() }
    }
    guard let counter else {
      guard let total = walker?.total, total > 0 else { return nil }
      walker?.total = 0
      return finished([], [total])
    }
    let end = min(emitted + context.options.batchSize, counter.nodeCount)
    if emitted >= end { return nil }
    defer { emitted = end }
    let (nodes, counts) = counter.take(emitted..<end)
    return finished(nodes, counts)
  }

  private func gather() throws {
    var isPrepared = false
    while let batch = try input.pull() {
      // Only now: the clauses before may make nodes, labels and types.
      if !isPrepared { try prepare() }
      isPrepared = true
      if let counts = try degreeCounts(of: batch) {
        walker?.total &+= counts.reduce(0, &+)
        continue
      }
      try start(batch)
      for row in 0..<batch.count { try follow(row) }
    }
  }

  /// Counts the paths to each node on several threads, and adds their counts in the order of the rows; false where that is not
  /// possible, or the paths are too few for as many counts.
  private func gatherInParallel() throws -> Bool {
    guard target != nil, context.threadCount > 1, let dealt = input.plan.dealtScan(context) else { return false }
    let rows = max(dealt.rows, plan.estimatedRows)
    let limit = Double(context.view.nodeIDLimit)
    guard limit < 4096 || rows > 4 * limit, let run = try ParallelRun(input.plan, (dealt.scan, rows), context) else { return false }
    let (parts, heldBytes) = try run.run(below: input.plan) { context in
      var builder = OperatorBuilder(context: context)
      let part = try CountPaths(plan, try builder.build(input.plan), paths)
      var batches: [Batch] = []
      while let batch = try part.nextOfAll() {
        try context.hold(batch.byteCount)
        batches.append(batch)
      }
      return batches
    }
    defer { context.release(heldBytes) }
    try prepare()
    for batch in parts.joined() {
      try context.checkInterrupts()
      try add(batch)
    }
    return true
  }

  /// Adds what another operator counted.
  private func add(_ batch: Batch) throws {
    guard let counter, let targetPosition else { return }
    let nodes = try batch.columns[targetPosition].nodeIDs()
    if let countPosition, case .integers(let counts) = batch.columns[countPosition] {
      for i in nodes.indices { counter.add(nodes[i], counts[i]) }
    } else {
      for node in nodes { counter.add(node, 1) }
    }
  }

  /// With columns of the input: the paths of each row by themselves.
  private func nextOfRows() throws -> Batch? {
    var parents: [Int32] = []
    var nodes: [UInt32] = []
    var counts: [Int64] = []
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        self.source = batch
        row = 0
        if !isGathered {
          isGathered = true
          try prepare()
        }
        if let counts = try degreeCounts(of: batch) {
          self.source = nil
          if let result = degreeRows(batch, counts) { return result }
          continue
        }
        try start(batch)
        continue
      }
      while row < source.count, parents.count < context.options.batchSize {
        walker?.total = 0
        try follow(row)
        if let counter {
          let found = counter.take(0..<counter.nodeCount)
          nodes += found.nodes
          counts += found.counts
          parents += [Int32](repeating: Int32(row), count: found.nodes.count)
          counter.clear()
        } else if let total = walker?.total, total > 0 {
          counts.append(total)
          parents.append(Int32(row))
        }
        row += 1
      }
      if row >= source.count { self.source = nil }
      if parents.isEmpty { continue }
      var batch = finished(nodes, counts, rows: parents.count)
      for (from, to) in passed { batch.columns[to] = source.columns[from].gathering(parents) }
      return batch
    }
  }

  private func finished(_ nodes: [UInt32], _ counts: [Int64], rows: Int? = nil) -> Batch {
    let count = rows ?? max(nodes.count, counts.count)
    var columns = [Vector](repeating: .constant(.null, count: count), count: layout.variables.count)
    if let targetPosition { columns[targetPosition] = .nodes(nodes) }
    if let countPosition { columns[countPosition] = .integers(counts) }
    return Batch(columns: columns, count: count)
  }

  private func prepare() throws {
    let limit = Int(context.view.nodeIDLimit)
    if target != nil {
      try hold(PathCounter.byteCount(limit, counts: countPosition != nil))
      counter = context.scratch.counter(limit: limit, counts: countPosition != nil)
    }
    for (i, level) in levels.enumerated() {
      guard let hop = try level.start(context) else { return }
      hops.initializeElement(at: i, to: hop)
    }
    walker = PathWalker(slots: slots, hops: hops, context: context, counter: counter, target: target)
    degrees = counter == nil && levels.count == 1 && inputSlots.count == 1 ? levels[0].countedByDegree : nil
  }

  /// How many relationships the node of each row has, read from offsets; nil where a path is more than that.
  private func degreeCounts(of batch: Batch) throws -> [Int64]? {
    guard let degrees else { return nil }
    let nodes = try batch.columns[inputSlots[0].position].nodeIDs()
    var counts = [Int64](repeating: 0, count: nodes.count)
    for adjacency in degrees { try adjacency.addDegrees(of: nodes, to: &counts) }
    return counts
  }

  /// The rows that have a relationship, with how many; nil when there are none.
  private func degreeRows(_ batch: Batch, _ counts: [Int64]) -> Batch? {
    let parents = counts.positiveIndices
    if parents.isEmpty { return nil }
    if parents.count == batch.count {
      var result = finished([], counts, rows: batch.count)
      for (from, to) in passed { result.columns[to] = batch.columns[from] }
      return result
    }
    var result = finished([], counts.gathering(parents), rows: parents.count)
    for (from, to) in passed { result.columns[to] = batch.columns[from].gathering(parents) }
    return result
  }

  /// Takes a batch of the input in.
  private func start(_ batch: Batch) throws {
    columns = try inputSlots.map { ($0.slot, try batch.columns[$0.position].nodeIDs()) }
    walker?.inputChecks = levels.map { $0.inputChecks.isEmpty ? nil : UniquenessCheck($0.inputChecks, batch) }
  }

  private func follow(_ row: Int) throws {
    for (slot, ids) in columns { slots[slot] = ids[row] }
    walker?.row = row
    try walker?.walk(0, 1)
  }

  override func reset() {
    source = nil
    if let counter { context.scratch.give(counter) }
    counter = nil
    walker = nil
    degrees = nil
    (isGathered, emitted) = (false, 0)
    releaseAll()
    super.reset()
  }
}

extension PathCount {
  /// The relationships of the chain that the hop at `number` has to be compared with.
  ///
  /// A relationship has one start and one end: where those of two hops are bound to differ, so are the relationships.
  func checks(of number: Int, _ slots: PathSlots) -> [PathLevel.RelationshipCheck] {
    let hop = hops[number].expansion
    let different = Set(hops[...number].flatMap(\.different).flatMap { [$0, Pair(a: $0.b, b: $0.a)] })
    return hop.differsFrom.compactMap { variable -> PathLevel.RelationshipCheck? in
      guard let other = hops[..<number].first(where: { $0.expansion.relationship == variable })?.expansion else { return nil }
      var check = PathLevel.RelationshipCheck(slot: slots[variable])
      if let mine = hop.ends, let theirs = other.ends {
        if different.contains(Pair(a: mine.start, b: theirs.start)) || different.contains(Pair(a: mine.end, b: theirs.end)) { return nil }
        (check.myStart, check.theirStart) = (slots[mine.start], slots[theirs.start])
        (check.myEnd, check.theirEnd) = (slots[mine.end], slots[theirs.end])
      }
      return check
    }
  }
}

extension Expansion {
  /// Where the relationship starts and ends; nil for an undirected hop.
  fileprivate var ends: (start: Variable, end: Variable)? {
    switch way {
    case .outgoing: (from, to)
    case .incoming: (to, from)
    case .both: nil
    }
  }
}
