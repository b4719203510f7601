import SinterFunctions
import SinterModel
import TestSupport
import Testing

private func aggregate(
  _ function: AggregateFunction, _ values: [Value], share: Value? = nil, isDistinct: Bool = false
) throws(SinterError) -> Value {
  let aggregation = GroupedAggregation.make(function, isDistinct: isDistinct)
  aggregation.grow(to: 1)
  if let share { try aggregation.setShare(share, group: 0) }
  for value in values { try aggregation.add(value, group: 0) }
  return try aggregation.result(group: 0)
}

@Suite struct AggregateTests {
  @Test(arguments: [
    (.count, [1, nil, 1], 2), (.count, [], 0), (.sum, [], 0), (.sum, [1, 2, nil], 3), (.sum, [1, 2.5], 3.5), (.avg, [], nil),
    (.avg, [1, 2], 1.5),
    (.min, [1, "a", nil, [1, 2], 0.2, "b"], [1, 2]), (.max, [1, "a", nil, [1, 2], 0.2, "b"], 1), (.min, [nil], nil),
    (.max, [], nil), (.max, [[1], [2], [2, 1]], [2, 1]),
    (.collect, [1, nil, 1], [1, 1]), (.collect, [], []), (.stDev, [2, 4, 4, 4, 5, 5, 7, 9], 2.138089935299395),
    (.stDevP, [2, 4, 4, 4, 5, 5, 7, 9], 2.0),
    (.stDev, [1], 0.0), (.stDevP, [], 0.0), (.sum, [.integer(.max), 1, -1], .integer(.max)), (.sum, [0.1, 0.2, 0.3], 0.6),
    (.sum, [.float(.infinity), 1], .float(.infinity)), (.avg, [.integer(.max), .integer(.max)], .float(0x1p63)),
  ] as [(AggregateFunction, [Value], Value)])
  func results(_ function: AggregateFunction, _ values: [Value], _ expected: Value) throws {
    #expect(try aggregate(function, values) == expected)
  }

  @Test func durationsAddUp() throws {
    let values: [Value] = [.duration(try Duration("P1DT2H")), nil, .duration(try Duration("P2D"))]
    #expect(try aggregate(.sum, values).description == "P3DT2H")
    #expect(try aggregate(.avg, values).description == "P1DT13H")
    #expect(throws: SinterError.self) { try aggregate(.sum, values + [1]) }
  }

  @Test(arguments: [
    (.percentileDisc, 0.0, 10.0), (.percentileDisc, 0.5, 20.0), (.percentileDisc, 1.0, 30.0), (.percentileCont, 0.0, 10.0),
    (.percentileCont, 0.5, 20.0),
    (.percentileCont, 0.25, 15.0), (.percentileCont, 1, 30.0),
  ] as [(AggregateFunction, Value, Value)])
  func percentiles(_ function: AggregateFunction, _ share: Value, _ expected: Value) throws {
    #expect(try aggregate(function, [30.0, 10.0, nil, 20.0], share: share) == expected)
    #expect(try aggregate(function, [nil], share: share) == .null)
  }

  @Test func percentilesOutsideTheirRangeAreErrors() {
    for share: Value in [-0.1, 1.1, 1000, -1, .float(.nan)] {
      for function in [AggregateFunction.percentileCont, .percentileDisc] {
        let error = #expect(throws: SinterError.self) { try aggregate(function, [10.0], share: share) }
        #expect(error?.code == "ArgumentError.NumberOutOfRange")
      }
    }
  }

  @Test func wrongKindsAreErrors() {
    for function in [AggregateFunction.sum, .avg, .stDev, .stDevP, .percentileCont, .percentileDisc] {
      let error = #expect(throws: SinterError.self) { try aggregate(function, ["a"], share: 0.5) }
      #expect(error?.code == "TypeError.InvalidArgumentValue")
    }
    let error = #expect(throws: SinterError.self) { try aggregate(.sum, [.integer(.max), 1]) }
    #expect(error?.code == "ArithmeticError.IntegerOverflow")
  }

