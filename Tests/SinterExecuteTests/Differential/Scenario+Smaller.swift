import SinterModel
import TestSupport

extension Scenario {
  /// Takes away clauses, terms and parts of the graph as long as a difference remains.
  func shrunk(_ engine: TestEngine, _ configuration: Configuration, errorCode: String?) -> Scenario {
    var best = self
    var tries = 0
    var isSmaller = true
    while isSmaller && tries < 3_000 {
      isSmaller = false
      for candidate in best.smaller {
        tries += 1
        guard let expected = candidate.expected(),
          let difference = try? candidate.difference(from: expected, engine, configuration),
          difference.errorCode == errorCode
        else { continue }
        best = candidate
        isSmaller = true
        break
      }
    }
    return best
  }

  private var smaller: [Scenario] {
    var all: [Scenario] = []
    func add(_ edit: (inout Scenario) -> Void) {
      var copy = self
      edit(&copy)
      all.append(copy)
    }
    if statements.count > 1 { for index in statements.indices { add { $0.statements.remove(at: index) } } }
    for index in schema.indices { add { $0.schema.remove(at: index) } }
    for index in statements.indices {
      for query in statements[index].smaller { add { $0.statements[index] = query } }
    }
    for id in graph.relationships.keys.sorted().reversed() {
      // Ids are given anew from 0, so that the last one only can go where ids count.
      if !knowsIDs || id + 1 == graph.relationshipIDLimit { add { $0.graph.deleteRelationship(id) } }
      for key in graph.relationships[id]!.properties.keys { add { $0.graph.setRelationship(id, key, to: .null) } }
    }
    for id in graph.nodes.keys.sorted().reversed() {
      if graph.relationships(of: id).isEmpty, !knowsIDs || Int(id) + 1 == graph.nodes.count { add { $0.graph.deleteNode(id) } }
      for key in graph.nodes[id]!.properties.keys { add { $0.graph.setNode(id, key, to: .null) } }
      for label in graph.nodes[id]!.labels { add { $0.graph.setLabel(label, of: id, to: false) } }
    }
    return all
  }
}

/// The array without each element in turn, and with each element made smaller.
func smaller<T>(_ all: [T], keepingOne: Bool = false, _ reduce: (T) -> [T]) -> [[T]] {
  var found: [[T]] = []
  if !keepingOne || all.count > 1 {
    for index in all.indices {
      var copy = all
      copy.remove(at: index)
      found.append(copy)
    }
  }
  for index in all.indices {
    for one in reduce(all[index]) {
      var copy = all
      copy[index] = one
      found.append(copy)
    }
  }
  return found
}

func smaller(_ filter: Term?) -> [Term?] { filter.map { [nil] + $0.smaller.map { $0 } } ?? [] }

extension RandomQuery {
  fileprivate var smaller: [RandomQuery] {
    Reduction.parts(parts).map { RandomQuery(parts: $0, isUnionAll: isUnionAll) }
  }

  fileprivate enum Reduction {
    static func parts(_ parts: [Part]) -> [[Part]] {
      SinterExecuteTests.smaller(parts, keepingOne: true) { part in
        clauses(part.clauses).map { Part(clauses: $0, result: part.result) }
          + (part.result.map { result in result.smaller.map { Part(clauses: part.clauses, result: $0) } } ?? [])
      }
    }

    static func clauses(_ clauses: [Clause]) -> [[Clause]] { SinterExecuteTests.smaller(clauses) { $0.smaller } }
  }
}

extension RandomQuery.Clause {
  fileprivate var smaller: [RandomQuery.Clause] {
    switch self {
    case .match(let patterns, let filter, let optional):
      (optional ? [.match(patterns, filter: filter, optional: false)] : [])
        + SinterExecuteTests.smaller(filter).map { .match(patterns, filter: $0, optional: optional) }
        + SinterExecuteTests.smaller(patterns, keepingOne: true) { $0.smaller }.map { .match($0, filter: filter, optional: optional) }
    case .unwind(let list, let name): list.smaller.map { .unwind($0, as: name) }
    case .with(let projection, let filter):
      SinterExecuteTests.smaller(filter).map { .with(projection, filter: $0) } + projection.smaller.map { .with($0, filter: filter) }
    case .call(let query, let imports):
      query.smaller.map { .call($0, imports: imports) }
        + imports.indices.map { index in .call(query, imports: imports.enumerated().filter { $0.offset != index }.map(\.element)) }
    case .create(let patterns): SinterExecuteTests.smaller(patterns, keepingOne: true) { $0.smaller }.map { .create($0) }
    case .merge(let pattern, let onCreate, let onMatch):
      pattern.smaller.map { .merge($0, onCreate: onCreate, onMatch: onMatch) }
        + (onCreate.isEmpty ? [] : [.merge(pattern, onCreate: [], onMatch: onMatch)])
        + (onMatch.isEmpty ? [] : [.merge(pattern, onCreate: onCreate, onMatch: [])])
    case .set(let changes): SinterExecuteTests.smaller(changes, keepingOne: true) { _ in [] }.map { .set($0) }
    case .foreach(let name, let list, let clauses):
      list.smaller.map { .foreach(name, $0, clauses) }
        + SinterExecuteTests.smaller(clauses, keepingOne: true) { $0.smaller }.map { .foreach(name, list, $0) }
    case .delete: []
    }
  }
}

