import SinterLanguage
import SinterModel

extension LogicalPlan {
  /// The operator's name, what it works on, and its inputs, subplans included, for people.
  package var described: (name: String, details: String, inputs: [LogicalPlan]) {
    switch kind {
    case .unit: ("Unit", "", [])
    case .argument: ("Argument", names(outputs), [])
    case .nodeScan(let i, let v, let labels):
      (labels.isEmpty ? "AllNodesScan" : "NodeByLabelScan", "(\(v.name)\(labels.map { ":" + $0 }.joined()))", [i])
    case .zoneScan(let i, let v, let labels, let bounds):
      (
        labels.isEmpty ? "AllNodesScan" : "NodeByLabelScan",
        "(\(v.name)\(labels.map { ":" + $0 }.joined())) in segments that may have \(bounds.map { "\(v.name).\($0.text)" }.joined(separator: " AND "))", [i]
      )
    case .indexSeek(let i, let v, let seek): (seek.name, "\(v.name):\(seek.text)", [i])
    case .nodeByID(let i, let v, let id): ("NodeByIdSeek", "id(\(v.name)) = \(id.text)", [i])
    case .expand(let i, let e): (e.isInto ? "Expand(Into)" : "Expand(All)", e.text, [i])
    case .expandVariable(let i, let e): (e.isInto ? "VarLengthExpand(Into)" : "VarLengthExpand(All)", e.text, [i])
    case .quantifiedExpand(let i, let e): (e.isInto ? "QuantifiedExpand(Into)" : "QuantifiedExpand(All)", e.text, [i])
    case .selectPaths(let i, let p): (p.isInto ? "SelectPaths(Into)" : "SelectPaths(All)", p.text, [i])
    case .countPaths(let i, let paths): (paths.count == nil ? "Expand(Distinct)" : "Expand(Count)", paths.text, [i])
    case .relationshipEnds(let i, let e): ("ProjectEndpoints", "(\(e.start.name))-[\(e.relationship.name)]-(\(e.end.name))", [i])
    case .filter(let i, let predicates): ("Filter", predicates.map(\.text).joined(separator: " AND "), [i])
    case .extend(let i, let a): ("Projection", a.map { "\($0.value.text) AS \($0.variable.name)" }.joined(separator: ", "), [i])
    case .keep(let i): ("Keep", names(outputs), [i])
    case .aggregate(let i, let keys, let aggregates, _):
      (
        "EagerAggregation",
        (keys.map { $0.value.text == $0.variable.name ? $0.variable.name : "\($0.value.text) AS \($0.variable.name)" } + aggregates.map(\.text))
          .joined(separator: ", "), [i]
      )
    case .distinct(let i): ("Distinct", names(outputs), [i])
    case .sort(let i, let keys): ("Sort", keysText(keys), [i])
    case .top(let i, let keys, let skip, let limit):
      ("Top", keysText(keys) + (skip.map { " SKIP \($0.text)" } ?? "") + " LIMIT \(limit.text)", [i])
    case .skip(let i, let n): ("Skip", n.text, [i])
    case .limit(let i, let n): ("Limit", n.text, [i])
    case .unwind(let i, let list, let v): ("Unwind", "\(list.text) AS \(v.name)", [i])
    case .optional(let i, let sub): ("Optional", names(sub.imports), [i, sub.plan])
    case .apply(let i, let sub): ("Apply", names(sub.imports), [i, sub.plan])
    case .forEach(let i, let sub): ("Foreach", names(sub.imports), [i, sub.plan])
    case .union(let a, let b): ("Union", names(outputs), [a, b])
    default: describedEffect
    }
  }

