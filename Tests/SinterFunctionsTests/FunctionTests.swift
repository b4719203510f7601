import SinterFunctions
import SinterModel
import TestSupport
import Testing

/// What an expression gives, in the notation of the language; an error as its code.
private func outcome(_ expression: String) -> String {
  do { return try Evaluator.evaluate(expression).description } catch { return "!" + error.code.rawValue }
}

@Suite struct MathFunctionTests {
  @Test(arguments: [
    ("1 + 2", "3"), ("1 + 2.0", "3.0"), ("7 / 2", "3"), ("-7 / 2", "-3"), ("7 / 2.0", "3.5"), ("-7 % 3", "-1"),
    ("7.5 % 2", "1.5"), ("2 ^ 3", "8.0"), ("1 / 0.0", "Infinity"), ("0.0 / 0.0", "NaN"), ("1 + null", "null"),
    ("null * 'a'", "null"), ("1 / 0", "!ArithmeticError.DivisionByZero"), ("1 % 0", "!ArithmeticError.DivisionByZero"),
    ("9223372036854775807 + 1", "!ArithmeticError.IntegerOverflow"),
    ("(-9223372036854775807 - 1) / -1", "!ArithmeticError.IntegerOverflow"),
    ("(-9223372036854775807 - 1) % -1", "0"), ("-(-9223372036854775807 - 1)", "!ArithmeticError.IntegerOverflow"),
    ("9223372036854775807 * 2", "!ArithmeticError.IntegerOverflow"),
    ("9223372036854775807 - -1", "!ArithmeticError.IntegerOverflow"),
    ("true + 1", "!TypeError.InvalidArgumentType"), ("'a' * 2", "!TypeError.InvalidArgumentType"),
    ("{} + {}", "!TypeError.InvalidArgumentType"), ("-'a'", "!TypeError.InvalidArgumentType"),
    ("'a' + 1", "'a1'"), ("1.5 + 'a'", "'1.5a'"), ("'a' + date('2020-01-01')", "'a2020-01-01'"),
    ("[1] + 2", "[1, 2]"), ("0 + [1]", "[0, 1]"), ("[1] + [2]", "[1, 2]"), ("[1] + null", "null"),
    ("'a' || 'b'", "'ab'"), ("[1] || [2]", "[1, 2]"), ("'a' || 1", "!TypeError.InvalidArgumentType"),
  ])
  func operators(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }

  @Test(arguments: [
    ("abs(-1)", "1"), ("abs(-1.5)", "1.5"), ("abs(null)", "null"), ("sign(-0.5)", "-1"), ("sign(0)", "0"),
    ("ceil(0.1)", "1.0"), ("floor(-0.1)", "-1.0"), ("floor(3)", "3.0"), ("sqrt(12.96)", "3.6"), ("sqrt(-1)", "NaN"),
    ("round(2.5)", "3.0"), ("round(-2.5)", "-2.0"), ("round(0.49999999999999994)", "0.0"), ("round(-1.5, 0)", "-2.0"),
    ("round(2.675, 2)", "2.68"), ("round(1.249, 1)", "1.2"), ("round(1.25, 1, 'HALF_DOWN')", "1.2"),
    ("round(1.25, 1, 'HALF_EVEN')", "1.2"), ("round(1.35, 1, 'HALF_EVEN')", "1.4"), ("round(1.21, 1, 'UP')", "1.3"),
    ("round(-1.21, 1, 'CEILING')", "-1.2"), ("round(-1.21, 1, 'FLOOR')", "-1.3"), ("round(1.29, 1, 'DOWN')", "1.2"),
    ("round(9.99, 1)", "10.0"), ("round(0.001, 1)", "0.0"), ("round(0.06, 1)", "0.1"), ("round(1e300, 2)", "1.0E300"),
    ("round(1.5, -1)", "!ArgumentError.NumberOutOfRange"), ("round(1.5, 1, 'x')", "!ArgumentError.InvalidArgumentValue"),
    ("isNaN(0.0 / 0.0)", "true"), ("isNaN(1)", "false"), ("exp(0)", "1.0"), ("log(e())", "1.0"), ("log10(1000)", "3.0"),
    ("sin(0)", "0.0"), ("atan2(0, 1)", "0.0"), ("degrees(pi())", "180.0"), ("radians(180) = pi()", "true"),
    ("haversin(0)", "0.0"), ("cot(pi() / 4) > 0.99", "true"), ("0 <= rand() < 1", "null"),
    ("abs('a')", "!TypeError.InvalidArgumentValue"), ("abs(-9223372036854775807 - 1)", "!ArithmeticError.IntegerOverflow"),
  ])
  func functions(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }

