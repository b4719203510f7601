#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

extension TransEView {
  /// Where the tails of (vector, relation, ?) are expected.
  /// - Precondition: `vector` has ``dimension`` floats and `relation` is one of the model's.
  package func query(from vector: [Float], relation: UInt32) -> [Float] {
    vector.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { query(from: $0, relation: relation, inverse: false) } ?? []
    }
  }

  /// The distances of all entities from a point, by row.
  /// - Parameter distances: room for ``entities``' rows.
  /// - Complexity: O(entities · dimension)
  package func distances(from point: [Float], into distances: UnsafeMutablePointer<Float>) {
    point.withUnsafeBufferPointer { buffer in
      guard let point = buffer.baseAddress else { return }
      entities.forEachTile(256) { first, base, count in
        comparison.distances(point, rows: base, count: count, into: distances + first)
      }
    }
  }

  /// How much each known tail has to do with a tail's score, as shares that are not negative and add up to 1.
  ///
  /// The same kernel as ``explainTail(head:relation:tail:evidence:)`` uses, but for any query, such as a folded-in
  /// node's, and with a weight for each piece of evidence.
  /// - Parameter evidence: rows of the model with weights above 0.
  /// - Complexity: O(evidence · dimension)
  package func shares(
    ofTail tail: UInt32, query: [Float], evidence: [(row: UInt32, weight: Double)]
  ) -> [Double] {
    let detours = query.withUnsafeBufferPointer { query -> [Double] in
      guard let query = query.baseAddress else { return [] }
      let target = entities.row(Int(tail))
      return evidence.map { piece in
        let row = entities.row(Int(piece.row))
        return Double(comparison.apart(row, target))
          + Double(comparison.distance(fromOrder: comparison.order(query, row)))
      }
    }
    guard let least = detours.min() else { return [] }
    let spread = detours.reduce(0) { $0 + ($1 - least) } / Double(detours.count)
    let bandwidth = max(spread, Double(margin) / 100, .leastNormalMagnitude)
    let kernels = zip(detours, evidence).map { exp((least - $0) / bandwidth) * $1.weight }
    let total = kernels.reduce(0, +)
    return kernels.map { $0 / total }
  }
}

extension TransEView {
  /// The distance of one entity from a point.
  package func distance(from point: [Float], to entity: UInt32) -> Float {
    point.withUnsafeBufferPointer { buffer in
      guard let point = buffer.baseAddress else { return .infinity }
      var distance: Float = 0
      comparison.distances(point, rows: entities.row(Int(entity)), count: 1, into: &distance)
      return distance
    }
  }
}
