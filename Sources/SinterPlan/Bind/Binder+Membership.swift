import SinterLanguage
import SinterModel

// EXISTS as a semi-join: from its other end, once for many rows.
extension Binder {
  /// The other way to answer an EXISTS of one MATCH; nil where there is none.
  /// - Parameters:
  ///   - imports: what it reads of the rows around it.
  ///   - plan: how it is answered for each row.
  func membership(
    _ patterns: [PathPattern], filter: Expression?, mode: MatchMode?, imports: [Variable], plan: LogicalPlan, _ scope: Scope
  ) throws -> Membership? {
    guard !isUpdating, context.isEnabled("semi-join") else { return nil }
    // The variable that came last differs from row to row most often.
    guard let probe = scope.all.last(where: { imports.contains($0) && kinds.nodes[$0] != nil }) else { return nil }
    let keys = imports.filter { $0 != probe }
    var inner = scope
    let ((graph, gathering), _) = try capturing(from: scope) { () throws -> (QueryGraph, LogicalPlan?) in
      let graph = try queryGraph(patterns, filter: filter, mode: mode, scope: &inner)
      guard graph.nodes.contains(probe), graph.isSimple, graph.cannotFail else { return (graph, nil) }
      learnKinds(of: graph)
      let argument = LogicalPlan(.argument, outputs: keys, estimatedRows: 1)
      var planner = PatternPlanner(graph: graph, context: context, cost: cost, input: argument)
      return (graph, try planner.make())
    }
    guard let gathering, !graph.edges.isEmpty, gathering.outputs.contains(probe) else { return nil }
    let nodes = distinct(gathering, [probe])
    let members = LogicalPlan(.members(nodes, probe), outputs: [probe], estimatedRows: nodes.estimatedRows)
    return Membership(
      probe: probe, subplan: Subplan(plan: members, imports: keys, outputs: [probe]), gatheringCost: gathering.totalRows,
      probeCost: plan.totalRows)
  }
}

extension QueryGraph {
  /// Only nodes and relationships, of a fixed or a variable length.
  fileprivate var isSimple: Bool { edges.allSatisfy { $0.segment == nil && $0.selection == nil } && paths.isEmpty }

  /// No predicate can fail for any node, so it makes no difference which nodes are looked at.
  fileprivate var cannotFail: Bool {
    var elements = VariableSet(nodes)
    for edge in edges { elements.insert(edge.length == nil ? edge.relationship : edge.stepVariable) }
    return (predicates + edges.flatMap(\.stepFilter)).allSatisfy { $0.isSafeTest(on: elements) }
  }
}

extension Scalar {
  /// A test that gives true, false or null whatever the values are.
  func isSafeTest(on elements: VariableSet) -> Bool {
    switch self {
    case .constant(.boolean): true
    case .not(let part, _): part.isSafeTest(on: elements)
    case .and(let parts, _), .or(let parts, _): parts.allSatisfy { $0.isSafeTest(on: elements) }
    case .xor(let a, let b, _): a.isSafeTest(on: elements) && b.isSafeTest(on: elements)
    case .hasLabels(.variable(let variable), let test, _): elements.contains(variable) && test.scalars.isEmpty
    case .isNull(let part, _): part.isSafeValue(on: elements)
    case .compare(_, let a, let b, _): a.isSafeValue(on: elements) && b.isSafeValue(on: elements)
    case .membership(let a, .list(let items), _): a.isSafeValue(on: elements) && items.allSatisfy { $0.isSafeValue(on: elements) }
    case .membership(let a, .constant(.list), _): a.isSafeValue(on: elements)
    case .string(let test, let a, let b, _): test != .matches && a.isSafeValue(on: elements) && b.isSafeValue(on: elements)
    default: false
    }
  }

  private func isSafeValue(on elements: VariableSet) -> Bool {
    switch self {
    case .constant, .parameter, .variable: true
    case .property(.variable(let variable), _, _): elements.contains(variable)
    case .function("id", let arguments, _):
      if case .variable(let variable)? = arguments.first, arguments.count == 1 { elements.contains(variable) } else { false }
    default: false
    }
  }
}
