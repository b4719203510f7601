import SinterLanguage
import SinterModel

/// What one MATCH asks for: nodes, relationships between them and predicates, in no order yet.
struct QueryGraph {
  var nodes: [Variable] = []
  var edges: [Edge] = []
  /// Conjuncts: of WHERE, and of labels and properties in the pattern.
  var predicates: [Scalar] = []
  /// Named paths and the variables they are made of, in turn node and relationship.
  var paths: [(variable: Variable, elements: [Variable])] = []
  /// A relationship may be matched more than once.
  var repeats = false

  struct Edge {
    var relationship: Variable
    var left: Variable
    var right: Variable
    var way: Expansion.Way
    var types: [String]?
    var length: (minimum: Int, maximum: Int?)?
    /// For a variable length: what each relationship must satisfy, and its name there.
    var stepVariable: Variable
    var stepFilter: [Scalar] = []
    /// The relationship (or list) was bound before this MATCH.
    var isBound = false
    var selector = PathSelector.all
    /// A quantified path pattern in place of one relationship; ``relationship`` is the list of all of them.
    var segment: PathSegment?
    /// A whole path of which a selector chooses; ``left`` and ``right`` are its ends.
    var selection: PathSelection?
    /// Variables of other parts that must be there first.
    var requires = VariableSet()

    /// Variables of elsewhere that its conditions speak of.
    var reads: VariableSet {
      var result = requires.union(stepFilter.reads.subtracting([stepVariable]))
      if let segment { result.formUnion(segment.filters.reads.subtracting(segment.locals)) }
      return result
    }

    func neighbor(of node: Variable) -> Variable { node == left ? right : left }

    /// Whether both may stand for the same relationship and must not; a shortest path may use those of other parts.
    func mayEqual(_ other: Edge) -> Bool {
      guard selector == .all && other.selector == .all else { return false }
      guard let types, let theirs = other.types else { return true }
      return types.contains(where: theirs.contains)
    }
  }
}

extension Binder {
  /// Builds the graph of a MATCH; `scope` gains the pattern's new names.
  func queryGraph(_ patterns: [PathPattern], filter: Expression?, mode: MatchMode?, scope: inout Scope) throws -> QueryGraph {
    var graph = QueryGraph()
    graph.repeats = mode == .repeatableElements
    let outer = scope
    // Names first, so that a property map may speak of any of them.
    var plans: [(pattern: PathPattern, nodes: [(NodePattern, Variable)], edges: [Int])] = []
    for pattern in patterns {
      if pattern.selector != .all && !pattern.steps.isEmpty {
        plans.append((pattern, try selection(pattern, in: &graph, scope: &scope, outer: outer), []))
        continue
      }
      var nodes = [(pattern.start, try node(pattern.start, in: &graph, scope: &scope))]
      var edges: [Int] = []
      for step in pattern.steps {
        let right = try node(step.node, in: &graph, scope: &scope)
        let left = nodes.last!.1
        switch step.link {
        case .relationship(let relationship):
          edges.append(try edge(relationship, from: left, to: right, in: &graph, scope: &scope, outer: outer))
        case .group(let group):
          edges.append(try edge(group, from: left, to: right, in: &graph, scope: &scope, outer: outer))
        }
        nodes.append((step.node, right))
      }
      if let path = pathVariable(pattern, &scope) {
        var elements = [nodes[0].1]
        for (i, e) in edges.enumerated() { elements += [graph.edges[e].relationship, nodes[i + 1].1] }
        graph.paths.append((path, elements))
      }
      plans.append((pattern, nodes, edges))
    }
    for (pattern, nodes, edges) in plans {
      for (written, variable) in nodes { graph.predicates += try predicates(written, variable, scope) }
      for (step, index) in zip(pattern.steps, edges) {
        guard case .relationship(let relationship) = step.link else { continue }
        try addPredicates(relationship, edge: index, to: &graph, scope: scope)
      }
      if edges.count == pattern.steps.count, let filter = pattern.parenthesis?.filter {
        graph.predicates += conjuncts(try bind(filter, scope))
      }
    }
    requireNodes(outer, in: &graph)
    if let filter {
      // Patterns in it look at what the nodes are.
      learnKinds(of: graph)
      graph.predicates += conjuncts(try bind(filter, scope))
    }
    takeConditions(&graph)
    if contradicts(graph) { graph.predicates.insert(.constant(.boolean(false)), at: 0) }
    return graph
  }

  /// A variable bound before may hold null or no node at all, which no node pattern matches. Hops see
  /// to it for their ends; a node that stands alone is tested.
  private func requireNodes(_ outer: Scope, in graph: inout QueryGraph) {
    let bound = Set(outer.all)
    for node in graph.nodes where bound.contains(node) {
      if graph.edges.contains(where: { $0.left == node || $0.right == node }) { continue }
      graph.predicates.append(.isType(.variable(node), .named("NODE", nullable: false), negated: false, Spot(.none)))
    }
  }

