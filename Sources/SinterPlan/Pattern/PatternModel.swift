import SinterLanguage
import SinterModel

/// A query graph in numbers: what the search for an order of its hops looks at, again and again.
///
/// The order is searched on sets of bits and estimates alone; a plan is built once, for the order found.
struct PatternModel {
  let graph: QueryGraph
  let nodes: [Node]
  private(set) var edges: [Edge]
  let predicates: [Predicate]

  /// A predicate, the variables it needs and the share of rows that pass.
  struct Predicate {
    var needs: VariableSet
    var selectivity: Double
  }

  struct Edge {
    var left: Variable
    var right: Variable
    /// What rows carry behind the hop.
    var provides: VariableSet
    /// Rows that a row becomes from the left, from the right, and between two bound nodes.
    var fromLeft: Double
    var fromRight: Double
    var into: Double
    /// How much more rows come of a node that was met by following relationships of the same type; the edges that do so.
    var leftBias = 1.0
    var rightBias = 1.0
    var leftPeers = Bits()
    var rightPeers = Bits()
    /// What is done between two bound nodes for each row, beside the rows that come of it.
    var work = 0.0
    /// Variables of other parts that must be there first.
    var requires = VariableSet()
    /// Can only be solved with both ends there.
    var needsBoth: Bool
    /// A bound relationship gives its ends.
    var givesEnds: Bool
    /// The end is to be found as its hint says, not by this hop.
    var leftIsHinted = false
    var rightIsHinted = false
  }

  /// What is known of a value: the expression, what it reads, and the predicate that says so.
  struct Fact {
    var value: Scalar
    var needs: VariableSet
    var predicate: Int
    /// Of the entries of the index that it is a key of.
    var share = 1.0
  }

  struct Node {
    var variable: Variable
    var identities: [Fact] = []
    var indexes: [Index] = []
    var labels: [String] = []
    var labelPredicates = Bits()
    var scanRows = 0.0
    /// Only an index will do.
    var mustSeek = false
  }

  /// An index on a label of a node, and what is known of its keys.
  struct Index {
    enum Relation { case anyOf, prefix, less, lessOrEqual, greater, greaterOrEqual }
    var index: GraphStatistics.Index
    var entries: Double
    var labelPredicates: Bits
    /// For each key, what it equals.
    var equals: [[Fact]]
    /// Of a single key, in the order of the predicates.
    var bounds: [(relation: Relation, fact: Fact)]
  }

  /// How a node that is not bound is found.
  struct Access {
    enum Way {
      case identity(Fact)
      /// Position in the node's indexes.
      case seek(Int, IndexBounds)
      case scan
    }
    var way: Way
    /// Rows for each row of the input.
    var rows: Double
    var solves: Bits
  }

  /// Positions of the facts a seek uses.
  enum IndexBounds {
    case equal([Int])
    case one(Int)
    case range(lower: Int?, upper: Int?)
  }

  init(graph: QueryGraph, cost: CostModel, usesIndexes: Bool, hints: [Variable: PlannerHint] = [:]) {
    self.graph = graph
    edges = graph.edges.map { written in
      var edge = PatternModel.edge(written, cost)
      edge.leftIsHinted = hints[written.left] != nil
      edge.rightIsHinted = hints[written.right] != nil
      return edge
    }
    predicates = PatternModel.predicates(of: graph, cost)
    nodes = graph.nodes.map { PatternModel.node($0, in: graph, cost, usesIndexes, hints[$0]) }
    addBias(cost)
  }

