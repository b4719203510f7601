/// A trained model: what is published and what answers questions.
package struct TrainedModel: Sendable {
  package let configuration: TransEConfiguration
  /// The distance that is scored ½: the setting where the loss knows it, otherwise the median over training triples.
  package let margin: Float
  package let entityCount: Int
  package let relationCount: Int
  /// `entityCount` rows of `configuration.dimension` floats.
  package let entities: [Float]
  /// `relationCount` rows.
  package let relations: [Float]
  /// `relationCount` rows for the way from tail to head; nil without reciprocal relations.
  package let inverseRelations: [Float]?
  /// One entry per epoch.
  package let history: [EpochMetrics]
  /// The epoch, from 1, whose parameters these are.
  package let bestEpoch: Int

  package var dimension: Int { configuration.dimension }

  /// Lends the matrices to `body` in the form that ranking works on. The view must not leave `body`.
  package func withView<Result>(_ body: (TransEView) throws -> Result) rethrows -> Result {
    try entities.withUnsafeBufferPointer { entities in
      try relations.withUnsafeBufferPointer { relations in
        try (inverseRelations ?? []).withUnsafeBufferPointer { inverse in
          try body(
            TransEView(
              model: configuration.model, matching: EmbeddingRows(entities, dimension: dimension),
              relations: EmbeddingRows(relations, dimension: dimension),
              inverseRelations: inverseRelations == nil ? nil : EmbeddingRows(inverse, dimension: dimension),
              norm: configuration.norm, margin: margin))
        }
      }
    }
  }
}

/// What one epoch did.
package struct EpochMetrics: Sendable, Equatable {
  /// From 1.
  package let epoch: Int
  /// Mean loss of a sample of the epoch's questions.
  package let loss: Double
  /// Filtered MRR on (a sample of) the validation triples, where it was measured.
  package let validationMRR: Double?
  /// Wall-clock time since the start of training.
  package let secondsElapsed: Double
}

/// How a training is getting on.
package struct TrainingProgress: Sendable {
  /// The running epoch, from 1, and how many are planned.
  package let epoch: Int
  package let epochs: Int
  /// The part of the whole that is done, 0…1.
  package let fraction: Double
  /// Mean loss of the last whole epoch; nil during the first.
  package let loss: Double?
  /// The latest and the best validation MRR so far.
  package let validationMRR: Double?
  package let bestValidationMRR: Double?
  package let secondsElapsed: Double
  /// An estimate from the work done so far.
  package let secondsLeft: Double
  /// Triples trained (both directions of each) per second so far.
  package let triplesPerSecond: Double
}
