import TestSupport
import Testing

/// `.begin`, `.commit` and `.rollback`, and the names that Neo4j's shell has for commands.
@Suite struct ShellTransactionTests {
  private let folder = TemporaryStore()

  private func shell(_ lines: String...) throws -> Program.Run {
    try Program.run([folder.path, "--keep-going", "--mode", "csv"], input: lines.map { $0 + "\n" }.joined(), in: folder)
  }

  private func count() throws -> String {
    try Program.run(["query", folder.path, "MATCH (n) RETURN count(*) AS n", "--format", "csv"], in: folder).output
  }

  @Test func statementsShareATransaction() throws {
    let run = try shell(".begin", "CREATE (:A {x: 1});", "CREATE (:A {x: 2});", "MATCH (n:A) RETURN sum(n.x) AS s;", ".commit")
    #expect(run.status == 0 && run.output == "s\n3\n", "\(run)")
    #expect(try count() == "n\n2\n")
  }

  @Test func aRollbackLeavesNothing() throws {
    let run = try shell("CREATE (:A);", ":begin", "CREATE (:A);", "MATCH (n) RETURN count(*) AS n;", ":rollback")
    #expect(run.status == 0 && run.output == "n\n2\n", "\(run)")
    #expect(try count() == "n\n1\n")
  }

  @Test func aStatementThatFailsLeavesTheTransactionOpen() throws {
    let run = try shell(":begin", "CREATE (:A);", "UNWIND [1, 0] AS i CREATE (:A {x: 1 / i});", ":commit")
    #expect(run.status == 1 && run.error.contains("DivisionByZero"), "\(run)")
    #expect(try count() == "n\n1\n")
  }

  @Test func aTransactionLeftOpenIsRolledBack() throws {
    let run = try shell(".begin", "CREATE (:A);")
    #expect(run.error.contains("rolled back"), "\(run)")
    #expect(try count() == "n\n0\n")
  }

  @Test func aConstraintIsHeldAtTheLatestByTheCommit() throws {
    let run = try shell(
      "CREATE CONSTRAINT FOR (n:A) REQUIRE n.x IS UNIQUE;", ":begin", "CREATE (:A {x: 1});", "CREATE (:A {x: 1});", ":commit")
    #expect(run.error.contains("ConstraintValidationFailed.NotUnique"), "\(run)")
    #expect(try count() == "n\n1\n")
  }

  @Test func commandsOutOfPlaceAreErrors() throws {
    #expect(try shell(".commit").error.contains("TransactionError.NotOpen"))
    #expect(try shell(".begin", ".begin").error.contains("TransactionError.AlreadyOpen"))
    let batches = "UNWIND [1] AS i CALL (i) { CREATE (:A) } IN TRANSACTIONS;"
    #expect(try shell(".begin", batches).error.contains("TransactionError.ExplicitTransaction"))
    #expect(try shell(":rolback").error.contains("Did you mean `.rollback`"))
  }

  @Test func namesOfNeo4jsShell() throws {
    let script = try folder.write("RETURN $x + 1 AS y;\n", to: "script.cypher")
    let run = try shell(
      ":param x => 20 * 2 + 1", ":source \(script)",
      ":auto UNWIND [1, 2] AS i CALL (i) { CREATE (:A) } IN TRANSACTIONS OF 1 ROW;", ":exit", "RETURN 'not reached';")
    #expect(run.status == 0 && run.output == "y\n42\n", "\(run)")
    #expect(try count() == "n\n2\n")
  }
}
