import Foundation
import SinterExecute
import SinterModel
import SinterStorage
import TestSupport

/// A graph, and statements that run on it one after the other.
struct Scenario {
  var graph: OracleGraph
  var schema: [String] = []
  var statements: [RandomQuery]
  /// Nodes are told apart by their ids, which are the same on both sides as long as nothing is written.
  var knowsIDs: Bool

  /// What each statement gives, and what there is in the end.
  struct Answer {
    var lines: [[String]]
    var dump: [String]
  }

  /// How an engine's answer is another one.
  struct Difference {
    var statement: Int
    var expected: String
    var found: String
    var errorCode: String?
  }

  /// Nil when the oracle refuses one of the statements.
  func expected() -> Answer? {
    var oracle = Oracle(graph: graph)
    var answer = Answer(lines: [], dump: [])
    for statement in statements {
      guard let rows = try? oracle.rows(statement) else { return nil }
      answer.lines.append(lines(rows, of: statement, in: oracle.graph))
      oracle = Oracle(graph: oracle.graph)
    }
    answer.dump = oracle.graph.dump
    return answer
  }

  /// The last statement's text tells of a wrong type, which the oracle sees only when a value brings it.
  func hasWrongTypes(_ engine: TestEngine) -> Bool {
    guard let last = statements.last else { return false }
    do {
      _ = try engine.engine.prepare(last.text)
      return false
    } catch {
      return error.code.rawValue == "SyntaxError.InvalidArgumentType" && error.phase == .compile
    }
  }

  /// Fills an empty store and runs everything in one configuration.
  func difference(from expected: Answer, _ engine: TestEngine, _ configuration: Configuration) throws -> Difference? {
    try prepare(engine)
    if configuration.isCompacted { try engine.store.compact() }
    for index in statements.indices {
      if let difference = difference(at: index, from: expected, engine, configuration) { return difference }
    }
    guard statements.contains(where: \.isWriting) else { return nil }
    let dump = engine.dump()
    return dump == expected.dump ? nil : Difference(statement: statements.count - 1, expected: "\(expected.dump)", found: "\(dump)")
  }

  func prepare(_ engine: TestEngine) throws {
    try engine.store.reset()
    for text in [graph.statement] + schema {
      if let error = engine.run(text).error { throw error }
    }
  }

  func difference(at index: Int, from expected: Answer, _ engine: TestEngine, _ configuration: Configuration) -> Difference? {
    let statement = statements[index]
    let outcome = engine.run(statement.text, [:], configuration.options, runsAgain: configuration.runsAgain)
    if let error = outcome.error {
      return Difference(
        statement: index, expected: "\(expected.lines[index])", found: "\(error.code.rawValue): \(error.message)",
        errorCode: error.code.rawValue)
    }
    let found = lines(outcome.rows, of: statement, in: nil)
    return found == expected.lines[index] ? nil : Difference(statement: index, expected: "\(expected.lines[index])", found: "\(found)")
  }

  // MARK: Text

  private func lines(_ rows: [[Value]], of query: RandomQuery, in graph: OracleGraph?) -> [String] {
    let bags = query.bags
    let lines = rows.map { row in
      row.enumerated().map { column, value in
        guard case .list(let values) = value, column < bags.count, bags[column] else { return text(value, graph) }
        return "[\(values.map { text($0, graph) }.sorted().joined(separator: ", "))]"
      }.joined(separator: " | ")
    }
    return query.isOrdered ? lines : lines.sorted()
  }

  /// - Parameter graph: nil when elements carry what they are.
  private func text(_ value: Value, _ graph: OracleGraph?) -> String {
    switch value {
    case .float(let number): return "f" + String(format: "%.9g", number == 0 ? 0 : number)
    case .list(let values): return "[\(values.map { text($0, graph) }.joined(separator: ", "))]"
    case .map(let members):
      return "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \(text($0.value, graph))" }.joined(separator: ", "))}"
    case .node(let node):
      if knowsIDs { return "#\(node.id.rawValue)" }
      return graph?.content(node.id.rawValue) ?? ElementText.node(node.labels, node.properties)
    case .relationship(let relationship):
      if knowsIDs { return "~\(relationship.id.rawValue)" }
      guard let known = graph?.relationships[relationship.id.rawValue] else {
        return ElementText.relationship(relationship.type, relationship.properties, "", "")
      }
      return ElementText.relationship(known.type, known.properties, "", "")
    case .path(let path):
      return path.nodes.enumerated().map { index, node in
        text(.node(node), graph) + (index < path.relationships.count ? text(.relationship(path.relationships[index]), graph) : "")
      }.joined()
    default: return value.description
    }
  }

  /// The statements as a user would type them.
  var script: String { ([graph.statement] + schema + statements.map(\.text)).joined(separator: ";\n") }
}

extension TestEngine {
  /// What ``OracleGraph/dump`` says, of the store.
  func dump() -> [String] {
    var all = run("MATCH (n) RETURN n").rows.compactMap { row -> String? in
      if case .node(let node)? = row.first { ElementText.node(node.labels, node.properties) } else { nil }
    }.sorted()
    all += run("MATCH (a)-[r]->(b) RETURN a, r, b").rows.compactMap { row -> String? in
      guard case .node(let a) = row[0], case .relationship(let r) = row[1], case .node(let b) = row[2] else { return nil }
      return ElementText.relationship(
        r.type, r.properties, ElementText.node(a.labels, a.properties), ElementText.node(b.labels, b.properties))
    }.sorted()
    return all
  }
}
