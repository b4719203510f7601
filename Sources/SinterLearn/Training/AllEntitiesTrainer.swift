#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif
internal import SinterKernels

/// Trains by cross-entropy against all entities, a batch of distinct questions at a time (1-vs-all of Lacroix et al.
/// 2018, with the triples that share a question gathered so that its scores are computed once).
///
/// Scores are s = −c·(q·x) − b·‖x‖² with c = 1, b = 0 for inner products of negated queries and c = −2, b = 1 for
/// squared distances, whose ‖q‖² drops out of the softmax. So scores and both gradients are three matrix products,
/// done in blocks of entities that threads share out by number: the result depends on the number of threads only by
/// rounding, and not on their speed. All gradients of a batch are taken before any row is moved.
final class AllEntitiesTrainer {
  private let shared: TrainingShared
  private let threads: Int
  private let dimension: Int
  /// Questions per batch.
  let batchSize: Int
  private let blockCount: Int
  private static let blockRows = 512
  private let factor: Float
  private let isSquared: Bool
  private var mask: DropoutMask
  // One allocation each, for the length of the training.
  private let queries, entityCopies: UnsafeMutablePointer<Float>
  /// Per block, a matrix of batchSize rows and blockRows columns: energies, then probabilities, then derivatives.
  private let scores: UnsafeMutablePointer<Float>
  /// Per block and question, the least energy and the sum of exponentials; then the factor to a weighted probability.
  private let least, sums: UnsafeMutablePointer<Float>
  /// Per thread: a block's transposed rows or its gradient, and the queries' gradients.
  private let blockScratch, queryGradients: UnsafeMutablePointer<Float>
  /// Gradients that do not come from candidates, by entity; how often an entity answered.
  private let entityGradients, answerCounts: UnsafeMutablePointer<Float>
  private let relationGradients, scratch: UnsafeMutablePointer<Float>
  private var relationIsTouched: [Bool]
  private let losses: UnsafeMutablePointer<Double>
  private var questions: [Question] = []
  private(set) var lossSum = 0.0
  private(set) var lossCount = 0

  private struct Question {
    var entity: Int
    var relation: Int
    var inverse: Bool
    var answers: Range<Int>
    /// How much of the loss is this question's: its answers' weights together.
    var weight: Float
  }

