internal import SinterKernels

/// One thread's buffers and its part of an epoch: takes chunks of questions, computes their gradients against
/// negatives shared within the chunk, and applies them.
final class ChunkWorker {
  private let shared: TrainingShared
  private var sampler: NegativeSampler
  private var mask: DropoutMask
  private let dimension: Int
  private let chunkSize: Int
  private let negativeCount: Int
  /// All float buffers, one allocation.
  private let memory: UnsafeMutablePointer<Float>
  private let queries, queryGradients, negatives, negativeGradients: UnsafeMutablePointer<Float>
  private let distances, weights, positiveGradients, scratch: UnsafeMutablePointer<Float>
  private let index: UnsafeMutablePointer<UInt32>
  /// Sum of sampled losses and how many were sampled.
  private(set) var lossSum = 0.0
  private(set) var lossCount = 0
  private(set) var questionsDone = 0

  init(_ shared: TrainingShared) {
    self.shared = shared
    dimension = shared.scorer.comparison.dimension
    chunkSize = shared.configuration.chunkSize
    negativeCount =
      shared.configuration.negativeSampling == .all
      ? shared.entities.rowCount : min(shared.configuration.negatives, shared.entities.rowCount)
    sampler = NegativeSampler(entityCount: shared.entities.rowCount, limit: negativeCount)
    mask = DropoutMask(share: shared.configuration.dropout)
    let chunk = chunkSize * dimension
    let block = negativeCount * dimension
    let grid = chunkSize * negativeCount
    memory = .allocate(capacity: 3 * chunk + 2 * block + grid + negativeCount + dimension)
    memory.initialize(repeating: 0, count: 3 * chunk + 2 * block + grid + negativeCount + dimension)
    queries = memory
    queryGradients = queries + chunk
    positiveGradients = queryGradients + chunk
    negatives = positiveGradients + chunk
    negativeGradients = negatives + block
    distances = negativeGradients + block
    weights = distances + grid
    scratch = weights + negativeCount
    index = .allocate(capacity: negativeCount)
    index.initialize(repeating: 0, count: negativeCount)
  }

  deinit {
    memory.deallocate()
    index.deallocate()
  }

  func resetLoss() {
    lossSum = 0
    lossCount = 0
    questionsDone = 0
  }

  /// Trains on the questions named by `order`: i below the triple count asks for the tail of triple i, the others
  /// for the heads.
  func train(_ order: UnsafeBufferPointer<UInt32>, rate: Float, generator: inout SplitMix64) {
    sampler.draw(&generator)
    let drawn = sampler.entities.count
    for j in 0..<drawn {
      (negatives + j * dimension).update(from: shared.entities.row(Int(sampler.entities[j])), count: dimension)
    }
    negativeGradients.update(repeating: 0, count: drawn * dimension)
    queryGradients.update(repeating: 0, count: order.count * dimension)
    positiveGradients.update(repeating: 0, count: order.count * dimension)
    makeQueries(order)
    let drops = shared.configuration.dropout > 0
    if drops { mask.draw(order.count * dimension, &generator) }
    if drops { mask.apply(to: queries) }
    computeDistances(order.count, drawn)
    for position in 0..<order.count { differentiate(position, question: Int(order[position]), drawn) }
    if drops { mask.apply(to: queryGradients) }
    apply(order, rate: rate)
    for j in 0..<drawn {
      shared.entities.update(Int(sampler.entities[j]), gradient: negativeGradients + j * dimension, rate: rate)
      shared.entities.constrain(Int(sampler.entities[j]), to: shared.configuration.maximumNorm)
    }
    questionsDone += order.count
  }

  /// The entity, relation row, answer and direction of a question.
  @inline(__always)
  private func parts(_ question: Int) -> (entity: Int, relation: Int, answer: Int, inverse: Bool) {
    let count = shared.triples.count
    let inverse = question >= count
    let triple = inverse ? question - count : question
    let relation = shared.scorer.relationRow(
      Int(shared.triples.relations[triple]), inverse: inverse, relationCount: shared.triples.relationCount)
    let head = Int(shared.triples.heads[triple])
    let tail = Int(shared.triples.tails[triple])
    return inverse ? (tail, relation, head, true) : (head, relation, tail, false)
  }

