import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage

/// Variable-length hops: walks every trail (no relationship twice) depth first and can pause anywhere.
final class ExpandVariable: UnaryOperator {
  private let expansion: VariableExpansion
  private let fromPosition: Int
  private let toPosition: Int?
  private let listPosition: Int?
  private let boundListPosition: Int?
  private let boundTo: Int?
  private let differsFrom: [Int]
  private let rows: RowBuilder
  private let step: Evaluator
  private var hops: HopHandles
  private var scratch = Adjacency.Scratch()
  private var source: Batch?
  private var row = 0
  private var hasStarted = false
  private var walk = Walk()

  /// The trail under way: for each node on it, the hops that are still to be tried.
  private struct Walk {
    var frames: [Frame] = []
    var relationships: [UInt32] = []

    struct Frame {
      var node: UInt32
      var neighbors: [UInt32]
      var relationships: [UInt32]
      var next = 0
      var byteCount: Int { 64 + 8 * neighbors.count }
    }
  }

  init(_ plan: LogicalPlan, _ input: Operator, _ expansion: VariableExpansion) throws {
    self.expansion = expansion
    let layout = Layout(plan.outputs)
    fromPosition = try input.layout.position(expansion.from)
    toPosition = expansion.isInto ? nil : layout[expansion.to]
    boundTo = expansion.isInto ? try input.layout.position(expansion.to) : nil
    listPosition = expansion.boundList ? nil : layout[expansion.relationships]
    boundListPosition = expansion.boundList ? try input.layout.position(expansion.relationships) : nil
    differsFrom = try expansion.differsFrom.map { try input.layout.position($0) }
    rows = RowBuilder(plan.outputs, from: input.layout)
    step = Evaluator(Layout(input.layout.variables + [expansion.stepVariable]), input.context)
    hops = HopHandles(types: expansion.types, way: expansion.way)
    super.init(plan, input)
  }

