import SinterLanguage
import SinterModel

// Quantified path patterns and selected paths as operators.
extension PatternPlanner {
  mutating func addQuantified(
    _ edge: QueryGraph.Edge, _ segment: PathSegment, _ differsFrom: [Variable], _ leftBound: Bool, _ rightBound: Bool, rows: Double
  ) {
    let into = leftBound && rightBound
    let expansion = QuantifiedExpansion(
      from: leftBound ? edge.left : edge.right, to: leftBound ? edge.right : edge.left,
      segment: leftBound ? segment : segment.reversed, relationships: edge.relationship, isInto: into, differsFrom: differsFrom,
      isReversed: !leftBound, repeats: graph.repeats)
    let outputs = plan.outputs + (into ? [] : [expansion.to]) + expansion.outputs
    plan = LogicalPlan(.quantifiedExpand(plan, expansion), outputs: outputs, estimatedRows: rows)
  }

  /// - Parameter conditions: what is asked of the end by itself, so that no paths are made that nobody wants.
  mutating func addSelection(
    _ written: PathSelection, _ leftBound: Bool, _ rightBound: Bool, conditions: [Scalar], rows: Double
  ) {
    var selection = leftBound ? written : written.reversed
    selection.isInto = leftBound && rightBound
    selection.filters += conditions
    var known = VariableSet(plan.outputs).subtracting(selection.locals)
    known.insert(selection.from)
    selection.distributeFilters(known: known)
    let outputs = plan.outputs + (selection.isInto ? [] : [selection.to]) + selection.outputs
    plan = LogicalPlan(.selectPaths(plan, selection), outputs: outputs, estimatedRows: rows)
  }
}

extension CostModel {
  /// Rows that one row becomes by a segment, walked as it stands.
  func rows(_ segment: PathSegment) -> Double {
    let once = segment.hops.reduce(1.0) { $0 * max(fanOut($1.types, $1.way), 0.1) }
    let first = min(segment.minimum, 8)
    let last = max(min(segment.maximum ?? 4, 4), first)
    var (rows, power) = (0.0, 1.0)
    for repetition in 0...last {
      if repetition >= first { rows += power }
      power *= once
    }
    return rows
  }

  /// Nodes that the search for paths gets to.
  func reached(_ selection: PathSelection) -> Double {
    min(selection.segments.reduce(1.0) { $0 * max(rows($1), 0.1) }, Double(max(statistics.nodeCount, 1)))
  }

  /// Rows that one row becomes by the paths to all ends.
  func rows(_ selection: PathSelection) -> Double { reached(selection) * selection.expectedPaths }
}

extension PathSelection {
  /// Paths between two nodes.
  var expectedPaths: Double {
    switch selector.count {
    case .literal(let count)?: Double(min(count, 1_000))
    case .parameter?: 2
    case nil: 1
    }
  }
}

extension PathSelection {
  /// Moves conditions to the smallest part that can decide them: a node, a repetition, or the whole path.
  /// - Parameter known: variables of the row that the search starts from.
  mutating func distributeFilters(known: VariableSet) {
    let all = filters
    filters = []
    for filter in all {
      if let everywhere = universal(filter, known) {
        apply(everywhere)
        continue
      }
      let free = filter.freeVariables.subtracting(known)
      if let junction = junctions.indices.dropFirst().first(where: { free.isSubset(of: [junctions[$0]]) }) {
        junctionFilters[junction].append(filter)
      } else if let s = segments.indices.first(where: { segments[$0].isSingle && free.isSubset(of: segments[$0].locals) }) {
        segments[s].filters.append(filter)
      } else {
        filters.append(filter)
      }
    }
  }

  /// The condition as one on each element by itself, where it says no more than that.
  private func universal(_ filter: Scalar, _ known: VariableSet) -> Universal? {
    guard case .quantifier(let quantifier, let element, let list, let predicate, let spot) = filter,
      quantifier == .all || quantifier == .none, !predicate.hasSubquery,
      predicate.freeVariables.subtracting([element]).isSubset(of: known)
    else { return nil }
    let over: Universal.Elements
    switch list {
    case .function("nodes", let path, _) where path == self.path.map { [.variable($0)] }: over = .nodes
    case .function("relationships", let path, _) where path == self.path.map { [.variable($0)] }: over = .relationships
    case .variable(relationships): over = .relationships
    case .variable(let v) where segments.contains { $0.groups.contains { $0.list == v } }: over = .list(v)
    default: return nil
    }
    return Universal(over: over, element: element, predicate: quantifier == .all ? predicate : .not(predicate, spot))
  }

  /// A condition on every node or relationship of the path, or on every element of a group's list.
  private mutating func apply(_ condition: Universal) {
    func holds(for element: Variable) -> Scalar {
      condition.predicate.rewriting { if case .variable(condition.element) = $0 { .variable(element) } else { nil } }
    }
    switch condition.over {
    case .nodes:
      for i in junctions.indices { junctionFilters[i].append(holds(for: junctions[i])) }
      for s in segments.indices where segments[s].hops.count > 1 || segments[s].minimum != 1 || segments[s].maximum != 1 {
        segments[s].filters += segments[s].nodes.map(holds)
      }
    case .relationships:
      for s in segments.indices { segments[s].filters += segments[s].hops.map { holds(for: $0.relationship) } }
    case .list(let list):
      for s in segments.indices {
        for group in segments[s].groups where group.list == list { segments[s].filters.append(holds(for: group.element)) }
      }
    }
  }
}

/// `all(x IN nodes(p) WHERE …)` and its like: what must hold for each element by itself.
private struct Universal {
  enum Elements {
    case nodes, relationships
    case list(Variable)
  }
  var over: Elements
  var element: Variable
  var predicate: Scalar
}

