import SinterModel

extension Checker {
  /// Checks WITH or RETURN with its order, limits and condition; afterwards the scope holds what it
  /// passes on.
  /// - Returns: the columns, those of `*` in no particular order before the others.
  mutating func checkProjection(_ projection: Projection, filter: Expression?, isReturn: Bool) throws(Failure) -> [Column] {
    var passed: [String: StaticType] = [:]
    var columns: [Column] = []
    if projection.includesAll {
      if isReturn, scope.isEmpty {
        throw error(
          "SyntaxError.NoVariablesInScope", "RETURN * has nothing to return: no variable is defined", at: projection.span)
      }
      // The variables of the query around a subquery are in sight anyway and are none of its columns.
      passed = scope.kept.isEmpty ? scope.variables : scope.variables.filter { scope.kept[$0.key] == nil }
      columns = passed.map { Column(name: $0.key, type: $0.value) }
    }
    var names = Set(columns.map(\.name))
    var keys: [Expression] = []
    var aggregating: [Expression] = []
    for item in projection.items {
      aggregates = .allowed
      let type = try check(item.expression)
      aggregates = .forbidden
      if containsAggregate(item.expression) { aggregating.append(item.expression) } else { keys.append(item.expression) }
      let variable = try columnVariable(item, isReturn: isReturn)
      guard names.insert(item.columnName).inserted else {
        throw error(
          "SyntaxError.ColumnNameConflict", "Two columns have the name `\(item.columnName)`; give one another alias with AS",
          at: item.alias?.span ?? item.expression.span)
      }
      if let variable {
        if !isReturn { try checkHiding(variable, item) }
        passed[variable] = type
      }
      columns.append(Column(name: item.columnName, type: type))
    }
    for expression in aggregating { try checkGrouping(expression, keys: keys, starred: projection.includesAll) }
    try checkOrder(projection, passed: passed, aggregating: !aggregating.isEmpty)
    if let skip = projection.skip { try checkLimit(skip, "SKIP") }
    if let limit = projection.limit { try checkLimit(limit, "LIMIT") }
    let before = scope
    scope.replace(with: passed)
    if let filter {
      let after = scope
      if aggregating.isEmpty, !projection.distinct { scope = before.overlaid(with: passed) }
      try checkFilter(filter)
      scope = after
    }
    return columns
  }

  /// A subquery cannot give the name of a variable around it to something else.
  private func checkHiding(_ variable: String, _ item: ProjectionItem) throws(Failure) {
    guard scope.kept[variable] != nil else { return }
    if case .variable(variable) = item.expression.kind { return }
    throw alreadyBound(
      Name(variable, at: item.alias?.span ?? item.expression.span), "it is a variable around the subquery; choose another name")
  }

  /// The variable that a column becomes; nil for an expression without alias in RETURN.
  private func columnVariable(_ item: ProjectionItem, isReturn: Bool) throws(Failure) -> String? {
    if let alias = item.alias { return alias.text }
    if case .variable(let name) = item.expression.kind { return name }
    guard isReturn else {
      throw error("SyntaxError.NoExpressionAlias", "An expression in WITH needs a name: add AS and one", at: item.expression.span)
    }
    return nil
  }

  // MARK: ORDER BY

  /// ORDER BY sees the new columns and, unless rows were merged by aggregation or DISTINCT, what
  /// was there before.
  private mutating func checkOrder(_ projection: Projection, passed: [String: StaticType], aggregating: Bool) throws(Failure) {
    guard !projection.orderBy.isEmpty else { return }
    let before = scope
    for item in projection.orderBy {
      scope = before.overlaid(with: passed)
      aggregates = aggregating ? .allowed : .forbidden
      _ = try check(item.expression)
      aggregates = .forbidden
      if aggregating || projection.distinct {
        scope = before
        var order = OrderCheck(
          passed: passed, items: projection.items.map(\.expression), mixesAggregates: containsAggregate(item.expression))
        try checkMergedOrder(item.expression, &order)
      }
    }
    scope = before
  }

