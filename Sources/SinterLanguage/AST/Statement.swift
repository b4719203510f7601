package import SinterModel

/// What one request says.
package struct Statement: Sendable {
  package enum Mode: Sendable { case run, explain, profile }
  package var mode: Mode
  package var body: Body
  package var text: String
  /// The parameters that the text names, each time it does.
  package var parameters: [Name]

  package init(mode: Mode, body: Body, text: String, parameters: [Name] = []) {
    self.mode = mode
    self.body = body
    self.text = text
    self.parameters = parameters
  }

  package indirect enum Body: Sendable {
    case query(Query)
    case schema(SchemaCommand)
    case show(ShowCommand)
    case model(ModelCommand)
    case rule(RuleCommand)
  }
}

/// One or more single queries joined by UNION.
package struct Query: Sendable {
  package var first: SingleQuery
  package var rest: [UnionPart]
  package var span: SourceSpan
  package struct UnionPart: Sendable {
    package var all: Bool
    package var query: SingleQuery
    package var span: SourceSpan
    package init(all: Bool, query: SingleQuery, span: SourceSpan) {
      self.all = all
      self.query = query
      self.span = span
    }
  }
  package init(first: SingleQuery, rest: [UnionPart], span: SourceSpan) {
    self.first = first
    self.rest = rest
    self.span = span
  }
}

package struct SingleQuery: Sendable {
  package var clauses: [Clause]
  package init(clauses: [Clause]) { self.clauses = clauses }
}

package struct Clause: Sendable {
  package var kind: Kind
  package var span: SourceSpan
  package init(_ kind: Kind, at span: SourceSpan) {
    self.kind = kind
    self.span = span
  }

  /// Indirect, so that a clause is small wherever it is passed on.
  package indirect enum Kind: Sendable {
    case match(MatchClause)
    case unwind(Expression, as: Name)
    case with(Projection, filter: Expression?)
    case `return`(Projection)
    /// `FINISH`: the query ends without rows.
    case finish
    /// `FILTER [WHERE] p`
    case filter(Expression)
    /// `LET x = e, y = f`
    case `let`([Definition])
    /// `WHEN p THEN … ELSE …`, which is a whole query: the first branch whose condition holds is run.
    case conditional([ConditionalBranch])
    case create([PathPattern])
    case merge(PathPattern, onCreate: [SetItem], onMatch: [SetItem])
    case set([SetItem])
    case remove([RemoveItem])
    case delete([Expression], detach: Bool)
    case foreach(variable: Name, list: Expression, body: [Clause])
    case call(ProcedureCall)
    case subquery(SubqueryCall)
    case loadCSV(LoadCSVClause)
    // Sinter's own
    case predict(PredictClause)
    case deposit(DepositClause)
    case retract(RetractClause)
    case recommend(RecommendClause)
    case why(WhyClause)
  }
}

/// A variable that LET defines.
package struct Definition: Sendable {
  package var name: Name
  package var value: Expression
  package init(name: Name, value: Expression) {
    self.name = name
    self.value = value
  }
}

package struct ConditionalBranch: Sendable {
  /// nil for ELSE.
  package var condition: Expression?
  package var query: Query
  package init(condition: Expression?, query: Query) {
    self.condition = condition
    self.query = query
  }
}

package struct MatchClause: Sendable {
  package var optional: Bool
  /// nil when none is written.
  package var mode: MatchMode?
  package var patterns: [PathPattern]
  package var hints: [IndexHint]
  /// `SEARCH … SCORE AS s`, the subclause of MATCH.
  package var search: SearchSubclause?
  package var filter: Expression?
  package init(
    optional: Bool, mode: MatchMode? = nil, patterns: [PathPattern], hints: [IndexHint] = [], search: SearchSubclause? = nil,
    filter: Expression? = nil
  ) {
    self.optional = optional
    self.mode = mode
    self.patterns = patterns
    self.hints = hints
    self.search = search
    self.filter = filter
  }
}

/// `USING INDEX n:Label(key)`, `USING SCAN n:Label`, `USING JOIN ON n`.
package struct IndexHint: Sendable {
  package enum Kind: Sendable { case index, scan, join }
  package var kind: Kind
  package var variable: Name
  package var label: String?
  package var keys: [String]
  package var span: SourceSpan
  package init(kind: Kind, variable: Name, label: String?, keys: [String], span: SourceSpan) {
    self.kind = kind
    self.variable = variable
    self.label = label
    self.keys = keys
    self.span = span
  }
}

/// `SEARCH i IN (VECTOR INDEX name FOR $q [, FULLTEXT INDEX name FOR $t …] [OPTIONS {…}] WHERE p LIMIT 10) SCORE AS s BECAUSE AS why`
package struct SearchSubclause: Sendable {
  package enum IndexKind: Sendable { case vector, fulltext }
  /// An index and what it is searched for.
  package struct Source: Sendable {
    package var kind: IndexKind
    package var index: Name
    package var query: Expression
    package init(kind: IndexKind, index: Name, query: Expression) {
      self.kind = kind
      self.index = index
      self.query = query
    }
  }
  package var variable: Name
  package var indexKind: IndexKind
  package var index: Name
  package var query: Expression
  /// Further indexes, whose results are fused with those of the first by their ranks.
  package var others: [Source]
  /// How they are fused.
  package var options: Expression?
  package var filter: Expression?
  package var limit: Expression?
  package var score: Name?
  package var because: Name?
  package var span: SourceSpan
  package init(
    variable: Name, indexKind: IndexKind, index: Name, query: Expression, others: [Source] = [], options: Expression? = nil,
    filter: Expression?, limit: Expression?, score: Name?, because: Name? = nil, span: SourceSpan
  ) {
    self.variable = variable
    self.indexKind = indexKind
    self.index = index
    self.query = query
    self.others = others
    self.options = options
    self.filter = filter
    self.limit = limit
    self.score = score
    self.because = because
    self.span = span
  }
}

