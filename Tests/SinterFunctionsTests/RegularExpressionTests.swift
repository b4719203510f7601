import SinterFunctions
import SinterModel
import Testing

@Suite struct RegularExpressionTests {
  @Test(arguments: [
    ("abc", "abc", true), ("abc", "abcd", false), ("", "", true), ("", "a", false), ("a*", "aaa", true), ("a+", "", false),
    ("a?b", "b", true), ("a{2}", "aa", true), ("a{2}", "aaa", false), ("a{2,}", "aaaa", true), ("a{1,3}", "aaaa", false),
    ("a{0}b", "b", true), ("(ab|c)+d", "abcabd", true), ("(ab|c)+d", "acd", false), ("a|b|c", "c", true), ("(|a)b", "b", true),
    (".*ell.*", "hello", true), (".*", "a\nb", false), ("(?s).*", "a\nb", true), ("(?i)HELLO", "hElLo", true),
    ("(?i)[a-c]+", "ABC", true), ("(?i:a)b", "AB", false), ("(?i:a)b", "Ab", true), ("a(?i)b", "aB", true),
    ("a(?i)b", "AB", false),
    ("[^a-c]+", "xyz", true), ("[^a-c]+", "xbz", false), ("[]a]+", "]a", true), ("[a\\-z]+", "a-z", true), ("[-a]+", "-a", true),
    ("[a-c[x-z]]+", "axz", true), ("\\d{4}-\\d{2}", "2020-01", true), ("\\w+\\s\\w+", "two words", true),
    ("\\D\\W\\S", "a b", true),
    ("\\.", ".", true), ("\\.", "a", false), ("\\Qa.b\\E", "a.b", true), ("\\Qa.b\\E", "axb", false),
    ("\\x41\\u0042", "AB", true),
    ("\\x{1F600}", "😀", true), (".", "😀", true), ("商.", "商品", true), ("\\p{L}+", "añ商", true), ("\\p{IsHan}+", "商品", true),
    ("\\P{L}+", "123", true), ("^abc$", "abc", true), ("a^b", "ab", false), ("(?m)a\n^b$", "a\nb", true),
    ("\\bfoo\\b.*", "foo bar", true),
    ("foo\\bbar", "foobar", false), ("(?<year>\\d+)", "12", true), ("(?:ab){2}", "abab", true), ("a{2}{3}", "aaaaaa", true),
    ("(a*)*", "aaaa", true), ("(a|b)*?c", "ababc", true), ("(?x) a b # c", "ab", true), ("(()|a)+", "aa", true),
    (".*phone.*", "a phone case", true), (".*phone.*", "a fone case", false), ("ab*c", "ac", true), ("ab*c", "abbc", true),
    (".*ab*", "xa", true), ("a.b*c.*", "axc", true), ("abc.*", "xabc", false), ("é.*", "é1", true),
    (".\u{301}", "e\u{301}", true), ("ae\u{301}*", "ae", true),
  ])
  func whole(_ pattern: String, _ text: String, _ expected: Bool) throws {
    #expect(try RegularExpression(pattern).matches(text) == expected)
  }

  @Test(arguments: [
    "(", ")", "a)", "[", "[a", "*", "a**+", "(?=a)", "(?<!a)", "(?>a)", "(a)\\1",
    "\\", "a{2", "a{3,1}", "a{5000}", "\\p{Banana}", "\\y", "[b-a]",
    "(?q)a", "[a&&b]", "\\xZZ", "a{99999999999999999999}",
  ])
  func refused(_ pattern: String) {
    let error = #expect(throws: SinterError.self) { try RegularExpression(pattern) }
    #expect(error?.code.rawValue == "ArgumentError.InvalidArgumentValue")
  }

  @Test func patternsThatMakeBacktrackersBlowUpAreFast() throws {
    let text = String(repeating: "a", count: 5_000)
    for pattern in ["(a+)+b", "(a|aa)*b", "(a*)*b", "(.*)(.*)(.*)(.*)b", "(a|a)*b"] {
      #expect(try !RegularExpression(pattern).matches(text))
    }
  }

  @Test func sizeAndDepthAreBounded() {
    for pattern in ["(((a{1000}){1000}){1000})"] + ["(", "[", "a"].map({ String(repeating: $0, count: 100_000) }) {
      #expect(throws: SinterError.self) { try RegularExpression(pattern) }
    }
  }
}
