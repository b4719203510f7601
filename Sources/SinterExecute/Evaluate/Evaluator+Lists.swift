import SinterFunctions
import SinterLanguage
import SinterModel
import SinterPlan

extension Evaluator {
  /// Calls `body` with the items of the rows' lists as rows of their own, beside the columns of the row they come from:
  /// a few thousand at a time, so that neither many lists nor a long one take much memory or time in one go.
  ///
  /// `parents` are the rows the items come from; `isNull` is called for rows without a list.
  private func forEachPiece(
    of list: Vector, _ batch: Batch, _ use: String, isNull: (Int) -> Void, _ body: (_ rows: Batch, _ parents: [Int32]) throws -> Void
  ) throws {
    let most = 8192
    var items: [Value] = []
    var parents: [Int32] = []
    func flush() throws {
      if items.isEmpty { return }
      try context.checkInterrupts()
      var rows = batch.gathering(parents)
      rows.columns.append(.values(items))
      items.removeAll(keepingCapacity: true)
      try body(rows, parents)
      parents.removeAll(keepingCapacity: true)
    }
    for row in 0..<batch.count {
      switch list[row] {
      case .null: isNull(row)
      case .list(let all):
        var start = 0
        while start < all.count {
          let end = min(all.count, start + most - items.count)
          items += all[start..<end]
          parents += [Int32](repeating: Int32(row), count: end - start)
          start = end
          if items.count == most { try flush() }
        }
      case let other: throw SinterError("TypeError.InvalidArgumentType", "\(use) needs a list, not \(other.typeName).")
      }
    }
    try flush()
  }

  func listComprehension(_ v: Variable, _ list: Vector, _ filter: Scalar?, _ projection: Scalar?, _ batch: Batch) throws -> Vector {
    var lists = [[Value]?](repeating: [], count: batch.count)
    let inner = Evaluator(Layout(layout.variables + [v]), context)
    var made = context.limits.transientBytes
    do {
      try forEachPiece(of: list, batch, "A list comprehension", isNull: { lists[$0] = nil }) { rows, parents in
        var (rows, parents) = (rows, parents)
        if let filter {
          let truth = try truths(try inner.evaluate(filter, rows))
          let kept = rows.count == 0 ? [] : (0..<Int32(rows.count)).filter { truth[Int($0)] == 1 }
          rows = rows.gathering(kept)
          parents = kept.map { parents[Int($0)] }
        }
        let values = try projection.map { try inner.evaluate($0, rows) } ?? rows.columns.last!
        for (k, parent) in parents.enumerated() { lists[Int(parent)]!.append(values[k]) }
        // What was made on the way is gone, but for the values in the lists.
        made += parents.count * MemoryLayout<Value>.stride + Batch(columns: [values], count: rows.count).largeByteCount
        context.limits.transientBytes = made
        try context.checkRoom(0)
      }
    } catch {
      // Long lists are not freed by the thread that was asked to end.
      var garbage: [Any] = [lists]
      lists = []
      Disposal.later(&garbage)
      throw error
    }
    return .values(lists.map { $0.map { .list($0) } ?? .null })
  }

  func quantifier(_ q: Scalar.Quantifier, _ v: Variable, _ list: Vector, _ predicate: Scalar, _ batch: Batch) throws -> Vector {
    var counts = [(yes: Int, no: Int, unknown: Int)](repeating: (0, 0, 0), count: batch.count)
    var isNull = [Bool](repeating: false, count: batch.count)
    let inner = Evaluator(Layout(layout.variables + [v]), context)
    let made = context.limits.transientBytes
    try forEachPiece(of: list, batch, "A quantifier", isNull: { isNull[$0] = true }) { rows, parents in
      let truth = try truths(try inner.evaluate(predicate, rows))
      context.limits.transientBytes = made
      for (k, parent) in parents.enumerated() {
        switch truth[k] {
        case 0: counts[Int(parent)].no += 1
        case 1: counts[Int(parent)].yes += 1
        default: counts[Int(parent)].unknown += 1
        }
      }
    }
    return .booleans(
      zip(counts, isNull).map { count, isNull in
        if isNull { return 2 }
        let (yes, no, unknown) = count
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
    var made = context.limits.transientBytes
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
          // The accumulator before it is gone.
          context.limits.transientBytes = made
          try checkGrowth(of: value, looksInside: i & 15 == 15 || i == items.count - 1)
        }
        made += value.ownByteCount
        context.limits.transientBytes = made
        return value
      })
  }

  /// Keeps what an accumulator becomes within the memory budget, and shallow enough for the functions that walk values.
  private func checkGrowth(of value: Value, looksInside: Bool) throws {
    switch value {
    case .string, .list, .map: break
    default: return
    }
    try context.checkRoom(value.ownByteCount)
    guard looksInside else { return }
    // Lists share what they hold, so a value may have many more parts than bytes.
    var parts = maximumValueParts
    let isWithin = value.isWithin(depth: maximumValueDepth, parts: &parts)
    try context.limits.countSteps((maximumValueParts - parts) >> 3)
    if !isWithin {
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
