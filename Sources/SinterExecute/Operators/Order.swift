import SinterModel
import SinterPlan

/// Row counts given by SKIP and LIMIT.
private func givenCount(_ scalar: Scalar, _ what: String, _ context: ExecutionContext) throws -> Int {
  let value = try Evaluator(Layout([]), context).evaluate(scalar, .unit)[0]
  switch value {
  case .integer(let n):
    guard n >= 0 else {
      throw SinterError("SyntaxError.NegativeIntegerArgument", "\(what) takes a number of rows that is not negative, not \(n).", at: scalar.span)
    }
    return Int(n)
  default:
    throw SinterError("SyntaxError.InvalidArgumentType", "\(what) takes a whole number, not \(value.typeName).", at: scalar.span)
  }
}

final class SkipOperator: UnaryOperator {
  private let amount: Scalar
  private var left: Int?

  init(_ plan: LogicalPlan, _ input: Operator, _ amount: Scalar) {
    self.amount = amount
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    var skip = try left ?? givenCount(amount, "SKIP", context)
    while let batch = try input.pull() {
      if skip >= batch.count {
        skip -= batch.count
        continue
      }
      left = 0
      return skip == 0 ? batch : batch.gathering((Int32(skip)..<Int32(batch.count)).map { $0 })
    }
    left = skip
    return nil
  }

  override func reset() {
    left = nil
    super.reset()
  }
}

final class LimitOperator: UnaryOperator {
  private let amount: Scalar
  private var left: Int?

  init(_ plan: LogicalPlan, _ input: Operator, _ amount: Scalar) {
    self.amount = amount
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    let limit = try left ?? givenCount(amount, "LIMIT", context)
    // Updates below must happen whatever the limit.
    if limit == 0 {
      if input.hasEffects { while try input.pull() != nil {} }
      left = 0
      return nil
    }
    guard let batch = try input.pull() else {
      left = 0
      return nil
    }
    left = max(0, limit - batch.count)
    return batch.count <= limit ? batch : batch.gathering((0..<Int32(limit)).map { $0 })
  }

  override func reset() {
    left = nil
    super.reset()
  }
}

extension Operator {
  /// The operator or one below it changes the graph.
  var hasEffects: Bool { self is any UpdatingOperator || inputs.contains(where: \.hasEffects) }
}

/// Orders all rows.
final class SortOperator: UnaryOperator {
  private let keys: [SortKey]
  private let positions: [Int]
  private let evaluator: Evaluator
  private var sorted: Batch?
  private var emitted = 0
  private var held = 0

  init(_ plan: LogicalPlan, _ input: Operator, _ keys: [SortKey]) throws {
    self.keys = keys
    positions = try plan.outputs.map { try input.layout.position($0) }
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    if sorted == nil { sorted = try sort() }
    guard let sorted, emitted < sorted.count else { return nil }
    let end = min(emitted + context.options.batchSize, sorted.count)
    defer { emitted = end }
    return emitted == 0 && end == sorted.count ? sorted : sorted.gathering((Int32(emitted)..<Int32(end)).map { $0 })
  }

  private func sort() throws -> Batch {
    var batches: [Batch] = []
    while let batch = try input.pull() {
      let bytes = batch.byteCount
      held += bytes
      try context.hold(bytes)
      batches.append(batch)
    }
    if batches.isEmpty { return Batch(columns: layout.variables.map { _ in .values([]) }, count: 0) }
    let all = Batch.concatenated(batches, columnCount: input.layout.variables.count)
    let columns = try keys.map { try evaluator.evaluate($0.value, all) }
    let order = RowOrder(columns: columns, descending: keys.map(\.descending))
    var comparisons = 0
    let rows = try (0..<Int32(all.count)).sorted { a, b in
      comparisons &+= 1
      if comparisons & 0xFFFF == 0 { try context.checkInterrupts() }
      return order.precedes(Int(a), Int(b))
    }
    return Batch(columns: all.gathering(rows, positions: positions), count: all.count)
  }

  override func reset() {
    sorted = nil
    emitted = 0
    context.release(held)
    held = 0
    super.reset()
  }
}

/// The order of rows by key columns; rows with equal keys keep their order.
struct RowOrder {
  var columns: [Vector]
  var descending: [Bool]

  func compare(_ a: Int, _ b: Int) -> Int {
    for (column, descends) in zip(columns, descending) {
      let result: Int
      switch column {
      case .integers(let v): result = v[a] < v[b] ? -1 : v[a] > v[b] ? 1 : 0
      case .constant: continue
      default: result = column[a].orderability(column[b])
      }
      if result != 0 { return descends ? -result : result }
    }
    return 0
  }

  func precedes(_ a: Int, _ b: Int) -> Bool {
    let result = compare(a, b)
    return result != 0 ? result < 0 : a < b
  }
}

