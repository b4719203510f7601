import SinterFunctions
import SinterModel
import SinterPlan

/// A subplan made ready to run over rows of its surroundings.
final class SubplanRunner {
  let subplan: Subplan
  let root: Operator
  private let arguments: [ArgumentOperator]
  private let importPositions: [Int]

  init(_ subplan: Subplan, outer: Layout, _ context: ExecutionContext) throws {
    self.subplan = subplan
    var builder = OperatorBuilder(context: context)
    root = try builder.build(subplan.plan)
    arguments = builder.arguments
    importPositions = try subplan.imports.map { try outer.position($0) }
  }

  /// Starts over with these rows; the row number counts from 0 in the order of `batch`.
  func start(_ batch: Batch) {
    root.reset()
    for argument in arguments {
      let columns = argument.layout.variables.map { variable -> Vector in
        if variable == subplan.rowNumber { return .integers((0..<Int64(batch.count)).map { $0 }) }
        let position = subplan.imports.firstIndex(of: variable).map { importPositions[$0] }
        return position.map { batch.columns[$0] } ?? .constant(.null, count: batch.count)
      }
      argument.set(Batch(columns: columns, count: batch.count))
    }
  }

  /// For each row of a batch from `root`, the outer row it belongs to.
  func rowNumbers(_ batch: Batch) -> [Int32] {
    guard let variable = subplan.rowNumber, let position = root.layout[variable] else {
      return [Int32](repeating: 0, count: batch.count)
    }
    switch batch.columns[position] {
    case .integers(let a): return a.map { Int32(truncatingIfNeeded: $0) }
    case let other:
      return (0..<batch.count).map { if case .integer(let n) = other[$0] { Int32(truncatingIfNeeded: n) } else { 0 } }
    }
  }

  /// Runs over `batch` and calls `body` with each batch of results and the outer rows they belong to.
  func run(_ batch: Batch, _ body: (Batch, [Int32]) throws -> Bool) throws {
    if subplan.rowNumber != nil {
      start(batch)
      while let rows = try root.pull() {
        if try !body(rows, rowNumbers(rows)) { return }
      }
      return
    }
    for row in 0..<batch.count {
      start(batch.gathering([Int32(row)]))
      while let rows = try root.pull() {
        if try !body(rows, [Int32](repeating: Int32(row), count: rows.count)) { return }
      }
    }
  }
}

extension Evaluator {
  func runner(_ subplan: Subplan) throws -> SubplanRunner {
    let key = ObjectIdentifier(subplan)
    if let runner = subplans[key] { return runner }
    let runner = try SubplanRunner(subplan, outer: layout, context)
    subplans[key] = runner
    return runner
  }

  /// EXISTS by running the subplan for every row.
  func existsByRow(_ subplan: Subplan, _ batch: Batch) throws -> Vector {
    var found = [UInt8](repeating: 0, count: batch.count)
    var missing = batch.count
    try runner(subplan).run(batch) { _, rows in
      for row in rows where found[Int(row)] == 0 {
        found[Int(row)] = 1
        missing -= 1
      }
      return missing > 0
    }
    return .booleans(found)
  }

  func subquery(_ kind: Scalar.SubqueryKind, _ subplan: Subplan, _ batch: Batch) throws -> Vector {
    switch kind {
    case .exists: try subplan.membership.map { try exists(subplan, $0, batch) } ?? existsByRow(subplan, batch)
    case .count: try count(subplan, batch)
    case .collect: try collect(subplan, batch)
    }
  }

  private func count(_ subplan: Subplan, _ batch: Batch) throws -> Vector {
    var counts = [Int64](repeating: 0, count: batch.count)
    try runner(subplan).run(batch) { _, rows in
      for row in rows { counts[Int(row)] += 1 }
      return true
    }
    return .integers(counts)
  }

  private func collect(_ subplan: Subplan, _ batch: Batch) throws -> Vector {
    let runner = try runner(subplan)
    var lists = [[Value]](repeating: [], count: batch.count)
    let position = try subplan.result.map { try runner.root.layout.position($0) }
    do {
      try runner.run(batch) { results, rows in
        guard let position else { return false }
        let column = results.columns[position]
        // Twice, for the room that a growing list leaves free.
        context.limits.transientBytes += 2 * column.valueByteCount
        try context.checkRoom(0)
        for (i, row) in rows.enumerated() { lists[Int(row)].append(column[i]) }
        return true
      }
    } catch {
      var garbage: [Any] = [lists]
      lists = []
      Disposal.later(&garbage)
      throw error
    }
    return .values(lists.map { .list($0) })
  }
}