  private var describedEffect: (name: String, details: String, inputs: [LogicalPlan]) {
    switch kind {
    case .create(let i, let elements): ("Create", short(elements.map(\.text)), [i])
    case .merge(let i, let merge): ("Merge", names(merge.variables), [i, merge.match.plan])
    case .set(let i, let mutations): (mutations.name, short(mutations.map(\.text)), [i])
    case .delete(let i, let targets, let detach): (detach ? "DetachDelete" : "Delete", targets.map(\.text).joined(separator: ", "), [i])
    case .transactions(let i, let sub, let isUnit, _, _):
      (isUnit ? "TransactionForeach" : "TransactionApply", names(sub.imports), [i, sub.plan])
    case .members(let i, let node): ("SemiJoin", "the set of \(node.name), once there are rows enough", [i])
    case .hashJoin(let a, let b, let node): ("NodeHashJoin", node.name, [a, b])
    case .loadCSV(let i, let source): ("LoadCSV", "\(source.url.text) AS \(source.row.name)", [i])
    case .procedure(let i, let call): ("ProcedureCall", call.name, [i])
    case .search(let i, let search): (search.operatorName, search.text, [i])
    case .predict(let i, let p): ("Predict", "(\(p.start.name))-[:\(p.type ?? "?")]->(\(p.end.name))", [i])
    case .recommend(let i, let r): ("Recommend", "\(r.item.name) FOR \(r.user.text)", [i])
    case .why(let i, let w): (w.negated ? "WhyNot" : "Why", "\(w.item.text) FOR \(w.user.text)", [i])
    case .discard(let i): ("EmptyResult", "", [i])
    default: ("Operator", "", [])
    }
  }

  /// The first texts of many.
  private func short(_ texts: [String]) -> String {
    texts.prefix(12).joined(separator: ", ") + (texts.count > 12 ? ", … (\(texts.count) in all)" : "")
  }

  private func names(_ variables: [Variable]) -> String { variables.map(\.name).joined(separator: ", ") }

  private func keysText(_ keys: [SortKey]) -> String {
    keys.map { $0.value.text + ($0.descending ? " DESC" : "") }.joined(separator: ", ")
  }
}

private func typesText(_ types: [String]?) -> String { types.map { ":" + $0.joined(separator: "|") } ?? "" }

private func arrow(_ way: Expansion.Way, _ from: Variable, _ inner: String, _ to: Variable) -> String {
  "(\(from.name))\(way == .incoming ? "<" : "")-[\(inner)]-\(way == .outgoing ? ">" : "")(\(to.name))"
}

extension Expansion {
  fileprivate var text: String { arrow(way, from, (relationship?.name ?? "") + typesText(types), to) }
}

extension PathCount {
  /// The hops one after the other, and what they must satisfy.
  fileprivate var text: String {
    let conditions = hops.flatMap { hop in
      hop.labels.map { "\(hop.expansion.to.name):\($0)" } + hop.different.map { "\($0.a.name) <> \($0.b.name)" }
        + hop.same.map { "\($0.a.name) = \($0.b.name)" }
    }
    let chain = hops.map(\.expansion.text).joined(separator: ", ")
    return conditions.isEmpty ? chain : "\(chain) WHERE \(conditions.joined(separator: " AND "))"
  }
}

extension VariableExpansion {
  fileprivate var text: String { arrow(way, from, "\(relationships.name)\(typesText(types))*\(minimum)..\(maximum.map(String.init) ?? "")", to) }
}

extension Aggregate {
  fileprivate var text: String {
    "\(function)(\(distinct ? "DISTINCT " : "")\(arguments.isEmpty ? "*" : arguments.map(\.text).joined(separator: ", ")))"
  }
}

extension CreateElement {
  fileprivate var text: String {
    switch self {
    case .node(let variable, let labels, _): "(\(variable.name)\(labels.map { ":" + $0.text }.joined()))"
    case .relationship(_, let type, let from, let to, _, _, _): "(\(from.name))-[:\(type.text)]->(\(to.name))"
    }
  }
}

extension [Mutation] {
  /// The operator's name, by what all the changes are.
  fileprivate var name: String {
    if allSatisfy({ if case .addLabels = $0 { true } else { false } }) { return "SetLabels" }
    if allSatisfy({ if case .removeLabels = $0 { true } else { false } }) { return "RemoveLabels" }
    if allSatisfy({ if case .retract = $0 { true } else { false } }) { return "Retract" }
    return count == 1 ? "SetProperty" : "SetProperties"
  }
}

