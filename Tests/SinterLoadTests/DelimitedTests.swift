import SinterLoad
import SinterModel
import Testing

/// Every kind of dirt a CSV file may have: what is read, and what is rejected where and why.
@Suite struct DelimitedTests {
  static let mapping = """
      - file: items.csv
        nodes:
          - label: Item
            id: "{id}"
            properties:
              title: title
              price: {column: price, type: float}

    """

  struct Dirt: Sendable, CustomTestStringConvertible {
    var name: String
    var rows: [UInt8]
    var line: Int
    var column: String
    var reason: String
    /// Ids that are loaded in spite of the bad row.
    var loaded: Set<String> = ["a", "z"]
    var testDescription: String { name }

    init(_ name: String, _ rows: String, line: Int, column: String, reason: String, loaded: Set<String> = ["a", "z"]) {
      self.init(name, bytes: Array(rows.utf8), line: line, column: column, reason: reason)
      self.loaded = loaded
    }

    init(_ name: String, bytes: [UInt8], line: Int, column: String, reason: String) {
      self.name = name
      rows = bytes
      self.line = line
      self.column = column
      self.reason = reason
    }
  }

  static let dirt: [Dirt] = [
    Dirt("too few fields", "a,A,1\nb,B\nz,Z,1\n", line: 3, column: "", reason: "the row has 2 fields where 3 are expected"),
    Dirt("too many fields", "a,A,1\nb,B,2,3\nz,Z,1\n", line: 3, column: "", reason: "the row has 4 fields where 3 are expected"),
    Dirt("text for a number", "a,A,1\nb,B,cheap\nz,Z,1\n", line: 3, column: "price",
      reason: "`cheap` is not a number (property `price`)"),
    Dirt("no id", "a,A,1\n,B,2\nz,Z,1\n", line: 3, column: "id", reason: "the id of the `Item` is null"),
    Dirt("text after a quote", "a,A,1\nb,\"B\"x,2\nz,Z,1\n", line: 3, column: "title",
      reason: "there is text after the closing quote"),
    Dirt(
      "quote never closed", "a,A,1\nb,\"B,2\nz,Z,1\n", line: 3, column: "title",
        reason: "the quote opened on line 3 is never closed"),
    Dirt(
      "bad row behind newlines in fields", "a,\"A\nA\nA\",1\r\nb,B\r\nz,Z,1\r\n", line: 5, column: "",
      reason: "the row has 2 fields where 3 are expected"),
    Dirt(
      "invalid UTF-8", bytes: Array("a,A,1\nb,".utf8) + [0x42, 0xFF] + Array(",2\nz,Z,1\n".utf8), line: 3, column: "title",
      reason: "byte 2 of the field is not valid UTF-8 (set `encoding: latin1` if the file is)"),
    Dirt(
      "half of a character", bytes: Array("a,A,1\nb,".utf8) + [0xE4, 0xB8] + Array(",2\nz,Z,1\n".utf8), line: 3, column: "title",
      reason: "byte 1 of the field is not valid UTF-8 (set `encoding: latin1` if the file is)"),
    Dirt("bad last row without newline", "a,A,1\nz,Z,1\nb", line: 4, column: "",
      reason: "the row has 1 fields where 3 are expected"),
  ]

  @Test(arguments: dirt)
  func rejects(_ dirt: Dirt) throws {
    let fixture = LoadFixture()
    fixture.write("items.csv", bytes: Array("id,title,price\n".utf8) + dirt.rows)
    let summary = try fixture.load(Self.mapping)
    let graph = try fixture.graph()
    #expect(summary.rejects == 1)
    #expect(summary.rows == 3)
    #expect(summary.rejectPath == fixture.storePath + ".rejects.csv")
    #expect(fixture.rejects.map { Array($0.prefix(4)) } == [["items.csv", "\(dirt.line)", dirt.column, dirt.reason]])
    #expect(Set(graph.nodes.values.compactMap { $0.properties["id"] }) == Set(dirt.loaded.map { .string($0) }))
  }

  @Test(arguments: dirt)
  func strictStopsAtTheFirst(_ dirt: Dirt) throws {
    let fixture = LoadFixture()
    fixture.write("items.csv", bytes: Array("id,title,price\n".utf8) + dirt.rows)
    var options = LoadOptions()
    options.isStrict = true
    let failure = fixture.failure(Self.mapping, options: options)
    #expect(failure.code == "LoadError.BadRow")
    #expect(failure.message.contains("`items.csv`, line \(dirt.line)"))
    #expect(failure.message.contains(dirt.reason))
    #expect(throws: SinterError.self) { try fixture.graph() }
  }

  @Test func rejectFileKeepsTheRowAsItWas() throws {
    let fixture = LoadFixture()
    fixture.write("items.csv", "id,title,price\nb,\"say \"\"B\"\", twice\",x\n")
    try fixture.load(Self.mapping)
    #expect(fixture.rejects.first?.last == "b,\"say \"\"B\"\", twice\",x")
  }

