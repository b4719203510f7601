import SinterModel
import TestSupport
import Testing

private let nan = Value.float(.nan)

@Suite struct ValueEqualityTests {
  @Test(arguments: [
    (Value.integer(1), Value.float(1), true), (1, 2, false), ("1", 1, false), (true, 1, false),
    ([1, 2], [1.0, 2.0], true), ([1], [1, nil], false), ([1, nil], [2, nil], false), ([], [], true),
    (["a": 1], ["a": 1.0], true), (["a": 1], ["b": 1], false), (["a": 1], ["a": 1, "b": nil], false),
    (.float(.nan), .float(.nan), false), ([.float(.nan)], [.float(.nan)], false), (.float(0), .float(-0.0), true),
    (.integer((1 << 53) + 1), .float(0x1p53), false), (.integer(.max), .float(0x1p63), false),
    ("\u{E9}", "e\u{301}", false),
  ] as [(Value, Value, Bool)])
  func sureAnswers(_ a: Value, _ b: Value, _ expected: Bool) {
    #expect(a.isEqual(b) == expected)
    #expect(b.isEqual(a) == expected)
  }

  @Test(arguments: [
    (nil, nil), (nil, 1), ([nil], [1]), ([nil], [nil]), (["a": nil], ["a": 1]), ([[1, nil]], [[1, 2]]),
  ] as [(Value, Value)])
  func nullAnswers(_ a: Value, _ b: Value) {
    #expect(a.isEqual(b) == nil)
    #expect(b.isEqual(a) == nil)
  }

  @Test func swiftEqualityTellsIntegersFromFloats() {
    #expect(Value.integer(1) != Value.float(1))
    #expect(nan == nan)
    #expect(Set<Value>([nan, nan, 1, .float(1), .float(0), .float(-0.0), "\u{E9}", "e\u{301}"]).count == 6)
  }
}

@Suite struct ValueComparabilityTests {
  @Test func numbersCompareExactly() {
    #expect(Value.integer((1 << 53) + 1).isLess(than: .float(0x1p53)) == false)
    #expect(Value.float(0x1p53).isLess(than: .integer((1 << 53) + 1)) == true)
    #expect(Value.integer(.max).isLess(than: .float(0x1p63)) == true)
    #expect(Value.float(-0x1p63).isLessOrEqual(to: .integer(.min)) == true)
    #expect(Value.integer(1).isLess(than: .float(1.5)) == true)
    #expect(Value.integer(-1).isLess(than: .float(-1.5)) == false)
  }

  @Test func notANumberIsOnNoSide() {
    for other: Value in [1, 1.5, nan] {
      #expect(nan.isLess(than: other) == false)
      #expect(nan.isLessOrEqual(to: other) == false)
      #expect(other.isLess(than: nan) == false)
    }
    #expect(nan.isLess(than: "a") == nil)
  }

  @Test(arguments: [
    (1, "a"), (nil, 1), ([1], ["a"]), ([1, nil], [1, 2]), (["a": 1], ["a": 1]), (true, 1), ([1], 1),
    (.duration(.zero), .duration(.zero)), (.node(Node(id: NodeID(1))), .node(Node(id: NodeID(2)))),
  ] as [(Value, Value)])
  func incomparable(_ a: Value, _ b: Value) {
    #expect(a.isLess(than: b) == nil)
    #expect(a.isLessOrEqual(to: b) == nil)
  }

  @Test func listsCompareElementByElement() {
    #expect(Value.list([1, 2]).isLess(than: [1, 3]) == true)
    #expect(Value.list([1]).isLess(than: [1, 0]) == true)
    #expect(Value.list([3, nil]).isLessOrEqual(to: [1, 2]) == false)
  }
}

@Suite struct ValueOrderingTests {
  @Test func kindsComeInTheLanguagesOrder() throws {
    let path = Path(nodes: [Node(id: NodeID(0))], relationships: [])
    let ascending: [Value] = [
      ["a": 1], .node(Node(id: NodeID(0))), .relationship(Relationship(id: RelationshipID(0))), ["list"], .path(path),
      .dateTime(try DateTime("2000-01-01T00Z")), .localDateTime(try LocalDateTime("2000-01-01")),
      .date(try Date("2000-01-01")), .time(try Time("12:00")), .localTime(try LocalTime("12:00")), .duration(.zero),
      "text", false, true, .float(-.infinity), 1, 1.5, .float(.infinity), nan, nil,
    ]
    #expect(ascending.reversed().sorted { $0.orderability($1) < 0 } == ascending)
  }

