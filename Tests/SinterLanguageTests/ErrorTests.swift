import SinterModel
import Testing

@testable import SinterLanguage

/// Codes, places and words of errors.
@Suite struct ErrorTests {
  private func failure(_ text: String) throws -> SinterError {
    do throws(SinterError) {
      try check(parse(text), in: TestEnvironment.make(parameters: ["user"]))
    } catch {
      return error
    }
    throw SinterError("TestError.NoError", "`\(text)` has no error")
  }

  /// Code and blamed text of each query's error.
  @Test(arguments: [
    ("RETURN 0x", "SyntaxError.InvalidNumberLiteral", "0x"),
    ("RETURN 12ab", "SyntaxError.InvalidNumberLiteral", "12ab"),
    ("RETURN 0123", "SyntaxError.InvalidNumberLiteral", "0123"),
    ("RETURN 9223372036854775808", "SyntaxError.IntegerOverflow", "9223372036854775808"),
    ("RETURN 0xFFFFFFFFFFFFFFFFF", "SyntaxError.IntegerOverflow", "0xFFFFFFFFFFFFFFFFF"),
    ("RETURN 1e999", "SyntaxError.FloatingPointOverflow", "1e999"),
    ("RETURN '\\uZZZZ'", "SyntaxError.InvalidUnicodeLiteral", "\\uZZZZ"),
    ("RETURN '\\uD800'", "SyntaxError.InvalidUnicodeLiteral", "\\uD800"),
    ("RETURN '\\U00110000'", "SyntaxError.InvalidUnicodeLiteral", "\\U00110000"),
    ("RETURN '\\q'", "SyntaxError.UnexpectedSyntax", "\\q"),
    ("RETURN 42 — 41", "SyntaxError.InvalidUnicodeCharacter", "—"),
    ("RETURN 'abc", "SyntaxError.UnexpectedSyntax", "'"),
    ("MATCH (n) RETURN m", "SyntaxError.UndefinedVariable", "m"),
    ("MATCH (n) RETRUN n", "SyntaxError.UnexpectedSyntax", "RETRUN"),
    ("MATCH (n) WITH n.x RETURN 1", "SyntaxError.NoExpressionAlias", "n.x"),
    ("MATCH () RETURN *", "SyntaxError.NoVariablesInScope", "RETURN *"),
    ("MATCH (n) DELETE n:A", "SyntaxError.InvalidDelete", "n:A"),
    ("MATCH (n)", "SyntaxError.InvalidClauseComposition", "MATCH (n)"),
    ("RETURN 1 AS a MATCH (n) RETURN n", "SyntaxError.InvalidClauseComposition", "RETURN 1 AS a"),
    ("MATCH (a)-[:T*-2]->(b) RETURN a", "SyntaxError.InvalidRelationshipPattern", "-"),
    ("CREATE (a {x: [{y: 1}]})", "TypeError.InvalidPropertyType", "[{y: 1}]"),
    ("MATCH p = (a)-->() WHERE p.x = 1 RETURN p", "SyntaxError.InvalidArgumentType", "p"),
    ("RETURN toUper('a')", "SyntaxError.UnknownFunction", "toUper('a')"),
    ("RETURN toUpper()", "SyntaxError.InvalidNumberOfArguments", "toUpper()"),
    ("RETURN $usr", "ParameterMissing.MissingParameter", "$usr"),
    ("CALL nothing()", "ProcedureError.ProcedureNotFound", "nothing"),
    ("MATCH (u) PREDICT (x)-[:T]->(y) RETURN y", "SyntaxError.InvalidRelationshipPattern", "(x)-[:T]->(y)"),
    ("MATCH (u) PREDICT (u)-[:T]-(y) RETURN y", "SyntaxError.RequiresDirectedRelationship", "-[:T]-"),
    ("MATCH (u) RECOMMEND (u) FOR u RETURN u", "SyntaxError.VariableAlreadyBound", "u"),
    ("MATCH (u) RECOMMEND (i) FOR x RETURN i", "SyntaxError.UndefinedVariable", "x"),
    ("MATCH (u) RECOMMEND (i) FOR u LIMIT -1 RETURN i", "SyntaxError.NegativeIntegerArgument", "-1"),
    ("MATCH (a), (b) DEPOSIT (a)-[:T]-(b)", "SyntaxError.RequiresDirectedRelationship", "-[:T]-"),
    ("MATCH (a), (b) DEPOSIT (a)-->(b)", "SyntaxError.NoSingleRelationshipType", "-->"),
    ("MATCH (a), (b) DEPOSIT (a)-[:T]->(b) CONFIDENCE 1.5", "SyntaxError.InvalidArgumentType", "1.5"),
    ("MATCH (a) SEARCH b IN (VECTOR INDEX v FOR [1] LIMIT 1) RETURN a", "SyntaxError.UndefinedVariable", "b"),
    ("CREATE RULE r AS MATCH (a) CREATE (b)", "SyntaxError.InvalidClauseComposition", "CREATE (b)"),
    ("CREATE RULE r AS MATCH (a) DEPOSIT (a)-[:T]->(b)", "SyntaxError.UndefinedVariable", "(b)"),
    ("CREATE RULE r AS MATCH (a)", "SyntaxError.InvalidClauseComposition", "MATCH (a)"),
    ("MATCH (a) CALL { MATCH (b) WHERE b = a RETURN b } RETURN b", "SyntaxError.UndefinedVariable", "a"),
    ("MATCH (a) CALL (a) { RETURN 1 AS a } RETURN a", "SyntaxError.VariableAlreadyBound", "RETURN 1 AS a "),
  ])
  func errorsNameTheirPlace(_ text: String, _ code: String, _ blamed: String) throws {
    let failure = try failure(text)
    #expect(failure.code.rawValue == code)
    #expect(failure.phase == .compile)
    let span = try #require(failure.span)
    let found = String(decoding: Array(text.utf8)[span.start..<span.end], as: UTF8.self)
    #expect(found == blamed || found.trimmed == blamed.trimmed)
  }

