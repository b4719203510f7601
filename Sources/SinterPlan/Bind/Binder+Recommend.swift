import SinterLanguage
import SinterModel

extension Binder {
  func appendPredict(_ clause: PredictClause, to state: inout QueryState, at span: SourceSpan) throws {
    let outer = state.scope
    func end(_ pattern: NodePattern) -> (Variable, isBound: Bool) {
      if let name = pattern.variable {
        if let bound = outer[name.text] {
          use(bound)
          return (bound, true)
        }
        return (fresh(name.text), false)
      }
      return (anonymous(), false)
    }
    var (start, startIsBound) = end(clause.start)
    var (target, endIsBound) = end(clause.end)
    let openPattern = startIsBound ? clause.end : clause.start
    if clause.relationship.orientation == .incoming {
      swap(&start, &target)
      swap(&startIsBound, &endIsBound)
    }
    var type: String?
    if let types = clause.relationship.types {
      guard let names = try bind(types, outer).disjunction, names.count == 1 else {
        throw SinterError("SyntaxError.NoSingleRelationshipType", phase: .compile, "PREDICT ranks one relationship type at a time.", at: clause.relationship.span)
      }
      type = names[0]
    }
    let open: Prediction.Open
    var new: [Variable] = []
    var relation: Variable?
    switch (startIsBound, endIsBound, type) {
    case (true, false, .some):
      open = .end
      new.append(target)
    case (false, true, .some):
      open = .start
      new.append(start)
    case (true, true, nil):
      open = .type
      let variable = clause.relationship.variable.map { fresh($0.text) } ?? anonymous()
      relation = variable
      new.append(variable)
      if let name = clause.relationship.variable { state.scope.bind(name.text, to: variable) }
    default:
      throw SinterError(
        "SyntaxError.InvalidClauseComposition", phase: .compile,
        "PREDICT needs exactly one open place: bind one end before it (MATCH) and name the type, or bind both ends and leave the type out.",
        at: span)
    }
    var labels: [String] = []
    if open != .type {
      if let name = openPattern.variable { state.scope.bind(name.text, to: new[0]) }
      if let test = openPattern.labels {
        guard let names = try bind(test, outer).conjunction else {
          throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "PREDICT takes plain labels: (i:Item).", at: openPattern.span)
        }
        labels = names
      }
    }
    var filter = try clause.filter.map { conjuncts(try bind($0, state.scope)) } ?? []
    if open != .type, let properties = openPattern.properties, case .map(let entries) = properties.kind {
      for entry in entries {
        let value = try bind(entry.value, outer)
        filter.append(.compare(.equal, .property(.variable(new[0]), entry.key, Spot(properties.span)), value, Spot(properties.span)))
      }
    }
    let limit = try clause.limit.map { try bind($0, Scope()) }
    let score = clause.score.map { fresh($0.text) }
    if let name = clause.score { state.scope.bind(name.text, to: score!) }
    let prediction = Prediction(
      open: open, start: start, end: target, relation: relation, type: type, labels: labels, model: clause.model?.text, filter: filter,
      limit: limit, score: score, spot: Spot(span))
    state.plan = LogicalPlan(
      .predict(state.plan, prediction), outputs: state.plan.outputs + new + [score].compactMap { $0 },
      estimatedRows: state.plan.estimatedRows * 10)
  }

  func appendRecommend(_ clause: RecommendClause, to state: inout QueryState, at span: SourceSpan) throws {
    let outer = state.scope
    let user = try bind(clause.user, outer)
    var labels: [String] = []
    if let test = clause.item.labels {
      guard let names = try bind(test, outer).conjunction else {
        throw SinterError("SyntaxError.UnexpectedSyntax", phase: .compile, "RECOMMEND takes plain labels: (i:Item).", at: clause.item.span)
      }
      labels = names
    }
    if let name = clause.item.variable, outer[name.text] != nil {
      throw SinterError(
        "SyntaxError.VariableAlreadyBound", phase: .compile,
        "`\(name.text)` is bound already; RECOMMEND binds it. To ask about one item use WHY.", at: name.span)
    }
    let item = clause.item.variable.map { fresh($0.text) } ?? anonymous()
    if let name = clause.item.variable { state.scope.bind(name.text, to: item) }
    var filter = try clause.filter.map { conjuncts(try bind($0, state.scope)) } ?? []
    if let properties = clause.item.properties, case .map(let entries) = properties.kind {
      for entry in entries {
        let value = try bind(entry.value, outer)
        filter.append(.compare(.equal, .property(.variable(item), entry.key, Spot(properties.span)), value, Spot(properties.span)))
      }
    }
    let score = clause.score.map { fresh($0.text) }
    let because = clause.because.map { fresh($0.text) }
    let plan = RecommendationPlan(
      item: item, labels: labels, user: user,
      scorers: try clause.scorers.map { (name: $0.name.text, weight: try $0.weight.map { try bind($0, outer) }) },
      strategy: clause.strategy?.text, excludedTypes: clause.excludedTypes?.map(\.text), filter: filter,
      diverseBy: try clause.diverseBy.map { try bind($0, state.scope) }, strength: try clause.strength.map { try bind($0, outer) },
      caps: try clause.caps.map { (most: try bind($0.most, Scope()), per: try bind($0.per, state.scope)) },
      limit: try clause.limit.map { try bind($0, Scope()) }, score: score, because: because, spot: Spot(span))
    if let name = clause.score { state.scope.bind(name.text, to: score!) }
    if let name = clause.because { state.scope.bind(name.text, to: because!) }
    state.plan = LogicalPlan(
      .recommend(state.plan, plan), outputs: state.plan.outputs + [item] + [score, because].compactMap { $0 },
      estimatedRows: state.plan.estimatedRows * 10)
  }

  func appendWhy(_ clause: WhyClause, to state: inout QueryState, at span: SourceSpan) throws {
    let variable = fresh(clause.alias.text)
    let plan = WhyPlan(
      negated: clause.negated, item: try bind(clause.item, state.scope), user: try bind(clause.user, state.scope),
      scorers: try clause.scorers.map { (name: $0.name.text, weight: try $0.weight.map { try bind($0, state.scope) }) },
      strategy: clause.strategy?.text, variable: variable, spot: Spot(span))
    state.plan = LogicalPlan(.why(state.plan, plan), outputs: state.plan.outputs + [variable], estimatedRows: state.plan.estimatedRows)
    state.scope.bind(clause.alias.text, to: variable)
  }
}
