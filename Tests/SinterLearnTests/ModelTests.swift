#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import SinterModel
import Testing

@testable import SinterLearn

/// Every model from training to answers.
struct EmbeddingModelTests {
  private func configuration(
    _ model: EmbeddingModel, _ change: (inout TransEConfiguration) -> Void = { _ in }
  ) -> TransEConfiguration {
    var configuration = TransEConfiguration(model: model)
    configuration.dimension = 32
    configuration.epochs = 60
    configuration.threads = 1
    configuration.batchSize = 32
    configuration.regularisation = 0.001
    change(&configuration)
    return configuration
  }

  @Test(arguments: EmbeddingModel.allCases, NegativeSampling.allCases)
  func everyModelLearns(_ model: EmbeddingModel, _ sampling: NegativeSampling) throws {
    let triples = groups(4, size: 8)
    let trained = try TransETrainer.train(triples, configuration: configuration(model) { $0.negativeSampling = sampling })
    let metrics = evaluateLinkPrediction(trained, test: triples, known: [])
    #expect(metrics.overall.meanReciprocalRank > 0.9, "\(metrics.overall.meanReciprocalRank)")
  }

  @Test(arguments: TrainingOptimiser.allCases) func everyOptimiserLearns(_ optimiser: TrainingOptimiser) throws {
    let triples = groups(4, size: 8)
    let trained = try TransETrainer.train(
      triples,
      configuration: configuration(.transe) {
        $0.optimiser = optimiser
        if optimiser == .adam { $0.learningRate = 0.01 }
      })
    #expect(evaluateLinkPrediction(trained, test: triples, known: []).overall.meanReciprocalRank > 0.9)
  }

  @Test(arguments: EmbeddingModel.allCases) func oneThreadIsDeterministic(_ model: EmbeddingModel) throws {
    let triples = groups(3, size: 6)
    let settings = configuration(model) {
      $0.epochs = 5
      $0.dropout = 0.2
    }
    let models = try (0..<2).map { _ in try TransETrainer.train(triples, configuration: settings) }
    #expect(models[0].entities == models[1].entities)
    #expect(models[0].relations == models[1].relations)
  }

