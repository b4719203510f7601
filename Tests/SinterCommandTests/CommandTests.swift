import Foundation
import TestSupport
import Testing

/// What the program does from the outside.
@Suite struct CommandTests {
  private let folder = TemporaryStore()
  private var store: String { folder.path("test.sinter") }

  private func sinter(_ arguments: [String], input: String = "") throws -> Program.Run {
    try Program.run(arguments, input: input, in: folder)
  }

  @Test func helpNamesExamplesAndStatuses() throws {
    let help = try sinter(["--help"])
    #expect(help.status == 0)
    #expect(help.output.contains("EXAMPLES") && help.output.contains("EXIT STATUS"))
    for command in ["query", "shell", "load", "train", "eval", "info", "check", "compact", "backup", "export"] {
      let run = try sinter([command, "--help"])
      #expect(run.status == 0 && run.output.contains("EXAMPLES"), "\(command)")
    }
    #expect(try sinter(["--version"]).output == "0.1.0\n")
    #expect(try sinter(["--generate-completion-script", "bash"]).output.contains("sinter"))
  }

  @Test func wrongCommandLinesAreStatus2() throws {
    for arguments in [["query"], ["query", store, "RETURN 1", "--format", "xml"], ["info", store, "extra"], ["chekc"]] {
      let run = try sinter(arguments)
      #expect(run.status == 2, "\(arguments)")
      #expect(!run.error.isEmpty && run.output.isEmpty)
    }
    #expect(try sinter(["chekc"]).error.contains("Did you mean `check`?"))
    #expect(try sinter(["qurey", store, "RETURN 1"]).error.contains("Did you mean `query`?"))
    #expect(try sinter(["query", store, "RETURN $a", "--param", "novalue"]).status == 2)
  }

  @Test func storesThatCannotBeOpenedAreStatus3() throws {
    #expect(try sinter(["info", folder.path("none.sinter")]).status == 3)
    let foreign = try folder.write("this is no store at all", to: "foreign.sinter")
    let run = try sinter(["query", foreign, "RETURN 1"])
    #expect(run.status == 3)
    #expect(run.error.contains("StorageError.NotAStore"))
  }

  @Test func queriesPrintTheirRows() throws {
    #expect(try sinter(["query", store, "RETURN 1 + 1 AS two", "--format", "csv"]).output == "two\n2\n")
    let run = try sinter(
      ["query", store, "--format", "jsonl", "--param", "t=茶"], input: "CREATE (:Item {title: $t}); MATCH (i:Item) RETURN i.title AS t;")
    #expect(run.output == "{\"t\":\"茶\"}\n")
    #expect(run.status == 0)
    let table = try sinter(["query", store, "MATCH (i:Item) RETURN i.title AS title"])
    #expect(table.output.contains(" title\n") && table.output.contains(" 茶\n") && table.output.contains("1 row ("))
  }

  @Test func errorsInQueriesAreStatus1() throws {
    let run = try sinter(["query", store, "RETURN nothing"])
    #expect(run.status == 1)
    #expect(run.output.isEmpty)
    #expect(run.error.contains("SyntaxError.UndefinedVariable") && run.error.contains("^"))
    #expect(try sinter(["query", store, "RETURN $absent"]).status == 1)
    #expect(try sinter(["query", store, " "]).status == 1)
  }

  @Test func missingParametersSayHowToGiveThem() throws {
    let run = try sinter(["query", store, "RETURN\n  $user AS u"])
    #expect(run.status == 1)
    #expect(run.error.contains("ParameterMissing.MissingParameter") && run.error.contains("`--param user=VALUE`"))
    #expect(run.error.contains("line 2, column 3") && run.error.contains("  ^^^^^"))
    #expect(try sinter(["query", store, "RETURN $user", "--param", "usr=1"]).error.contains("did you mean $usr?"))
    #expect(try sinter([store], input: "RETURN $user;").error.contains("`.params set user VALUE`"))
  }

  @Test func namesThatNothingHasAreNoted() throws {
    #expect(try sinter(["query", store, "CREATE (:Item {title: 'Tent'})-[:HAS_TAG]->(:Tag)"]).status == 0)
    let run = try sinter(["query", store, "MATCH (i:Itm) RETURN i.titel AS t", "--format", "csv"])
    #expect(run.status == 0 && run.output == "t\n")
    #expect(run.error.contains("No node has the label `Itm`. Did you mean `Item`?\n  line 1, column 10"))
    #expect(run.error.contains("Nothing has the property `titel`. Did you mean `title`?"))
    #expect(try sinter(["query", store, "MATCH (i:Item)-[:HAS_TAG]->() RETURN i.title"]).error.isEmpty)
  }

