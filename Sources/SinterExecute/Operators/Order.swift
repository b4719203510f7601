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
    throw SinterError("SyntaxError.InvalidArgumentType", "\(what) takes a whole number, not \(value.typePhrase).", at: scalar.span)
  }
}

final class SkipOperator: UnaryOperator {
  private let amount: Scalar
  private var left: Int?

  init(_ plan: LogicalPlan, _ input: Operator, _ amount: Scalar) {
    self.amount = amount
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable }

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

  override var isReusable: Bool { input.isReusable }

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
  var hasEffects: Bool { (self as? any UpdatingOperator)?.changesGraph ?? false || inputs.contains(where: \.hasEffects) }
}

/// Orders all rows.
final class SortOperator: UnaryOperator {
  private let keys: [SortKey]
  private let positions: [Int]
  private let evaluator: Evaluator
  /// All rows as they came, and the order in which they leave.
  private var sorted: (rows: Batch, order: [Int32])?
  /// Rows and their keys, while they are gathered.
  private var rows: BatchBuffer
  private var keyRows: BatchBuffer
  private var emitted = 0

  init(_ plan: LogicalPlan, _ input: Operator, _ keys: [SortKey]) throws {
    self.keys = keys
    positions = try plan.outputs.map { try input.layout.position($0) }
    evaluator = Evaluator(input.layout, input.context)
    rows = BatchBuffer(columnCount: input.layout.variables.count)
    keyRows = BatchBuffer(columnCount: keys.count)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    if sorted == nil { sorted = try sort() }
    guard let sorted, emitted < sorted.order.count else { return nil }
    let end = min(emitted + context.options.batchSize, sorted.order.count)
    defer { emitted = end }
    let rows = Array(sorted.order[emitted..<end])
    return Batch(columns: sorted.rows.gathering(rows, positions: positions), count: rows.count)
  }

  private func sort() throws -> (Batch, [Int32]) {
    rows = BatchBuffer(columnCount: input.layout.variables.count)
    keyRows = BatchBuffer(columnCount: keys.count)
    while let batch = try input.pull() {
      let keyBatch = Batch(columns: try keys.map { try evaluator.evaluate($0.value, batch) }, count: batch.count)
      // The keys, and four bytes for a row's place in the order.
      try hold(batch.byteCount + keyBatch.byteCount + 8 * batch.count)
      rows.append(batch)
      keyRows.append(keyBatch)
      try checkRowCount(rows.count)
    }
    let order = RowOrder(columns: keyRows.columns, descending: keys.map(\.descending))
    let sorted = (rows.batch, try order.sorted(rows.count, context))
    rows = BatchBuffer(columnCount: 0)
    keyRows = BatchBuffer(columnCount: 0)
    return sorted
  }

  override func reset() {
    sorted = nil
    emitted = 0
    releaseAll()
    super.reset()
  }
}

extension Operator {
  /// Rows are numbered in 32 bits.
  func checkRowCount(_ count: Int) throws {
    guard count < Int(Int32.max) else {
      throw SinterError("LimitError.Memory", "At most \(Int32.max) rows can be sorted; filter them first, or add LIMIT.")
    }
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

  /// The positions of the rows in their order.
  func sorted(_ count: Int, _ context: ExecutionContext) throws -> [Int32] {
    try (0..<Int32(count)).sorted { a, b in
      try context.countStep()
      return precedes(Int(a), Int(b))
    }
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
  private let inputColumnCount: Int
  /// Rows that may still be wanted: their columns, then their keys.
  private var kept: BatchBuffer
  /// The first key of the last row wanted, as of the last cut: a row behind it is out.
  private var bound: Value?
  /// The rows to give, and how many were given.
  private var result: Batch?
  private var emitted = 0

  init(_ plan: LogicalPlan, _ input: Operator, _ keys: [SortKey], skip: Scalar?, limit: Scalar) throws {
    self.keys = keys
    self.skip = skip
    self.limit = limit
    positions = try plan.outputs.map { try input.layout.position($0) }
    evaluator = Evaluator(input.layout, input.context)
    inputColumnCount = input.layout.variables.count
    kept = BatchBuffer(columnCount: inputColumnCount + keys.count)
    super.init(plan, input)
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    if result == nil {
      let skipped = try skip.map { try givenCount($0, "SKIP", context) } ?? 0
      let limited = try givenCount(limit, "LIMIT", context)
      // Updates below must happen whatever the limit.
      if limited == 0 && !input.hasEffects {
        result = Batch(columns: [], count: 0)
        return nil
      }
      try gather(limited > Int(Int32.max) - skipped ? Int(Int32.max) : skipped + limited)
      result = kept.batch
      kept = BatchBuffer(columnCount: inputColumnCount + keys.count)
      emitted = limited == 0 ? result!.count : skipped
    }
    guard let result, emitted < result.count else { return nil }
    let end = min(emitted + context.options.batchSize, result.count)
    defer { emitted = end }
    let rows = (Int32(emitted)..<Int32(end)).map { $0 }
    return Batch(columns: result.gathering(rows, positions: positions), count: rows.count)
  }

  /// Reads all rows and leaves the first `wanted` of them, in order, in ``kept``.
  private func gather(_ wanted: Int) throws {
    var cutCount = 0
    while let batch = try input.pull() {
      guard let candidates = try self.candidates(batch, wanted) else { continue }
      try hold(candidates.byteCount + 8 * candidates.count)
      kept.append(candidates)
      try checkRowCount(kept.count)
      if kept.count > max(2 * wanted, 1024) || (bound == nil && kept.count >= wanted) {
        try cut(to: wanted)
        cutCount = kept.count
      }
    }
    if kept.count > cutCount || kept.count > wanted { try cut(to: wanted) }
  }

  /// The rows of a batch with their keys beside them, without those that the first key rules out.
  private func candidates(_ batch: Batch, _ wanted: Int) throws -> Batch? {
    var rows = batch
    var first = try evaluator.evaluate(keys[0].value, batch)
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

  private func cut(to wanted: Int) throws {
    let order = RowOrder(columns: Array(kept.columns[inputColumnCount...]), descending: keys.map(\.descending))
    let rows = kept.batch.gathering(Array(try order.sorted(kept.count, context).prefix(wanted)))
    kept = BatchBuffer(columnCount: rows.columns.count)
    kept.append(rows)
    releaseAll()
    try hold(rows.byteCount + 8 * rows.count)
    bound = rows.count >= wanted && wanted > 0 ? rows.columns[inputColumnCount][wanted - 1] : nil
  }

  override func reset() {
    kept = BatchBuffer(columnCount: inputColumnCount + keys.count)
    bound = nil
    result = nil
    emitted = 0
    releaseAll()
    super.reset()
  }
}
