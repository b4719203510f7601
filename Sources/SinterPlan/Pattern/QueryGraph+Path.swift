import SinterLanguage
import SinterModel

// Quantified path patterns, and paths of which a selector chooses.
extension Binder {
  /// A quantified group between two nodes.
  func edge(
    _ group: QuantifiedGroup, from left: Variable, to right: Variable, in graph: inout QueryGraph, scope: inout Scope, outer: Scope
  ) throws -> Int {
    let segment = try segment(group, scope: &scope, outer: outer)
    graph.edges.append(
      QueryGraph.Edge(
        relationship: anonymous(), left: left, right: right, way: .both, types: segment.types, length: nil, stepVariable: anonymous(),
        segment: segment))
    return graph.edges.count - 1
  }

  /// The repetitions of a group: its variables are single elements inside and lists in `scope`.
  private func segment(_ group: QuantifiedGroup, scope: inout Scope, outer: Scope) throws -> PathSegment {
    var inner = outer
    var segment = PathSegment(nodes: [], hops: [], minimum: group.minimum, maximum: group.maximum)
    var filters: [Scalar] = []
    func element(_ name: Name?, at span: SourceSpan) -> Variable {
      guard let name else { return anonymous() }
      let variable = fresh(name.text)
      if let list = segment.groups.first(where: { $0.element.name == name.text }) {
        // The same element twice in one repetition.
        filters.append(.compare(.equal, .variable(variable), .variable(list.element), Spot(span)))
        return variable
      }
      inner.bind(name.text, to: variable)
      segment.groups.append(PathSegment.Group(element: variable, list: fresh(name.text)))
      return variable
    }
    segment.nodes.append(element(group.start.variable, at: group.start.span))
    for step in group.steps {
      guard case .relationship(let relationship) = step.link else { preconditionFailure("the checker refuses nested groups") }
      segment.hops.append(
        PathHop(relationship: element(relationship.variable, at: relationship.span), way: relationship.orientation.way, types: nil))
      segment.nodes.append(element(step.node.variable, at: step.node.span))
    }
    filters += try predicates(group.start, segment.nodes[0], inner)
    for (i, step) in group.steps.enumerated() {
      if case .relationship(let relationship) = step.link { filters += try predicates(relationship, of: &segment.hops[i], inner) }
      filters += try predicates(step.node, segment.nodes[i + 1], inner)
    }
    if let filter = group.filter { filters += conjuncts(try bind(filter, inner)) }
    segment.filters = filters
    for group in segment.groups { scope.bind(group.list.name, to: group.list) }
    return segment
  }

  /// What a relationship pattern says of each relationship; plain types go into the hop.
  private func predicates(_ pattern: RelationshipPattern, of hop: inout PathHop, _ scope: Scope) throws -> [Scalar] {
    var result: [Scalar] = []
    if let types = pattern.types {
      let test = try bind(types, scope)
      if let names = test.disjunction {
        hop.types = names
      } else {
        result.append(.hasLabels(.variable(hop.relationship), test, Spot(pattern.span)))
      }
    }
    if let properties = pattern.properties { result += try propertyPredicates(hop.relationship, properties, scope) }
    if let filter = pattern.filter { result += conjuncts(try bind(filter, scope)) }
    return result
  }

  // MARK: Selectors

