import SinterFunctions
import SinterModel
import SinterPlan

/// One aggregate over all groups.
class AggregateColumn {
  func grow(to count: Int) {}
  /// - Parameter multiplicities: how many equal rows each row stands for; nil for one each.
  func add(_ arguments: [Vector], groups: [Int32]?, count: Int, multiplicities: [Int64]?) throws {}
  func result(_ range: Range<Int>) throws -> Vector { .values([]) }
  /// Adds what another column of the same aggregate gathered: its group `i` belongs to the group `numbers[i]`.
  func merge(_ other: AggregateColumn, into numbers: [Int32]) throws {}
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
    guard let column = arguments.first, column.mayHoldNull else { return addRows(groups, count, multiplicities) }
    for i in 0..<count where !column.isNull(at: i) { counts[groups.map { Int($0[i]) } ?? 0] &+= multiplicities?[i] ?? 1 }
  }

  /// Rows without regard to what is in them.
  private func addRows(_ groups: [Int32]?, _ count: Int, _ multiplicities: [Int64]?) {
    guard let groups else {
      counts[0] &+= multiplicities?.reduce(0, &+) ?? Int64(count)
      return
    }
    counts.withUnsafeMutableBufferPointer { counts in
      if let multiplicities {
        for i in 0..<count { counts[Int(groups[i])] &+= multiplicities[i] }
      } else {
        for i in 0..<count { counts[Int(groups[i])] &+= 1 }
      }
    }
  }

  override func merge(_ other: AggregateColumn, into numbers: [Int32]) {
    let other: CountColumn = counterpart(other)
    for (group, number) in numbers.enumerated() { counts[Int(number)] &+= other.counts[group] }
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
    try generalize()
    try general.add(arguments[0], groups: groups, multiplicities: nil)
  }

  /// From here on, values instead of ids.
  private func generalize() throws {
    guard holdsIDs else { return }
    holdsIDs = false
    for id in ids.keys { try general.add(value(id), group: 0) }
    ids = IDTable()
  }

  private func value(_ id: UInt32) -> Value {
    switch kind {
    case .node: .node(Node(id: NodeID(id)))
    case .relationship: .relationship(Relationship(id: RelationshipID(id)))
    case .integer, nil: .integer(Int64(id))
    }
  }

  override func merge(_ other: AggregateColumn, into numbers: [Int32]) throws {
    let other: CountDistinctColumn = counterpart(other)
    if other.holdsIDs {
      guard let theirs = other.kind else { return }
      if holdsIDs, kind == nil || kind == theirs {
        kind = theirs
        other.ids.keys.withUnsafeBufferPointer { _ = ids.numbers($0) }
        return
      }
    }
    try generalize()
    if other.holdsIDs {
      for id in other.ids.keys { try general.add(other.value(id), group: 0) }
    } else {
      for (group, number) in numbers.enumerated() { try general.merge(other.general, group: group, into: Int(number)) }
    }
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

  override func merge(_ other: AggregateColumn, into numbers: [Int32]) throws {
    let other: GeneralColumn = counterpart(other)
    keptBytes += other.keptBytes
    for (group, number) in numbers.enumerated() { try aggregation.merge(other.aggregation, group: group, into: Int(number)) }
  }

  override func result(_ range: Range<Int>) throws -> Vector { .values(try range.map { try aggregation.result(group: $0) }) }
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

  /// Some kinds of columns never do.
  fileprivate var mayHoldNull: Bool {
    switch self {
    case .integers, .floats: false
    default: true
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
