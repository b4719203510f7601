import SinterModel
import TestSupport

/// Makes queries that are valid and cannot fail: names are used only where they are bound, and as what they are.
struct QueryMaker {
  /// What a variable or a term is.
  enum Kind: CaseIterable { case integer, text, truth, float, date, list, mixed, node, relationship, path }

  struct Variable {
    var name: String
    var kind: Kind
  }

  static let labels = ["A", "B", "C"]
  static let types = ["R", "S"]
  static let properties: [(key: String, kind: Kind)] = [
    ("x", .integer), ("y", .integer), ("s", .text), ("f", .float), ("b", .truth), ("d", .date), ("l", .list), ("m", .mixed),
  ]

  var random: SeededGenerator
  var scope: [Variable] = []
  /// Ids are the oracle's too, so that nodes may be sorted.
  let knowsIDs: Bool
  private var counter = 0
  /// How many subqueries may still be nested.
  var nesting = 2
  /// Relationships that the MATCH at hand meets again; it may do so once.
  var met: Set<String> = []

  init(seed: UInt64, knowsIDs: Bool = true) {
    random = SeededGenerator(seed: seed)
    self.knowsIDs = knowsIDs
  }

  static func value(_ kind: Kind, _ random: inout SeededGenerator) -> Value {
    switch kind {
    case .text: .string(["a", "b", "ab", "Ba", "", "é"].randomElement(using: &random)!)
    case .truth: .boolean(random.chance(0.5))
    case .float: .float([0.0, 0.5, 1.0, 1.5, 2.0, -1.5].randomElement(using: &random)!)
    case .date: .date(Date(daysSinceEpoch: Int64.random(in: 18_300...18_700, using: &random)))
    case .list: .list((0..<Int.random(in: 0...3, using: &random)).map { _ in .integer(Int64.random(in: 0...3, using: &random)) })
    case .mixed: value([.integer, .text, .truth, .float].randomElement(using: &random)!, &random)
    default: .integer(Int64.random(in: 0...3, using: &random))
    }
  }

  mutating func chance(_ probability: Double) -> Bool { random.chance(probability) }

  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

  mutating func pick<T>(_ all: [T]) -> T { all.randomElement(using: &random)! }

  mutating func fresh(_ prefix: String) -> String {
    counter += 1
    return prefix + String(counter)
  }

  func names(_ kind: Kind) -> [String] { scope.filter { $0.kind == kind }.map(\.name) }

  // MARK: Queries

  mutating func query() -> RandomQuery {
    guard chance(0.12) else { return RandomQuery(parts: [part(columns: nil, clauses: 1...4)]) }
    let kinds = (0..<number(1...2)).map { _ in pick([Kind.integer, .text, .mixed]) }
    var query = RandomQuery(parts: [], isUnionAll: chance(0.5))
    for _ in 0..<number(2...3) {
      scope = []
      query.parts.append(part(columns: kinds, clauses: 1...2))
    }
    return query
  }

  /// - Parameter columns: kinds of the columns, which are then named alike.
  mutating func part(columns: [Kind]?, clauses count: ClosedRange<Int>) -> RandomQuery.Part {
    var clauses: [RandomQuery.Clause] = chance(0.15) ? [unwind()] : [match(optional: chance(0.1))]
    for _ in 1..<max(2, number(count)) { clauses.append(clause()) }
    return RandomQuery.Part(clauses: clauses, result: columns.map { typed($0) } ?? projection(isLast: true))
  }

  private mutating func clause() -> RandomQuery.Clause {
    switch number(0...9) {
    case 0...2: return match(optional: false)
    case 3, 4: return match(optional: true)
    case 5: return unwind()
    case 6 where nesting > 0: return call()
    case 7 where names(.node).count > 1: return shortest()
    default:
      let projection = projection(isLast: false)
      return .with(projection, filter: chance(0.3) ? condition(1) : nil)
    }
  }

  private mutating func unwind() -> RandomQuery.Clause {
    let isNodes = chance(0.15) && !names(.path).isEmpty
    let list = isNodes ? Term.function("nodes", [.variable(pick(names(.path)))]) : term(.list, 2)
    let name = fresh("i")
    scope.append(Variable(name: name, kind: isNodes ? .node : .integer))
    return .unwind(list, as: name)
  }

  mutating func match(optional: Bool) -> RandomQuery.Clause {
    let known = scope
    met = []
    var found: [Variable] = []
    var patterns = [pattern(&found)]
    if chance(0.2) { patterns.append(pattern(&found)) }
    scope = known + found
    return .match(patterns, filter: chance(0.5) ? condition(2) : nil, optional: optional)
  }

