import SinterModel
import SinterPlan
import SinterStorage

/// Tells of a segment of nodes, by its smallest and largest values or its lack of any, that none of them can pass a predicate.
final class ZoneMap {
  private let bounds: [ZoneBound]
  private let evaluator: Evaluator
  /// The columns of the bounds; nil for a property that nothing has.
  private var columns: [PropertyColumn?] = []
  /// For each bound, its values for the rows at hand.
  private var values: [Vector] = []

  init(_ bounds: [ZoneBound], _ layout: Layout, _ context: ExecutionContext) {
    self.bounds = bounds
    evaluator = Evaluator(layout, context)
  }

  var isReusable: Bool { evaluator.isReusable }

  /// Takes in the rows that the bounds' values depend on; what the clauses before have made belongs to the graph.
  func start(_ batch: Batch) throws {
    let view = evaluator.context.view
    columns = bounds.map { bound in view.keyID(bound.key).map { view.column($0, of: .node) } }
    values = try bounds.map { try evaluator.evaluate($0.value, batch) }
  }

  func mayHold(_ segment: UInt32, _ row: Int) throws -> Bool {
    for (i, bound) in bounds.enumerated() {
      let value = values[i][row]
      guard let column = columns[i], try column.mayHold(inSegment: Int(segment), { bound.mayHold(value, between: $0, and: $1) }) else {
        return false
      }
    }
    return true
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