extension Mutation {
  fileprivate var text: String {
    switch self {
    case .setProperty(let a, let key, let b, _): "\(a.text).\(key) = \(b.text)"
    case .setDynamicProperty(let a, let key, let b, _): "\(a.text)[\(key.text)] = \(b.text)"
    case .replaceProperties(let a, let b, _): "\(a.text) = \(b.text)"
    case .mergeProperties(let a, let b, _): "\(a.text) += \(b.text)"
    case .addLabels(let a, let labels, _), .removeLabels(let a, let labels, _): a.text + labels.map { ":" + $0.text }.joined()
    case .retract(let a, _, _, _): a.text
    }
  }
}

extension PathSegment {
  /// The segment in the order in which it is walked, without its ends.
  fileprivate var text: String {
    var inner = ""
    for (i, hop) in hops.enumerated() {
      let link = "-[\(hop.relationship.name)\(typesText(hop.types))]-"
      inner += "(\(nodes[i].name))" + (hop.way == .incoming ? "<" : "") + link + (hop.way == .outgoing ? ">" : "")
    }
    inner += "(\(nodes[nodes.count - 1].name))"
    if !filters.isEmpty { inner += " WHERE " + filters.map(\.text).joined(separator: " AND ") }
    return "(\(inner)){\(minimum),\(maximum.map(String.init) ?? "")}"
  }
}

extension QuantifiedExpansion {
  fileprivate var text: String { "(\(from.name)) \(segment.text) (\(to.name))" }
}

extension PathSelection {
  fileprivate var text: String {
    var result = "\(selector.text) (\(from.name))"
    for (i, segment) in segments.enumerated() {
      let all = junctionFilters[i + 1].map(\.text).joined(separator: " AND ")
      let conditions = all.isEmpty ? "" : " WHERE " + all
      if segment.isSingle {
        let hop = segment.hops[0]
        result += (hop.way == .incoming ? "<" : "") + "-[\(hop.relationship.name)\(typesText(hop.types))]-" + (hop.way == .outgoing ? ">" : "")
      } else {
        result += " \(segment.text) "
      }
      result += "(\(junctions[i + 1].name)\(conditions))"
    }
    return result + (filters.isEmpty ? "" : " WHERE " + filters.map(\.text).joined(separator: " AND "))
  }
}

extension PathSelector {
  fileprivate var text: String {
    func number(_ count: SelectorCount) -> String {
      switch count {
      case .literal(let k): String(k)
      case .parameter(let name): "$\(name)"
      }
    }
    switch self {
    case .all: return "ALL"
    case .shortestPath: return "SHORTEST 1"
    case .allShortestPaths: return "ALL SHORTEST"
    case .any(let count): return "ANY \(number(count))"
    case .shortest(let count): return "SHORTEST \(number(count))"
    case .shortestGroups(let count): return "SHORTEST \(number(count)) GROUPS"
    }
  }
}

extension IndexSeek {
  /// As Neo4j names it: by the kind of index, and whether a key is looked up or a part of the index read in order.
  fileprivate var name: String {
    (index.isUnique ? "NodeUniqueIndexSeek" : "NodeIndexSeek") + (access == "seek" ? "" : "ByRange")
  }

  fileprivate var text: String {
    let key = "\(index.label)(\(index.keys.joined(separator: ", ")))"
    switch bounds {
    case .equal(let values): return "\(key) = \(values.map(\.text).joined(separator: ", "))"
    case .anyOf(let list): return "\(key) IN \(list.text)"
    case .prefix(let prefix): return "\(key) STARTS WITH \(prefix.text)"
    case .range(let lower, let includesLower, let upper, let includesUpper):
      let low = lower.map { "\(key) \(includesLower ? ">=" : ">") \($0.text)" }
      let high = upper.map { "\(key) \(includesUpper ? "<=" : "<") \($0.text)" }
      return [low, high].compactMap { $0 }.joined(separator: " AND ")
    }
  }
}

