import SinterLanguage
import SinterModel

/// Names of the aggregating functions, lower-case.
package let aggregateFunctionNames: Set<String> = [
  "count", "sum", "avg", "min", "max", "collect", "stdev", "stdevp", "percentilecont", "percentiledisc",
  "collect_list", "stddev_samp", "stddev_pop", "percentile_cont", "percentile_disc",
]

/// The names that GQL gives to aggregates, lower-case, with those they have here.
package let aggregateAliases: [String: String] = [
  "collect_list": "collect", "stddev_samp": "stdev", "stddev_pop": "stdevp", "percentile_cont": "percentilecont",
  "percentile_disc": "percentiledisc",
]

extension Binder {
  func bind(_ e: Expression, _ scope: Scope) throws -> Scalar { simplified(try bindAsWritten(e, scope)) }

  private func bindAsWritten(_ e: Expression, _ scope: Scope) throws -> Scalar {
    let spot = Spot(e.span)
    switch e.kind {
    case .literal(let value): return .constant(value)
    case .parameter(let name): return .parameter(name, spot)
    case .variable(let name):
      if scope[name] == nil, let value = floatConstant(named: name) { return .constant(.float(value)) }
      return .variable(try resolve(name, in: scope, at: e.span))
    case .property(let base, let key): return .property(try bind(base, scope), key, spot)
    case .element(let base, let index): return .element(try bind(base, scope), try bind(index, scope), spot)
    case .slice(let base, let from, let to):
      return .slice(try bind(base, scope), from: try from.map { try bind($0, scope) }, to: try to.map { try bind($0, scope) }, spot)
    case .list(let items): return .list(try items.map { try bind($0, scope) })
    case .map(let entries): return .map(entries.map(\.key), try entries.map { try bind($0.value, scope) })
    case .mapProjection(let base, let items): return try bindMapProjection(base, items, scope, spot)
    case .unary(let op, let operand): return try bindUnary(op, try bind(operand, scope), spot)
    case .binary(let op, let a, let b): return try bindBinary(op, try bind(a, scope), try bind(b, scope), spot)
    case .comparison(let operands, let operators): return try bindComparison(operands, operators, scope, spot)
    case .hasLabels(let base, let labels): return .hasLabels(try bind(base, scope), try bind(labels, scope), spot)
    case .function(let name, let distinct, let arguments): return try bindFunction(name, distinct, arguments, scope, spot)
    case .countStar:
      return try aggregate("count", distinct: false, [], spot)
    case .conditional(let operand, let branches, let otherwise):
      return try bindConditional(operand, branches, otherwise, scope, spot)
    default: return try bindScoped(e, scope, spot)
    }
  }

  /// Expressions that open a scope of their own.
  private func bindScoped(_ e: Expression, _ scope: Scope, _ spot: Spot) throws -> Scalar {
    switch e.kind {
    case .listComprehension(let name, let list, let filter, let projection):
      let (variable, inner) = local(name, in: scope)
      return .listComprehension(
        variable, list: try bind(list, scope), filter: try filter.map { try bind($0, inner) },
        projection: try projection.map { try bind($0, inner) }, spot)
    case .quantifier(let quantifier, let name, let list, let predicate):
      let (variable, inner) = local(name, in: scope)
      let kind: Scalar.Quantifier =
        switch quantifier {
        case .all: .all
        case .any: .any
        case .none: .none
        case .single: .single
        }
      return .quantifier(
        kind, variable, list: try bind(list, scope), predicate: try predicate.map { try bind($0, inner) } ?? .constant(.boolean(true)), spot)
    case .reduce(let accumulator, let initial, let name, let list, let body):
      let (variable, first) = local(name, in: scope)
      let (sum, inner) = local(accumulator, in: first)
      return .reduce(sum, initial: try bind(initial, scope), variable, list: try bind(list, scope), body: try bind(body, inner), spot)
    case .patternPredicate(let pattern):
      return .subquery(.exists, try patternSubplan([pattern], filter: nil, scope, isExists: true) { _ in nil })
    case .patternComprehension(let pattern, let filter, let projection):
      return .subquery(.collect, try patternSubplan([pattern], filter: filter, scope) { try self.bind(projection, $0) })
    case .shortestPath(var pattern):
      // As an expression: the paths found, the first of them (or null) for shortestPath.
      let isSingle = pattern.selector == .shortestPath
      let name = Name("#path", at: pattern.span)
      pattern.variable = name
      let paths = Scalar.subquery(.collect, try patternSubplan([pattern], filter: nil, scope) { .variable($0[name.text]!) })
      return isSingle ? .element(paths, .constant(.integer(0)), spot) : paths
    case .subquery(let kind, let query): return try bindSubquery(kind, query, scope)
    case .isType(let operand, let type, let negated): return .isType(try bind(operand, scope), type, negated: negated, spot)
    case .isNormalized(let operand, let form, let negated):
      return .isNormalized(try bind(operand, scope), form: form, negated: negated, spot)
    default: preconditionFailure("bind(_:_:) handles the rest")
    }
  }

