import SinterModel
import TestSupport

extension QueryMaker {
  mutating func condition(_ depth: Int) -> Term {
    if depth > 0, chance(0.35) {
      switch number(0...3) {
      case 0: return .binary(condition(depth - 1), "AND", condition(depth - 1))
      case 1: return .binary(condition(depth - 1), "OR", condition(depth - 1))
      case 2: return .binary(condition(depth - 1), "XOR", condition(depth - 1))
      default: return .not(condition(depth - 1))
      }
    }
    let nodes = names(.node)
    switch number(0...15) {
    case 0 where !nodes.isEmpty: return .hasLabel(pick(nodes), labels(1))
    case 1 where nodes.count > 1: return .binary(.variable(pick(nodes)), pick(["=", "<>"]), .variable(pick(nodes)))
    case 2, 3: return .isNull(chance(0.3) && !scope.isEmpty ? .variable(pick(scope).name) : term(anyKind(), 1), negated: chance(0.5))
    case 4 where nesting > 0 && !nodes.isEmpty: return .exists(inner(nil))
    case 5: return .binary(term(.text, 1), pick(["STARTS WITH", "ENDS WITH", "CONTAINS"]), term(.text, 1))
    case 6: return .binary(term(.integer, 1), "IN", term(.list, 1))
    case 7: return .binary(term(.mixed, 1), pick(["=", "<>", "<", "<=", ">", ">="]), term(.mixed, 0))
    case 8 where depth > 0: return quantifier()
    case 9: return .binary(.constant(.string(pick(Self.labels))), "IN", nodes.isEmpty ? .list([.null]) : .function("labels", [.variable(pick(nodes))]))
    case 10: return term(.truth, depth)
    case 11:
      let kind = pick([Kind.text, .date, .float, .list])
      return .binary(term(kind, 1), pick(kind == .list ? ["=", "<>"] : ["=", "<>", "<", "<=", ">", ">="]), term(kind, 1))
    case 12: return .binary(term(.mixed, 0), "IN", .list((0..<number(0...3)).map { _ in term(.mixed, 0) }))
    default: return .binary(term(.integer, 1), pick(["=", "<>", "<", "<=", ">", ">="]), term(.integer, 1))
    }
  }

  mutating func anyKind() -> Kind { pick([.integer, .integer, .text, .truth, .float, .date, .list, .mixed]) }

  private mutating func quantifier() -> Term {
    let list = term(.list, 1)
    let name = fresh("e")
    let outer = scope
    scope.append(Variable(name: name, kind: .integer))
    defer { scope = outer }
    return .quantifier(pick(["any", "all", "none", "single"]), name, list, condition(0))
  }

  /// A term that gives a value of this kind, or null.
  mutating func term(_ kind: Kind, _ depth: Int) -> Term {
    if depth > 0 {
      switch number(0...9) {
      case 0:
        var cases: [(when: Term, then: Term)] = []
        let subject = chance(0.3) ? term(.integer, 0) : nil
        for _ in 0..<number(1...2) { cases.append((subject == nil ? condition(0) : term(.integer, 0), term(kind, depth - 1))) }
        return .condition(cases, otherwise: chance(0.6) ? term(kind, 0) : nil, subject: subject)
      case 1: return .function("coalesce", [term(kind, depth - 1), term(kind, 0)])
      case 2...5: if let found = compound(kind, depth - 1) { return found }
      default: break
      }
    }
    return simple(kind)
  }

  private mutating func simple(_ kind: Kind) -> Term {
    let known = names(kind)
    let nodes = names(.node)
    let relationships = names(.relationship)
    if kind == .node || kind == .relationship || kind == .path { return known.isEmpty ? .null : .variable(pick(known)) }
    switch number(0...9) {
    case 0: return chance(0.3) ? .null : .constant(Self.value(kind, &random))
    case 1: return .constant(Self.value(kind, &random))
    case 2, 3, 4 where !known.isEmpty: return known.isEmpty ? .constant(Self.value(kind, &random)) : .variable(pick(known))
    case 5 where kind == .integer && !relationships.isEmpty: return .property(.variable(pick(relationships)), "w")
    case 6 where kind == .text && !relationships.isEmpty: return .function("type", [.variable(pick(relationships))])
    default:
      let keys = Self.properties.filter { $0.kind == kind }.map(\.key)
      return nodes.isEmpty ? .constant(Self.value(kind, &random)) : .property(.variable(pick(nodes)), pick(keys))
    }
  }