/// The first rows of an order, without ordering the rest.
///
/// Rows are gathered until there are twice as many as wanted, then cut back; a batch whose first key
/// cannot reach the rows kept so far costs no more than that key.
final class TopOperator: UnaryOperator {
  private let keys: [SortKey]
  private let skip: Scalar?
  private let limit: Scalar
  private let positions: [Int]
  private let evaluator: Evaluator
  private var isDone = false

  init(_ plan: LogicalPlan, _ input: Operator, _ keys: [SortKey], skip: Scalar?, limit: Scalar) throws {
    self.keys = keys
    self.skip = skip
    self.limit = limit
    positions = try plan.outputs.map { try input.layout.position($0) }
    evaluator = Evaluator(input.layout, input.context)
    super.init(plan, input)
  }

  override func next() throws -> Batch? {
    if isDone { return nil }
    isDone = true
    let skipped = try skip.map { try givenCount($0, "SKIP", context) } ?? 0
    let limited = try givenCount(limit, "LIMIT", context)
    let wanted = limited > Int(Int32.max) - skipped ? Int(Int32.max) : skipped + limited
    if limited == 0 && !input.hasEffects { return nil }
    var kept: Batch?
    while let batch = try input.pull() {
      guard let candidates = try self.candidates(batch, worst: kept, wanted) else { continue }
      let merged = kept.map { Batch.concatenated([$0, candidates], columnCount: candidates.columns.count) } ?? candidates
      kept = merged.count > max(2 * wanted, 1024) || (kept?.count ?? 0) < wanted ? cut(merged, to: wanted) : merged
    }
    guard let kept, limited > 0 else { return nil }
    let final = cut(kept, to: wanted)
    guard final.count > skipped else { return nil }
    let rows = (Int32(skipped)..<Int32(final.count)).map { $0 }
    return Batch(columns: positions.map { final.columns[$0].gathering(rows) }, count: rows.count)
  }

  /// The rows of a batch with their keys beside them, without those that the first key rules out.
  private func candidates(_ batch: Batch, worst kept: Batch?, _ wanted: Int) throws -> Batch? {
    var rows = batch
    var first = try evaluator.evaluate(keys[0].value, batch)
    // The rows kept are in order up to `wanted`; a row behind the last of them in the first key is out.
    var bound: Value?
    if let kept, kept.count >= wanted, wanted > 0 { bound = kept.columns[layout(input)][wanted - 1] }
    var open: [Int32]?
    if case .integers(let values) = first {
      var limit: Int64?
      if case .integer(let kept) = bound { limit = kept }
      if bound == nil || limit != nil { open = reaching(limit, values, wanted) }
    }
    if open == nil, let bound {
      open = (0..<Int32(batch.count)).filter {
        let order = first[Int($0)].orderability(bound)
        return keys[0].descending ? order >= 0 : order <= 0
      }
    }
    if let open {
      if open.isEmpty { return nil }
      if open.count < batch.count {
        rows = batch.gathering(open)
        first = first.gathering(open)
      }
    }
    let others = try keys.dropFirst().map { try evaluator.evaluate($0.value, rows) }
    return Batch(columns: rows.columns + [first] + others, count: rows.count)
  }

  /// The rows whose value is as good as `limit` and as the best `wanted` of the batch, ties included.
  private func reaching(_ limit: Int64?, _ values: [Int64], _ wanted: Int) -> [Int32] {
    // Ascending in the order of the key: negated, the greatest come first. ~ is a negation without overflow.
    let flip: Int64 = keys[0].descending ? -1 : 0
    var bound = limit.map { $0 ^ flip } ?? Int64.max
    if wanted < values.count, wanted <= 128 {
      var best: [Int64] = []
      best.reserveCapacity(wanted + 1)
      for value in values {
        let key = value ^ flip
        if key > bound || (best.count == wanted && key >= best.last ?? Int64.max) { continue }
        var position = best.count
        while position > 0, best[position - 1] > key { position -= 1 }
        best.insert(key, at: position)
        if best.count > wanted { best.removeLast() }
      }
      if best.count == wanted, let last = best.last { bound = min(bound, last) }
    }
    var open: [Int32] = []
    for i in values.indices where values[i] ^ flip <= bound { open.append(Int32(truncatingIfNeeded: i)) }
    return open
  }

  private func layout(_ input: Operator) -> Int { input.layout.variables.count }

  private func cut(_ rows: Batch, to wanted: Int) -> Batch {
    let order = RowOrder(columns: Array(rows.columns[layout(input)...]), descending: keys.map(\.descending))
    let sorted = (0..<Int32(rows.count)).sorted { order.precedes(Int($0), Int($1)) }
    return rows.gathering(Array(sorted.prefix(wanted)))
  }

  override func reset() {
    isDone = false
    super.reset()
  }
}
