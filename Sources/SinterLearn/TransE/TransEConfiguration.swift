package import SinterModel

/// The distance by which an embedding model compares a query with an entity.
package enum DistanceNorm: String, Sendable, CaseIterable {
  case l1
  case l2
}

/// What training minimises, with d the distance of the true answer and dⱼ those of the negatives.
package enum TrainingLoss: String, Sendable, CaseIterable {
  /// −log σ(γ − d) − Σⱼ pⱼ log σ(dⱼ − γ), with pⱼ = softmax(−α·dⱼ) (Sun et al. 2019).
  case selfAdversarial
  /// Mean of max(0, γ + d − dⱼ) (Bordes et al. 2013).
  case marginRanking
  /// −log of the softmax of −d among the −dⱼ.
  case crossEntropy
}

/// How gradients move the rows they touch.
package enum TrainingOptimiser: String, Sendable, CaseIterable {
  case adagrad
  case adam
}

/// How to train a TransE model. The defaults are meant for any graph from a thousand triples up.
package struct TransEConfiguration: Sendable, Equatable {
  /// Floats per entity and relation, 4…4096.
  package var dimension = 128
  package var norm = DistanceNorm.l1
  package var loss = TrainingLoss.selfAdversarial
  /// γ: the distance that separates true from false.
  package var margin: Float = 6
  /// α: how much the self-adversarial loss prefers hard negatives; 0 weighs them alike.
  package var adversarialTemperature: Float = 1
  /// Uniform negatives per chunk, shared by its questions, 1…65536.
  package var negatives = 64
  /// Questions per chunk, 1…4096.
  package var chunkSize = 32
  /// Whether a relation has a second vector for the way from tail to head.
  package var reciprocalRelations = true
  package var optimiser = TrainingOptimiser.adagrad
  package var learningRate: Float = 0.1
  /// The learning rate falls in a straight line to this part of itself.
  package var finalLearningRateFraction: Float = 0.02
  /// Weight of triples whose questions have many answers: count^−power; 0 weighs all triples alike.
  package var frequencyPower: Float = 0.1
  /// λ of λ/2·‖x‖² on the rows of every positive triple.
  package var regularisation: Float = 0
  /// Passes over the triples, 1…1000000; nil chooses by their number. See ``plannedEpochs(tripleCount:)``.
  package var epochs: Int?
  /// Stop (having lowered the learning rate in time) after this long.
  package var timeLimitSeconds: Double?
  /// Measure validation MRR every so many epochs.
  package var validationInterval = 5
  /// At most this many validation triples are ranked while training; fewer where ranking them would take longer
  /// than half the epochs between.
  package var validationLimit = 2000
  /// Stop after this many validations without a better MRR; nil never stops early.
  package var patience: Int? = 4
  /// Threads; 0 is one per processor. One thread gives the same model for the same seed.
  package var threads = 0
  package var seed: UInt64 = 1

  package init() {}

  /// Checks every setting against its range.
  /// - Throws: `LearnError.BadConfiguration` naming the setting, its value and its range.
  package func validate() throws(SinterError) {
    try check("dimension", dimension, 4...4096)
    try check("negatives", negatives, 1...65536)
    try check("chunkSize", chunkSize, 1...4096)
    try check("epochs", epochs ?? 1, 1...1_000_000)
    try check("validationInterval", validationInterval, 1...1_000_000)
    try check("validationLimit", validationLimit, 1...Int.max)
    try check("patience", patience ?? 1, 1...1_000_000)
    try check("threads", threads, 0...1024)
    try check("margin", margin, 0...10000)
    try check("adversarialTemperature", adversarialTemperature, 0...100)
    try check("learningRate", learningRate, 1e-8...100)
    try check("finalLearningRateFraction", finalLearningRateFraction, 0...1)
    try check("frequencyPower", frequencyPower, 0...2)
    try check("regularisation", regularisation, 0...100)
    try check("timeLimitSeconds", timeLimitSeconds ?? 1, 0.001...1e9)
  }

  /// The passes that training makes over so many triples: ``epochs``, or by default 50 for 33 thousand triples,
  /// fewer for more (the power −0.35 of their number) and more for fewer, within 5…100. Large graphs need fewer
  /// passes because every row is moved more often in each.
  package func plannedEpochs(tripleCount: Int) -> Int {
    epochs ?? max(5, min(100, Int((50 * raised(Float(max(1, tripleCount)) / 33_000, -0.35)).rounded())))
  }

  private func check<Number: Comparable>(
    _ name: String, _ value: Number, _ range: ClosedRange<Number>
  ) throws(SinterError) {
    guard range.contains(value) else {
      throw SinterError(
        "LearnError.BadConfiguration",
        "The training setting \(name) is \(value), outside \(range.lowerBound)…\(range.upperBound).")
    }
  }
}