  private static func edge(_ edge: QueryGraph.Edge, _ cost: CostModel) -> Edge {
    let isSingle = edge.isBound && edge.length == nil
    let needsBoth = edge.selector.isFunction
    var (fromLeft, fromRight, into) = (1.0, 1.0, 1.0)
    var provides: VariableSet = [edge.relationship, edge.left, edge.right]
    var work = 0.0
    if let selection = edge.selection {
      (fromLeft, fromRight) = (cost.rows(selection), cost.rows(selection.reversed))
      into = selection.expectedPaths
      work = cost.reached(selection)
      provides.formUnion(VariableSet(selection.outputs))
    } else if let segment = edge.segment {
      (fromLeft, fromRight) = (cost.rows(segment), cost.rows(segment.reversed))
      // Every walk is made, also where few of them end at the node that is bound.
      work = fromLeft
      into = 0.1 * fromLeft
      provides.formUnion(VariableSet(segment.groups.map(\.list)))
    } else if !isSingle {
      let (left, right) = (cost.kinds.nodes[edge.left] ?? [], cost.kinds.nodes[edge.right] ?? [])
      fromLeft = cost.rows(edge, edge.way, from: left)
      fromRight = cost.rows(edge, edge.way.reversed, from: right)
      into = edge.length == nil ? cost.connection(edge.types, edge.way, from: left, to: right) : 0.1 * fromLeft
    }
    return Edge(
      left: edge.left, right: edge.right, provides: provides, fromLeft: fromLeft, fromRight: fromRight, into: into, work: work,
      requires: edge.requires, needsBoth: needsBoth, givesEnds: isSingle)
  }

  /// Who follows BOUGHT to an item and back meets the items that are bought often.
  private mutating func addBias(_ cost: CostModel) {
    for (i, edge) in graph.edges.enumerated() where isPlain(edge) {
      for (j, other) in graph.edges.enumerated() where i != j && isPlain(other) && other.types == edge.types {
        if other.way(from: edge.left) == edge.way { edges[i].leftPeers.insert(j) }
        if other.way(from: edge.right) == edge.way.reversed { edges[i].rightPeers.insert(j) }
      }
      if !edges[i].leftPeers.isEmpty { edges[i].leftBias = cost.bias(edge.types, edge.way) }
      if !edges[i].rightPeers.isEmpty { edges[i].rightBias = cost.bias(edge.types, edge.way.reversed) }
    }
  }

  private func isPlain(_ edge: QueryGraph.Edge) -> Bool {
    !edge.isBound && edge.length == nil && edge.segment == nil && edge.selection == nil && edge.types != nil
  }

  /// Two bounds of one property are one range: the first of them counts for both.
  private static func predicates(of graph: QueryGraph, _ cost: CostModel) -> [Predicate] {
    let needs = graph.predicates.map(\.freeVariables)
    var selectivities = graph.predicates.map { graph.labelShare($0, cost) ?? cost.selectivity($0) }
    for first in graph.predicates.indices where graph.predicates[first].isInequality {
      let others = graph.predicates.indices.filter { $0 > first && needs[$0] == needs[first] && graph.predicates[$0].isInequality }
      for other in others {
        let both = cost.selectivity([graph.predicates[first], graph.predicates[other]])
        let apart = selectivities[first] * selectivities[other]
        // Bounds of different properties are apart.
        if both < 0.999 * apart || both > 1.001 * apart { (selectivities[first], selectivities[other]) = (both, 1) }
      }
    }
    return zip(needs, selectivities).map { Predicate(needs: $0, selectivity: $1) }
  }

  // MARK: Access to a node

  private static func node(
    _ variable: Variable, in graph: QueryGraph, _ cost: CostModel, _ usesIndexes: Bool, _ hint: PlannerHint?
  ) -> Node {
    var node = Node(variable: variable)
    for (i, predicate) in graph.predicates.enumerated() {
      guard case .hasLabels(.variable(variable), let test, _) = predicate, let names = test.conjunction else { continue }
      node.labels += names.filter { !node.labels.contains($0) }
      node.labelPredicates.insert(i)
    }
    node.scanRows = cost.nodes(labels: node.labels)
    switch hint?.kind {
    case .scan: return node
    case .index(let index):
      node.mustSeek = true
      if let known = describe(index, variable, in: graph, cost) { node.indexes = [known] }
      return node
    case .join, nil: break
    }
    guard usesIndexes else { return node }
    for (i, predicate) in graph.predicates.enumerated() {
      guard case .compare(.equal, let a, let b, _) = predicate else { continue }
      for (side, other) in [(a, b), (b, a)] {
        guard case .function("id", let arguments, _) = side, arguments == [.variable(variable)] else { continue }
        if let fact = fact(other, i, without: variable) { node.identities.append(fact) }
      }
    }
    for index in cost.statistics.indexes where index.entity == .node && node.labels.contains(index.label) {
      if let known = describe(index, variable, in: graph, cost) { node.indexes.append(known) }
    }
    return node
  }