  @Test func decimalRoundingIsNeverOffByMoreThanHalfAUnit() {
    var random = SeededGenerator()
    for _ in 0..<1_000 {
      let value = Double.random(in: -1_000...1_000, using: &random)
      let precision = Int.random(in: 0...6, using: &random)
      guard case .float(let rounded)? = try? Evaluator.evaluate("round(\(value), \(precision))") else { continue }
      var unit = 1.0
      for _ in 0..<precision { unit /= 10 }
      #expect((rounded - value).magnitude <= unit * 0.500001, "seed \(random.seed): \(value) to \(precision)")
    }
  }
}

@Suite struct StringFunctionTests {
  @Test(arguments: [
    ("left('hello', 2)", "'he'"), ("right('hello', 9)", "'hello'"), ("left('商店商品', 2)", "'商店'"),
    ("left('a', -1)", "!ArgumentError.NumberOutOfRange"), ("substring('0123456789', 1)", "'123456789'"),
    ("substring('0123456789', 2, 3)", "'234'"), ("substring('ab', 5)", "''"),
    ("substring('ab', 0, -1)", "!ArgumentError.NumberOutOfRange"),
    ("split('one1two', '1')", "['one', 'two']"), ("split('a,b;c', [',', ';'])", "['a', 'b', 'c']"), ("split('', ',')", "['']"),
    ("split('abc', '')", "['a', 'b', 'c']"), ("split(',a,', ',')", "['', 'a', '']"), ("split(null, ',')", "null"),
    ("split('aXXbXXc', 'XX')", "['a', 'b', 'c']"), ("split('a', [1])", "!TypeError.InvalidArgumentValue"),
    ("replace('aXbXc', 'X', '--')", "'a--b--c'"), ("replace('aaa', 'a', '', 2)", "'a'"), ("replace('abc', '', 'x')", "'abc'"),
    ("replace('abab', 'ab', 'b')", "'bb'"), ("toUpper('straße')", "'STRASSE'"), ("lower('ÄB')", "'äb'"),
    ("trim('  a b ')", "'a b'"), ("lTrim('\\n a ')", "'a '"), ("rTrim(' a ')", "' a'"), ("btrim('xxaxx', 'x')", "'a'"),
    ("reverse('商品a')", "'a品商'"), ("size('商品')", "2"), ("char_length('ab')", "2"), ("isEmpty('')", "true"),
    ("normalize('e\u{301}') = '\u{E9}'", "true"), ("normalize('\u{FB01}', 'NFKC')", "'fi'"),
    ("normalize('a', 'x')", "!ArgumentError.InvalidArgumentValue"),
    ("'hello' STARTS WITH 'he'", "true"), ("'hello' ENDS WITH 'lo'", "true"), ("'hello' CONTAINS 'ell'", "true"),
    ("'hello' CONTAINS ''", "true"), ("'' CONTAINS 'a'", "false"), ("'a' CONTAINS null", "null"), ("1 CONTAINS 'a'", "null"),
    ("'aab' CONTAINS 'ab'", "true"), ("'\u{E9}' STARTS WITH 'e'", "false"),
  ])
  func functions(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }
}

@Suite struct ListFunctionTests {
  @Test(arguments: [
    ("head([1, 2])", "1"), ("head([])", "null"), ("last([1, 2])", "2"), ("tail([1, 2, 3])", "[2, 3]"), ("tail([])", "[]"),
    ("reverse([1, null])", "[null, 1]"), ("size([1, null])", "2"), ("size(null)", "null"), ("isEmpty({})", "true"),
    ("keys({b: 1, a: null})", "['a', 'b']"), ("range(1, 5, 2)", "[1, 3, 5]"), ("range(5, 1)", "[]"),
    ("range(9223372036854775805, 9223372036854775807)", "[9223372036854775805, 9223372036854775806, 9223372036854775807]"),
    ("range(1, 2, 0)", "!ArgumentError.NumberOutOfRange"), ("range(1, 1.5)", "!ArgumentError.InvalidArgumentType"),
    ("range(0, 9223372036854775807)", "!LimitError.ListTooLong"), ("range(null, 1)", "null"),
    ("[1, 2, 3][-1]", "3"), ("[1][1]", "null"), ("[1][-9223372036854775807]", "null"), ("[1, 2, 3][1..]", "[2, 3]"),
    ("[1, 2, 3][..-1]", "[1, 2]"), ("[1, 2, 3][2..1]", "[]"), ("[1, 2][null..]", "null"),
    ("[1]['a']", "!TypeError.InvalidArgumentType"),
    ("{a: 1}['a']", "1"), ("{a: 1}[0]", "!TypeError.MapElementAccessByNonString"), ("true[0]", "!TypeError.InvalidArgumentType"),
    ("1 IN [1.0]", "true"), ("null IN []", "false"), ("1 IN [2, null]", "null"), ("1 IN null", "null"),
    ("1 IN 2", "!TypeError.InvalidArgumentType"),
    ("coalesce(null, 2, 3)", "2"), ("coalesce(null)", "null"), ("nullIf(1, 1.0)", "null"), ("nullIf(1, 2)", "1"),
    ("nullIf(null, 2)", "null"),
    ("toIntegerList(['1', 'a', 2.5, null])", "[1, null, 2, null]"), ("toStringList([1, true, []])", "['1', 'true', null]"),
  ])
  func functions(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }

