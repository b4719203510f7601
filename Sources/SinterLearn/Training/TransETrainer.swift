package import SinterModel

/// Trains embedding models.
package enum TransETrainer {
  /// Learns a model from `triples`, keeping the parameters of the epoch with the best validation MRR.
  ///
  /// Duplicate triples count once. With one thread and no time limit the result depends on the input and the seed
  /// alone; several threads update the same matrices without locks (Hogwild!, Recht et al. 2011).
  ///
  /// - Parameters:
  ///   - validation: held-out triples over the same ids; without them training runs its full course.
  ///   - start: rows to begin with instead of random ones.
  ///   - checkpoint: where the state is kept from epoch to epoch. A training that finds its own there goes on from it;
  ///     with one thread and no time limit the result is the same, to the bit, as without the break.
  ///   - progress: called on the calling thread several times a second; false cancels.
  /// - Throws: `LearnError.NoTriples`, `LearnError.TooFewEntities`, `LearnError.BadConfiguration`,
  ///   `LearnError.Cancelled`, `LearnError.Diverged`; `LearnError.BadCheckpoint` for one of another training.
  /// - Complexity: O(epochs · triples · negatives · dimension) time; memory is three floats per parameter, and one
  ///   more where validation keeps the best.
  package static func train(
    _ triples: TripleSet, validation: TripleSet? = nil, configuration: TransEConfiguration = TransEConfiguration(),
    start: WarmStart? = nil, checkpoint: TrainingCheckpoint? = nil, progress: (TrainingProgress) -> Bool = { _ in true }
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
    let session = TrainingSession(
      triples.deduplicated(), validation: validation, configuration: configuration, start: start, checkpoint: checkpoint)
    return try session.run(progress)
  }
}

/// One training from start to end.
private final class TrainingSession {
  private let configuration: TransEConfiguration
  private let threads: Int
  private let epochs: Int
  private let shared: TrainingShared
  private let validation: TripleSet?
  private let validationFilter: KnownAnswers
  private let started = monotonicSeconds()
  private var history: [EpochMetrics] = []
  private var best: TrainingState.Best?
  private var stepsDone = 0
  private var validationsWithoutGain = 0
  /// Time spent before the training was broken off and resumed.
  private var secondsBefore = 0.0

  private let checkpoint: TrainingCheckpoint?

  init(
    _ triples: TripleSet, validation: TripleSet?, configuration: TransEConfiguration, start: WarmStart?,
    checkpoint: TrainingCheckpoint?
  ) {
    self.configuration = configuration
    self.checkpoint = checkpoint
    threads = configuration.threads == 0 ? Workers.processorCount : configuration.threads
    epochs = configuration.plannedEpochs(tripleCount: triples.count)
    let known = KnownAnswers([triples])
    let held = validation.flatMap { $0.isEmpty ? nil : $0 }
    // Ranking a triple costs two distances per entity, training it two per negative and as much again for gradients.
    let affordable = triples.count * configuration.negatives * configuration.validationInterval / (2 * triples.entityCount)
    self.validation = held?.sampled(
      min(configuration.validationLimit, max(100, affordable)), seed: configuration.seed)
    validationFilter = held.map { KnownAnswers([triples, $0]) } ?? known
    shared = TrainingShared(triples, known: known, configuration)
    start?.apply(to: shared)
  }

  func run(_ progress: (TrainingProgress) -> Bool) throws(SinterError) -> TrainedModel {
    let pass = EpochPass(shared, threads: threads)
    let first = try resume()
    guard first <= epochs, !isStopped else { return model() }
    for epoch in first...epochs {
      let stepsBefore = stepsDone
      let cancelled = pass.run(
        epoch,
        rate: { [self] done, step in fractionDone(done) >= 1 ? nil : rate(done, step: stepsBefore + step) },
        progress: { [self] done in progress(report(epoch, done)) })
      stepsDone += pass.stepCount
      if cancelled {
        throw SinterError("LearnError.Cancelled", "Training was cancelled in epoch \(epoch); no model was made.")
      }
      let loss = pass.loss
      guard loss.isFinite, shared.entities.isFinite, shared.relations.isFinite else {
        throw SinterError(
          "LearnError.Diverged",
          "Training diverged in epoch \(epoch): the loss or a parameter is not a number. Lower the learning rate "
            + "(now \(configuration.learningRate)).")
      }
      let isLast = epoch == epochs || fractionDone(Double(epoch)) >= 1
      let mrr = isLast || epoch % configuration.validationInterval == 0 ? validate() : nil
      history.append(
        EpochMetrics(epoch: epoch, loss: loss, validationMRR: mrr, secondsElapsed: secondsElapsed))
      if let mrr {
        if mrr > best?.mrr ?? -1 {
          best = TrainingState.Best(
            mrr: mrr, epoch: epoch, entities: shared.entities.copyValues(), relations: shared.relations.copyValues())
          validationsWithoutGain = 0
        } else {
          validationsWithoutGain += 1
        }
      }
      try save()
      if isLast || isStopped { break }
    }
    return model()
  }

