import Sinter
import TestSupport
import Testing

/// Questions that are too long, too deep, empty or no text, and learning that is asked for what is not there.
@Suite struct QueryInputTests {
  private let shop = Workshop()

  private func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  @Test func longAndDeepQueries() {
    let deep = 10_000
    // The statement, its exit status and what its error says.
    let cases: [(name: String, text: String, status: Int32, error: String)] = [
      ("a string of 1 MB", "RETURN size('\(repeated("x", 1_000_000))') AS n", 0, ""),
      ("a list of 1 MB", "RETURN size([\(repeated("1,", 500_000))1]) AS n", 0, ""),
      ("a word of 1 MB", repeated("x", 1_000_000), 1, "SyntaxError.UnexpectedSyntax"),
      ("a sum of 1 MB", "RETURN \(repeated("1+", 500_000))1 AS n", 4, "LimitError.QueryTooDeep"),
      ("clauses of 1 MB", "\(repeated("WITH 1 AS a ", 80_000))RETURN a", 4, "LimitError.QueryTooLong"),
      ("unions of 1 MB", "\(repeated("RETURN 1 AS x UNION ", 50_000))RETURN 1 AS x", 4, "LimitError.QueryTooLong"),
      ("a path of 1 MB", "MATCH ()\(repeated("-->()", 200_000)) RETURN 1", 4, "LimitError.QueryTooLong"),
      ("nodes of 1 MB", "MATCH ()\(repeated(",()", 300_000)) RETURN 1", 4, "LimitError.QueryTooLong"),
      ("a path of 100 hops", "MATCH ()\(repeated("-->()", 100)) RETURN 1", 0, ""),
      ("340 clauses", "\(repeated("WITH 1 AS a ", 340))RETURN a", 0, ""),
      ("600 clauses", "\(repeated("WITH 1 AS a ", 600))RETURN a", 4, "LimitError.QueryTooLong"),
      ("240 branches", "\(repeated("RETURN 1 AS x UNION ALL ", 240))RETURN 1 AS x", 0, ""),
      ("2,000 nodes made at once", "CREATE (:B)\(repeated(",(:B {a: 1})", 2_000))", 0, ""),
      ("parentheses", "RETURN \(repeated("(", deep))1\(repeated(")", deep))", 4, "LimitError.QueryTooDeep"),
      ("open parentheses", "RETURN \(repeated("(", deep))", 4, "LimitError.QueryTooDeep"),
      ("only parentheses", repeated("(", deep), 1, "SyntaxError"),
      ("brackets", "RETURN \(repeated("[", deep))\(repeated("]", deep))", 4, "LimitError.QueryTooDeep"),
      ("maps", "RETURN \(repeated("{a:", deep))1\(repeated("}", deep))", 4, "LimitError.QueryTooDeep"),
      ("NOT", "RETURN \(repeated("NOT ", deep))true", 4, "LimitError.QueryTooDeep"),
      ("signs", "RETURN \(repeated("- ", deep))1", 4, "LimitError.QueryTooDeep"),
      ("CASE", "RETURN \(repeated("CASE WHEN true THEN ", deep))1\(repeated(" END", deep))", 4, "LimitError.QueryTooDeep"),
      ("subqueries", "\(repeated("CALL { ", deep))RETURN 1 AS x\(repeated("}", deep)) RETURN 1", 4, "LimitError.QueryTooDeep"),
      ("EXISTS", "RETURN \(repeated("EXISTS { MATCH (n) WHERE ", deep))true\(repeated("}", deep))", 4, "LimitError.QueryTooDeep"),
      ("FOREACH", "\(repeated("FOREACH (x IN [1] | ", deep))CREATE (:A)\(repeated(")", deep))", 4, "LimitError.QueryTooDeep"),
      ("nothing", "", 1, "no statement"),
      ("white space", " \n\t ", 1, "no statement"),
      ("semicolons", ";;;", 1, "no statement"),
      ("comments", "// nothing\n/* at all */", 1, "no statement"),
      ("an open comment", "/* without an end", 1, "SyntaxError"),
      ("an open string", "RETURN 'open", 1, "SyntaxError"),
    ]
    #expect(shop.run(["query", shop.store, "CREATE (:Kept)"]).status == 0)
    for (name, text, status, error) in cases {
      let file = shop.write("query.cypher", text)
      let run = shop.run(["query", shop.store, "-f", file])
      #expect(run.status == status && run.errorText.contains(error), "\(name): \(run)")
    }
    #expect(shop.run(["query", shop.store, "MATCH (n:Kept) RETURN count(*) AS n", "--format", "csv"]).text == "n\n1\n")
    #expect(shop.run(["check", shop.store]).status == 0)
  }

  /// Nothing that is no UTF-8 is taken for something else.
  @Test func invalidUTF8() {
    let bad: [UInt8] = [0x61, 0xFF, 0x62]
    func argument(_ text: String) -> [UInt8] { Array(text.utf8) }
    let store = argument(shop.store)
    func expectRefused(_ run: SinterProcess.Outcome, _ status: Int32, _ what: String) {
      #expect(run.status == status && run.errorText.contains("UTF-8"), "\(what): \(run)")
    }
    #expect(shop.run(["query", shop.store, "CREATE (:Kept)"]).status == 0)
    expectRefused(shop.run(raw: [argument("query"), store, argument("CREATE (:A {x: '") + bad + argument("'})")]), 2, "text")
    expectRefused(
      shop.run(raw: [argument("query"), store, argument("CREATE (:A {x: $p})"), argument("-p"), argument("p=") + bad]), 2, "parameter")
    expectRefused(shop.run(raw: [argument("query"), store + bad, argument("CREATE (:A)")]), 2, "store")
    expectRefused(shop.run(raw: [argument("load"), store, argument("--manifest"), bad]), 2, "manifest")
    #expect(fileNames(in: shop.temporary.folder).allSatisfy { !$0.contains("\u{FFFD}") })
    let query = shop.write("bad.cypher", argument("CREATE (:A {x: '") + bad + argument("'})"))
    expectRefused(shop.run(["query", shop.store, "-f", query]), 1, "file")
    expectRefused(shop.run(["query", shop.store], input: bytes(of: query)), 1, "standard input")
    expectRefused(shop.run([shop.store], input: bytes(of: query) + [0x3B, 0x0A]), 1, "shell")
    let parameters = shop.write("bad.json", argument("{\"p\": \"") + bad + argument("\"}"))
    expectRefused(shop.run(["query", shop.store, "CREATE (:A {x: $p})", "--params", parameters]), 2, "parameter file")
    let machine = shop.run(
      ["shell", "--json", shop.store],
      input: argument("{\"query\":\"CREATE (:A {x: '") + bad + argument("'})\"}\n{\"query\":\"RETURN 1\",\"params\":{\"a\":\"") + bad
        + argument("\"}}\n{\"query\":\"RETURN 1 AS x\"}\n"))
    let lines = machine.text.split(separator: "\n")
    #expect(machine.status == 0 && lines.count == 3, "\(machine)")
    #expect(lines.prefix(2).allSatisfy { $0.contains("ProtocolError.InvalidRequest") && $0.contains("UTF-8") })
    let manifest = shop.write("bad.yaml", argument("sinter: 1\nname: ") + bad)
    expectRefused(shop.run(["load", shop.store, "--manifest", manifest]), 1, "manifest text")
    #expect(shop.run(["query", shop.store, "MATCH (n) RETURN labels(n) AS l", "--format", "jsonl"]).text == "{\"l\":[\"Kept\"]}\n")
  }

  @Test func parametersOfTheWrongKind() {
    let run = { (text: String, parameter: String) in
      shop.run(["query", shop.store, text] + (parameter.isEmpty ? [] : ["-p", parameter]))
    }
    for (text, parameter, error) in [
      ("RETURN $a", "", "ParameterMissing.MissingParameter: The parameter $a"),
      ("CREATE (:X) RETURN 1 LIMIT $n", "n=abc", "SyntaxError.InvalidArgumentType: LIMIT takes a whole number, not a string"),
      ("CREATE (:X) RETURN 1 SKIP $n", "n=-1", "SyntaxError.NegativeIntegerArgument"),
      ("CREATE (:X) RETURN 1 + $a", "a={b: 1}", "TypeError.InvalidArgumentType"),
      ("CREATE (:X) RETURN size($a)", "a=1", "TypeError.InvalidArgumentValue: size() takes a string or a list"),
      ("CREATE (:X $a)", "a=1", "TypeError.InvalidArgumentType: Properties must be a map"),
      ("CREATE (x:X) SET x.p = $a", "a={b: 1}", "TypeError.InvalidPropertyType"),
      ("CREATE (:X) RETURN vector.similarity.cosine($a, [1.0])", "a=[1, 2]", "the same number of coordinates, not of 2 and 1"),
      ("CREATE (:X) RETURN vector.similarity.euclidean($a, [1.0])", "a='x'", "takes a list as argument 1, not a string"),
      ("CREATE (:X) RETURN vector.similarity.cosine([1, 'b'], [1, 2])", "", "vector.similarity.cosine()"),
      ("CREATE (:X) RETURN date($a)", "a='2020-99-99'", "There is no month 99"),
    ] {
      let outcome = run(text, parameter)
      #expect(outcome.status == 1 && outcome.errorText.contains(error), "\(text) with \(parameter): \(outcome)")
    }
    // Nothing of what was begun is left.
    #expect(shop.run(["query", shop.store, "MATCH (n) RETURN count(*) AS n", "--format", "csv"]).text == "n\n0\n")
    #expect(shop.run(["query", shop.store, "RETURN $a", "-p", "nonsense"]).status == 2)
  }

  @Test func learningWithoutGrounds() {
    let store = shop.makeStore()
    for (text, error) in [
      ("TRAIN MODEL m ON BOUGTH", "LearnError.UnknownType: The store has no relationship type `BOUGTH` to learn from. Did you mean `BOUGHT`?"),
      ("TRAIN MODEL m ON User", "LearnError.UnknownType"),
      ("TRAIN MODEL m ON BOUGHT WITH {epoch: 3}", "LearnError.UnknownOption"),
      ("TRAIN MODEL m ON BOUGHT WITH {dimension: 'x'}", "LearnError.BadConfiguration"),
      ("MATCH (u:User {id: 'u1'}) PREDICT (u)-[:BOUGHT]->(i:Item) LIMIT 3 SCORE AS s RETURN s", "LearnError.NoModel: The store has no trained model yet. Train one"),
      ("MATCH (u:User {id: 'u1'}) RECOMMEND (i:Item) FOR u USING copurchse 1.0 LIMIT 3 SCORE AS s RETURN s", "ArgumentError.UnknownScorer"),
      ("MATCH (u:User {id: 'u1'}) RECOMMEND (i:Item) FOR u USING transe 1.0 LIMIT 3 SCORE AS s RETURN s", "LearnError.NoModel"),
      ("MATCH (u:User {id: 'u1'}) RECOMMEND (i:Item) FOR u USING copurchase -1.0 LIMIT 3 SCORE AS s RETURN s", "ArgumentError.NumberOutOfRange"),
      ("USE MODEL nothing VERSION 1", "LearnError"),
    ] {
      let run = shop.run(["query", store, text])
      #expect(run.status == 1 && run.errorText.contains(error), "\(text): \(run)")
    }
    for arguments in [["--on", "BOUGTH"], ["--norm", "l7"], ["--dimension", "0"], ["--epochs", "0"], ["--holdout", "3"]] {
      let run = shop.run(["train", store] + arguments)
      #expect(run.status == 1 && run.errorText.contains("LearnError."), "\(arguments): \(run)")
    }
    let similar = shop.run(["similar", store, "MATCH (u:User {id: 'u1'}) RETURN u"])
    #expect(similar.status == 1 && similar.errorText.contains("LearnError.NoModel"), "\(similar)")
    let empty = shop.path("empty.sinter")
    #expect(shop.run(["query", empty, "CREATE (:A)"]).status == 0)
    #expect(shop.run(["train", empty]).errorText.contains("LearnError.NoTriples"))
    #expect(shop.run(["check", store]).status == 0)
  }
}
