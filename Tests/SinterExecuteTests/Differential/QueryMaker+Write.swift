import SinterModel
import TestSupport

extension QueryMaker {
  /// A statement that writes, and gives the same whatever the order of its rows: one row for each node, with a value that
  /// was computed before anything is written.
  mutating func writing() -> RandomQuery {
    scope = []
    var clauses: [RandomQuery.Clause] = []
    if chance(0.15) {
      clauses.append(.unwind(.list((0..<number(0...3)).map { _ in .constant(Self.value(.integer, &random)) }), as: "v"))
      scope = [Variable(name: "v", kind: .integer)]
    } else {
      clauses += chance(0.15) ? relationshipRows() : nodeRows()
    }
    var isDeleting = false
    for _ in 0..<number(1...3) where !isDeleting {
      let clause = writingClause()
      clauses.append(clause)
      if case .delete = clause { isDeleting = true }
    }
    var part = RandomQuery.Part(clauses: clauses)
    let count = Term.aggregate("count", nil, distinct: false, parameter: nil)
    if chance(0.4) {
      part.clauses.append(.with(.init(items: [.init(term: count, alias: "c")]), filter: nil))
      scope = [Variable(name: "c", kind: .integer)]
      part.clauses.append(match(optional: chance(0.5)))
      part.result = projection(isLast: true)
    } else if chance(0.4) {
      part.result = .init(items: [.init(term: .variable("v"), alias: "c0"), .init(term: count, alias: "c1")])
    }
    return RandomQuery(parts: [part])
  }

  private mutating func nodeRows() -> [RandomQuery.Clause] {
    let isPair = chance(0.4)
    var first = Pattern.NodePattern(name: "n")
    if chance(0.5) { first.labels = .label(pick(Self.labels)) }
    var pattern = Pattern(nodes: [first], hops: [])
    if isPair || chance(0.5) {
      var hop = Pattern.Hop(types: chance(0.5) ? [pick(Self.types)] : [], direction: pick(Pattern.Hop.Direction.allCases))
      if chance(0.25) { hop.length = 0...2 }
      pattern.hops.append(hop)
      pattern.nodes.append(Pattern.NodePattern(name: "o", labels: chance(0.3) ? .label(pick(Self.labels)) : nil))
    }
    scope = pattern.nodes.map { Variable(name: $0.name!, kind: .node) }
    let match = RandomQuery.Clause.match([pattern], filter: chance(0.4) ? condition(2) : nil, optional: false)
    let value: Term =
      switch number(0...2) {
      case 0: .aggregate("count", nil, distinct: false, parameter: nil)
      case 1: .aggregate(pick(["min", "max"]), term(.integer, 1), distinct: false, parameter: nil)
      default: .aggregate("sum", term(.integer, 1), distinct: chance(0.3), parameter: nil)
      }
    let names = isPair ? ["n", "o"] : ["n"]
    var projection = RandomQuery.Projection(items: names.map { .init(term: .variable($0), alias: $0) })
    projection.items.append(.init(term: value, alias: "v"))
    scope = names.map { Variable(name: $0, kind: .node) } + [Variable(name: "v", kind: .integer)]
    return [match, .with(projection, filter: nil)]
  }

  private mutating func relationshipRows() -> [RandomQuery.Clause] {
    let hop = Pattern.Hop(name: "r", types: chance(0.5) ? [pick(Self.types)] : [], direction: .right)
    let pattern = Pattern(nodes: [Pattern.NodePattern(), Pattern.NodePattern()], hops: [hop])
    scope = [Variable(name: "r", kind: .relationship)]
    let match = RandomQuery.Clause.match([pattern], filter: chance(0.4) ? condition(1) : nil, optional: false)
    let items: [RandomQuery.Projection.Item] = [
      .init(term: .variable("r"), alias: "r"), .init(term: .aggregate("count", nil, distinct: false, parameter: nil), alias: "v"),
    ]
    scope.append(Variable(name: "v", kind: .integer))
    return [match, .with(.init(items: items), filter: nil)]
  }

  /// The value of the row where it may not be null.
  private var sure: Term { .function("coalesce", [.variable("v"), .constant(7)]) }

  private mutating func writingClause() -> RandomQuery.Clause {
    if !names(.relationship).isEmpty {
      return pick([
        .delete(["r"], detach: false), .set([.property("r", "w", .variable("v"))]), .set([.removeProperty("r", "w")]),
        .set([.merge("r", .map([("w", .null), ("x", .variable("v"))]))]), .set([.replace("r", .map([("w", sure)]))]),
      ])
    }
    let known = names(.node)
    if known.isEmpty || chance(0.2) { return elsewhere() }
    if known.count == 2, chance(0.4) { return between() }
    return atNode(isAlone: known.count == 1)
  }