  /// The path's variable, under both names where it has two.
  func pathVariable(_ pattern: PathPattern, _ scope: inout Scope) -> Variable? {
    guard let name = pattern.variable ?? pattern.parenthesis?.variable else { return nil }
    let path = fresh(name.text)
    for name in [pattern.variable, pattern.parenthesis?.variable] { if let name { scope.bind(name.text, to: path) } }
    return path
  }

  func node(_ pattern: NodePattern, in graph: inout QueryGraph, scope: inout Scope) throws -> Variable {
    let variable: Variable
    if let name = pattern.variable {
      if let bound = scope[name.text] {
        use(bound)
        variable = bound
      } else {
        variable = fresh(name.text)
        scope.bind(name.text, to: variable)
      }
    } else {
      variable = anonymous()
    }
    if !graph.nodes.contains(variable) { graph.nodes.append(variable) }
    return variable
  }

  private func edge(
    _ pattern: RelationshipPattern, from left: Variable, to right: Variable, in graph: inout QueryGraph, scope: inout Scope, outer: Scope
  ) throws -> Int {
    var isBound = false
    let variable: Variable
    if let name = pattern.variable {
      if let bound = scope[name.text] {
        guard outer[name.text] != nil else {
          throw SinterError(
            "SyntaxError.RelationshipUniquenessViolation", phase: .compile,
            "The relationship variable `\(name.text)` stands twice in one pattern; no relationship can be in two places.", at: name.span)
        }
        use(bound)
        variable = bound
        isBound = true
      } else {
        variable = fresh(name.text)
        scope.bind(name.text, to: variable)
      }
    } else {
      variable = anonymous()
    }
    var edge = QueryGraph.Edge(
      relationship: variable, left: left, right: right, way: pattern.orientation.way, types: nil, length: nil, stepVariable: anonymous(), isBound: isBound)
    if let length = pattern.length {
      edge.length = (length.minimum ?? 1, length.maximum)
    }
    graph.edges.append(edge)
    return graph.edges.count - 1
  }

  /// What a node pattern says of its node.
  func predicates(_ pattern: NodePattern, _ variable: Variable, _ scope: Scope) throws -> [Scalar] {
    var result: [Scalar] = []
    if let labels = pattern.labels {
      result += conjuncts(try bind(labels, scope)).map { .hasLabels(.variable(variable), $0, Spot(pattern.span)) }
    }
    if let properties = pattern.properties { result += try propertyPredicates(variable, properties, scope) }
    if let filter = pattern.filter { result += conjuncts(try bind(filter, scope)) }
    return result
  }

  private func addPredicates(_ pattern: RelationshipPattern, edge index: Int, to graph: inout QueryGraph, scope: Scope) throws {
    let isStep = graph.edges[index].length != nil
    let subject = isStep ? graph.edges[index].stepVariable : graph.edges[index].relationship
    var predicates: [Scalar] = []
    if let types = pattern.types {
      let test = try bind(types, scope)
      if let names = test.disjunction {
        graph.edges[index].types = names
        if graph.edges[index].isBound && !isStep { predicates.append(.hasLabels(.variable(subject), test, Spot(pattern.span))) }
      } else {
        predicates.append(.hasLabels(.variable(subject), test, Spot(pattern.span)))
      }
    }
    if let properties = pattern.properties { predicates += try propertyPredicates(subject, properties, scope) }
    if let filter = pattern.filter {
      var inner = scope
      if isStep, let name = pattern.variable { inner.bind(name.text, to: subject) }
      predicates += conjuncts(try bind(filter, inner))
    }
    guard isStep else {
      graph.predicates += predicates
      return
    }
    graph.edges[index].stepFilter += predicates
    // What is asked of every step may speak of other parts of the pattern.
    graph.edges[index].requires = predicates.reads.subtracting([subject])
  }

  func propertyPredicates(_ variable: Variable, _ properties: Expression, _ scope: Scope) throws -> [Scalar] {
    let spot = Spot(properties.span)
    guard case .map(let entries) = properties.kind else {
      return [.function("#hasproperties", [.variable(variable), try bind(properties, scope)], spot)]
    }
    return try entries.map { entry in
      .compare(.equal, .property(.variable(variable), entry.key, spot), try bind(entry.value, scope), spot)
    }
  }

  func conjuncts(_ predicate: Scalar) -> [Scalar] {
    if case .and(let parts, _) = predicate { return parts.flatMap(conjuncts) }
    if case .constant(.boolean(true)) = predicate, context.isEnabled("constant-folding") { return [] }
    return [predicate]
  }

  private func conjuncts(_ test: LabelTest) -> [LabelTest] {
    if case .and(let parts) = test { return parts.flatMap(conjuncts) }
    return [test]
  }
}

extension RelationshipPattern.Orientation {
  var way: Expansion.Way {
    switch self {
    case .outgoing: .outgoing
    case .incoming: .incoming
    case .undirected: .both
    }
  }
}
