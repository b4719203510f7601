import SinterModel

/// A query as data, so that it can be written as text, be answered by the oracle and be made smaller.
struct RandomQuery {
  var parts: [Part]
  /// UNION or UNION ALL between the parts.
  var isUnionAll = false

  struct Part {
    var clauses: [Clause]
    /// What is returned; nil for a query that only writes.
    var result: Projection?
  }

  indirect enum Clause {
    case match([Pattern], filter: Term?, optional: Bool)
    case unwind(Term, as: String)
    case with(Projection, filter: Term?)
    /// `CALL (imports) { query }`.
    case call(RandomQuery, imports: [String])
    case create([Pattern])
    case merge(Pattern, onCreate: [Change], onMatch: [Change])
    case set([Change])
    case delete([String], detach: Bool)
    case foreach(String, Term, [Clause])

    var isWriting: Bool {
      switch self {
      case .create, .merge, .set, .delete, .foreach: true
      case .call(let query, _): query.isWriting
      case .match, .unwind, .with: false
      }
    }
  }

  /// One item of SET or REMOVE.
  enum Change {
    case property(String, String, Term)
    case label(String, String)
    case merge(String, Term)
    case replace(String, Term)
    case removeProperty(String, String)
    case removeLabel(String, String)

    var isRemoval: Bool {
      switch self {
      case .removeProperty, .removeLabel: true
      default: false
      }
    }
  }

  struct Projection {
    struct Item {
      var term: Term
      var alias: String
    }

    /// `*` before the items.
    var isStar = false
    var items: [Item] = []
    var isDistinct = false
    var order: [(term: Term, descends: Bool)] = []
    var skip: Int?
    var limit: Int?

    var hasAggregate: Bool { items.contains { $0.term.hasAggregate } }
    /// The order decides between any two different rows.
    var isTotallyOrdered: Bool {
      !isStar && items.allSatisfy { item in order.contains { if case .variable(item.alias) = $0.term { true } else { false } } }
    }
  }

  var isWriting: Bool { parts.contains { $0.clauses.contains { $0.isWriting } } }
  var isOrdered: Bool { parts.count == 1 && parts[0].result?.isTotallyOrdered == true }
  /// Columns whose lists come in any order.
  var bags: [Bool] {
    guard let items = parts[0].result?.items else { return [] }
    return items.indices.map { column in parts.contains { $0.result.map { column < $0.items.count && $0.items[column].term.isBag } ?? false } }
  }
}

/// A pattern of one path.
struct Pattern {
  enum Selection { case all, shortest, allShortest }

  struct NodePattern {
    var name: String?
    var labels: LabelTerm?
    var properties: [(key: String, term: Term)] = []
    var filter: Term?
  }

  struct Hop {
    enum Direction: CaseIterable { case right, left, either }
    var name: String?
    var types: [String] = []
    var direction = Direction.right
    var properties: [(key: String, term: Term)] = []
    /// Least and most steps of a variable length.
    var length: ClosedRange<Int>?
    /// Written as `{m,n}` and not as `*m..n`.
    var isQuantified = false
  }

  var name: String?
  var nodes: [NodePattern]
  var hops: [Hop]
  var selection = Selection.all

  var newNames: [String] { nodes.compactMap(\.name) + hops.compactMap(\.name) + [name].compactMap(\.self) }
}

/// A label expression.
indirect enum LabelTerm {
  case label(String)
  case not(LabelTerm)
  case and(LabelTerm, LabelTerm)
  case or(LabelTerm, LabelTerm)
}

/// An expression.
indirect enum Term {
  case constant(Value)
  case variable(String)
  case property(Term, String)
  case hasLabel(String, LabelTerm)
  case not(Term)
  case isNull(Term, negated: Bool)
  case binary(Term, String, Term)
  case function(String, [Term])
  case condition([(when: Term, then: Term)], otherwise: Term?, subject: Term?)
  case list([Term])
  case map([(key: String, term: Term)])
  case subscript_(Term, Term)
  case slice(Term, Int?, Int?)
  case comprehension(String, Term, filter: Term?, result: Term?)
  case quantifier(String, String, Term, Term)
  case reduce(String, Term, String, Term, Term)
  case exists(RandomQuery)
  case count(RandomQuery)
  case collect(RandomQuery)
  case patternComprehension(Pattern, filter: Term?, result: Term)
  /// An aggregate; without an operand `count(*)`.
  case aggregate(String, Term?, distinct: Bool, parameter: Double?)

  static var null: Term { .constant(.null) }

  /// A list in no order.
  var isBag: Bool {
    switch self {
    case .collect, .patternComprehension: true
    case .aggregate(let name, _, _, _): name == "collect"
    default: false
    }
  }

  /// The terms directly inside; those of subqueries are not among them.
  var children: [Term] {
    switch self {
    case .constant, .variable, .hasLabel, .exists, .count, .collect, .patternComprehension: []
    case .property(let a, _), .not(let a), .isNull(let a, _), .slice(let a, _, _): [a]
    case .binary(let a, _, let b), .subscript_(let a, let b), .quantifier(_, _, let a, let b): [a, b]
    case .function(_, let all), .list(let all): all
    case .condition(let cases, let otherwise, let subject):
      cases.flatMap { [$0.when, $0.then] } + [otherwise, subject].compactMap(\.self)
    case .map(let members): members.map(\.term)
    case .comprehension(_, let list, let filter, let result): [list] + [filter, result].compactMap(\.self)
    case .reduce(_, let start, _, let list, let body): [start, list, body]
    case .aggregate(_, let operand, _, _): [operand].compactMap(\.self)
    }
  }

  var hasAggregate: Bool { if case .aggregate = self { true } else { children.contains { $0.hasAggregate } } }
}
