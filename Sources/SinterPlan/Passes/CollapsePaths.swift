import SinterModel

/// Turns the hops under an aggregation or DISTINCT into a ``PathCount``, where what is read of them is one node at most.
///
/// Works on the plan before the operator that gathers is put on it, when exactly what that operator reads is known.
struct CollapsePaths {
  /// The hops from the top of the plan down, each with the plan below it.
  private var hops: [(hop: PathCount.Hop, input: LogicalPlan)] = []

  /// The plan with its last hops collapsed, or nil when that is not possible or would not help.
  ///
  /// - Parameters:
  ///   - needed: the variables read above.
  ///   - count: the variable for the number of paths of a row; nil when repetition does not matter.
  ///   - cost: estimates of the graph.
  static func run(_ plan: LogicalPlan, needed: VariableSet, count: Variable?, cost: CostModel) -> LogicalPlan? {
    var pass = CollapsePaths()
    pass.collect(plan, needed)
    return pass.collapsed(needed, count, rows: plan.estimatedRows, cost)
  }

  /// Takes hops and their conditions off the plan as long as they are of the kinds that are counted.
  private mutating func collect(_ plan: LogicalPlan, _ needed: VariableSet) {
    var plan = plan
    var conditions: [Scalar] = []
    while true {
      switch plan.kind {
      case .filter(let input, let predicates):
        conditions += predicates
        plan = input
      case .extend(let input, let assignments) where conditions.isEmpty && assignments.allSatisfy({ $0.isPath && !needed.contains($0.variable) }):
        plan = input
      case .expand(let input, let expansion):
        var hop = PathCount.Hop(expansion: expansion)
        guard take(conditions, into: &hop) else { return }
        conditions = []
        hops.append((hop, input))
        plan = input
      default: return
      }
    }
  }

  private func take(_ conditions: [Scalar], into hop: inout PathCount.Hop) -> Bool {
    for condition in conditions {
      switch condition {
      case .hasLabels(.variable(hop.expansion.to), let test, _):
        guard let names = test.conjunction else { return false }
        hop.labels += names.filter { !hop.labels.contains($0) }
      case .compare(let comparison, let a, let b, _) where comparison == .equal || comparison == .notEqual:
        guard let pair = PathCount.Pair(a, b) else { return false }
        if comparison == .equal { hop.same.append(pair) } else { hop.different.append(pair) }
      default: return false
      }
    }
    return true
  }

  private func collapsed(_ needed: VariableSet, _ count: Variable?, rows: Double, _ cost: CostModel) -> LogicalPlan? {
    // As many hops from the top as leave one node to be read.
    for length in stride(from: hops.count, to: 0, by: -1) {
      let taken = hops[..<length].map(\.hop)
      let input = hops[length - 1].input
      let own = VariableSet(taken.filter { !$0.expansion.isInto }.map(\.expansion.to))
      let relationships = VariableSet(taken.compactMap(\.expansion.relationship))
      let targets = taken.filter { !$0.expansion.isInto && needed.contains($0.expansion.to) }.map(\.expansion.to)
      guard targets.count <= 1, needed.intersection(relationships).isEmpty, speaksOfNodes(taken, own) else { continue }
      let passed = input.outputs.filter(needed.contains)
      if length == 1, passed.isEmpty, let target = targets.first, let turned = turned(hops[0].hop, input, target, count, cost) { return turned }
      // One hop from each row to nodes that are all kept apart is no fewer rows.
      if !passed.isEmpty && !targets.isEmpty && length == 1 { return nil }
      let paths = PathCount(hops: taken.reversed(), target: targets.first, count: count)
      let outputs = passed + targets + [count].compactMap { $0 }
      return LogicalPlan(.countPaths(input, paths), outputs: outputs, estimatedRows: rowsKept(of: rows, input, targets.first, passed.isEmpty, cost))
    }
    return nil
  }

  /// Of `rows` paths: a row for each end, and for each row of the input unless nothing of it is kept.
  private func rowsKept(of rows: Double, _ input: LogicalPlan, _ target: Variable?, _ isMerged: Bool, _ cost: CostModel) -> Double {
    let starts = isMerged ? 1 : max(input.estimatedRows, 1)
    guard let target else { return min(starts, max(rows, isMerged ? 1 : 0)) }
    return starts * cost.nodes(labels: cost.kinds.nodes[target] ?? []).places(hitBy: rows / starts)
  }

  /// One hop from all nodes, counted by its end: the other way round it is the number of neighbours of each end, and no
  /// neighbour is looked at.
  private func turned(_ hop: PathCount.Hop, _ input: LogicalPlan, _ target: Variable, _ count: Variable?, _ cost: CostModel) -> LogicalPlan? {
    guard case .nodeScan(let start, let from, let labels) = input.kind, case .unit = start.kind, from == hop.expansion.from, from != target,
      hop.different.isEmpty, hop.same.isEmpty, hop.expansion.differsFrom.isEmpty
    else { return nil }
    let nodes = cost.nodes(labels: hop.labels)
    guard nodes < input.estimatedRows * cost.fanOut(hop.expansion.types, hop.expansion.way) else { return nil }
    let scan = LogicalPlan(.nodeScan(start, target, labels: hop.labels), outputs: [target], estimatedRows: nodes)
    var expansion = hop.expansion
    (expansion.from, expansion.to, expansion.way) = (target, from, expansion.way.reversed)
    let paths = PathCount(hops: [PathCount.Hop(expansion: expansion, labels: labels)], target: nil, count: count)
    return LogicalPlan(.countPaths(scan, paths), outputs: [target] + [count].compactMap { $0 }, estimatedRows: nodes)
  }

  /// Conditions compare nodes of the chain, and relationships differ from others of the chain or single ones before it.
  private func speaksOfNodes(_ taken: [PathCount.Hop], _ own: VariableSet) -> Bool {
    var nodes = own
    for hop in taken {
      nodes.insert(hop.expansion.from)
      nodes.insert(hop.expansion.to)
    }
    return taken.allSatisfy { hop in (hop.different + hop.same).allSatisfy { nodes.contains($0.a) && nodes.contains($0.b) } }
  }
}

extension PathCount.Pair {
  /// Two nodes that are compared, by themselves or by their ids.
  fileprivate init?(_ a: Scalar, _ b: Scalar) {
    switch (a, b) {
    case (.variable(let x), .variable(let y)): self.init(a: x, b: y)
    case (.function("id", let x, _), .function("id", let y, _)):
      guard case .variable(let x) = x.first, case .variable(let y) = y.first else { return nil }
      self.init(a: x, b: y)
    default: return nil
    }
  }
}

extension Assignment {
  fileprivate var isPath: Bool {
    if case .path = value { true } else { false }
  }
}

extension Aggregate {
  /// Equal rows count as often as they occur, and nothing else of them matters.
  var countsRows: Bool { !distinct && function == "count" }

  /// A row that stands for several equal ones can be taken in at once, whatever its number.
  var weighsRows: Bool {
    if ignoresRepetition || countsRows { return true }
    guard ["sum", "avg", "percentilecont", "percentiledisc"].contains(function) else { return false }
    // An argument that is another one at each call must be computed for each row.
    return !arguments.contains(where: \.costsMoreThanOnce)
  }

  /// It makes no difference how often a row occurs.
  var ignoresRepetition: Bool { distinct || function == "min" || function == "max" }
}
