/// Which ids a prediction may name.
package enum Candidates {
  /// Every row of the model.
  case all
  /// These ids, each once; ids that are no rows are passed over.
  case list([UInt32])
  /// The ids whose bit is set: bit `id & 63` of word `id >> 6`. Ids beyond the words are left out.
  case bitmap([UInt64])
}

/// An entity or relation and its score.
package struct Prediction: Equatable, Sendable {
  package var id: UInt32
  /// σ(γ − distance), in 0…1. See ``TransEView/score(distance:)``.
  package var score: Double

  package init(id: UInt32, score: Double) {
    self.id = id
    self.score = score
  }
}
