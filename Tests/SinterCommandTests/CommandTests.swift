import Foundation
import TestSupport
import Testing

/// Runs the program itself.
@Suite struct CommandTests {
  private let folder = TemporaryStore()
  private var store: String { folder.path("test.sinter") }

  struct Run {
    var status: Int32
    var output: String
    var error: String
  }

  private func sinter(_ arguments: [String], input: String = "") throws -> Run {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: ChildProcess.productFolder + "/sinter")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["NO_COLOR": "1", "COLUMNS": "100"]) { $1 }
    let pipes = (input: Pipe(), output: folder.path(UUID().uuidString), error: folder.path(UUID().uuidString))
    for path in [pipes.output, pipes.error] { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    process.standardInput = pipes.input
    process.standardOutput = FileHandle(forWritingAtPath: pipes.output)
    process.standardError = FileHandle(forWritingAtPath: pipes.error)
    try process.run()
    try pipes.input.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try pipes.input.fileHandleForWriting.close()
    process.waitUntilExit()
    return Run(
      status: process.terminationStatus, output: try String(contentsOfFile: pipes.output, encoding: .utf8),
      error: try String(contentsOfFile: pipes.error, encoding: .utf8))
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

  @Test func maintenanceWorksOnAStore() throws {
    #expect(try sinter(["query", store, "CREATE (:A)-[:T]->(:B)"]).status == 0)
    let info = try sinter(["info", store, "--json"])
    #expect(info.output.contains(#""nodes":2"#) && info.output.contains(#""labels":{"A":1,"B":1}"#))
    #expect(try sinter(["compact", store]).status == 0)
    #expect(try sinter(["check", store]).status == 0)
    let copy = folder.path("copy.sinter")
    #expect(try sinter(["backup", store, copy]).status == 0)
    #expect(try sinter(["backup", store, copy]).status == 2)
    #expect(try sinter(["query", copy, "MATCH (n) RETURN count(*) AS n", "--format", "csv"]).output == "n\n2\n")
  }
}
