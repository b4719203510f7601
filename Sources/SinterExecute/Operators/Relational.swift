import SinterFunctions
import SinterModel
import SinterPlan

final class FilterOperator: UnaryOperator {
  private let predicates: [Scalar]
  private let evaluator: Evaluator
  private let positions: [Int]

  init(_ plan: LogicalPlan, _ input: Operator, _ predicates: [Scalar]) throws {
    self.predicates = predicates
    evaluator = Evaluator(input.layout, input.context)
    positions = try plan.outputs.map { try input.layout.position($0) }
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    while let batch = try input.pull() {
      let kept = try evaluator.select(predicates, batch)
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

  override init(_ plan: LogicalPlan, _ input: Operator) {
    positions = plan.outputs.compactMap { input.layout[$0] }
    precondition(positions.count == plan.outputs.count, "the planner keeps what is there")
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    guard let batch = try input.pull() else { return nil }
    return Batch(columns: positions.map { batch.columns[$0] }, count: batch.count)
  }
}

final class UnwindOperator: UnaryOperator {
  private let list: Scalar
  private let position: Int?
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private var source: Batch?
  private var lists: Vector = .values([])
  private var row = 0
  private var item = 0

  init(_ plan: LogicalPlan, _ input: Operator, _ list: Scalar, as variable: Variable) {
    self.list = list
    position = Layout(plan.outputs)[variable]
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    while true {
      guard let source else {
        guard let batch = try input.pull() else { return nil }
        self.source = batch
        lists = try evaluator.evaluate(list, batch)
        (row, item) = (0, 0)
        continue
      }
      var items: [Value] = []
      var parents: [Int32] = []
      while row < source.count, items.count < context.options.batchSize {
        switch lists[row] {
        case .null:
          row += 1
        case .list(let all):
          let end = min(all.count, item + context.options.batchSize - items.count)
          items += all[item..<end]
          parents += [Int32](repeating: Int32(row), count: end - item)
          item = end
          if item == all.count {
            row += 1
            item = 0
          }
        case let single:
          items.append(single)
          parents.append(Int32(row))
          row += 1
        }
      }
      if row >= source.count { self.source = nil }
      if items.isEmpty { continue }
      return rows.batch(source, parents: parents, new: position.map { [($0, .values(items))] } ?? [])
    }
  }

  override func reset() {
    source = nil
    super.reset()
  }
}

final class DistinctOperator: UnaryOperator {
  private var seen: Set<GroupingRow> = []
  private var held = 0

  override func next() throws -> Batch? {
    while let batch = try input.pull() {
      var kept: [Int32] = []
      for row in 0..<batch.count where seen.insert(GroupingRow(batch.row(row))).inserted { kept.append(Int32(row)) }
      if kept.isEmpty { continue }
      let fresh = kept.count == batch.count ? batch : batch.gathering(kept)
      let bytes = fresh.byteCount + 32 * kept.count
      held += bytes
      try context.hold(bytes)
      return fresh
    }
    return nil
  }

  override func reset() {
    seen = []
    context.release(held)
    held = 0
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