  @Test func plansAreTrees() throws {
    #expect(try sinter(["query", store, "CREATE (:A {v: 1})-[:T]->(:B)"]).error.contains("is a new store"))
    let plan = try sinter(["query", store, "EXPLAIN MATCH (a:A)-[:T]->(b) RETURN b"]).output
    #expect(plan.contains("operator") && plan.contains("details") && plan.contains("estimated") && plan.contains("└ "))
    let profile = try sinter(["query", store, "PROFILE MATCH (a:A)-[:T]->(b) RETURN b"]).output
    #expect(profile.contains("rows") && profile.contains("time") && profile.contains("1 row ("))
  }

  @Test func limitsAreStatus4() throws {
    let run = try sinter(
      ["query", store, "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN count(*)", "--timeout", "0.2"])
    #expect(run.status == 4)
    #expect(run.error.contains("LimitError.Timeout"))
  }

  @Test func theShellRunsScripts() throws {
    let run = try sinter(
      [store], input: ".mode csv\nCREATE (:A {v: 1}),\n  (:A {v: 2});\nMATCH (a:A)\nRETURN a.v AS v ORDER BY v;\n.tables\n")
    #expect(run.status == 0)
    #expect(run.output == "v\n1\n2\nkind,name,count\nlabel,A,2\n")
    let failing = try sinter([store], input: ".mode csv\nRETURN x;\nRETURN 1 AS one;\n")
    #expect(failing.status == 1 && failing.output.isEmpty)
    let going = try sinter([store, "--keep-going"], input: ".mode csv\nRETURN x;\nRETURN 1 AS one;\n")
    #expect(going.status == 1 && going.output == "one\n1\n")
    #expect(try sinter([store], input: ".tabels\n").error.contains("Did you mean `.tables`?"))
  }

  @Test func theMachineModeEndsInOrder() throws {
    let run = try sinter(
      ["shell", "--json", store], input: "{\"query\":\"RETURN 1 AS one\"}\nno json\n{\"hello\":true}\n")
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines[0] == #"{"columns":["one"],"rows":[[1]],"stats":{}}"#)
    #expect(lines[1].contains("ProtocolError.InvalidRequest"))
  }

  @Test func writingStatementsAreTimedWithManyWriters() throws {
    #expect(try sinter(["query", store, "CREATE (:A)"]).status == 0)
    let run = try sinter(["bench", store, "CREATE (:W {n: $n})", "--param", "n=1", "--writers", "8", "--seconds", "0.2", "--format", "json"])
    #expect(run.status == 0 && run.output.contains(#""writers":8"#))
    let calls = try #require(run.output.split(separator: "\"calls\":").last.flatMap { Int($0.prefix { $0.isNumber }) })
    #expect(try sinter(["query", store, "MATCH (n:W) RETURN count(*) AS n", "--format", "csv"]).output == "n\n\(calls)\n")
    #expect(try sinter(["bench", store, "CREATE (:W)", "--writers", "0"]).status == 2)
    #expect(try sinter(["bench", store, "CREATE (:W) CREATE", "--writers", "2"]).status == 1)
  }

  @Test func maintenanceWorksOnAStore() throws {
    #expect(try sinter(["query", store, "CREATE (:A)-[:T]->(:B)"]).status == 0)
    let info = try sinter(["info", store, "--json"])
    #expect(info.output.contains(#""nodes":2"#) && info.output.contains(#""labels":{"A":1,"B":1}"#))
    #expect(info.output.contains(#""waitingCommits":1"#) && info.output.contains(#""foldedCommit":0"#))
    let text = try sinter(["info", store]).output
    #expect(text.contains("folded through commit 0 of 1; ") && text.contains("`compact` frees about"))
    #expect(try sinter(["compact", store]).status == 0)
    #expect(try sinter(["info", store]).output.contains("folded through commit 1 of 1\n"))
    #expect(try sinter(["check", store]).status == 0)
    let copy = folder.path("copy.sinter")
    #expect(try sinter(["backup", store, copy]).status == 0)
    #expect(try sinter(["backup", store, copy]).status == 2)
    #expect(try sinter(["query", copy, "MATCH (n) RETURN count(*) AS n", "--format", "csv"]).output == "n\n2\n")
  }

  @Test func whatIsExportedLoadsBack() throws {
    let made = "CREATE INDEX a_v FOR (a:A) ON (a.v); CREATE (:A {v: 1})-[:T {since: date('2025-01-31')}]->(:B {`odd key`: 'x;y'})"
    #expect(try sinter(["query", store, made]).status == 0)
    let (dump, copy) = (folder.path("dump"), folder.path("copy.sinter"))
    defer { try? FileManager.default.removeItem(atPath: dump) }
    #expect(try sinter(["export", store, dump]).status == 0)
    #expect(try sinter(["export", store, dump]).status != 0)
    #expect(try sinter(["load", copy, "--neo4j", dump]).status == 0)
    #expect(try sinter(["query", copy, "-f", dump + "/schema.cypher"]).output.contains("Added 1 index"))
    let all = "MATCH (a)-[t]->(b) RETURN labels(a), properties(a), type(t), properties(t), labels(b), properties(b)"
    #expect(try sinter(["query", copy, all, "--format", "csv"]).output == sinter(["query", store, all, "--format", "csv"]).output)
  }
}
