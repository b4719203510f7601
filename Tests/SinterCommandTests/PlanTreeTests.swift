import Sinter
import SinterModel
import TestSupport
import Testing

@testable import SinterCommand

@Suite struct PlanTreeTests {
  private let folder = TemporaryStore()

  private func plan(_ text: String) throws -> QueryPlan {
    let store = try Store(at: folder.path("tree.sinter"))
    defer { store.close() }
    try store.query("UNWIND range(1, 200) AS i CREATE (:Person {name: 'somebody with the number ' + toString(i), i: i})")
    return try #require(try store.query(text).plan)
  }

  private static let text = """
    PROFILE MATCH (p:Person) WHERE p.name CONTAINS 'number 1' AND NOT p.name ENDS WITH 'something else' AND p.i > 2
    UNWIND range(1, 500) AS x WITH p, x WHERE x > 0 RETURN p.name AS name, count(x) AS n ORDER BY n
    """

  @Test(arguments: [40, 60, 80, 100, 140, 250]) func treesFitTheTerminal(_ width: Int) throws {
    let lines = PlanTree.text(try plan(Self.text), maximumWidth: width).split(separator: "\n").map(String.init)
    for line in lines.dropLast() { #expect(TextWidth.of(line) <= width, "\(width): \(line)") }
    #expect(lines[0].contains("operator") && lines[0].contains("details") && lines[0].contains("rows"))
    #expect(lines.last?.hasPrefix("parse ") == true)
    // Every line has its bars in the same places.
    func bars(_ line: String) -> [Int] { line.enumerated().filter { $0.element == "┼" || $0.element == "│" }.map(\.offset) }
    let places = lines[1].enumerated().filter { $0.element == "┼" }.map(\.offset)
    for line in lines.dropFirst(2).dropLast() { #expect(Set(places.dropLast(4)).isSubset(of: bars(line)), "\(line)") }
  }

  @Test func longDetailsWrap() throws {
    let text = PlanTree.text(try plan(Self.text), maximumWidth: 100)
    let lines = text.split(separator: "\n").map(Array.init)
    let bars = lines[1].indices.filter { lines[1][$0] == "┼" }
    let details = lines.dropFirst(2).dropLast().map { String($0[min(bars[0] + 1, $0.count)..<min(bars[1], $0.count)]) }
    let words = details.joined(separator: " ").split(separator: " ").joined(separator: " ")
    #expect(words.contains("something else") && words.contains("p.i > 2"), "\(words)")
  }

  @Test func misestimatesAreShown() throws {
    let text = PlanTree.text(try plan(Self.text))
    #expect(text.contains("off") && (text.contains("↑") || text.contains("↓")))
    #expect(!PlanTree.text(try plan("PROFILE MATCH (p:Person) RETURN p LIMIT 1")).contains("↓"))
  }

  @Test func sizes() {
    #expect(MemorySize.bytes("512MB") == 512 << 20 && MemorySize.bytes("2g") == 2 << 30 && MemorySize.bytes("1024") == 1024)
    #expect(MemorySize.bytes("1.5 KiB") == 1536 && MemorySize.bytes("0") == nil && MemorySize.bytes("x") == nil && MemorySize.bytes("9e99") == nil)
  }

  @Test func limitsOfARequest() throws {
    let shell = MachineShell(store: try Store(at: folder.path("machine.sinter")))
    defer { shell.store.close() }
    func answer(_ line: String) -> String {
      Array(line.utf8).withUnsafeBufferPointer(shell.respond(to:)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    #expect(
      answer(#"{"query":"UNWIND range(1, 99999) AS a UNWIND range(1, 99999) AS b RETURN count(*)","options":{"timeoutSeconds":0.05}}"#)
        .contains("LimitError.Timeout"))
    #expect(
      answer(#"{"query":"UNWIND range(1, 99999) AS a RETURN a, toString(a)","options":{"memoryLimitBytes":1000000}}"#)
        .contains("LimitError.Memory"))
    for options in [#"{"timeoutSeconds":0}"#, #"{"memoryLimitBytes":"1"}"#, #"{"timeout":1}"#, "[]"] {
      #expect(answer(#"{"query":"RETURN 1","options":\#(options)}"#).contains("ProtocolError.InvalidRequest"), "\(options)")
    }
    let profile = answer(#"{"query":"PROFILE UNWIND [3, 1] AS x RETURN x ORDER BY x"}"#)
    for member in ["rows", "batches", "seconds", "ownSeconds", "memoryBytes", "totals", "parseSeconds", "planCached", "memoryLimitBytes"] {
      #expect(profile.contains("\"\(member)\":"), "\(member)")
    }
  }

  @Test func theShellSetsLimits() throws {
    let run = try Program.run(
      [folder.path("s.sinter"), "--keep-going"],
      input: ".timeout 0.05\n.timeout\n.memory 64MB\n.memory\nUNWIND range(1, 99999) AS a UNWIND range(1, 99999) AS b RETURN count(*);\n.timeout off\nRETURN 7 AS seven;\n",
      in: folder)
    #expect(run.output.contains("0.05 s") && run.output.contains("64.0 MiB") && run.output.contains("seven"))
    #expect(run.error.contains("LimitError.Timeout"))
    let limited = try Program.run(
      ["query", folder.path("s.sinter"), "UNWIND range(1, 999999) AS a RETURN collect(a)", "--memory-limit", "4MB"], in: folder)
    #expect(limited.status == 4 && limited.error.contains("LimitError.Memory"))
  }
}