  /// A shortest path between two nodes, which are made to differ.
  private mutating func shortest() -> RandomQuery.Clause {
    let nodes = names(.node).shuffled(using: &random)
    var hop = Pattern.Hop(types: chance(0.5) ? [pick(Self.types)] : [], direction: pick(Pattern.Hop.Direction.allCases))
    hop.length = 1...number(1...4)
    let name = fresh("p")
    let ends = nodes.prefix(2).map { Pattern.NodePattern(name: $0) }
    let optional = chance(0.3)
    // Which one of several is shortest is not said, so that only its length is looked at.
    var pattern = Pattern(name: name, nodes: ends, hops: [hop], selection: .allShortest)
    if chance(0.5) {
      pattern.selection = .shortest
      let length = fresh("v")
      let imports = Array(nodes.prefix(2))
      scope.append(Variable(name: length, kind: .integer))
      let result = RandomQuery.Projection(items: [.init(term: .aggregate("min", .function("length", [.variable(name)]), distinct: false, parameter: nil), alias: length)])
      let filter = Term.binary(.variable(nodes[0]), "<>", .variable(nodes[1]))
      let one = Pattern(nodes: [Pattern.NodePattern(name: nodes[0])], hops: [])
      let part = RandomQuery.Part(
        clauses: [.match([one], filter: filter, optional: false), .match([pattern], filter: nil, optional: optional)], result: result)
      return .call(RandomQuery(parts: [part]), imports: imports)
    }
    scope.append(Variable(name: name, kind: .path))
    return .match([pattern], filter: .binary(.variable(nodes[0]), "<>", .variable(nodes[1])), optional: optional)
  }

  /// `CALL (imports) { … }`, which adds its columns to every row.
  private mutating func call() -> RandomQuery.Clause {
    let outer = scope
    let imports = scope.filter { _ in chance(0.6) }
    var kinds: [Kind]? = nil
    nesting -= 1
    var query = RandomQuery(parts: [])
    if chance(0.25) { kinds = [pick([.integer, .text])] }
    var added: [Variable] = []
    for _ in 0..<(kinds == nil ? 1 : 2) {
      scope = imports
      var part = part(columns: kinds, clauses: 1...2)
      added = scope
      let fresh = part.result!.items.indices.map { kinds == nil ? self.fresh("v") : "u\(outer.count)_\($0)" }
      rename(&part.result!, fresh)
      for index in added.indices { added[index].name = fresh[index] }
      query.parts.append(part)
    }
    query.isUnionAll = chance(0.5)
    nesting += 1
    scope = outer + added
    return .call(query, imports: imports.map(\.name))
  }

  private func rename(_ projection: inout RandomQuery.Projection, _ names: [String]) {
    for (index, name) in names.enumerated() {
      let old = projection.items[index].alias
      projection.items[index].alias = name
      for place in projection.order.indices {
        if case .variable(old) = projection.order[place].term { projection.order[place].term = .variable(name) }
      }
    }
  }

  /// A query inside a term: a pattern that goes on from what is bound, sometimes with more after it.
  mutating func inner(_ kind: Kind?) -> RandomQuery {
    let outer = scope
    nesting -= 1
    defer {
      scope = outer
      nesting += 1
    }
    var found: [Variable] = []
    var pattern = pattern(&found)
    if let node = names(.node).randomElement(using: &random), chance(0.8) { pattern.nodes[0] = Pattern.NodePattern(name: node) }
    scope += found.filter { pattern.newNames.contains($0.name) }
    var part = RandomQuery.Part(clauses: [.match([pattern], filter: chance(0.4) ? condition(1) : nil, optional: false)])
    if let kind {
      part.result = RandomQuery.Projection(items: [.init(term: term(kind, 1), alias: fresh("v"))], isDistinct: chance(0.2))
    } else if chance(0.25) {
      let name = fresh("v")
      let projection = RandomQuery.Projection(items: [.init(term: term(.integer, 1), alias: name)], isDistinct: chance(0.5))
      // What is around stays in sight behind the WITH.
      scope = outer + [Variable(name: name, kind: .integer)]
      part.clauses.append(.with(projection, filter: chance(0.7) ? condition(1) : nil))
      part.result = RandomQuery.Projection(items: [.init(term: .variable(name), alias: fresh("v"))])
    }
    return RandomQuery(parts: [part])
  }
}
