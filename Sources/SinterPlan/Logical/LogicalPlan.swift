package import SinterModel

/// A tree of operators over named rows. Every operator but a leaf reads the rows of its input.
package final class LogicalPlan: Sendable {
  package let kind: Kind
  /// The columns of the rows that come out.
  package let outputs: [Variable]
  package let estimatedRows: Double

  package init(_ kind: Kind, outputs: [Variable], estimatedRows: Double) {
    self.kind = kind
    self.outputs = outputs
    self.estimatedRows = estimatedRows
  }

  package enum Kind: Sendable {
    /// One row without columns.
    case unit
    /// The rows of the operator around a subplan.
    case argument
    /// For each row, every node that passes.
    case nodeScan(LogicalPlan, Variable, labels: [String])
    /// The same, but for segments in which no node is within the bounds.
    case zoneScan(LogicalPlan, Variable, labels: [String], [ZoneBound])
    case indexSeek(LogicalPlan, Variable, IndexSeek)
    case nodeByID(LogicalPlan, Variable, id: Scalar)
    case expand(LogicalPlan, Expansion)
    case expandVariable(LogicalPlan, VariableExpansion)
    case quantifiedExpand(LogicalPlan, QuantifiedExpansion)
    case selectPaths(LogicalPlan, PathSelection)
    case countPaths(LogicalPlan, PathCount)
    /// Ends of a relationship that is already bound.
    case relationshipEnds(LogicalPlan, RelationshipEnds)
    case filter(LogicalPlan, [Scalar])
    /// Adds columns.
    case extend(LogicalPlan, [Assignment])
    /// Keeps only the plan's outputs.
    case keep(LogicalPlan)
    /// `multiplicity` says how many equal rows a row of the input stands for; nil for one.
    case aggregate(LogicalPlan, keys: [Assignment], aggregates: [Aggregate], multiplicity: Variable?)
    case distinct(LogicalPlan)
    case sort(LogicalPlan, [SortKey])
    case top(LogicalPlan, [SortKey], skip: Scalar?, limit: Scalar)
    case skip(LogicalPlan, Scalar)
    case limit(LogicalPlan, Scalar)
    case unwind(LogicalPlan, Scalar, as: Variable)
    /// Rows of the subplan, or one row of nulls for a row that has none.
    case optional(LogicalPlan, Subplan)
    /// Rows of the subplan for each row, one at a time.
    case apply(LogicalPlan, Subplan)
    /// Passes each row through after running the subplan for its effects (FOREACH, a unit CALL).
    case forEach(LogicalPlan, Subplan)
    /// Runs the subplan for each row, so many rows to a transaction of its own; a unit subquery passes its rows through.
    case transactions(LogicalPlan, Subplan, isUnit: Bool, isOptional: Bool, TransactionPlan)
    /// For each row, the rows of a file.
    case loadCSV(LogicalPlan, CSVSource)
    /// The nodes that an EXISTS holds for, gathered to be looked up; passes rows through.
    case members(LogicalPlan, Variable)
    /// Rows of both sides that have the same node.
    case hashJoin(LogicalPlan, LogicalPlan, on: Variable)
    case union(LogicalPlan, LogicalPlan)
    case create(LogicalPlan, [CreateElement])
    case merge(LogicalPlan, Merge)
    case set(LogicalPlan, [Mutation])
    case delete(LogicalPlan, [Scalar], detach: Bool)
    case procedure(LogicalPlan, ProcedureInvocation)
    /// For each row, what a vector or full-text index finds.
    case search(LogicalPlan, SearchPlan)
    case predict(LogicalPlan, Prediction)
    case recommend(LogicalPlan, RecommendationPlan)
    case why(LogicalPlan, WhyPlan)
    /// Ends a query that returns nothing: runs the input and gives no rows.
    case discard(LogicalPlan)
  }
}

/// A new column and the expression it holds.
package struct Assignment: Sendable, Hashable {
  package var variable: Variable
  package var value: Scalar
  package init(_ variable: Variable, _ value: Scalar) {
    self.variable = variable
    self.value = value
  }
}

package struct SortKey: Sendable, Hashable {
  package var value: Scalar
  package var descending: Bool
  package init(value: Scalar, descending: Bool) {
    self.value = value
    self.descending = descending
  }
}

package struct Aggregate: Sendable, Hashable {
  package var variable: Variable
  /// Lower-case: `count`, `sum`, …; `count(*)` has no arguments.
  package var function: String
  package var distinct: Bool
  package var arguments: [Scalar]
  package var spot: Spot
  package init(variable: Variable, function: String, distinct: Bool, arguments: [Scalar], spot: Spot) {
    self.variable = variable
    self.function = function
    self.distinct = distinct
    self.arguments = arguments
    self.spot = spot
  }
}

