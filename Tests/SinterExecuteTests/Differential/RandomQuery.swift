import SinterModel
import TestSupport

/// A reading query as data, so that it can be written as text and be answered by the oracle.
struct RandomQuery {
  var parts: [Part]
  /// UNION or UNION ALL between the parts.
  var isUnionAll = false

  struct Part {
    var clauses: [Clause]
    var result: Projection
  }

  indirect enum Clause {
    case match([Pattern], filter: Condition?, optional: Bool)
    case unwind([Int64], as: String)
    case with(Projection, filter: Condition?)
  }

  struct Pattern {
    var nodes: [NodePattern]
    var hops: [Hop]
  }

  struct NodePattern {
    var name: String?
    var label: String?
    var property: (key: String, value: Int64)?
  }

  struct Hop {
    enum Direction: CaseIterable { case right, left, either }
    var name: String?
    var types: [String]
    var direction: Direction
    /// Least and most steps of a variable length.
    var length: ClosedRange<Int>?
  }

  indirect enum Condition {
    case compare(Operand, String, Operand)
    case isNull(Operand, negated: Bool)
    case hasLabel(String, String)
    case same(String, String, negated: Bool)
    case exists(Pattern)
    case and(Condition, Condition)
    case or(Condition, Condition)
    case not(Condition)
  }

  indirect enum Operand {
    case property(String, String)
    case number(String)
    case constant(Int64)
    case sum(Operand, Operand)
    /// The number of ways a pattern goes on from what is bound.
    case count(Pattern)
  }

  struct Projection {
    struct Item {
      var value: ItemValue
      var alias: String
    }

    enum ItemValue {
      case variable(String)
      case operand(Operand)
      case countRows
      case aggregate(String, Operand, distinct: Bool)
    }

    var items: [Item]
    var isDistinct = false
    /// Orders by every column, so that SKIP and LIMIT are determined.
    var isOrdered = false
    var descends = false
    var skip: Int?
    var limit: Int?
  }
}

// MARK: Text

extension RandomQuery {
  var text: String {
    parts.map { part in
      (part.clauses.map(\.text) + ["RETURN " + part.result.text]).joined(separator: "\n")
    }.joined(separator: isUnionAll ? "\nUNION ALL\n" : "\nUNION\n")
  }
}

extension RandomQuery.Clause {
  var text: String {
    switch self {
    case .match(let patterns, let filter, let optional):
      (optional ? "OPTIONAL MATCH " : "MATCH ") + patterns.map(\.text).joined(separator: ", ") + (filter.map { " WHERE " + $0.text } ?? "")
    case .unwind(let values, let name): "UNWIND [\(values.map(String.init).joined(separator: ", "))] AS \(name)"
    case .with(let projection, let filter): "WITH " + projection.text + (filter.map { " WHERE " + $0.text } ?? "")
    }
  }
}

extension RandomQuery.Pattern {
  var text: String {
    var text = nodes[0].text
    for (hop, node) in zip(hops, nodes.dropFirst()) { text += hop.text + node.text }
    return text
  }
}

extension RandomQuery.NodePattern {
  var text: String {
    let label = self.label.map { ":" + $0 } ?? ""
    let property = self.property.map { " {\($0.key): \($0.value)}" } ?? ""
    return "(\(name ?? "")\(label)\(property))"
  }
}

extension RandomQuery.Hop {
  var text: String {
    var inside = name ?? ""
    if !types.isEmpty { inside += ":" + types.joined(separator: "|") }
    if let length { inside += "*\(length.lowerBound)..\(length.upperBound)" }
    let body = inside.isEmpty ? "" : "[\(inside)]"
    switch direction {
    case .right: return "-\(body)->"
    case .left: return "<-\(body)-"
    case .either: return "-\(body)-"
    }
  }
}

extension RandomQuery.Condition {
  var text: String {
    switch self {
    case .compare(let a, let sign, let b): "\(a.text) \(sign) \(b.text)"
    case .isNull(let a, let negated): "\(a.text) IS \(negated ? "NOT " : "")NULL"
    case .hasLabel(let name, let label): "\(name):\(label)"
    case .same(let a, let b, let negated): "\(a) \(negated ? "<>" : "=") \(b)"
    case .exists(let pattern): "EXISTS { \(pattern.text) }"
    case .and(let a, let b): "(\(a.text) AND \(b.text))"
    case .or(let a, let b): "(\(a.text) OR \(b.text))"
    case .not(let a): "NOT (\(a.text))"
    }
  }
}

extension RandomQuery.Operand {
  var text: String {
    switch self {
    case .property(let name, let key): "\(name).\(key)"
    case .number(let name): name
    case .constant(let number): String(number)
    case .sum(let a, let b): "(\(a.text) + \(b.text))"
    case .count(let pattern): "COUNT { \(pattern.text) }"
    }
  }
}

extension RandomQuery.Projection {
  var text: String {
    var text = isDistinct ? "DISTINCT " : ""
    text += items.map { "\($0.value.text) AS \($0.alias)" }.joined(separator: ", ")
    if isOrdered { text += " ORDER BY " + items.map { $0.alias + (descends ? " DESC" : "") }.joined(separator: ", ") }
    if let skip { text += " SKIP \(skip)" }
    if let limit { text += " LIMIT \(limit)" }
    return text
  }
}

extension RandomQuery.Projection.ItemValue {
  var text: String {
    switch self {
    case .variable(let name): name
    case .operand(let operand): operand.text
    case .countRows: "count(*)"
    case .aggregate(let function, let operand, let distinct): "\(function)(\(distinct ? "DISTINCT " : "")\(operand.text))"
    }
  }

  var isAggregate: Bool {
    switch self {
    case .countRows, .aggregate: true
    default: false
    }
  }
}
