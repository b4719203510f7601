import SinterLanguage
import SinterModel

extension Binder {
  /// The position of the last of several CREATE clauses in a row; nil where there are not several.
  func lastOfCreates(_ clauses: [Clause], from first: Int) -> Int? {
    var end = first
    while end < clauses.count, case .create = clauses[end].kind { end += 1 }
    return end - first > 1 ? end - 1 : nil
  }

  /// Plans CREATE clauses that follow each other as one operator, as long as none reads what the ones before made:
  /// a subquery would, and so would a path.
  func appendCreates(_ clauses: some Sequence<Clause>, to state: inout QueryState) throws {
    var paths: [Assignment] = []
    var elements: [CreateElement] = []
    for clause in clauses {
      guard case .create(let patterns) = clause.kind else { continue }
      var new: [CreateElement] = []
      var newPaths: [Assignment] = []
      for pattern in patterns { new += try createElements(pattern, &state.scope, fact: nil, paths: &newPaths) }
      if !paths.isEmpty || new.holdsSubquery, !elements.isEmpty {
        appendCreation(elements, paths, to: &state)
        (elements, paths) = ([], [])
      }
      elements += new
      paths += newPaths
    }
    appendCreation(elements, paths, to: &state)
  }

  private func appendCreation(_ elements: [CreateElement], _ paths: [Assignment], to state: inout QueryState) {
    state.plan = LogicalPlan(
      .create(state.plan, elements), outputs: state.plan.outputs + elements.map(\.variable), estimatedRows: state.plan.estimatedRows)
    if !paths.isEmpty { state.plan = state.plan.extended(paths) }
  }