  @Test func maximumRejects() throws {
    let fixture = LoadFixture()
    fixture.write("items.csv", "id,title,price\na,A,1\nb,B\nc,C\nd,D\n")
    var options = LoadOptions()
    options.maximumRejects = 2
    #expect(fixture.failure(Self.mapping, options: options).code == "LoadError.TooManyRejects")
    options.maximumRejects = 3
    #expect(try fixture.load(Self.mapping, options: options).rejects == 3)
  }

  @Test func readsWhatTheStandardAllows() throws {
    let fixture = LoadFixture()
    fixture.write(
      "items.csv",
      "\u{FEFF}id,title,price\r\n1,\"a, b\",1.5\r\n2,\"say \"\"hi\"\"\",2\r\n\r\n3,\"two\r\nlines\",-3e2\r\n4,43\" "
        + "TV,4\r\n5,,\r\n6,\"\",6\n7,带鱼,7")
    let summary = try fixture.load(Self.mapping)
    let graph = try fixture.graph()
    #expect(summary.rejects == 0)
    #expect(summary.rows == 7)
    func title(_ id: String) -> Value? { graph.node("Item", .string(id))?.properties["title"] }
    #expect(title("1") == "a, b")
    #expect(title("2") == "say \"hi\"")
    #expect(title("3") == "two\r\nlines")
    #expect(title("4") == "43\" TV")
    #expect(title("5") == nil)
    #expect(title("6") == nil)
    #expect(title("7") == "带鱼")
    #expect(graph.node("Item", "3")?.properties["price"] == .float(-300))
    #expect(graph.node("Item", "5")?.properties["price"] == nil)
  }

  @Test func otherDelimiterNoHeaderLatin1AndNulls() throws {
    let fixture = LoadFixture()
    fixture.write("items.txt", bytes: Array("1|Caf".utf8) + [0xE9] + Array("|NA\n2|NA|3\n".utf8))
    try fixture.load(
      """
        - file: items.txt
          delimiter: "|"
          header: false
          columns: [id, title, price]
          encoding: latin1
          "null": ["", "NA"]
          nodes: [{label: Item, id: "{id}", type: integer, properties: {title: title, price: {column: price, type: integer}}}]

      """)
    let graph = try fixture.graph()
    #expect(graph.node("Item", 1)?.properties == ["id": 1, "title": "Café"])
    #expect(graph.node("Item", 2)?.properties == ["id": 2, "price": 3])
  }

  @Test func typedHeaderTabsAndNoQuotes() throws {
    let fixture = LoadFixture()
    fixture.write("x.inter", "user_id:token\titem_id:token\ttext:token_seq\n1\t2\t\"odd\n")
    try fixture.load(
      """
        - file: x.inter
          format: tsv
          quote: none
          header: typed
          nodes: [{label: User, id: "{user_id}", properties: {text: text}}]

      """)
    #expect(try fixture.graph().node("User", "1")?.properties["text"] == "\"odd")
  }

  /// Records cut at every kind of block boundary read as they do in one piece.
  @Test func blocksDoNotMatter() throws {
    let fixture = LoadFixture()
    var text = "id,title,price\n"
    var generator = SystemRandomNumberGenerator()
    let pieces = ["a", ",", "\"", "\n", "\r\n", "é", "x y"]
    var expected: [String: String] = [:]
    for id in 0..<60_000 {
      let count = Int.random(in: 0..<6, using: &generator)
      let title = (0..<count).map { _ in pieces.randomElement(using: &generator)! }.joined() + "t"
      expected["\(id)"] = title
      text += "\(id),\"\(title.replacing("\"", with: "\"\""))\",1\n"
    }
    fixture.write("items.csv", text)
    let summary = try fixture.load(Self.mapping)
    #expect(summary.rejects == 0)
    #expect(summary.nodes == 60_000)
    for node in try fixture.graph().nodes.values {
      guard case .string(let id)? = node.properties["id"] else { continue }
      #expect(node.properties["title"] == .string(expected[id]!))
    }
  }

  @Test func missingColumnIsNamedWithWhatExists() {
    let fixture = LoadFixture()
    fixture.write("items.csv", "id,titel,price\n1,A,2\n")
    let failure = fixture.failure(Self.mapping)
    #expect(failure.code == "LoadError.MissingColumn")
    #expect(failure.message.contains("`items.csv` has no column `title`. Did you mean `titel`?"))
    #expect(failure.message.contains("manifest.yaml:9:"))
  }

  @Test func emptyAndOddFiles() {
    let fixture = LoadFixture()
    fixture.write("items.csv", "")
    #expect(fixture.failure(Self.mapping).message.contains("is empty: it has no header"))
    fixture.write("items.csv", bytes: [0xFF, 0xFE, 0x41, 0x00])
    #expect(fixture.failure(Self.mapping).message.contains("is UTF-16"))
    fixture.write("items.csv", "id,title,price,id\n")
    #expect(fixture.failure(Self.mapping).message.contains("two columns named `id`"))
  }
}
