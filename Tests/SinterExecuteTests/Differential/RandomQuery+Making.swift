import TestSupport

/// Makes queries that are always valid: names are used only where they are bound, and as what they are.
struct QueryMaker {
  private var random: SeededGenerator
  private var nodes: [String] = []
  private var numbers: [String] = []
  private var counter = 0

  static let labels = ["A", "B", "C"]
  static let types = ["R", "S"]
  static let keys = ["x", "y"]

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func query() -> RandomQuery {
    let isUnion = random.chance(0.15)
    let width = isUnion ? Int.random(in: 1...2, using: &random) : nil
    var query = RandomQuery(parts: [part(columns: width)])
    if isUnion {
      query.isUnionAll = random.chance(0.5)
      query.parts.append(part(columns: width))
    }
    return query
  }

  private mutating func part(columns: Int?) -> RandomQuery.Part {
    (nodes, numbers, counter) = ([], [], 0)
    var clauses: [RandomQuery.Clause] = []
    if random.chance(0.15) { clauses.append(unwind()) }
    clauses.append(match(optional: random.chance(0.1)))
    for _ in 0..<Int.random(in: 0...2, using: &random) {
      switch Int.random(in: 0..<10, using: &random) {
      case 0..<3: clauses.append(match(optional: true))
      case 3..<5: clauses.append(match(optional: false))
      case 5: clauses.append(unwind())
      default: clauses.append(with())
      }
    }
    return RandomQuery.Part(clauses: clauses, result: projection(columns: columns, isLast: true))
  }

  private mutating func fresh(_ prefix: String) -> String {
    counter += 1
    return prefix + String(counter)
  }

  private mutating func unwind() -> RandomQuery.Clause {
    let values = (0..<Int.random(in: 0...3, using: &random)).map { _ in Int64.random(in: 0...3, using: &random) }
    let name = fresh("i")
    numbers.append(name)
    return .unwind(values, as: name)
  }

  private mutating func match(optional: Bool) -> RandomQuery.Clause {
    var found: [String] = []
    var patterns = [pattern(&found, names: true)]
    if random.chance(0.2) { patterns.append(pattern(&found, names: true)) }
    nodes += found
    return .match(patterns, filter: random.chance(0.5) ? condition(2) : nil, optional: optional)
  }

  private mutating func pattern(_ found: inout [String], names: Bool) -> RandomQuery.Pattern {
    var all = [node(&found, names)]
    var hops: [RandomQuery.Hop] = []
    for _ in 0..<[0, 1, 1, 1, 2, 2, 3].randomElement(using: &random)! {
      var hop = RandomQuery.Hop(types: [], direction: RandomQuery.Hop.Direction.allCases.randomElement(using: &random)!)
      if random.chance(0.6) { hop.types = random.chance(0.2) ? Self.types : [Self.types.randomElement(using: &random)!] }
      if random.chance(0.2) {
        let least = Int.random(in: 0...2, using: &random)
        hop.length = least...Int.random(in: least...3, using: &random)
      }
      hops.append(hop)
      all.append(node(&found, names))
    }
    return RandomQuery.Pattern(nodes: all, hops: hops)
  }

  private mutating func node(_ found: inout [String], _ names: Bool) -> RandomQuery.NodePattern {
    var node = RandomQuery.NodePattern()
    let known = nodes + found
    if !known.isEmpty, random.chance(0.3) {
      node.name = known.randomElement(using: &random)!
    } else if names, random.chance(0.8) {
      let name = fresh("n")
      node.name = name
      found.append(name)
    }
    if random.chance(0.4) { node.label = Self.labels.randomElement(using: &random)! }
    if random.chance(0.15) { node.property = (Self.keys.randomElement(using: &random)!, Int64.random(in: 0...3, using: &random)) }
    return node
  }

