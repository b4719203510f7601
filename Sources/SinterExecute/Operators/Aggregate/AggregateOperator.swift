import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage

/// Groups rows by keys and aggregates each group.
final class AggregateOperator: UnaryOperator {
  let keys: [Assignment]
  let aggregates: [Aggregate]
  let evaluator: Evaluator
  private var groups: GroupTable
  private var columns: [AggregateColumn] = []
  let multiplicity: Variable?
  /// The operator gathers one thread's part of the rows, for another to merge.
  private let isPart: Bool
  /// The node that all keys are properties of, if they are: then the group follows from the node's id.
  private let keySubject: Variable?
  private var groupsByNode = NodeGroups()
  /// The one key is a property that no two nodes share: nodes are grouped, and the property is only read where it is asked for.
  private var uniqueKey: UniqueKey?
  private var isGathered = false
  private var emitted = 0
  /// The column that says how many equal rows a row stands for.
  private let multiplicityPosition: Int?
  /// Every row is a group of its own; found out with the first row.
  private var isRowByRow = false

  init(_ plan: LogicalPlan, _ input: Operator, keys: [Assignment], aggregates: [Aggregate], multiplicity: Variable?, isPart: Bool = false) throws {
    self.keys = keys
    self.multiplicity = multiplicity
    self.isPart = isPart
    multiplicityPosition = try multiplicity.map { try input.layout.position($0) }
    self.aggregates = aggregates
    evaluator = Evaluator(input.layout, input.context)
    groups = GroupTable(keyCount: keys.count)
    let subjects = Set(
      keys.map { key -> Variable? in
        if case .property(.variable(let v), _, _) = key.value { v } else { nil }
      })
    keySubject = subjects.count == 1 ? subjects.first! : nil
    super.init(plan, input)
  }

  /// The group of each row of a batch.
  private func assign(_ batch: Batch) throws -> [Int32] {
    if let uniqueKey {
      if let nodes = try uniqueKey.nodes(in: batch, context.view) { return groups.assign([.nodes(nodes)], batch.count) }
      // From here on, and for the nodes so far, by value.
      self.uniqueKey = nil
      try groups.replaceIDs { try evaluator.property($0, uniqueKey.key) }
    }
    guard let keySubject, case .nodes(let nodes) = batch.columns[try input.layout.position(keySubject)] else {
      return groups.assign(try keys.map { try evaluator.evaluate($0.value, batch) }, batch.count)
    }
    return try groupsByNode.numbers(nodes) { fresh in
      // Keys are computed once for each node, not for each row.
      let rows = batch.gathering(fresh)
      return groups.assign(try keys.map { try evaluator.evaluate($0.value, rows) }, rows.count)
    }
  }

  override var isReusable: Bool { input.isReusable && evaluator.isReusable }

  override func next() throws -> Batch? {
    if !isGathered {
      isGathered = true
      isRowByRow = AggregateOperator.hasGroupsOfOne(keys, input.plan, context)
      if !isRowByRow { try gather() }
    }
    if isRowByRow { return try nextRowByRow() }
    let end = min(emitted + context.options.batchSize, groups.count)
    if emitted >= end { return nil }
    defer { emitted = end }
    var result = [Vector](repeating: .constant(.null, count: end - emitted), count: layout.variables.count)
    for (k, key) in keys.enumerated() {
      guard let position = layout[key.variable] else { continue }
      let column = groups.keyColumn(k, emitted..<end)
      result[position] = try uniqueKey.map { try evaluator.property(column, $0.key) } ?? column
    }
    for (aggregate, column) in zip(aggregates, columns) {
      if let position = layout[aggregate.variable] { result[position] = try column.result(emitted..<end) }
    }
    return Batch(columns: result, count: end - emitted)
  }

  private func gather() throws {
    groups = GroupTable(keyCount: keys.count)
    groupsByNode = NodeGroups()
    uniqueKey = try UniqueKey(keys, input.layout, context)
    columns = try aggregates.map { try AggregateColumn.make($0) }
    // Without keys there is one group, rows or not.
    if keys.isEmpty { groups.addSingleGroup() }
    for column in columns { column.grow(to: groups.count) }
    if try isPart || !gatherInParallel() { try gatherRows() }
    if isPart { return }
    try evaluator.located(aggregates.first?.spot ?? Spot(.none)) {
      for column in columns { try column.finish(context.limits) }
    }
  }

  /// Takes all rows of the input in, for another operator to merge.
  func gatherPart() throws { try gather() }

  private func gatherRows() throws {
    while let batch = try input.pull() {
      let numbers = keys.isEmpty ? nil : try assign(batch)
      for (aggregate, column) in zip(aggregates, columns) {
        column.grow(to: groups.count)
        try evaluator.located(aggregate.spot) {
          let arguments = try aggregate.arguments.map { try evaluator.evaluate($0, batch) }
          try column.add(arguments, groups: numbers, count: batch.count, multiplicities: try multiplicities(of: batch))
        }
      }
      try holdGroups()
    }
  }

  private func holdGroups() throws {
    let bytes = columns.reduce(groups.byteCount + groupsByNode.byteCount) { $0 + $1.byteCount }
    if bytes > heldBytes { try hold(bytes - heldBytes) }
  }

  /// Takes in the groups that another operator gathered from rows after those taken in so far.
  func merge(_ part: AggregateOperator) throws {
    let count = part.groups.count
    if count == 0 { return }
    let numbers = keys.isEmpty ? [Int32](repeating: 0, count: 1) : groups.assign(try mergedKeys(part), count)
    for (aggregate, (mine, theirs)) in zip(aggregates, zip(columns, part.columns)) {
      mine.grow(to: groups.count)
      try evaluator.located(aggregate.spot) { try mine.merge(theirs, into: numbers) }
    }
    try holdGroups()
  }

  /// The keys of a part in this operator's form: nodes as long as all parts have nodes for a unique property.
  private func mergedKeys(_ part: AggregateOperator) throws -> [Vector] {
    let columns = keys.indices.map { part.groups.keyColumn($0, 0..<part.groups.count) }
    switch (uniqueKey, part.uniqueKey) {
    case (nil, nil): return columns
    case (_?, _?): return columns
    case (nil, let theirs?): return [try evaluator.property(columns[0], theirs.key)]
    case (let mine?, nil):
      uniqueKey = nil
      try groups.replaceIDs { try evaluator.property($0, mine.key) }
      return columns
    }
  }

  func multiplicities(of batch: Batch) throws -> [Int64]? {
    guard let multiplicityPosition, case .integers(let counts) = batch.columns[multiplicityPosition] else { return nil }
    return counts
  }

  override func reset() {
    isGathered = false
    emitted = 0
    releaseAll()
    super.reset()
  }
}
