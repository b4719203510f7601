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
        try context.checkRoom((items.count + all.count) * MemoryLayout<Value>.stride)
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

  /// Calls `body` with runs of rows whose lists have few items together, or one long list each.
  private func forEachRun(_ list: Vector, _ batch: Batch, _ body: (Vector, Batch) throws -> Void) throws {
    let most = 1 << 16
    var start = 0
    var items = 0
    for row in 0..<batch.count {
      guard case .list(let all) = list[row] else { continue }
      if items > 0 && items + all.count > most {
        let rows = (Int32(start)..<Int32(row)).map { $0 }
        try context.checkInterrupts()
        try body(list.gathering(rows), batch.gathering(rows))
        (start, items) = (row, 0)
      }
      items += all.count
    }
    if start == 0 { return try body(list, batch) }
    let rows = (Int32(start)..<Int32(batch.count)).map { $0 }
    try body(list.gathering(rows), batch.gathering(rows))
  }

  func listComprehension(_ v: Variable, _ list: Vector, _ filter: Scalar?, _ projection: Scalar?, _ batch: Batch) throws -> Vector {
    var result: [Value] = []
    result.reserveCapacity(batch.count)
    var made = 0
    try forEachRun(list, batch) { list, batch in
      try comprehend(v, list, filter, projection, batch, &result, &made)
    }
    return .values(result)
  }

  private func comprehend(
    _ v: Variable, _ list: Vector, _ filter: Scalar?, _ projection: Scalar?, _ batch: Batch, _ result: inout [Value], _ made: inout Int
  ) throws {
    let unnested = try unnest(v, list, batch, "A list comprehension")
    let total = unnested.batch.count
    let truth = try filter.map { try truths(try unnested.evaluator.evaluateInParts($0, unnested.batch)) }
    let kept = truth.map { t in (0..<Int32(total)).filter { t[Int($0)] == 1 } } ?? Array(0..<Int32(total))
    let rows = unnested.batch.gathering(kept)
    let values = try projection.map { try unnested.evaluator.evaluateInParts($0, rows) } ?? rows.columns.last!
    made += kept.count * MemoryLayout<Value>.stride
    try context.checkRoom(made)
    var k = 0
    for row in 0..<batch.count {
      var items: [Value] = []
      while k < kept.count, Int(kept[k]) < unnested.starts[row + 1] {
        items.append(values[k])
        k += 1
      }
      result.append(unnested.isNull[row] ? .null : .list(items))
    }
  }

  func quantifier(_ q: Scalar.Quantifier, _ v: Variable, _ list: Vector, _ predicate: Scalar, _ batch: Batch) throws -> Vector {
    var result: [UInt8] = []
    result.reserveCapacity(batch.count)
    try forEachRun(list, batch) { list, batch in try quantify(q, v, list, predicate, batch, &result) }
    return .booleans(result)
  }

  private func quantify(
    _ q: Scalar.Quantifier, _ v: Variable, _ list: Vector, _ predicate: Scalar, _ batch: Batch, _ result: inout [UInt8]
  ) throws {
    let unnested = try unnest(v, list, batch, "A quantifier")
    let truth = try truths(try unnested.evaluator.evaluateInParts(predicate, unnested.batch))
    for row in 0..<batch.count {
      if unnested.isNull[row] {
        result.append(2)
        continue
      }
      var (yes, no, unknown) = (0, 0, 0)
      for i in unnested.starts[row]..<unnested.starts[row + 1] {
        switch truth[i] {
        case 0: no += 1
        case 1: yes += 1
        default: unknown += 1
        }
      }
      switch q {
      case .all: result.append(no > 0 ? 0 : unknown > 0 ? 2 : 1)
      case .any: result.append(yes > 0 ? 1 : unknown > 0 ? 2 : 0)
      case .none: result.append(yes > 0 ? 0 : unknown > 0 ? 2 : 1)
      case .single: result.append(yes > 1 ? 0 : unknown > 0 ? 2 : yes == 1 ? 1 : 0)
      }
    }
  }

  /// Evaluates over many rows in parts, so that a query can be ended between two.
  private func evaluateInParts(_ scalar: Scalar, _ batch: Batch) throws -> Vector {
    let part = 8192
    if batch.count <= part { return try evaluate(scalar, batch) }
    return [Vector].concatenated(
      try stride(from: 0, to: batch.count, by: part).map { start in
        try context.checkInterrupts()
        return try evaluate(scalar, batch.gathering((Int32(start)..<Int32(min(start + part, batch.count))).map { $0 }))
      })
  }

  func reduce(
    _ accumulator: Variable, _ initial: Vector, _ v: Variable, _ list: Vector, _ body: Scalar, _ batch: Batch
  ) throws -> Vector {
    let inner = Evaluator(Layout(layout.variables + [v, accumulator]), context)
    var made = 0
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
          try context.countStep()
          one.columns[last - 2] = .values([item])
          one.columns[last - 1] = .values([value])
          value = try inner.evaluate(body, one)[0]
          try checkGrowth(of: value, looksInside: i & 15 == 15 || i == items.count - 1, beside: made)
        }
        made += value.ownByteCount
        return value
      })
  }

  /// Keeps what an accumulator becomes within the memory budget, and shallow enough for the functions that walk values.
  private func checkGrowth(of value: Value, looksInside: Bool, beside others: Int) throws {
    switch value {
    case .string, .list, .map: break
    default: return
    }
    try context.checkRoom(others + value.ownByteCount)
    guard looksInside else { return }
    // Lists share what they hold, so a value may have many more parts than bytes.
    var parts = maximumValueParts
    if !value.isWithin(depth: maximumValueDepth, parts: &parts) {
      throw SinterError(
        "LimitError.Depth",
        "reduce() built a value that nests more than \(maximumValueDepth) levels deep or has more than \(maximumValueParts) parts.")
    }
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
      case "PROPERTY VALUE", "ANY PROPERTY VALUE": return isStorable(value)
      // There are no points, and vectors are lists; the types are known so that a test for them can be asked.
      case "NULL", "NOTHING", "POINT", "VECTOR": return false
      case "BOOL", "BOOLEAN": if case .boolean = value { return true } else { return false }
      case "INT", "INTEGER", "SIGNED INTEGER", "INTEGER64", "INT64": if case .integer = value { return true } else { return false }
      case "FLOAT", "FLOAT64", "DOUBLE": if case .float = value { return true } else { return false }
      case "STRING", "VARCHAR": if case .string = value { return true } else { return false }
      case "LIST", "ARRAY": if case .list = value { return true } else { return false }
      case "MAP", "ANY MAP": if case .map = value { return true } else { return false }
      case "NODE", "VERTEX", "ANY NODE", "ANY VERTEX": if case .node = value { return true } else { return false }
      case "RELATIONSHIP", "EDGE", "ANY RELATIONSHIP", "ANY EDGE": if case .relationship = value { return true } else { return false }
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

/// Lists and maps nest no deeper than this, whatever builds them.
private let maximumValueDepth = 500
private let maximumValueParts = 10_000_000

extension Value {
  /// Bytes of the value's own storage, without those of the values in it.
  fileprivate var ownByteCount: Int {
    switch self {
    case .string(let s): s.utf8.count
    case .list(let all): all.count * MemoryLayout<Value>.stride
    case .map(let entries): entries.count * 2 * MemoryLayout<Value>.stride
    default: 0
    }
  }

  /// Whether lists and maps nest no deeper and have no more parts in all; `parts` becomes what is left of them.
  fileprivate func isWithin(depth: Int, parts: inout Int) -> Bool {
    switch self {
    case .list(let all):
      parts -= all.count
      guard depth > 0, parts >= 0 else { return false }
      for item in all where !item.isWithin(depth: depth - 1, parts: &parts) { return false }
    case .map(let entries):
      parts -= entries.count
      guard depth > 0, parts >= 0 else { return false }
      for item in entries.values where !item.isWithin(depth: depth - 1, parts: &parts) { return false }
    default: break
    }
    return true
  }
}
