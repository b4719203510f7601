extension TransEView {
  /// Where the answers to a question lie, such as TransE's h + r for (entity, relation, ?) and t + r′, or t − r
  /// without reciprocal relations, for (?, relation, entity) where `inverse`. See ``EmbeddingScorer``.
  /// - Precondition: both ids are rows of the model.
  package func query(entity: UInt32, relation: UInt32, inverse: Bool) -> [Float] {
    query(from: entities.row(Int(entity)), relation: relation, inverse: inverse)
  }

  /// The same from a vector that need not be a row, such as a folded-in node's.
  func query(from vector: UnsafePointer<Float>, relation: UInt32, inverse: Bool) -> [Float] {
    let row = relationRow(relation, inverse: inverse)
    return [Float](unsafeUninitializedCapacity: dimension) { buffer, count in
      if let base = buffer.baseAddress {
        scorer.makeQuery(entity: vector, relation: row, inverse: inverse, into: base)
      }
      count = dimension
    }
  }

  /// The relation's row for a direction.
  func relationRow(_ relation: UInt32, inverse: Bool) -> UnsafePointer<Float> {
    (inverse ? inverseRelations ?? relations : relations).row(Int(relation))
  }
}
