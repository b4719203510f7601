package import SinterModel

/// What one group's values are gathered in. Nulls are no values; a row may stand for several equal ones.
package protocol Accumulator: Sendable {
  init()

  /// Takes in `multiplicity` ≥ 1 equal values.
  mutating func add(_ value: Value, multiplicity: Int) throws(SinterError)

  /// Takes in values without nulls, each once.
  mutating func add(integers: some Sequence<Int64>) throws(SinterError)
  mutating func add(floats: some Sequence<Double>) throws(SinterError)

  /// Takes in what another accumulator of the same aggregate gathered, as if its values came after.
  mutating func merge(_ other: Self) throws(SinterError)

  func result() throws(SinterError) -> Value
}

extension Accumulator {
  package mutating func add(integers: some Sequence<Int64>) throws(SinterError) {
    for value in integers { try add(.integer(value), multiplicity: 1) }
  }

  package mutating func add(floats: some Sequence<Double>) throws(SinterError) {
    for value in floats { try add(.float(value), multiplicity: 1) }
  }
}

/// `count`.
package struct CountAccumulator: Accumulator {
  package var count: Int64 = 0
  package init() {}

  @inlinable
  package mutating func add(_ value: Value, multiplicity: Int) {
    if !value.isNull { count &+= Int64(multiplicity) }
  }

  package mutating func add(integers: some Sequence<Int64>) { for _ in integers { count &+= 1 } }
  package mutating func add(floats: some Sequence<Double>) { for _ in floats { count &+= 1 } }
  package mutating func merge(_ other: CountAccumulator) { count &+= other.count }
  package func result() -> Value { .integer(count) }
}

/// A sum of floats whose rounding errors are carried along (Neumaier's variant of Kahan's summation), so that it does
/// not depend on how rows are cut into batches more than in the last digit.
struct CompensatedSum: Sendable {
  private var sum = 0.0
  private var compensation = 0.0

  mutating func add(_ value: Double) {
    let next = sum + value
    compensation += sum.magnitude >= value.magnitude ? (sum - next) + value : (value - next) + sum
    sum = next
  }

  /// Adds a product with its rounding error, so that the sum is that of so many additions.
  mutating func add(_ value: Double, times count: Double) {
    let product = value * count
    add(product)
    let error = (-product).addingProduct(value, count)
    if error.isFinite { compensation += error }
  }

  mutating func merge(_ other: CompensatedSum) {
    add(other.sum)
    compensation += other.compensation
  }

  /// Infinite and NaN sums have no meaningful compensation.
  var value: Double { sum.isFinite && compensation.isFinite ? sum + compensation : sum }
}

/// The running total that `sum` and `avg` share: integers in 128 bits, so that only the end result can overflow and
/// not some order of the rows; floats and durations apart.
struct Total: Sendable {
  private(set) var integers: Int128 = 0
  private(set) var floats = CompensatedSum()
  private(set) var duration: Duration?
  /// How many numbers, and how many of them floats.
  private(set) var count: Int64 = 0
  private(set) var floatCount: Int64 = 0
  private(set) var durationCount: Int64 = 0

  mutating func add(_ value: Value, multiplicity: Int, for function: AggregateFunction) throws(SinterError) {
    if case .integer(let number) = value {
      add(number, multiplicity)
    } else if case .float(let number) = value {
      add(number, multiplicity)
    } else if case .duration(let amount) = value {
      try add(amount, multiplicity)
    } else if !value.isNull {
      throw function.wrongKind(value)
    }
    guard durationCount == 0 || count == 0 else {
      throw SinterError(
        "TypeError.InvalidArgumentValue", "\(function.rawValue)() takes numbers or durations, not both in one group.")
    }
  }

  private mutating func add(_ amount: Duration, _ multiplicity: Int) throws(SinterError) {
    let total = multiplicity == 1 ? amount : try amount.multiplied(by: Int64(multiplicity))
    duration = try duration.map { sum throws(SinterError) in try sum.adding(total) } ?? total
    durationCount &+= Int64(multiplicity)
  }

  mutating func add(_ number: Int64, _ multiplicity: Int) {
    integers &+= Int128(number) &* Int128(multiplicity)
    count &+= Int64(multiplicity)
  }

  mutating func add(_ number: Double, _ multiplicity: Int) {
    if multiplicity == 1 { floats.add(number) } else { floats.add(number, times: Double(multiplicity)) }
    count &+= Int64(multiplicity)
    floatCount &+= Int64(multiplicity)
  }

  mutating func merge(_ other: Total) throws(SinterError) {
    integers &+= other.integers
    floats.merge(other.floats)
    if let theirs = other.duration {
      duration = try duration.map { sum throws(SinterError) in try sum.adding(theirs) } ?? theirs
    }
    count &+= other.count
    floatCount &+= other.floatCount
    durationCount &+= other.durationCount
  }

