package import SinterModel
package import SinterStorage

/// What the layers above plug into the engine: learning, recommendation and facts.
package struct EngineExtensions: Sendable {
  package var learning: (any LearningExtension)?
  package var recommendation: (any RecommendationExtension)?
  package var facts: (any FactExtension)?
  package var catalogue: (any CatalogueExtension)?
  package var files: (any FileExtension)?
  /// Procedures beside the standard ones.
  package var procedures: [ProcedureDefinition] = []
  package init(
    learning: (any LearningExtension)? = nil, recommendation: (any RecommendationExtension)? = nil,
    facts: (any FactExtension)? = nil, catalogue: (any CatalogueExtension)? = nil,
    files: (any FileExtension)? = nil
  ) {
    self.files = files
    self.learning = learning
    self.recommendation = recommendation
    self.facts = facts
    self.catalogue = catalogue
  }
}

/// Answers PREDICT, `TRAIN MODEL`, `SHOW MODELS` and the like.
package protocol LearningExtension: Sendable {
  /// Fails unless there is such a model, or any where none is named, as PREDICT would fail with a row to work on.
  func requireModel(_ name: String?, in view: GraphView) throws(SinterError)
  /// Ranks the open place of a triple. The best come first; at most `request.limit`.
  func predict(_ request: PredictionRequest, in view: GraphView) throws(SinterError) -> [ScoredElement]
  /// Learns from a snapshot without touching the store; ``publish(_:writer:)`` takes what it gives.
  func train(_ request: TrainingRequest, in view: GraphView, isCancelled: () -> Bool) throws(SinterError) -> any Sendable
  /// Publishes what was trained; rows of ``trainColumns``, or of ``strategyColumns`` for a strategy.
  func publish(_ trained: any Sendable, writer: GraphWriter) throws(SinterError) -> [[Value]]
  var trainColumns: [String] { get }
  var strategyColumns: [String] { get }
  func dropModel(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError)
  func useModel(_ name: String, version: Int, writer: GraphWriter) throws(SinterError)
  /// The elements nearest to a node by embedding; the nearest come first, their distance negated as score.
  func similar(to node: NodeID, model: String?, labels: [LabelID], limit: Int, in view: GraphView) throws(SinterError) -> [ScoredElement]
  /// For `SHOW MODELS`.
  func models(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]])
}

package struct PredictionRequest: Sendable {
  package enum Open: Sendable {
    case end(start: NodeID, type: TypeID)
    case start(end: NodeID, type: TypeID)
    case type(start: NodeID, end: NodeID)
  }
  package var open: Open
  package var model: String?
  /// Candidates: live nodes with all of these labels, and among these ids if given (ascending).
  package var labels: [LabelID]
  package var candidates: [UInt32]?
  package var limit: Int
  package init(open: Open, model: String?, labels: [LabelID], candidates: [UInt32]?, limit: Int) {
    self.open = open
    self.model = model
    self.labels = labels
    self.candidates = candidates
    self.limit = limit
  }
}

/// A node or type id with its score; higher is better.
package struct ScoredElement: Sendable {
  package var id: UInt32
  package var score: Double
  package init(id: UInt32, score: Double) {
    self.id = id
    self.score = score
  }
}

package struct TrainingRequest: Sendable {
  package var name: String
  /// Relationship types to learn from; empty for all.
  package var types: [String]
  package var options: [String: Value]
  /// TRAIN STRATEGY: `types` are scorers.
  package var isStrategy: Bool
  package init(name: String, types: [String], options: [String: Value], isStrategy: Bool = false) {
    self.name = name
    self.types = types
    self.options = options
    self.isStrategy = isStrategy
  }
}

/// Answers RECOMMEND, WHY and WHY NOT.
package protocol RecommendationExtension: Sendable {
  /// Fails unless there are such scorers and such a strategy, as RECOMMEND would fail with a row to work on.
  func requireScorers(_ names: [String], strategy: String?, in view: GraphView) throws(SinterError)
  /// The best items for a user with their reasons where asked; best first.
  func recommend(_ request: RecommendationRequest, in view: GraphView) throws(SinterError) -> [Recommendation]
  /// The reasons for one pair: a list of maps `{scorer, path, sentence, contribution}`.
  func why(_ request: WhyRequest, in view: GraphView) throws(SinterError) -> Value
}

