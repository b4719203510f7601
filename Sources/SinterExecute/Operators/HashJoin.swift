import SinterModel
import SinterPlan

/// Rows of both sides that have the same node: a table of the right side's rows by node, probed by those of the left.
final class HashJoinOperator: Operator {
  private let left: Operator
  private let right: Operator
  private let keys: (left: Int, right: Int)
  private let rows: RowBuilder
  private let new: [(from: Int, to: Int)]
  /// The right side's rows, and which of them a node is in.
  private var table: (rows: Batch, positions: [UInt32: [Int32]])?
  private var held = 0
  private var source: Batch?
  private var row = 0
  private var match = 0

  override var inputs: [Operator] { [left, right] }

  init(_ plan: LogicalPlan, _ left: Operator, _ right: Operator, on node: Variable) throws {
    self.left = left
    self.right = right
    keys = (try left.layout.position(node), try right.layout.position(node))
    rows = RowBuilder(plan.outputs, from: left.layout)
    new = plan.outputs.enumerated().compactMap { to, variable in
      left.layout[variable] == nil ? right.layout[variable].map { (from: $0, to: to) } : nil
    }
    super.init(plan, left.context)
  }

  override func next() throws -> Batch? {
    while true {
      guard let source else {
        guard let batch = try left.pull() else { return nil }
        self.source = batch
        (row, match) = (0, 0)
        continue
      }
      // Only now: what the clauses before have made belongs to both sides.
      let table = try builtTable()
      let nodes = try source.columns[keys.left].nodeIDs()
      var parents: [Int32] = []
      var matches: [Int32] = []
      while row < source.count, parents.count < context.options.batchSize {
        let found = table.positions[nodes[row]] ?? []
        let taken = min(found.count - match, context.options.batchSize - parents.count)
        matches += found[match..<match + taken]
        parents += [Int32](repeating: Int32(row), count: taken)
        match += taken
        if match == found.count { (row, match) = (row + 1, 0) }
      }
      if row == source.count { self.source = nil }
      if parents.isEmpty { continue }
      return rows.batch(source, parents: parents, new: new.map { ($0.to, table.rows.columns[$0.from].gathering(matches)) })
    }
  }

  private func builtTable() throws -> (rows: Batch, positions: [UInt32: [Int32]]) {
    if let table { return table }
    var batches: [Batch] = []
    while let batch = try right.pull() {
      let bytes = batch.byteCount + 48 * batch.count
      try context.hold(bytes)
      held += bytes
      batches.append(batch)
    }
    let all = Batch.concatenated(batches, columnCount: right.layout.variables.count)
    var positions: [UInt32: [Int32]] = [:]
    for (position, node) in try all.columns[keys.right].nodeIDs().enumerated() {
      positions[node, default: []].append(Int32(position))
    }
    table = (all, positions)
    return (all, positions)
  }

  override func reset() {
    table = nil
    source = nil
    context.release(held)
    held = 0
    super.reset()
  }
}