  private func local(_ name: String, in scope: Scope) -> (Variable, Scope) {
    let variable = fresh(name)
    var inner = scope
    inner.bind(name, to: variable)
    return (variable, inner)
  }

  private func bindMapProjection(_ base: Expression, _ items: [Expression.MapProjectionItem], _ scope: Scope, _ spot: Spot) throws -> Scalar {
    let element = try bind(base, scope)
    var keys: [String] = []
    var values: [Scalar] = []
    var includesAll = false
    for item in items {
      switch item {
      case .allProperties: includesAll = true
      case .property(let key):
        keys.append(key)
        values.append(.property(element, key, spot))
      case .entry(let key, let value):
        keys.append(key)
        values.append(try bind(value, scope))
      case .variable(let name, let span):
        keys.append(name)
        values.append(.variable(try resolve(name, in: scope, at: span)))
      }
    }
    return .mapProjection(element, includesAll: includesAll, keys, values, spot)
  }

  private func bindUnary(_ op: Expression.UnaryOperator, _ operand: Scalar, _ spot: Spot) throws -> Scalar {
    switch op {
    case .not: return .not(operand, spot)
    case .minus: return .negate(operand, spot)
    case .plus: return operand
    case .isNull: return .isNull(operand, negated: false)
    case .isNotNull: return .isNull(operand, negated: true)
    }
  }

  private func bindBinary(_ op: Expression.BinaryOperator, _ a: Scalar, _ b: Scalar, _ spot: Spot) throws -> Scalar {
    switch op {
    case .and:
      var parts: [Scalar] = []
      for side in [a, b] { if case .and(let inner, _) = side { parts += inner } else { parts.append(side) } }
      return .and(parts, spot)
    case .or:
      var parts: [Scalar] = []
      for side in [a, b] { if case .or(let inner, _) = side { parts += inner } else { parts.append(side) } }
      return .or(parts, spot)
    case .xor: return .xor(a, b, spot)
    case .add: return .arithmetic(.add, a, b, spot)
    case .subtract: return .arithmetic(.subtract, a, b, spot)
    case .multiply: return .arithmetic(.multiply, a, b, spot)
    case .divide: return .arithmetic(.divide, a, b, spot)
    case .modulo: return .arithmetic(.modulo, a, b, spot)
    case .power: return .arithmetic(.power, a, b, spot)
    case .concatenate: return .arithmetic(.concatenate, a, b, spot)
    case .in: return .membership(a, in: b, spot)
    case .startsWith: return .string(.startsWith, a, b, spot)
    case .endsWith: return .string(.endsWith, a, b, spot)
    case .contains: return .string(.contains, a, b, spot)
    case .matches: return .string(.matches, a, b, spot)
    }
  }

