package import SinterModel
internal import SinterKernels

/// One relation of a node that the model has not seen.
package struct FoldInRelation: Sendable, Equatable {
  /// Which way the relation runs as seen from the new node.
  package enum Direction: Sendable {
    /// (new node, relation, neighbour).
    case outgoing
    /// (neighbour, relation, new node).
    case incoming
  }

  package let relation: UInt32
  package let neighbour: UInt32
  package let direction: Direction

  package init(relation: UInt32, neighbour: UInt32, direction: Direction) {
    self.relation = relation
    self.neighbour = neighbour
    self.direction = direction
  }
}

extension TransEView {
  /// An embedding for a node that was not there when the model was trained, from its relations alone.
  ///
  /// It starts at the mean of the positions its relations imply and takes a few Adagrad steps on the
  /// self-adversarial loss of the questions the node asks, with the rest of the model held still. At most 64
  /// relations, evenly chosen, take part in the steps, so the time is bounded; the result depends on the input
  /// alone.
  /// - Throws: `LearnError.NoTriples` without relations, `LearnError.UnknownEntity`, `LearnError.UnknownRelation`.
  /// - Complexity: O((relations + 64 · steps · negatives) · dimension)
  package func foldIn(_ relations: [FoldInRelation]) throws(SinterError) -> [Float] {
    guard !relations.isEmpty else {
      throw SinterError("LearnError.NoTriples", "A new node can only be folded in from at least one relation to a known one.")
    }
    for relation in relations {
      try check(entity: relation.neighbour)
      try check(relation: relation.relation)
    }
    let stride = max(1, (relations.count + 63) / 64)
    let terms = Swift.stride(from: 0, to: relations.count, by: stride).map { relations[$0] }
    var position = meanPosition(relations)
    FoldIn(self, terms).refine(&position)
    return position
  }

  /// The mean of the positions at which each relation would be exactly fulfilled, both ways. For bilinear models the
  /// mean of the directions in which the relations' scores grow, as long as rows are on average.
  private func meanPosition(_ relations: [FoldInRelation]) -> [Float] {
    var mean = [Float](repeating: 0, count: dimension)
    mean.withUnsafeMutableBufferPointer { mean in
      guard let mean = mean.baseAddress else { return }
      for relation in relations {
        let neighbour = entities.row(Int(relation.neighbour))
        let isIncoming = relation.direction == .incoming
        // Asked of the neighbour, the answer is the new node; asked of the new node, the neighbour.
        let asked = query(from: neighbour, relation: relation.relation, inverse: !isIncoming)
        Kernels.axpy(model.isBilinear ? -1 : 1, asked, mean, dimension)
        scorer.addOrigin(
          ofAnswer: neighbour, relation: relationRow(relation.relation, inverse: isIncoming), inverse: isIncoming, to: mean)
      }
      let scale = model.isBilinear ? meanLength / length(mean) : 1 / Float(2 * relations.count)
      for i in 0..<dimension { mean[i] *= scale }
    }
    return mean
  }

  private func length(_ vector: UnsafePointer<Float>) -> Float {
    max(Kernels.dot(vector, vector, dimension).squareRoot(), .leastNormalMagnitude)
  }

  /// Of some rows, evenly chosen.
  private var meanLength: Float {
    let rows = Swift.stride(from: 0, to: entities.rowCount, by: max(1, entities.rowCount / 64))
    return rows.reduce(0) { $0 + length(entities.row($1)) } / Float(max(1, rows.underestimatedCount))
  }
}

/// The gradient steps of one folding-in.
private struct FoldIn {
  private let view: TransEView
  private let terms: [FoldInRelation]
  private let comparison: Comparison
  private let loss: RankingLoss
  private static let steps = 12
  private static let negativeCount = 32

  init(_ view: TransEView, _ terms: [FoldInRelation]) {
    self.view = view
    self.terms = terms
    comparison = view.comparison
    var configuration = TransEConfiguration()
    configuration.margin = view.margin
    // Where nothing bounds a score, only the softmax keeps it from growing.
    if view.model.isBilinear { configuration.loss = .crossEntropy }
    loss = RankingLoss(configuration)
  }

  func refine(_ position: inout [Float]) {
    let dimension = view.dimension
    var generator = SplitMix64(seed: 1)
    var sum = [Float](repeating: 0, count: dimension)
    let known = Set(terms.map(\.neighbour))
    var negatives: [UInt32] = []
    for _ in 0..<4 * Self.negativeCount where negatives.count < Self.negativeCount {
      let entity = UInt32(generator.next(below: UInt64(view.entities.rowCount)))
      if !known.contains(entity) { negatives.append(entity) }
    }
    var rows: [Float] = []
    for entity in negatives {
      rows.append(contentsOf: UnsafeBufferPointer(start: view.entities.row(Int(entity)), count: dimension))
    }
    for step in 0..<Self.steps {
      var gradient = [Float](repeating: 0, count: dimension)
      for term in terms { add(term, position, rows, negatives.count, to: &gradient) }
      let rate = 0.05 * (1 - Float(step) / Float(Self.steps))
      Kernels.adagrad(&position, sum: &sum, gradient: gradient, rate: rate, dimension)
    }
  }

  /// Adds the gradient of one relation's two questions by the new node's position.
  private func add(
    _ term: FoldInRelation, _ position: [Float], _ negatives: [Float], _ count: Int, to gradient: inout [Float]
  ) {
    let dimension = view.dimension
    let isIncoming = term.direction == .incoming
    let neighbour = view.entities.row(Int(term.neighbour))
    var unused = [Float](repeating: 0, count: max(1, count) * dimension)
    let query = position.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { view.query(from: $0, relation: term.relation, inverse: isIncoming) } ?? []
    }
    var distances = [Float](repeating: 0, count: max(1, count))
    comparison.distances(query, rows: negatives, count: count, into: &distances)
    var positive: Float = 0
    comparison.distances(query, rows: neighbour, count: 1, into: &positive)
    var weights = [Float](repeating: 0, count: max(1, count))
    var positiveWeight = loss.derivatives(positive: positive, negatives: distances, count: count, into: &weights)
    let index = (0..<UInt32(max(1, count))).map { $0 }
    var queryGradient = [Float](repeating: 0, count: dimension)
    comparison.addGradient(
      query: query, rows: negatives, distances: distances, index: index, weight: &weights, count: count,
      queryGradient: &queryGradient, rowGradient: &unused)
    comparison.addGradient(
      query: query, rows: neighbour, distances: &positive, index: index, weight: &positiveWeight, count: 1,
      queryGradient: &queryGradient, rowGradient: &unused)
    view.scorer.backpropagate(
      gradient: &queryGradient, entity: position, relation: view.relationRow(term.relation, inverse: isIncoming),
      inverse: isIncoming, intoRelation: &unused)
    for i in 0..<dimension { gradient[i] += queryGradient[i] }

    // The neighbour's own question, with the new node as its answer.
    let asked = view.query(entity: term.neighbour, relation: term.relation, inverse: !isIncoming)
    comparison.distances(position, rows: asked, count: 1, into: &positive)
    positiveWeight = sigmoid(positive - loss.margin)
    comparison.addGradient(
      query: position, rows: asked, distances: &positive, index: index, weight: &positiveWeight, count: 1,
      queryGradient: &gradient, rowGradient: &unused)
  }
}
