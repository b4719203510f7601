package import SinterModel

/// `PREDICT (u)-[:BOUGHT]->(i:Item) [USING MODEL name] [WHERE p] [LIMIT k] [SCORE AS s]`
///
/// One of the three places (start, type, end) is not bound yet and is ranked by the model.
package struct PredictClause: Sendable {
  package var start: NodePattern
  /// A variable without a type asks for the relation.
  package var relationship: RelationshipPattern
  package var end: NodePattern
  package var model: Name?
  package var filter: Expression?
  package var limit: Expression?
  package var score: Name?
  package init(
    start: NodePattern, relationship: RelationshipPattern, end: NodePattern, model: Name?, filter: Expression?,
    limit: Expression?,
    score: Name?
  ) {
    self.start = start
    self.relationship = relationship
    self.end = end
    self.model = model
    self.filter = filter
    self.limit = limit
    self.score = score
  }
}

/// `DEPOSIT (u)-[f:PREFERS {…}]->(t) [CONFIDENCE e] [SUPPORT e] [SOURCE e] [EVIDENCE e] [VALID FROM a] [TO b]`
package struct DepositClause: Sendable {
  package var pattern: PathPattern
  package var attributes: FactAttributes
  package init(pattern: PathPattern, attributes: FactAttributes) {
    self.pattern = pattern
    self.attributes = attributes
  }
}

package struct FactAttributes: Sendable {
  package var confidence: Expression?
  package var support: Expression?
  package var source: Expression?
  package var evidence: Expression?
  package var validFrom: Expression?
  package var validTo: Expression?
  package init() {}
}

/// `RETRACT f [SOURCE e] [BECAUSE e]`
package struct RetractClause: Sendable {
  package var fact: Expression
  package var source: Expression?
  package var reason: Expression?
  package init(fact: Expression, source: Expression?, reason: Expression?) {
    self.fact = fact
    self.source = source
    self.reason = reason
  }
}

/// `RECOMMEND (i:Item) FOR u [USING s 0.5, t 0.3 | USING STRATEGY name] [EXCLUDE …] [WHERE p]
/// [DIVERSE BY e STRENGTH e] [AT MOST n PER e] [LIMIT k] [SCORE AS s] [BECAUSE AS why]`
package struct RecommendClause: Sendable {
  package var item: NodePattern
  package var user: Expression
  package var scorers: [WeightedScorer]
  package var strategy: Name?
  /// The relationship types whose targets are left out; nil for the default (what the user already has).
  package var excludedTypes: [Name]?
  package var filter: Expression?
  package var diverseBy: Expression?
  package var strength: Expression?
  /// `AT MOST n PER e`: how many items of one value there may be.
  package var caps: [(most: Expression, per: Expression)] = []
  package var limit: Expression?
  package var score: Name?
  package var because: Name?
  package struct WeightedScorer: Sendable {
    package var name: Name
    package var weight: Expression?
    package init(name: Name, weight: Expression?) {
      self.name = name
      self.weight = weight
    }
  }
  package init(item: NodePattern, user: Expression) {
    self.item = item
    self.user = user
    self.scorers = []
  }
}

/// `WHY [NOT] (i) FOR u [USING …] AS why`
package struct WhyClause: Sendable {
  package var negated: Bool
  package var item: Expression
  package var user: Expression
  package var scorers: [RecommendClause.WeightedScorer]
  package var strategy: Name?
  package var alias: Name
  package init(
    negated: Bool, item: Expression, user: Expression, scorers: [RecommendClause.WeightedScorer], strategy: Name?, alias: Name
  ) {
    self.negated = negated
    self.item = item
    self.user = user
    self.scorers = scorers
    self.strategy = strategy
    self.alias = alias
  }
}

/// `CREATE INDEX …`, `CREATE CONSTRAINT …`, `DROP …`
package enum SchemaCommand: Sendable {
  case createIndex(IndexDefinition, ifNotExists: Bool)
  case dropIndex(Name, ifExists: Bool)
  case createConstraint(ConstraintDefinition, ifNotExists: Bool)
  case dropConstraint(Name, ifExists: Bool)

  package struct IndexDefinition: Sendable {
    /// RANGE is the default; POINT and TEXT read as RANGE.
    package enum Kind: Sendable { case range, fulltext, vector, lookup }
    package var name: Name?
    package var kind: Kind
    package var entity: EntityKind
    /// Labels or types; only a full-text index may name several.
    package var labels: [Name]
    package var keys: [Name]
    /// `WITH [n.a, n.b]` of a vector index.
    package var filterKeys: [Name]
    /// `OPTIONS {…}`
    package var options: Expression?
    package var span: SourceSpan
    package init(
      name: Name?, kind: Kind, entity: EntityKind, labels: [Name], keys: [Name], filterKeys: [Name] = [], options: Expression?,
      span: SourceSpan
    ) {
      self.name = name
      self.kind = kind
      self.entity = entity
      self.labels = labels
      self.keys = keys
      self.filterKeys = filterKeys
      self.options = options
      self.span = span
    }
  }

  package struct ConstraintDefinition: Sendable {
    package enum Kind: Sendable {
      /// `IS UNIQUE`
      case unique
      /// `IS NOT NULL`
      case exists
      /// `IS NODE KEY`, `IS RELATIONSHIP KEY`: unique and not null
      case key
      /// `IS :: TYPE`
      case type(TypeName)
    }
    package var name: Name?
    package var kind: Kind
    package var entity: EntityKind
    package var label: Name
    package var keys: [Name]
    package var span: SourceSpan
    package init(name: Name?, kind: Kind, entity: EntityKind, label: Name, keys: [Name], span: SourceSpan) {
      self.name = name
      self.kind = kind
      self.entity = entity
      self.label = label
      self.keys = keys
      self.span = span
    }
  }
}

package enum ModelCommand: Sendable {
  /// `TRAIN MODEL name [ON BOUGHT, VIEWED] [WITH {dimension: 64, …}]`
  case train(name: Name, types: [Name], options: Expression?)
  /// `TRAIN STRATEGY name [ON copurchase, ease] [WITH {…}]`
  case trainStrategy(name: Name, scorers: [Name], options: Expression?)
  /// `DROP MODEL name`
  case drop(Name, ifExists: Bool)
  /// `USE MODEL name VERSION n`
  case use(Name, version: Int)
}

package enum RuleCommand: Sendable {
  /// `CREATE RULE name AS MATCH … DEPOSIT …`
  case create(Name, body: SingleQuery, bodySpan: SourceSpan, ifNotExists: Bool)
  case drop(Name, ifExists: Bool)
  /// `CREATE STRATEGY name AS copurchase 0.5, transe 0.3`
  case createStrategy(Name, [RecommendClause.WeightedScorer], ifNotExists: Bool)
  case dropStrategy(Name, ifExists: Bool)
}
