/// How an embedding model scores a triple. All of them turn (entity, relation) into a query vector and compare it
/// with candidates; they differ in how the query is made and in what is compared.
package enum EmbeddingModel: String, Sendable, CaseIterable {
  /// −‖h + r − t‖ (Bordes et al. 2013): a relation is a translation.
  case transe
  /// −‖h∘r − t‖ over complex numbers, |rᵢ| = 1 (Sun et al. 2019): a relation is a rotation.
  case rotate
  /// Σ hᵢrᵢtᵢ (Yang et al. 2015): a relation weighs the coordinates. Symmetric, unless relations are reciprocal.
  case distmult
  /// Re Σ hᵢrᵢt̄ᵢ over complex numbers (Trouillon et al. 2016).
  case complex

  /// Whether vectors hold n/2 real parts, then n/2 imaginary ones.
  package var isComplex: Bool { self == .rotate || self == .complex }

  /// Whether a triple's score is an inner product, with no distance behind it.
  package var isBilinear: Bool { self == .distmult || self == .complex }
}
