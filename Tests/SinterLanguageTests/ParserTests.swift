import SinterModel
import Testing

@testable import SinterLanguage

/// The shape of trees, written as text with every operator in parentheses.
@Suite struct ParserTests {
  private func expression(_ text: String) throws -> Expression {
    guard case .query(let query) = try parse("RETURN " + text).body, case .return(let projection) = query.first.clauses[0].kind
    else { throw SinterError("TestError.NoExpression", "no RETURN") }
    return projection.items[0].expression
  }

  private func clause(_ text: String) throws -> Clause.Kind {
    guard case .query(let query) = try parse(text).body else { throw SinterError("TestError.NoQuery", "no query") }
    return query.first.clauses[0].kind
  }

  /// A compact form of the operators of a tree.
  private func shape(_ e: Expression) -> String {
    switch e.kind {
    case .literal(.integer(let value)): return "\(value)"
    case .literal(.float(let value)): return "\(value)"
    case .literal(.string(let value)): return "'\(value)'"
    case .literal(.boolean(let value)): return "\(value)"
    case .literal: return "null"
    case .variable(let name): return name
    case .parameter(let name): return "$" + name
    case .property(let target, let key): return shape(target) + "." + key
    case .element(let target, let key): return shape(target) + "[" + shape(key) + "]"
    case .list(let items): return "[" + items.map(shape).joined(separator: ",") + "]"
    case .unary(let operation, let operand): return "\(operation)(\(shape(operand)))"
    case .binary(let operation, let left, let right): return "(\(shape(left)) \(operation) \(shape(right)))"
    case .comparison(let operands, let operators):
      return "(" + zip(operands, operators.map { " \($0) " } + [""]).map { shape($0) + $1 }.joined() + ")"
    case .function(let name, let distinct, let arguments):
      return name + "(" + (distinct ? "DISTINCT " : "") + arguments.map(shape).joined(separator: ",") + ")"
    case .countStar: return "count(*)"
    case .hasLabels(let target, _): return shape(target) + ":…"
    case .listComprehension(let variable, let list, let filter, let projection):
      return "[\(variable) IN \(shape(list)) WHERE \(filter.map(shape) ?? "-") | \(projection.map(shape) ?? "-")]"
    case .patternPredicate: return "pattern"
    case .patternComprehension: return "patterns"
    case .subquery(let kind, _): return "\(kind){}"
    default: return "?"
    }
  }

