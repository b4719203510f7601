import SinterModel
import SinterPlan
import SinterStorage

/// For each row, every node with all of some labels, but for segments whose smallest and largest values, or lack of any,
/// tell that none of their nodes can pass a predicate.
final class ZoneScan: UnaryOperator {
  private let labels: [String]
  private let bounds: [ZoneBound]
  private let position: Int?
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private var ids: [LabelID] = []
  /// The columns of the bounds; nil for a property that nothing has.
  private var columns: [PropertyColumn?] = []
  private var source: Batch?
  /// For each bound, its values for the rows of ``source``.
  private var values: [Vector] = []
  private var row = 0
  private var nextID: UInt32 = 0

  init(_ plan: LogicalPlan, _ input: Operator, variable: Variable, labels: [String], bounds: [ZoneBound]) {
    self.labels = labels
    self.bounds = bounds
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
        // Only now: what the clauses before have made belongs to the graph.
        ids = labels.compactMap { context.view.labelID($0) }
        if ids.count < labels.count { continue }
        columns = bounds.map { bound in context.view.keyID(bound.key).map { context.view.column($0, of: .node) } }
        values = try bounds.map { try evaluator.evaluate($0.value, batch) }
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
    let limit = context.view.nodeIDLimit
    while found.isEmpty, nextID < limit {
      try context.countStep()
      let segment = nextID >> segmentShift
      let segmentEnd = UInt32(min(UInt64(segment + 1) << UInt64(segmentShift), UInt64(limit)))
      guard try mayHold(segment) else {
        nextID = segmentEnd
        continue
      }
      let end = UInt32(min(UInt64(nextID) + UInt64(context.options.batchSize), UInt64(segmentEnd)))
      try context.view.scanNodes(nextID..<end, labels: ids, into: &found)
      nextID = end
    }
    return found
  }

  private func mayHold(_ segment: UInt32) throws -> Bool {
    for (i, bound) in bounds.enumerated() {
      let value = values[i][row]
      guard let column = columns[i], try column.mayHold(inSegment: Int(segment), { bound.mayHold(value, between: $0, and: $1) }) else {
        return false
      }
    }
    return true
  }

  override func reset() {
    source = nil
    super.reset()
  }
}

extension ZoneBound {
  /// Whether any value from `low` to `high` can stand to `value` as the bound says.
  fileprivate func mayHold(_ value: Value, between low: Value, and high: Value) -> Bool {
    switch relation {
    case .equal: return isBetween(value, low, high)
    case .anyOf:
      guard case .list(let items) = value else { return !value.isNull }
      return items.contains { isBetween($0, low, high) }
    case .less: return low.compare(to: value) == .less
    case .lessOrEqual: return [.less, .equal].contains(low.compare(to: value))
    case .greater: return high.compare(to: value) == .greater
    case .greaterOrEqual: return [.greater, .equal].contains(high.compare(to: value))
    }
  }

  private func isBetween(_ value: Value, _ low: Value, _ high: Value) -> Bool {
    [.greater, .equal].contains(value.compare(to: low)) && [.less, .equal].contains(value.compare(to: high))
  }
}
