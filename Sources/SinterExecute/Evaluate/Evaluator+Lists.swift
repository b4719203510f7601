import SinterFunctions
import SinterLanguage
import SinterModel
import SinterPlan

extension Evaluator {
  /// The items of every row's list as rows of their own, beside the columns of the row they come from.
  private struct Unnested {
    var evaluator: Evaluator
    var batch: Batch
    /// Where each row's items begin, and at the end where the last ends; nil for a row whose list is null.
    var starts: [Int]
    var isNull: [Bool]
  }

  private func unnest(_ variable: Variable, _ list: Vector, _ batch: Batch, _ use: String) throws -> Unnested {
    var items: [Value] = []
    var parents: [Int32] = []
    var starts: [Int] = []
    var isNull: [Bool] = []
    for row in 0..<batch.count {
      starts.append(items.count)
      switch list[row] {
      case .null: isNull.append(true)
      case .list(let all):
        isNull.append(false)
        items += all
        parents += [Int32](repeating: Int32(row), count: all.count)
      case let other: throw SinterError("TypeError.InvalidArgumentType", "\(use) needs a list, not \(other.typeName).")
      }
    }
    starts.append(items.count)
    var inner = batch.gathering(parents)
    inner.columns.append(.values(items))
    let evaluator = Evaluator(Layout(layout.variables + [variable]), context)
    return Unnested(evaluator: evaluator, batch: inner, starts: starts, isNull: isNull)
  }

  func listComprehension(_ v: Variable, _ list: Vector, _ filter: Scalar?, _ projection: Scalar?, _ batch: Batch) throws -> Vector {
    let unnested = try unnest(v, list, batch, "A list comprehension")
    let total = unnested.batch.count
    let truth = try filter.map { try truths(try unnested.evaluator.evaluate($0, unnested.batch)) }
    let kept = truth.map { t in (0..<Int32(total)).filter { t[Int($0)] == 1 } } ?? Array(0..<Int32(total))
    let rows = unnested.batch.gathering(kept)
    let values = try projection.map { try unnested.evaluator.evaluate($0, rows) } ?? rows.columns.last!
    var result: [Value] = []
    var k = 0
    for row in 0..<batch.count {
      var items: [Value] = []
      while k < kept.count, Int(kept[k]) < unnested.starts[row + 1] {
        items.append(values[k])
        k += 1
      }
      result.append(unnested.isNull[row] ? .null : .list(items))
    }
    return .values(result)
  }

  func quantifier(_ q: Scalar.Quantifier, _ v: Variable, _ list: Vector, _ predicate: Scalar, _ batch: Batch) throws -> Vector {
    let unnested = try unnest(v, list, batch, "A quantifier")
    let truth = try truths(try unnested.evaluator.evaluate(predicate, unnested.batch))
    return .booleans(
      (0..<batch.count).map { row in
        if unnested.isNull[row] { return 2 }
        var (yes, no, unknown) = (0, 0, 0)
        for i in unnested.starts[row]..<unnested.starts[row + 1] {
          switch truth[i] {
          case 0: no += 1
          case 1: yes += 1
          default: unknown += 1
          }
        }
        switch q {
        case .all: return no > 0 ? 0 : unknown > 0 ? 2 : 1
        case .any: return yes > 0 ? 1 : unknown > 0 ? 2 : 0
        case .none: return yes > 0 ? 0 : unknown > 0 ? 2 : 1
        case .single: return yes > 1 ? 0 : unknown > 0 ? 2 : yes == 1 ? 1 : 0
        }
      })
  }

  func reduce(
    _ accumulator: Variable, _ initial: Vector, _ v: Variable, _ list: Vector, _ body: Scalar, _ batch: Batch
  ) throws -> Vector {
    let inner = Evaluator(Layout(layout.variables + [v, accumulator]), context)
    return .values(
      try (0..<batch.count).map { row in
        let items: [Value]
        switch list[row] {
        case .null: return .null
        case .list(let all): items = all
        case let other: throw SinterError("TypeError.InvalidArgumentType", "reduce() needs a list, not \(other.typeName).")
        }
        var value = initial[row]
        var one = batch.gathering([Int32(row)])
        one.columns += [.values([.null]), .values([.null])]
        let last = one.columns.count
        for (i, item) in items.enumerated() {
          if i & 1023 == 1023 { try context.checkInterrupts() }
          one.columns[last - 2] = .values([item])
          one.columns[last - 1] = .values([value])
          value = try inner.evaluate(body, one)[0]
        }
        return value
      })
  }

  // MARK: IS ::

  func isType(_ vector: Vector, _ type: TypeName, _ negated: Bool) throws -> Vector {
    try map(vector) { value in .boolean(try matches(value, type) != negated) }
  }

  private func matches(_ value: Value, _ type: TypeName) throws -> Bool {
    switch type {
    case .union(let all): return try all.contains { try matches(value, $0) }
    case .list(let inner, let nullable):
      if value.isNull { return nullable }
      guard case .list(let items) = value else { return false }
      return try items.allSatisfy { try matches($0, inner) }
    case .named(let name, let nullable):
      if value.isNull { return name == "NULL" || (nullable && name != "NOTHING") }
      switch name {
      case "ANY", "ANY VALUE": return true
      case "PROPERTY VALUE": return isStorable(value)
      case "NULL", "NOTHING": return false
      case "BOOL", "BOOLEAN": if case .boolean = value { return true } else { return false }
      case "INT", "INTEGER", "SIGNED INTEGER", "INTEGER64", "INT64": if case .integer = value { return true } else { return false }
      case "FLOAT", "FLOAT64", "DOUBLE": if case .float = value { return true } else { return false }
      case "STRING", "VARCHAR": if case .string = value { return true } else { return false }
      case "LIST": if case .list = value { return true } else { return false }
      case "MAP": if case .map = value { return true } else { return false }
      case "NODE", "VERTEX", "ANY NODE": if case .node = value { return true } else { return false }
      case "RELATIONSHIP", "EDGE", "ANY RELATIONSHIP": if case .relationship = value { return true } else { return false }
      case "PATH": if case .path = value { return true } else { return false }
      case "DATE": if case .date = value { return true } else { return false }
      case "LOCAL TIME", "TIME WITHOUT TIME ZONE", "TIME WITHOUT TIMEZONE": if case .localTime = value { return true } else { return false }
      case "ZONED TIME", "TIME WITH TIME ZONE", "TIME WITH TIMEZONE": if case .time = value { return true } else { return false }
      case "LOCAL DATETIME", "TIMESTAMP WITHOUT TIME ZONE", "TIMESTAMP WITHOUT TIMEZONE":
        if case .localDateTime = value { return true } else { return false }
      case "ZONED DATETIME", "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH TIMEZONE":
        if case .dateTime = value { return true } else { return false }
      case "DURATION": if case .duration = value { return true } else { return false }
      default: throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "There is no type `\(name)`.")
      }
    }
  }

  private func isStorable(_ value: Value) -> Bool {
    switch value {
    case .map, .node, .relationship, .path: false
    case .list(let items): items.allSatisfy { isStorable($0) && !$0.isNull }
    default: true
    }
  }
}