  private mutating func elsewhere() -> RandomQuery.Clause {
    let fresh = Pattern.NodePattern(labels: .label(pick(Self.labels)), properties: [("x", sure)])
    switch number(0...3) {
    case 0: return .create([Pattern(nodes: [fresh], hops: [])])
    case 1:
      let hop = Pattern.Hop(types: [pick(Self.types)], direction: pick([.left, .right]), properties: [("w", .variable("v"))])
      return .create([Pattern(nodes: [fresh, Pattern.NodePattern(labels: .and(.label("A"), .label("B")))], hops: [hop])])
    case 2: return .foreach("i", .function("range", [.constant(0), .constant(.integer(Int64(number(-1...2))))]), [
      .create([Pattern(nodes: [Pattern.NodePattern(labels: .label("B"), properties: [("x", .variable("i"))])], hops: [])])])
    default:
      var node = fresh
      node.name = self.fresh("e")
      let counts = chance(0.5)
      return .merge(
        Pattern(nodes: [node], hops: []), onCreate: counts ? [.property(node.name!, "y", .constant(0))] : [],
        onMatch: counts ? [.property(node.name!, "y", .binary(.function("coalesce", [.property(.variable(node.name!), "y"), .constant(0)]), "+", .constant(1)))] : [])
    }
  }

  private mutating func between() -> RandomQuery.Clause {
    let ends = ["n", "o"].map { Pattern.NodePattern(name: $0) }
    var hop = Pattern.Hop(types: [pick(Self.types)], direction: pick([.left, .right]))
    if chance(0.5) { return .create([Pattern(nodes: ends, hops: [hop])]) }
    if chance(0.3) { hop.properties = [("w", sure)] }
    let name = fresh("e")
    hop.name = name
    return .merge(
      Pattern(nodes: ends, hops: [hop]), onCreate: chance(0.3) ? [.property(name, "z", .constant(1))] : [],
      onMatch: chance(0.3) ? [.property(name, "z", .constant(2))] : [])
  }

  /// - Parameter isAlone: the node is in one row only, so that it may be changed by what the row says.
  private mutating func atNode(isAlone: Bool) -> RandomQuery.Clause {
    let label = pick(Self.labels)
    if !isAlone {
      return pick([
        .set([.label("n", label)]), .set([.removeLabel("n", label)]), .set([.removeProperty("n", "x")]),
        .set([.property("n", "y", .constant(5))]), .delete(["n"], detach: true),
        .create([Pattern(nodes: [Pattern.NodePattern(name: "n"), Pattern.NodePattern(labels: .label(label))], hops: [Pattern.Hop(types: ["S"])])]),
      ])
    }
    let property = pick(Self.properties)
    switch number(0...8) {
    case 0: return .set([.property("n", property.key, property.kind == .integer ? .variable("v") : .constant(Self.value(property.kind, &random)))])
    case 1: return .set([.property("n", "x", .binary(.property(.variable("n"), "y"), "+", .variable("v"))), .label("n", label)])
    case 2: return .set([.merge("n", .map([("x", .variable("v")), (property.key, .null), ("z", .constant(1))]))])
    case 3: return .set([.replace("n", .map([("k", .property(.variable("n"), "k")), ("y", .variable("v"))]))])
    case 4: return .set([.removeProperty("n", property.key), .removeLabel("n", label)])
    case 5: return .delete(["n"], detach: true)
    case 6:
      let end = Pattern.NodePattern(labels: .label(label), properties: [("x", sure)])
      return .merge(Pattern(nodes: [Pattern.NodePattern(name: "n"), end], hops: [Pattern.Hop(types: ["S"])]), onCreate: [], onMatch: [])
    case 7:
      let end = Pattern.NodePattern(labels: .label(label), properties: [("x", .variable("i"))])
      let pattern = Pattern(nodes: [Pattern.NodePattern(name: "n"), end], hops: [Pattern.Hop(types: ["R"])])
      return .foreach("i", .list([.constant(1), .constant(2), .constant(1)]), [chance(0.5) ? .create([pattern]) : .merge(pattern, onCreate: [], onMatch: [])])
    default:
      return .foreach("i", .list([.constant(1), sure]), [
        .set([.property("n", "x", .binary(.function("coalesce", [.property(.variable("n"), "x"), .constant(0)]), "+", .variable("i")))])])
    }
  }
}