  @Test func rangesHaveTheElementsThatCountingGives() throws {
    var random = SeededGenerator()
    for _ in 0..<500 {
      let start = Int64.random(in: -50...50, using: &random)
      let end = Int64.random(in: -50...50, using: &random)
      let step = Int64.random(in: -7...7, using: &random)
      guard step != 0 else { continue }
      let range = try IntegerRange(from: start, through: end, by: step)
      #expect(Array(range) == Array(stride(from: start, through: end, by: Int64.Stride(step))), "seed \(random.seed)")
    }
    #expect(try IntegerRange(from: .min, through: .max - 1, by: 1 << 62).count == 4)
    #expect(throws: SinterError.self) { try IntegerRange(from: .min, through: .max) }
  }
}

@Suite struct ConversionFunctionTests {
  @Test(arguments: [
    ("toInteger('42')", "42"), ("toInteger('1.7')", "1"), ("toInteger('x')", "null"), ("toInteger(-2.9)", "-2"),
    ("toInteger(true)", "1"), ("toInteger([])", "!TypeError.InvalidArgumentValue"),
    ("toInteger(1e30)", "!ArgumentError.NumberOutOfRange"),
    ("toIntegerOrNull([])", "null"), ("toIntegerOrNull(1e30)", "null"), ("toInteger('0x10')", "null"),
    ("toFloat('1e3')", "1000.0"), ("toFloat('inf')", "null"), ("toFloat('NaN')", "NaN"),
    ("toFloat(true)", "!TypeError.InvalidArgumentValue"),
    ("toFloatOrNull(true)", "null"), ("toBoolean('TRUE')", "true"), ("toBoolean('yes')", "null"), ("toBoolean(0)", "false"),
    ("toBoolean(1.0)", "!TypeError.InvalidArgumentValue"), ("toString(1.0)", "'1.0'"),
    ("toString({})", "!TypeError.InvalidArgumentValue"),
    ("toStringOrNull({})", "null"), ("toString(date('2020-01-01'))", "'2020-01-01'"), ("toString(null)", "null"),
  ])
  func functions(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }
}

@Suite struct ScalarFunctionTests {
  @Test(arguments: [
    ("valueType(1)", "'INTEGER NOT NULL'"), ("valueType(null)", "'NULL'"), ("valueType([])", "'LIST<NOTHING> NOT NULL'"),
    ("valueType(['a', 1, null])", "'LIST<STRING | INTEGER> NOT NULL'"),
    ("valueType([1, [2]])", "'LIST<INTEGER NOT NULL | LIST<INTEGER NOT NULL> NOT NULL> NOT NULL'"),
    ("valueType(localdatetime())", "'LOCAL DATETIME NOT NULL'"), ("timestamp()", "1500000000123"),
    ("vector.similarity.cosine([1, 0], [1.0, 0.0])", "1.0"), ("vector.similarity.cosine([1, 0], [0, 1])", "0.5"),
    ("vector.similarity.euclidean([0, 0], [3, 4])", "0.038461538461538464"), ("vector_norm([3, 4])", "5.0"),
    ("vector_distance([0, 0], [3, 4], 'MANHATTAN')", "7.0"),
    ("vector.similarity.cosine([1], [1, 2])", "!ArgumentError.InvalidArgumentValue"),
    ("vector.similarity.cosine([0], [1])", "!ArgumentError.InvalidArgumentValue"),
    ("vector.similarity.cosine(['a'], [1])", "!TypeError.InvalidArgumentValue"),
  ])
  func functions(_ expression: String, _ expected: String) { #expect(outcome(expression) == expected) }

  @Test func randomUUIDsAreOfVersionFour() throws {
    for bits in [UInt64.min, .max] {
      let context = FunctionContext(random: { bits })
      guard case .string(let text) = try Evaluator.evaluate("randomUUID()", context) else { Issue.record("no string"); return }
      let groups = text.split(separator: "-")
      #expect(groups.map(\.count) == [8, 4, 4, 4, 12])
      #expect(groups[2].first == "4")
      #expect("89ab".contains(groups[3].first ?? "x"))
    }
  }

  @Test func typesHoldTheirValues() throws {
    func type(_ name: String, _ isNullable: Bool = true) throws -> ValueType {
      try #require(ValueType(named: name, isNullable: isNullable))
    }
    #expect(try type("INTEGER").contains(1))
    #expect(try type("INTEGER").contains(nil))
    #expect(try !type("INTEGER", false).contains(nil))
    #expect(try !type("INTEGER").contains(1.0))
    #expect(try type("ANY", false).contains(["a": 1]))
    #expect(try ValueType.list(type("STRING", false), isNullable: true).contains(["a"]))
    #expect(try !ValueType.list(type("STRING", false), isNullable: true).contains(["a", nil]))
    #expect(try ValueType.union([type("INT"), type("FLOAT")]).contains(1.5))
    #expect(try type("PROPERTY VALUE").contains([1, 2]))
    #expect(try !type("PROPERTY VALUE").contains(["a": 1]))
    #expect(try type("TIMESTAMP WITH TIMEZONE").text == "ZONED DATETIME")
    #expect(try !type("NOTHING").contains(nil))
    #expect(try type("NULL").contains(nil))
    #expect(ValueType(named: "BANANA", isNullable: true) == nil)
  }
}

@Suite struct FunctionLibraryTests {
  @Test func namesAreFoundInAnyCase() {
    let library = FunctionLibrary.standard
    #expect(library.find("TOUPPER")?.name == "toUpper")
    #expect(library.find("upper")?.name == "toUpper")
    #expect(library.find("DateTime.FromEpochMillis")?.name == "datetime.fromEpochMillis")
    #expect(library.find("nothing") == nil)
    #expect(Set(library.names.map { $0.lowercased() }).count == library.names.count)
  }

