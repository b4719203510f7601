import SinterModel

extension RandomQuery {
  var text: String { parts.map(\.text).joined(separator: isUnionAll ? "\nUNION ALL\n" : "\nUNION\n") }

  /// The query on one line, as it stands in braces.
  var inline: String { text.split(separator: "\n").joined(separator: " ") }
}

extension RandomQuery.Part {
  var text: String { (clauses.map(\.text) + [result.map { "RETURN " + $0.text }].compactMap(\.self)).joined(separator: "\n") }
}

private func filtered(_ filter: Term?) -> String { filter.map { " WHERE " + $0.text } ?? "" }

extension RandomQuery.Clause {
  var text: String {
    switch self {
    case .match(let patterns, let filter, let optional):
      (optional ? "OPTIONAL MATCH " : "MATCH ") + patterns.map(\.text).joined(separator: ", ") + filtered(filter)
    case .unwind(let list, let name): "UNWIND \(list.text) AS \(name)"
    case .with(let projection, let filter): "WITH " + projection.text + filtered(filter)
    case .call(let query, let imports): "CALL (\(imports.joined(separator: ", "))) { \(query.inline) }"
    case .create(let patterns): "CREATE " + patterns.map(\.text).joined(separator: ", ")
    case .merge(let pattern, let onCreate, let onMatch):
      "MERGE " + pattern.text + (onCreate.isEmpty ? "" : " ON CREATE " + changes(onCreate))
        + (onMatch.isEmpty ? "" : " ON MATCH " + changes(onMatch))
    case .set(let items): changes(items)
    case .delete(let names, let detach): (detach ? "DETACH " : "") + "DELETE " + names.joined(separator: ", ")
    case .foreach(let name, let list, let clauses):
      "FOREACH (\(name) IN \(list.text) | \(clauses.map(\.text).joined(separator: " ")))"
    }
  }

  private func changes(_ items: [RandomQuery.Change]) -> String {
    let sets = items.filter { !$0.isRemoval }
    let removals = items.filter(\.isRemoval)
    return ((sets.isEmpty ? [] : ["SET " + sets.map(\.text).joined(separator: ", ")])
      + (removals.isEmpty ? [] : ["REMOVE " + removals.map(\.text).joined(separator: ", ")])).joined(separator: " ")
  }
}

extension RandomQuery.Change {
  var text: String {
    switch self {
    case .property(let name, let key, let term): "\(name).\(key) = \(term.text)"
    case .label(let name, let label), .removeLabel(let name, let label): "\(name):\(label)"
    case .merge(let name, let term): "\(name) += \(term.text)"
    case .replace(let name, let term): "\(name) = \(term.text)"
    case .removeProperty(let name, let key): "\(name).\(key)"
    }
  }
}

extension RandomQuery.Projection {
  var text: String {
    var text = isDistinct ? "DISTINCT " : ""
    text += ((isStar ? ["*"] : []) + items.map { "\($0.term.text) AS \($0.alias)" }).joined(separator: ", ")
    if !order.isEmpty { text += " ORDER BY " + order.map { $0.term.text + ($0.descends ? " DESC" : "") }.joined(separator: ", ") }
    if let skip { text += " SKIP \(skip)" }
    if let limit { text += " LIMIT \(limit)" }
    return text
  }
}

extension Pattern {
  var text: String {
    var text = nodes[0].text
    for (hop, node) in zip(hops, nodes.dropFirst()) { text += hop.text + node.text }
    switch selection {
    case .all: break
    case .shortest: text = "shortestPath(\(text))"
    case .allShortest: text = "allShortestPaths(\(text))"
    }
    return (name.map { $0 + " = " } ?? "") + text
  }
}

private func members(_ properties: [(key: String, term: Term)]) -> String {
  properties.map { "\($0.key): \($0.term.text)" }.joined(separator: ", ")
}