  /// What a pattern creates: its new nodes first, then its relationships. `scope` gains the names.
  private func createElements(
    _ pattern: PathPattern, _ scope: inout Scope, fact: FactPlan?, paths: inout [Assignment]
  ) throws -> [CreateElement] {
    var elements: [CreateElement] = []
    var left = try createNode(pattern.start, &scope, &elements)
    var pathElements = [left]
    for step in pattern.steps {
      guard case .relationship(let relationship) = step.link else {
        throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "A quantified pattern cannot be created.", at: pattern.span)
      }
      let right = try createNode(step.node, &scope, &elements)
      guard let types = relationship.types else {
        throw SinterError(
          "SyntaxError.NoSingleRelationshipType", phase: .compile, "A relationship that is created needs one type: -[:TYPE]->.",
          at: relationship.span)
      }
      let variable = relationship.variable.map { fresh($0.text) } ?? anonymous()
      let properties = try relationship.properties.map { try bind($0, scope) }
      let type = try bind(types, scope)
      let reversed = relationship.orientation == .incoming
      elements.append(
        .relationship(
          variable, type: type, from: reversed ? right : left, to: reversed ? left : right, properties: properties, fact: fact,
          Spot(relationship.span)))
      if let name = relationship.variable { scope.bind(name.text, to: variable) }
      pathElements += [variable, right]
      left = right
    }
    if let name = pattern.variable {
      let path = fresh(name.text)
      paths.append(Assignment(path, .path(pathElements)))
      scope.bind(name.text, to: path)
    }
    return elements
  }

  private func createNode(_ pattern: NodePattern, _ scope: inout Scope, _ elements: inout [CreateElement]) throws -> Variable {
    if let name = pattern.variable, let bound = scope[name.text] {
      use(bound)
      return bound
    }
    let labels = try pattern.labels.map { try bind($0, scope) }
    let properties = try pattern.properties.map { try bind($0, scope) }
    let variable = pattern.variable.map { fresh($0.text) } ?? anonymous()
    elements.append(.node(variable, labels: labels.map(flatten) ?? [], properties: properties))
    if let name = pattern.variable { scope.bind(name.text, to: variable) }
    return variable
  }

  private func flatten(_ test: LabelTest) -> [LabelTest] {
    if case .and(let all) = test { return all.flatMap(flatten) }
    return [test]
  }

  func appendMerge(_ pattern: PathPattern, _ onCreate: [SetItem], _ onMatch: [SetItem], to state: inout QueryState) throws {
    let outer = state.scope
    let pattern = namingElements(of: pattern)
    let rowNumber = context.isEnabled("merge-rows") && pattern.isSingleElement(in: outer) ? anonymous() : nil
    let ((plan, matched), imports) = try capturing(from: outer) { () throws -> (LogicalPlan, Scope) in
      let argument = LogicalPlan(.argument, outputs: outer.all + [rowNumber].compactMap { $0 }, estimatedRows: 1)
      // A relationship without direction matches either way.
      return try planMatch([pattern], filter: nil, input: argument, scope: outer)
    }
    // What is created takes the variables that matching binds.
    var paths: [Assignment] = []
    var createScope = outer
    let created = try createElements(pattern, &createScope, fact: nil, paths: &paths)
    let names = createScope.names.filter { outer[$0] == nil }
    var renaming: [Variable: Variable] = [:]
    for name in names { renaming[createScope[name]!] = matched[name]! }
    let variables = names.filter { name in !paths.contains { $0.variable == createScope[name] } }.map { matched[$0]! }
    let subplan = Subplan(plan: plan, imports: imports, outputs: variables, rowNumber: rowNumber)
    var inner = outer
    for name in names { inner.bind(name, to: matched[name]!) }
    let merge = Merge(
      match: subplan, variables: variables, create: created.map { rename($0, renaming) },
      onCreate: try onCreate.map { try mutation($0, inner, at: pattern.span) },
      onMatch: try onMatch.map { try mutation($0, inner, at: pattern.span) })
    state.plan = LogicalPlan(
      .merge(state.plan, merge), outputs: state.plan.outputs + variables, estimatedRows: state.plan.estimatedRows)
    state.scope = inner
    if let path = paths.first, let variable = renaming[path.variable], case .path(let elements) = path.value {
      state.plan = state.plan.extended([Assignment(variable, .path(elements.map { renaming[$0] ?? $0 }))])
    }
  }

  /// The pattern with a name for every element, so that matching and creating speak of the same variables.
  private func namingElements(of pattern: PathPattern) -> PathPattern {
    var pattern = pattern
    func name(at span: SourceSpan) -> Name { Name(anonymous().name, at: span) }
    if pattern.start.variable == nil { pattern.start.variable = name(at: pattern.start.span) }
    for i in pattern.steps.indices {
      if case .relationship(var relationship) = pattern.steps[i].link, relationship.variable == nil {
        relationship.variable = name(at: relationship.span)
        pattern.steps[i].link = .relationship(relationship)
      }
      if pattern.steps[i].node.variable == nil { pattern.steps[i].node.variable = name(at: pattern.steps[i].node.span) }
    }
    return pattern
  }

  private func rename(_ element: CreateElement, _ names: [Variable: Variable]) -> CreateElement {
    func r(_ v: Variable) -> Variable { names[v] ?? v }
    func r(_ s: Scalar?) -> Scalar? {
      s?.rewriting { part in
        if case .variable(let v) = part { .variable(r(v)) } else { nil }
      }
    }
    switch element {
    case .node(let v, let labels, let properties): return .node(r(v), labels: labels, properties: r(properties))
    case .relationship(let v, let type, let from, let to, let properties, let fact, let spot):
      return .relationship(r(v), type: type, from: r(from), to: r(to), properties: r(properties), fact: fact, spot)
    }
  }

  // MARK: SET and REMOVE

  func appendMutations(_ mutations: [Mutation], to state: inout QueryState) {
    state.plan = LogicalPlan(.set(state.plan, mutations), outputs: state.plan.outputs, estimatedRows: state.plan.estimatedRows)
  }

  func mutation(_ item: SetItem, _ scope: Scope, at span: SourceSpan) throws -> Mutation {
    switch item {
    case .property(let target, let key, let value):
      return .setProperty(try bind(target, scope), key: key, try bind(value, scope), Spot(target.span))
    case .dynamicProperty(let target, let key, let value):
      return .setDynamicProperty(try bind(target, scope), key: try bind(key, scope), try bind(value, scope), Spot(target.span))
    case .replace(let name, let value): return .replaceProperties(try element(name, scope), try bind(value, scope), Spot(name.span))
    case .merge(let name, let value): return .mergeProperties(try element(name, scope), try bind(value, scope), Spot(name.span))
    case .labels(let name, let labels):
      return .addLabels(try element(name, scope), try labels.flatMap { flatten(try bind($0, scope)) }, Spot(name.span))
    }
  }

  func mutation(_ item: RemoveItem, _ scope: Scope, at span: SourceSpan) throws -> Mutation {
    switch item {
    case .property(let target, let key): return .setProperty(try bind(target, scope), key: key, .constant(.null), Spot(target.span))
    case .dynamicProperty(let target, let key):
      return .setDynamicProperty(try bind(target, scope), key: try bind(key, scope), .constant(.null), Spot(target.span))
    case .labels(let name, let labels):
      return .removeLabels(try element(name, scope), try labels.flatMap { flatten(try bind($0, scope)) }, Spot(name.span))
    }
  }

  private func element(_ name: Name, _ scope: Scope) throws -> Scalar {
    .variable(try resolve(name.text, in: scope, at: name.span))
  }

  // MARK: Facts

  func appendDeposit(_ deposit: DepositClause, to state: inout QueryState, at span: SourceSpan) throws {
    let a = deposit.attributes
    let scope = state.scope
    func b(_ e: Expression?) throws -> Scalar? { try e.map { try bind($0, scope) } }
    let fact = FactPlan(
      confidence: try b(a.confidence), support: try b(a.support), source: try b(a.source), evidence: try b(a.evidence),
      validFrom: try b(a.validFrom), validTo: try b(a.validTo), spot: Spot(span))
    var paths: [Assignment] = []
    let elements = try createElements(deposit.pattern, &state.scope, fact: fact, paths: &paths)
    appendCreation(elements, paths, to: &state)
  }

  func appendRetract(_ retract: RetractClause, to state: inout QueryState, at span: SourceSpan) throws {
    let mutation = Mutation.retract(
      try bind(retract.fact, state.scope), source: try retract.source.map { try bind($0, state.scope) },
      reason: try retract.reason.map { try bind($0, state.scope) }, Spot(span))
    appendMutations([mutation], to: &state)
  }
}

extension [CreateElement] {
  /// An expression of an element looks into the graph.
  fileprivate var holdsSubquery: Bool {
    var found = false
    for scalar in scalars {
      scalar.walk { if case .subquery = $0 { found = true } }
    }
    return found
  }
}

extension PathPattern {
  /// A new node, or a new relationship between two nodes that are bound: whether a row finds it, no other row's creations
  /// alter but those of the same element. Every element has a name.
  fileprivate func isSingleElement(in outer: Scope) -> Bool {
    func isBound(_ name: Name?) -> Bool { name.map { outer[$0.text] != nil } ?? false }
    if steps.isEmpty { return !isBound(start.variable) }
    guard steps.count == 1, case .relationship(let relationship) = steps[0].link, !isBound(relationship.variable) else { return false }
    return isBound(start.variable) && isBound(steps[0].node.variable)
  }
}