/// What stands behind WITH, RETURN and YIELD.
package struct Projection: Sendable {
  package var distinct: Bool
  /// `*` stands before the items.
  package var includesAll: Bool
  package var items: [ProjectionItem]
  package var orderBy: [SortItem]
  package var skip: Expression?
  package var limit: Expression?
  package var span: SourceSpan
  package init(
    distinct: Bool, includesAll: Bool, items: [ProjectionItem], orderBy: [SortItem] = [], skip: Expression? = nil,
    limit: Expression? = nil, span: SourceSpan
  ) {
    self.distinct = distinct
    self.includesAll = includesAll
    self.items = items
    self.orderBy = orderBy
    self.skip = skip
    self.limit = limit
    self.span = span
  }
}

package struct ProjectionItem: Sendable {
  package var expression: Expression
  /// The alias, where one is written.
  package var alias: Name?
  /// The column's name: the alias, or the expression's source text unchanged.
  package var columnName: String
  package init(expression: Expression, alias: Name?, columnName: String) {
    self.expression = expression
    self.alias = alias
    self.columnName = columnName
  }
}

package struct SortItem: Sendable {
  package var expression: Expression
  package var descending: Bool
  package init(expression: Expression, descending: Bool) {
    self.expression = expression
    self.descending = descending
  }
}

package enum SetItem: Sendable {
  /// `n.key = e`; the target is any expression that gives an element.
  case property(Expression, key: String, value: Expression)
  /// `n[e] = v`
  case dynamicProperty(Expression, key: Expression, value: Expression)
  /// `n = map`
  case replace(Name, Expression)
  /// `n += map`
  case merge(Name, Expression)
  /// `n:A:B`
  case labels(Name, [LabelExpression])
}

package enum RemoveItem: Sendable {
  case property(Expression, key: String)
  case dynamicProperty(Expression, key: Expression)
  case labels(Name, [LabelExpression])
}

package struct ProcedureCall: Sendable {
  package var name: Name
  /// nil when the call has no parentheses (arguments are taken from parameters; standalone only).
  package var arguments: [Expression]?
  /// nil when there is no YIELD.
  package var yield: [YieldItem]?
  package var yieldsAll: Bool
  package var filter: Expression?
  /// The call is the whole query.
  package var standalone: Bool
  package var optional: Bool
  package struct YieldItem: Sendable {
    package var output: Name
    package var alias: Name?
    package init(output: Name, alias: Name?) {
      self.output = output
      self.alias = alias
    }
  }
  package init(
    name: Name, arguments: [Expression]?, yield: [YieldItem]?, yieldsAll: Bool, filter: Expression?, standalone: Bool,
    optional: Bool = false
  ) {
    self.name = name
    self.arguments = arguments
    self.yield = yield
    self.yieldsAll = yieldsAll
    self.filter = filter
    self.standalone = standalone
    self.optional = optional
  }
}

/// `CALL (x, y) { … }`, `CALL { WITH x … }`, `… IN TRANSACTIONS OF n ROWS`
package struct SubqueryCall: Sendable {
  package var optional: Bool
  /// The variables of the scope clause; nil for the older form that imports by a leading WITH.
  package var imports: [Name]?
  package var importsAll: Bool
  package var query: Query
  /// Set by IN TRANSACTIONS; the expression gives the rows of one transaction.
  package var transactions: Transactions?
  package struct Transactions: Sendable {
    /// What follows when a transaction fails.
    package enum OnError: Sendable { case fail, `break`, `continue` }
    package var rows: Expression?
    /// How many may run at a time, where CONCURRENT is written with a number.
    package var concurrency: Expression?
    package var onError: OnError
    /// Set by ON ERROR RETRY: what may pass by itself is tried again before ``onError`` applies.
    package var retry: Retry?
    package var report: Name?
    package var span: SourceSpan
    package init(rows: Expression?, onError: OnError, report: Name?, span: SourceSpan) {
      self.rows = rows
      self.onError = onError
      self.report = report
      self.span = span
    }
  }
  package struct Retry: Sendable {
    /// How long to go on trying; nil for the usual time.
    package var seconds: Expression?
    package init(seconds: Expression?) { self.seconds = seconds }
  }
  package init(optional: Bool, imports: [Name]?, importsAll: Bool, query: Query, transactions: Transactions?) {
    self.optional = optional
    self.imports = imports
    self.importsAll = importsAll
    self.query = query
    self.transactions = transactions
  }
}

package struct LoadCSVClause: Sendable {
  package var withHeaders: Bool
  package var url: Expression
  package var variable: Name
  /// One ASCII character.
  package var fieldTerminator: UInt8
  package init(withHeaders: Bool, url: Expression, variable: Name, fieldTerminator: UInt8) {
    self.withHeaders = withHeaders
    self.url = url
    self.variable = variable
    self.fieldTerminator = fieldTerminator
  }
}
