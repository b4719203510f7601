#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import Testing

@testable import SinterLearn

/// Gradients against central differences, for every model, loss and way of training.
struct GradientTests {
  struct Kind: Sendable, CustomTestStringConvertible {
    var model: EmbeddingModel
    var norm = DistanceNorm.l1
    var isReciprocal: Bool

    var testDescription: String { "\(model) \(norm) \(isReciprocal ? "reciprocal" : "plain")" }

    func configuration(_ change: (inout TransEConfiguration) -> Void = { _ in }) -> TransEConfiguration {
      var configuration = TransEConfiguration()
      configuration.model = model
      configuration.norm = norm
      configuration.reciprocalRelations = isReciprocal
      configuration.dimension = 12
      configuration.frequencyPower = 0
      configuration.threads = 1
      configuration.optimiser = .sgd
      configuration.margin = 3
      change(&configuration)
      return configuration
    }
  }

  static let kinds = [false, true].flatMap { isReciprocal in
    DistanceNorm.allCases.map { Kind(model: .transe, norm: $0, isReciprocal: isReciprocal) }
      + [EmbeddingModel.rotate, .distmult, .complex].map { Kind(model: $0, isReciprocal: isReciprocal) }
  }

  private func random(_ count: Int, _ generator: inout SplitMix64) -> [Float] {
    (0..<count).map { _ in 2 * generator.unitFloat() - 1 }
  }