  /// Rows found so far for the batch under way.
  private struct Found {
    var targets: [UInt32] = []
    var lists: [Value] = []
    var parents: [Int32] = []
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
      var found = Found()
      let unique = UniquenessCheck(differsFrom, source)
      while row < source.count, found.parents.count < context.options.batchSize {
        if boundListPosition != nil { try followList(source, unique, &found) } else { try advance(source, unique, &found) }
      }
      if row >= source.count { self.source = nil }
      if found.parents.isEmpty { continue }
      var new: [(Int, Vector)] = []
      if let toPosition { new.append((toPosition, .nodes(found.targets))) }
      if let listPosition { new.append((listPosition, .values(found.lists))) }
      return rows.batch(source, parents: found.parents, new: new)
    }
  }

  /// Takes the walk of the current row a number of steps on, or to its end.
  private func advance(_ source: Batch, _ unique: UniquenessCheck, _ found: inout Found) throws {
    if !hasStarted {
      let start = try source.columns[fromPosition].nodeIDs()[row]
      guard start != Vector.nullID else {
        row += 1
        return
      }
      hasStarted = true
      walk = Walk()
      releaseAll()
      if expansion.minimum == 0 { try emit(start, source, &found) }
      if expansion.maximum != 0 { try push(start, source, unique) }
    }
    while let top = walk.frames.indices.last {
      try context.countStep()
      if found.parents.count >= context.options.batchSize { return }
      let i = walk.frames[top].next
      if i == walk.frames[top].neighbors.count {
        release(walk.frames.removeLast().byteCount)
        if !walk.relationships.isEmpty { walk.relationships.removeLast() }
        continue
      }
      walk.frames[top].next = i + 1
      let relationship = walk.frames[top].relationships[i]
      if !expansion.repeats && walk.relationships.contains(relationship) { continue }
      let node = walk.frames[top].neighbors[i]
      walk.relationships.append(relationship)
      let depth = walk.relationships.count
      if depth >= expansion.minimum { try emit(node, source, &found) }
      if depth < expansion.maximum ?? Int.max {
        guard depth < maximumTrailLength else {
          throw SinterError("LimitError.Depth", "A variable-length pattern reached \(maximumTrailLength) relationships; give it an upper bound: [*1..n].")
        }
        try push(node, source, unique)
      } else {
        walk.relationships.removeLast()
      }
    }
    row += 1
    hasStarted = false
  }

  private func emit(_ node: UInt32, _ source: Batch, _ found: inout Found) throws {
    if let boundTo, case .node(let target) = source.columns[boundTo][row], target.id.rawValue != node { return }
    if let boundTo, source.columns[boundTo][row].isNull { return }
    found.targets.append(node)
    found.parents.append(Int32(row))
    if listPosition != nil {
      let list = walk.relationships.map { Value.relationship(Relationship(id: RelationshipID($0))) }
      found.lists.append(.list(expansion.isReversed ? list.reversed() : list))
      try context.limits.note(found.lists.last!)
    }
  }

  private func push(_ node: UInt32, _ source: Batch, _ unique: UniquenessCheck) throws {
    let frame = try frame(node, source, unique)
    // A node with many neighbours costs as much as many steps.
    try context.limits.countSteps(frame.neighbors.count >> 2)
    try hold(frame.byteCount)
    walk.frames.append(frame)
  }

  /// The hops that may be taken from a node.
  private func frame(_ node: UInt32, _ source: Batch, _ unique: UniquenessCheck) throws -> Walk.Frame {
    var frame = Walk.Frame(node: node, neighbors: [], relationships: [])
    for (adjacency, direction) in hops.resolved(context.view) {
      let skipsLoops = expansion.way == .both && direction == .incoming
      try adjacency.forEachRun(of: node, scratch: &scratch) { run in
        for i in 0..<run.count where !(skipsLoops && run.neighbors[i] == node) && unique.allows(run.relationships[i], row: row) {
          frame.neighbors.append(run.neighbors[i])
          frame.relationships.append(run.relationships[i])
        }
      }
    }
    if expansion.stepFilter.isEmpty || frame.relationships.isEmpty { return frame }
    let kept = try step.stepsPassing(expansion.stepFilter, frame.relationships, source, row)
    frame.neighbors = kept.map { frame.neighbors[Int($0)] }
    frame.relationships = kept.map { frame.relationships[Int($0)] }
    return frame
  }

  /// The relationships are given: checks that they form the trail the pattern asks for.
  private func followList(_ source: Batch, _ unique: UniquenessCheck, _ found: inout Found) throws {
    defer { row += 1 }
    guard case .list(var list) = source.columns[boundListPosition!][row] else { return }
    if expansion.isReversed { list.reverse() }
    guard list.count >= expansion.minimum, list.count <= expansion.maximum ?? Int.max else { return }
    var node = try source.columns[fromPosition].nodeIDs()[row]
    if node == Vector.nullID { return }
    var taken: [UInt32] = []
    for item in list {
      guard case .relationship(let relationship) = item, unique.allows(relationship.id.rawValue, row: row),
        !taken.contains(relationship.id.rawValue), let record = try context.view.relationship(relationship.id)
      else { return }
      taken.append(relationship.id.rawValue)
      if let types = expansion.types, !types.contains(context.view.name(of: record.type)) { return }
      if record.start.rawValue == node && expansion.way != .incoming {
        node = record.end.rawValue
      } else if record.end.rawValue == node && expansion.way != .outgoing {
        node = record.start.rawValue
      } else {
        return
      }
    }
    if !expansion.stepFilter.isEmpty, !taken.isEmpty {
      guard try step.stepsPassing(expansion.stepFilter, taken, source, row).count == taken.count else { return }
    }
    try emit(node, source, &found)
  }

  override func reset() {
    source = nil
    releaseAll()
    super.reset()
  }
}

/// No trail grows longer than this, whatever the pattern says.
let maximumTrailLength = 10_000

extension Evaluator {
  /// Which of a node's relationships pass the predicates on each step; the evaluator's last column is the step.
  func stepsPassing(_ predicates: [Scalar], _ relationships: [UInt32], _ source: Batch, _ row: Int) throws -> [Int32] {
    var rows = source.gathering([Int32](repeating: Int32(row), count: relationships.count))
    rows.columns.append(.relationships(relationships))
    var kept = relationships.indices.map { Int32($0) }
    for predicate in predicates where rows.count > 0 {
      let truth = try truths(try evaluate(predicate, rows))
      let passing = truth.indices.filter { truth[$0] == 1 }.map { Int32($0) }
      kept = passing.map { kept[Int($0)] }
      rows = rows.gathering(passing)
    }
    return kept
  }
}
