import SinterLearn
import SinterModel
import Testing

/// A small world that translations describe: entities on a ring of `count`, relation r leads `steps[r]` further.
func ring(_ count: Int, steps: [Int]) -> TripleSet {
  var triples = TripleSet()
  for (relation, step) in steps.enumerated() {
    for entity in 0..<count {
      triples.append(head: UInt32(entity), relation: UInt32(relation), tail: UInt32((entity + step) % count))
    }
  }
  return triples
}

/// A bipartite world: users of a group like the items of the group.
func groups(_ groupCount: Int, size: Int) -> TripleSet {
  var triples = TripleSet()
  let users = groupCount * size
  for group in 0..<groupCount {
    for user in 0..<size {
      for item in 0..<size where (user + item) % 3 != 0 {
        triples.append(
          head: UInt32(group * size + user), relation: 0, tail: UInt32(users + group * size + item))
      }
    }
  }
  return triples
}

func quick(_ change: (inout TransEConfiguration) -> Void = { _ in }) -> TransEConfiguration {
  var configuration = TransEConfiguration()
  configuration.dimension = 16
  configuration.negatives = 16
  configuration.epochs = 20
  configuration.threads = 1
  change(&configuration)
  return configuration
}

func code(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch {
    return (error as? SinterError)?.code.rawValue
  }
}

struct TrainingTests {
  @Test(arguments: TrainingLoss.allCases, DistanceNorm.allCases)
  func everyLossLearns(_ loss: TrainingLoss, _ norm: DistanceNorm) throws {
    let triples = groups(4, size: 8)
    let configuration = quick {
      $0.loss = loss
      $0.norm = norm
      $0.margin = loss == .marginRanking ? 1 : 6
      $0.epochs = 40
    }
    let model = try TransETrainer.train(triples, configuration: configuration)
    let metrics = evaluateLinkPrediction(model, test: triples, known: [])
    // 64 entities: chance is an MRR of .07.
    #expect(metrics.overall.meanReciprocalRank > 0.5, "\(loss) \(norm): \(metrics.overall.meanReciprocalRank)")
  }

  @Test(arguments: [true, false], TrainingOptimiser.allCases)
  func bothKindsOfRelationsAndOptimisersLearn(_ reciprocal: Bool, _ optimiser: TrainingOptimiser) throws {
    let triples = groups(4, size: 8)
    let configuration = quick {
      $0.reciprocalRelations = reciprocal
      $0.optimiser = optimiser
      $0.learningRate = optimiser == .adam ? 0.02 : 0.1
      $0.regularisation = 1e-4
      $0.frequencyPower = 0.5
      $0.epochs = 40
    }
    let model = try TransETrainer.train(triples, configuration: configuration)
    #expect((model.inverseRelations != nil) == reciprocal)
    let metrics = evaluateLinkPrediction(model, test: triples, known: [])
    #expect(metrics.head.meanReciprocalRank > 0.5)
    #expect(metrics.tail.meanReciprocalRank > 0.5)
  }

  @Test func largeGraphsTakeFewerPasses() {
    var configuration = TransEConfiguration()
    #expect(configuration.plannedEpochs(tripleCount: 33_000) == 50)
    #expect(configuration.plannedEpochs(tripleCount: 0) == 100)
    #expect((20...30).contains(configuration.plannedEpochs(tripleCount: 272_000)))
    #expect(configuration.plannedEpochs(tripleCount: .max) == 5)
    configuration.epochs = 7
    #expect(configuration.plannedEpochs(tripleCount: 33_000) == 7)
  }

  @Test func oneThreadRepeatsItself() throws {
    let triples = ring(30, steps: [1, 7])
    let first = try TransETrainer.train(triples, configuration: quick())
    let second = try TransETrainer.train(triples, configuration: quick())
    let other = try TransETrainer.train(triples, configuration: quick { $0.seed = 2 })
    #expect(first.entities == second.entities)
    #expect(first.relations == second.relations)
    #expect(first.inverseRelations == second.inverseRelations)
    #expect(first.entities != other.entities)
  }

  @Test func severalThreadsLearnToo() throws {
    let triples = groups(4, size: 8)
    let configuration = quick {
      $0.threads = 3
      $0.epochs = 40
      $0.chunkSize = 8
    }
    let model = try TransETrainer.train(triples, configuration: configuration)
    #expect(evaluateLinkPrediction(model, test: triples, known: []).overall.meanReciprocalRank > 0.5)
  }

