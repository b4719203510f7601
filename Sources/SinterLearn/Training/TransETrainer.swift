internal import Synchronization
package import SinterModel

/// Trains TransE models.
package enum TransETrainer {
  /// Learns a model from `triples`, keeping the parameters of the epoch with the best validation MRR.
  ///
  /// Duplicate triples count once. With one thread and no time limit the result depends on the input and the seed
  /// alone; several threads update the same matrices without locks (Hogwild!, Recht et al. 2011).
  ///
  /// - Parameters:
  ///   - validation: held-out triples over the same ids; without them training runs its full course.
  ///   - progress: called on the calling thread several times a second; false cancels.
  /// - Throws: `LearnError.NoTriples`, `LearnError.TooFewEntities`, `LearnError.BadConfiguration`,
  ///   `LearnError.Cancelled`, `LearnError.Diverged`.
  /// - Complexity: O(epochs · triples · negatives · dimension) time; memory is three floats per parameter, and one
  ///   more where validation keeps the best.
  package static func train(
    _ triples: TripleSet, validation: TripleSet? = nil, configuration: TransEConfiguration = TransEConfiguration(),
    progress: (TrainingProgress) -> Bool = { _ in true }
  ) throws(SinterError) -> TrainedModel {
    try configuration.validate()
    guard !triples.isEmpty else {
      throw SinterError("LearnError.NoTriples", "There is nothing to learn from: the chosen relation types hold no triples.")
    }
    guard triples.entityCount > 1 else {
      throw SinterError(
        "LearnError.TooFewEntities", "There is only one entity: an embedding needs at least two to tell apart.")
    }
    guard triples.count < 1 << 30 else {
      throw SinterError(
        "LearnError.BadTriples", "\(triples.count) triples are more than training takes (2³⁰). Choose fewer relation types.")
    }
    let session = TrainingSession(triples.deduplicated(), validation: validation, configuration: configuration)
    return try session.run(progress)
  }
}

/// One training from start to end.
private final class TrainingSession {
  private let configuration: TransEConfiguration
  private let threads: Int
  private let epochs: Int
  private let shared: TrainingShared<TranslationScorer>
  private let validation: TripleSet?
  private let validationFilter: KnownAnswers
  private let started = monotonicSeconds()
  private var history: [EpochMetrics] = []
  private var best: (mrr: Double, epoch: Int, entities: [Float], relations: [Float])?
  private var stepsDone = 0

