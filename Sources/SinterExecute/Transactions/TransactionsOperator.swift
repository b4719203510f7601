import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// CALL { … } IN TRANSACTIONS: so many rows at a time run through the subquery in a transaction of their own.
///
/// The input reads the snapshot that the statement began with. A transaction sees what those before it committed, and so
/// do the operators above, whose context moves to a new snapshot with every commit. Transactions follow each other: a
/// store has one writer.
final class TransactionsOperator: Operator, UpdatingOperator {
  private let input: Operator
  private let subplan: Subplan
  private let isUnit: Bool
  private let isOptional: Bool
  private let transactions: TransactionPlan
  private let store: GraphStore
  private let rows: RowBuilder
  /// The subplan as the last transaction ran it, for PROFILE with what it counted in those before.
  private var runner: SubplanRunner?
  /// Rows of the input that no transaction has taken yet, from a position on.
  private var rest: (batch: Batch, from: Int)?
  /// Rows of the last transaction that were not given out yet, from a position on.
  private var results: (batch: Batch, from: Int)?
  private var isBroken = false
  private var committedCount = 0

  private static let usualRows = 1000
  private static let usualRetrySeconds = 30.0

  init(
    _ plan: LogicalPlan, _ input: Operator, _ subplan: Subplan, isUnit: Bool, isOptional: Bool, _ transactions: TransactionPlan
  ) throws {
    guard let store = input.context.store else {
      throw SinterError(
        "TransactionError.ExplicitTransaction", "A statement inside a transaction cannot commit others.",
        at: transactions.spot.span)
    }
    self.input = input
    self.subplan = subplan
    self.isUnit = isUnit
    self.isOptional = isOptional
    self.transactions = transactions
    self.store = store
    rows = RowBuilder(plan.outputs, from: input.layout)
    super.init(plan, ExecutionContext(following: input.context))
  }

  override var inputs: [Operator] { [input] + [runner?.root].compactMap { $0 } }

  override func next() throws -> Batch? {
    let size = try rowsOfTransaction()
    while true {
      if let (batch, from) = results, from < batch.count {
        let end = min(batch.count, from + context.options.batchSize)
        results = (batch, end)
        return from == 0 && end == batch.count ? batch : batch.gathering(Array(Int32(from)..<Int32(end)))
      }
      results = nil
      guard let batch = try nextRows(size) else { return nil }
      let bytes = batch.byteCount
      try context.hold(bytes)
      results = (try run(batch), 0)
      context.release(bytes)
    }
  }

  // MARK: Rows of a transaction

  private func rowsOfTransaction() throws -> Int {
    if let concurrency = transactions.concurrency { _ = try count(concurrency, "CONCURRENT takes") }
    return try transactions.rows.map { try count($0, "OF … ROWS takes") } ?? Self.usualRows
  }

  private func count(_ scalar: Scalar, _ what: String) throws -> Int {
    guard case .integer(let n) = try Evaluator(Layout([]), context).evaluate(scalar, .unit)[0], n > 0 else {
      throw SinterError(
        "SyntaxError.NegativeIntegerArgument", phase: .runtime, "\(what) a whole number from 1 on.",
        at: scalar.span ?? transactions.spot.span)
    }
    return Int(min(n, Int64(Int32.max)))
  }

  /// The next rows of the input, at most `size`.
  private func nextRows(_ size: Int) throws -> Batch? {
    var parts: [Batch] = []
    var (count, bytes) = (0, 0)
    while count < size {
      guard let (batch, from) = try rest ?? input.pull().map({ ($0, 0) }) else { break }
      let end = min(batch.count, from + size - count)
      rest = end < batch.count ? (batch, end) : nil
      let part = from == 0 && end == batch.count ? batch : batch.gathering(Array(Int32(from)..<Int32(end)))
      parts.append(part)
      count += part.count
      bytes += part.byteCount
      try context.checkRoom(bytes)
    }
    return parts.isEmpty ? nil : .concatenated(parts, columnCount: input.layout.variables.count)
  }

  // MARK: One transaction

