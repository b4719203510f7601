import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage

/// For each row, every node with all of some labels, in order of id; without those of segments that a zone map rules out.
final class NodeScan: UnaryOperator {
  private let labels: [String]
  private let zones: ZoneMap?
  private let position: Int?
  private let rows: RowBuilder
  private var ids: [LabelID] = []
  private var source: Batch?
  private var row = 0
  private var nextID: UInt32 = 0

  init(_ plan: LogicalPlan, _ input: Operator, variable: Variable, labels: [String], bounds: [ZoneBound] = []) {
    self.labels = labels
    zones = bounds.isEmpty ? nil : ZoneMap(bounds, input.layout, input.context)
    position = Layout(plan.outputs)[variable]
    rows = RowBuilder(plan.outputs, from: input.layout)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && zones?.isReusable != false }

  override func next() throws -> Batch? {
    if let morsel = context.morsel, morsel.scan === plan { return nextOfMorsel(morsel) }
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        // Only now: a label may be new, made by the clauses before. Without it there are no rows, but the input runs
        // on for its effects.
        ids = labels.compactMap { context.view.labelID($0) }
        if ids.count < labels.count { continue }
        try zones?.start(batch)
        self.source = batch
        (row, nextID) = (0, 0)
        continue
      }
      let found = try scan()
      if found.isEmpty {
        row += 1
        nextID = 0
        if row >= source.count { self.source = nil }
        try context.checkInterrupts()
        continue
      }
      let parents = [Int32](repeating: Int32(row), count: found.count)
      return rows.batch(source, parents: parents, new: position.map { [($0, .nodes(found))] } ?? [])
    }
  }

  /// The next nodes for the row; none at the end.
  private func scan() throws -> [UInt32] {
    var found: [UInt32] = []
    let limit = UInt64(context.view.nodeIDLimit)
    while found.isEmpty, UInt64(nextID) < limit {
      try context.countStep()
      var end = min(UInt64(nextID) + UInt64(context.options.batchSize), limit)
      if let zones {
        let segment = nextID >> segmentShift
        let segmentEnd = min((UInt64(segment) + 1) << UInt64(segmentShift), limit)
        guard try zones.mayHold(segment, row) else {
          nextID = UInt32(segmentEnd)
          continue
        }
        end = min(end, segmentEnd)
      }
      try context.view.scanNodes(nextID..<UInt32(end), labels: ids, into: &found)
      nextID = UInt32(end)
    }
    return found
  }

  /// The next of the nodes that were dealt to this thread.
  private func nextOfMorsel(_ morsel: Morsel) -> Batch? {
    let start = morsel.range.lowerBound + Int(nextID)
    let end = min(start + context.options.batchSize, morsel.range.upperBound)
    if start >= end { return nil }
    nextID += UInt32(end - start)
    return rows.batch(.unit, parents: [Int32](repeating: 0, count: end - start), new: position.map { [($0, .nodes(Array(morsel.nodes[start..<end])))] } ?? [])
  }

  override func reset() {
    source = nil
    nextID = 0
    super.reset()
  }
}

/// For each row, the nodes an index has for the row's key.
final class IndexSeekOperator: UnaryOperator {
  private let seek: IndexSeek
  let position: Int?
  let rows: RowBuilder
  private let evaluator: Evaluator
  /// The index, as a snapshot has it.
  private var resolved: (view: GraphView, index: IndexDescriptor)?
  private var source: Batch?
  private var keys = Keys.any(.values([]))
  private var row = 0
  /// What was found for the row, and how much of it was given; nil before the search.
  private var nodes: [UInt32]?
  private var given = 0

  /// What is looked for in each row of the batch at hand.
  private enum Keys {
    case equal([Vector])
    case any(Vector)
    case prefix(Vector)
    case range(Vector?, Vector?)

    /// The same in all rows.
    var isConstant: Bool {
      switch self {
      case .equal(let columns): columns.allSatisfy(\.isConstant)
      case .any(let column), .prefix(let column): column.isConstant
      case .range(let low, let high): (low?.isConstant ?? true) && (high?.isConstant ?? true)
      }
    }
  }

