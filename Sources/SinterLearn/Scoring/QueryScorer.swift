internal import SinterKernels

/// The part of an embedding model that turns (entity, relation) into the vector with which candidates are
/// compared, and carries that vector's gradient back. Models that differ only here share everything else.
protocol QueryScorer: Sendable {
  /// How the query is compared with candidates.
  var comparison: Comparison { get }
  /// Rows of the relation table for `relationCount` relations.
  func relationRows(_ relationCount: Int) -> Int
  /// The relation row used by a question; `inverse` asks for the head.
  func relationRow(_ relation: Int, inverse: Bool, relationCount: Int) -> Int
  /// Writes the query of (entity, relation, ?), or of (?, relation, entity) where `inverse`.
  func makeQuery(
    entity: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool, into query: UnsafeMutablePointer<Float>
  )
  /// Writes the gradient of the relation row, given the query's, and replaces the query's by the entity's.
  func backpropagate(
    gradient: UnsafeMutablePointer<Float>, entity: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool,
    intoRelation relationGradient: UnsafeMutablePointer<Float>
  )
}

/// TransE (Bordes et al. 2013): a relation is a translation, h + r ≈ t.
///
/// With reciprocal relations the head of (?, r, t) is sought at t + r′, with r′ a vector of its own (Lacroix et
/// al. 2018), otherwise at t − r.
struct TranslationScorer: QueryScorer {
  let comparison: Comparison
  let isReciprocal: Bool

  init(_ configuration: TransEConfiguration) {
    comparison = Comparison(norm: configuration.norm, dimension: configuration.dimension)
    isReciprocal = configuration.reciprocalRelations
  }

  func relationRows(_ relationCount: Int) -> Int { isReciprocal ? 2 * relationCount : relationCount }

  @inline(__always)
  func relationRow(_ relation: Int, inverse: Bool, relationCount: Int) -> Int {
    inverse && isReciprocal ? relation + relationCount : relation
  }

  @inline(__always)
  func makeQuery(
    entity: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool, into query: UnsafeMutablePointer<Float>
  ) {
    Kernels.addScaled(entity, inverse && !isReciprocal ? -1 : 1, relation, into: query, comparison.dimension)
  }

  @inline(__always)
  func backpropagate(
    gradient: UnsafeMutablePointer<Float>, entity: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool,
    intoRelation relationGradient: UnsafeMutablePointer<Float>
  ) {
    // A translation moves the query as it moves itself and as it moves the entity.
    let sign: Float = inverse && !isReciprocal ? -1 : 1
    for i in 0..<comparison.dimension { relationGradient[i] = sign * gradient[i] }
  }
}