  @inline(__always)
  private func weight(ofQuestion question: Int) -> Float {
    if shared.weights.isEmpty { return 1 }
    return shared.weights[question >= shared.triples.count ? question - shared.triples.count : question]
  }

  private func makeQueries(_ order: UnsafeBufferPointer<UInt32>) {
    for position in 0..<order.count {
      let (entity, relation, _, inverse) = parts(Int(order[position]))
      shared.scorer.makeQuery(
        entity: shared.entities.row(entity), relation: shared.relations.row(relation), inverse: inverse,
        into: queries + position * dimension)
    }
  }

  /// All distances of the chunk, sixteen negatives at a time so that they stay in the first-level cache while
  /// every query passes over them.
  private func computeDistances(_ queryCount: Int, _ drawn: Int) {
    for start in stride(from: 0, to: drawn, by: 16) {
      for position in 0..<queryCount {
        shared.scorer.comparison.distances(
          queries + position * dimension, rows: negatives + start * dimension, count: min(16, drawn - start),
          into: distances + position * negativeCount + start)
      }
    }
  }

  private func differentiate(_ position: Int, question: Int, _ drawn: Int) {
    let comparison = shared.scorer.comparison
    let query = queries + position * dimension
    let queryGradient = queryGradients + position * dimension
    let row = distances + position * negativeCount
    let (_, _, answer, _) = parts(question)
    let range = shared.known.answerRange(ofQuestion: Int(shared.questions[question]))
    shared.known.withAnswers { sampler.mask(UnsafeBufferPointer(rebasing: $0[range]), row) }

    let target = shared.entities.row(answer)
    var positive: Float = 0
    comparison.distances(query, rows: target, count: 1, into: &positive)
    var positiveWeight = shared.loss.derivatives(positive: positive, negatives: row, count: drawn, into: weights)
    if position == 0 {
      lossSum += shared.loss.value(positive: positive, negatives: row, count: drawn)
      lossCount += 1
    }
    if !shared.weights.isEmpty {
      let weight = weight(ofQuestion: question)
      positiveWeight *= weight
      for j in 0..<drawn { weights[j] *= weight }
    }
    // Easy negatives carry next to no weight, and leaving them out saves most of the gradient's cost.
    let kept = Kernels.compact(weights, index: index, count: drawn, least: min(1e-4, 0.05 / Float(max(1, drawn))))
    comparison.addGradient(
      query: query, rows: negatives, distances: row, index: index, weight: weights, count: kept,
      queryGradient: queryGradient, rowGradient: negativeGradients)
    var zero: UInt32 = 0
    comparison.addGradient(
      query: query, rows: target, distances: &positive, index: &zero, weight: &positiveWeight, count: 1,
      queryGradient: queryGradient, rowGradient: positiveGradients + position * dimension)
  }

  private func apply(_ order: UnsafeBufferPointer<UInt32>, rate: Float) {
    let decay = shared.configuration.regularisation
    for position in 0..<order.count {
      let (entity, relation, answer, inverse) = parts(Int(order[position]))
      let gradient = queryGradients + position * dimension
      let answerGradient = positiveGradients + position * dimension
      shared.scorer.backpropagate(
        gradient: gradient, entity: shared.entities.row(entity), relation: shared.relations.row(relation),
        inverse: inverse, intoRelation: scratch)
      if decay > 0 {
        let weight = decay * weight(ofQuestion: Int(order[position]))
        shared.addPenalty(shared.entities.row(entity), weight, to: gradient)
        shared.addPenalty(shared.relations.row(relation), weight, to: scratch)
        shared.addPenalty(shared.entities.row(answer), weight, to: answerGradient)
      }
      shared.entities.update(entity, gradient: gradient, rate: rate)
      shared.relations.update(relation, gradient: scratch, rate: rate)
      shared.entities.update(answer, gradient: answerGradient, rate: rate)
      shared.entities.constrain(entity, to: shared.configuration.maximumNorm)
      shared.entities.constrain(answer, to: shared.configuration.maximumNorm)
    }
  }
}