  @Test func everyFunctionIsDocumentedAndTakesNulls() throws {
    for function in FunctionLibrary.standard.functions {
      #expect(function.summary.hasSuffix("."), "\(function.name)")
      #expect(function.signature.hasPrefix(function.name + "("), "\(function.name)")
      #expect(function.minimumArguments <= function.maximumArguments ?? .max)
      guard function.propagatesNull, function.minimumArguments > 0 else { continue }
      let nulls = [Value](repeating: .null, count: function.minimumArguments)
      #expect(try function.evaluate(nulls, Evaluator.context) == .null, "\(function.name)")
    }
  }

  @Test func noFunctionTrapsOnAnyValue() {
    var random = SeededGenerator()
    let samples: [Value] = [
      nil, true, 0, -1, .integer(.min), .integer(.max), 1.5, .float(.nan), .float(.infinity),
      .float(-1e300), "", "a", "day", "1", [], [1, nil], [[]],
      [:], ["a": 1], ["year": .integer(.max)], ["year": 1984, "week": 53], ["hours": .float(1e300)], ["hour": 25],
      ["epochMillis": .integer(.min)],
      .node(Node(id: NodeID(0))), .path(Path(nodes: [Node(id: NodeID(0))], relationships: [])),
      .date(Date(daysSinceEpoch: .max)), .date(Date(daysSinceEpoch: Calendar.maximumDay)), .localTime(.midnight),
      .time(Time(local: .midnight, offsetSeconds: -64_800)),
      .duration(Duration(months: .max, days: .min, seconds: .max, nanoseconds: 1)),
      .localDateTime(LocalDateTime(date: Date(daysSinceEpoch: Calendar.minimumDay), time: .midnight)),
      .dateTime(
        DateTime(
          local: LocalDateTime(date: Date(daysSinceEpoch: Calendar.minimumDay), time: .midnight), offsetSeconds: 64_800,
          zone: nil)),
    ]
    let context = FunctionContext(maximumListLength: 1_000)
    for function in FunctionLibrary.standard.functions {
      for _ in 0..<150 {
        let count = Int.random(in: function.minimumArguments...(function.maximumArguments ?? 3), using: &random)
        let arguments = (0..<count).map { _ in samples.randomElement(using: &random) ?? .null }
        _ = try? function.evaluate(arguments, context)
      }
    }
    let operations: [(Value, Value) throws -> Value] = [
      { try Operators.add($0, $1) }, { try Operators.subtract($0, $1) }, { try Operators.multiply($0, $1) },
      { try Operators.divide($0, $1) }, { try Operators.modulo($0, $1) }, { try Operators.power($0, $1) },
      { try Operators.concatenate($0, $1) }, { try Operators.in($0, $1) }, { try Operators.matches($0, $1) },
      { try Operators.element($0, $1) },
    ]
    for a in samples {
      for b in samples {
        for operation in operations {
          _ = try? operation(a, b)
        }
        _ = a.isEqual(b)
        _ = a.orderability(b)
        _ = a.compare(to: b)
        _ = try? Operators.slice(a, from: b, to: b)
      }
      for key in ["year", "week", "epochMillis", "nanoseconds", "offset"] { _ = try? Operators.property(of: a, key) }
      _ = a.description
    }
  }
}