  private mutating func condition(_ depth: Int) -> RandomQuery.Condition {
    if depth > 0, random.chance(0.35) {
      switch Int.random(in: 0..<3, using: &random) {
      case 0: return .and(condition(depth - 1), condition(depth - 1))
      case 1: return .or(condition(depth - 1), condition(depth - 1))
      default: return .not(condition(depth - 1))
      }
    }
    let sign = ["=", "<>", "<", "<=", ">", ">="].randomElement(using: &random)!
    switch Int.random(in: 0..<8, using: &random) {
    case 0 where !nodes.isEmpty: return .hasLabel(nodes.randomElement(using: &random)!, Self.labels.randomElement(using: &random)!)
    case 1 where nodes.count > 1:
      return .same(nodes.randomElement(using: &random)!, nodes.randomElement(using: &random)!, negated: random.chance(0.5))
    case 2: return .isNull(operand(1), negated: random.chance(0.5))
    case 3 where !nodes.isEmpty: return .exists(anchored())
    default: return .compare(operand(1), sign, operand(1))
    }
  }

  /// A pattern without new names that starts at something bound.
  private mutating func anchored() -> RandomQuery.Pattern {
    var none: [String] = []
    var pattern = pattern(&none, names: false)
    pattern.nodes[0].name = nodes.randomElement(using: &random)!
    return pattern
  }

  private mutating func operand(_ depth: Int) -> RandomQuery.Operand {
    switch Int.random(in: 0..<10, using: &random) {
    case 0 where depth > 0: return .sum(operand(depth - 1), operand(depth - 1))
    case 1 where !nodes.isEmpty && depth > 0: return .count(anchored())
    case 2, 3: return .constant(Int64.random(in: 0...3, using: &random))
    case 4 where !numbers.isEmpty, 5 where !numbers.isEmpty: return .number(numbers.randomElement(using: &random)!)
    default:
      if let node = nodes.randomElement(using: &random) { return .property(node, Self.keys.randomElement(using: &random)!) }
      return .constant(1)
    }
  }

  private mutating func with() -> RandomQuery.Clause {
    let projection = projection(columns: nil, isLast: false)
    return .with(projection, filter: random.chance(0.3) ? condition(1) : nil)
  }

  /// Chooses what goes on; afterwards only that is bound.
  private mutating func projection(columns: Int?, isLast: Bool) -> RandomQuery.Projection {
    var items: [RandomQuery.Projection.Item] = []
    var nodesAfter: [String] = []
    var numbersAfter: [String] = []
    let aggregates = random.chance(isLast ? 0.4 : 0.3)
    for k in 0..<(columns ?? Int.random(in: 1...3, using: &random)) {
      // Columns of a union have the same names on both sides.
      let alias = isLast ? "c\(k)" : fresh("v")
      if !nodes.isEmpty, random.chance(isLast ? 0.25 : 0.5) {
        items.append(.init(value: .variable(nodes.randomElement(using: &random)!), alias: alias))
        nodesAfter.append(alias)
      } else if aggregates && k > 0 || aggregates && random.chance(0.3) {
        let function = ["count", "sum", "min", "max"].randomElement(using: &random)!
        let value: RandomQuery.Projection.ItemValue =
          random.chance(0.4) ? .countRows : .aggregate(function, plain(), distinct: random.chance(0.3))
        items.append(.init(value: value, alias: alias))
        numbersAfter.append(alias)
      } else {
        items.append(.init(value: .operand(plain()), alias: alias))
        numbersAfter.append(alias)
      }
    }
    var projection = RandomQuery.Projection(items: items)
    projection.isDistinct = random.chance(0.2)
    if random.chance(0.25) {
      projection.isOrdered = true
      projection.descends = random.chance(0.4)
      if random.chance(0.4) { projection.skip = Int.random(in: 0...4, using: &random) }
      if random.chance(0.6) { projection.limit = Int.random(in: 0...5, using: &random) }
    }
    (nodes, numbers) = (nodesAfter, numbersAfter)
    return projection
  }

  private mutating func plain() -> RandomQuery.Operand { operand(0) }
}
