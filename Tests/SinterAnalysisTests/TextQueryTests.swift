import SinterAnalysis
import SinterModel
import Testing

@Suite("Full-text queries")
struct TextQueryTests {
  /// A query in a form that shows its structure.
  private func text(_ query: TextQuery) -> String {
    func words(_ words: TextQuery.Words) -> String { (words.field.map { $0 + ":" } ?? "") + words.text }
    switch query {
    case .word(let w): return words(w)
    case .phrase(let w, let slop): return "'\(words(w))'~\(slop)"
    case .prefix(let w): return words(w) + "…"
    case .pattern(let w, _): return "/\(words(w))/"
    case .fuzzy(let w, let edits): return words(w) + "~\(edits)"
    case .all: return "ALL"
    case .boosted(let inner, let boost): return "\(text(inner))^\(boost)"
    case .boolean(let clauses):
      let parts = clauses.map { clause in
        (clause.occurrence == .must ? "+" : clause.occurrence == .mustNot ? "-" : "") + text(clause.query)
      }
      return "(" + parts.joined(separator: " ") + ")"
    }
  }

  @Test("What is written is what is asked", arguments: [
    ("red shoes", "(red shoes)"), ("red OR shoes", "(red shoes)"), ("red AND shoes", "((+red +shoes))"),
    ("a OR b AND c", "(a (+b +c))"), ("a b AND c d", "(a (+b +c) d)"), ("a && b || c", "((+a +b) c)"),
    ("+red -blue !green NOT white", "(+red -blue -green -white)"), ("a AND NOT b", "((+a -b))"),
    ("(a OR b) AND c", "((+(a b) +c))"), ("((a))", "(((a)))"),
    ("\"red shoes\"", "('red shoes'~0)"), ("\"red shoes\"~3", "('red shoes'~3)"), ("\"a \\\" b\"", "('a \" b'~0)"),
    ("sh* t?st *", "(sh… /t?st/ ALL)"), ("*:*", "(ALL)"), ("*ing", "(/*ing/)"),
    ("spatual~ foo~1 bar~0", "(spatual~2 foo~1 bar)"), ("red^2 \"a b\"^0.5 (a b)^3", "(red^2.0 'a b'~0^0.5 (a b)^3.0)"),
    ("title:red title:\"a b\" title:sh*", "(title:red 'title:a b'~0 title:sh…)"), ("title:(red blue) x", "((title:red title:blue) x)"),
    ("wi-fi c++ rock'n'roll AC/DC", "(wi-fi c++ rock'n'roll AC/DC)"), ("Spatula - red + blue", "(Spatula - red + blue)"),
    ("a\\:b \\(c\\) \\*", "(a:b (c) *)"), ("and or not", "(and or not)"), ("ANDROID ORANGE NOTE", "(ANDROID ORANGE NOTE)"),
    ("", "()"), ("   ", "()"), ("東京 OR 大阪", "(東京 大阪)"), ("a\u{3000}b", "(a b)"), ("50% off & more | less", "(50% off & more | less)"),
  ])
  func structure(query: String, expected: String) throws {
    #expect(text(try TextQueryParser.parse(query)) == expected)
  }

  @Test("A slip is an error at its place", arguments: [
    ("red (blue", 4), ("red) blue", 3), ("\"red", 0), ("OR red", 0), ("red OR", 4), ("red AND", 4), ("AND red", 0), ("a OR OR b", 5),
    ("a AND OR b", 2), ("()", 0), ("red^", 3), ("red^0", 3), ("red^x", 3), ("a~7", 1), ("[1 TO 2]", 0), ("a:b:c", 3), ("title: x", 5),
    ("x\\", 1), ("^", 0), ("~", 0), (":", 0), ("*~1", 0), ("\"a\"~", 3), ("(a AND)", 3), ("{a", 0), ("NOT", -1),
  ])
  func errors(query: String, start: Int) throws {
    if start < 0 {
      // A lone NOT at the end of the text is a sign without anything behind it.
      #expect(throws: SinterError.self) { try TextQueryParser.parse(query) }
      return
    }
    do {
      let parsed = try TextQueryParser.parse(query)
      Issue.record("\(query) was taken as \(text(parsed))")
    } catch let error as SinterError {
      #expect(error.code == "FulltextError.Syntax")
      #expect(error.span?.start == start, "\(query): \(error.message)")
      #expect(error.queryText == query)
    }
  }

  @Test("Depth and length have limits")
  func limits() {
    let deep = String(repeating: "(", count: 10_000) + "a" + String(repeating: ")", count: 10_000)
    #expect(throws: SinterError.self) { try TextQueryParser.parse(deep) }
    #expect(throws: SinterError.self) { try TextQueryParser.parse(String(repeating: "a ", count: 5_000)) }
    #expect(throws: SinterError.self) { try TextQueryParser.parse(String(repeating: "a", count: 1 << 17)) }
  }

  @Test("Escaped text is searched for as it is", arguments: [
    "a+b (c) \"d\" e:f g* h? i~ j^2 [k] {l} m\\n o&&p q||r -s !t", "AND OR NOT", "AND", " x  y ", "50 % / 3", "",
  ])
  func escapes(text original: String) throws {
    let parsed = try TextQueryParser.parse(TextQueryParser.escape(original))
    guard case .boolean(let clauses) = parsed else { return }
    var words: [String] = []
    for clause in clauses {
      guard case .word(let word) = clause.query else {
        Issue.record("\(original) has a part that is no word")
        return
      }
      words.append(word.text)
    }
    #expect(words == original.split(separator: " ").map(String.init))
  }

  @Test("Any text is a query or an error", arguments: 0..<200)
  func anything(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 99
    let pieces = ["a", "b", " ", " ", "(", ")", "\"", "*", "?", "~", "^", "1", "2", ":", "\\", "+", "-", "!", "AND ", " OR ", "NOT ", "é", "東", "[", "&&"]
    var query = ""
    for _ in 0..<20 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      query += pieces[Int(state >> 20) % pieces.count]
    }
    do {
      _ = try TextQueryParser.parse(query)
      _ = try Highlighter(query, Analyzer.named(nil)).highlighted("a b 東 é ab 12", Highlighter.Style())
    } catch {
      #expect(error.span != nil, "\(query)")
    }
  }

  @Test("Near terms are those within the edits, whatever came before them", arguments: [1, 2])
  func fuzzy(edits: Int) {
    var state: UInt64 = 7
    func next(_ count: Int) -> Int {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Int(state >> 33) % count
    }
    for _ in 0..<30 {
      func word() -> String { String((0..<next(7)).map { _ in Character(["a", "b", "c"][next(3)]) }) }
      let target = word() + "a"
      var matcher = FuzzyMatcher(target.unicodeScalars.map(\.value), edits: edits)
      for term in Set((0..<300).map { _ in word() + "b" }).sorted() {
        let distance = osa(Array(target.unicodeScalars), Array(term.unicodeScalars))
        #expect(matcher.distance(term.unicodeScalars.map(\.value)) == (distance <= edits ? distance : nil), "\(target) \(term)")
      }
    }
  }

  private func osa(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count {
      for j in 0...b.count {
        if i == 0 || j == 0 {
          rows[i][j] = i + j
          continue
        }
        rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1) }
      }
    }
    return rows[a.count][b.count]
  }
}