  /// Killed after three epochs and resumed, a training ends where it would have ended.
  @Test(arguments: EmbeddingModel.allCases, TrainingOptimiser.allCases)
  func resumesToTheSameBits(_ model: EmbeddingModel, _ optimiser: TrainingOptimiser) throws {
    let triples = groups(3, size: 6)
    let held = triples.sampled(20, seed: 5)
    let settings = configuration(model) {
      $0.epochs = 6
      $0.optimiser = optimiser
      $0.validationInterval = 2
      $0.learningRate = 0.02
    }
    let whole = try TransETrainer.train(triples, validation: held, configuration: settings)
    let checkpoint = TrainingCheckpoint(path: temporaryPath())
    defer { checkpoint.remove() }
    let broken = code {
      _ = try TransETrainer.train(triples, validation: held, configuration: settings, checkpoint: checkpoint) {
        $0.epoch < 4
      }
    }
    #expect(broken == "LearnError.Cancelled")
    var firstEpoch: Int?
    let resumed = try TransETrainer.train(triples, validation: held, configuration: settings, checkpoint: checkpoint) {
      firstEpoch = firstEpoch ?? $0.epoch
      return true
    }
    #expect(firstEpoch == 4)
    #expect(resumed.entities == whole.entities)
    #expect(resumed.relations == whole.relations)
    #expect(resumed.bestEpoch == whole.bestEpoch)
    #expect(resumed.history.map(\.loss) == whole.history.map(\.loss))

    let other = configuration(model) { $0.epochs = 7 }
    #expect(
      code { _ = try TransETrainer.train(triples, validation: held, configuration: other, checkpoint: checkpoint) }
        == "LearnError.BadCheckpoint")
  }

  @Test func refusesADamagedCheckpoint() throws {
    let triples = groups(2, size: 4)
    let settings = configuration(.transe) { $0.epochs = 2 }
    let checkpoint = TrainingCheckpoint(path: temporaryPath())
    defer { checkpoint.remove() }
    _ = try TransETrainer.train(triples, configuration: settings, checkpoint: checkpoint)
    let file = try #require(fopen(checkpoint.path, "r+b"))
    fseek(file, 100, SEEK_SET)
    let byte = fgetc(file)
    fseek(file, 100, SEEK_SET)
    fputc(byte ^ 1, file)
    fclose(file)
    #expect(
      code { _ = try TransETrainer.train(triples, configuration: settings, checkpoint: checkpoint) }
        == "LearnError.BadCheckpoint")
    truncate(checkpoint.path, 50)
    #expect(
      code { _ = try TransETrainer.train(triples, configuration: settings, checkpoint: checkpoint) }
        == "LearnError.BadCheckpoint")
  }

  private func temporaryPath() -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    return "\(folder)/sinter-checkpoint-\(UInt64.random(in: 0 ... .max))"
  }

  @Test(arguments: EmbeddingModel.allCases) func startsFromAnEarlierModel(_ model: EmbeddingModel) throws {
    let triples = groups(4, size: 8)
    let earlier = try TransETrainer.train(triples, configuration: configuration(model))
    let settings = configuration(model) {
      $0.epochs = 1
      $0.learningRate = 1e-6
    }
    let cold = try TransETrainer.train(triples, configuration: settings)
    let warm = try earlier.withView { view in
      let start = WarmStart(
        view, entities: (0..<UInt32(triples.entityCount)).map { $0 }, relations: (0..<UInt32(triples.relationCount)).map { $0 })
      return try TransETrainer.train(triples, configuration: settings, start: start)
    }
    func mrr(_ model: TrainedModel) -> Double {
      evaluateLinkPrediction(model, test: triples, known: []).overall.meanReciprocalRank
    }
    #expect(mrr(warm) > 0.9)
    #expect(mrr(cold) < 0.5)
  }

  /// A node folded in from an entity's own relations finds what the entity finds.
  @Test(arguments: EmbeddingModel.allCases) func foldsIn(_ model: EmbeddingModel) throws {
    let triples = groups(4, size: 8)
    let trained = try TransETrainer.train(triples, configuration: configuration(model))
    try trained.withView { view in
      for user in stride(from: 0, to: 32, by: 5) {
        let items = (0..<triples.count).filter { triples.heads[$0] == UInt32(user) }.map { triples.tails[$0] }
        let vector = try view.foldIn(items.map { FoldInRelation(relation: 0, neighbour: $0, direction: .outgoing) })
        let found = try view.rankAnswers(of: vector, relation: 0, inverse: false, k: 8)
        let own = found.count { Int($0.id) >= 32 && (Int($0.id) - 32) / 8 == user / 8 }
        #expect(own >= 6, "user \(user) of \(model): \(found.map(\.id))")
      }
    }
  }

  @Test(arguments: EmbeddingModel.allCases) func findsTheLike(_ model: EmbeddingModel) throws {
    let trained = try TransETrainer.train(groups(4, size: 8), configuration: configuration(model))
    try trained.withView { view in
      let vector = Array(UnsafeBufferPointer(start: view.entities.row(0), count: view.dimension))
      let found = try view.similar(to: vector, k: 5, candidates: .list((0..<32).map { $0 }), excluding: [0])
      #expect(found.count == 5)
      #expect(found.count { $0.id < 8 } >= 4, "\(found.map(\.id))")
    }
  }

  @Test func limitsLengths() throws {
    let trained = try TransETrainer.train(groups(4, size: 8), configuration: configuration(.transe) { $0.maximumNorm = 0.5 })
    for row in 0..<trained.entityCount {
      let squared = trained.entities[row * 32..<(row + 1) * 32].reduce(0) { $0 + $1 * $1 }
      #expect(squared <= 0.2501)
    }
  }

  /// A relation of weight 0 does not move its rows.
  @Test(arguments: [EmbeddingModel.transe, .complex]) func weighsRelations(_ model: EmbeddingModel) throws {
    let triples = ring(20, steps: [1, 3])
    func relation(_ epochs: Int) throws -> [Float] {
      let settings = configuration(model) {
        $0.epochs = epochs
        $0.relationWeights = [1, 0]
      }
      return try TransETrainer.train(triples, configuration: settings).relations
    }
    let (early, late) = (try relation(1), try relation(4))
    #expect(early[32...] == late[32...])
    #expect(early[..<32] != late[..<32])
  }

  @Test func refusesWhatCannotBe() {
    let triples = groups(2, size: 4)
    let bad: [(inout TransEConfiguration) -> Void] = [
      {
        $0.model = .rotate
        $0.dimension = 31
      }, { $0.labelSmoothing = 0.1 }, { $0.dropout = 1 }, { $0.relationWeights = [.nan] }, { $0.maximumNorm = -1 },
    ]
    for change in bad {
      #expect(
        code { _ = try TransETrainer.train(triples, configuration: configuration(.transe, change)) }
          == "LearnError.BadConfiguration")
    }
  }

  @Test func threadsAgreeAgainstAllEntities() throws {
    let triples = groups(4, size: 8)
    let models = try [1, 3].map { threads in
      try TransETrainer.train(triples, configuration: configuration(.complex) { $0.threads = threads })
    }
    #expect(zip(models[0].entities, models[1].entities).allSatisfy { abs($0 - $1) < 1e-2 })
  }
}