extension Scalar {
  /// The expression as EXPLAIN shows it.
  package var text: String {
    switch self {
    case .constant(let value): value.description
    case .parameter(let name, _): "$\(name)"
    case .variable(let v): v.name
    case .property(let a, let key, _): "\(a.text).\(key)"
    case .element(let a, let b, _): "\(a.text)[\(b.text)]"
    case .list(let all): "[\(all.map(\.text).joined(separator: ", "))]"
    case .not(let a, _): "NOT \(a.text)"
    case .and(let all, _): "(\(all.map(\.text).joined(separator: " AND ")))"
    case .or(let all, _): "(\(all.map(\.text).joined(separator: " OR ")))"
    case .isNull(let a, let negated): "\(a.text) IS \(negated ? "NOT " : "")NULL"
    case .compare(let op, let a, let b, _): "\(a.text) \(op.text) \(b.text)"
    case .arithmetic(let op, let a, let b, _): "(\(a.text) \(op.text) \(b.text))"
    case .membership(let a, let b, _): "\(a.text) IN \(b.text)"
    case .hasLabels(let a, let test, _): "\(a.text):\(test.text)"
    case .function(let name, let all, _): "\(name)(\(all.map(\.text).joined(separator: ", ")))"
    case .subquery(let kind, _): "\(kind) { … }"
    case .xor(let a, let b, _): "(\(a.text) XOR \(b.text))"
    case .negate(let a, _): "-\(a.text)"
    case .map(let keys, let values): "{\(zip(keys, values).map { "\($0): \($1.text)" }.joined(separator: ", "))}"
    case .slice(let a, let from, let to, _): "\(a.text)[\(from?.text ?? "")..\(to?.text ?? "")]"
    case .string(let test, let a, let b, _): "\(a.text) \(test.text) \(b.text)"
    case .conditional(let branches, let otherwise):
      "CASE \(branches.map { "WHEN \($0.condition.text) THEN \($0.result.text)" }.joined(separator: " "))\(otherwise.map { " ELSE \($0.text)" } ?? "") END"
    case .listComprehension(let v, let list, let filter, let projection, _):
      "[\(v.name) IN \(list.text)\(filter.map { " WHERE \($0.text)" } ?? "")\(projection.map { " | \($0.text)" } ?? "")]"
    case .quantifier(let quantifier, let v, let list, let predicate, _): "\(quantifier)(\(v.name) IN \(list.text) WHERE \(predicate.text))"
    case .reduce(let total, let initial, let v, let list, let body, _):
      "reduce(\(total.name) = \(initial.text), \(v.name) IN \(list.text) | \(body.text))"
    default: "…"
    }
  }
}

extension Scalar.StringTest {
  fileprivate var text: String {
    switch self {
    case .startsWith: "STARTS WITH"
    case .endsWith: "ENDS WITH"
    case .contains: "CONTAINS"
    case .matches: "=~"
    }
  }
}

extension Scalar.Comparison {
  fileprivate var text: String {
    switch self {
    case .equal: "="
    case .notEqual: "<>"
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }
}

extension Scalar.Arithmetic {
  fileprivate var text: String {
    switch self {
    case .add: "+"
    case .subtract: "-"
    case .multiply: "*"
    case .divide: "/"
    case .modulo: "%"
    case .power: "^"
    case .concatenate: "||"
    }
  }
}

extension LabelTest {
  fileprivate var text: String {
    switch self {
    case .name(let name): name
    case .any: "%"
    case .not(let a): "!\(a.text)"
    case .and(let all): all.map(\.text).joined(separator: "&")
    case .or(let all): all.map(\.text).joined(separator: "|")
    case .dynamic(let scalar): "$(\(scalar.text))"
    case .dynamicAny(let scalar): "$any(\(scalar.text))"
    }
  }
}

extension SearchPlan {
  fileprivate var operatorName: String {
    others.isEmpty ? isFullText ? "FulltextIndexSearch" : "VectorIndexSearch" : "FusedIndexSearch"
  }

  fileprivate var text: String {
    let conditions =
      labels.map { "\(variable.name):\($0)" } + [candidates.map { "\(variable.name) IN \($0.text)" }].compactMap { $0 } + filter.map(\.text)
    return "\(variable.name) IN \(sources.map { "\($0.index) FOR \($0.query.text)" }.joined(separator: ", "))" + (conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
      + (limit.map { " LIMIT \($0.text)" } ?? "") + (minimumScore.map { ", score at least \($0.text)" } ?? "")
  }
}