  private struct OrderCheck {
    let passed: [String: StaticType]
    let items: [Expression]
    /// The sort key holds an aggregate.
    let mixesAggregates: Bool
    /// A projected expression stands in the key that is no simple grouping key.
    var holdsComplexKey = false
    var locals: Set<String> = []
  }

  private func checkMergedOrder(_ expression: Expression, _ order: inout OrderCheck) throws(Failure) {
    if order.items.contains(where: { $0.isSame(as: expression) }) {
      if expression.isSimpleKey || !order.mixesAggregates || containsAggregate(expression) { return }
      order.holdsComplexKey = true
    }
    if case .variable(let name) = expression.kind {
      guard order.passed[name] == nil, !order.locals.contains(name) else { return }
      if !scope.contains(name), floatConstant(named: name) != nil { return }
      if order.holdsComplexKey { throw ambiguous(expression) }
      throw error(
        "SyntaxError.UndefinedVariable",
        "Variable `\(name)` is not defined here: aggregation or DISTINCT merged the rows; sort by the columns that are returned",
        at: expression.span)
    }
    let saved = order.locals
    expression.addLocals(to: &order.locals)
    try expression.forEachChild { (child) throws(Failure) in try checkMergedOrder(child, &order) }
    order.locals = saved
  }

  // MARK: Grouping

  func containsAggregate(_ expression: Expression) -> Bool {
    switch expression.kind {
    case .countStar: return true
    case .function(let name, _, _) where isAggregate(name): return true
    default:
      var found = false
      expression.forEachChild { found = found || containsAggregate($0) }
      return found
    }
  }

  /// Beside its aggregates, an expression may only use constants and simple grouping keys: what
  /// else it reads would differ from row to row of a group.
  private func checkGrouping(_ expression: Expression, keys: [Expression], starred: Bool) throws(Failure) {
    guard !starred else { return }
    var locals: Set<String> = []
    try checkGrouping(expression, keys: keys, locals: &locals)
  }

  private func checkGrouping(_ expression: Expression, keys: [Expression], locals: inout Set<String>) throws(Failure) {
    if case .countStar = expression.kind { return }
    if case .function(let name, _, _) = expression.kind, isAggregate(name) { return }
    if expression.isSimpleKey, keys.contains(where: { $0.isSame(as: expression) }) { return }
    if case .variable(let name) = expression.kind {
      if !scope.contains(name), floatConstant(named: name) != nil { return }
      guard locals.contains(name) else { throw ambiguous(expression) }
      return
    }
    let saved = locals
    expression.addLocals(to: &locals)
    try expression.forEachChild { (child) throws(Failure) in try checkGrouping(child, keys: keys, locals: &locals) }
    locals = saved
  }

  private func ambiguous(_ expression: Expression) -> Failure {
    error(
      "SyntaxError.AmbiguousAggregationExpression",
      "This is mixed with an aggregate but is no column of its own; return it as a column (a variable or a property), "
        + "or compute it in a WITH before", at: expression.span)
  }
}

extension Expression {
  /// A variable, or a property of one: what may stand beside aggregates when it is also a column.
  fileprivate var isSimpleKey: Bool {
    switch kind {
    case .variable: true
    case .property(let inner, _): inner.isSimpleKey
    default: false
    }
  }

  /// The names that the expression binds for its own parts.
  fileprivate func addLocals(to names: inout Set<String>) {
    switch kind {
    case .listComprehension(let variable, _, _, _), .quantifier(_, let variable, _, _): names.insert(variable)
    case .conditional: names.insert(Expression.caseOperand)
    case .reduce(let accumulator, _, let variable, _, _):
      names.insert(accumulator)
      names.insert(variable)
    case .patternComprehension(let pattern, _, _):
      if let name = pattern.variable { names.insert(name.text) }
      if let name = pattern.start.variable { names.insert(name.text) }
      for step in pattern.steps {
        if case .relationship(let relationship) = step.link, let name = relationship.variable { names.insert(name.text) }
        if let name = step.node.variable { names.insert(name.text) }
      }
    default: break
    }
  }
}
