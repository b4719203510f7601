import SinterAnalysis
import Testing

@Suite("Analysers")
struct AnalyzerTests {
  private func terms(_ text: String, _ name: String? = nil, _ use: Analyzer.Use = .index) throws -> [String] {
    try Analyzer.named(name).terms(of: text, for: use)
  }

  @Test("Words end where Unicode says", arguments: [
    ("WHITE HANGING HEART T-LIGHT HOLDER", ["white", "hanging", "heart", "t", "light", "holder"]),
    ("it's 3.5mm, 1,000 pcs (e.g. node.js)", ["it's", "3.5mm", "1,000", "pcs", "e.g", "node.js"]),
    ("a.b,c;d:e/f\\g", ["a.b", "c", "d", "e", "f", "g"]),
    ("snake_case __x__ _", ["snake_case", "__x__"]),
    ("4K TV 50\" A4", ["4k", "tv", "50", "a4"]),
    ("rock 'n' roll", ["rock", "n", "roll"]),
    ("", []), ("  \t\n", []), ("!?.,", []), ("...", []), ("a.", ["a"]), (".a", ["a"]), ("1.", ["1"]), ("1,a", ["1", "a"]),
  ])
  func words(text: String, expected: [String]) throws {
    #expect(try terms(text) == expected)
  }

  @Test("Case and accents fold", arguments: [
    ("Café CAFÉ cafe\u{301}", ["cafe", "cafe", "cafe"]),
    ("Straße STRASSE ẞ", ["strasse", "strasse", "ss"]),
    ("Ærø Łódź Đakovo smørrebrød œuvre Þór", ["aero", "lodz", "dakovo", "smorrebrod", "oeuvre", "thor"]),
    ("İstanbul ISTANBUL ıstanbul", ["istanbul", "istanbul", "istanbul"]),
    ("Ώμέγα ΣΟΦΟΣ σοφος σοφός", ["ωμεγα", "σοφοσ", "σοφοσ", "σοφοσ"]),
    ("Ёлка ёлка елка", ["елка", "елка", "елка"]),
    ("ﬁsh ＡＢＣ１２", ["fish", "abc12"]),
    ("don\u{2019}t don't", ["don't", "don't"]),
    ("soft\u{AD}hyphen", ["softhyphen"]),
    ("Việt Nam", ["viet", "nam"]),
    ("שָׁלוֹם", ["שלום"]), ("مُحَمَّد", ["محمد"]),
  ])
  func folding(text: String, expected: [String]) throws {
    #expect(try terms(text) == expected)
  }

  @Test("Where accents are kept both ways of writing them are one term")
  func composition() throws {
    #expect(try terms("CAFÉ cafe\u{301}", "standard-no-stop-words") == ["café", "café"])
  }

  @Test("Marks that are vowels stay", arguments: [
    ("हिन्दी", ["हिन्दी"]), ("தமிழ்", ["தமிழ்"]),
  ])
  func vowels(text: String, expected: [String]) throws {
    #expect(try terms(text) == expected)
  }

  @Test("Scripts without spaces become pairs, and a last character")
  func pairs() throws {
    #expect(try terms("東京都") == ["東京", "京都", "都"])
    #expect(try terms("東京都", nil, .query) == ["東京", "京都"])
    #expect(try terms("都", nil, .query) == ["都"])
    #expect(try terms("ひらがな カタカナ") == ["ひら", "らが", "がな", "な", "カタ", "タカ", "カナ", "ナ"])
    #expect(try terms("한국어") == ["한국", "국어", "어"])
    #expect(try terms("新しいiPhone15ケース") == ["新し", "しい", "い", "iphone15", "ケー", "ース", "ス"])
    #expect(try terms("กา กิน").count == 2 + 2)
    // A mark belongs to the character before it.
    #expect(try terms("か\u{3099}き").first == "か\u{3099}き")
    var tokens = TokenBuffer()
    try Analyzer.named(nil).analyze("都", for: .query, into: &tokens)
    #expect(tokens.tokens.map(\.isPrefix) == [true])
  }