  private func bindComparison(
    _ operands: [Expression], _ operators: [Expression.ComparisonOperator], _ scope: Scope, _ spot: Spot
  ) throws -> Scalar {
    let bound = try operands.map { try bind($0, scope) }
    let pairs = operators.indices.map { i -> Scalar in
      let comparison: Scalar.Comparison =
        switch operators[i] {
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        }
      return .compare(comparison, bound[i], bound[i + 1], spot)
    }
    return pairs.count == 1 ? pairs[0] : .and(pairs, spot)
  }

  private func bindConditional(
    _ operand: Expression?, _ branches: [Expression.CaseBranch], _ otherwise: Expression?, _ scope: Scope, _ spot: Spot
  ) throws -> Scalar {
    var subject = try operand.map { try bind($0, scope) }
    var once: (variable: Variable, value: Scalar)?
    if let value = subject, value.costsMoreThanOnce {
      // Every branch must see the same value.
      let variable = fresh(Expression.caseOperand)
      once = (variable, value)
      subject = .variable(variable)
    }
    let bound = try branches.map { branch -> Scalar.Branch in
      let conditions = try branch.conditions.map { condition -> Scalar in
        if let subject, condition.isCaseTest { return try bindTest(condition, of: subject, scope) }
        let value = try bind(condition, scope)
        return subject.map { .compare(.equal, $0, value, spot) } ?? value
      }
      return Scalar.Branch(
        condition: conditions.count == 1 ? conditions[0] : .or(conditions, spot), result: try bind(branch.result, scope))
    }
    let conditional = Scalar.conditional(bound, otherwise: try otherwise.map { try bind($0, scope) })
    guard let once else { return conditional }
    let single = Scalar.listComprehension(once.variable, list: .list([once.value]), filter: nil, projection: conditional, spot)
    return .element(single, .constant(.integer(0)), spot)
  }

  /// A test such as `> 5`, with the operand of CASE in its place.
  private func bindTest(_ test: Expression, of subject: Scalar, _ scope: Scope) throws -> Scalar {
    let (variable, inner) = local(Expression.caseOperand, in: scope)
    return try bind(test, inner).rewriting { part in
      if case .variable(variable) = part { subject } else { nil }
    }
  }

  private func bindFunction(_ name: String, _ distinct: Bool, _ arguments: [Expression], _ scope: Scope, _ spot: Spot) throws -> Scalar {
    let written = name.lowercased()
    let lower = aggregateAliases[written] ?? written
    if aggregateFunctionNames.contains(lower) {
      guard let collected = aggregates else {
        throw SinterError(
          "SyntaxError.InvalidAggregation", phase: .compile,
          "The aggregating function \(name)() can only stand in RETURN or WITH (and their ORDER BY).", at: spot.span)
      }
      aggregates = nil
      let bound = try arguments.map { try bind($0, scope) }
      aggregates = collected
      return try aggregate(lower, distinct: distinct, bound, spot)
    }
    if let answer = bindFileFunction(lower, scope) { return answer }
    let bound = try arguments.map { try bind($0, scope) }
    return .function(lower, bound, spot)
  }

  private func aggregate(_ function: String, distinct: Bool, _ arguments: [Scalar], _ spot: Spot) throws -> Scalar {
    guard aggregates != nil else {
      throw SinterError(
        "SyntaxError.InvalidAggregation", phase: .compile,
        "The aggregating function \(function)() can only stand in RETURN or WITH (and their ORDER BY).", at: spot.span)
    }
    // The same aggregate written twice is computed once.
    if let same = aggregates!.first(where: { $0.function == function && $0.distinct == distinct && $0.arguments == arguments }) {
      return .variable(same.variable)
    }
    let variable = anonymous()
    aggregates!.append(Aggregate(variable: variable, function: function, distinct: distinct, arguments: arguments, spot: spot))
    return .variable(variable)
  }

