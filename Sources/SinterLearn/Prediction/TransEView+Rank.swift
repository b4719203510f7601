package import SinterModel
internal import SinterKernels

extension TransEView {
  /// The k most plausible tails of (head, relation, ?), best first.
  ///
  /// - Parameters:
  ///   - candidates: what may be answered.
  ///   - excluded: ids that may not, such as the tails known already; in any order.
  /// - Throws: `LearnError.UnknownEntity`, `LearnError.UnknownRelation` where the model has no such row.
  /// - Complexity: O(candidates · dimension + k log k)
  package func rankTails(
    head: UInt32, relation: UInt32, k: Int, candidates: Candidates = .all, excluding excluded: [UInt32] = []
  ) throws(SinterError) -> [Prediction] {
    try check(entity: head)
    try check(relation: relation)
    return nearest(to: query(entity: head, relation: relation, inverse: false), k, candidates, excluded)
  }

  /// The k most plausible heads of (?, relation, tail), best first. See ``rankTails(head:relation:k:candidates:excluding:)``.
  package func rankHeads(
    relation: UInt32, tail: UInt32, k: Int, candidates: Candidates = .all, excluding excluded: [UInt32] = []
  ) throws(SinterError) -> [Prediction] {
    try check(entity: tail)
    try check(relation: relation)
    return nearest(to: query(entity: tail, relation: relation, inverse: true), k, candidates, excluded)
  }

