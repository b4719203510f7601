import Sinter
import SinterModel
import Testing

@testable import SinterCommand

@Suite struct FormatTests {
  private func print(_ format: OutputFormat, _ columns: [String], _ rows: [[Value]], width: Int? = nil) throws -> String {
    var text = ""
    let writer = ResultWriter(format: format, maximumWidth: width, emit: { text += $0 })
    _ = try writer.write(RowStream(rows: Rows(columns: columns, values: rows)))
    return text
  }

  @Test func widthsFollowTheTerminal() {
    #expect(TextWidth.of("abc") == 3)
    #expect(TextWidth.of("漢字") == 4)
    #expect(TextWidth.of("é") == 1)
    #expect(TextWidth.of("e\u{301}") == 1)
    #expect(TextWidth.of("👍") == 2)
    #expect(TextWidth.of("👨‍👩‍👧") == 2)
    #expect(TextWidth.of("🇩🇪") == 2)
    #expect(TextWidth.of("❤\u{FE0F}") == 2)
    #expect(TextWidth.of("ｱ") == 1)
    #expect(TextWidth.of("Ａ") == 2)
    #expect(TextWidth.of("\u{200B}") == 0)
    #expect(TextWidth.cut("漢字漢字", to: 5) == "漢字…")
    #expect(TextWidth.cut("漢字漢字", to: 4) == "漢…")
    #expect(TextWidth.cut("abc", to: 3) == "abc")
    #expect(TextWidth.padded("漢", to: 4) == "漢  ")
  }

  @Test func tablesAlign() throws {
    let text = try print(.table, ["title", "n"], [["tea", 5], ["茶", 12], [nil, nil]])
    #expect(
      text == """
         title │ n
        ───────┼──────
         tea   │    5
         茶    │   12
         null  │ null

        """)
    let lines = text.split(separator: "\n").map(String.init)
    let bars = lines.map { line in TextWidth.of(String(line.prefix { $0 != "│" && $0 != "┼" })) }
    #expect(Set(bars).count == 1)
  }

  @Test func cellsCannotMoveTheCursor() throws {
    let text = try print(.table, ["a"], [["x\ny\u{1B}[31m\tz"]])
    #expect(!text.contains("\u{1B}"))
    #expect(text.contains("x\\ny\\u{1b}[31m\\tz"))
  }

  @Test func wideTablesAreCutToTheTerminal() throws {
    let text = try print(.table, ["a", "b"], [[.string(String(repeating: "x", count: 200)), 1]], width: 40)
    for line in text.split(separator: "\n") { #expect(TextWidth.of(String(line)) <= 40) }
    #expect(text.contains("…"))
  }

  @Test func csvQuotesWhatItMust() throws {
    let text = try print(.csv, ["a", "b,c"], [["x\"y", nil], ["line\nbreak", 1.5], [[1, "a"], true]])
    #expect(text == "a,\"b,c\"\n\"x\"\"y\",\n\"line\nbreak\",1.5\n\"[1,\"\"a\"\"]\",true\n")
  }

  @Test func jsonIsOneArray() throws {
    #expect(try print(.json, ["a"], [[1], ["x"]]) == "[\n  {\"a\":1},\n  {\"a\":\"x\"}\n]\n")
    #expect(try print(.json, ["a"], []) == "[]\n")
    #expect(try print(.jsonl, ["a", "b"], [[1, nil]]) == "{\"a\":1,\"b\":null}\n")
  }

  @Test func linesAndMarkdown() throws {
    #expect(try print(.line, ["a", "long"], [[1, 2], [3, 4]]) == "   a = 1\nlong = 2\n\n   a = 3\nlong = 4\n")
    #expect(try print(.markdown, ["a", "b"], [["x|y", 2]]) == "| a | b |\n| --- | ---: |\n| x\\|y | 2 |\n")
  }

  @Test func summariesSpeakPlainly() {
    var statistics = QueryStatistics()
    #expect(Summary.text(rows: 1, statistics: statistics) == "1 row")
    #expect(Summary.text(rows: nil, statistics: statistics) == "No changes")
    statistics.nodesCreated = 2
    statistics.propertiesSet = 1
    #expect(Summary.text(rows: nil, statistics: statistics) == "Created 2 nodes, set 1 property")
    #expect(Summary.text(rows: 1200, statistics: statistics) == "1,200 rows; created 2 nodes, set 1 property")
    #expect(Summary.grouped(1_234_567) == "1,234,567")
    #expect(Summary.duration(seconds: 0.00042) == "0.42 ms")
    #expect(Summary.duration(seconds: 125) == "2 min 5 s")
    #expect(Summary.bytes(1536) == "1.5 KiB")
  }
}
