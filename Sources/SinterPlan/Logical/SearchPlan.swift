/// A search of a vector or full-text index, or of several fused, for each row.
package struct SearchPlan: Sendable {
  /// One index and what it is searched for.
  package struct Source: Sendable {
    package var isFullText: Bool
    package var index: String
    package var indexSpot: Spot
    package var query: Scalar
    package var querySpot: Spot
  }

  /// All indexes, the first in front.
  package var sources: [Source] {
    [Source(isFullText: isFullText, index: index, indexSpot: indexSpot, query: query, querySpot: querySpot)] + others
  }

  /// Bound to what is found.
  package var variable: Variable
  package var isRelationship: Bool
  package var isFullText: Bool
  package var index: String
  package var indexSpot: Spot
  package var query: Scalar
  package var querySpot: Spot
  /// Further indexes, fused with the first by their ranks.
  package var others: [Source] = []
  /// How they are fused: a map.
  package var options: Scalar?
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
  /// Bound to the list of places that the score comes from.
  package var because: Variable?
  package var spot: Spot

  /// What the search reads of its input.
  package var reads: VariableSet {
    scalars.reads.subtracting([variable])
  }

  package var scalars: [Scalar] { [query] + others.map(\.query) + filter + [options, candidates, minimumScore, limit].compactMap { $0 } }

  /// Whether the filter says the same of an element in every row.
  package var filterIsTheSameInAllRows: Bool { filter.reads.subtracting([variable]).isEmpty }
}
