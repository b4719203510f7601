import SinterExecute
import SinterModel
import Testing

/// Whatever holds or makes much accounts for it: greedy statements end in an error that says which limit they met, and
/// frugal ones over as many rows do not.
@Suite(.serialized) struct BudgetTests {
  private let engine: TestEngine

  init() throws {
    engine = try TestEngine()
    #expect(engine.run("UNWIND range(1, 40) AS i CREATE (:N {i: i, s: toString(i)})").error == nil)
    #expect(engine.run("MATCH (a:N), (b:N) WHERE a <> b CREATE (a)-[:E]->(b)").error == nil)
    #expect(engine.run("CREATE INDEX FOR (n:N) ON (n.i)").error == nil)
  }

  private func run(_ text: String, mebibytes: Int = 16) -> Outcome {
    var options = QueryOptions()
    options.memoryLimitBytes = mebibytes << 20
    options.timeoutSeconds = 60
    return engine.run(text, [:], options)
  }

  private func expectUsable() {
    #expect(engine.run("MATCH (n:N) RETURN count(n)").lines == ["40"])
    #expect(engine.run("MATCH ()-[r]->() RETURN count(r)").lines == ["1560"])
  }

  private static let pairs = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b "

  @Test(arguments: [
    pairs + "RETURN count(DISTINCT a * 100000 + b)",
    pairs + "RETURN sum(DISTINCT a * 100000.5 + b)",
    pairs + "RETURN collect(DISTINCT a * 100000 + b)",
    pairs + "RETURN a * 100000 + b AS k, avg(b)",
    pairs + "RETURN toString(a * b) AS k ORDER BY k",
    pairs + "RETURN a * 100000 + b AS k ORDER BY -k LIMIT 10000000",
    pairs + "RETURN percentileDisc(b, 0.5)",
    pairs + "RETURN stDev(a), collect(null), collect(b)",
    pairs + "WITH DISTINCT a, b RETURN count(*)",
    "UNWIND [] AS a RETURN collect(a) UNION " + pairs + "RETURN collect(a)",
    pairs + "CALL (a, b) { CREATE (:M {a: a, b: b}) RETURN 1 AS one } RETURN count(one)",
    pairs + "FOREACH (x IN [a] | CREATE (:M {x: x}))",
    pairs + "MERGE (:M {a: a, b: b})",
    "FOREACH (i IN range(1, 600000) | CREATE (:M {i: i, s: 'a text of some length ' + toString(i)}))",
    "UNWIND range(1, 600000) AS i CREATE (:M {i: i, s: 'a text of some length ' + toString(i)})",
    "MATCH (n:N) UNWIND range(1, 100000) AS i SET n.x = i",
    "MATCH (a:N) RETURN COLLECT { MATCH (b:N), (c:N), (d:N), (e:N) RETURN b.s } AS l",
    "MATCH p = (a:N {i: 1})-[*4..5]->(b) RETURN collect(p)",
    "MATCH (a:N {i: 1})-[r*4..5]->(b) WITH r, b ORDER BY b.i RETURN count(*)",
    "RETURN [(a:N {i: 1})-[*5]->(b) | b.i]",
    "MATCH (a:N {i: 1}), (b:N {i: 2}) MATCH p = (a)-[*1..6]->(b) RETURN collect(nodes(p))",
    "RETURN size(reduce(s = [], x IN range(1, 200) | s + range(1, 50000)))",
    "RETURN size(reduce(s = '', x IN range(1, 1000) | s + s + 'x'))",
    "WITH reduce(s = 'x', i IN range(1, 16) | s + s) AS t RETURN size(replace(t, 'x', t))",
    "WITH reduce(s = 'x,', i IN range(1, 21) | s + s) AS t RETURN size(split(t, ','))",
    "WITH reduce(s = 'x', i IN range(1, 18) | s + s) AS t UNWIND range(1, 1000) AS i RETURN t + toString(i) AS u",
    "WITH reduce(s = 'x', i IN range(1, 18) | s + s) AS t UNWIND range(1, 1000) AS i RETURN [t + i, toUpper(t + i)] AS u",
    "UNWIND range(1, 1000) AS k RETURN [x IN range(1, 30000) | {a: x, b: [k]}]",
    "UNWIND range(1, 2000) AS k WITH range(k, 12000) AS l RETURN reverse(l)",
    "UNWIND range(1, 2000) AS k WITH range(1, 12000) AS l, k RETURN l[k..]",
  ]) func greedy(_ text: String) {
    let outcome = run(text)
    #expect(outcome.error?.code == "LimitError.Memory", "\(text): \(outcome.error.map { "\($0)" } ?? "\(outcome.rows.count) rows")")
    #expect(outcome.error?.message.contains("16 MiB") == true)
    expectUsable()
  }

  /// What passes through takes no budget.
  @Test(arguments: [
    ("UNWIND range(1, 300000) AS a RETURN count(a)", "300000"),
    ("UNWIND range(1, 300000) AS a RETURN count(DISTINCT a % 10)", "10"),
    ("UNWIND range(1, 300000) AS a WITH a % 7 AS k, count(*) AS n RETURN count(k), sum(n)", "7 | 300000"),
    ("UNWIND range(1, 300000) AS a WITH a ORDER BY -a LIMIT 3 RETURN sum(a)", "899997"),
    ("MATCH (a:N)-->(b)-->(c)-->(d) RETURN count(*)", "2371200"),
    ("UNWIND range(1, 300) AS k RETURN sum(size([x IN range(1, 2000) | x + k]))", "600000"),
    ("WITH range(1, 100000) AS l UNWIND range(1, 3000) AS i RETURN sum(coalesce(l, [])[i])", "4504500"),
    ("UNWIND range(1, 20000) AS i MATCH (n:N) WHERE n.i > 0 RETURN count(*)", "800000"),
    ("RETURN reduce(s = 0, x IN range(1, 20000) | s + size([x, x + 1]))", "40000"),
    ("MATCH (a:N {i: 1})-[*1..3]->(b) RETURN count(*)", "60840"),
  ]) func frugal(_ text: String, _ expected: String) {
    let outcome = run(text)
    #expect(outcome.lines == [expected], "\(text): \(outcome.error.map { "\($0)" } ?? "")")
  }

  @Test func longStrings() {
    let outcome = run("RETURN size(reduce(s = '0123456789abcdef', x IN range(1, 30) | s + s))", mebibytes: 4096)
    #expect(outcome.error?.code == "LimitError.StringTooLong", "\(outcome.lines)")
    expectUsable()
  }

  @Test func manyCreateClauses() {
    let count = 5000
    let text = (0..<count).map { "CREATE (n\($0):C {i: \($0)})" }.joined(separator: "\n")
      + (1..<count).map { "\nCREATE (n\($0 - 1))-[:NEXT]->(n\($0))" }.joined()
    let outcome = engine.run(text)
    #expect(outcome.error == nil && outcome.statistics.nodesCreated == count && outcome.statistics.relationshipsCreated == count - 1)
    #expect(engine.run("MATCH (a:C)-[:NEXT]->(b) WHERE b.i = a.i + 1 RETURN count(*)").lines == ["\(count - 1)"])
  }
}