  @Test func duplicatesCountOnce() throws {
    let once = ring(12, steps: [1])
    var twice = once
    for i in 0..<once.count { twice.append(head: once.heads[i], relation: once.relations[i], tail: once.tails[i]) }
    #expect(twice.deduplicated().count == once.count)
    let a = try TransETrainer.train(once, configuration: quick())
    let b = try TransETrainer.train(twice, configuration: quick())
    #expect(a.entities == b.entities)
  }

  @Test func earlyStoppingKeepsTheBestEpoch() throws {
    let triples = groups(3, size: 6)
    let held = TripleSet(entityCount: triples.entityCount, relationCount: 1)
    let configuration = quick {
      $0.epochs = 200
      $0.validationInterval = 1
      $0.patience = 2
    }
    let model = try TransETrainer.train(triples, validation: triples, configuration: configuration)
    let measured = model.history.compactMap(\.validationMRR)
    #expect(model.history.count < 200)
    #expect(model.history[model.bestEpoch - 1].validationMRR == measured.max())
    let unstopped = try TransETrainer.train(triples, validation: held, configuration: quick())
    #expect(unstopped.history.count == 20)
    #expect(unstopped.history.allSatisfy { $0.validationMRR == nil })
  }

  @Test func timeLimitStops() throws {
    let configuration = quick {
      $0.epochs = 1_000_000
      $0.timeLimitSeconds = 0.3
    }
    let model = try TransETrainer.train(ring(50, steps: [1, 2]), configuration: configuration)
    #expect(model.history.count < 1_000_000)
  }

  @Test func progressReportsAndCancels() throws {
    var reports: [TrainingProgress] = []
    let configuration = quick { $0.epochs = 1_000_000 }
    let failure = code {
      _ = try TransETrainer.train(ring(50, steps: [1, 2]), configuration: configuration) {
        reports.append($0)
        return reports.count < 2
      }
    }
    #expect(failure == "LearnError.Cancelled")
    #expect(reports.count == 2)
    #expect(reports.allSatisfy { (0...1).contains($0.fraction) && $0.epochs == 1_000_000 })
  }

  @Test func badInputIsNamed() throws {
    let triples = ring(10, steps: [1])
    #expect(code { _ = try TransETrainer.train(TripleSet(entityCount: 5, relationCount: 1)) } == "LearnError.NoTriples")
    #expect(code { _ = try TransETrainer.train(ring(1, steps: [0])) } == "LearnError.TooFewEntities")
    let bad: [(inout TransEConfiguration) -> Void] = [
      { $0.dimension = 0 }, { $0.negatives = 0 }, { $0.learningRate = .nan }, { $0.margin = -1 }, { $0.epochs = 0 },
      { $0.threads = -1 }, { $0.timeLimitSeconds = .infinity }, { $0.chunkSize = 0 },
    ]
    for change in bad {
      #expect(code { _ = try TransETrainer.train(triples, configuration: quick(change)) } == "LearnError.BadConfiguration")
    }
    #expect(code { _ = try TripleSet(heads: [1], relations: [], tails: [2]) } == "LearnError.BadTriples")
    #expect(code { _ = try TripleSet(heads: [.max], relations: [0], tails: [2]) } == "LearnError.BadTriples")
  }

  @Test func everyEntityCanBeANegative() throws {
    // More negatives than entities, all of them true answers of a hub: nothing to push away, nothing to divide by.
    var triples = TripleSet()
    for tail in 0..<6 as Range<UInt32> { triples.append(head: 0, relation: 0, tail: tail) }
    for loss in TrainingLoss.allCases {
      let model = try TransETrainer.train(triples, configuration: quick { $0.loss = loss })
      #expect(model.entities.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: TrainingOptimiser.allCases) func extremeSettingsStayFinite(_ optimiser: TrainingOptimiser) throws {
    let configuration = quick {
      $0.norm = .l2
      $0.optimiser = optimiser
      $0.learningRate = 100
      $0.regularisation = 100
      $0.margin = 10000
    }
    // Adagrad and Adam bound a step by the rate; plain gradient descent runs away, and says so.
    do {
      let model = try TransETrainer.train(ring(20, steps: [1, 3]), configuration: configuration)
      #expect(model.entities.allSatisfy { $0.isFinite })
      #expect(optimiser != .sgd)
    } catch {
      #expect(optimiser == .sgd && error.code == "LearnError.Diverged", "\(error)")
    }
  }
}