  private static func describe(
    _ index: GraphStatistics.Index, _ variable: Variable, in graph: QueryGraph, _ cost: CostModel
  ) -> Index? {
    var known = Index(
      index: index, entries: Double(max(cost.statistics.nodesByLabel[index.label] ?? 1, 1)), labelPredicates: Bits(),
      equals: index.keys.map { _ in [] }, bounds: [])
    for (i, predicate) in graph.predicates.enumerated() {
      if case .hasLabels(.variable(variable), .name(index.label), _) = predicate { known.labelPredicates.insert(i) }
      for (position, key) in index.keys.enumerated() {
        guard let (relation, value) = predicate.bound(on: key, of: variable), var fact = fact(value, i, without: variable) else { continue }
        fact.share = cost.selectivity(predicate)
        if let relation {
          if index.keys.count == 1 { known.bounds.append((relation, fact)) }
        } else {
          known.equals[position].append(fact)
        }
      }
    }
    let isUsable = known.equals.allSatisfy { !$0.isEmpty } || !known.bounds.isEmpty
    return isUsable && !known.labelPredicates.isEmpty ? known : nil
  }

  private static func fact(_ value: Scalar, _ predicate: Int, without node: Variable) -> Fact? {
    let needs = value.freeVariables
    return needs.contains(node) ? nil : Fact(value: value, needs: needs, predicate: predicate)
  }

  /// The best way to a node when the variables in `available` are there.
  func access(_ number: Int, _ available: VariableSet) -> Access {
    let node = nodes[number]
    if let fact = node.identities.first(where: { $0.needs.isSubset(of: available) }) {
      var solves = Bits()
      solves.insert(fact.predicate)
      return Access(way: .identity(fact), rows: 1, solves: solves)
    }
    var best: Access?
    for (position, index) in node.indexes.enumerated() {
      guard let found = seek(index, position, available) else { continue }
      if best == nil || found.rows < best!.rows { best = found }
    }
    return best ?? Access(way: .scan, rows: node.scanRows, solves: node.labelPredicates)
  }

  /// Whether a node can be found when the variables in `available` are there, as its hint says where it has one.
  func isFindable(_ number: Int, _ available: VariableSet) -> Bool {
    guard nodes[number].mustSeek else { return true }
    if case .seek = access(number, available).way { return true }
    return false
  }

  private func seek(_ index: Index, _ position: Int, _ available: VariableSet) -> Access? {
    var chosen: [Int] = []
    var solves = index.labelPredicates
    for facts in index.equals {
      guard let i = facts.firstIndex(where: { $0.needs.isSubset(of: available) }) else { break }
      chosen.append(i)
      solves.insert(facts[i].predicate)
    }
    if chosen.count == index.equals.count {
      // Keys that go together are fewer than their parts by themselves would be.
      let least = index.equals.count > 1 ? index.entries / Double(max(index.index.distinctKeys, 1)) : 0.5
      let rows = index.index.isUnique ? 1 : max(zip(index.equals, chosen).reduce(index.entries) { $0 * $1.0[$1.1].share }, least)
      return Access(way: .seek(position, .equal(chosen)), rows: rows, solves: solves)
    }
    var lower: Int?
    var upper: Int?
    for (i, bound) in index.bounds.enumerated() where bound.fact.needs.isSubset(of: available) {
      switch bound.relation {
      // The predicate is tested again: null in the list, a value that is no string.
      case .anyOf, .prefix: 
        return Access(way: .seek(position, .one(i)), rows: index.entries * bound.fact.share, solves: index.labelPredicates)
      case .less, .lessOrEqual: upper = upper ?? i
      case .greater, .greaterOrEqual: lower = lower ?? i
      }
    }
    guard lower != nil || upper != nil else { return nil }
    let shares = [lower, upper].compactMap { $0 }.map { index.bounds[$0].fact.share }
    // What lies above one bound and below the other is what neither of them keeps out.
    let share = shares.count == 2 ? max(shares[0] + shares[1] - 1, 0.5 / max(index.entries, 1)) : shares[0]
    return Access(
      way: .seek(position, .range(lower: lower, upper: upper)), rows: index.entries * share, solves: index.labelPredicates)
  }
}

