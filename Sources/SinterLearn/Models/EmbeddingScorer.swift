internal import SinterKernels

/// The part of an embedding model that turns (entity, relation) into the vector with which candidates are
/// compared, and carries that vector's gradient back. The model is looked at once per question, never per number.
///
/// With reciprocal relations the question (?, r, t) has a relation row of its own (Lacroix et al. 2018) and is made
/// like any other; without them the relation is undone: t − r, t·r̄.
struct EmbeddingScorer: Sendable {
  let model: EmbeddingModel
  let comparison: Comparison
  let isReciprocal: Bool

  init(model: EmbeddingModel, norm: DistanceNorm, dimension: Int, isReciprocal: Bool) {
    self.model = model
    self.isReciprocal = isReciprocal
    let kind: Comparison.Kind =
      switch model {
      case .transe:
        switch norm {
        case .l1: .l1
        case .l2: .l2
        case .squaredL2: .squaredL2
        }
      case .rotate: .modulus
      case .distmult, .complex: .dot
      }
    comparison = Comparison(kind: kind, dimension: dimension)
  }

  init(_ configuration: TransEConfiguration) {
    self.init(
      model: configuration.model, norm: configuration.norm, dimension: configuration.dimension,
      isReciprocal: configuration.reciprocalRelations)
  }

  private var dimension: Int { comparison.dimension }

  /// Rows of the relation table for `relationCount` relations.
  func relationRows(_ relationCount: Int) -> Int { isReciprocal ? 2 * relationCount : relationCount }

  /// The relation row used by a question; `inverse` asks for the head.
  @inline(__always)
  func relationRow(_ relation: Int, inverse: Bool, relationCount: Int) -> Int {
    inverse && isReciprocal ? relation + relationCount : relation
  }

  /// Writes the query of (entity, relation, ?), or of (?, relation, entity) where `inverse`.
  ///
  /// Queries of bilinear models are negated, so that for every model less is better.
  func makeQuery(
    entity: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool, into query: UnsafeMutablePointer<Float>
  ) {
    let undoes = inverse && !isReciprocal
    switch model {
    case .transe: Kernels.addScaled(entity, undoes ? -1 : 1, relation, into: query, dimension)
    case .rotate:
      Kernels.complexDirection(relation, into: query, dimension)
      Kernels.complexMultiply(entity, query, conjugating: undoes, into: query, dimension)
    case .distmult: Kernels.multiply(entity, relation, scale: -1, into: query, dimension)
    case .complex: Kernels.complexMultiply(entity, relation, conjugating: undoes, scale: -1, into: query, dimension)
    }
  }

  /// Writes the gradient of the relation row, given the query's, and replaces the query's by the entity's.
  func backpropagate(
    gradient: UnsafeMutablePointer<Float>, entity: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool,
    intoRelation relationGradient: UnsafeMutablePointer<Float>
  ) {
    let undoes = inverse && !isReciprocal
    switch model {
    case .transe:
      // A translation moves the query as it moves itself and as it moves the entity.
      let sign: Float = undoes ? -1 : 1
      for i in 0..<dimension { relationGradient[i] = sign * gradient[i] }
    case .rotate:
      differentiateRotation(gradient, entity, relation, undoes, relationGradient)
    case .distmult:
      Kernels.multiply(gradient, entity, scale: -1, into: relationGradient, dimension)
      Kernels.multiply(gradient, relation, scale: -1, into: gradient, dimension)
    case .complex:
      product(gradient, entity, undoes, scale: -1, into: relationGradient)
      Kernels.complexMultiply(gradient, relation, conjugating: !undoes, scale: -1, into: gradient, dimension)
    }
  }

  /// The gradient of r where the query is e·r or, undone, e·r̄.
  private func product(
    _ gradient: UnsafePointer<Float>, _ entity: UnsafePointer<Float>, _ undoes: Bool, scale: Float = 1,
    into out: UnsafeMutablePointer<Float>
  ) {
    if undoes {
      Kernels.complexMultiply(entity, gradient, conjugating: true, scale: scale, into: out, dimension)
    } else {
      Kernels.complexMultiply(gradient, entity, conjugating: true, scale: scale, into: out, dimension)
    }
  }

  /// A rotation's row is any complex vector and acts by its direction u = r/|r|, so its gradient is u's without the
  /// part along u, over |r|.
  private func differentiateRotation(
    _ gradient: UnsafeMutablePointer<Float>, _ entity: UnsafePointer<Float>, _ relation: UnsafePointer<Float>,
    _ undoes: Bool, _ relationGradient: UnsafeMutablePointer<Float>
  ) {
    product(gradient, entity, undoes, into: relationGradient)
    withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { buffer in
      guard let direction = buffer.baseAddress else { return }
      Kernels.complexDirection(relation, into: direction, dimension)
      Kernels.complexMultiply(gradient, direction, conjugating: !undoes, into: gradient, dimension)
      let half = dimension / 2
      for i in 0..<half {
        let (re, im) = (direction[i], direction[half + i])
        let along = relationGradient[i] * re + relationGradient[half + i] * im
        let modulus = max((relation[i] * relation[i] + relation[half + i] * relation[half + i]).squareRoot(), 1e-20)
        relationGradient[i] = (relationGradient[i] - along * re) / modulus
        relationGradient[half + i] = (relationGradient[half + i] - along * im) / modulus
      }
    }
  }

  /// Adds where the relation, undone, would put the entity whose query answers `answer`: t − r, t·r̄. For bilinear
  /// models, the direction in which the score of `answer` grows.
  func addOrigin(
    ofAnswer answer: UnsafePointer<Float>, relation: UnsafePointer<Float>, inverse: Bool, to sum: UnsafeMutablePointer<Float>
  ) {
    let undoes = inverse && !isReciprocal
    withUnsafeTemporaryAllocation(of: Float.self, capacity: dimension) { buffer in
      guard let origin = buffer.baseAddress else { return }
      switch model {
      case .transe: Kernels.addScaled(answer, undoes ? 1 : -1, relation, into: origin, dimension)
      case .rotate:
        Kernels.complexDirection(relation, into: origin, dimension)
        Kernels.complexMultiply(answer, origin, conjugating: !undoes, into: origin, dimension)
      case .distmult: Kernels.multiply(answer, relation, into: origin, dimension)
      case .complex: Kernels.complexMultiply(answer, relation, conjugating: !undoes, into: origin, dimension)
      }
      Kernels.axpy(1, origin, sum, dimension)
    }
  }
}