  @Test("Emoji are words")
  func emoji() throws {
    #expect(try terms("pizza🍕party 👍🏽!") == ["pizza", "🍕", "party", "👍🏽"])
    #expect(try terms("🇩🇪🇫🇷") == ["🇩🇪", "🇫🇷"])
    #expect(try terms("👨‍👩‍👧x").count == 2)
    #expect(try terms("❤️ ⌚") .contains("⌚"))
  }

  @Test("English is stemmed, stop words leave gaps")
  func english() throws {
    #expect(try terms("The cats' running shoes aren't John's", "english") == ["cat", "run", "shoe", "aren't", "john"])
    var tokens = TokenBuffer()
    try Analyzer.named("english").analyze("shoes for the women", into: &tokens)
    #expect(tokens.tokens.map(\.position) == [0, 3])
    #expect(try terms("the of and", "english").isEmpty)
    #expect(try terms("the of and") == ["the", "of", "and"])
  }

  @Test("The other analysers")
  func others() throws {
    #expect(try terms("Ab-C 12x y's", "simple") == ["ab", "c", "x", "y", "s"])
    #expect(try terms("Ab-C 12x", "whitespace") == ["Ab-C", "12x"])
    #expect(try terms(" Ab-C 12x ", "keyword") == [" Ab-C 12x "])
    #expect(try terms("The Cat", "stop") == ["cat"])
    #expect(try terms("The Café", "standard") == ["café"])
    #expect(try terms("The Café", "cjk") == ["cafe"])
    for analyzer in Analyzer.all {
      #expect(analyzer.terms(of: "").isEmpty)
      #expect(try Analyzer.named(analyzer.name.uppercased()).name == analyzer.name)
    }
  }

  @Test("An unknown analyser is an error with a suggestion")
  func unknown() {
    #expect { try Analyzer.named("engish") } throws: { error in "\(error)".contains("english") }
  }

  @Test("Places in the text are those of the words")
  func offsets() throws {
    let text = "Ein Café für Ærø 東京都"
    var tokens = TokenBuffer()
    try Analyzer.named(nil).analyze(text, into: &tokens)
    let bytes = Array(text.utf8)
    let sources = tokens.tokens.map { String(decoding: bytes[Int($0.sourceStart)..<Int($0.sourceEnd)], as: UTF8.self) }
    #expect(sources == ["Ein", "Café", "für", "Ærø", "東京", "京都", "都"])
  }

  @Test("Long words meet when they are equal, and only then")
  func longWords() throws {
    let a = String(repeating: "a", count: 5_000)
    let one = try terms(a)
    #expect(one == (try terms(a.uppercased())))
    #expect(one[0].utf8.count == Analyzer.termLimitBytes)
    #expect(one != (try terms(a + "b")))
    let accents = String(repeating: "é", count: 5_000)
    #expect(try terms(accents, "keyword")[0].utf8.count <= Analyzer.termLimitBytes)
  }

  @Test("Any text is taken", arguments: 0..<40)
  func anything(seed: UInt64) throws {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func next() -> UInt32 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt32(truncatingIfNeeded: state >> 16)
    }
    var text = ""
    for _ in 0..<200 {
      let limit: UInt32 = [0x80, 0x250, 0x700, 0x3100, 0x10000, 0x10FFFF][Int(next() % 6)]
      if let scalar = Unicode.Scalar(next() % limit) { text.unicodeScalars.append(scalar) }
    }
    for analyzer in Analyzer.all {
      var tokens = TokenBuffer()
      analyzer.analyze(text, into: &tokens)
      var last: Int32 = 0
      for token in tokens.tokens {
        #expect(token.termStart < token.termEnd && Int(token.termEnd) <= tokens.bytes.count)
        #expect(token.sourceStart < token.sourceEnd && Int(token.sourceEnd) <= text.utf8.count && token.sourceStart >= last)
        last = token.sourceStart
        #expect(String(validating: tokens.term(token), as: UTF8.self) != nil, "seed \(seed), \(analyzer.name)")
      }
    }
  }
}
