import Sinter
import SinterModel
import TestSupport
import Testing

@testable import SinterCommand

@Suite struct MachineShellTests {
  private let folder = TemporaryStore()

  private func exchange(_ lines: [String]) throws -> [String] {
    let shell = MachineShell(store: try Store(at: folder.path("machine.sinter")))
    defer { shell.store.close() }
    return lines.compactMap { line in
      Array(line.utf8).withUnsafeBufferPointer(shell.respond(to:)).map { String(decoding: $0.dropLast(), as: UTF8.self) }
    }
  }

  @Test func requestsThatAreNoneAreAnsweredAndTheExchangeGoesOn() throws {
    let answers = try exchange([
      "nonsense", "[1]", "{}", "{\"query\":5}", "{\"query\":\"RETURN 1\",\"params\":[]}", "{\"reset\":false}", "{\"query\":\"x\"} y",
      "{\"query\":\"RETURN $a\",\"params\":{\"a\":99999999999999999999}}", "{\"procedure\":5}", "", "  ", "{\"hello\":true,\"other\":1}",
    ])
    #expect(answers.count == 10)
    for answer in answers.dropLast() {
      #expect(answer.hasPrefix("{\"error\":{\"code\":\"ProtocolError.InvalidRequest\",\"phase\":\"protocol\",\"message\":"), "\(answer)")
    }
    #expect(answers.last == "{\"hello\":{\"engine\":\"sinter\",\"version\":\"0.1.0\",\"protocol\":1}}")
  }

  @Test func theProtocolsExampleHolds() throws {
    let answers = try exchange([
      #"{"query":"CREATE (a:A {x: 1.0})-[:T]->(b) RETURN a.x AS x"}"#, #"{"query":"MATCH p = ()-->() RETURN p"}"#,
      #"{"query":"RETURN y"}"#, #"{"query":"RETURN date('2020-02-29') AS d, $m AS m","params":{"m":{"$map":{"$k":[null,2]}}}}"#,
      #"{"reset":true}"#, #"{"query":"MATCH (n) RETURN count( * );"}"#,
    ])
    #expect(
      answers[0]
        == #"{"columns":["x"],"rows":[[1.0]],"stats":{"nodes_created":2,"relationships_created":1,"properties_set":1,"labels_added":1}}"#)
    #expect(
      answers[1]
        == #"{"columns":["p"],"rows":[[{"$path":{"nodes":[{"id":0,"labels":["A"],"properties":{"x":1.0}},{"id":1,"labels":[],"properties":{}}],"rels":[{"id":0,"type":"T","start":0,"end":1,"properties":{}}]}}]],"stats":{}}"#)
    #expect(answers[2].hasPrefix(#"{"error":{"code":"SyntaxError.UndefinedVariable","phase":"compile","message":""#))
    #expect(answers[2].hasSuffix(#""line":1,"column":8}}"#))
    #expect(answers[3] == #"{"columns":["d","m"],"rows":[[{"$date":"2020-02-29"},{"$map":{"$k":[null,2]}}]],"stats":{}}"#)
    #expect(answers[4] == #"{"ok":true}"#)
    #expect(answers[5] == #"{"columns":["count( * )"],"rows":[[0]],"stats":{}}"#)
  }

  @Test func nothingOfAFailedQueryRemains() throws {
    let answers = try exchange([
      #"{"query":"UNWIND [1, 0] AS d CREATE (n {v: 1 / d})"}"#, #"{"query":"MATCH (n) RETURN count(*) AS n"}"#,
      #"{"query":"EXPLAIN MATCH (n) RETURN n"}"#,
    ])
    #expect(answers[0].hasPrefix(#"{"error":{"code":"ArithmeticError.DivisionByZero","phase":"runtime""#))
    #expect(answers[1] == #"{"columns":["n"],"rows":[[0]],"stats":{}}"#)
    #expect(answers[2].contains(#""plan":{"name":""#))
  }
}
