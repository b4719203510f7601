package import SinterModel

/// An expression with the text it was written as.
package struct Expression: Sendable {
  package var kind: Kind
  package var span: SourceSpan

  package init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  package indirect enum Kind: Sendable {
    case literal(Value)
    case parameter(String)
    case variable(String)
    /// `a.b`
    case property(Expression, String)
    /// `a[i]`
    case element(Expression, Expression)
    /// `a[from..to]`
    case slice(Expression, from: Expression?, to: Expression?)
    case list([Expression])
    case map([MapEntry])
    /// `n {.name, .*, key: value, other}`
    case mapProjection(Expression, [MapProjectionItem])
    case unary(UnaryOperator, Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `a < b <= c`: operands are one more than operators; true when every neighbouring pair is.
    case comparison([Expression], [ComparisonOperator])
    /// `n:A|B` as a predicate, on nodes and relationships.
    case hasLabels(Expression, LabelExpression)
    /// A function or aggregate; the name as written, namespaces joined by dots.
    case function(name: String, distinct: Bool, arguments: [Expression])
    /// `count(*)`
    case countStar
    case conditional(operand: Expression?, branches: [CaseBranch], otherwise: Expression?)
    /// `[x IN list WHERE p | e]`
    case listComprehension(variable: String, list: Expression, filter: Expression?, projection: Expression?)
    /// `[(a)-->(b) WHERE p | e]`
    case patternComprehension(PathPattern, filter: Expression?, projection: Expression)
    /// `all(x IN list WHERE p)`
    case quantifier(Quantifier, variable: String, list: Expression, predicate: Expression?)
    /// `reduce(acc = init, x IN list | e)`
    case reduce(accumulator: String, initial: Expression, variable: String, list: Expression, body: Expression)
    /// `(a)-->(b)` where a truth value stands.
    case patternPredicate(PathPattern)
    /// `EXISTS { … }`, `COUNT { … }`, `COLLECT { … }`
    case subquery(SubqueryKind, Query)
    /// `e IS [NOT] :: TYPE`
    case isType(Expression, TypeName, negated: Bool)
    /// `e IS [NOT] [NFC|NFD|NFKC|NFKD] NORMALIZED`
    case isNormalized(Expression, form: String, negated: Bool)
    /// `shortestPath((a)-[*]-(b))` as an expression
    case shortestPath(PathPattern)
  }

  package struct MapEntry: Sendable {
    package var key: String
    package var value: Expression
    package init(key: String, value: Expression) {
      self.key = key
      self.value = value
    }
  }

  package enum MapProjectionItem: Sendable {
    case property(String)
    case allProperties
    case entry(String, Expression)
    case variable(String, SourceSpan)
  }

  package struct CaseBranch: Sendable {
    /// For a simple CASE several values may be listed; a searched CASE has one condition.
    package var conditions: [Expression]
    package var result: Expression
    package init(conditions: [Expression], result: Expression) {
      self.conditions = conditions
      self.result = result
    }
  }

  package enum UnaryOperator: Sendable { case not, minus, plus, isNull, isNotNull }
  package enum BinaryOperator: Sendable {
    case or, xor, and
    case add, subtract, multiply, divide, modulo, power
    case concatenate  // ||
    case `in`, startsWith, endsWith, contains, matches  // =~
  }
  package enum ComparisonOperator: Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
  package enum Quantifier: Sendable { case all, any, none, single }
  package enum SubqueryKind: Sendable { case exists, count, collect }
}

/// A type as written after `IS ::`, upper-cased and with single spaces: `LIST<INTEGER NOT NULL>`.
package indirect enum TypeName: Sendable, Hashable {
  case named(String, nullable: Bool)
  case list(TypeName, nullable: Bool)
  case union([TypeName])
}
