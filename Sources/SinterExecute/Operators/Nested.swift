import SinterModel
import SinterPlan

/// Operators that change the graph, or may.
protocol UpdatingOperator: Operator {
  var changesGraph: Bool { get }
}

extension UpdatingOperator {
  var changesGraph: Bool { true }
}

/// Rows of a subplan beside the rows they belong to; a row without any is kept with nulls.
final class OptionalOperator: UnaryOperator {
  private let subplan: Subplan
  private let runner: SubplanRunner
  private let rows: RowBuilder
  private let new: [(from: Int, to: Int)]
  private var source: Batch?
  private var matched: [Bool] = []
  /// The row to start the subplan with next, where it runs for one row at a time.
  private var row = 0
  private var held: [Batch]?

  init(_ plan: LogicalPlan, _ input: Operator, _ subplan: Subplan) throws {
    self.subplan = subplan
    runner = try SubplanRunner(subplan, outer: input.layout, input.context)
    rows = RowBuilder(plan.outputs, from: input.layout)
    let inner = runner.root.layout
    new = plan.outputs.enumerated().compactMap { to, variable in
      input.layout[variable] == nil ? inner[variable].map { (from: $0, to: to) } : nil
    }
    super.init(plan, input)
  }

  override var inputs: [Operator] { [input, runner.root] }

  override func next() throws -> Batch? {
    if runner.root.hasEffects && held == nil { held = try drainedInput() }
    while true {
      guard let source else {
        guard let batch = try held != nil ? held!.popLast() : input.pull() else { return nil }
        self.source = batch
        matched = [Bool](repeating: false, count: batch.count)
        row = 0
        startNext(batch)
        continue
      }
      if let found = try runner.root.pull() {
        let parents = subplan.rowNumber != nil ? runner.rowNumbers(found) : [Int32](repeating: Int32(row - 1), count: found.count)
        for parent in parents { matched[Int(parent)] = true }
        return rows.batch(source, parents: parents, new: new.map { ($0.to, found.columns[$0.from]) })
      }
      if subplan.rowNumber == nil && row < source.count {
        startNext(source)
        continue
      }
      self.source = nil
      let missing = (0..<Int32(source.count)).filter { !matched[Int($0)] }
      if missing.isEmpty { continue }
      return rows.batch(source, parents: missing, new: [])
    }
  }

  private func startNext(_ batch: Batch) {
    if subplan.rowNumber != nil {
      runner.start(batch)
    } else {
      runner.start(batch.gathering([Int32(row)]))
      row += 1
    }
  }

  override func reset() {
    source = nil
    held = nil
    super.reset()
  }
}

extension UnaryOperator {
  /// All rows of the input at once, the first batch last: what a subplan is about to change must be read before.
  fileprivate func drainedInput() throws -> [Batch] {
    var all: [Batch] = []
    while let batch = try input.pull() {
      try hold(batch.byteCount)
      all.append(batch)
    }
    return all.reversed()
  }
}

/// Rows of a subplan for each row, one row at a time.
final class ApplyOperator: UnaryOperator {
  private let runner: SubplanRunner
  private let rows: RowBuilder
  private let new: [(from: Int, to: Int)]
  private var source: Batch?
  private var row = 0
  private var held: [Batch]?

  init(_ plan: LogicalPlan, _ input: Operator, _ subplan: Subplan) throws {
    runner = try SubplanRunner(subplan, outer: input.layout, input.context)
    rows = RowBuilder(plan.outputs, from: input.layout)
    let inner = runner.root.layout
    new = plan.outputs.enumerated().compactMap { to, variable in
      input.layout[variable] == nil ? inner[variable].map { (from: $0, to: to) } : nil
    }
    super.init(plan, input)
  }

  override var inputs: [Operator] { [input, runner.root] }

  override func next() throws -> Batch? {
    // A subplan that changes the graph must not change what the input has yet to read.
    if runner.root.hasEffects && held == nil { held = try drainedInput() }
    while true {
      guard let source else {
        guard let batch = try held != nil ? held!.popLast() : input.pull() else { return nil }
        self.source = batch
        row = 0
        runner.start(batch.gathering([0]))
        continue
      }
      if let found = try runner.root.pull() {
        let parents = [Int32](repeating: Int32(row), count: found.count)
        return rows.batch(source, parents: parents, new: new.map { ($0.to, found.columns[$0.from]) })
      }
      row += 1
      if row < source.count { runner.start(source.gathering([Int32(row)])) } else { self.source = nil }
    }
  }

  override func reset() {
    source = nil
    held = nil
    releaseAll()
    super.reset()
  }
}

/// Passes rows through after running a subplan for each of them, for its effects.
final class ForEachOperator: UnaryOperator, UpdatingOperator {
  private let runner: SubplanRunner
  private let positions: [Int]
  private var done: [Batch]?

  init(_ plan: LogicalPlan, _ input: Operator, _ subplan: Subplan) throws {
    runner = try SubplanRunner(subplan, outer: input.layout, input.context)
    positions = try plan.outputs.map { try input.layout.position($0) }
    super.init(plan, input)
  }

  override var inputs: [Operator] { [input, runner.root] }

  override func next() throws -> Batch? {
    if done == nil {
      let all = try drainedInput()
      for batch in all.reversed() { try runner.run(batch) { _, _ in true } }
      done = all
    }
    guard let batch = done!.popLast() else { return nil }
    return Batch(columns: positions.map { batch.columns[$0] }, count: batch.count)
  }

  override func reset() {
    done = nil
    releaseAll()
    super.reset()
  }
}