struct ClassificationTests {
  private func example(_ score: Double, _ isTrue: Bool, _ relation: UInt32 = 0) -> TripleClassification.Example {
    TripleClassification.Example(relation: relation, score: score, isTrue: isTrue)
  }

  @Test func handMade() {
    // Relation 0 splits at 0, relation 1 at 10; relation 2 has no example of its own and takes the common threshold.
    let validation = [
      example(1, true), example(2, true), example(-1, false), example(-2, false),
      example(11, true, 1), example(12, true, 1), example(9, false, 1), example(8, false, 1),
    ]
    let test = [
      example(0.5, true), example(-0.5, false), example(10.5, true, 1), example(9.5, false, 1), example(-5, true, 2),
      example(9, false, 1),
    ]
    let result = TripleClassification(validation: validation, test: test)
    #expect(result.positives == 3 && result.negatives == 3)
    #expect(abs(result.accuracy - 5.0 / 6) < 1e-12)
    #expect(result.precision == 1)
    #expect(abs(result.recall - 2.0 / 3) < 1e-12)
    #expect(abs(result.f1 - 0.8) < 1e-12)
    // Of the nine pairs the true one is ahead in (0.5 > −0.5), and 10.5 > all three: 4.
    #expect(abs(result.areaUnderCurve - 4.0 / 9) < 1e-12)
  }

  @Test func tiesCountHalf() {
    let result = TripleClassification(validation: [], test: [example(1, true), example(1, false)])
    #expect(result.areaUnderCurve == 0.5)
  }

  /// Scores that are a logistic model's own, stretched: calibration finds the stretch.
  @Test func calibrates() {
    var generator = SplitMix64(seed: 9)
    func draw() -> [TripleClassification.Example] {
      (0..<4000).map { _ in
        let logit = 6 * Double(generator.unitFloat()) - 3
        return example(10 * logit + 5, Double(generator.unitFloat()) < 1 / (1 + exp(-logit)))
      }
    }
    let result = TripleClassification(validation: draw(), test: draw())
    #expect(abs(result.slope - 0.1) < 0.015)
    #expect(abs(result.intercept + 0.5) < 0.15)
    #expect(result.calibratedError < 0.04)
    #expect(result.calibrationError > 0.1)
    #expect(result.calibratedBrier < result.brier)
  }

  @Test func corruptedTriplesAreFalse() {
    let triples = groups(3, size: 6)
    let known = KnownAnswers([triples])
    let negatives = corrupted(triples, known: known, entityCount: triples.entityCount, seed: 1)
    #expect(negatives.count == triples.count)
    for i in 0..<negatives.count {
      #expect(!known.answers(entity: negatives.heads[i], relation: 0, inverse: false).contains(negatives.tails[i]))
      #expect(negatives.heads[i] == triples.heads[i] || negatives.tails[i] == triples.tails[i])
    }
  }

  @Test func drawsCurves() {
    let history = (1...10).map {
      EpochMetrics(epoch: $0, loss: 1 / Double($0), validationMRR: $0 % 5 == 0 ? Double($0) / 20 : nil, secondsElapsed: 0)
    }
    let curve = LearningCurve(history)
    let text = curve.text()
    #expect(text.contains("loss") && text.contains("validation MRR") && text.contains("1.0000 │•"))
    #expect(text.count { $0 == "•" } == 12)
    let svg = curve.svg()
    #expect(svg.hasPrefix("<svg") && svg.hasSuffix("</svg>\n"))
    #expect(svg.split(separator: "<polyline").count == 3)
    #expect(LearningCurve([]).text() == "\n")
  }

  @Test func ranksByRelationAndSide() throws {
    let model = try TransETrainer.train(ring(9, steps: [1, 2]), configuration: quick())
    let test = ring(9, steps: [1, 2]).sampled(7, seed: 3)
    let metrics = evaluateLinkPrediction(model, test: test, known: [])
    var sum = RankingMetrics()
    for sides in metrics.byRelation { sum.add(sides.overall) }
    #expect(sum.count == metrics.overall.count && sum.count == 14)
    #expect(abs(sum.meanRank - metrics.overall.meanRank) < 1e-9)
    #expect(metrics.byRelation.reduce(0) { $0 + $1.head.count } == metrics.head.count)
  }
}