  /// Queries that look wrong and are not.
  @Test(arguments: [
    "MATCH (n) RETURN n:A, count(*) ORDER BY n:A",
    "MATCH (n) RETURN DISTINCT n {.x, y: 1} ORDER BY n {.x, y: 1}",
    "MATCH (n) RETURN n.x IS :: INTEGER AS t, count(*) ORDER BY n.x IS :: INTEGER",
    "MATCH (n) WITH n.a AS a WHERE n.b = 1 RETURN a",
    "MATCH (n) RETURN n.x AS x, count(*) AS c ORDER BY n.x, c",
    "MATCH (a)-[r]->(b) WITH collect(r) AS rs, a, b MATCH (a)-[rs*]->(b) RETURN rs",
    "MATCH (a) WITH collect(a) AS list UNWIND list AS a MATCH (a)-->(b) RETURN b",
    "OPTIONAL MATCH (a) WITH a MATCH (a)-->(b) RETURN b",
    "WITH null AS a MATCH (a)-->(b) RETURN b",
    "MATCH (a) CALL { WITH a MATCH (a)-->(b) RETURN b } RETURN a, b",
    "MATCH (a) CALL (*) { MATCH (a)-->(b) RETURN b UNION MATCH (b) RETURN b } RETURN a, b",
    "MATCH (a) CALL (a) { SET a.x = 1 } FINISH",
    "MATCH (a) WHERE COUNT { (a)-->(b) WHERE b.x = a.x } > 1 RETURN COLLECT { MATCH (a)-->(c) RETURN c.x ORDER BY c.x } AS xs",
    "MATCH (u), (i) WHY NOT (i) FOR u AS why RETURN why",
    "MATCH (u) RECOMMEND (i:Item {a: u.a}) FOR u DIVERSE BY i.category STRENGTH 0.3 SCORE AS s BECAUSE AS w RETURN i, s, w ORDER BY s",
    "MATCH (u), (i) PREDICT (u)-[r]->(i) SCORE AS s RETURN r, s",
    "MATCH (u) DEPOSIT (u)-[f:LIKES]->(t:Tag {name: 'x'}) CONFIDENCE 0.5 RETURN f, t",
    "MATCH ()-[f:LIKES]->() RETRACT f SOURCE 'survey' BECAUSE 'asked to'",
    "CREATE RULE r AS MATCH (a)-[:X]->(b) DEPOSIT (a)-[:Y]->(b)",
    "MATCH (i) SEARCH i IN (FULLTEXT INDEX t FOR $user WHERE i.x > 1 LIMIT 5) SCORE AS s WHERE s > 0.5 RETURN i, s",
    "MATCH (a) ((x)-[r:T]->(y) WHERE x.p < y.p)+ (b) RETURN [n IN x | n.p] AS ps, size(r) AS n",
    "MATCH p = shortestPath((a)-[*]-(b)) RETURN nodes(p), reduce(s = 0, r IN relationships(p) | s + r.w) AS w",
    "MATCH (商品:商品 {名称: 'x'}) RETURN 商品.价格 AS 价格",
  ])
  func soundQueriesPass(_ text: String) {
    #expect(throws: Never.self) { try check(parse(text), in: TestEnvironment.make(parameters: ["user"])) }
  }

