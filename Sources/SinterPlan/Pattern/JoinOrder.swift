/// Finds the cheapest order in which to solve a pattern: depth first, the cheapest move first, so that the first order found
/// is the greedy one; then others, as long as they stay below the best.
struct JoinOrder {
  /// A step of an order, by the position of the node or edge in the graph.
  enum Move {
    case leaf(Int)
    case edge(Int)
  }

  /// How far an order has come.
  struct State {
    var available: VariableSet
    /// Predicates applied.
    var solved = Bits()
    /// Edges solved.
    var edges = Bits()
    var rows: Double
    var cost = 0.0
  }

  private struct Place: Hashable {
    let available: VariableSet
    let edges: Bits
  }

  let model: PatternModel
  /// Switched off, nodes and edges are taken in the order they are written.
  let reorders: Bool
  private var best: (order: [Move], cost: Double)?
  private var order: [Move] = []
  private var reached: [Place: Double] = [:]
  /// Moves that may still be tried once there is an order.
  private var budget = 600

  init(model: PatternModel, reorders: Bool) {
    self.model = model
    self.reorders = reorders
  }

  /// The order to take from `start`.
  mutating func find(from start: State) -> [Move] {
    var state = start
    applyPredicates(&state)
    guard reorders else {
      while let next = moves(state).first {
        apply(next, to: &state)
        order.append(next)
      }
      return order
    }
    search(state)
    return best?.order ?? []
  }

  private mutating func search(_ state: State) {
    var trials = moves(state).prefix(JoinOrder.comparedMoves).map { move -> (move: Move, state: State) in
      var trial = state
      apply(move, to: &trial)
      return (move, trial)
    }
    if trials.isEmpty {
      if best.map({ state.cost < $0.cost * 0.999 }) ?? true { best = (order, state.cost) }
      return
    }
    if trials.count > 1 {
      // Equal costs keep the order in which the pattern is written.
      let sorted = trials.indices.sorted { (trials[$0].state.cost, $0) < (trials[$1].state.cost, $1) }
      trials = sorted.map { trials[$0] }
    }
    for (move, trial) in trials {
      if let best {
        budget -= 1
        guard !isLarge, budget > 0, trial.cost < best.cost * 0.999 else { return }
        let place = Place(available: trial.available, edges: trial.edges)
        if let cost = reached[place], cost <= trial.cost { continue }
        reached[place] = trial.cost
      }
      order.append(move)
      search(trial)
      order.removeLast()
    }
  }

  /// Moves compared at a time: of more, hops before new nodes, in the order they are written.
  private static let comparedMoves = 40

  /// Too many nodes to compare orders; the greedy one is taken.
  private var isLarge: Bool { model.nodes.count > 40 }

  private func moves(_ state: State) -> [Move] {
    var result: [Move] = []
    for (e, edge) in model.edges.enumerated() where !state.edges.contains(e) && edge.requires.isSubset(of: state.available) {
      let left = state.available.contains(edge.left)
      let right = state.available.contains(edge.right)
      // A hop between two bound nodes only removes rows.
      if left && right { return [.edge(e)] }
      if !left && edge.leftIsHinted || !right && edge.rightIsHinted { continue }
      if edge.givesEnds || (!edge.needsBoth && (left || right)) { result.append(.edge(e)) }
    }
    if !result.isEmpty && (!reorders || isLarge) { return result }
    for (n, node) in model.nodes.enumerated() where !state.available.contains(node.variable) {
      if model.isFindable(n, state.available) { result.append(.leaf(n)) }
    }
    return result
  }

  private func apply(_ move: Move, to state: inout State) {
    make(move, in: &state)
    // What costs is the rows that are made, whether or not a filter drops them at once.
    state.cost += state.rows
    applyPredicates(&state)
    state.cost += 0.1 * state.rows
  }

  /// Makes a move without the predicates it makes ready; answers what a plan has to do for it.
  @discardableResult
  func make(_ move: Move, in state: inout State) -> Step {
    switch move {
    case .leaf(let n):
      let access = model.access(n, state.available)
      state.solved.formUnion(access.solves)
      state.available.insert(model.nodes[n].variable)
      state.rows = max(state.rows * access.rows, 0.01)
      return .leaf(access)
    case .edge(let e):
      let edge = model.edges[e]
      let left = state.available.contains(edge.left)
      let right = state.available.contains(edge.right)
      if left && right { state.cost += state.rows * edge.work }
      let factor = edge.factor(left, right, behind: state.edges)
      state.edges.insert(e)
      state.available.formUnion(edge.provides)
      state.rows = max(state.rows * factor, 0.001)
      return .edge(leftIsBound: left, rightIsBound: right)
    }
  }

  enum Step {
    case leaf(PatternModel.Access)
    case edge(leftIsBound: Bool, rightIsBound: Bool)
  }

  /// Solves the predicates on the end that an edge leads to, which can be tested while it is searched for.
  /// - Parameter known: the variables that were there before.
  func solveEnd(of edge: Int, _ leftIsBound: Bool, _ rightIsBound: Bool, _ known: VariableSet, _ state: inout State) -> [Scalar] {
    if leftIsBound && rightIsBound { return [] }
    let end = leftIsBound ? model.edges[edge].right : model.edges[edge].left
    var there = known
    there.insert(end)
    var result: [Scalar] = []
    for (i, predicate) in model.predicates.enumerated()
    where !state.solved.contains(i) && predicate.needs.contains(end) && predicate.needs.isSubset(of: there) {
      state.solved.insert(i)
      state.rows = max(state.rows * predicate.selectivity, 0.001)
      result.append(model.graph.predicates[i])
    }
    return result
  }

  /// Solves every predicate whose variables are all there; answers which.
  @discardableResult
  func applyPredicates(_ state: inout State) -> [Int] {
    var ready: [Int] = []
    for (i, predicate) in model.predicates.enumerated() where !state.solved.contains(i) && predicate.needs.isSubset(of: state.available) {
      state.solved.insert(i)
      state.rows = max(state.rows * predicate.selectivity, 0.001)
      ready.append(i)
    }
    return ready
  }
}

extension PatternModel.Edge {
  /// Rows that a row becomes, with other edges solved before.
  fileprivate func factor(_ leftIsBound: Bool, _ rightIsBound: Bool, behind solved: Bits) -> Double {
    let left = leftPeers.intersects(solved) ? leftBias : 1
    let right = rightPeers.intersects(solved) ? rightBias : 1
    switch (leftIsBound, rightIsBound) {
    case (true, true): return min(into * left * right, max(1, into))
    // The relationship that led here is not followed back.
    case (true, false): return left > 1 ? max(fromLeft * left - 1, 0.1 * fromLeft) : fromLeft
    case (false, _): return right > 1 ? max(fromRight * right - 1, 0.1 * fromRight) : fromRight
    }
  }
}
