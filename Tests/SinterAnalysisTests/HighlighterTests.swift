import SinterAnalysis
import Testing

@Suite("Highlights")
struct HighlighterTests {
  private func shown(_ text: String, _ query: String, _ analyzer: String? = nil, _ fragment: Int? = nil, html: Bool = false) throws -> String {
    var style = Highlighter.Style()
    style.before = "["
    style.after = "]"
    style.fragmentLength = fragment
    style.escapesHTML = html
    return try Highlighter(query, Analyzer.named(analyzer)).highlighted(text, style)
  }

  @Test("Marks stand around what is looked for", arguments: [
    ("Red Café spatula", "cafe", "Red [Café] spatula"), ("Red Café spatula", "red spatula", "[Red] Café [spatula]"),
    ("Red Café spatula", "spat*", "Red Café [spatula]"), ("Red Café spatula", "sptula~1", "Red Café [spatula]"),
    ("Red Café spatula", "s*a", "Red Café [spatula]"), ("Red Café spatula", "+red -cafe", "[Red] Café spatula"),
    ("new york, york new, new york", "\"new york\"", "[new] [york], york new, [new] [york]"),
    ("東京都の都", "東京", "[東京]都の都"), ("東京都の都", "都", "東京[都]の[都]"), ("東京都の都", "東京都", "[東京都]の都"),
    ("pizza🍕", "🍕", "pizza[🍕]"), ("nothing", "other", "nothing"), ("", "x", ""), ("a b", "", "a b"), ("x title:y", "title:x", "[x] title:y"),
  ])
  func marks(text: String, query: String, expected: String) throws {
    #expect(try shown(text, query) == expected)
  }

  @Test("Stems are marked as words")
  func stems() throws {
    #expect(try shown("Runs, running, ran", "run", "english") == "[Runs], [running], ran")
  }

  @Test("A fragment is around the most marks and ends between words")
  func fragments() throws {
    let text = "one two three four five six seven eight nine ten eleven twelve"
    #expect(try shown(text, "eleven twelve", nil, 20).hasSuffix("[eleven] [twelve]"))
    #expect(try shown(text, "one", nil, 12) == "[one] two…")
    let middle = try shown(text, "six", nil, 20)
    #expect(middle.hasPrefix("…") && middle.hasSuffix("…") && middle.contains("[six]"))
    #expect(try shown(text, "absent", nil, 9) == "one two…")
    #expect(try shown(text, "six", nil, 1_000) == text.replacing("six", with: "[six]"))
  }

  @Test("Markup of the text is text")
  func html() throws {
    #expect(try shown("a <b> & \"c\"", "b", html: true) == "a &lt;[b]&gt; &amp; &quot;c&quot;")
  }
}