package struct IndexSeek: Sendable {
  package var index: GraphStatistics.Index
  package var bounds: Bounds
  package enum Bounds: Sendable {
    case equal([Scalar])
    /// Any of the values of a list.
    case anyOf(Scalar)
    case range(lower: Scalar?, includesLower: Bool, upper: Scalar?, includesUpper: Bool)
    case prefix(Scalar)
  }
}

/// One hop from a bound node.
package struct Expansion: Sendable {
  package enum Way: Sendable { case outgoing, incoming, both }
  package var from: Variable
  /// nil when nobody asks for the relationship.
  package var relationship: Variable?
  package var to: Variable
  package var way: Way
  /// nil for every type.
  package var types: [String]?
  /// `to` is bound already: keep the rows with a relationship between the two.
  package var isInto: Bool
  /// Relationships (or lists of them) of the same MATCH that this one must differ from.
  package var differsFrom: [Variable]
}

/// A variable-length hop; the relationship column is the list of relationships in path order.
package struct VariableExpansion: Sendable {
  package var from: Variable
  package var relationships: Variable
  package var to: Variable
  package var way: Expansion.Way
  package var types: [String]?
  package var minimum: Int
  package var maximum: Int?
  package var isInto: Bool
  package var differsFrom: [Variable]
  /// Must hold for every relationship on the way, which `stepVariable` names.
  package var stepFilter: [Scalar]
  package var stepVariable: Variable
  /// The pattern was written from `to` to `from`: the list is turned round.
  package var isReversed: Bool
  /// The list is bound already and must be what is walked.
  package var boundList: Bool
  /// Relationships may come again.
  package var repeats: Bool
}

package struct RelationshipEnds: Sendable {
  package var relationship: Variable
  package var start: Variable
  package var end: Variable
  package var way: Expansion.Way
  package var types: [String]?
  /// Which of the two ends is bound already and must agree.
  package var startIsBound: Bool
  package var endIsBound: Bool
}

package enum CreateElement: Sendable {
  case node(Variable, labels: [LabelTest], properties: Scalar?)
  case relationship(Variable, type: LabelTest, from: Variable, to: Variable, properties: Scalar?, fact: FactPlan?, Spot)

  /// The variable that holds what is created.
  package var variable: Variable {
    switch self {
    case .node(let variable, _, _), .relationship(let variable, _, _, _, _, _, _): variable
    }
  }
}

/// The attributes of a deposited fact.
package struct FactPlan: Sendable {
  package var confidence: Scalar?
  package var support: Scalar?
  package var source: Scalar?
  package var evidence: Scalar?
  package var validFrom: Scalar?
  package var validTo: Scalar?
  package var spot: Spot
}

package struct Merge: Sendable {
  package var match: Subplan
  /// What the pattern binds, in the order of the subplan's outputs.
  package var variables: [Variable]
  package var create: [CreateElement]
  /// Path variable and its elements, bound after matching or creating.
  package var onCreate: [Mutation]
  package var onMatch: [Mutation]
}

package enum Mutation: Sendable {
  case setProperty(Scalar, key: String, Scalar, Spot)
  case setDynamicProperty(Scalar, key: Scalar, Scalar, Spot)
  case replaceProperties(Scalar, Scalar, Spot)
  case mergeProperties(Scalar, Scalar, Spot)
  case addLabels(Scalar, [LabelTest], Spot)
  case removeLabels(Scalar, [LabelTest], Spot)
  /// RETRACT: the fact ends now; it stays readable as history.
  case retract(Scalar, source: Scalar?, reason: Scalar?, Spot)
}

package struct ProcedureInvocation: Sendable {
  package var name: String
  package var arguments: [Scalar]?
  /// Output name and the variable it is bound to.
  package var yields: [(output: String, variable: Variable)]
  package var optional: Bool
  package var spot: Spot
}

package struct Prediction: Sendable {
  package enum Open: Sendable { case start, end, type }
  package var open: Open
  package var start: Variable
  package var end: Variable
  /// Bound to the type's name when the relation is asked for.
  package var relation: Variable?
  package var type: String?
  package var labels: [String]
  package var model: String?
  /// Over the rows of candidates.
  package var filter: [Scalar]
  package var limit: Scalar?
  package var score: Variable?
  package var spot: Spot
}

package struct RecommendationPlan: Sendable {
  package var item: Variable
  package var labels: [String]
  package var user: Scalar
  package var scorers: [(name: String, weight: Scalar?)]
  package var strategy: String?
  package var excludedTypes: [String]?
  package var filter: [Scalar]
  package var diverseBy: Scalar?
  package var strength: Scalar?
  /// How many items of one value of `per` there may be.
  package var caps: [(most: Scalar, per: Scalar)]
  package var limit: Scalar?
  package var score: Variable?
  package var because: Variable?
  package var spot: Spot
}

package struct WhyPlan: Sendable {
  package var negated: Bool
  package var item: Scalar
  package var user: Scalar
  package var scorers: [(name: String, weight: Scalar?)]
  package var strategy: String?
  package var variable: Variable
  package var spot: Spot
}