extension RandomQuery.Projection {
  fileprivate var smaller: [RandomQuery.Projection] {
    var all: [RandomQuery.Projection] = []
    func add(_ edit: (inout RandomQuery.Projection) -> Void) {
      var copy = self
      edit(&copy)
      all.append(copy)
    }
    if isDistinct { add { $0.isDistinct = false } }
    if skip != nil { add { $0.skip = nil } }
    if limit != nil { add { $0.limit = nil } }
    if skip == nil, limit == nil, !order.isEmpty { add { $0.order = [] } }
    if order.count > items.count { add { $0.order.removeFirst() } }
    if items.count > 1 || isStar {
      for index in items.indices {
        let alias = items[index].alias
        add { projection in
          projection.items.remove(at: index)
          projection.order.removeAll { if case .variable(alias) = $0.term { true } else { false } }
        }
      }
    }
    for index in items.indices { for term in items[index].term.smaller { add { $0.items[index].term = term } } }
    return all
  }
}

extension Pattern {
  fileprivate var smaller: [Pattern] {
    var all: [Pattern] = []
    func add(_ edit: (inout Pattern) -> Void) {
      var copy = self
      edit(&copy)
      all.append(copy)
    }
    if !hops.isEmpty {
      add {
        $0.hops.removeLast()
        $0.nodes.removeLast()
      }
      add {
        $0.hops.removeFirst()
        $0.nodes.removeFirst()
      }
    }
    if name != nil { add { $0.name = nil } }
    for index in nodes.indices {
      if nodes[index].labels != nil { add { $0.nodes[index].labels = nil } }
      if !nodes[index].properties.isEmpty { add { $0.nodes[index].properties = [] } }
      for filter in SinterExecuteTests.smaller(nodes[index].filter) { add { $0.nodes[index].filter = filter } }
      if nodes[index].name != nil { add { $0.nodes[index].name = nil } }
    }
    for index in hops.indices {
      if !hops[index].properties.isEmpty { add { $0.hops[index].properties = [] } }
      if !hops[index].types.isEmpty { add { $0.hops[index].types = [] } }
      if hops[index].name != nil { add { $0.hops[index].name = nil } }
      if hops[index].length != nil { add { $0.hops[index].length = nil } }
      if hops[index].direction == .either { add { $0.hops[index].direction = .right } }
    }
    // All at once: a path has lengths of one kind.
    if hops.contains(where: \.isQuantified) { add { for index in $0.hops.indices { $0.hops[index].isQuantified = false } } }
    return all
  }
}

extension Term {
  fileprivate var smaller: [Term] {
    var all: [Term] = []
    switch self {
    case .constant(.null): return []
    case .constant: return [.null]
    case .exists(let query): return [.constant(true)] + query.smaller.map { .exists($0) }
    case .count(let query): return [.constant(1)] + query.smaller.map { .count($0) }
    case .collect(let query): return [.list([])] + query.smaller.map { .collect($0) }
    case .patternComprehension(let pattern, let filter, let result):
      return [.list([])] + pattern.smaller.map { .patternComprehension($0, filter: filter, result: result) }
        + SinterExecuteTests.smaller(filter).map { .patternComprehension(pattern, filter: $0, result: result) }
        + result.smaller.map { .patternComprehension(pattern, filter: filter, result: $0) }
    case .aggregate: break
    default: all = [.null] + children
    }
    for (index, child) in children.enumerated() {
      for one in child.smaller {
        var copy = children
        copy[index] = one
        all.append(with(copy))
      }
    }
    return all
  }

  /// The same with other ``children``.
  private func with(_ all: [Term]) -> Term {
    switch self {
    case .constant, .variable, .hasLabel, .exists, .count, .collect, .patternComprehension: return self
    case .property(_, let key): return .property(all[0], key)
    case .not: return .not(all[0])
    case .isNull(_, let negated): return .isNull(all[0], negated: negated)
    case .slice(_, let from, let to): return .slice(all[0], from, to)
    case .binary(_, let sign, _): return .binary(all[0], sign, all[1])
    case .subscript_: return .subscript_(all[0], all[1])
    case .quantifier(let kind, let name, _, _): return .quantifier(kind, name, all[0], all[1])
    case .function(let name, _): return .function(name, all)
    case .list: return .list(all)
    case .condition(let cases, let otherwise, let subject):
      let pairs = cases.indices.map { (when: all[2 * $0], then: all[2 * $0 + 1]) }
      return .condition(pairs, otherwise: otherwise == nil ? nil : all[2 * cases.count], subject: subject == nil ? nil : all.last)
    case .map(let members): return .map(zip(members, all).map { ($0.key, $1) })
    case .comprehension(let name, _, let filter, let result):
      return .comprehension(name, all[0], filter: filter == nil ? nil : all[1], result: result == nil ? nil : all.last)
    case .reduce(let sum, _, let name, _, _): return .reduce(sum, all[0], name, all[1], all[2])
    case .aggregate(let name, let operand, let distinct, let parameter):
      return .aggregate(name, operand == nil ? nil : all[0], distinct: distinct, parameter: parameter)
    }
  }
}
