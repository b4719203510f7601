package import SinterModel

/// One aggregate over all groups of a query: a row's group number says which accumulator takes its value.
///
/// The kind of aggregate is looked at once per batch; the accumulators of one kind lie side by side in an array, and
/// only the array of the aggregate at hand is used. Not thread-safe: workers keep one each and ``merge`` them.
package final class GroupedAggregation {
  package let function: AggregateFunction
  package let isDistinct: Bool
  /// The values of each group so far, where they count once.
  private var seen: [GrowingTable<GroupingKey, Void>] = []
  private var seenBytes = 0
  private var groupCount = 0

  private var counts: [CountAccumulator] = []
  private var sums: [SumAccumulator] = []
  private var averages: [AverageAccumulator] = []
  private var minima: [MinimumAccumulator] = []
  private var maxima: [MaximumAccumulator] = []
  private var collections: [CollectAccumulator] = []
  private var sampleDeviations: [SampleDeviationAccumulator] = []
  private var populationDeviations: [PopulationDeviationAccumulator] = []
  private var continuousPercentiles: [ContinuousPercentileAccumulator] = []
  private var discretePercentiles: [DiscretePercentileAccumulator] = []

  /// An aggregate without groups.
  /// - Parameter isDistinct: whether equivalent values of a group count once.
  package static func make(_ function: AggregateFunction, isDistinct: Bool = false) -> GroupedAggregation {
    // Repetition changes neither extreme, so they need not remember what they saw.
    GroupedAggregation(function, remembersValues: isDistinct && function != .min && function != .max)
  }

  private init(_ function: AggregateFunction, remembersValues: Bool) {
    self.function = function
    isDistinct = remembersValues
  }

  /// Makes sure that groups 0 to `count - 1` exist, new ones empty.
  package func grow(to count: Int) {
    func grow<A: Accumulator>(_ accumulators: inout [A]) {
      while accumulators.count < count { accumulators.append(A()) }
    }
    switch function {
    case .count: grow(&counts)
    case .sum: grow(&sums)
    case .avg: grow(&averages)
    case .min: grow(&minima)
    case .max: grow(&maxima)
    case .collect: grow(&collections)
    case .stDev: grow(&sampleDeviations)
    case .stDevP: grow(&populationDeviations)
    case .percentileCont: grow(&continuousPercentiles)
    case .percentileDisc: grow(&discretePercentiles)
    }
    groupCount = max(groupCount, count)
    if isDistinct {
      while seen.count < count { seen.append(GrowingTable()) }
    }
  }

  /// Adds one value to a group.
  package func add(_ value: Value, group: Int, multiplicity: Int = 1) throws(SinterError) {
    var multiplicity = multiplicity
    if isDistinct {
      if value.isNull || !seen[group].insert(GroupingKey(value)) { return }
      seenBytes += 2 * MemoryLayout<Value>.stride + value.heapByteCount
      multiplicity = 1
    }
    switch function {
    case .count: counts[group].add(value, multiplicity: multiplicity)
    case .sum: try sums[group].add(value, multiplicity: multiplicity)
    case .avg: try averages[group].add(value, multiplicity: multiplicity)
    case .min: minima[group].add(value, multiplicity: multiplicity)
    case .max: maxima[group].add(value, multiplicity: multiplicity)
    case .collect: try collections[group].add(value, multiplicity: multiplicity)
    case .stDev: try sampleDeviations[group].add(value, multiplicity: multiplicity)
    case .stDevP: try populationDeviations[group].add(value, multiplicity: multiplicity)
    case .percentileCont: try continuousPercentiles[group].add(value, multiplicity: multiplicity)
    case .percentileDisc: try discretePercentiles[group].add(value, multiplicity: multiplicity)
    }
  }

  /// Adds a column of values.
  /// - Parameters:
  ///   - groups: the group of every row, below the count last given to ``grow(to:)``; nil when all belong to group 0.
  ///   - multiplicities: how many equal rows each row stands for; nil for one each.
  package func add(_ column: Vector, groups: [Int32]?, multiplicities: [Int]?) throws(SinterError) {
    if isDistinct {
      for row in 0..<column.count { try add(column[row], group: groups.map { Int($0[row]) } ?? 0) }
      return
    }
    switch function {
    case .count: GroupedAggregation.count(&counts, column, groups, multiplicities)
    case .sum: try GroupedAggregation.add(to: &sums, column, groups, multiplicities)
    case .avg: try GroupedAggregation.add(to: &averages, column, groups, multiplicities)
    case .min: try GroupedAggregation.add(to: &minima, column, groups, multiplicities)
    case .max: try GroupedAggregation.add(to: &maxima, column, groups, multiplicities)
    case .collect: try GroupedAggregation.add(to: &collections, column, groups, multiplicities)
    case .stDev: try GroupedAggregation.add(to: &sampleDeviations, column, groups, multiplicities)
    case .stDevP: try GroupedAggregation.add(to: &populationDeviations, column, groups, multiplicities)
    case .percentileCont: try GroupedAggregation.add(to: &continuousPercentiles, column, groups, multiplicities)
    case .percentileDisc: try GroupedAggregation.add(to: &discretePercentiles, column, groups, multiplicities)
    }
  }

  /// The loop over a batch, compiled for each kind of accumulator.
  private static func add<A: Accumulator>(
    to accumulators: inout [A], _ column: Vector, _ groups: [Int32]?, _ multiplicities: [Int]?
  ) throws(SinterError) {
    if groups == nil, multiplicities == nil {
      switch column {
      case .integers(let values): return try accumulators[0].add(integers: values)
      case .floats(let values): return try accumulators[0].add(floats: values)
      case .constant(let value, let count):
        if count > 0 { try accumulators[0].add(value, multiplicity: count) }
        return
      default: break
      }
    }
    switch column {
    case .integers(let values):
      for row in values.indices {
        try accumulators[groups.map { Int($0[row]) } ?? 0].add(
          .integer(values[row]), multiplicity: multiplicities?[row] ?? 1)
      }
    case .floats(let values):
      for row in values.indices {
        try accumulators[groups.map { Int($0[row]) } ?? 0].add(
          .float(values[row]), multiplicity: multiplicities?[row] ?? 1)
      }
    case .values(let values):
      for row in values.indices {
        try accumulators[groups.map { Int($0[row]) } ?? 0].add(values[row], multiplicity: multiplicities?[row] ?? 1)
      }
    default:
      for row in 0..<column.count {
        try accumulators[groups.map { Int($0[row]) } ?? 0].add(column[row], multiplicity: multiplicities?[row] ?? 1)
      }
    }
  }

  /// `count` looks at whether a value is there, never at the value.
  private static func count(
    _ counts: inout [CountAccumulator], _ column: Vector, _ groups: [Int32]?, _ multiplicities: [Int]?
  ) {
    @inline(__always) func tally(_ rows: Int, where isThere: (Int) -> Bool) {
      switch (groups, multiplicities) {
      case (nil, nil):
        var total = 0
        for row in 0..<rows where isThere(row) { total += 1 }
        counts[0].count &+= Int64(total)
      case (let groups?, nil):
        for row in 0..<rows where isThere(row) { counts[Int(groups[row])].count &+= 1 }
      case (nil, let multiplicities?):
        var total = 0
        for row in 0..<rows where isThere(row) { total &+= multiplicities[row] }
        counts[0].count &+= Int64(total)
      case (let groups?, let multiplicities?):
        for row in 0..<rows where isThere(row) { counts[Int(groups[row])].count &+= Int64(multiplicities[row]) }
      }
    }
    switch column {
    case .integers, .floats: tally(column.count) { _ in true }
    case .nodes(let ids), .relationships(let ids): tally(ids.count) { ids[$0] != Vector.nullID }
    case .booleans(let truths): tally(truths.count) { truths[$0] != 2 }
    case .values(let values): tally(values.count) { !values[$0].isNull }
    case .constant(let value, let count): if !value.isNull { tally(count) { _ in true } }
    }
  }

  /// Sets the second argument of a percentile for a group; the other aggregates have none.
  /// - Throws: `ArgumentError.NumberOutOfRange` unless it lies between 0 and 1.
  package func setShare(_ value: Value, group: Int) throws(SinterError) {
    switch function {
    case .percentileCont: try continuousPercentiles[group].setShare(value)
    case .percentileDisc: try discretePercentiles[group].setShare(value)
    default: break
    }
  }

  /// Adds what `other`, of the same aggregate, gathered in its group `source` to the group `target`.
  package func merge(_ other: GroupedAggregation, group source: Int, into target: Int) throws(SinterError) {
    precondition(function == other.function && isDistinct == other.isDistinct, "merge of different aggregates")
    if isDistinct && function == .collect {
      // In their order, which the set does not keep.
      return try other.collections[source].forEach { (value) throws(SinterError) in try add(value, group: target) }
    }
    if isDistinct {
      for key in other.seen[source].keys { try add(key.value, group: target) }
      if let share = other.share(group: source) { try setShare(share, group: target) }
      return
    }
    switch function {
    case .count: counts[target].merge(other.counts[source])
    case .sum: try sums[target].merge(other.sums[source])
    case .avg: try averages[target].merge(other.averages[source])
    case .min: minima[target].merge(other.minima[source])
    case .max: maxima[target].merge(other.maxima[source])
    case .collect: try collections[target].merge(other.collections[source])
    case .stDev: sampleDeviations[target].merge(other.sampleDeviations[source])
    case .stDevP: populationDeviations[target].merge(other.populationDeviations[source])
    case .percentileCont: continuousPercentiles[target].merge(other.continuousPercentiles[source])
    case .percentileDisc: discretePercentiles[target].merge(other.discretePercentiles[source])
    }
  }

  /// An estimate of what the states hold, without the values of `collect` and of percentiles.
  package var byteCount: Int { seenBytes + groupCount * (isDistinct ? 224 : 112) }

  /// Does what takes long before the first ``result(group:)``.
  package func finish(_ limits: QueryLimits) throws(SinterError) {
    switch function {
    case .percentileCont:
      for group in continuousPercentiles.indices { try continuousPercentiles[group].sort(limits) }
    case .percentileDisc:
      for group in discretePercentiles.indices { try discretePercentiles[group].sort(limits) }
    default: break
    }
  }

  private func share(group: Int) -> Value? {
    switch function {
    case .percentileCont: continuousPercentiles[group].share
    case .percentileDisc: discretePercentiles[group].share
    default: nil
    }
  }

  /// The aggregate's value for a group.
  /// - Throws: `ArithmeticError.IntegerOverflow` for a sum.
  package func result(group: Int) throws(SinterError) -> Value {
    switch function {
    case .count: counts[group].result()
    case .sum: try sums[group].result()
    case .avg: try averages[group].result()
    case .min: minima[group].result()
    case .max: maxima[group].result()
    case .collect: collections[group].result()
    case .stDev: sampleDeviations[group].result()
    case .stDevP: populationDeviations[group].result()
    case .percentileCont: continuousPercentiles[group].result()
    case .percentileDisc: discretePercentiles[group].result()
    }
  }
}

extension Value {
  /// An estimate of what a value holds beside itself.
  fileprivate var heapByteCount: Int {
    switch self {
    case .string(let text): text.utf8.count > 15 ? text.utf8.count + 32 : 0
    case .list(let all): all.reduce(32 + all.count * MemoryLayout<Value>.stride) { $0 + $1.heapByteCount }
    case .map(let entries): entries.values.reduce(64 + entries.count * 64) { $0 + $1.heapByteCount }
    case .path(let path): 64 + 32 * path.nodes.count
    default: 0
    }
  }
}