  func bind(_ labels: LabelExpression, _ scope: Scope) throws -> LabelTest {
    switch labels {
    case .name(let name, _): return .name(name)
    case .any: return .any
    case .not(let inner): return .not(try bind(inner, scope))
    case .and(let all): return .and(try all.map { try bind($0, scope) })
    case .or(let all): return .or(try all.map { try bind($0, scope) })
    case .dynamic(let expression): return .dynamic(try bind(expression, scope))
    case .dynamicAny(let expression): return .dynamicAny(try bind(expression, scope))
    }
  }

  // MARK: Subqueries

  private func bindSubquery(_ kind: Expression.SubqueryKind, _ query: Query, _ scope: Scope) throws -> Scalar {
    let boundKind: Scalar.SubqueryKind =
      switch kind {
      case .exists: .exists
      case .count: .count
      case .collect: .collect
      }
    if kind != .collect, query.rest.isEmpty, let clauses = query.first.clauses.rowwise {
      let rowNumber = anonymous()
      let ((plan, _), imports) = try capturing(from: scope) {
        try planQuery(
          Query(first: SingleQuery(clauses: clauses), rest: [], span: query.span), outer: scope.keepingAll, rowNumber: rowNumber)
      }
      var membership: Membership?
      if kind == .exists, clauses.count == 1, case .match(let match) = clauses[0].kind, match.hints.isEmpty {
        membership = try self.membership(match.patterns, filter: match.filter, mode: match.mode, imports: imports, plan: plan, scope)
      }
      return .subquery(boundKind, Subplan(plan: plan, imports: imports, rowNumber: rowNumber, membership: membership))
    }
    let ((plan, columns), imports) = try capturing(from: scope) { try planQuery(query, outer: scope.keepingAll) }
    return .subquery(boundKind, Subplan(plan: plan, imports: imports, result: columns.first?.variable))
  }

  /// A subplan that matches `patterns` from the rows at hand, with a projection where one is wanted.
  func patternSubplan(
    _ patterns: [PathPattern], filter: Expression?, _ scope: Scope, isExists: Bool = false, project: (Scope) throws -> Scalar?
  ) throws -> Subplan {
    let rowNumber = anonymous()
    let ((plan, result), imports) = try capturing(from: scope) { () throws -> (LogicalPlan, Variable?) in
      let argument = LogicalPlan(.argument, outputs: scope.all + [rowNumber], estimatedRows: 1)
      let (plan, inner) = try planMatch(patterns, filter: filter, input: argument, scope: scope)
      guard let value = try project(inner) else { return (plan, nil) }
      let result = anonymous()
      return (plan.extended([Assignment(result, value)]), result)
    }
    let membership = isExists ? try membership(patterns, filter: filter, mode: nil, imports: imports, plan: plan, scope) : nil
    return Subplan(plan: plan, imports: imports, result: result, rowNumber: rowNumber, membership: membership)
  }
}

extension Scalar {
  /// Whether computing it again could give another value, or takes as long as a query.
  var costsMoreThanOnce: Bool {
    var found = false
    walk { part in
      switch part {
      case .subquery: found = true
      case .function(let name, _, _): found = found || name == "rand" || name == "randomuuid"
      default: break
      }
    }
    return found
  }
}

extension [Clause] {
  /// The clauses without a RETURN that only names rows, when each of them treats every row by itself; else nil.
  fileprivate var rowwise: [Clause]? {
    var clauses = self
    if case .return(let p) = clauses.last?.kind {
      let isPlain =
        !p.distinct && p.orderBy.isEmpty && p.skip == nil && p.limit == nil && !p.items.contains { $0.expression.containsAggregate }
      guard isPlain else { return nil }
      clauses.removeLast()
    }
    let isRowwise = clauses.allSatisfy { clause in
      switch clause.kind {
      case .match(let match): !match.optional && match.search == nil
      case .unwind, .filter, .let: true
      default: false
      }
    }
    return isRowwise ? clauses : nil
  }
}