  /// Whether validation has not improved for as long as patience lasts.
  private var isStopped: Bool { validationsWithoutGain >= configuration.patience ?? .max }

  private var secondsElapsed: Double { secondsBefore + monotonicSeconds() - started }

  /// Takes up the state that the checkpoint holds, if any, and returns the epoch to go on with.
  private func resume() throws(SinterError) -> Int {
    guard let state = try checkpoint?.load(shared, fingerprint: fingerprint) else { return 1 }
    history = state.history
    stepsDone = state.stepsDone
    validationsWithoutGain = state.validationsWithoutGain
    secondsBefore = state.secondsElapsed
    best = state.best
    return history.count + 1
  }

  private func save() throws(SinterError) {
    try checkpoint?.save(
      TrainingState(
        history: history, stepsDone: stepsDone, validationsWithoutGain: validationsWithoutGain,
        secondsElapsed: secondsElapsed, best: best), shared, fingerprint: fingerprint)
  }

  /// Tells trainings apart whose states must not be mixed: every setting that shapes the parameters, and the triples.
  private var fingerprint: UInt64 {
    var settings = configuration
    settings.threads = 0
    settings.timeLimitSeconds = nil
    return TrainingCheckpoint.fingerprint("\(settings)", shared.triples)
  }

  /// The part of the planned work that is done, by epochs or by time, whichever is further.
  private func fractionDone(_ done: Double) -> Double {
    let byEpochs = done / Double(epochs)
    guard let limit = configuration.timeLimitSeconds else { return min(1, byEpochs) }
    return min(1, max(byEpochs, secondsElapsed / limit))
  }

  /// The learning rate, falling in a straight line, with Adam's bias correction where it applies.
  private func rate(_ done: Double, step: Int) -> Float {
    let fraction = Float(fractionDone(done))
    let rate = configuration.learningRate * (1 - fraction * (1 - configuration.finalLearningRateFraction))
    guard configuration.optimiser == .adam else { return rate }
    return rate * (1 - raised(0.999, Float(step))).squareRoot() / (1 - raised(0.9, Float(step)))
  }

  private func report(_ epoch: Int, _ done: Double) -> TrainingProgress {
    let elapsed = secondsElapsed
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
        model: configuration.model, matching: rows(shared.entities, from: 0, shared.entities.rowCount),
        relations: rows(shared.relations, from: 0, count),
        inverseRelations: configuration.reciprocalRelations ? rows(shared.relations, from: count, count) : nil,
        norm: configuration.norm, margin: configuration.margin))
  }

  private func model() -> TrainedModel {
    if let best {
      shared.entities.restore(best.entities)
      shared.relations.restore(best.relations)
    }
    let relations = shared.relations.copyValues()
    let split = shared.triples.relationCount * configuration.dimension
    return TrainedModel(
      configuration: configuration, margin: scoredHalf(), entityCount: shared.triples.entityCount,
      relationCount: shared.triples.relationCount, entities: shared.entities.copyValues(),
      relations: Array(relations[..<split]),
      inverseRelations: configuration.reciprocalRelations ? Array(relations[split...]) : nil, history: history,
      bestEpoch: best?.epoch ?? history.count)
  }

  /// The self-adversarial loss fits σ(γ − d); the others know no distance at which a triple is as likely as not, so
  /// that a typical training triple gets the score ½.
  private func scoredHalf() -> Float {
    guard configuration.loss != .selfAdversarial else { return configuration.margin }
    let sample = shared.triples.sampled(1000, seed: configuration.seed)
    let distances = withView { view in
      (0..<sample.count).map {
        view.distance(head: sample.heads[$0], relation: sample.relations[$0], tail: sample.tails[$0], inverse: false)
      }
    }
    return distances.sorted()[distances.count / 2]
  }
}