  private func run(_ batch: Batch) throws -> Batch {
    if isBroken { return given(nil, batch, TransactionStatus()) }
    var status = TransactionStatus(started: true, number: context.engine.nextTransactionNumber())
    do {
      let work = try attempt(batch)
      status.committed = true
      return given(work, batch, status)
    } catch var error as SinterError {
      if transactions.onError == .fail || error.endsStatement {
        if committedCount > 0 {
          error.message += committedCount == 1
            ? " One transaction before is committed and stays." : " \(committedCount) transactions before are committed and stay."
        }
        throw error
      }
      isBroken = transactions.onError == .break
      status.errorMessage = error.message
      return given(nil, batch, status)
    }
  }

  /// Runs and commits; tries again for a while where the statement asks for that and another try may succeed.
  private func attempt(_ batch: Batch) throws -> TransactionWork {
    let start = monotonicSeconds()
    var pause = 0.01
    while true {
      do { return try commit(batch) } catch let error as SinterError where transactions.retries && error.mayPass {
        guard monotonicSeconds() - start + pause < (try retrySeconds()) else { throw error }
        try context.checkInterrupts()
        usleep(UInt32(pause * 1e6))
        pause = min(pause * 2, 1)
      }
    }
  }

  private func retrySeconds() throws -> Double {
    guard let scalar = transactions.retrySeconds else { return Self.usualRetrySeconds }
    switch try Evaluator(Layout([]), context).evaluate(scalar, .unit)[0] {
    case .integer(let n) where n >= 0: return Double(n)
    case .float(let x) where x >= 0: return x
    default:
      throw SinterError(
        "TypeError.InvalidArgumentType", "The time to retry is a number of seconds, not negative.",
        at: scalar.span ?? transactions.spot.span)
    }
  }

  private func commit(_ batch: Batch) throws -> TransactionWork {
    let work = TransactionWork(subplan, batch, outer: input.layout, context, isProfiled: isProfiled)
    let token = context.options.cancellation
    try store.write(isCancelled: token.map { token in { token.isCancelled } }) { writer in try work.run(writer) }
    if isProfiled, let before = runner { work.runner?.root.addProfile(of: before.root) }
    runner = work.runner
    committedCount += 1
    var counts = work.statistics
    counts.transactionsCommitted = 1
    context.statistics.add(counts)
    context.hasDeleted = context.hasDeleted || counts.nodesDeleted + counts.relationshipsDeleted > 0
    context.move(to: try store.snapshot())
    return work
  }

  // MARK: Rows that come out

  /// The batch beside what its transaction gave; nothing for one that failed or was not begun.
  private func given(_ work: TransactionWork?, _ batch: Batch, _ status: TransactionStatus) -> Batch {
    let everyRow = (0..<Int32(batch.count)).map { $0 }
    var parents = everyRow
    var new: [(Int, Vector)] = []
    if let work, !isUnit {
      parents = work.parents
      for (to, variable) in layout.variables.enumerated() where input.layout[variable] == nil {
        if let column = work.column(variable) { new.append((to, column)) }
      }
      if isOptional {
        // Rows without a result follow those with one.
        let missing = Set(everyRow).subtracting(parents).sorted()
        new = new.map { ($0.0, [Vector].concatenated([$0.1, .constant(.null, count: missing.count)])) }
        parents += missing
      }
    }
    if let report = transactions.report, let position = layout[report] {
      new.append((position, .constant(status.value, count: parents.count)))
    }
    return rows.batch(batch, parents: parents, new: new)
  }

  override func reset() {
    (rest, results, isBroken) = (nil, nil, false)
    super.reset()
  }
}

/// What REPORT STATUS says of a transaction.
private struct TransactionStatus {
  var started = false
  var committed = false
  var number: Int?
  var errorMessage: String?

  var value: Value {
    .map([
      "started": .boolean(started), "committed": .boolean(committed),
      "transactionId": number.map { .string("sinter-transaction-\($0)") } ?? .null,
      "errorMessage": errorMessage.map { .string($0) } ?? .null,
    ])
  }
}

extension SinterError {
  /// No other transaction of the statement can do better, or the user wants none.
  fileprivate var endsStatement: Bool {
    let code = code.rawValue
    return code == "LimitError.Cancelled" || code == "LimitError.Timeout" || code.hasPrefix("InternalError.")
      || code.hasPrefix("StorageError.") && !mayPass
  }

  /// Another try may succeed.
  fileprivate var mayPass: Bool { code.rawValue == "StorageError.Locked" }
}
