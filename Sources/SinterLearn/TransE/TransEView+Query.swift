internal import SinterKernels

extension TransEView {
  /// Where the answers to a question lie: h + r for (entity, relation, ?); t + r′, or t − r without reciprocal
  /// relations, for (?, relation, entity) where `inverse`.
  /// - Precondition: both ids are rows of the model.
  package func query(entity: UInt32, relation: UInt32, inverse: Bool) -> [Float] {
    query(from: entities.row(Int(entity)), relation: relation, inverse: inverse)
  }

  /// The same from a vector that need not be a row, such as a folded-in node's.
  func query(from vector: UnsafePointer<Float>, relation: UInt32, inverse: Bool) -> [Float] {
    let (translation, sign) = translation(relation, inverse: inverse)
    return [Float](unsafeUninitializedCapacity: dimension) { buffer, count in
      if let base = buffer.baseAddress { Kernels.addScaled(vector, sign, translation, into: base, dimension) }
      count = dimension
    }
  }

  /// The translation of a direction and the sign with which it applies.
  func translation(_ relation: UInt32, inverse: Bool) -> (row: UnsafePointer<Float>, sign: Float) {
    guard inverse else { return (relations.row(Int(relation)), 1) }
    if let inverseRelations { return (inverseRelations.row(Int(relation)), 1) }
    return (relations.row(Int(relation)), -1)
  }
}
