import SinterLoad
import SinterModel
import Testing

@Suite struct JSONLinesTests {
  static let mapping = """
      - file: items.jsonl
        nodes:
          - label: Item
            id: "{id}"
            properties:
              title: title
              price: {column: price.amount, type: float}
              tags: {column: tags, type: list<string>}
              sizes: {column: sizes, type: list<integer>}
              raw: extra
              sold: {column: sold, type: boolean}

    """

  @Test func readsNestedValues() throws {
    let fixture = LoadFixture()
    fixture.write(
      "items.jsonl",
      #"""
      {"id": 1, "title": "caf\u00e9 \ud83d\ude00 \"x\"\n", "price": {"amount": 2.5, "unit": "EUR"}, "tags": ["a", "b\tc"], "sizes": [1, 2], "extra": {"k": [1]}, "sold": true}

      {"other": [[{"deep": null}]], "id": "2", "title": "", "tags": [], "price": null}
      """#)
    #expect(try fixture.load(Self.mapping).rejects == 0)
    let graph = try fixture.graph()
    #expect(
      graph.node("Item", "1")?.properties == [
        "id": "1", "title": "café 😀 \"x\"\n", "price": 2.5, "tags": ["a", "b\tc"], "sizes": [1, 2], "raw": "{\"k\": [1]}",
          "sold": true,
      ])
    #expect(graph.node("Item", "2")?.properties == ["id": "2", "tags": []])
  }

  @Test(arguments: [
    (#"{"id": 1"#, "`}` is missing"),
    (#"{"id": 1} x"#, "there is text after the object"),
    (#"[1]"#, "a line must be one object"),
    (#"{"id": 01}"#, "`,` or `}` is missing"),
    (#"{"id": "\ud800"}"#, "half of a surrogate pair is missing"),
    (#"{"id": "\q"}"#, "unknown escape"),
    (#"{"id": 1, "id": 2}"#, "the key `id` stands twice"),
    (#"{"id": 1, "title": tru}"#, "a value is missing"),
    ("{\"id\": \"a\u{1}\"}", "a control character must be written as an escape"),
    (#"{"id": 1, "title": ["a"]}"#, "is a list; read it with `type: list<…>`"),
    (#"{"id": 1, "x": "# + String(repeating: "[", count: 5000), "nested deeper than 64"),
  ])
  func rejects(_ line: String, _ reason: String) throws {
    let fixture = LoadFixture()
    fixture.write("items.jsonl", "{\"id\": \"a\"}\n" + line + "\n{\"id\": \"z\"}\n")
    #expect(try fixture.load(Self.mapping).nodes == 2)
    #expect(fixture.rejects.count == 1)
    #expect(fixture.rejects.first?[1] == "2")
    #expect(fixture.rejects.first?[3].contains(reason) == true, "\(fixture.rejects)")
  }
}
