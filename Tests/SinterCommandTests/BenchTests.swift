import Foundation
import TestSupport
import Testing

/// `sinter bench`, and the program where address space is limited, as the tools that count its work limit it.
@Suite struct BenchTests {
  private let folder = TemporaryStore()
  private var store: String { folder.path("test.sinter") }

  private func sinter(_ arguments: [String], after command: String? = nil) throws -> Program.Run {
    try Program.run(arguments, after: command, in: folder)
  }

  private func calls(_ run: Program.Run) throws -> Int? {
    (try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])?["calls"] as? Int
  }

  @Test func roundsAreExactAndMeasureNoPreparation() throws {
    #expect(try sinter(["query", store, "UNWIND [3, 1, 2] AS n CREATE (:N {n: n})"]).status == 0)
    let lines = try folder.write("{\"n\": 1}\n{\"n\": 2}\n", to: "calls.jsonl")
    let bench = ["bench", store, "MATCH (x:N {n: $n}) RETURN x.n", "--param-lines", lines, "--format", "json"]
    let run = try sinter(bench + ["--rounds", "7"])
    #expect(try calls(run) == 14)
    #expect(!run.output.contains("parse_us"))
    let timed = try sinter(bench + ["--seconds", "0"])
    #expect(try calls(timed) == 2)
    #expect(timed.output.contains("parse_us"))
    #expect(try sinter(bench + ["--rounds", "0"]).status == 2)
  }

  @Test func ofSeveralStatementsACallRunsAll() throws {
    #expect(try sinter(["query", store, "CREATE (:N {n: 5})"]).status == 0)
    let answers = folder.path("answers.jsonl")
    let run = try sinter(
      ["bench", store, "MATCH (x:N) RETURN x.n; RETURN 7 AS seven", "--rounds", "1", "--format", "json", "--answers", answers])
    #expect(try calls(run) == 1)
    #expect(try String(contentsOfFile: answers, encoding: .utf8) == "[[5]]\n[[7]]\n")
    #expect(try sinter(["bench", store, " ; "]).status == 1)
  }

  @Test func writersShareTheCallsAndLoseNone() throws {
    #expect(try sinter(["query", store, "CREATE (:N {n: 0})"]).status == 0)
    let run = try sinter(
      ["bench", store, "CREATE (:Event {n: 1})", "--writers", "4", "--seconds", "0.2", "--format", "json"])
    let written = try sinter(["query", store, "MATCH (e:Event) RETURN count(e) AS n", "--format", "csv"])
    let count = try #require(try calls(run))
    #expect(count > 0 && written.output == "n\n\(count)\n")
    #expect(try sinter(["bench", store, "RETURN 1; RETURN 2", "--writers", "4"]).status == 2)
    #expect(try sinter(["bench", store, "RETURN 1", "--writers", "4", "--rounds", "3"]).status == 2)
    let refused = try sinter(["bench", store, "CREATE (:Event {n: 2})"])
    #expect(refused.status == 2 && refused.error.contains("--writers"))
  }

  #if os(Linux)
    @Test func storesOpenWhereAddressSpaceIsLimited() throws {
      let limit = "ulimit -v 33554432"   // KiB: far below the size that the map would have
      #expect(try sinter(["query", store, "CREATE (:N {n: 5})"], after: limit).status == 0)
      #expect(try sinter(["query", store, "MATCH (x:N) RETURN x.n AS n", "--format", "csv"], after: limit).output == "n\n5\n")
      // The next process maps as much as ever.
      #expect(try sinter(["query", store, "CREATE (:N {n: 6})"]).status == 0)
    }
  #endif
}