  var asFloat: Double { floatCount == 0 ? Double(integers) : floats.value + Double(integers) }
}

/// `sum`.
package struct SumAccumulator: Accumulator {
  private var total = Total()
  package init() {}

  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    try total.add(value, multiplicity: multiplicity, for: .sum)
  }

  package mutating func add(integers: some Sequence<Int64>) { for number in integers { total.add(number, 1) } }
  package mutating func add(floats: some Sequence<Double>) { for number in floats { total.add(number, 1) } }
  package mutating func merge(_ other: SumAccumulator) throws(SinterError) { try total.merge(other.total) }

  /// - Throws: `ArithmeticError.IntegerOverflow`.
  package func result() throws(SinterError) -> Value {
    if let duration = total.duration { return .duration(duration) }
    if total.floatCount > 0 { return .float(total.asFloat) }
    guard let sum = Int64(exactly: total.integers) else {
      throw SinterError(
        "ArithmeticError.IntegerOverflow", "sum() does not fit a 64-bit integer; sum toFloat() of the values instead.")
    }
    return .integer(sum)
  }
}

/// `avg`.
package struct AverageAccumulator: Accumulator {
  private var total = Total()
  package init() {}

  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    try total.add(value, multiplicity: multiplicity, for: .avg)
  }

  package mutating func add(integers: some Sequence<Int64>) { for number in integers { total.add(number, 1) } }
  package mutating func add(floats: some Sequence<Double>) { for number in floats { total.add(number, 1) } }
  package mutating func merge(_ other: AverageAccumulator) throws(SinterError) { try total.merge(other.total) }

  package func result() throws(SinterError) -> Value {
    if let duration = total.duration { return .duration(try duration.divided(by: total.durationCount)) }
    return total.count == 0 ? .null : .float(total.asFloat / Double(total.count))
  }
}

/// `min`.
package struct MinimumAccumulator: Accumulator {
  private var least: Value = .null
  package init() {}

  package mutating func add(_ value: Value, multiplicity: Int) {
    // Null stands last in the order, so it never replaces a value.
    if value.orderability(least) < 0 { least = value }
  }

  package mutating func merge(_ other: MinimumAccumulator) { add(other.least, multiplicity: 1) }
  package func result() -> Value { least }
}

/// `max`.
package struct MaximumAccumulator: Accumulator {
  private var greatest: Value = .null
  package init() {}

  package mutating func add(_ value: Value, multiplicity: Int) {
    if !value.isNull, greatest.isNull || value.orderability(greatest) > 0 { greatest = value }
  }

  package mutating func merge(_ other: MaximumAccumulator) { add(other.greatest, multiplicity: 1) }
  package func result() -> Value { greatest }
}

/// `collect`.
package struct CollectAccumulator: Accumulator {
  /// As for every function that makes lists.
  private static let maximumCount = 100_000_000
  /// Full pieces; then what comes after them. One long array would be copied whenever it has to grow.
  private var pieces: [[Value]] = []
  private var countInPieces = 0
  private var values: [Value] = []
  private static let pieceCount = 1 << 15
  package init() {}

  private var count: Int { countInPieces + values.count }

  private mutating func closePiece() {
    countInPieces += values.count
    pieces.append(values)
    values = []
    values.reserveCapacity(CollectAccumulator.pieceCount)
  }

  /// - Throws: `LimitError.ListTooLong`.
  package mutating func add(_ value: Value, multiplicity: Int) throws(SinterError) {
    if value.isNull { return }
    try check(adding: multiplicity)
    if multiplicity == 1 {
      values.append(value)
    } else {
      values.append(contentsOf: repeatElement(value, count: multiplicity))
    }
    if values.count >= CollectAccumulator.pieceCount { closePiece() }
  }

  package mutating func merge(_ other: CollectAccumulator) throws(SinterError) {
    try check(adding: other.count)
    if !other.pieces.isEmpty {
      closePiece()
      pieces += other.pieces
      countInPieces += other.countInPieces
    }
    values.append(contentsOf: other.values)
    if values.count >= CollectAccumulator.pieceCount { closePiece() }
  }

  /// Calls `body` with the values in their order.
  func forEach(_ body: (Value) throws(SinterError) -> Void) throws(SinterError) {
    for piece in pieces {
      for value in piece { try body(value) }
    }
    for value in values { try body(value) }
  }

  private func check(adding count: Int) throws(SinterError) {
    guard count <= CollectAccumulator.maximumCount - self.count else {
      throw SinterError(
        "LimitError.ListTooLong", "collect() would make a list of more than \(CollectAccumulator.maximumCount) values.")
    }
  }

  package func result() -> Value {
    if pieces.isEmpty { return .list(values) }
    var all: [Value] = []
    all.reserveCapacity(count)
    for piece in pieces { all += piece }
    all += values
    return .list(all)
  }
}