  @Test(arguments: [
    ("1 + 2 * 3", "(1 add (2 multiply 3))"),
    ("1 - 2 - 3", "((1 subtract 2) subtract 3)"),
    ("2 ^ 3 ^ 2", "((2 power 3) power 2)"),
    ("-3 ^ 2", "(-3 power 2)"),
    ("- a ^ 2", "(minus(a) power 2)"),
    ("NOT a = b AND c", "(not((a equal b)) and c)"),
    ("a OR b XOR c AND d", "(a or (b xor (c and d)))"),
    ("a AND b AND c AND d", "((a and b) and (c and d))"),
    ("1 < x <= 3", "(1 less x lessOrEqual 3)"),
    ("a = b IN c", "(a equal (b in c))"),
    ("[1] + 2 IN [3] + 4", "(([1] add 2) in ([3] add 4))"),
    ("a IS NOT NULL = b IS NULL", "(isNotNull(a) equal isNull(b))"),
    ("a STARTS WITH 'x' OR a =~ 'y'", "((a startsWith 'x') or (a matches 'y'))"),
    ("'a' || 'b' || c", "(('a' concatenate 'b') concatenate c)"),
    ("a.b.c[1].d", "a.b.c[1].d"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("0x1F + 0o17 + -0x8000000000000000", "((31 add 15) add -9223372036854775808)"),
    (".5 + 1e-3 + 1_000", "((0.5 add 0.001) add 1000)"),
    ("'a\\n\\u00e9\\U0001F600\\uD83D\\uDE00\\''", "'a\né😀😀''"),
    ("\"it's\"", "'it's'"),
    ("`odd ``name`.x", "odd `name.x"),
    ("$0 + $`a b` + $limit", "(($0 add $a b) add $limit)"),
    ("apoc.text.join(DISTINCT [1], x)", "apoc.text.join(DISTINCT [1],x)"),
    ("COUNT( * )", "count(*)"),
    ("[x IN xs WHERE x:A | x.n]", "[x IN xs WHERE x:… | x.n]"),
    ("[x IN xs]", "[x IN xs WHERE - | -]"),
    ("[x IN xs, 2]", "[(x in xs),2]"),
    ("[x IN CASE a WHEN 1, 2 THEN b END | x]", "[x IN ? WHERE - | x]"),
    ("(a)-(b)", "(a subtract b)"),
    ("(a)--(b)", "pattern"),
    ("(a)--1", "(a subtract -1)"),
    ("(a) <-1", "(a less -1)"),
    ("(a)<-[:T]-(b)", "pattern"),
    ("[(a)-->(b) | b.x]", "patterns"),
    ("[(a)-->(b), 1]", "[pattern,1]"),
    ("exists(a.b)", "isNotNull(a.b)"),
    ("EXISTS { (a)-->(b) }", "exists{}"),
    ("count { MATCH (a) RETURN a }", "count{}"),
    ("all + any.x + none(1)", "((all add any.x) add none(1))"),
    ("score + source + why + model", "(((score add source) add why) add model)"),
  ])
  func operatorsBindAsTheyShould(_ text: String, _ expected: String) throws {
    #expect(shape(try expression(text)) == expected)
  }

  @Test func columnsAreTheSourceText() throws {
    guard case .return(let projection) = try clause("RETURN count( * ), (a .b), 1  AS x, `c d`") else { return }
    #expect(projection.items.map(\.columnName) == ["count( * )", "(a .b)", "x", "c d"])
  }

  @Test func keywordsAreNames() throws {
    for word in keywordNames {
      #expect(throws: Never.self, "\(word)") {
        _ = try parse("MATCH (n:\(word) {\(word): 1})-[r:\(word)]->() RETURN n.\(word) AS \(word), {\(word): 1} AS m")
      }
    }
    for word in [
      "predict", "deposit", "retract", "recommend", "why", "search", "score", "confidence", "source", "evidence", "model", "rule",
    ] {
      #expect(throws: Never.self, "\(word)") {
        _ = try parse("MATCH (\(word):A)-[x]->() WHERE \(word).a = \(word)(1) WITH \(word) RETURN \(word) ORDER BY \(word)")
      }
    }
  }

  @Test func patternsHaveTheirParts() throws {
    guard
      case .match(let match) = try clause(
        "MATCH p = ANY SHORTEST (a:A&!B)<-[r:X|Y*2..4 {k: 1}]-(b) ((c)-[:T]->+(d) WHERE c.x)* (e) RETURN p")
    else {
      Issue.record("no MATCH")
      return
    }
    let pattern = match.patterns[0]
    #expect(pattern.variable?.text == "p")
    #expect(pattern.selector == .shortest(.literal(1)))
    #expect(pattern.steps.count == 2)
    guard case .relationship(let r) = pattern.steps[0].link, case .group(let group) = pattern.steps[1].link else {
      Issue.record("wrong links")
      return
    }
    #expect(r.orientation == .incoming)
    #expect(r.length?.minimum == 2 && r.length?.maximum == 4)
    #expect(group.minimum == 0 && group.maximum == nil && group.filter != nil)
    #expect(pattern.steps[1].node.variable?.text == "e")
  }

  @Test func recommendTakesItsPiecesInAnyOrder() throws {
    for text in [
      "RECOMMEND (i:Item) FOR u USING copurchase 0.5, transe $w WHERE i.price < 50 DIVERSE BY i.category STRENGTH 0.3 LIMIT 10 SCORE AS s BECAUSE AS why",
      "RECOMMEND (i:Item) FOR u LIMIT 10 BECAUSE AS why SCORE AS s DIVERSE BY i.category STRENGTH 0.3 EXCLUDE BOUGHT WHERE i.price < 50 USING copurchase 0.5, transe $w",
    ] {
      guard case .recommend(let clause) = try clause("\(text) RETURN i") else {
        Issue.record("no RECOMMEND")
        return
      }
      #expect(clause.scorers.map(\.name.text) == ["copurchase", "transe"])
      #expect(clause.filter != nil && clause.diverseBy != nil && clause.strength != nil && clause.limit != nil)
      #expect(clause.score?.text == "s" && clause.because?.text == "why")
    }
    guard case .recommend(let clause) = try clause("RECOMMEND (i) FOR u EXCLUDE NONE USING STRATEGY spring RETURN i") else {
      return
    }
    #expect(clause.excludedTypes?.isEmpty == true && clause.strategy?.text == "spring")
  }

  @Test func commandsParse() throws {
    for text in [
      "CREATE INDEX FOR (n:A) ON (n.x)", "CREATE INDEX a IF NOT EXISTS FOR (n:A) ON (n.x, n.y)", "CREATE INDEX ON :A(x)",
      "CREATE FULLTEXT INDEX t FOR (n:A|B) ON EACH [n.x, n.y]", "CREATE VECTOR INDEX v FOR (n:A) ON n.e OPTIONS {dimensions: 3}",
      "CREATE RANGE INDEX FOR ()-[r:T]-() ON (r.x)", "CREATE LOOKUP INDEX l FOR (n) ON EACH labels(n)",
      "CREATE CONSTRAINT c FOR (n:A) REQUIRE n.x IS UNIQUE", "CREATE CONSTRAINT FOR (n:A) REQUIRE (n.x, n.y) IS NODE KEY",
      "CREATE CONSTRAINT IF NOT EXISTS FOR ()-[r:T]-() REQUIRE r.x IS NOT NULL",
      "CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS :: STRING",
      "CREATE CONSTRAINT ON (n:A) ASSERT n.x IS UNIQUE", "DROP INDEX a IF EXISTS", "DROP CONSTRAINT c", "DROP MODEL m",
      "DROP RULE r IF EXISTS",
      "DROP STRATEGY s", "SHOW INDEXES", "SHOW FUNCTIONS YIELD name WHERE name STARTS WITH 'a'", "SHOW RULES WHERE true",
      "TRAIN MODEL m",
      "TRAIN MODEL m ON BOUGHT, :VIEWED WITH {dimension: 64}", "USE MODEL m VERSION 3",
      "CREATE STRATEGY s AS copurchase 0.5, transe 0.3",
      "CREATE RULE r AS MATCH (a)-[:X]->(b) DEPOSIT (a)-[:Y]->(b) CONFIDENCE 0.4", "EXPLAIN MATCH (n) RETURN n",
      "PROFILE RETURN 1;",
      "MATCH (n) USING INDEX n:A(x) USING SCAN n:A USING JOIN ON n WHERE n.x = 1 RETURN n",
      "LOAD CSV WITH HEADERS FROM 'f' AS row FIELDTERMINATOR ';' FINISH",
      "MATCH (n:$(x)) SET n[$k] = 1, n:$(y):Z REMOVE n[$k], n:Z", "MATCH (n IS A WHERE n.x > 1)-[r IS T WHERE r.y]->() RETURN n",
    ] {
      #expect(throws: Never.self, "\(text)") { _ = try parse(text) }
    }
  }

  @Test func scriptsSplitWhereTheyShould() throws {
    let script = "RETURN ';' AS a; // not; here\nRETURN `;` /* ; */;;\n RETURN 1 AS one"
    #expect(splitScript(script) == ["RETURN ';' AS a", "RETURN `;` /* ; */", "RETURN 1 AS one"])
    #expect(try parseScript(script).count == 3)
    do throws(SinterError) {
      _ = try parseScript("RETURN 1;\nRETURN +;")
      Issue.record("accepted")
    } catch {
      #expect(error.position?.line == 2)
    }
  }

  @Test(arguments: [
    ("RETURN 1;", true), ("RETURN 1", false), ("RETURN ';", false), ("RETURN 1; // done", true), ("RETURN 1 /* ;", false),
    ("RETURN `;", false),
    (";", true), ("", false),
  ])
  func completeStatementsEndWithASemicolon(_ text: String, _ expected: Bool) {
    #expect(isCompleteStatement(text) == expected)
  }
}