  init(_ shared: TrainingShared, threads: Int) {
    self.shared = shared
    self.threads = threads
    dimension = shared.configuration.dimension
    let entityCount = shared.entities.rowCount
    blockCount = (entityCount + Self.blockRows - 1) / Self.blockRows
    let affordable = (256 << 20) / (4 * blockCount * Self.blockRows)
    batchSize = max(1, min(shared.configuration.batchSize, affordable, shared.known.questionCount))
    isSquared = shared.scorer.comparison.kind == .squaredL2
    factor = isSquared ? -2 : 1
    mask = DropoutMask(share: shared.configuration.dropout)
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: count)
      pointer.initialize(repeating: 0, count: count)
      return pointer
    }
    queries = zeros(batchSize * dimension)
    entityCopies = zeros(batchSize * dimension)
    scores = zeros(blockCount * batchSize * Self.blockRows)
    least = zeros(blockCount * batchSize)
    sums = zeros(blockCount * batchSize)
    blockScratch = zeros(threads * Self.blockRows * dimension)
    queryGradients = zeros(threads * batchSize * dimension)
    entityGradients = zeros(entityCount * dimension)
    answerCounts = zeros(entityCount)
    relationGradients = zeros(shared.relations.rowCount * dimension)
    relationIsTouched = Array(repeating: false, count: shared.relations.rowCount)
    scratch = zeros(dimension)
    losses = .allocate(capacity: blockCount)
    losses.initialize(repeating: 0, count: blockCount)
  }

  deinit {
    for pointer in [
      queries, entityCopies, scores, least, sums, blockScratch, queryGradients, entityGradients, answerCounts,
      relationGradients, scratch,
    ] { pointer.deallocate() }
    losses.deallocate()
  }

  func resetLoss() {
    lossSum = 0
    lossCount = 0
  }

  /// One step on distinct questions, by their numbers in the known answers.
  /// - Precondition: no more than ``batchSize`` of them.
  func train(_ batch: UnsafeBufferPointer<UInt32>, rate: Float, generator: inout SplitMix64) {
    prepare(batch, &generator)
    forEachBlock { block, thread in score(block, thread) }
    normalise()
    forEachBlock { block, thread in differentiate(block, thread) }
    backpropagate()
    forEachBlock { block, thread in move(block, thread, rate: rate) }
    moveRelations(rate: rate)
    lossSum += (0..<blockCount).reduce(0.0) { $0 + losses[$1] }
    lossCount += questions.reduce(0) { $0 + $1.answers.count }
  }

  /// Calls `body` for every block of entities, on all threads.
  private func forEachBlock(_ body: (_ block: Int, _ thread: Int) -> Void) {
    let threads = min(threads, blockCount)
    Workers.run(threads) { thread in
      for block in stride(from: thread, to: blockCount, by: threads) { body(block, thread) }
    }
  }

  private func rows(of block: Int) -> Range<Int> {
    block * Self.blockRows..<min(shared.entities.rowCount, (block + 1) * Self.blockRows)
  }

  private func block(_ number: Int) -> UnsafeMutablePointer<Float> { scores + number * batchSize * Self.blockRows }

  private func prepare(_ batch: UnsafeBufferPointer<UInt32>, _ generator: inout SplitMix64) {
    questions.removeAll(keepingCapacity: true)
    let power = 1 - shared.configuration.frequencyPower
    for (position, number) in batch.enumerated() {
      let parts = shared.known.parts(ofQuestion: Int(number))
      let relation = shared.scorer.relationRow(
        parts.relation, inverse: parts.inverse, relationCount: shared.triples.relationCount)
      let answers = shared.known.answerRange(ofQuestion: Int(number))
      let weights = shared.configuration.relationWeights
      let weight = raised(Float(answers.count), power) * (parts.relation < weights.count ? weights[parts.relation] : 1)
      questions.append(
        Question(entity: parts.entity, relation: relation, inverse: parts.inverse, answers: answers, weight: weight))
      let entity = entityCopies + position * dimension
      entity.update(from: shared.entities.row(parts.entity), count: dimension)
      shared.scorer.makeQuery(
        entity: entity, relation: shared.relations.row(relation), inverse: parts.inverse,
        into: queries + position * dimension)
    }
    if shared.configuration.dropout > 0 {
      mask.draw(batch.count * dimension, &generator)
      mask.apply(to: queries)
    }
    queryGradients.update(repeating: 0, count: threads * batchSize * dimension)
  }

  /// Energies of a block's entities for all questions, as exponentials relative to each question's least.
  private func score(_ number: Int, _ thread: Int) {
    let rows = rows(of: number)
    let scores = block(number)
    let transposed = blockScratch + thread * Self.blockRows * dimension
    let base = shared.entities.row(rows.lowerBound)
    // Whole vectors of columns: those beyond the last entity are computed and not looked at.
    let columns = min(Self.blockRows, (rows.count + 63) / 64 * 64)
    if columns > rows.count { transposed.update(repeating: 0, count: Self.blockRows * dimension) }
    Kernels.transpose(base, rows: rows.count, columns: dimension, scale: factor, into: transposed, stride: Self.blockRows)
    scores.update(repeating: 0, count: questions.count * Self.blockRows)
    if isSquared {
      for i in 0..<rows.count { scores[i] = Kernels.dot(base + i * dimension, base + i * dimension, dimension) }
      for q in questions.indices.dropFirst() {
        (scores + q * Self.blockRows).update(from: scores, count: rows.count)
      }
    }
    Kernels.multiplyAdd(
      a: queries, rowStride: dimension, stepStride: 1, b: transposed, ldb: Self.blockRows, c: scores,
      ldc: Self.blockRows, rows: questions.count, columns: columns, depth: dimension)
    for q in questions.indices {
      let row = scores + q * Self.blockRows
      let minimum = Kernels.minimum(row, rows.count)
      least[number * batchSize + q] = minimum
      sums[number * batchSize + q] = Kernels.expSum(row, rows.count, minimum: minimum)
    }
  }

  /// Turns the blocks' sums into the factors that make weighted probabilities of their exponentials.
  private func normalise() {
    for q in questions.indices {
      var minimum = Float.infinity
      for b in 0..<blockCount { minimum = min(minimum, least[b * batchSize + q]) }
      var total: Float = 0
      for b in 0..<blockCount { total += sums[b * batchSize + q] * expf(minimum - least[b * batchSize + q]) }
      for b in 0..<blockCount {
        sums[b * batchSize + q] = questions[q].weight * expf(minimum - least[b * batchSize + q]) / total
      }
    }
  }

  /// Turns exponentials into derivatives by score, and adds the block's part of the queries' gradients.
  private func differentiate(_ number: Int, _ thread: Int) {
    let rows = rows(of: number)
    let smoothing = shared.configuration.labelSmoothing
    let gradients = queryGradients + thread * batchSize * dimension
    var loss = 0.0
    for q in questions.indices {
      let row = block(number) + q * Self.blockRows
      let question = questions[q]
      let scale = sums[number * batchSize + q]
      let spread = question.weight * smoothing / Float(shared.entities.rowCount)
      for j in 0..<rows.count { row[j] = row[j] * scale - spread }
      let share = question.weight / Float(question.answers.count)
      shared.known.withAnswers { answers in
        var i = firstIndex(answers, question.answers, atLeast: UInt32(rows.lowerBound))
        while i < question.answers.upperBound, Int(answers[i]) < rows.upperBound {
          let column = Int(answers[i]) - rows.lowerBound
          if question.weight > 0 { loss -= Double(logf(max((row[column] + spread) / question.weight, 1e-30))) }
          row[column] -= share * (1 - smoothing)
          i += 1
        }
      }
    }
    losses[number] = loss
    Kernels.multiplyAdd(
      a: block(number), rowStride: Self.blockRows, stepStride: 1, b: shared.entities.row(rows.lowerBound),
      ldb: dimension, c: gradients, ldc: dimension, rows: questions.count, columns: dimension, depth: rows.count)
  }

  private func firstIndex(_ sorted: UnsafeBufferPointer<UInt32>, _ range: Range<Int>, atLeast value: UInt32) -> Int {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Carries the queries' gradients to the asking entities and to the relations, and gathers the penalties.
  private func backpropagate() {
    for thread in 1..<max(1, threads) where threads > 1 {
      Kernels.axpy(
        1, queryGradients + thread * batchSize * dimension, queryGradients, questions.count * dimension)
    }
    for i in 0..<questions.count * dimension { queryGradients[i] *= -factor }
    if shared.configuration.dropout > 0 { mask.apply(to: queryGradients) }
    let decay = shared.configuration.regularisation
    for (q, question) in questions.enumerated() {
      let gradient = queryGradients + q * dimension
      let entity = entityCopies + q * dimension
      let relation = shared.relations.row(question.relation)
      let relationGradient = relationGradients + question.relation * dimension
      shared.scorer.backpropagate(
        gradient: gradient, entity: entity, relation: relation, inverse: question.inverse, intoRelation: scratch)
      Kernels.axpy(1, scratch, relationGradient, dimension)
      Kernels.axpy(1, gradient, entityGradients + question.entity * dimension, dimension)
      relationIsTouched[question.relation] = true
      guard decay > 0 else { continue }
      shared.addPenalty(relation, decay * question.weight, to: relationGradient)
      answerCounts[question.entity] += question.weight
      let share = question.weight / Float(question.answers.count)
      shared.known.withAnswers { answers in
        for i in question.answers { answerCounts[Int(answers[i])] += share }
      }
    }
  }

  /// Moves a block's entities.
  private func move(_ number: Int, _ thread: Int, rate: Float) {
    let rows = rows(of: number)
    let scores = block(number)
    let gradients = blockScratch + thread * Self.blockRows * dimension
    gradients.update(repeating: 0, count: rows.count * dimension)
    Kernels.multiplyAdd(
      a: scores, rowStride: 1, stepStride: Self.blockRows, b: queries, ldb: dimension, c: gradients, ldc: dimension,
      rows: rows.count, columns: dimension, depth: questions.count)
    let decay = shared.configuration.regularisation
    for i in 0..<rows.count {
      let entity = rows.lowerBound + i
      let row = shared.entities.row(entity)
      let gradient = gradients + i * dimension
      let rest = entityGradients + entity * dimension
      Kernels.addScaled(rest, -factor, gradient, into: gradient, dimension)
      if isSquared {
        var total: Float = 0
        for q in questions.indices { total += scores[q * Self.blockRows + i] }
        Kernels.axpy(-2 * total, row, gradient, dimension)
      }
      if decay > 0, answerCounts[entity] > 0 {
        shared.addPenalty(row, decay * answerCounts[entity], to: gradient)
        answerCounts[entity] = 0
      }
      shared.entities.update(entity, gradient: gradient, rate: rate)
      shared.entities.constrain(entity, to: shared.configuration.maximumNorm)
      rest.update(repeating: 0, count: dimension)
    }
  }

  private func moveRelations(rate: Float) {
    for relation in relationIsTouched.indices where relationIsTouched[relation] {
      let gradient = relationGradients + relation * dimension
      shared.relations.update(relation, gradient: gradient, rate: rate)
      gradient.update(repeating: 0, count: dimension)
      relationIsTouched[relation] = false
    }
  }
}