  /// Adds a path of which a selector chooses; answers its ends, the nodes that may be found by other ways.
  func selection(
    _ pattern: PathPattern, in graph: inout QueryGraph, scope: inout Scope, outer: Scope
  ) throws -> [(NodePattern, Variable)] {
    let last = pattern.steps[pattern.steps.count - 1].node
    let start = try node(pattern.start, in: &graph, scope: &scope)
    let end = try node(last, in: &graph, scope: &scope)
    var selection = PathSelection(
      junctions: [start], segments: [], junctionFilters: [], selector: pattern.selector, relationships: anonymous())
    selection.repeats = graph.repeats
    for (i, step) in pattern.steps.enumerated() {
      let left = selection.junctions[i]
      let right = i + 1 == pattern.steps.count ? end : interior(step.node.variable, at: step.node.span, &selection, &scope)
      selection.junctions.append(right)
      switch step.link {
      case .group(let group): selection.segments.append(try segment(group, scope: &scope, outer: outer))
      case .relationship(let relationship):
        selection.segments.append(try segment(relationship, left, right, &selection, &scope))
      }
    }
    selection.path = pathVariable(pattern, &scope)
    // Every name is bound: what the pattern says of its parts.
    for (i, step) in pattern.steps.enumerated() {
      if case .relationship(let relationship) = step.link {
        var inner = scope
        if let group = selection.segments[i].groups.first { inner.bind(group.list.name, to: group.element) }
        let conditions = try predicates(relationship, of: &selection.segments[i].hops[0], inner)
        if relationship.length == nil { selection.filters += conditions } else { selection.segments[i].filters += conditions }
      }
      if i + 1 < pattern.steps.count { selection.filters += try predicates(step.node, selection.junctions[i + 1], scope) }
    }
    if let filter = pattern.parenthesis?.filter { selection.filters += conjuncts(try bind(filter, scope)) }
    selection.junctionFilters = selection.junctions.map { _ in [] }
    graph.edges.append(
      QueryGraph.Edge(
        relationship: selection.relationships, left: start, right: end, way: .both, types: nil, length: nil, stepVariable: anonymous(),
        selector: pattern.selector, selection: selection, requires: selection.conditions.reads.subtracting(selection.locals)))
    return [(pattern.start, start), (last, end)]
  }

  /// A node between the ends; one that is known by then must be the same.
  private func interior(_ name: Name?, at span: SourceSpan, _ selection: inout PathSelection, _ scope: inout Scope) -> Variable {
    guard let name else { return anonymous() }
    let variable = fresh(name.text)
    if let bound = scope[name.text] {
      use(bound)
      selection.filters.append(.compare(.equal, .variable(variable), .variable(bound), Spot(span)))
    } else {
      scope.bind(name.text, to: variable)
    }
    return variable
  }

  /// One relationship of a selected path, alone or repeated.
  private func segment(
    _ pattern: RelationshipPattern, _ left: Variable, _ right: Variable, _ selection: inout PathSelection, _ scope: inout Scope
  ) throws -> PathSegment {
    let known = pattern.variable.flatMap { scope[$0.text] }
    let variable = pattern.variable.map { fresh($0.text) } ?? anonymous()
    if let known {
      use(known)
      selection.filters.append(.compare(.equal, .variable(variable), .variable(known), Spot(pattern.span)))
    } else if let name = pattern.variable {
      scope.bind(name.text, to: variable)
    }
    guard let length = pattern.length else {
      let hop = PathHop(relationship: variable, way: pattern.orientation.way, types: nil)
      return PathSegment(nodes: [left, right], hops: [hop], minimum: 1, maximum: 1)
    }
    let hop = PathHop(relationship: fresh(variable.name), way: pattern.orientation.way, types: nil)
    var segment = PathSegment(
      nodes: [anonymous(), anonymous()], hops: [hop], minimum: length.minimum ?? 1, maximum: length.maximum)
    if pattern.variable != nil { segment.groups = [PathSegment.Group(element: hop.relationship, list: variable)] }
    return segment
  }

  // MARK: Conditions on the paths of shortestPath()

  /// Conditions on the path of a shortestPath() hold while it is searched.
  func takeConditions(_ graph: inout QueryGraph) {
    for e in graph.edges.indices where graph.edges[e].selector.isFunction {
      guard var selection = graph.edges[e].selection else { continue }
      let own = VariableSet(selection.outputs)
      let others = graph.edges.indices.filter { $0 != e }.reduce(into: VariableSet(graph.paths.map(\.variable))) { result, other in
        result.insert(graph.edges[other].relationship)
        result.formUnion(VariableSet(graph.edges[other].selection?.outputs ?? []))
        result.formUnion(VariableSet(graph.edges[other].segment?.groups.map(\.list) ?? []))
      }
      func isOwn(_ predicate: Scalar) -> Bool {
        let free = predicate.freeVariables
        return !free.isDisjoint(with: own) && free.isDisjoint(with: others)
      }
      selection.filters += graph.predicates.filter(isOwn)
      graph.predicates.removeAll(where: isOwn)
      graph.edges[e].selection = selection
      graph.edges[e].requires = selection.conditions.reads.subtracting(selection.locals)
    }
  }
}
