/// A search of a vector or full-text index, for each row.
package struct SearchPlan: Sendable {
  /// Bound to what is found.
  package var variable: Variable
  package var isRelationship: Bool
  package var isFullText: Bool
  package var index: String
  package var indexSpot: Spot
  package var query: Scalar
  package var querySpot: Spot
  /// A list of elements to search among, where the filter says so by IN.
  package var candidates: Scalar?
  /// Labels or types that what is found must have, all of them.
  package var labels: [String]
  /// Over the rows of candidates.
  package var filter: [Scalar]
  /// The least score that is of use, as the condition behind the search says.
  package var minimumScore: Scalar?
  package var limit: Scalar?
  package var score: Variable?
  package var spot: Spot

  /// What the search reads of its input.
  package var reads: VariableSet {
    ([query] + filter + [candidates, minimumScore, limit].compactMap { $0 }).reads.subtracting([variable])
  }

  package var scalars: [Scalar] { [query] + filter + [candidates, minimumScore, limit].compactMap { $0 } }

  /// Whether the filter says the same of an element in every row.
  package var filterIsTheSameInAllRows: Bool { filter.reads.subtracting([variable]).isEmpty }
}