extension Pattern.NodePattern {
  var text: String {
    var inside = (name ?? "") + (labels.map { ":" + $0.text } ?? "")
    if !properties.isEmpty { inside += " {\(members(properties))}" }
    return "(" + inside + filtered(filter) + ")"
  }
}

extension Pattern.Hop {
  var text: String {
    var inside = name ?? ""
    if !types.isEmpty { inside += ":" + types.joined(separator: "|") }
    if let length, !isQuantified { inside += "*\(length.lowerBound)..\(length.upperBound)" }
    if !properties.isEmpty { inside += " {\(members(properties))}" }
    let body = inside.isEmpty ? "" : "[\(inside)]"
    let quantifier = length.flatMap { isQuantified ? "{\($0.lowerBound),\($0.upperBound)}" : nil } ?? ""
    switch direction {
    case .right: return "-\(body)->" + quantifier
    case .left: return "<-\(body)-" + quantifier
    case .either: return "-\(body)-" + quantifier
    }
  }
}

extension LabelTerm {
  var text: String {
    switch self {
    case .label(let name): name
    case .not(let a): "!" + a.text
    case .and(let a, let b): "(\(a.text)&\(b.text))"
    case .or(let a, let b): "(\(a.text)|\(b.text))"
    }
  }
}

extension Term {
  var text: String {
    switch self {
    case .constant(let value): Term.literal(value)
    case .variable(let name): name
    case .property(let a, let key): a.text + "." + key
    case .hasLabel(let name, let labels): "\(name):\(labels.text)"
    case .not(let a): "NOT (\(a.text))"
    case .isNull(let a, let negated): "(\(a.text)) IS \(negated ? "NOT " : "")NULL"
    case .binary(let a, let sign, let b): "(\(a.text) \(sign) \(b.text))"
    case .function(let name, let arguments): "\(name)(\(arguments.map(\.text).joined(separator: ", ")))"
    case .condition(let cases, let otherwise, let subject):
      "CASE" + (subject.map { " " + $0.text } ?? "") + cases.map { " WHEN \($0.when.text) THEN \($0.then.text)" }.joined()
        + (otherwise.map { " ELSE " + $0.text } ?? "") + " END"
    case .list(let terms): "[\(terms.map(\.text).joined(separator: ", "))]"
    case .map(let all): "{\(members(all))}"
    case .subscript_(let a, let b): "\(a.text)[\(b.text)]"
    case .slice(let a, let from, let to): "\(a.text)[\(from.map(String.init) ?? "")..\(to.map(String.init) ?? "")]"
    case .comprehension(let name, let list, let filter, let result):
      "[\(name) IN \(list.text)\(filtered(filter))\(result.map { " | " + $0.text } ?? "")]"
    case .quantifier(let kind, let name, let list, let filter): "\(kind)(\(name) IN \(list.text) WHERE \(filter.text))"
    case .reduce(let sum, let start, let name, let list, let body):
      "reduce(\(sum) = \(start.text), \(name) IN \(list.text) | \(body.text))"
    case .exists(let query): "EXISTS { \(query.inline) }"
    case .count(let query): "COUNT { \(query.inline) }"
    case .collect(let query): "COLLECT { \(query.inline) }"
    case .patternComprehension(let pattern, let filter, let result): "[\(pattern.text)\(filtered(filter)) | \(result.text)]"
    case .aggregate(let name, let operand, let distinct, let parameter):
      "\(name)(\(distinct ? "DISTINCT " : "")\(operand?.text ?? "*")\(parameter.map { ", \($0)" } ?? ""))"
    }
  }

  private static func literal(_ value: Value) -> String {
    switch value {
    case .date(let date): "date('\(date)')"
    case .list(let values): "[\(values.map(literal).joined(separator: ", "))]"
    case .map(let all): "{\(all.sorted { $0.key < $1.key }.map { "\($0.key): \(literal($0.value))" }.joined(separator: ", "))}"
    default: value.description
    }
  }
}