  /// The energy by the definition of each model, in double precision.
  private func energy(
    _ kind: Kind, _ entity: [Double], _ relation: [Double], _ answer: [Double], inverse: Bool
  ) -> Double {
    let undoes = inverse && !kind.isReciprocal
    let half = entity.count / 2
    func differences(_ query: [Double]) -> [Double] { zip(query, answer).map { $0 - $1 } }
    func product(_ r: [Double]) -> [Double] {
      let sign = undoes ? -1.0 : 1.0
      return (0..<half).map { entity[$0] * r[$0] - sign * entity[half + $0] * r[half + $0] }
        + (0..<half).map { sign * entity[$0] * r[half + $0] + entity[half + $0] * r[$0] }
    }
    switch kind.model {
    case .transe:
      let d = differences(zip(entity, relation).map { $0 + (undoes ? -$1 : $1) })
      switch kind.norm {
      case .l1: return d.reduce(0) { $0 + abs($1) }
      case .l2: return d.reduce(0) { $0 + $1 * $1 }.squareRoot()
      case .squaredL2: return d.reduce(0) { $0 + $1 * $1 }
      }
    case .rotate:
      let lengths = (0..<half).map { (relation[$0] * relation[$0] + relation[half + $0] * relation[half + $0]).squareRoot() }
      let d = differences(product((0..<2 * half).map { relation[$0] / lengths[$0 % half] }))
      return (0..<half).reduce(0) { $0 + (d[$1] * d[$1] + d[half + $1] * d[half + $1]).squareRoot() }
    case .distmult: return -(0..<2 * half).reduce(0) { $0 + entity[$1] * relation[$1] * answer[$1] }
    case .complex: return -zip(product(relation), answer).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  @Test(arguments: kinds, [false, true]) func scorers(_ kind: Kind, _ inverse: Bool) {
    let scorer = EmbeddingScorer(kind.configuration())
    var generator = SplitMix64(seed: 7)
    let count = 12
    let rows = [random(count, &generator), random(count, &generator), random(count, &generator)]
    var query = [Float](repeating: 0, count: count)
    scorer.makeQuery(entity: rows[0], relation: rows[1], inverse: inverse, into: &query)
    var distance: [Float] = [0]
    scorer.comparison.distances(query, rows: rows[2], count: 1, into: &distance)
    let doubles = rows.map { $0.map(Double.init) }
    #expect(abs(Double(distance[0]) - energy(kind, doubles[0], doubles[1], doubles[2], inverse: inverse)) < 1e-4)

    var weight: [Float] = [1]
    let zeros = [Float](repeating: 0, count: count)
    var (entityGradient, relationGradient, answerGradient) = (zeros, zeros, zeros)
    scorer.comparison.addGradient(
      query: query, rows: rows[2], distances: distance, index: [0], weight: &weight, count: 1,
      queryGradient: &entityGradient, rowGradient: &answerGradient)
    scorer.backpropagate(
      gradient: &entityGradient, entity: rows[0], relation: rows[1], inverse: inverse, intoRelation: &relationGradient)
    let gradients = [entityGradient, relationGradient, answerGradient]
    for row in 0..<3 {
      for i in 0..<count {
        func moved(_ step: Double) -> Double {
          var rows = doubles
          rows[row][i] += step
          return energy(kind, rows[0], rows[1], rows[2], inverse: inverse)
        }
        let numeric = (moved(1e-5) - moved(-1e-5)) / 2e-5
        #expect(abs(numeric - Double(gradients[row][i])) < 1e-3, "row \(row), number \(i)")
      }
    }
  }

  @Test(arguments: TrainingLoss.allCases) func losses(_ kind: TrainingLoss) {
    var configuration = TransEConfiguration()
    configuration.loss = kind
    configuration.margin = 2
    // Its weights are constants to the gradient; only when they are alike does the loss's value hold them so.
    configuration.adversarialTemperature = 0
    let loss = RankingLoss(configuration)
    var generator = SplitMix64(seed: 3)
    let distances = (0..<9).map { _ in 4 * generator.unitFloat() }
    var weights = [Float](repeating: 0, count: 8)
    let positive = loss.derivatives(positive: distances[8], negatives: distances, count: 8, into: &weights)
    for i in 0..<9 {
      func moved(_ step: Float) -> Double {
        var distances = distances
        distances[i] += step
        return loss.value(positive: distances[8], negatives: distances, count: 8)
      }
      let numeric = (moved(1e-3) - moved(-1e-3)) / 2e-3
      #expect(abs(numeric - Double(i == 8 ? positive : weights[i])) < 2e-3, "distance \(i)")
    }
  }

  private func world() -> TripleSet {
    var generator = SplitMix64(seed: 11)
    var triples = TripleSet(entityCount: 9, relationCount: 3)
    for _ in 0..<25 {
      triples.append(
        head: UInt32(generator.next(below: 9)), relation: UInt32(generator.next(below: 3)),
        tail: UInt32(generator.next(below: 9)))
    }
    return triples.deduplicated()
  }

  private func parameters(_ shared: TrainingShared) -> [[[Double]]] {
    [shared.entities, shared.relations].map { table in
      (0..<table.rowCount).map { row in (0..<table.dimension).map { Double(table.row(row)[$0]) } }
    }
  }

  /// The step that SGD of rate 1 took against central differences of the whole loss.
  private func compare(_ before: [[[Double]]], _ after: [[[Double]]], _ loss: ([[[Double]]]) -> Double) {
    for table in 0..<2 {
      for row in before[table].indices {
        for i in before[table][row].indices {
          func moved(_ step: Double) -> Double {
            var parameters = before
            parameters[table][row][i] += step
            return loss(parameters)
          }
          let numeric = (moved(1e-5) - moved(-1e-5)) / 2e-5
          let taken = before[table][row][i] - after[table][row][i]
          #expect(abs(numeric - taken) < 2e-3 * max(1, abs(numeric)), "table \(table), row \(row), number \(i)")
        }
      }
    }
  }

  private func spread(_ table: ParameterTable, seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    for i in 0..<table.count { table.values[i] = 2 * generator.unitFloat() - 1 }
  }

  @Test(arguments: kinds.filter { $0.model.isBilinear || ($0.model == .transe && $0.norm == .squaredL2) }, Regulariser.allCases)
  func allEntities(_ kind: Kind, _ regulariser: Regulariser) {
    let triples = world()
    let known = KnownAnswers([triples])
    let configuration = kind.configuration {
      $0.loss = .crossEntropy
      $0.negativeSampling = .all
      $0.regulariser = regulariser
      $0.regularisation = 0.03
      $0.labelSmoothing = 0.1
    }
    let shared = TrainingShared(triples, known: known, configuration)
    spread(shared.entities, seed: 1)
    spread(shared.relations, seed: 2)
    let before = parameters(shared)
    let trainer = AllEntitiesTrainer(shared, threads: 1)
    var generator = SplitMix64(seed: 1)
    let questions = (0..<UInt32(known.questionCount)).map { $0 }
    #expect(trainer.batchSize == questions.count)
    questions.withUnsafeBufferPointer { trainer.train($0, rate: 1, generator: &generator) }

    func penalty(_ row: [Double]) -> Double {
      if regulariser == .l2 { return row.reduce(0) { $0 + $1 * $1 } / 2 }
      guard kind.model.isComplex else { return row.reduce(0) { $0 + abs($1 * $1 * $1) } }
      let half = row.count / 2
      return (0..<half).reduce(0) { sum, i in
        let modulus = (row[i] * row[i] + row[half + i] * row[half + i]).squareRoot()
        return sum + modulus * modulus * modulus
      }
    }
    compare(before, parameters(shared)) { parameters in
      var total = 0.0
      for i in 0..<triples.count {
        for inverse in [false, true] {
          let (head, tail) = (Int(triples.heads[i]), Int(triples.tails[i]))
          let relation = shared.scorer.relationRow(
            Int(triples.relations[i]), inverse: inverse, relationCount: triples.relationCount)
          let energies = parameters[0].map {
            energy(kind, parameters[0][inverse ? tail : head], parameters[1][relation], $0, inverse: inverse)
          }
          let normaliser = logarithm(energies.reduce(0) { $0 + exponential(-$1) })
          let losses = energies.map { $0 + normaliser }
          total += 0.9 * losses[inverse ? head : tail] + 0.1 * losses.reduce(0, +) / Double(losses.count)
          total += 0.03 * (penalty(parameters[0][head]) + penalty(parameters[0][tail]) + penalty(parameters[1][relation]))
        }
      }
      return total
    }
  }

  @Test(arguments: kinds, TrainingLoss.allCases) func sampled(_ kind: Kind, _ lossKind: TrainingLoss) {
    let triples = world()
    let known = KnownAnswers([triples])
    let configuration = kind.configuration {
      $0.loss = lossKind
      $0.negativeSampling = .all
      $0.adversarialTemperature = 0
      $0.regularisation = 0.05
      $0.regulariser = .n3
    }
    let shared = TrainingShared(triples, known: known, configuration)
    spread(shared.entities, seed: 1)
    spread(shared.relations, seed: 2)
    for question in [0, triples.count + 3] {
      let before = parameters(shared)
      let worker = ChunkWorker(shared)
      var generator = SplitMix64(seed: 1)
      [UInt32(question)].withUnsafeBufferPointer { worker.train($0, rate: 1, generator: &generator) }
      let inverse = question >= triples.count
      let triple = question % triples.count
      let relation = shared.scorer.relationRow(
        Int(triples.relations[triple]), inverse: inverse, relationCount: triples.relationCount)
      let (head, tail) = (triples.heads[triple], triples.tails[triple])
      let (asking, answer) = inverse ? (tail, head) : (head, tail)
      let others = known.answers(entity: asking, relation: triples.relations[triple], inverse: inverse)
      compare(before, parameters(shared)) { parameters in
        let distances = parameters[0].enumerated().map { i, row in
          others.contains(UInt32(i))
            ? .infinity : energy(kind, parameters[0][Int(asking)], parameters[1][relation], row, inverse: inverse)
        }
        let positive = energy(
          kind, parameters[0][Int(asking)], parameters[1][relation], parameters[0][Int(answer)], inverse: inverse)
        func penalty(_ row: [Double]) -> Double {
          guard kind.model.isComplex else { return row.reduce(0) { $0 + abs($1 * $1 * $1) } }
          return (0..<6).reduce(0) {
            let squared = row[$1] * row[$1] + row[6 + $1] * row[6 + $1]
            return $0 + squared * squared.squareRoot()
          }
        }
        let rows = [parameters[0][Int(asking)], parameters[1][relation], parameters[0][Int(answer)]]
        return loss(lossKind, positive, distances) + 0.05 * rows.reduce(0) { $0 + penalty($1) }
      }
    }
  }

  /// The losses by their definitions, with γ = 3 and α = 0.
  private func loss(_ kind: TrainingLoss, _ positive: Double, _ negatives: [Double]) -> Double {
    let finite = negatives.filter(\.isFinite)
    func softplus(_ x: Double) -> Double { logarithm(1 + exponential(x)) }
    switch kind {
    case .selfAdversarial:
      return softplus(positive - 3) + finite.reduce(0) { $0 + softplus(3 - $1) } / Double(finite.count)
    case .marginRanking: return finite.reduce(0) { $0 + max(0, 3 + positive - $1) } / Double(negatives.count)
    case .crossEntropy: return logarithm(finite.reduce(exponential(-positive)) { $0 + exponential(-$1) }) + positive
    }
  }
}

private func exponential(_ x: Double) -> Double { exp(x) }
private func logarithm(_ x: Double) -> Double { log(x) }
