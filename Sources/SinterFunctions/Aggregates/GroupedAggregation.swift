package import SinterModel

/// One aggregate over all groups of a query: a row's group number says which accumulator takes its value.
///
/// A class with one subclass per aggregate, so that the kind of aggregate is looked at once per batch and the
/// accumulators lie side by side in an array. Not thread-safe: workers keep one each and ``merge`` them.
package class GroupedAggregation {
  fileprivate init() {}

  /// - Parameter isDistinct: whether equivalent values of a group count once.
  package static func make(_ function: AggregateFunction, isDistinct: Bool = false) -> GroupedAggregation {
    switch function {
    case .count: Typed<CountAccumulator>(isDistinct: isDistinct)
    case .sum: Typed<SumAccumulator>(isDistinct: isDistinct)
    case .avg: Typed<AverageAccumulator>(isDistinct: isDistinct)
    // Repetition changes neither extreme.
    case .min: Typed<MinimumAccumulator>(isDistinct: false)
    case .max: Typed<MaximumAccumulator>(isDistinct: false)
    case .collect: Typed<CollectAccumulator>(isDistinct: isDistinct)
    case .stDev: Typed<SampleDeviationAccumulator>(isDistinct: isDistinct)
    case .stDevP: Typed<PopulationDeviationAccumulator>(isDistinct: isDistinct)
    case .percentileCont: Percentile<ContinuousPercentileAccumulator>(isDistinct: isDistinct)
    case .percentileDisc: Percentile<DiscretePercentileAccumulator>(isDistinct: isDistinct)
    }
  }

  /// Makes sure that groups 0 to `count - 1` exist, new ones empty.
  package func grow(to count: Int) { fatalError("abstract") }

  /// Adds one value to a group.
  package func add(_ value: Value, group: Int, multiplicity: Int = 1) throws(SinterError) { fatalError("abstract") }

  /// Adds a column of values.
  /// - Parameters:
  ///   - groups: the group of every row, below the count last given to ``grow(to:)``; nil when all belong to group 0.
  ///   - multiplicities: how many equal rows each row stands for; nil for one each.
  package func add(_ column: Vector, groups: [Int32]?, multiplicities: [Int]?) throws(SinterError) {
    fatalError("abstract")
  }

  /// Sets the second argument of a percentile for a group; the other aggregates have none.
  /// - Throws: `ArgumentError.NumberOutOfRange` unless it lies between 0 and 1.
  package func setShare(_ value: Value, group: Int) throws(SinterError) {}

  /// Adds what `other`, of the same aggregate, gathered in its group `source` to the group `target`.
  package func merge(_ other: GroupedAggregation, group source: Int, into target: Int) throws(SinterError) {
    fatalError("abstract")
  }

  package func result(group: Int) throws(SinterError) -> Value { fatalError("abstract") }
}

private class Typed<A: Accumulator>: GroupedAggregation {
  var accumulators: [A] = []
  /// The values of each group so far, where they count once.
  private var seen: [Set<GroupingKey>] = []
  private let isDistinct: Bool

  init(isDistinct: Bool) {
    self.isDistinct = isDistinct
    super.init()
  }

  override func grow(to count: Int) {
    while accumulators.count < count {
      accumulators.append(A())
      if isDistinct { seen.append([]) }
    }
  }

  override func add(_ value: Value, group: Int, multiplicity: Int) throws(SinterError) {
    if isDistinct {
      if value.isNull || !seen[group].insert(GroupingKey(value)).inserted { return }
      try accumulators[group].add(value, multiplicity: 1)
    } else {
      try accumulators[group].add(value, multiplicity: multiplicity)
    }
  }

  override func add(_ column: Vector, groups: [Int32]?, multiplicities: [Int]?) throws(SinterError) {
    if !isDistinct, groups == nil, multiplicities == nil {
      switch column {
      case .integers(let values): return try accumulators[0].add(integers: values)
      case .floats(let values): return try accumulators[0].add(floats: values)
      case .constant(let value, let count):
        if count > 0 { try accumulators[0].add(value, multiplicity: count) }
        return
      default: break
      }
    }
    for row in 0..<column.count {
      try add(column[row], group: groups.map { Int($0[row]) } ?? 0, multiplicity: multiplicities?[row] ?? 1)
    }
  }

  override func merge(_ other: GroupedAggregation, group source: Int, into target: Int) throws(SinterError) {
    guard let other = other as? Typed<A> else { preconditionFailure("merge of different aggregates") }
    guard isDistinct else { return try accumulators[target].merge(other.accumulators[source]) }
    for key in other.seen[source] where seen[target].insert(key).inserted {
      try accumulators[target].add(key.value, multiplicity: 1)
    }
  }

  override func result(group: Int) throws(SinterError) -> Value { try accumulators[group].result() }
}

private final class Percentile<A: PercentileAccumulator>: Typed<A> {
  override func setShare(_ value: Value, group: Int) throws(SinterError) {
    try accumulators[group].setShare(value)
  }

  override func merge(_ other: GroupedAggregation, group source: Int, into target: Int) throws(SinterError) {
    try super.merge(other, group: source, into: target)
    // The share travels with the group even where every value was already known.
    guard let other = other as? Percentile<A>, let share = other.accumulators[source].share else { return }
    try setShare(share, group: target)
  }
}