  @Test func distinctCountsEquivalentValuesOnce() throws {
    #expect(try aggregate(.count, [1, 1.0, nil, "1", .float(.nan), .float(.nan)], isDistinct: true) == 3)
    #expect(try aggregate(.sum, [2, 2, 3], isDistinct: true) == 5)
    #expect(try aggregate(.collect, [nil, 1, nil, 1], isDistinct: true) == [1])
  }

  @Test func countLooksAtPresenceOnly() throws {
    let count = GroupedAggregation.make(.count)
    count.grow(to: 2)
    try count.add(.nodes([1, Vector.nullID, 2]), groups: [0, 0, 1], multiplicities: [5, 7, 2])
    try count.add(.booleans([0, 1, 2]), groups: nil, multiplicities: nil)
    try count.add(.constant(1, count: 3), groups: nil, multiplicities: [1, 1, 4])
    try count.add(.constant(nil, count: 3), groups: [1, 1, 1], multiplicities: nil)
    #expect(try count.result(group: 0) == 13)
    #expect(try count.result(group: 1) == 2)
  }

  @Test func namesAreFoundInAnyCase() {
    #expect(AggregateFunction(name: "STDEVP") == .stDevP)
    #expect(AggregateFunction(name: "percentilecont") == .percentileCont)
    #expect(AggregateFunction(name: "size") == nil)
  }

  /// Columns, multiplicities, groups and merged parts must all give what single values give.
  @Test(arguments: AggregateFunction.allCases, [false, true])
  func allWaysOfAddingAgree(_ function: AggregateFunction, _ isDistinct: Bool) throws {
    var random = SeededGenerator()
    for _ in 0..<100 {
      let comment: Comment = "seed \(random.seed)"
      let numbers = (0..<Int.random(in: 1..<12, using: &random)).map { _ in Int64.random(in: -5...5, using: &random) }
      let multiplicities = numbers.map { _ in Int.random(in: 1...3, using: &random) }
      let share: Value = .float(Double.random(in: 0...1, using: &random))
      func new(_ count: Int) throws -> GroupedAggregation {
        let aggregation = GroupedAggregation.make(function, isDistinct: isDistinct)
        aggregation.grow(to: count)
        for group in 0..<count { try aggregation.setShare(share, group: group) }
        return aggregation
      }
      func same(_ a: Value, _ b: Value) -> Bool {
        switch (a, b) {
        case (.float(let x), .float(let y)): (x - y).magnitude <= 1e-9 * max(1, x.magnitude)
        case (.list(let x), .list(let y)): x.sorted { $0.orderability($1) < 0 } == y.sorted { $0.orderability($1) < 0 }
        default: a == b
        }
      }
      let single = try new(1)
      for (number, multiplicity) in zip(numbers, multiplicities) {
        for _ in 0..<multiplicity { try single.add(.integer(number), group: 0) }
      }
      let expected = try single.result(group: 0)

      let counted = try new(1)
      try counted.add(.integers(numbers), groups: nil, multiplicities: multiplicities)
      #expect(same(try counted.result(group: 0), expected), comment)

      let column = try new(1)
      let repeated = zip(numbers, multiplicities).flatMap { Array(repeating: $0, count: $1) }
      try column.add(.integers(repeated), groups: nil, multiplicities: nil)
      #expect(same(try column.result(group: 0), expected), comment)

      let mixed = try new(1)
      try mixed.add(.values([.null] + repeated.map { .integer($0) }), groups: nil, multiplicities: nil)
      #expect(same(try mixed.result(group: 0), expected), comment)

      let grouped = try new(2)
      try grouped.add(.integers(numbers), groups: numbers.indices.map { Int32($0 % 2) }, multiplicities: multiplicities)
      let merged = try new(1)
      try merged.merge(grouped, group: 0, into: 0)
      try merged.merge(grouped, group: 1, into: 0)
      #expect(same(try merged.result(group: 0), expected), comment)
    }
  }
}
