import SinterModel
import TestSupport

/// Answers a random query over an oracle graph as directly as the language is defined: every way to assign elements is
/// tried, relationships of one MATCH being different from each other; expressions, functions and aggregates are its own.
struct Oracle {
  typealias Row = [String: Value]

  /// The query is none, or too large for the oracle.
  struct Refusal: Error {}

  var graph: OracleGraph
  private static let rowLimit = 150
  private var work = 0

  init(graph: OracleGraph) { self.graph = graph }

  /// Rows in the order of the language, where it has one.
  /// - Throws: ``Refusal``
  mutating func rows(_ query: RandomQuery) throws(Refusal) -> [[Value]] { try rows(query, over: [:]) }

  /// Gives up where a query would keep a test busy.
  mutating func spend(_ amount: Int = 1) throws(Refusal) {
    work += amount
    if work > 60_000 { throw Refusal() }
  }

  /// - Parameter outer: what an inner query sees of the row it is for.
  mutating func rows(_ query: RandomQuery, over outer: Row) throws(Refusal) -> [[Value]] {
    var all: [[Value]] = []
    for part in query.parts { all += try rows(part, outer) }
    return query.parts.count > 1 && !query.isUnionAll ? distinct(all) : all
  }

  private mutating func rows(_ part: RandomQuery.Part, _ outer: Row) throws(Refusal) -> [[Value]] {
    let rows = try run(part.clauses, [outer], outer)
    guard let result = part.result else { return part.clauses.last?.isWriting == true ? [] : rows.map { _ in [] } }
    return try project(result, rows, outer).map(\.values)
  }

  mutating func run(_ clauses: [RandomQuery.Clause], _ start: [Row], _ outer: Row) throws(Refusal) -> [Row] {
    var rows = start
    for clause in clauses {
      rows = try run(clause, rows, outer)
      guard rows.count <= Self.rowLimit else { throw Refusal() }
    }
    return rows
  }

  private mutating func run(_ clause: RandomQuery.Clause, _ rows: [Row], _ outer: Row) throws(Refusal) -> [Row] {
    var next: [Row] = []
    switch clause {
    case .match(let patterns, let filter, let optional):
      for row in rows {
        let found = try matches(patterns, filter, row)
        next += found
        if found.isEmpty && optional {
          var missing = row
          for name in patterns.flatMap(\.newNames) where missing[name] == nil { missing[name] = .null }
          next.append(missing)
        }
        guard next.count <= Self.rowLimit else { throw Refusal() }
      }
    case .unwind(let list, let name):
      for row in rows {
        let value = try evaluate(list, row)
        if value.isNull { continue }
        guard case .list(let values) = value else { throw Refusal() }
        for element in values { next.append(row.merging([name: element]) { $1 }) }
      }
    case .with(let projection, let filter):
      for result in try project(projection, rows, outer) {
        if try holds(filter, result.row) { next.append(result.row) }
      }
    case .call(let query, let imports):
      let names = query.parts[0].result?.items.map(\.alias)
      for row in rows {
        let inner = row.filter { imports.contains($0.key) }
        let found = try self.rows(query, over: inner)
        if let names {
          for values in found { next.append(row.merging(zip(names, values)) { $1 }) }
        } else {
          next.append(row)
        }
      }
    case .create, .merge, .set, .delete, .foreach: return try write(clause, rows)
    }
    return next
  }

  func distinct(_ rows: [[Value]]) -> [[Value]] {
    var seen: Set<String> = []
    return rows.filter { seen.insert($0.map(Oracle.key).joined(separator: "|")).inserted }
  }

  /// Equal for values that DISTINCT and grouping take as the same.
  static func key(_ value: Value) -> String {
    switch value {
    case .integer(let number): "n\(Double(number))"
    case .float(let number): "n\(number == 0 ? 0.0 : number)"
    case .node(let node): "#\(node.id.rawValue)"
    case .relationship(let relationship): "~\(relationship.id.rawValue)"
    case .path(let path):
      "<\(path.nodes.map { String($0.id.rawValue) }.joined(separator: ","));\(path.relationships.map { String($0.id.rawValue) }.joined(separator: ","))>"
    case .list(let values): "[\(values.map(key).joined(separator: ","))]"
    case .map(let members): "{\(members.sorted { $0.key < $1.key }.map { "\($0.key):\(key($0.value))" }.joined(separator: ","))}"
    default: value.description
    }
  }
}