  init(_ plan: LogicalPlan, _ input: Operator, variable: Variable, seek: IndexSeek) {
    self.seek = seek
    position = Layout(plan.outputs)[variable]
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        keys = try keys(of: batch)
        if case .equal(let columns) = keys, batch.count > 1, let found = try seekUnique(try index(), columns, batch) {
          if found.count == 0 { continue }
          return found
        }
        source = batch
        (row, nodes, given) = (0, nil, 0)
        continue
      }
      // A key that is the same for all rows is looked up once, and most often has one node.
      if row == 0, given == 0, source.count == 1 || keys.isConstant {
        let shared = try nodes ?? search(0)
        nodes = shared
        if shared.count == 1 {
          self.source = nil
          let found = source.count == 1 ? shared : [UInt32](repeating: shared[0], count: source.count)
          return rows.batch(source, new: position.map { [($0, .nodes(found))] } ?? [])
        }
      }
      if let batch = try nextOfRows(source) { return batch }
    }
  }

  private func nextOfRows(_ source: Batch) throws -> Batch? {
    var found: [UInt32] = []
    var parents: [Int32] = []
    let isConstant = keys.isConstant
    while row < source.count, found.count < context.options.batchSize {
      let all = try nodes ?? search(row)
      nodes = all
      let end = min(all.count, given + context.options.batchSize)
      found += all[given..<end]
      parents += [Int32](repeating: Int32(row), count: end - given)
      given = end
      if given < all.count { continue }
      row += 1
      given = 0
      if !isConstant { nodes = nil }
    }
    if row >= source.count { self.source = nil }
    if found.isEmpty { return nil }
    return rows.batch(source, parents: parents, new: position.map { [($0, .nodes(found))] } ?? [])
  }

  override func reset() {
    source = nil
    nodes = nil
    releaseAll()
    super.reset()
  }

  // MARK: Searching

  private func keys(of batch: Batch) throws -> Keys {
    switch seek.bounds {
    case .equal(let scalars): .equal(try scalars.map { try evaluator.evaluate($0, batch) })
    case .anyOf(let scalar): .any(try evaluator.evaluate(scalar, batch))
    case .prefix(let scalar): .prefix(try evaluator.evaluate(scalar, batch))
    case .range(let lower, _, let upper, _):
      .range(try lower.map { try evaluator.evaluate($0, batch) }, try upper.map { try evaluator.evaluate($0, batch) })
    }
  }

  /// What the index has for a row, accounted for until the next search.
  private func search(_ row: Int) throws -> [UInt32] {
    let found = try lookUp(row, try index())
    if heldBytes > 0 { releaseAll() }
    // A few are not worth counting.
    if found.count > 1024 { try hold(found.count * 4) }
    return found
  }

  private func index() throws -> IndexDescriptor {
    let view = context.view
    if let resolved, resolved.view === view, context.writer == nil { return resolved.index }
    guard let index = view.index(named: seek.index.name) else {
      throw SinterError("SchemaError.IndexNotFound", "The index `\(seek.index.name)` was dropped while the query ran; run it again.")
    }
    resolved = (view, index)
    return index
  }

  private func lookUp(_ row: Int, _ index: IndexDescriptor) throws -> [UInt32] {
    let view = context.view
    switch keys {
    case .equal(let columns):
      let values = columns.map { $0[row] }
      return values.contains(where: \.isNull) ? [] : try view.lookup(index, equal: values)
    case .any(let lists):
      guard case .list(let values) = lists[row] else { return [] }
      var nodes: Set<UInt32> = []
      for value in values where !value.isNull {
        try context.countStep()
        nodes.formUnion(try view.lookup(index, equal: value))
      }
      return nodes.sorted()
    case .prefix(let prefixes):
      guard case .string(let prefix) = prefixes[row] else { return [] }
      return try view.lookup(
        index, from: IndexBound(.string(prefix), inclusive: true),
        to: prefix.successorOfPrefix.map { IndexBound(.string($0), inclusive: false) }, step: context.limits.countStep)
    case .range(let low, let high):
      guard case .range(_, let includesLower, _, let includesUpper) = seek.bounds, low?[row].isNull != true, high?[row].isNull != true
      else { return [] }
      return try view.lookup(
        index, from: low.map { IndexBound($0[row], inclusive: includesLower) },
        to: high.map { IndexBound($0[row], inclusive: includesUpper) }, step: context.limits.countStep)
    }
  }
}

extension String {
  /// The first string after all that begin with this one, or nil when there is none.
  fileprivate var successorOfPrefix: String? {
    var scalars = Array(unicodeScalars)
    while let last = scalars.popLast() {
      var value = last.value + 1
      if value == 0xD800 { value = 0xE000 }
      if let next = Unicode.Scalar(value) {
        scalars.append(next)
        var result = String.UnicodeScalarView()
        result.append(contentsOf: scalars)
        return String(result)
      }
    }
    return nil
  }
}

/// For each row, the node with an id, if it lives.
final class NodeByID: UnaryOperator {
  private let id: Scalar
  private let position: Int?
  private let rows: RowBuilder
  private let evaluator: Evaluator

  init(_ plan: LogicalPlan, _ input: Operator, variable: Variable, id: Scalar) {
    self.id = id
    position = Layout(plan.outputs)[variable]
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    while let source = try input.pull() {
      let ids = try evaluator.evaluate(id, source)
      var found: [UInt32] = []
      var parents: [Int32] = []
      for row in 0..<source.count {
        let node: UInt32?
        switch ids[row] {
        case .integer(let n): node = UInt32(exactly: n)
        case .float(let x): node = UInt32(exactly: x)
        default: node = nil
        }
        if let node, try context.view.exists(NodeID(node)) {
          found.append(node)
          parents.append(Int32(row))
        }
      }
      if found.isEmpty { continue }
      return rows.batch(source, parents: parents, new: position.map { [($0, .nodes(found))] } ?? [])
    }
    return nil
  }
}
