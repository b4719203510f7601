import Foundation
import SinterModel
import Testing

@testable import SinterLanguage

/// Deep and long queries: an answer or a clear error, on a small stack too.
@Suite struct LimitTests {
  /// Runs on a thread with the 512 KiB of stack that secondary threads have on some systems.
  /// - Returns: what `body` reports as wrong.
  private func onSmallStack(_ body: @escaping @Sendable () -> [String]) async -> [String] {
    await withCheckedContinuation { continuation in
      let thread = Thread { continuation.resume(returning: body()) }
      thread.stackSize = smallStackByteCount
      thread.start()
    }
  }

  /// What a secondary thread has where it has least; frames of a debug build are some times as large.
  private var smallStackByteCount: Int {
    #if DEBUG
      2 << 20
    #else
      512 << 10
    #endif
  }

  private static func outcome(_ query: String) -> String {
    do throws(SinterError) {
      let statement = try parse(query)
      try check(statement, in: TestEnvironment.make())
      if case .query(let body) = statement.body, case .return(let projection) = body.first.clauses.last?.kind {
        for item in projection.items { _ = item.expression.isSame(as: item.expression) }
      }
      return "ok"
    } catch {
      _ = error.rendered()
      return error.code.rawValue
    }
  }

  struct Nesting {
    var name: String
    var open: String
    var core: String
    var close: String
    /// A subquery in each level.
    var heavy = false
    init(_ name: String, _ open: String, _ core: String, _ close: String, heavy: Bool = false) {
      (self.name, self.open, self.core, self.close, self.heavy) = (name, open, core, close, heavy)
    }
    func query(depth: Int) -> String {
      "RETURN " + String(repeating: open, count: depth) + core + String(repeating: close, count: depth) + " AS x"
    }
  }

  static let nestings = [
    Nesting("parentheses", "(", "1", ")"), Nesting("lists", "[", "1", "]"), Nesting("maps", "{a: ", "1", "}"),
    Nesting("not", "NOT ", "true", ""), Nesting("minus", "- ", "1", ""), Nesting("power", "1 ^ (", "1", ")"),
    Nesting("calls", "abs(", "1", ")"), Nesting("case", "CASE WHEN true THEN ", "1", " ELSE 0 END"),
    Nesting("simple case", "CASE 1 WHEN 1 THEN ", "1", " END"), Nesting("comprehensions", "[x IN ", "[1]", " WHERE true | x]"),
    Nesting("comprehension bodies", "[x IN [1] | ", "1", "]"), Nesting("quantifiers", "any(x IN [1] WHERE ", "true", ")"),
    Nesting("reduce", "reduce(a = 0, x IN [1] | ", "1", ")"), Nesting("subscripts", "[1][", "0", "]"),
    Nesting("exists", "EXISTS { MATCH (n) WHERE ", "true", " }", heavy: true),
    Nesting("count", "0 < COUNT { MATCH (n) WHERE ", "true", " }", heavy: true),
    Nesting("collect", "COLLECT { RETURN ", "1", " AS x }", heavy: true),
    Nesting("pattern comprehensions", "[(a)-->(b) | ", "1", "]"),
    Nesting("pattern maps", "EXISTS { (n {a: ", "1", "}) }", heavy: true),
    Nesting("groups", "EXISTS { (n) (()-->() WHERE ", "true", ")+ (m) }", heavy: true),
  ]

  @Test func nestingEndsInAnAnswerOrAClearError() async {
    let wrong = await onSmallStack {
      var wrong: [String] = []
      for nesting in Self.nestings {
        for depth in nesting.heavy ? [1, 6] : [1, 20, 35] where Self.outcome(nesting.query(depth: depth)) != "ok" {
          wrong.append("\(nesting.name) \(depth)")
        }
        for depth in [60, 78, 79, 80, 81, 120, 199, 260, 400] {
          let outcome = Self.outcome(nesting.query(depth: depth))
          if outcome != "ok", outcome != "LimitError.QueryTooDeep" { wrong.append("\(nesting.name) \(depth): \(outcome)") }
        }
        for depth in [1_000, 10_000] {
          if Self.outcome(nesting.query(depth: depth)) != "LimitError.QueryTooDeep" { wrong.append("\(nesting.name) \(depth)") }
          if Self.outcome("RETURN " + String(repeating: nesting.open, count: depth)) == "ok" {
            wrong.append("\(nesting.name) unclosed")
          }
        }
      }
      return wrong
    }
    #expect(wrong == [])
  }

