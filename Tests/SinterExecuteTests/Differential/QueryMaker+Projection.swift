import SinterModel
import TestSupport

extension QueryMaker {
  /// Columns `c0`, `c1`, … of given kinds.
  mutating func typed(_ kinds: [Kind]) -> RandomQuery.Projection {
    var projection = RandomQuery.Projection()
    for (k, kind) in kinds.enumerated() { projection.items.append(.init(term: term(kind, 2), alias: "c\(k)")) }
    projection.isDistinct = chance(0.2)
    scope = kinds.enumerated().map { Variable(name: "c\($0)", kind: $1) }
    if chance(0.2) { arrange(&projection) }
    return projection
  }

  /// Chooses what goes on; afterwards only that is bound.
  mutating func projection(isLast: Bool) -> RandomQuery.Projection {
    var projection = RandomQuery.Projection()
    var after: [Variable] = []
    let aggregates = chance(isLast ? 0.45 : 0.3)
    if !isLast, !aggregates, chance(0.15), !scope.isEmpty {
      projection.isStar = true
      after = scope
    }
    for k in 0..<(projection.isStar ? number(0...1) : number(1...3)) {
      let alias = isLast ? "c\(k)" : fresh("v")
      let (term, kind) = column(aggregates: aggregates && (k > 0 || chance(0.4)), isLast: isLast)
      projection.items.append(.init(term: term, alias: alias))
      after.append(Variable(name: alias, kind: kind))
    }
    let before = scope
    scope = after
    projection.isDistinct = chance(0.2)
    let hasBag = projection.items.contains { $0.term.isBag }
    if hasBag { projection.isDistinct = false }
    let isSortable = knowsIDs || after.allSatisfy { ![.node, .relationship, .path].contains($0.kind) }
    if !projection.isStar, !hasBag, isSortable, chance(0.3) {
      if !projection.isDistinct, !projection.hasAggregate, chance(0.4) {
        // By what is not carried on; the columns after it decide the rest.
        let (old, new) = (scope, projection)
        scope = before
        projection = new
        projection.order = [(term(anyKind(), 1), chance(0.4))]
        scope = old
      }
      arrange(&projection)
    }
    return projection
  }

  /// Orders by every column, so that SKIP and LIMIT are determined.
  private mutating func arrange(_ projection: inout RandomQuery.Projection) {
    for item in projection.items { projection.order.append((.variable(item.alias), chance(0.3))) }
    if chance(0.3) { projection.skip = number(0...3) }
    if chance(0.5) { projection.limit = number(0...5) }
  }

  private mutating func column(aggregates: Bool, isLast: Bool) -> (Term, Kind) {
    if aggregates { return aggregate(isLast: isLast) }
    if isLast, nesting > 0, !names(.node).isEmpty, chance(0.08) { return (bag(), .list) }
    let elements = scope.filter { [.node, .relationship, .path].contains($0.kind) }
    if !elements.isEmpty, chance(isLast ? 0.25 : 0.5) {
      let one = pick(elements)
      return (.variable(one.name), one.kind)
    }
    let kind = anyKind()
    return (term(kind, 2), kind)
  }

  private mutating func aggregate(isLast: Bool) -> (Term, Kind) {
    func over(_ name: String, _ operand: Term, _ distinct: Bool, _ parameter: Double? = nil) -> Term {
      .aggregate(name, operand, distinct: distinct, parameter: parameter)
    }
    let distinct = chance(0.3)
    switch number(0...11) {
    case 0, 1: return (.aggregate("count", nil, distinct: false, parameter: nil), .integer)
    case 2:
      let one = scope.isEmpty ? Term.constant(1) : .variable(pick(scope).name)
      return (over("count", one, distinct), .integer)
    case 3: return (over("sum", term(.integer, 1), distinct), .integer)
    case 4:
      let kind = pick([Kind.integer, .text, .date, .mixed, .list])
      return (over(pick(["min", "max"]), term(kind, 1), distinct), kind)
    case 5: return (over("avg", term(pick([.integer, .float]), 1), distinct), .float)
    case 6 where isLast: return (over("collect", term(pick([.integer, .text, .mixed]), 1), distinct), .list)
    case 7: return (.function("size", [over("collect", term(.mixed, 1), distinct)]), .integer)
    case 8 where isLast: return (over(pick(["stDev", "stDevP"]), term(.integer, 1), distinct), .float)
    case 9 where isLast: return (over("percentileDisc", term(.integer, 1), distinct, pick([0.0, 0.3, 0.5, 1.0])), .integer)
    case 10 where isLast: return (over("percentileCont", term(.integer, 1), distinct, pick([0.0, 0.3, 0.5, 1.0])), .float)
    case 11: return (.binary(over("sum", term(.integer, 1), distinct), pick(["+", "*"]), .constant(.integer(2))), .integer)
    default: return (over("count", term(.mixed, 1), distinct), .integer)
    }
  }
}