  @Test(arguments: [
    ("MATCH (n) RETRUN n", "Did you mean RETURN?"),
    ("MTACH (n) RETURN n", "Did you mean MATCH?"),
    ("MATCH (person) RETURN persn", "Did you mean `person`?"),
    ("MATCH (a), (b) WITH a RETURN b", "left it behind"),
    ("RETURN toUper('a')", "Did you mean `toupper`?"),
    ("RETURN $usr", "Did you mean $user?"),
    ("SHOW INDEXS", "Did you mean INDEXES?"),
    ("RETURN ‘a’", "strings stand in"),
    ("CREATE INDX FOR (n:A) ON (n.x)", "Did you mean INDEX?"),
    ("RETURN 1 AS a RETURN 2 AS b; RETURN 3", "one request holds one statement"),
  ])
  func errorsSayWhatToDo(_ text: String, _ words: String) throws {
    let message = try failure(text).message
    #expect(message.contains(words), "\(message)")
  }

  @Test func renderingPointsAtThePlace() throws {
    let rendered = try failure("MATCH (n)\nRETURN nn.name").rendered()
    #expect(rendered.hasSuffix("  line 2, column 8\n  | RETURN nn.name\n  |        ^^"), "\(rendered)")
  }

  @Test func renderingAllowsForTabsAndWideCharacters() throws {
    let rendered = try failure("RETURN\t'商品' + x").rendered()
    #expect(rendered.hasSuffix("  line 1, column 15\n  | RETURN    '商品' + x\n  |                    ^"), "\(rendered)")
  }

  @Test func renderingCutsLongLines() throws {
    let long =
      "RETURN " + (0..<500).map { "\($0)" }.joined(separator: ", ") + ", x, " + String(repeating: "1, ", count: 1_000) + "2"
    let lines = try failure(long).rendered().split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[2].count < 120)
    let caret = try #require(lines[3].firstIndex(of: "^"))
    #expect(
      lines[2][lines[2].index(lines[2].startIndex, offsetBy: lines[3].distance(from: lines[3].startIndex, to: caret))] == "x")
  }

  @Test func renderingOfErrorsAtTheEndAndWithoutText() throws {
    #expect(try failure("RETURN").rendered().contains("^"))
    #expect(SinterError("LimitError.Timeout", "too slow").rendered() == "LimitError.Timeout: too slow")
  }
}

extension String {
  fileprivate var trimmed: Substring { drop { $0 == " " }.dropLast(hasSuffix(" ") ? 1 : 0) }
}