package struct RecommendationRequest {
  package var user: NodeID
  /// Items must have all of these labels.
  package var itemLabels: [LabelID]
  /// Scorer names with weights; empty for the default strategy.
  package var scorers: [(name: String, weight: Double)]
  package var strategy: String?
  /// Types whose targets are left out; nil: every type the scorers learn "has" from.
  package var excludedTypes: [String]?
  /// Keeps of the candidate items (ascending ids) those that pass WHERE; nil when there is none.
  package var filter: (([UInt32]) throws(SinterError) -> [UInt32])?
  /// Category of each candidate for DIVERSE BY, in the order given; nil when there is none.
  package var diverseBy: (([UInt32]) throws(SinterError) -> [Value])?
  package var strength: Double
  /// Of the items with one value, only so many; items without a value are not limited.
  package var caps: [Cap] = []
  package var limit: Int
  package var wantsReasons: Bool
  /// `AT MOST n PER e`.
  package struct Cap {
    package var most: Int
    /// The value of each candidate, in the order given.
    package var values: ([UInt32]) throws(SinterError) -> [Value]
    package init(most: Int, values: @escaping ([UInt32]) throws(SinterError) -> [Value]) {
      self.most = most
      self.values = values
    }
  }
  package init(
    user: NodeID, itemLabels: [LabelID], scorers: [(name: String, weight: Double)], strategy: String?, excludedTypes: [String]?,
    filter: (([UInt32]) throws(SinterError) -> [UInt32])?, diverseBy: (([UInt32]) throws(SinterError) -> [Value])?, strength: Double,
    limit: Int, wantsReasons: Bool
  ) {
    self.user = user
    self.itemLabels = itemLabels
    self.scorers = scorers
    self.strategy = strategy
    self.excludedTypes = excludedTypes
    self.filter = filter
    self.diverseBy = diverseBy
    self.strength = strength
    self.limit = limit
    self.wantsReasons = wantsReasons
  }
}

package struct Recommendation: Sendable {
  package var item: NodeID
  package var score: Double
  /// A list of maps `{scorer, path, sentence, contribution}` whose contributions add up to `score`.
  package var reasons: Value
  package init(item: NodeID, score: Double, reasons: Value) {
    self.item = item
    self.score = score
    self.reasons = reasons
  }
}

package struct WhyRequest: Sendable {
  package var user: NodeID
  package var item: NodeID
  package var negated: Bool
  package var scorers: [(name: String, weight: Double)]
  package var strategy: String?
  package init(user: NodeID, item: NodeID, negated: Bool, scorers: [(name: String, weight: Double)], strategy: String?) {
    self.user = user
    self.item = item
    self.negated = negated
    self.scorers = scorers
    self.strategy = strategy
  }
}

/// Carries out DEPOSIT and RETRACT.
package protocol FactExtension: Sendable {
  /// Deposits a fact, or refreshes the live one of the same ends, type and source.
  func deposit(
    type: String, from start: NodeID, to end: NodeID, attributes: FactAttributeValues, writer: GraphWriter
  ) throws(SinterError) -> (relationship: RelationshipID, isNew: Bool)
  /// Ends a fact; it stays readable as history. `source` and `reason` are strings or null.
  func retract(_ fact: RelationshipID, source: Value, reason: Value, writer: GraphWriter) throws(SinterError)
}

/// The evaluated attributes of a DEPOSIT; null for what was not given.
package struct FactAttributeValues: Sendable {
  package var confidence: Value = .null
  package var support: Value = .null
  package var source: Value = .null
  package var evidence: Value = .null
  package var validFrom: Value = .null
  package var validTo: Value = .null
  package init() {}
}

/// Keeps rules and strategies by name.
package protocol CatalogueExtension: Sendable {
  /// Answers whether the rule is new; an existing one is an error unless `ifNotExists`.
  func createRule(_ name: String, text: String, ifNotExists: Bool, writer: GraphWriter) throws(SinterError) -> Bool
  func dropRule(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError)
  /// The rules in the order of their names; `text` is a query that ends with DEPOSIT.
  func rules(in view: GraphView) throws(SinterError) -> [(name: String, text: String)]
  func createStrategy(
    _ name: String, scorers: [(name: String, weight: Double)], ifNotExists: Bool, writer: GraphWriter
  ) throws(SinterError)
  func dropStrategy(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError)
  /// For `SHOW RULES` and `SHOW STRATEGIES`.
  func showRules(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]])
  func showStrategies(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]])
}

/// Reads files for LOAD CSV.
package protocol FileExtension: Sendable {
  /// Opens a delimited file, which may be compressed.
  func openDelimited(_ path: String, fieldTerminator: UInt8) throws(SinterError) -> any DelimitedRecords
}

/// The records of a file in order, read as they are asked for.
package protocol DelimitedRecords: AnyObject {
  /// The fields of the next record, nil for an empty one; nil at the end of the file.
  func next() throws(SinterError) -> [String?]?
  /// The line, from 1, on which the last record begins.
  var line: Int { get }
}
