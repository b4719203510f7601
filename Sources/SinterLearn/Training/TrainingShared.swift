internal import SinterKernels

/// What every worker of a training reads.
struct TrainingShared: Sendable {
  let scorer: EmbeddingScorer
  let loss: RankingLoss
  let configuration: TransEConfiguration
  let triples: TripleSet
  let known: KnownAnswers
  /// Per question (tails first, then heads), its number in `known`.
  let questions: [UInt32]
  /// Per triple, its weight; empty where all weigh alike.
  let weights: [Float]
  let entities: ParameterTable
  let relations: ParameterTable

  /// Distinct triples with random parameters.
  init(_ triples: TripleSet, known: KnownAnswers, _ configuration: TransEConfiguration) {
    scorer = EmbeddingScorer(configuration)
    loss = RankingLoss(configuration)
    self.configuration = configuration
    self.triples = triples
    self.known = known
    questions = Self.questions(triples, known)
    weights = Self.weights(triples, known, configuration)
    // Distances: the range of the reference implementation of the self-adversarial loss. Products: small enough that
    // all scores start alike.
    let range =
      configuration.model.isBilinear
      ? 0.1 / Float(configuration.dimension).squareRoot() : (configuration.margin + 2) / Float(configuration.dimension)
    func table(_ rows: Int, _ stream: UInt64) -> ParameterTable {
      ParameterTable(
        rowCount: rows, dimension: configuration.dimension, optimiser: configuration.optimiser, range: range,
        seed: configuration.seed &* 4 &+ stream)
    }
    entities = table(triples.entityCount, 1)
    relations = table(scorer.relationRows(triples.relationCount), 2)
  }

  /// The number in `known` of every question: tails of all triples, then heads.
  private static func questions(_ triples: TripleSet, _ known: KnownAnswers) -> [UInt32] {
    let tails = (0..<triples.count).map {
      known.question(entity: triples.heads[$0], relation: triples.relations[$0], inverse: false)
    }
    let heads = (0..<triples.count).map {
      known.question(entity: triples.tails[$0], relation: triples.relations[$0], inverse: true)
    }
    return (tails + heads).map { UInt32($0 ?? 0) }
  }

  /// (answers of both questions)^−power per triple, scaled to a mean of 1 (Mikolov et al. 2013, as used by Sun et
  /// al. 2019 with power ½), times the relation's weight; empty where all are 1.
  private static func weights(
    _ triples: TripleSet, _ known: KnownAnswers, _ configuration: TransEConfiguration
  ) -> [Float] {
    let power = configuration.frequencyPower
    let relationWeights = configuration.relationWeights
    guard power > 0 || relationWeights.contains(where: { $0 != 1 }) else { return [] }
    var weights = (0..<triples.count).map { i -> Float in
      let tails = known.answers(entity: triples.heads[i], relation: triples.relations[i], inverse: false).count
      let heads = known.answers(entity: triples.tails[i], relation: triples.relations[i], inverse: true).count
      return raised(Float(tails + heads), -power)
    }
    let scale = Float(weights.count) / weights.reduce(0, +)
    for i in weights.indices {
      let relation = Int(triples.relations[i])
      weights[i] *= scale * (relation < relationWeights.count ? relationWeights[relation] : 1)
    }
    return weights
  }

  /// Adds `weight` times the gradient of the regulariser at a row.
  @inline(__always)
  func addPenalty(_ row: UnsafePointer<Float>, _ weight: Float, to gradient: UnsafeMutablePointer<Float>) {
    let dimension = configuration.dimension
    switch configuration.regulariser {
    case .l2: Kernels.axpy(weight, row, gradient, dimension)
    case .n3:
      Kernels.cubicGradient(row, scale: 3 * weight, isComplex: configuration.model.isComplex, into: gradient, dimension)
    }
  }
}