  static let deepTrees: [(query: String, name: String)] = [
    ("MATCH (n:" + String(repeating: "(", count: 10_000) + "A", "labels in parentheses"),
    ("MATCH (n:" + String(repeating: "!", count: 10_000) + "A) RETURN n", "negated labels"),
    (String(repeating: "CALL { ", count: 10_000) + "RETURN 1 AS x" + String(repeating: " }", count: 10_000), "subquery calls"),
    ("MATCH (n) " + String(repeating: "FOREACH (x IN [1] | ", count: 10_000) + "SET n.a = 1", "foreach"),
    ("MATCH " + String(repeating: "(", count: 10_000), "groups"),
    ("RETURN 1 IS :: " + String(repeating: "LIST<", count: 10_000), "types"),
    ("RETURN a" + String(repeating: ".b", count: 10_000), "properties"),
    ("RETURN a" + String(repeating: "[0]", count: 10_000), "subscripts"),
    ("RETURN a" + String(repeating: ":L", count: 1) + String(repeating: " IS NULL", count: 10_000), "predicates"),
    ("RETURN 1" + String(repeating: "+1", count: 100_000), "sum"),
    ("RETURN 'a'" + String(repeating: " || 'a'", count: 100_000), "concatenation"),
    ("RETURN 1" + String(repeating: "^1", count: 100_000), "power"),
  ]

  @Test func deepTreesAreRefused() async {
    let wrong = await onSmallStack {
      Self.deepTrees.filter { Self.outcome($0.query) != "LimitError.QueryTooDeep" }.map(\.name)
    }
    #expect(wrong == [])
  }

  static let longQueries: [(query: String, name: String)] = [
    ("RETURN true" + String(repeating: " AND true", count: 100_000), "AND"),
    ("RETURN true" + String(repeating: " OR true", count: 10_000), "OR"),
    ("RETURN true" + String(repeating: " XOR false", count: 10_000), "XOR"),
    ("RETURN 1" + String(repeating: " < 2", count: 10_000), "comparison"),
    ("RETURN [1" + String(repeating: ", 1", count: 100_000) + "]", "list"),
    ("CREATE (a)" + String(repeating: "-[:T]->()", count: 10_000), "path"),
    ("CREATE (a)" + String(repeating: ", (:A {x: 1})", count: 10_000), "patterns"),
    (String(repeating: "CREATE (:A) ", count: 450), "clauses"),
    ("RETURN 1 AS x" + String(repeating: " UNION RETURN 1 AS x", count: 200), "unions"),
    ("RETURN 'a" + String(repeating: "b", count: 1 << 20) + "' AS x", "string of a megabyte"),
    ("RETURN CASE" + String(repeating: " WHEN true THEN 1", count: 10_000) + " END", "branches"),
    ("RETURN 1" + String(repeating: " + 1", count: 140), "sum of 140"),
    ("MATCH (n) RETURN n, count(*)" + String(repeating: " + n.x", count: 140) + " AS x", "grouped sum"),
    (
      "MATCH (n) RETURN count(*)" + String(repeating: " + 1", count: 140) + " ORDER BY count(*)"
        + String(repeating: " + 1", count: 140), "ordered sum"
    ),
    ("MATCH (n) RETURN n" + String(repeating: "[0]", count: 140), "subscripts"),
  ]

  @Test func longFlatQueriesAreFine() async {
    let wrong = await onSmallStack {
      Self.longQueries.filter { Self.outcome($0.query) != "ok" }.map(\.name)
    }
    #expect(wrong == [])
  }

  /// Every clause is a level of the plan, whose stack is bounded; CREATE clauses in a row are one.
  @Test func tooManyClausesAreAnError() {
    #expect(Self.outcome(String(repeating: "CREATE (:A) ", count: 10_000)) == "ok")
    for query in [String(repeating: "MERGE (:A) ", count: 10_000), "RETURN 1 AS x" + String(repeating: " UNION RETURN 1 AS x", count: 5_000)] {
      #expect(Self.outcome(query) == "LimitError.QueryTooLong")
    }
  }

  /// Deciding by trial what a bracket holds would take twice as long for every level.
  @Test func nestedListsTakeLinearTime() {
    for open in ["[x IN ", "[(a {k: "] {
      let close = open == "[x IN " ? ", 1]" : "})-->(), 1]"
      let query = "RETURN " + String(repeating: open, count: 35) + "1" + String(repeating: close, count: 35) + " AS x"
      #expect(Self.outcome(query) != "")
    }
  }

  @Test func emptyQueriesAreErrors() {
    for query in ["", " ", ";", "// nothing", "/* */ ;;"] {
      #expect(Self.outcome(query) == "SyntaxError.UnexpectedSyntax", "\(query)")
    }
  }
}
