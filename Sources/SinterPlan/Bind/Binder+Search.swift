import SinterLanguage
import SinterModel

extension Binder {
  /// Plans `MATCH … SEARCH v IN (…) SCORE AS s WHERE …` on top of `input`: the search binds `v`, then the patterns are matched around it.
  func planSearch(
    _ match: MatchClause, _ search: SearchSubclause, input: LogicalPlan, scope: Scope
  ) throws -> (LogicalPlan, Scope) {
    let name = search.variable
    guard scope[name.text] == nil else {
      throw SinterError(
        "SyntaxError.VariableAlreadyBound", phase: .compile,
        "`\(name.text)` is bound already; SEARCH binds it. To search among nodes that you have, collect them first: WITH collect(\(name.text)) AS some, then WHERE \(name.text) IN some inside the search.",
        at: name.span)
    }
    let subject = try searchSubject(match.patterns, name)
    var inner = scope
    let variable = fresh(name.text)
    inner.bind(name.text, to: variable)
    let query = try bind(search.query, scope)
    let limit = try search.limit.map { try bind($0, Scope()) }
    var labels: [String] = []
    var filter: [Scalar] = []
    // What the pattern says of the variable itself counts before LIMIT, so that the search does not come short.
    switch subject {
    case .node(let node):
      if let written = node.labels {
        let test = try bind(written, scope)
        if let all = test.conjunction { labels = all } else { filter.append(.hasLabels(.variable(variable), test, Spot(node.span))) }
      }
      filter += try propertyTests(node.properties, of: variable, scope)
      if let inline = node.filter { filter += conjuncts(try bind(inline, inner)) }
    case .relationship(let relationship):
      if let types = relationship.types {
        let test = try bind(types, scope)
        if let names = test.disjunction, names.count == 1 { labels = names } else {
          filter.append(.hasLabels(.variable(variable), test, Spot(relationship.span)))
        }
      }
      filter += try propertyTests(relationship.properties, of: variable, scope)
      if let inline = relationship.filter { filter += conjuncts(try bind(inline, inner)) }
    }
    var candidates: Scalar?
    if let written = search.filter {
      for part in conjuncts(try bind(written, inner)) {
        if candidates == nil, case .membership(.variable(variable), let list, _) = part, !list.freeVariables.contains(variable) {
          candidates = list
        } else {
          filter.append(part)
        }
      }
    }
    let score = search.score.map { fresh($0.text) }
    if let score, let name = search.score { inner.bind(name.text, to: score) }
    let because = search.because.map { fresh($0.text) }
    if let because, let name = search.because { inner.bind(name.text, to: because) }
    // What ranks are worth says nothing of the scores in each list.
    let least = search.others.isEmpty ? try score.flatMap { try leastScore($0, match.filter, inner, known: scope) } : nil
    var plan = SearchPlan(
      variable: variable, isRelationship: subject.isRelationship, isFullText: search.indexKind == .fulltext, index: search.index.text,
      indexSpot: Spot(search.index.span), query: query, querySpot: Spot(search.query.span), candidates: candidates, labels: labels,
      filter: filter, minimumScore: least, limit: limit, score: score,
      spot: Spot(search.span))
    plan.because = because
    plan.options = try search.options.map { try bind($0, scope) }
    plan.others = try search.others.map { source in
      SearchPlan.Source(
        isFullText: source.kind == .fulltext, index: source.index.text, indexSpot: Spot(source.index.span),
        query: try bind(source.query, scope), querySpot: Spot(source.query.span))
    }
    let found = LogicalPlan(
      .search(input, plan), outputs: input.outputs + [variable] + [score, because].compactMap { $0 }, estimatedRows: input.estimatedRows * 10)
    return try planMatch(
      match.patterns, filter: match.filter, mode: match.mode, hints: match.hints, input: found, scope: inner)
  }

  private enum SearchSubject {
    case node(NodePattern)
    case relationship(RelationshipPattern)
    var isRelationship: Bool { if case .relationship = self { true } else { false } }
  }

  /// Where the patterns name the variable.
  private func searchSubject(_ patterns: [PathPattern], _ name: Name) throws -> SearchSubject {
    for pattern in patterns {
      if pattern.start.variable?.text == name.text { return .node(pattern.start) }
      for step in pattern.steps {
        if step.node.variable?.text == name.text { return .node(step.node) }
        if case .relationship(let relationship) = step.link, relationship.variable?.text == name.text, relationship.length == nil {
          return .relationship(relationship)
        }
      }
    }
    throw SinterError(
      "SyntaxError.UndefinedVariable", phase: .compile,
      "SEARCH finds a node or a relationship that its MATCH names; `\(name.text)` is none.", at: name.span)
  }

  private func propertyTests(_ properties: Expression?, of variable: Variable, _ scope: Scope) throws -> [Scalar] {
    guard let properties else { return [] }
    let spot = Spot(properties.span)
    guard case .map(let entries) = properties.kind else {
      return [.function("#hasproperties", [.variable(variable), try bind(properties, scope)], spot)]
    }
    return try entries.map { entry in
      .compare(.equal, .property(.variable(variable), entry.key, spot), try bind(entry.value, scope), spot)
    }
  }

  /// `x` of `score >= x` or `score > x` in the condition behind the search, where it can be known before.
  private func leastScore(_ score: Variable, _ filter: Expression?, _ inner: Scope, known: Scope) throws -> Scalar? {
    guard let filter, case .some(let bound) = try? bind(filter, inner) else { return nil }
    let before = VariableSet(known.all)
    for part in conjuncts(bound) {
      let least: Scalar
      switch part {
      case .compare(.greaterOrEqual, .variable(score), let x, _), .compare(.greater, .variable(score), let x, _): least = x
      case .compare(.lessOrEqual, let x, .variable(score), _), .compare(.less, let x, .variable(score), _): least = x
      default: continue
      }
      if least.freeVariables.subtracting(before).isEmpty { return least }
    }
    return nil
  }
}
