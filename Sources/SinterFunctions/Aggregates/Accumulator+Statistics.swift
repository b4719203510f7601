package import SinterModel

/// Count, mean and sum of squared deviations, updated value by value (Welford 1962) and joined pairwise
/// (Chan, Golub and LeVeque 1979).
struct Moments: Sendable {
  private var count = 0.0
  private var mean = 0.0
  private var squares = 0.0

  mutating func add(_ value: Value, multiplicity: Int, for function: AggregateFunction) throws(SinterError) {
    if value.isNull { return }
    guard let number = Operators.double(value) else { throw function.wrongKind(value) }
    merge(count: Double(multiplicity), mean: number, squares: 0)
  }

  mutating func merge(_ other: Moments) { merge(count: other.count, mean: other.mean, squares: other.squares) }

  private mutating func merge(count other: Double, mean otherMean: Double, squares otherSquares: Double) {
    guard other > 0 else { return }
    let total = count + other
    let difference = otherMean - mean
    mean += difference * (other / total)
    squares += otherSquares + difference * difference * (count * other / total)
    count = total
  }

  /// The deviation with `count - freedom` as divisor; 0 where too few values came.
  func deviation(freedom: Double) -> Value {
    .float(count > freedom && count > 0 ? (squares / (count - freedom)).squareRoot() : 0)
  }
}

/// `stDev`, with n - 1 as divisor.
package struct SampleDeviationAccumulator: Accumulator {
  private var moments = Moments()
  package init() {}
  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    try moments.add(value, multiplicity: multiplicity, for: .stDev)
  }
  package mutating func merge(_ other: SampleDeviationAccumulator) { moments.merge(other.moments) }
  package func result() -> Value { moments.deviation(freedom: 1) }
}

/// `stDevP`, with n as divisor.
package struct PopulationDeviationAccumulator: Accumulator {
  private var moments = Moments()
  package init() {}
  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    try moments.add(value, multiplicity: multiplicity, for: .stDevP)
  }
  package mutating func merge(_ other: PopulationDeviationAccumulator) { moments.merge(other.moments) }
  package func result() -> Value { moments.deviation(freedom: 0) }
}

/// The numbers whose percentile is wanted, with the share that is.
struct Sample: Sendable {
  private var numbers: [(value: Value, multiplicity: Int)] = []
  private var count = 0
  private(set) var share: Double?
  private var isSorted = false

  mutating func add(_ value: Value, multiplicity: Int, for function: AggregateFunction) throws(SinterError) {
    if value.isNull { return }
    guard Operators.double(value) != nil else { throw function.wrongKind(value) }
    numbers.append((value, multiplicity))
    isSorted = false
    count += multiplicity
  }

  /// - Throws: `ArgumentError.NumberOutOfRange` unless the share lies between 0 and 1.
  mutating func setShare(_ value: Value, for function: AggregateFunction) throws(SinterError) {
    if value.isNull { return }
    guard let number = Operators.double(value) else {
      throw SinterError(
        "TypeError.InvalidArgumentValue", "\(function.rawValue)() takes a number as percentile, not \(value.typePhrase).")
    }
    guard number >= 0, number <= 1 else {
      throw SinterError(
        "ArgumentError.NumberOutOfRange",
        "\(function.rawValue)() takes a percentile from 0.0 to 1.0, not \(number.languageText).")
    }
    share = number
  }

  mutating func merge(_ other: Sample) {
    numbers.append(contentsOf: other.numbers)
    isSorted = false
    count += other.count
    share = share ?? other.share
  }

  /// Sorts the values, so that ``result(_:)`` need not.
  mutating func sort(_ limits: QueryLimits) throws(SinterError) {
    do {
      try numbers.sort { a, b in
        try limits.countStep()
        return a.value.orderability(b.value) < 0
      }
    } catch let error as SinterError {
      throw error
    } catch {
      throw SinterError("InternalError.Unexpected", "\(error)")
    }
    isSorted = true
  }

  /// Calls `body` with the count, the share and a look-up by rank; null without values or share.
  func result(_ body: (_ count: Int, _ share: Double, _ at: (Int) -> Value) -> Value) -> Value {
    guard count > 0, let share else { return .null }
    let sorted = isSorted ? numbers : numbers.sorted { $0.value.orderability($1.value) < 0 }
    return body(count, share) { rank in
      var left = rank
      for number in sorted {
        if left < number.multiplicity { return number.value }
        left -= number.multiplicity
      }
      return sorted[sorted.count - 1].value
    }
  }
}

/// `percentileCont`.
package struct ContinuousPercentileAccumulator: Accumulator {
  private var sample = Sample()
  package init() {}
  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    try sample.add(value, multiplicity: multiplicity, for: .percentileCont)
  }
  /// - Throws: `ArgumentError.NumberOutOfRange` unless the share lies between 0 and 1.
  package mutating func setShare(_ value: Value) throws(SinterError) { try sample.setShare(value, for: .percentileCont) }
  mutating func sort(_ limits: QueryLimits) throws(SinterError) { try sample.sort(limits) }
  package var share: Value? { sample.share.map { .float($0) } }
  package mutating func merge(_ other: ContinuousPercentileAccumulator) { sample.merge(other.sample) }

  package func result() -> Value {
    sample.result { count, share, at in
      let rank = share * Double(count - 1)
      let below = rank.rounded(.down)
      let low = Operators.double(at(Int(below))) ?? 0
      let high = Operators.double(at(min(count - 1, Int(below) + 1))) ?? 0
      return .float(rank == below ? low : low + (high - low) * (rank - below))
    }
  }
}

/// `percentileDisc`: the value of the nearest rank.
package struct DiscretePercentileAccumulator: Accumulator {
  private var sample = Sample()
  package init() {}
  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    try sample.add(value, multiplicity: multiplicity, for: .percentileDisc)
  }
  /// - Throws: `ArgumentError.NumberOutOfRange` unless the share lies between 0 and 1.
  package mutating func setShare(_ value: Value) throws(SinterError) { try sample.setShare(value, for: .percentileDisc) }
  mutating func sort(_ limits: QueryLimits) throws(SinterError) { try sample.sort(limits) }
  package var share: Value? { sample.share.map { .float($0) } }
  package mutating func merge(_ other: DiscretePercentileAccumulator) { sample.merge(other.sample) }

  package func result() -> Value {
    sample.result { count, share, at in at(max(0, Int((share * Double(count)).rounded(.up)) - 1)) }
  }
}
