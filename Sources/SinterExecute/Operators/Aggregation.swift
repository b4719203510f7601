import SinterFunctions
import SinterModel
import SinterPlan
import SinterStorage

/// Groups rows by keys and aggregates each group.
final class AggregateOperator: UnaryOperator {
  private let keys: [Assignment]
  private let aggregates: [Aggregate]
  private let evaluator: Evaluator
  private var groups: GroupTable
  private var columns: [AggregateColumn] = []
  /// The node that all keys are properties of, if they are: then the group follows from the node's id.
  private let keySubject: Variable?
  private var groupsByNode = NodeGroups()
  /// The one key is a property that no two nodes share: nodes are grouped, and the property is only read where it is asked for.
  private var uniqueKey: UniqueKey?
  private var isGathered = false
  private var emitted = 0
  /// The column that says how many equal rows a row stands for.
  private let multiplicityPosition: Int?

  init(_ plan: LogicalPlan, _ input: Operator, keys: [Assignment], aggregates: [Aggregate], multiplicity: Variable?) throws {
    self.keys = keys
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
      try gather()
    }
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
    while let batch = try input.pull() {
      let numbers = keys.isEmpty ? nil : try assign(batch)
      for (aggregate, column) in zip(aggregates, columns) {
        column.grow(to: groups.count)
        try evaluator.located(aggregate.spot) {
          let arguments = try aggregate.arguments.map { try evaluator.evaluate($0, batch) }
          try column.add(arguments, groups: numbers, count: batch.count, multiplicities: try multiplicities(of: batch))
        }
      }
      let bytes = columns.reduce(groups.byteCount + groupsByNode.byteCount) { $0 + $1.byteCount }
      if bytes > heldBytes { try hold(bytes - heldBytes) }
    }
    try evaluator.located(aggregates.first?.spot ?? Spot(.none)) {
      for column in columns { try column.finish(context.limits) }
    }
  }

  private func multiplicities(of batch: Batch) throws -> [Int64]? {
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

/// A grouping key that tells nodes apart: a property with a unique index, on nodes that all have the label and a value.
struct UniqueKey {
  let key: String
  private let position: Int
  private let labels: [LabelID]

  init?(_ keys: [Assignment], _ layout: Layout, _ context: ExecutionContext) throws {
    guard keys.count == 1, case .property(.variable(let variable), let key, _) = keys[0].value, context.writer == nil else { return nil }
    labels = context.view.labelsIdentified(by: key)
    if labels.isEmpty { return nil }
    self.key = key
    position = try layout.position(variable)
  }

  /// The nodes of a batch, or nil when some may share a value.
  func nodes(in batch: Batch, _ view: GraphView) throws -> [UInt32]? {
    guard case .nodes(let nodes) = batch.columns[position], !nodes.contains(Vector.nullID) else { return nil }
    // Nodes of two labels could have the same value.
    for label in labels {
      var labelled = nodes.indices.map { Int32(truncatingIfNeeded: $0) }
      try view.filter(nodes, selection: &labelled, label: label)
      if labelled.count == nodes.count { return nodes }
    }
    return nil
  }
}

/// Numbers groups by their keys in order of appearance.
struct GroupTable {
  private let keyCount: Int
  private(set) var count = 0
  private(set) var byteCount = 0
  /// Groups of one column of ids: the id of each, found through a hash table.
  private var ids = IDTable()
  private var idKind: Vector?
  /// Groups of anything else.
  private var rows = GrowingTable<GroupingRow, Int32>()
  private var rowKeys: [[Value]] = []

  init(keyCount: Int) { self.keyCount = keyCount }

  mutating func addSingleGroup() { count = 1 }

  /// The group of each row.
  mutating func assign(_ keys: [Vector], _ rowCount: Int) -> [Int32] {
    if keyCount == 1, rowKeys.isEmpty {
      switch keys[0] {
      case .nodes(let a) where isIDs(of: .nodes([])): return assign(a, .nodes([]))
      case .relationships(let a) where isIDs(of: .relationships([])): return assign(a, .relationships([]))
      case .integers(let a) where isIDs(of: .integers([])):
        if let small = a.asIDs { return assign(small, .integers([])) }
      default: break
      }
    }
    if idKind != nil { spillIDs() }
    return (0..<rowCount).map { row in
      let values = keys.map { $0[row] }
      let key = GroupingRow(values)
      let number = Int32(count)
      if let known = rows.insert(key, number) { return known }
      rowKeys.append(values)
      count += 1
      byteCount += 96 + values.reduce(0) { $0 + $1.byteCount }
      return number
    }
  }

  private func isIDs(of kind: Vector) -> Bool {
    switch (idKind, kind) {
    case (nil, _), (.nodes, .nodes), (.relationships, .relationships), (.integers, .integers): true
    default: false
    }
  }

  private mutating func assign(_ a: [UInt32], _ kind: Vector) -> [Int32] {
    idKind = kind
    let numbers = a.withUnsafeBufferPointer { ids.numbers($0) }
    count = ids.count
    byteCount = ids.byteCount
    return numbers
  }

  /// Ids turn into general keys when a batch brings something else.
  private mutating func spillIDs() { spill(keyColumn(0, 0..<count)) }

  /// Ids turn into what `values` makes of them; it gives every id a value of its own.
  mutating func replaceIDs(_ values: (Vector) throws -> Vector) rethrows {
    if idKind != nil { spill(try values(keyColumn(0, 0..<count))) }
  }

  private mutating func spill(_ column: Vector) {
    for number in 0..<count {
      rowKeys.append([column[number]])
      _ = rows.insert(GroupingRow(rowKeys[number]), Int32(number))
    }
    idKind = nil
    ids = IDTable()
  }

  /// A key of the groups in `range`.
  func keyColumn(_ key: Int, _ range: Range<Int>) -> Vector {
    switch idKind {
    case .nodes: .nodes(Array(ids.keys[range]))
    case .relationships: .relationships(Array(ids.keys[range]))
    case .integers: .integers(ids.keys[range].map(Int64.init))
    default: .values(rowKeys[range].map { $0[key] })
    }
  }
}

/// Remembers the group of each node, where keys are the node's properties.
struct NodeGroups {
  private var nodes = IDTable()
  private var groups: [Int32] = []
  var byteCount: Int { nodes.byteCount + groups.count * 4 }

  /// The group of each row; `assign` is asked for the groups of rows whose node is new.
  mutating func numbers(_ ids: [UInt32], _ assign: (_ rows: [Int32]) throws -> [Int32]) rethrows -> [Int32] {
    var numbers = ids.withUnsafeBufferPointer { nodes.numbers($0) }
    if nodes.count > groups.count {
      var fresh: [Int32] = []
      var expected = Int32(groups.count)
      for (row, number) in numbers.enumerated() where number == expected {
        fresh.append(Int32(row))
        expected += 1
      }
      groups += try assign(fresh)
    }
    for i in numbers.indices { numbers[i] = groups[Int(numbers[i])] }
    return numbers
  }
}

/// Numbers distinct 32-bit ids in order of appearance: open addressing with linear probing.
struct IDTable {
  private(set) var keys: [UInt32] = []
  /// Number of the key in a slot plus one; 0 for none.
  private var slots: [Int32] = [Int32](repeating: 0, count: 64)

  var count: Int { keys.count }
  /// While it grows, the old slots are there too.
  var byteCount: Int { keys.capacity * 6 + slots.count * 6 }

  mutating func numbers(_ ids: UnsafeBufferPointer<UInt32>) -> [Int32] {
    // Room for all of them at once, so that no probe meets a full table.
    if (keys.count + ids.count) * 2 > slots.count { grow(to: (keys.count + ids.count) * 2) }
    let mask = slots.count - 1
    let shift = UInt32(32 - slots.count.trailingZeroBitCount)
    var result = [Int32](repeating: 0, count: ids.count)
    for i in 0..<ids.count {
      let id = ids[i]
      var slot = Int((id &* 0x9E37_79B1) >> shift)
      while true {
        let number = slots[slot]
        if number == 0 {
          keys.append(id)
          slots[slot] = Int32(truncatingIfNeeded: keys.count)
          result[i] = Int32(truncatingIfNeeded: keys.count - 1)
          break
        }
        if keys[Int(number) - 1] == id {
          result[i] = number - 1
          break
        }
        slot = (slot + 1) & mask
      }
    }
    return result
  }

  private mutating func grow(to wanted: Int) {
    var size = slots.count
    while size < wanted { size *= 2 }
    slots = [Int32](repeating: 0, count: size)
    let shift = UInt32(32 - size.trailingZeroBitCount)
    for (i, key) in keys.enumerated() {
      var slot = Int((key &* 0x9E37_79B1) >> shift)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      slots[slot] = Int32(i + 1)
    }
  }
}

/// One aggregate over all groups.
class AggregateColumn {
  func grow(to count: Int) {}
  /// - Parameter multiplicities: how many equal rows each row stands for; nil for one each.
  func add(_ arguments: [Vector], groups: [Int32]?, count: Int, multiplicities: [Int64]?) throws {}
  func result(_ range: Range<Int>) throws -> Vector { .values([]) }
  /// An estimate of what the states of all groups hold.
  var byteCount: Int { 0 }
  /// Called once all rows are in, before the first result.
  func finish(_ limits: QueryLimits) throws {}

  static func make(_ aggregate: Aggregate) throws -> AggregateColumn {
    if aggregate.function == "count" {
      if aggregate.arguments.isEmpty { return CountColumn() }
      return aggregate.distinct ? CountDistinctColumn() : CountColumn()
    }
    guard let function = AggregateFunction(name: aggregate.function) else {
      throw SinterError("SyntaxError.UnknownFunction", phase: .compile, "There is no aggregating function `\(aggregate.function)`.")
    }
    return GeneralColumn(GroupedAggregation.make(function, isDistinct: aggregate.distinct))
  }
}

/// `count(*)` and `count(x)`.
private final class CountColumn: AggregateColumn {
  private var counts: [Int64] = []

  override func grow(to count: Int) {
    if counts.count < count { counts += [Int64](repeating: 0, count: count - counts.count) }
  }

  override func add(_ arguments: [Vector], groups: [Int32]?, count: Int, multiplicities: [Int64]?) {
    let isPresent = arguments.first.map { column in (0..<count).map { !column.isNull(at: $0) } }
    if groups == nil, isPresent == nil {
      counts[0] += multiplicities?.reduce(0, &+) ?? Int64(count)
      return
    }
    counts.withUnsafeMutableBufferPointer { counts in
      for i in 0..<count where isPresent?[i] ?? true { counts[groups.map { Int($0[i]) } ?? 0] += multiplicities?[i] ?? 1 }
    }
  }

  override func result(_ range: Range<Int>) -> Vector { .integers(Array(counts[range])) }
  override var byteCount: Int { counts.count * 8 }
}

/// `count(DISTINCT x)`: ids of a single group in a table of their own, anything else in sets of values.
private final class CountDistinctColumn: AggregateColumn {
  private var ids = IDTable()
  /// What the ids in the table stand for; nil before the first batch.
  private var kind: IDKind?
  private var holdsIDs = true
  private let general = GroupedAggregation.make(.count, isDistinct: true)

  override func grow(to count: Int) { general.grow(to: count) }

  override func add(_ arguments: [Vector], groups: [Int32]?, count: Int, multiplicities: [Int64]?) throws {
    if holdsIDs, groups == nil, let (batch, batchKind) = arguments[0].distinctIDs, kind == nil || kind == batchKind {
      kind = batchKind
      batch.withUnsafeBufferPointer { _ = ids.numbers($0) }
      return
    }
    if holdsIDs {
      holdsIDs = false
      for id in ids.keys {
        let value: Value =
          switch kind {
          case .node: .node(Node(id: NodeID(id)))
          case .relationship: .relationship(Relationship(id: RelationshipID(id)))
          case .integer, nil: .integer(Int64(id))
          }
        try general.add(value, group: 0)
      }
      ids = IDTable()
    }
    try general.add(arguments[0], groups: groups, multiplicities: nil)
  }

  override var byteCount: Int { ids.byteCount + general.byteCount }

  override func result(_ range: Range<Int>) throws -> Vector {
    if kind != nil && holdsIDs { return .integers([Int64(ids.count)]) }
    return .values(try range.map { try general.result(group: $0) })
  }
}

private enum IDKind { case integer, node, relationship }

private final class GeneralColumn: AggregateColumn {
  private let aggregation: GroupedAggregation
  private let keepsValues: Bool
  private var keptBytes = 0

  init(_ aggregation: GroupedAggregation) {
    self.aggregation = aggregation
    keepsValues = !aggregation.isDistinct && (aggregation.function == .collect || aggregation.function.isPercentile)
  }

  override var byteCount: Int { aggregation.byteCount + keptBytes }
  override func finish(_ limits: QueryLimits) throws { try aggregation.finish(limits) }

  override func grow(to count: Int) { aggregation.grow(to: count) }

  override func add(_ arguments: [Vector], groups: [Int32]?, count: Int, multiplicities: [Int64]?) throws {
    if arguments.count > 1 {
      for i in 0..<count { try aggregation.setShare(arguments[1][i], group: groups.map { Int($0[i]) } ?? 0) }
    }
    guard let values = arguments.first else { return }
    // Lists and samples grow with their rows, and leave room free; a sample keeps how often a value came.
    if keepsValues { keptBytes += values.valueByteCount * (aggregation.function == .collect ? 3 : 5) / 2 }
    try aggregation.add(values, groups: groups, multiplicities: multiplicities?.map(Int.init))
  }

  override func result(_ range: Range<Int>) throws -> Vector { .values(try range.map { try aggregation.result(group: $0) }) }
}

extension [Int64] {
  /// The same numbers in 32 bits, none of them `Vector.nullID`; nil when one does not fit.
  fileprivate var asIDs: [UInt32]? {
    var result = [UInt32](repeating: 0, count: count)
    for i in indices {
      if UInt64(bitPattern: self[i]) >= UInt64(UInt32.max) { return nil }
      result[i] = UInt32(truncatingIfNeeded: self[i])
    }
    return result
  }
}

extension Vector {
  @inline(__always)
  func isNull(at row: Int) -> Bool {
    switch self {
    case .nodes(let a), .relationships(let a): a[row] == Vector.nullID
    case .integers, .floats: false
    case .booleans(let a): a[row] == 2
    case .values(let a): a[row].isNull
    case .constant(let value, _): value.isNull
    }
  }

  /// Elements without nulls, and integers that all fit ids, as ids; nil for anything else.
  fileprivate var distinctIDs: ([UInt32], IDKind)? {
    switch self {
    case .nodes(let a): return a.contains(Vector.nullID) ? nil : (a, .node)
    case .relationships(let a): return a.contains(Vector.nullID) ? nil : (a, .relationship)
    case .integers(let a): return a.asIDs.map { ($0, .integer) }
    default: return nil
    }
  }
}
