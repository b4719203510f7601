import SinterFunctions
import SinterModel
import SinterPlan

final class FilterOperator: UnaryOperator {
  /// Those that may fail.
  private var predicates: [Scalar]
  private let evaluator: Evaluator
  private let positions: [Int]
  private var batchCount = 0
  /// Finding out that a label is implied takes a look at all nodes once, which a few batches are not worth.
  private static let batchesBeforeInference = 16

  init(_ plan: LogicalPlan, _ input: Operator, _ predicates: [Scalar]) throws {
    self.predicates = predicates
    evaluator = Evaluator(input.layout, input.context)
    positions = try plan.outputs.map { try input.layout.position($0) }
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    while let batch = try input.pull() {
      batchCount += 1
      if batchCount == FilterOperator.batchesBeforeInference, let hop = input as? ExpandAll {
        predicates = try predicates.filter { try !hop.implies($0) }
      }
      let kept = predicates.isEmpty ? batch : try evaluator.select(predicates, batch)
      if kept.count > 0 { return Batch(columns: positions.map { kept.columns[$0] }, count: kept.count) }
    }
    return nil
  }
}

/// Adds computed columns.
final class ExtendOperator: UnaryOperator {
  private let assignments: [(scalar: Scalar, position: Int)]
  private let passed: [(from: Int, to: Int)]
  private let evaluator: Evaluator

  init(_ plan: LogicalPlan, _ input: Operator, _ assignments: [Assignment]) {
    let layout = Layout(plan.outputs)
    self.assignments = assignments.compactMap { a in layout[a.variable].map { (a.value, $0) } }
    let computed = Set(assignments.map(\.variable))
    passed = plan.outputs.enumerated().compactMap { to, variable in
      computed.contains(variable) ? nil : input.layout[variable].map { (from: $0, to: to) }
    }
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    guard let batch = try input.pull() else { return nil }
    var columns = [Vector](repeating: .constant(.null, count: batch.count), count: layout.variables.count)
    for (from, to) in passed { columns[to] = batch.columns[from] }
    for (scalar, position) in assignments { columns[position] = try evaluator.evaluate(scalar, batch) }
    return Batch(columns: columns, count: batch.count)
  }
}

/// Drops columns.
final class KeepOperator: UnaryOperator {
  private let positions: [Int]
  /// All columns are kept, where they are.
  private let keepsAll: Bool

  override init(_ plan: LogicalPlan, _ input: Operator) {
    positions = plan.outputs.compactMap { input.layout[$0] }
    precondition(positions.count == plan.outputs.count, "the planner keeps what is there")
    keepsAll = positions.elementsEqual(input.layout.variables.indices)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable }

  override func next() throws -> Batch? {
    guard let batch = try input.pull() else { return nil }
    return keepsAll ? batch : Batch(columns: positions.map { batch.columns[$0] }, count: batch.count)
  }
}

/// One row for each item of a list; the items of `range(…)` are counted out without making the list.
final class UnwindOperator: UnaryOperator {
  private let list: Scalar
  private let position: Int?
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private var source: Batch?
  private var items = Items.values(.values([]))
  private var row = 0
  private var item = 0

  /// What there is to unwind in each row of the batch at hand.
  private enum Items {
    case values(Vector)
    case ranges([IntegerRange?])
  }

  init(_ plan: LogicalPlan, _ input: Operator, _ list: Scalar, as variable: Variable) {
    self.list = list
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
        self.source = batch
        items = try items(of: batch)
        (row, item) = (0, 0)
        continue
      }
      var parents: [Int32] = []
      let column: Vector
      switch items {
      case .values(let lists): column = .values(take(from: lists, source.count, &parents))
      case .ranges(let ranges): column = .integers(take(from: ranges, &parents))
      }
      if row >= source.count { self.source = nil }
      if parents.isEmpty { continue }
      return rows.batch(source, parents: parents, new: position.map { [($0, column)] } ?? [])
    }
  }

  private func items(of batch: Batch) throws -> Items {
    guard case .function("range", let arguments, let spot) = list else { return .values(try evaluator.evaluate(list, batch)) }
    let bounds = try arguments.map { try evaluator.evaluate($0, batch) }
    return try evaluator.located(spot) {
      .ranges(
        try (0..<batch.count).map { row in
          let range = try IntegerRange(arguments: bounds.map { $0[row] })
          try context.functions.checkListLength(range?.count ?? 0, isWalked: true)
          return range
        })
    }
  }

  /// The next items of lists, a batch full of them; null has none, and anything else is an item by itself.
  private func take(from lists: Vector, _ rowCount: Int, _ parents: inout [Int32]) -> [Value] {
    var taken: [Value] = []
    while row < rowCount, taken.count < context.options.batchSize {
      let end: Int
      let count: Int
      switch lists[row] {
      case .null: (end, count) = (0, 0)
      case .list(let all):
        end = min(all.count, item + context.options.batchSize - taken.count)
        count = all.count
        taken += all[item..<end]
      case let single:
        (end, count) = (1, 1)
        taken.append(single)
      }
      advance(to: end, of: count, &parents)
    }
    return taken
  }

  private func take(from ranges: [IntegerRange?], _ parents: inout [Int32]) -> [Int64] {
    var taken: [Int64] = []
    while row < ranges.count, taken.count < context.options.batchSize {
      let range = ranges[row]
      let count = range?.count ?? 0
      let end = min(count, item + context.options.batchSize - taken.count)
      if let range { for i in item..<end { taken.append(range[i]) } }
      advance(to: end, of: count, &parents)
    }
    return taken
  }

  /// Notes that the row's items up to `end` are taken.
  private func advance(to end: Int, of count: Int, _ parents: inout [Int32]) {
    if end > item { parents += [Int32](repeating: Int32(row), count: end - item) }
    item = end
    if item >= count {
      row += 1
      item = 0
    }
  }

  override func reset() {
    source = nil
    super.reset()
  }
}

final class DistinctOperator: UnaryOperator {
  private var seen = GrowingTable<GroupingRow, Void>()

  override var isReusable: Bool { input.isReusable }

  override func next() throws -> Batch? {
    while let batch = try input.pull() {
      var kept: [Int32] = []
      for row in 0..<batch.count where seen.insert(GroupingRow(batch.row(row))) { kept.append(Int32(row)) }
      if kept.isEmpty { continue }
      let fresh = kept.count == batch.count ? batch : batch.gathering(kept)
      // A row of the set is a list of general values, besides its slot.
      let bytes = fresh.columns.reduce(0) { $0 + $1.valueByteCount } + 64 * kept.count
      try hold(bytes)
      return fresh
    }
    return nil
  }

  override func reset() {
    seen = GrowingTable()
    releaseAll()
    super.reset()
  }
}

final class UnionOperator: Operator {
  private let left: Operator
  private let right: Operator
  private var isOnRight = false
  override var inputs: [Operator] { [left, right] }

  init(_ plan: LogicalPlan, _ left: Operator, _ right: Operator) {
    self.left = left
    self.right = right
    super.init(plan, left.context)
  }

  override func next() throws -> Batch? {
    if !isOnRight {
      if let batch = try left.pull() { return batch }
      isOnRight = true
    }
    return try right.pull()
  }

  override func reset() {
    isOnRight = false
    super.reset()
  }
}

/// Runs its input to the end and gives no rows.
final class DiscardOperator: UnaryOperator {
  override func next() throws -> Batch? {
    while try input.pull() != nil {}
    return nil
  }
}
