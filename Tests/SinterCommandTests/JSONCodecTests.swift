import SinterModel
import TestSupport
import Testing

@testable import SinterCommand

@Suite struct JSONCodecTests {
  private func read(_ text: String) throws -> Value { try JSONReader.read(Array(text.utf8)) }

  private func write(_ value: Value) -> String {
    var writer = JSONWriter()
    writer.value(value)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func numbersAreToldApartByTheirText() throws {
    #expect(try read("1") == .integer(1))
    #expect(try read("1.0") == .float(1))
    #expect(try read("-0") == .integer(0))
    #expect(try read("-0.0") == .float(-0.0))
    #expect(try read("1e3") == .float(1000))
    #expect(try read("1.5E-7") == .float(1.5e-7))
    #expect(try read("9223372036854775807") == .integer(.max))
    #expect(try read("-9223372036854775808") == .integer(.min))
    #expect(write(.integer(.min)) == "-9223372036854775808")
    #expect(write(.integer(10)) == "10")
    #expect(write(.float(1)) == "1.0")
    #expect(write(.float(-0.0)) == "-0.0")
    #expect(try read(write(.float(1e300))) == .float(1e300))
    #expect(try read(write(.float(.leastNonzeroMagnitude))) == .float(.leastNonzeroMagnitude))
  }

  @Test func tagsStandForTheirValues() throws {
    guard case .float(let number) = try read(#"{"$float":"NaN"}"#) else { return #expect(Bool(false), "no float") }
    #expect(number.isNaN)
    #expect(try read(#"{"$float":"-Infinity"}"#) == .float(-.infinity))
    #expect(try read(#"{"$map":{"$key":1}}"#) == .map(["$key": 1]))
    #expect(try read(#"{"$map":{"$map":{"$map":{"a":1}}}}"#) != .null)
    #expect(try read(#"{"$map":{"$map":5}}"#) == .map(["$map": 5]))
    #expect(try read(#"{"$map":{"$date":"x"}}"#) == .map(["$date": "x"]))
    #expect(try read(#"{"$map":{"k":{"$date":"2020-02-29"}}}"#) == .map(["k": .date(Date("2020-02-29"))]))
    #expect(try read(#"{"a":1,"b":[null,true]}"#) == .map(["a": 1, "b": [nil, true]]))
    #expect(write(.map(["$k": [nil, 2]])) == #"{"$map":{"$k":[null,2]}}"#)
    for text in [
      #"{"$date":"2020-02-29"}"#, #"{"$localtime":"12:31:14.645"}"#, #"{"$time":"12:31+01:00"}"#,
      #"{"$localdatetime":"1984-10-11T12:31:14"}"#, #"{"$datetime":"1984-10-11T12:31:14+01:00[Europe/Stockholm]"}"#,
      #"{"$duration":"P-1Y-8M"}"#, #"{"$float":"Infinity"}"#,
    ] {
      #expect(try write(read(text)) == text)
    }
  }

  @Test func stringsKeepEveryCharacter() throws {
    #expect(try read(#""\uD83D\uDE00""#) == .string("😀"))
    #expect(try read(#""a\"\\\/\b\f\n\r\t\u0000\u00e9""#) == .string("a\"\\/\u{8}\u{C}\n\r\t\u{0}é"))
    #expect(write(.string("\u{0}\u{1F}\n\"\\é😀\u{7F}")) == "\"\\u0000\\u001f\\n\\\"\\\\é😀\u{7F}\"")
  }

  @Test func elementsAreWrittenWithTheirContent() {
    let a = Node(id: NodeID(0), content: .init(labels: ["A"], properties: ["x": 1.0, "gone": nil]))
    let b = Node(id: NodeID(1), content: .init(labels: [], properties: ["$p": 1]))
    let r = Relationship(
      id: RelationshipID(0), content: .init(type: "T", start: NodeID(0), end: NodeID(1), properties: [:]))
    #expect(write(.node(a)) == #"{"$node":{"id":0,"labels":["A"],"properties":{"x":1.0}}}"#)
    #expect(
      write(.path(Path(nodes: [a, b], relationships: [r])))
        == #"{"$path":{"nodes":[{"id":0,"labels":["A"],"properties":{"x":1.0}},{"id":1,"labels":[],"properties":{"$p":1}}],"#
        + #""rels":[{"id":0,"type":"T","start":0,"end":1,"properties":{}}]}}"#)
  }

  @Test(arguments: [
    "", " ", "{", "[1,", "[1,]", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{\"a\":1,}", "01", "-", "1.", ".5", "1e", "+1", "1e400", "tru",
    "nul", "\"", "\"\\x\"", "\"\\u12\"", "\"\\uD800\"", "\"\\uDC00\"", "\"\\uD800\\u0041\"", "\"a\nb\"", "1 2", "[1] x", "NaN",
    "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "{\"$date\":\"yesterday\"}", "{\"$date\":1}",
    "{\"$node\":{\"id\":1}}", "{\"$unknown\":\"x\"}", "{\"$map\":5}", "\u{FEFF}1",
  ])
  func malformedTextIsAnError(_ text: String) {
    #expect(throws: JSONError.self) { try read(text) }
  }

  @Test func invalidUTF8IsAnError() {
    for bytes: [UInt8] in [[0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0xC3, 0xA9]] {
      #expect(throws: JSONError.self) { try JSONReader.read(bytes) }
    }
  }

  @Test func nestingIsBounded() throws {
    #expect(throws: JSONError.self) { try read(String(repeating: "[", count: 100_000)) }
    #expect(throws: JSONError.self) { try read(String(repeating: "{\"a\":", count: 100_000)) }
    #expect(throws: JSONError.self) { try read(String(repeating: "{\"$map\":", count: 100_000)) }
    #expect(try read(String(repeating: "[", count: 900) + String(repeating: "]", count: 900)) != .null)
  }

  @Test func randomValuesReadBackAsTheyWereWritten() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    for round in 0..<2000 {
      let value = RandomValue.make(&generator, depth: 0)
      let text = write(value)
      #expect(try read(text) == value, "seed \(seed), round \(round): \(text)")
    }
  }

  /// Whatever the bytes, the reader ends with a value or an error.
  @Test func randomBytesNeverTrap() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("{}[]\",:\\u0123456789.eE+-$mapdtrufalsn \u{E9}".utf8) + [0xFF, 0x00]
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<24, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
      _ = try? JSONReader.read(bytes)
    }
    print("JSON bytes seed \(seed)")
  }
}

enum RandomValue {
  static func make(_ generator: inout SeededGenerator, depth: Int) -> Value {
    switch Int.random(in: 0..<(depth > 4 ? 8 : 11), using: &generator) {
    case 0: return .null
    case 1: return .boolean(Bool.random(using: &generator))
    case 2: return .integer(Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
    case 3:
      let number = Double(bitPattern: generator.next())
      return .float(number.isNaN ? .infinity : number)
    case 4: return .date(Date(daysSinceEpoch: Int64.random(in: -100_000...100_000, using: &generator)))
    case 5: return .localTime(LocalTime(nanosecondOfDay: Int64.random(in: 0..<86_400_000_000_000, using: &generator)))
    case 6, 7: return .string(text(&generator))
    case 8, 9: return .list((0..<Int.random(in: 0..<4, using: &generator)).map { _ in make(&generator, depth: depth + 1) })
    default:
      var map: [String: Value] = [:]
      for _ in 0..<Int.random(in: 0..<4, using: &generator) { map[text(&generator)] = make(&generator, depth: depth + 1) }
      return .map(map)
    }
  }

  private static func text(_ generator: inout SeededGenerator) -> String {
    let pieces = ["a", "$", "$map", "\"", "\\", "\n", "\u{0}", "é", "漢字", "👨‍👩‍👧", "\u{301}", "/", "$date", " "]
    return (0..<Int.random(in: 0..<4, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
  }
}
