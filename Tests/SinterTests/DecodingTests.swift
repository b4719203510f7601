import Sinter
import Testing

@Suite struct DecodingTests {
  private let row = Rows(
    columns: ["id", "age", "score", "tags", "born", "gone", "n"],
    values: [
      [
        "u1", 31, 0.5, ["a", "b"], .date(Date(daysSinceEpoch: 0)), nil,
        .node(Node(id: NodeID(7), content: .init(labels: ["User"], properties: ["id": "u1", "age": 31]))),
      ]
    ])[0]

  struct Person: Decodable, Equatable {
    var id: String
    var age: Int
    var score: Double?
    var tags: [String]?
    var born: String?
    var gone: Int?
    var n: Inner?
    struct Inner: Decodable, Equatable {
      var id: String
      var age: Double
    }
  }

  @Test func typedAccess() throws {
    #expect(try row.get("id", as: String.self) == "u1")
    #expect(try row.get(1, as: Int.self) == 31)
    #expect(try row.get("age", as: Double.self) == 31)
    #expect(try row.get("tags", as: [String].self) == ["a", "b"])
    #expect(try row.get("gone", as: Int?.self) == nil)
    #expect(try row.get("age", as: Int?.self) == 31)
    #expect(try row.get("n", as: Node.self).id == NodeID(7))
    #expect(try row.get("n", as: [String: Value].self)["age"] == 31)
    #expect(row["id"] == "u1" && row["nothing"] == nil && row[1] == 31)
  }

  @Test func mismatchesSayWhatAndWhere() {
    func code(_ body: () throws -> Void) -> String? {
      do {
        try body()
        return nil
      } catch {
        return (error as? SinterError)?.code.rawValue
      }
    }
    #expect(code { _ = try row.get("nothing", as: Int.self) } == "DecodingError.NoSuchColumn")
    #expect(code { _ = try row.get(99, as: Int.self) } == "DecodingError.NoSuchColumn")
    #expect(code { _ = try row.get("id", as: Int.self) } == "DecodingError.TypeMismatch")
    #expect(code { _ = try row.get("score", as: Int.self) } == "DecodingError.TypeMismatch")
    #expect(code { _ = try row.get("gone", as: Int.self) } == "DecodingError.MissingValue")
    #expect(code { _ = try row.get("age", as: Int8?.self) } == nil)
    #expect(code { _ = try Rows(columns: ["a"], values: [[300]])[0].get("a", as: Int8.self) } == "DecodingError.TypeMismatch")
  }

  @Test func rowsDecode() throws {
    let person = try row.decode(Person.self)
    #expect(
      person
        == Person(
          id: "u1", age: 31, score: 0.5, tags: ["a", "b"], born: "1970-01-01", gone: nil, n: .init(id: "u1", age: 31)))
  }

  @Test func singleColumnsDecodeFromTheirContent() throws {
    let node = Value.node(Node(id: NodeID(1), content: .init(labels: [], properties: ["id": "u2", "age": 4])))
    #expect(try Rows(columns: ["n"], values: [[node]]).decode(Person.Inner.self) == [.init(id: "u2", age: 4)])
    #expect(try Rows(columns: ["m"], values: [[["id": "u3", "age": 1.5]]]).decode(Person.Inner.self) == [.init(id: "u3", age: 1.5)])
    #expect(try Rows(columns: ["x"], values: [[1], [2]]).decode(Int.self) == [1, 2])
    struct Wrapper: Decodable, Equatable { var n: Person.Inner }
    #expect(try Rows(columns: ["n"], values: [[node]]).decode(Wrapper.self) == [Wrapper(n: .init(id: "u2", age: 4))])
  }

  @Test func decodingErrorsNameTheRowAndThePath() {
    let rows = Rows(columns: ["id", "age"], values: [["u1", 1], ["u2", "old"]])
    #expect {
      try rows.decode(Person.self)
    } throws: { error in
      let message = (error as? SinterError)?.message ?? ""
      return message.contains("Row 2") && message.contains("`age`")
    }
    #expect {
      try Rows(columns: ["age", "x"], values: [[1, 2]]).decode(Person.self)
    } throws: { ($0 as? SinterError)?.code == "DecodingError.MissingValue" }
  }

  @Test func enumsAndNestedListsDecode() throws {
    enum Kind: String, Decodable { case view, buy }
    struct Event: Decodable, Equatable {
      var kind: Kind
      var path: [[Int]]
    }
    let rows = Rows(columns: ["kind", "path"], values: [["buy", [[1, 2], []]]])
    #expect(try rows.decode(Event.self) == [Event(kind: .buy, path: [[1, 2], []])])
  }
}
