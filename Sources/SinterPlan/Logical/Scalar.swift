package import SinterLanguage
package import SinterModel

/// A variable of a plan: unique in its statement, whatever scopes reuse its name.
package struct Variable: Hashable, Sendable {
  package let id: Int
  package let name: String
  package init(id: Int, name: String) {
    self.id = id
    self.name = name
  }
  package static func == (a: Variable, b: Variable) -> Bool { a.id == b.id }
  package func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// A bound expression: names resolved to variables, sugar removed, subqueries planned.
///
/// Equality is structural, so that an expression in RETURN is recognised again in ORDER BY;
/// spans do not take part, they only tell errors where to point.
package indirect enum Scalar: Sendable, Hashable {
  case constant(Value)
  case parameter(String, Spot)
  case variable(Variable)
  case property(Scalar, String, Spot)
  case element(Scalar, Scalar, Spot)
  case slice(Scalar, from: Scalar?, to: Scalar?, Spot)
  case list([Scalar])
  case map([String], [Scalar])
  case mapProjection(Scalar, includesAll: Bool, [String], [Scalar], Spot)
  case not(Scalar, Spot)
  case and([Scalar], Spot)
  case or([Scalar], Spot)
  case xor(Scalar, Scalar, Spot)
  case isNull(Scalar, negated: Bool)
  case compare(Comparison, Scalar, Scalar, Spot)
  case arithmetic(Arithmetic, Scalar, Scalar, Spot)
  case negate(Scalar, Spot)
  case membership(Scalar, in: Scalar, Spot)
  case string(StringTest, Scalar, Scalar, Spot)
  case hasLabels(Scalar, LabelTest, Spot)
  case function(String, [Scalar], Spot)
  case conditional([Branch], otherwise: Scalar?)
  case listComprehension(Variable, list: Scalar, filter: Scalar?, projection: Scalar?, Spot)
  case quantifier(Quantifier, Variable, list: Scalar, predicate: Scalar, Spot)
  case reduce(Variable, initial: Scalar, Variable, list: Scalar, body: Scalar, Spot)
  case subquery(SubqueryKind, Subplan)
  case isType(Scalar, TypeName, negated: Bool, Spot)
  case isNormalized(Scalar, form: String, negated: Bool, Spot)
  /// A path from its elements: nodes, relationships and lists of relationships in turn.
  case path([Variable])

  package struct Branch: Sendable, Hashable {
    package var condition: Scalar
    package var result: Scalar
  }

  package enum Comparison: Sendable, Hashable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
  package enum Arithmetic: Sendable, Hashable { case add, subtract, multiply, divide, modulo, power, concatenate }
  package enum StringTest: Sendable, Hashable { case startsWith, endsWith, contains, matches }
  package enum Quantifier: Sendable, Hashable { case all, any, none, single }
  package enum SubqueryKind: Sendable, Hashable { case exists, count, collect }
}

/// Where an expression stands in the text; never part of equality.
package struct Spot: Sendable, Hashable {
  package let span: SourceSpan
  package init(_ span: SourceSpan) { self.span = span }
  package static func == (a: Spot, b: Spot) -> Bool { true }
  package func hash(into hasher: inout Hasher) {}
}

/// A label expression with names as they stand and computed names bound.
package indirect enum LabelTest: Sendable, Hashable {
  case name(String)
  case any
  case not(LabelTest)
  case and([LabelTest])
  case or([LabelTest])
  /// The computed names, all of them.
  case dynamic(Scalar)
  /// One of the computed names.
  case dynamicAny(Scalar)

  /// The labels that must all be present, when the test says no more than that.
  package var conjunction: [String]? {
    switch self {
    case .name(let name): return [name]
    case .and(let parts):
      var names: [String] = []
      for part in parts {
        guard let inner = part.conjunction else { return nil }
        names += inner
      }
      return names
    default: return nil
    }
  }

  /// The names one of which must be present, when the test says no more than that (types of a relationship).
  package var disjunction: [String]? {
    switch self {
    case .name(let name): return [name]
    case .or(let parts):
      var names: [String] = []
      for part in parts {
        guard let inner = part.disjunction else { return nil }
        for name in inner where !names.contains(name) { names.append(name) }
      }
      return names
    default: return nil
    }
  }
}

/// A plan evaluated inside an expression, for the rows at hand.
package final class Subplan: Sendable, Hashable {
  package let plan: LogicalPlan
  /// Variables of the outer rows that the plan reads.
  package let imports: [Variable]
  /// The single column of a COLLECT; the projection of a pattern comprehension.
  package let result: Variable?
  /// Names the outer row that a row of the plan belongs to, so that many outer rows go through at once.
  /// nil when the plan has clauses (aggregation, LIMIT, …) that must see one outer row at a time.
  package let rowNumber: Variable?
  /// Another way to answer an EXISTS.
  package let membership: Membership?

  /// `outputs` are what the operator around the plan reads of its rows.
  init(
    plan: LogicalPlan, imports: [Variable], result: Variable? = nil, outputs: [Variable] = [], rowNumber: Variable? = nil,
    membership: Membership? = nil
  ) {
    let needed = outputs + [result, rowNumber].compactMap { $0 }
    self.plan = PruneColumns().run(plan, needed: VariableSet(needed))
    self.imports = imports
    self.result = result
    self.rowNumber = rowNumber
    self.membership = membership
  }

  package static func == (a: Subplan, b: Subplan) -> Bool { a === b }
  package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

extension Scalar {
  /// Calls `visit` with this expression and every part of it, subplans' imports included as variables.
  package func walk(_ visit: (Scalar) -> Void) {
    visit(self)
    for part in parts { part.walk(visit) }
    if case .subquery(_, let subplan) = self { subplan.imports.forEach { visit(.variable($0)) } }
    if case .path(let variables) = self { variables.forEach { visit(.variable($0)) } }
  }

  /// The expressions directly inside.
  package var parts: [Scalar] {
    switch self {
    case .constant, .parameter, .variable, .subquery, .path: return []
    case .property(let a, _, _), .not(let a, _), .isNull(let a, _), .negate(let a, _), .isType(let a, _, _, _),
      .isNormalized(let a, _, _, _):
      return [a]
    case .hasLabels(let a, let test, _): return [a] + test.scalars
    case .element(let a, let b, _), .xor(let a, let b, _), .compare(_, let a, let b, _), .arithmetic(_, let a, let b, _),
      .membership(let a, let b, _), .string(_, let a, let b, _):
      return [a, b]
    case .slice(let a, let from, let to, _): return [a] + [from, to].compactMap { $0 }
    case .list(let all), .map(_, let all), .function(_, let all, _), .and(let all, _), .or(let all, _): return all
    case .mapProjection(let a, _, _, let all, _): return [a] + all
    case .conditional(let branches, let otherwise):
      return branches.flatMap { [$0.condition, $0.result] } + [otherwise].compactMap { $0 }
    case .listComprehension(_, let list, let filter, let projection, _): return [list] + [filter, projection].compactMap { $0 }
    case .quantifier(_, _, let list, let predicate, _): return [list, predicate]
    case .reduce(_, let initial, _, let list, let body, _): return [initial, list, body]
    }
  }

  /// Variables read from the row, without those the expression binds itself.
  package var freeVariables: VariableSet {
    var free = VariableSet()
    var bound = VariableSet()
    collect(&free, &bound)
    return free.subtracting(bound)
  }

  private func collect(_ free: inout VariableSet, _ bound: inout VariableSet) {
    switch self {
    case .constant, .parameter: return
    case .variable(let variable): free.insert(variable)
    case .property(let subject, _, _): subject.collect(&free, &bound)
    case .compare(_, let a, let b, _), .arithmetic(_, let a, let b, _):
      a.collect(&free, &bound)
      b.collect(&free, &bound)
    case .subquery(_, let subplan): free.formUnion(VariableSet(subplan.imports))
    case .path(let variables): free.formUnion(VariableSet(variables))
    default:
      switch self {
      case .listComprehension(let variable, _, _, _, _), .quantifier(_, let variable, _, _, _): bound.insert(variable)
      case .reduce(let accumulator, _, let variable, _, _, _): bound.formUnion([accumulator, variable])
      default: break
      }
      for part in parts { part.collect(&free, &bound) }
    }
  }

  /// The expression with whatever `replace` answers in place of its parts, outermost first.
  package func rewriting(_ replace: (Scalar) -> Scalar?) -> Scalar {
    if let replaced = replace(self) { return replaced }
    func r(_ s: Scalar) -> Scalar { s.rewriting(replace) }
    switch self {
    case .constant, .parameter, .variable, .subquery, .path: return self
    case .property(let a, let k, let s): return .property(r(a), k, s)
    case .element(let a, let b, let s): return .element(r(a), r(b), s)
    case .slice(let a, let f, let t, let s): return .slice(r(a), from: f.map(r), to: t.map(r), s)
    case .list(let all): return .list(all.map(r))
    case .map(let keys, let all): return .map(keys, all.map(r))
    case .mapProjection(let a, let all, let keys, let values, let s):
      return .mapProjection(r(a), includesAll: all, keys, values.map(r), s)
    case .not(let a, let s): return .not(r(a), s)
    case .and(let all, let s): return .and(all.map(r), s)
    case .or(let all, let s): return .or(all.map(r), s)
    case .xor(let a, let b, let s): return .xor(r(a), r(b), s)
    case .isNull(let a, let n): return .isNull(r(a), negated: n)
    case .compare(let o, let a, let b, let s): return .compare(o, r(a), r(b), s)
    case .arithmetic(let o, let a, let b, let s): return .arithmetic(o, r(a), r(b), s)
    case .negate(let a, let s): return .negate(r(a), s)
    case .membership(let a, let b, let s): return .membership(r(a), in: r(b), s)
    case .string(let o, let a, let b, let s): return .string(o, r(a), r(b), s)
    case .hasLabels(let a, let test, let s): return .hasLabels(r(a), test, s)
    case .function(let name, let all, let s): return .function(name, all.map(r), s)
    case .conditional(let branches, let otherwise):
      return .conditional(branches.map { Branch(condition: r($0.condition), result: r($0.result)) }, otherwise: otherwise.map(r))
    case .listComprehension(let v, let list, let f, let p, let s):
      return .listComprehension(v, list: r(list), filter: f.map(r), projection: p.map(r), s)
    case .quantifier(let q, let v, let list, let p, let s): return .quantifier(q, v, list: r(list), predicate: r(p), s)
    case .reduce(let a, let i, let v, let list, let body, let s):
      return .reduce(a, initial: r(i), v, list: r(list), body: r(body), s)
    case .isType(let a, let t, let n, let s): return .isType(r(a), t, negated: n, s)
    case .isNormalized(let a, let f, let n, let s): return .isNormalized(r(a), form: f, negated: n, s)
    }
  }

  /// The expression's own spot in the text, where it keeps one.
  package var span: SourceSpan? {
    switch self {
    case .parameter(_, let s), .property(_, _, let s), .element(_, _, let s), .slice(_, _, _, let s),
      .mapProjection(_, _, _, _, let s), .not(_, let s), .and(_, let s), .or(_, let s), .xor(_, _, let s), .compare(_, _, _, let s), .arithmetic(_, _, _, let s), .negate(_, let s),
      .membership(_, _, let s), .string(_, _, _, let s), .hasLabels(_, _, let s), .function(_, _, let s),
      .listComprehension(_, _, _, _, let s), .quantifier(_, _, _, _, let s), .reduce(_, _, _, _, _, let s), .isType(_, _, _, let s),
      .isNormalized(_, _, _, let s):
      return s.span
    default: return nil
    }
  }
}

extension LabelTest {
  package var scalars: [Scalar] {
    switch self {
    case .name, .any: []
    case .not(let a): a.scalars
    case .and(let all), .or(let all): all.flatMap(\.scalars)
    case .dynamic(let scalar), .dynamicAny(let scalar): [scalar]
    }
  }
}