  private mutating func compound(_ kind: Kind, _ depth: Int) -> Term? {
    switch kind {
    case .integer: integer(depth)
    case .text: text(depth)
    case .list: list(depth)
    case .truth: condition(0)
    case .float: .binary(term(.float, depth), pick(["+", "-", "*"]), chance(0.5) ? term(.float, 0) : term(.integer, 0))
    case .date: .binary(term(.date, depth), "+", .function("duration", [.map([("days", .constant(.integer(Int64(number(0...400)))))])]))
    case .mixed: term(pick([.integer, .text, .truth]), depth)
    case .node, .relationship, .path: nil
    }
  }

  private mutating func integer(_ depth: Int) -> Term {
    let nodes = names(.node)
    let paths = names(.path)
    switch number(0...13) {
    case 0...2: return .binary(term(.integer, depth), pick(["+", "-", "*"]), term(.integer, 0))
    case 3: return .binary(term(.integer, depth), pick(["/", "%"]), .constant(.integer(Int64(number(1...3)))))
    case 4: return .function("size", [term(pick([.list, .text]), depth)])
    case 5: return .function(pick(["abs", "sign"]), [term(.integer, depth)])
    case 6: return .function(pick(["head", "last"]), [term(.list, depth)])
    case 7: return .subscript_(term(.list, depth), .constant(.integer(Int64(number(-3...3)))))
    case 8: return .property(term(.date, 0), pick(["year", "month", "day", "dayOfWeek"]))
    case 9 where !paths.isEmpty: return .function("length", [.variable(pick(paths))])
    case 10 where nesting > 0 && !nodes.isEmpty: return .count(inner(nil))
    case 11 where nesting > 0 && !nodes.isEmpty: return .function("size", [bag()])
    case 12 where !nodes.isEmpty: return .function("size", [.function(pick(["labels", "keys"]), [.variable(pick(nodes))])])
    case 13:
      let (sum, name) = (fresh("a"), fresh("e"))
      let list = term(.list, depth)
      let outer = scope
      scope += [Variable(name: sum, kind: .integer), Variable(name: name, kind: .integer)]
      defer { scope = outer }
      return .reduce(sum, .constant(.integer(0)), name, list, .binary(.variable(sum), pick(["+", "-"]), term(.integer, 0)))
    default: return .function("toInteger", [term(pick([.text, .float]), 0)])
    }
  }

  /// A list in no order: of a subquery or a pattern comprehension.
  mutating func bag() -> Term {
    if chance(0.5) { return .collect(inner(pick([.integer, .text]))) }
    let outer = scope
    defer { scope = outer }
    var found: [Variable] = []
    var pattern = pattern(&found)
    while pattern.hops.isEmpty {
      found = []
      pattern = self.pattern(&found)
    }
    // Quantifiers belong to MATCH and to subqueries.
    for index in pattern.hops.indices { pattern.hops[index].isQuantified = false }
    if let node = names(.node).randomElement(using: &random) { pattern.nodes[0] = Pattern.NodePattern(name: node) }
    scope += found.filter { pattern.newNames.contains($0.name) }
    return .patternComprehension(pattern, filter: chance(0.3) ? condition(0) : nil, result: term(pick([.integer, .text]), 1))
  }

  private mutating func text(_ depth: Int) -> Term {
    switch number(0...7) {
    case 0, 1: .binary(term(.text, depth), "+", term(.text, 0))
    case 2: .function(pick(["toUpper", "toLower", "reverse"]), [term(.text, depth)])
    case 3: .function(pick(["left", "right"]), [term(.text, depth), .constant(.integer(Int64(number(0...3))))])
    case 4: .function("substring", [term(.text, depth), .constant(.integer(Int64(number(0...2)))), .constant(.integer(Int64(number(0...2))))])
    case 5: .function("replace", [term(.text, depth), .constant(.string("a")), term(.text, 0)])
    case 6: .function("toString", [term(pick([.integer, .truth, .date]), depth)])
    default: .function("head", [.function("split", [term(.text, depth), .constant(.string("a"))])])
    }
  }

  private mutating func list(_ depth: Int) -> Term {
    switch number(0...6) {
    case 0: return .list((0..<number(0...3)).map { _ in term(.integer, depth) })
    case 1: return .function("range", [.constant(.integer(Int64(number(-1...1)))), .constant(.integer(Int64(number(-1...3))))])
    case 2: return .function(pick(["tail", "reverse"]), [term(.list, depth)])
    case 3: return .binary(term(.list, depth), "+", term(.list, 0))
    case 4: return .slice(term(.list, depth), chance(0.6) ? number(-2...2) : nil, chance(0.6) ? number(-2...3) : nil)
    default:
      let list = term(.list, depth)
      let name = fresh("e")
      let outer = scope
      scope.append(Variable(name: name, kind: .integer))
      defer { scope = outer }
      let filter = chance(0.5) ? condition(0) : nil
      return .comprehension(name, list, filter: filter, result: chance(0.6) || filter == nil ? term(.integer, 1) : nil)
    }
  }
}
