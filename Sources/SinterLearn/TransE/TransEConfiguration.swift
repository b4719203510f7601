package import SinterModel

/// The distance by which TransE compares a query with an entity.
package enum DistanceNorm: String, Sendable, CaseIterable {
  case l1
  case l2
  /// ‖q − x‖², which grows an inner product and a bias: candidates are compared by matrix products.
  case squaredL2
}

/// What training minimises, with d the distance of the true answer and dⱼ those of the negatives. The distance of a
/// bilinear model is its score, negated.
package enum TrainingLoss: String, Sendable, CaseIterable {
  /// −log σ(γ − d) − Σⱼ pⱼ log σ(dⱼ − γ), with pⱼ = softmax(−α·dⱼ) (Sun et al. 2019). With α = 0 the logistic loss.
  case selfAdversarial
  /// Mean of max(0, γ + d − dⱼ) (Bordes et al. 2013).
  case marginRanking
  /// −log of the softmax of −d among the −dⱼ.
  case crossEntropy
}

/// Which false answers a true one has to beat.
package enum NegativeSampling: String, Sendable, CaseIterable {
  /// Entities drawn alike for heads and tails, shared by a chunk of questions.
  case uniform
  /// The same, asking for heads or tails of a relation by tph/(tph + hpt) (Wang et al. 2014), so that fewer of the
  /// drawn are true.
  case bernoulli
  /// All entities (1-vs-all): exact, by matrix products where the model allows it.
  case all
}

/// How gradients move the rows they touch.
package enum TrainingOptimiser: String, Sendable, CaseIterable {
  case sgd
  case adagrad
  case adam
}

/// What keeps the rows of true triples small.
package enum Regulariser: String, Sendable, CaseIterable {
  /// λ/2·‖x‖².
  case l2
  /// λ·Σ|xᵢ|³, complex where the model is (Lacroix et al. 2018).
  case n3
}

/// Where between speed and quality a training stands.
package enum TrainingPreset: String, Sendable, CaseIterable {
  /// The defaults.
  case fast
  /// Larger vectors, for distances with a larger margin and some dropout, and about four times the time.
  case best
}

/// How to train an embedding model. The defaults are meant for any graph from a thousand triples up; those that depend
/// on the model come from ``init(model:)``.
package struct TransEConfiguration: Sendable, Equatable {
  package var model = EmbeddingModel.transe
  /// Floats per entity and relation, 4…4096; even where they are complex.
  package var dimension = 128
  /// TransE's distance.
  package var norm = DistanceNorm.l1
  package var loss = TrainingLoss.selfAdversarial
  /// γ: the distance that separates true from false.
  package var margin: Float = 6
  /// α: how much the self-adversarial loss prefers hard negatives; 0 weighs them alike.
  package var adversarialTemperature: Float = 1
  package var negativeSampling = NegativeSampling.uniform
  /// Negatives per chunk, shared by its questions, 1…65536; nil chooses by the number of entities. See
  /// ``plannedNegatives(entityCount:)``.
  package var negatives: Int?
  /// Questions per chunk, 1…4096.
  package var chunkSize = 32
  /// Questions per step against all entities, 1…65536; fewer where their scores would take more than 256 MiB.
  package var batchSize = 256
  /// Whether a relation has a second vector for the way from tail to head.
  package var reciprocalRelations = true
  package var optimiser = TrainingOptimiser.adagrad
  package var learningRate: Float = 0.1
  /// The learning rate falls in a straight line to this part of itself.
  package var finalLearningRateFraction: Float = 0.02
  /// Weight of triples whose questions have many answers: count^−power; 0 weighs all triples alike.
  package var frequencyPower: Float = 0.1
  package var regulariser = Regulariser.l2
  /// λ of the regulariser, on the rows of every positive triple.
  package var regularisation: Float = 0
  /// The part of a query's numbers that is left out of each step, 0…0.9; the others grow to make up for it.
  package var dropout: Float = 0
  /// The part of the truth that is given to all entities alike, 0…0.9; against all entities only.
  package var labelSmoothing: Float = 0
  /// Entities longer than this are shortened to it after every step (Bordes et al. 2013 take 1); 0 lets them be.
  package var maximumNorm: Float = 0
  /// Weights of triples by relation number; relations beyond it weigh 1.
  package var relationWeights: [Float] = []
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

  /// The defaults for a model: bilinear models learn by cross-entropy against all entities with the N3 regulariser.
  package init(model: EmbeddingModel) {
    self.model = model
    switch model {
    case .transe, .rotate: break
    case .distmult, .complex:
      dimension = 256
      loss = .crossEntropy
      negativeSampling = .all
      regulariser = .n3
      regularisation = 0.02
      margin = 0
      frequencyPower = 0
      validationInterval = 2
    }
  }

  /// Changes the defaults to a preset's.
  mutating func apply(_ preset: TrainingPreset) {
    guard preset == .best else { return }
    switch model {
    case .transe, .rotate:
      dimension = 512
      margin = 9
      dropout = 0.1
    case .distmult, .complex: dimension = 512
    }
  }

  /// Whether training multiplies matrices of questions and all entities.
  var usesMatrixProducts: Bool {
    negativeSampling == .all && loss == .crossEntropy
      && (model.isBilinear || (model == .transe && norm == .squaredL2))
  }

  /// Checks every setting against its range.
  /// - Throws: `LearnError.BadConfiguration` naming the setting, its value and its range.
  package func validate() throws(SinterError) {
    try check("dimension", dimension, 4...4096)
    try check("negatives", negatives ?? 1, 1...65536)
    try check("chunkSize", chunkSize, 1...4096)
    try check("batchSize", batchSize, 1...65536)
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
    try check("dropout", dropout, 0...0.9)
    try check("labelSmoothing", labelSmoothing, 0...0.9)
    try check("maximumNorm", maximumNorm, 0...1e6)
    for weight in relationWeights { try check("weights", weight, 0...1e6) }
    try check("timeLimitSeconds", timeLimitSeconds ?? 1, 0.001...1e9)
    guard !model.isComplex || dimension % 2 == 0 else {
      throw SinterError(
        "LearnError.BadConfiguration",
        "The training setting dimension is \(dimension): \(model.rawValue) has complex numbers, which take two floats each.")
    }
    guard labelSmoothing == 0 || usesMatrixProducts else {
      throw SinterError(
        "LearnError.BadConfiguration",
        "Label smoothing needs cross-entropy against all entities: loss crossEntropy, negativeSampling all, and distmult, "
          + "complex or transe with norm squaredL2.")
    }
  }

  /// The passes that training makes over so many triples: ``epochs``, or by default 50 for 33 thousand triples,
  /// fewer for more (the power −0.35 of their number) and more for fewer, within 5…100. Large graphs need fewer
  /// passes because every row is moved more often in each.
  package func plannedEpochs(tripleCount: Int) -> Int {
    epochs ?? max(5, min(100, Int((50 * raised(Float(max(1, tripleCount)) / 33_000, -0.35)).rounded())))
  }

  /// The negatives of a chunk among so many entities: ``negatives``, or by default half the square root, within 16…256.
  /// The more of all entities a question is shown, the harder it is pushed from its near misses, which costs Hits@10
  /// where they are few.
  package func plannedNegatives(entityCount: Int) -> Int {
    min(entityCount, negatives ?? max(16, min(256, Int(Double(entityCount).squareRoot() / 2))))
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