  /// The same for a head or tail that is no row of the model, such as a folded-in node.
  /// - Throws: `LearnError.WrongDimension`, `LearnError.NotFinite`, `LearnError.UnknownRelation`.
  package func rankAnswers(
    of vector: [Float], relation: UInt32, inverse: Bool, k: Int, candidates: Candidates = .all,
    excluding excluded: [UInt32] = []
  ) throws(SinterError) -> [Prediction] {
    try check(vector)
    try check(relation: relation)
    let query = vector.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { self.query(from: $0, relation: relation, inverse: inverse) } ?? []
    }
    return nearest(to: query, k, candidates, excluded)
  }

  /// The k most plausible relations of (head, ?, tail), best first: σ of γ less the mean of the distances both ways.
  /// - Throws: `LearnError.UnknownEntity`.
  /// - Complexity: O(relations · dimension)
  package func rankRelations(
    head: UInt32, tail: UInt32, k: Int, candidates: Candidates = .all
  ) throws(SinterError) -> [Prediction] {
    try check(entity: head)
    try check(entity: tail)
    var best = TopK(k)
    forEach(candidates, below: relations.rowCount) { relation in
      var distance = self.distance(head: head, relation: relation, tail: tail, inverse: false)
      if inverseRelations != nil {
        distance = (distance + self.distance(head: head, relation: relation, tail: tail, inverse: true)) / 2
      }
      best.insert(relation, score: -distance)
    }
    return predictions(best)
  }

  /// The k entities most like a vector, best first: the nearest, scored by σ(γ − distance), or for bilinear models
  /// those of the largest cosine, which is the score.
  /// - Throws: `LearnError.WrongDimension`, `LearnError.NotFinite`.
  package func similar(
    to vector: [Float], k: Int, candidates: Candidates = .all, excluding excluded: [UInt32] = []
  ) throws(SinterError) -> [Prediction] {
    try check(vector)
    return model.isBilinear ? mostParallel(to: vector, k, candidates, excluded) : nearest(to: vector, k, candidates, excluded)
  }

  /// The score of a triple, as a tail of its head or, where `inverse`, as a head of its tail. The ranking
  /// functions give the same.
  /// - Throws: `LearnError.UnknownEntity`, `LearnError.UnknownRelation`.
  package func score(
    head: UInt32, relation: UInt32, tail: UInt32, inverse: Bool = false
  ) throws(SinterError) -> Double {
    try check(entity: head)
    try check(entity: tail)
    try check(relation: relation)
    return score(distance: distance(head: head, relation: relation, tail: tail, inverse: inverse))
  }

  /// The scores of many tails of one (head, relation, ?), in the order given; 0 for ids that are no rows.
  /// - Throws: `LearnError.UnknownEntity`, `LearnError.UnknownRelation`.
  package func scores(head: UInt32, relation: UInt32, tails: [UInt32]) throws(SinterError) -> [Double] {
    try check(entity: head)
    try check(relation: relation)
    let query = query(entity: head, relation: relation, inverse: false)
    return query.withUnsafeBufferPointer { query in
      guard let query = query.baseAddress else { return [] }
      return tails.map { tail in
        guard Int(tail) < entities.rowCount else { return 0 }
        return score(distance: comparison.distance(fromOrder: comparison.order(query, entities.row(Int(tail)))))
      }
    }
  }

  /// The distance of a triple by one of its two questions.
  func distance(head: UInt32, relation: UInt32, tail: UInt32, inverse: Bool) -> Float {
    let query = query(entity: inverse ? tail : head, relation: relation, inverse: inverse)
    return query.withUnsafeBufferPointer { query in
      guard let query = query.baseAddress else { return .infinity }
      return comparison.distance(
        fromOrder: comparison.order(query, entities.row(Int(inverse ? head : tail))))
    }
  }

  private func mostParallel(
    to vector: [Float], _ k: Int, _ candidates: Candidates, _ excluded: [UInt32]
  ) -> [Prediction] {
    let excluded = excluded.sorted()
    var best = TopK(k)
    vector.withUnsafeBufferPointer { buffer in
      guard let vector = buffer.baseAddress else { return }
      forEach(candidates, below: entities.rowCount) { id in
        let cosine = cosine(vector, entities.row(Int(id)))
        if cosine >= best.threshold, !contains(excluded, id) { best.insert(id, score: cosine) }
      }
    }
    return best.sorted().map { Prediction(id: $0.id, score: Double($0.score)) }
  }

  private func cosine(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
    let lengths = (Kernels.dot(a, a, dimension) * Kernels.dot(b, b, dimension)).squareRoot()
    return lengths > 0 ? Kernels.dot(a, b, dimension) / lengths : 0
  }

  private func nearest(
    to query: [Float], _ k: Int, _ candidates: Candidates, _ excluded: [UInt32]
  ) -> [Prediction] {
    let excluded = excluded.sorted()
    var best = TopK(k)
    query.withUnsafeBufferPointer { query in
      guard let query = query.baseAddress, k > 0 else { return }
      /// Few candidates come this far, so the search of the excluded is rarely made.
      func offer(_ id: UInt32, _ order: Float) {
        if -order >= best.threshold, !contains(excluded, id) { best.insert(id, score: -order) }
      }
      if case .all = candidates {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 256) { tile in
          guard let orders = tile.baseAddress else { return }
          entities.forEachTile(256) { first, base, count in
            comparison.order(query, rows: base, count: count, into: orders)
            for i in 0..<count { offer(UInt32(first + i), orders[i]) }
          }
        }
      } else {
        forEach(candidates, below: entities.rowCount) { id in
          offer(id, comparison.order(query, entities.row(Int(id))))
        }
      }
    }
    return predictions(best) { comparison.distance(fromOrder: $0) }
  }

  private func predictions(_ best: TopK, distance: (Float) -> Float = { $0 }) -> [Prediction] {
    best.sorted().map { Prediction(id: $0.id, score: score(distance: distance(-$0.score))) }
  }

  private func forEach(_ candidates: Candidates, below limit: Int, _ body: (UInt32) -> Void) {
    switch candidates {
    case .all:
      for id in 0..<limit { body(UInt32(id)) }
    case .list(let ids):
      for id in ids where Int(id) < limit { body(id) }
    case .bitmap(let words):
      for (position, word) in words.enumerated() {
        var rest = word
        while rest != 0 {
          let id = position * 64 + rest.trailingZeroBitCount
          if id >= limit { return }
          body(UInt32(id))
          rest &= rest - 1
        }
      }
    }
  }

  private func contains(_ sorted: [UInt32], _ id: UInt32) -> Bool {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < id { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == id
  }
}
