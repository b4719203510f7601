package import SinterModel

/// One comma-separated part of a pattern: `p = shortestPath((a)-[r:T*1..3]->(b))`.
package struct PathPattern: Sendable {
  /// The path variable, where the part is named.
  package var variable: Name?
  package var selector: PathSelector
  package var start: NodePattern
  /// Each further step: a relationship (or a quantified group) and the node it leads to.
  package var steps: [Step]
  package var span: SourceSpan
  /// The parentheses around the whole of the part, where there are any.
  package var parenthesis: PathParenthesis?

  package init(
    variable: Name?, selector: PathSelector = .all, start: NodePattern, steps: [Step], span: SourceSpan,
    parenthesis: PathParenthesis? = nil
  ) {
    self.variable = variable
    self.selector = selector
    self.start = start
    self.steps = steps
    self.span = span
    self.parenthesis = parenthesis
  }

  package struct Step: Sendable {
    package var link: Link
    package var node: NodePattern
    package init(link: Link, node: NodePattern) {
      self.link = link
      self.node = node
    }
  }

  package indirect enum Link: Sendable {
    case relationship(RelationshipPattern)
    /// `((a)-[r]->(b) WHERE p){2,5}`: a quantified path pattern between two nodes.
    case group(QuantifiedGroup)
  }
}

/// `(q = (a)-->(b) WHERE p)` without a quantifier: what it adds to the pattern inside.
package struct PathParenthesis: Sendable {
  /// A name for the path inside.
  package var variable: Name?
  /// Holds for the paths that a selector chooses among.
  package var filter: Expression?
  package var span: SourceSpan
  package init(variable: Name?, filter: Expression?, span: SourceSpan) {
    self.variable = variable
    self.filter = filter
    self.span = span
  }
}

package struct QuantifiedGroup: Sendable {
  /// A name for the path of one repetition, which the checker refuses.
  package var variable: Name?
  package var start: NodePattern
  package var steps: [PathPattern.Step]
  package var filter: Expression?
  package var minimum: Int
  package var maximum: Int?
  package var span: SourceSpan
  package init(
    start: NodePattern, steps: [PathPattern.Step], filter: Expression?, minimum: Int, maximum: Int?, span: SourceSpan
  ) {
    self.start = start
    self.steps = steps
    self.filter = filter
    self.minimum = minimum
    self.maximum = maximum
    self.span = span
  }
}

/// Which of the paths between the ends are wanted.
package enum PathSelector: Sendable, Hashable {
  case all
  /// `shortestPath(…)`
  case shortestPath
  /// `allShortestPaths(…)`
  case allShortestPaths
  /// `ANY`, `ANY k`: any so many
  case any(SelectorCount)
  /// `ANY SHORTEST`, `SHORTEST k`
  case shortest(SelectorCount)
  /// `ALL SHORTEST`, `SHORTEST k GROUPS`: all paths of the k least lengths
  case shortestGroups(SelectorCount)

  /// The older functions, which take a pattern of one relationship.
  package var isFunction: Bool { self == .shortestPath || self == .allShortestPaths }
  /// GQL's selectors but ALL, which choose among the paths of every pair of ends.
  package var isSelective: Bool { self != .all && !isFunction }

  package var count: SelectorCount? {
    switch self {
    case .all, .shortestPath, .allShortestPaths: nil
    case .any(let count), .shortest(let count), .shortestGroups(let count): count
    }
  }
}

/// The k of a selector.
package enum SelectorCount: Sendable, Hashable {
  case literal(Int)
  case parameter(String)
}

/// How often a relationship may stand in the paths of one MATCH.
package enum MatchMode: Sendable {
  /// Once: the default.
  case differentRelationships
  /// Any number of times.
  case repeatableElements
}

/// A name and where it stands.
package struct Name: Sendable, Hashable {
  package var text: String
  package var span: SourceSpan
  package init(_ text: String, at span: SourceSpan) {
    self.text = text
    self.span = span
  }
}

package struct NodePattern: Sendable {
  package var variable: Name?
  package var labels: LabelExpression?
  /// `{k: v}` as a map expression, or a parameter.
  package var properties: Expression?
  /// `(n WHERE p)`
  package var filter: Expression?
  package var span: SourceSpan

  package init(
    variable: Name?, labels: LabelExpression? = nil, properties: Expression? = nil, filter: Expression? = nil, span: SourceSpan
  ) {
    self.variable = variable
    self.labels = labels
    self.properties = properties
    self.filter = filter
    self.span = span
  }
}

package struct RelationshipPattern: Sendable {
  package enum Orientation: Sendable { case outgoing, incoming, undirected }
  package var variable: Name?
  package var types: LabelExpression?
  package var properties: Expression?
  package var filter: Expression?
  package var orientation: Orientation
  /// `*`, `*2`, `*1..3`, or `+`, `{1,3}` behind the arrow; nil for exactly one hop.
  package var length: Length?
  package var span: SourceSpan

  package struct Length: Sendable {
    package var minimum: Int?
    package var maximum: Int?
    /// It stands behind the arrow, as in `-[:T]->{1,3}`.
    package var isQuantifier: Bool
    package init(minimum: Int?, maximum: Int?, isQuantifier: Bool = false) {
      self.minimum = minimum
      self.maximum = maximum
      self.isQuantifier = isQuantifier
    }
  }

  package init(
    variable: Name?, types: LabelExpression? = nil, properties: Expression? = nil, filter: Expression? = nil,
    orientation: Orientation, length: Length? = nil, span: SourceSpan
  ) {
    self.variable = variable
    self.types = types
    self.properties = properties
    self.filter = filter
    self.orientation = orientation
    self.length = length
    self.span = span
  }
}

/// `:A`, `:A:B`, `:A|B&!C`, `:%`, `:$(expr)`, on nodes (labels) and relationships (types).
package indirect enum LabelExpression: Sendable {
  case name(String, SourceSpan)
  case any  // %
  case not(LabelExpression)
  case and([LabelExpression])
  case or([LabelExpression])
  /// `$(expression)`, `$all(expression)`: the label is computed; of a list all are meant.
  case dynamic(Expression)
  /// `$any(expression)`: one of the computed labels.
  case dynamicAny(Expression)
}