  init(_ triples: TripleSet, validation: TripleSet?, configuration: TransEConfiguration) {
    self.configuration = configuration
    threads = configuration.threads == 0 ? Workers.processorCount : configuration.threads
    epochs = configuration.plannedEpochs(tripleCount: triples.count)
    let scorer = TranslationScorer(configuration)
    let known = KnownAnswers([triples])
    let held = validation.flatMap { $0.isEmpty ? nil : $0 }
    // Ranking a triple costs two distances per entity, training it two per negative and as much again for gradients.
    let affordable = triples.count * configuration.negatives * configuration.validationInterval / (2 * triples.entityCount)
    self.validation = held?.sampled(
      min(configuration.validationLimit, max(100, affordable)), seed: configuration.seed)
    validationFilter = held.map { KnownAnswers([triples, $0]) } ?? known
    // The range of the reference implementation of the self-adversarial loss.
    let range = (configuration.margin + 2) / Float(configuration.dimension)
    func table(_ rows: Int, _ stream: UInt64) -> ParameterTable {
      ParameterTable(
        rowCount: rows, dimension: configuration.dimension, optimiser: configuration.optimiser, range: range,
        seed: configuration.seed &* 4 &+ stream)
    }
    shared = TrainingShared(
      scorer: scorer, loss: RankingLoss(configuration), configuration: configuration, triples: triples, known: known,
      questions: Self.questions(triples, known),
      weights: Self.weights(triples, known, power: configuration.frequencyPower),
      entities: table(triples.entityCount, 1), relations: table(scorer.relationRows(triples.relationCount), 2))
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
  /// al. 2019 with power ½); empty for power 0.
  private static func weights(_ triples: TripleSet, _ known: KnownAnswers, power: Float) -> [Float] {
    guard power > 0 else { return [] }
    var weights = (0..<triples.count).map { i -> Float in
      let tails = known.answers(entity: triples.heads[i], relation: triples.relations[i], inverse: false).count
      let heads = known.answers(entity: triples.tails[i], relation: triples.relations[i], inverse: true).count
      return raised(Float(tails + heads), -power)
    }
    let scale = Float(weights.count) / weights.reduce(0, +)
    for i in weights.indices { weights[i] *= scale }
    return weights
  }

  func run(_ progress: (TrainingProgress) -> Bool) throws(SinterError) -> TrainedModel {
    let questionCount = 2 * shared.triples.count
    var order = (0..<UInt32(questionCount)).map { $0 }
    let workers = (0..<threads).map { _ in ChunkWorker(shared) }
    var validationsWithoutGain = 0
    for epoch in 1...epochs {
      var generator = SplitMix64(seed: configuration.seed, stream: UInt64(epoch) << 32)
      order.shuffle(using: &generator)
      let cancelled = order.withUnsafeBufferPointer { trainEpoch(epoch, $0, workers, progress) }
      if cancelled {
        throw SinterError("LearnError.Cancelled", "Training was cancelled in epoch \(epoch); no model was made.")
      }
      let loss = workers.reduce(0.0) { $0 + $1.lossSum } / Double(max(1, workers.reduce(0) { $0 + $1.lossCount }))
      guard loss.isFinite, shared.entities.isFinite, shared.relations.isFinite else {
        throw SinterError(
          "LearnError.Diverged",
          "Training diverged in epoch \(epoch): the loss or a parameter is not a number. Lower the learning rate "
            + "(now \(configuration.learningRate)).")
      }
      let isLast = epoch == epochs || fractionDone(Double(epoch)) >= 1
      let mrr = isLast || epoch % configuration.validationInterval == 0 ? validate() : nil
      history.append(
        EpochMetrics(epoch: epoch, loss: loss, validationMRR: mrr, secondsElapsed: monotonicSeconds() - started))
      if let mrr {
        if mrr > best?.mrr ?? -1 {
          best = (mrr, epoch, shared.entities.copyValues(), shared.relations.copyValues())
          validationsWithoutGain = 0
        } else {
          validationsWithoutGain += 1
        }
      }
      if isLast || validationsWithoutGain >= configuration.patience ?? .max { break }
    }
    return model()
  }

  /// One pass over `order`, in chunks that threads take from a shared counter. Returns whether it was cancelled.
  private func trainEpoch(
    _ epoch: Int, _ order: UnsafeBufferPointer<UInt32>, _ workers: [ChunkWorker<TranslationScorer>],
    _ progress: (TrainingProgress) -> Bool
  ) -> Bool {
    let chunkCount = (order.count + configuration.chunkSize - 1) / configuration.chunkSize
    let next = Atomic<Int>(0)
    let stop = Atomic<Bool>(false)
    for worker in workers { worker.resetLoss() }
    var lastReport = 0.0
    let stepsBefore = stepsDone
    Workers.run(workers.count) { thread in
      while !stop.load(ordering: .relaxed) {
        let chunk = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard chunk < chunkCount else { return }
        let done = Double(epoch - 1) + Double(chunk) / Double(chunkCount)
        // Only the time limit can end the work before its last chunk.
        if fractionDone(done) >= 1 { return }
        if thread == 0 {
          // Only the calling thread, number 0, reports.
          let now = monotonicSeconds()
          if now - lastReport > 0.2 {
            lastReport = now
            if !progress(report(epoch, done)) { stop.store(true, ordering: .relaxed) }
          }
        }
        let start = chunk * configuration.chunkSize
        let part = UnsafeBufferPointer(rebasing: order[start..<min(order.count, start + configuration.chunkSize)])
        var generator = SplitMix64(seed: configuration.seed, stream: UInt64(epoch) << 32 | UInt64(chunk + 1))
        workers[thread].train(part, rate: rate(done, step: stepsBefore + chunk + 1), generator: &generator)
      }
    }
    stepsDone += chunkCount
    return stop.load(ordering: .relaxed)
  }

  /// The part of the planned work that is done, by epochs or by time, whichever is further.
  private func fractionDone(_ done: Double) -> Double {
    let byEpochs = done / Double(epochs)
    guard let limit = configuration.timeLimitSeconds else { return min(1, byEpochs) }
    return min(1, max(byEpochs, (monotonicSeconds() - started) / limit))
  }

  /// The learning rate, falling in a straight line, with Adam's bias correction where it applies.
  private func rate(_ done: Double, step: Int) -> Float {
    let fraction = Float(fractionDone(done))
    let rate = configuration.learningRate * (1 - fraction * (1 - configuration.finalLearningRateFraction))
    guard configuration.optimiser == .adam else { return rate }
    return rate * (1 - raised(0.999, Float(step))).squareRoot() / (1 - raised(0.9, Float(step)))
  }

  private func report(_ epoch: Int, _ done: Double) -> TrainingProgress {
    let elapsed = monotonicSeconds() - started
    let fraction = fractionDone(done)
    return TrainingProgress(
      epoch: epoch, epochs: epochs, fraction: fraction, loss: history.last?.loss,
      validationMRR: history.last { $0.validationMRR != nil }?.validationMRR, bestValidationMRR: best?.mrr,
      secondsElapsed: elapsed, secondsLeft: fraction > 0 ? elapsed * (1 - fraction) / fraction : 0,
      triplesPerSecond: done * Double(shared.triples.count) / max(elapsed, 1e-9))
  }

  private func validate() -> Double? {
    guard let validation else { return nil }
    return withView { view in
      rankLinks(view, validation, known: validationFilter, threads: threads).overall.meanReciprocalRank
    }
  }

  /// The parameters as they stand, lent to `body`.
  private func withView<Result>(_ body: (TransEView) -> Result) -> Result {
    let dimension = configuration.dimension
    let count = shared.triples.relationCount
    func rows(_ table: ParameterTable, from row: Int, _ count: Int) -> EmbeddingRows {
      EmbeddingRows(
        chunks: [EmbeddingRows.Chunk(base: UnsafePointer(table.row(row)), rowCount: count)], dimension: dimension)
    }
    return body(
      TransEView(
        matching: rows(shared.entities, from: 0, shared.entities.rowCount),
        relations: rows(shared.relations, from: 0, count),
        inverseRelations: configuration.reciprocalRelations ? rows(shared.relations, from: count, count) : nil,
        norm: configuration.norm, margin: configuration.margin))
  }

  private func model() -> TrainedModel {
    let entities = best?.entities ?? shared.entities.copyValues()
    let relations = best?.relations ?? shared.relations.copyValues()
    let split = shared.triples.relationCount * configuration.dimension
    return TrainedModel(
      configuration: configuration, entityCount: shared.triples.entityCount,
      relationCount: shared.triples.relationCount, entities: entities, relations: Array(relations[..<split]),
      inverseRelations: configuration.reciprocalRelations ? Array(relations[split...]) : nil, history: history,
      bestEpoch: best?.epoch ?? history.count)
  }
}