  @Test func listsOrderWithNullsLast() {
    let ascending: [Value] = [[], ["a"], ["a", 1], [1], [1, "a"], [1, nil], [nil, 1], [nil, 2]]
    #expect(ascending.shuffled().sorted { $0.orderability($1) < 0 } == ascending)
  }

  @Test func orderIsTotalAndAgreesWithEquivalenceAndHash() {
    var random = SeededGenerator()
    for _ in 0..<3_000 {
      let (a, b, c) = (random.value(), random.value(), random.value())
      let comment: Comment = "seed \(random.seed): \(a), \(b), \(c)"
      #expect(a.orderability(a) == 0, comment)
      #expect(a.orderability(b).signum() == -b.orderability(a).signum(), comment)
      if a.orderability(b) <= 0, b.orderability(c) <= 0 { #expect(a.orderability(c) <= 0, comment) }
      #expect((a.orderability(b) == 0) == a.isEquivalent(to: b), comment)
      if a.isEqual(b) == true { #expect(a.isEquivalent(to: b), comment) }
      if a.isEquivalent(to: b) { #expect(GroupingKey(a).hashValue == GroupingKey(b).hashValue, comment) }
      if let less = a.isLess(than: b) { #expect(!less || a.orderability(b) < 0, comment) }
    }
  }

  @Test func groupingJoinsWhatIsEquivalent() {
    let values: [Value] = [1, 1.0, nil, nil, nan, nan, .float(-0.0), 0, [1], [1.0], ["a": nil], ["a": nil], "1"]
    #expect(Set(values.map { GroupingKey($0) }).count == 7)
    #expect(GroupingRow([1, nil]) == GroupingRow([1.0, nil]))
    #expect(GroupingRow([1, nil]).hashValue == GroupingRow([1.0, nil]).hashValue)
    #expect(GroupingRow([1]) != GroupingRow([1, 1]))
  }
}

@Suite struct ValueTextTests {
  @Test(arguments: [
    (1.0, "1.0"), (-0.0, "-0.0"), (1.5e-7, "1.5E-7"), (1e300, "1.0E300"), (0.1, "0.1"), (1e16, "1.0E16"),
    (5e-324, "5.0E-324"), (.nan, "NaN"), (.infinity, "Infinity"), (-.infinity, "-Infinity"), (3.6, "3.6"),
  ])
  func floats(_ value: Double, _ text: String) { #expect(value.languageText == text) }

  @Test func floatTextReadsBack() {
    var random = SeededGenerator()
    for _ in 0..<2_000 {
      let value = random.float()
      guard value.isFinite else { continue }
      #expect(Double(value.languageText) == value, "seed \(random.seed)")
      #expect(value.languageText.contains("."), "seed \(random.seed)")
    }
  }

  @Test func displayShowsNestedValuesAsTheLanguageWritesThem() {
    let item = Node(id: NodeID(1), content: .init(labels: ["Item", "Best Seller"], properties: ["id": "i'1", "price": 2]))
    let user = Node(id: NodeID(0), content: .init(labels: ["User"], properties: [:]))
    let bought = Relationship(
      id: RelationshipID(4), content: .init(type: "BOUGHT", start: NodeID(0), end: NodeID(1), properties: ["n": 1.0]))
    #expect(Value.node(item).description == #"(:Item:`Best Seller` {id: 'i\'1', price: 2})"#)
    #expect(
      Value.path(Path(nodes: [item, user], relationships: [bought])).description
        == #"(:Item:`Best Seller` {id: 'i\'1', price: 2})<-[:BOUGHT {n: 1.0}]-(:User)"#)
    #expect(Value.list(["a", nil, ["k": true]]).description == "['a', null, {k: true}]")
    #expect(Value.string("a").displayText == "a")
    #expect(Value.node(Node(id: NodeID(7))).description == "(#7)")
  }
}