extension PatternModel.Index {
  /// The seek that `bounds` stand for.
  func seek(_ bounds: PatternModel.IndexBounds) -> IndexSeek {
    switch bounds {
    case .equal(let chosen): return IndexSeek(index: index, bounds: .equal(zip(equals, chosen).map { $0[$1].value }))
    case .one(let i):
      let value = self.bounds[i].fact.value
      return IndexSeek(index: index, bounds: self.bounds[i].relation == .anyOf ? .anyOf(value) : .prefix(value))
    case .range(let lower, let upper):
      return IndexSeek(
        index: index,
        bounds: .range(
          lower: lower.map { self.bounds[$0].fact.value }, includesLower: lower.map { self.bounds[$0].relation == .greaterOrEqual } ?? false,
          upper: upper.map { self.bounds[$0].fact.value }, includesUpper: upper.map { self.bounds[$0].relation == .lessOrEqual } ?? false))
    }
  }
}

extension QueryGraph {
  /// The share of nodes with certain labels among those that a typed hop leads to: mostly all, as a type's ends are of a kind.
  /// nil for other predicates, and for nodes without such a hop.
  fileprivate func labelShare(_ predicate: Scalar, _ cost: CostModel) -> Double? {
    guard case .hasLabels(.variable(let node), let test, _) = predicate, let labels = test.conjunction else { return nil }
    var share: Double?
    for edge in edges where (edge.left == node || edge.right == node) && edge.segment == nil && edge.selection == nil {
      let isRight = edge.right == node
      let other = isRight ? edge.left : edge.right
      let way = isRight ? edge.way : edge.way.reversed
      guard let found = cost.labelShare(of: labels, behind: edge.types, way, from: cost.kinds.nodes[other] ?? []) else { continue }
      share = max(share ?? 0, found)
    }
    return share.map { max($0, 0.001) }
  }
}

extension QueryGraph.Edge {
  /// The direction in which it leaves a node; nil where it does not touch it.
  fileprivate func way(from node: Variable) -> Expansion.Way? { left == node ? way : right == node ? way.reversed : nil }
}

extension Scalar {
  fileprivate var isInequality: Bool {
    guard case .compare(let comparison, _, _, _) = self else { return false }
    return comparison != .equal && comparison != .notEqual
  }

  /// What the predicate says of `key` of `variable`: equal to a value when the relation is nil, else bounded by it.
  fileprivate func bound(on key: String, of variable: Variable) -> (relation: PatternModel.Index.Relation?, value: Scalar)? {
    switch self {
    case .membership(let subject, let list, _): return subject.isProperty(key, of: variable) ? (.anyOf, list) : nil
    case .string(.startsWith, let subject, let prefix, _): return subject.isProperty(key, of: variable) ? (.prefix, prefix) : nil
    case .compare(let comparison, let a, let b, _):
      let isLeft = a.isProperty(key, of: variable)
      guard isLeft || b.isProperty(key, of: variable) else { return nil }
      let other = isLeft ? b : a
      switch (comparison, isLeft) {
      case (.equal, _): return (nil, other)
      case (.less, true), (.greater, false): return (.less, other)
      case (.lessOrEqual, true), (.greaterOrEqual, false): return (.lessOrEqual, other)
      case (.greater, true), (.less, false): return (.greater, other)
      case (.greaterOrEqual, true), (.lessOrEqual, false): return (.greaterOrEqual, other)
      case (.notEqual, _): return nil
      }
    default: return nil
    }
  }

  private func isProperty(_ key: String, of variable: Variable) -> Bool {
    if case .property(.variable(variable), key, _) = self { true } else { false }
  }
}
