internal import SinterKernels

/// How a query vector is compared with candidate rows: the part of a model that costs the time.
///
/// Less is better throughout. `order` values rank like distances (L2 leaves out the square root); `distance` turns
/// one into the real thing. The "distance" of an inner product is the product itself, with a negated query.
struct Comparison: Sendable {
  enum Kind: Sendable {
    case l1
    case l2
    case squaredL2
    /// Σ |qᵢ − xᵢ| over complex numbers.
    case modulus
    case dot
  }

  let kind: Kind
  let dimension: Int

  /// The order value of every one of `count` contiguous rows.
  @inline(__always)
  func order(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch kind {
    case .l1: Kernels.l1(query, rows: rows, count: count, dimension, into: out)
    case .l2, .squaredL2: Kernels.l2Squared(query, rows: rows, count: count, dimension, into: out)
    case .modulus: Kernels.modulus(query, rows: rows, count: count, dimension, into: out)
    case .dot: Kernels.dot(query, rows: rows, count: count, dimension, into: out)
    }
  }

  /// The order value of one row, the same bits as ``order(_:rows:count:into:)`` gives for it.
  @inline(__always)
  func order(_ query: UnsafePointer<Float>, _ row: UnsafePointer<Float>) -> Float {
    switch kind {
    case .l1: Kernels.l1(query, row, dimension)
    case .l2, .squaredL2: Kernels.l2Squared(query, row, dimension)
    case .modulus: Kernels.modulus(query, row, dimension)
    case .dot: Kernels.dot(query, row, dimension)
    }
  }

  /// The distance that belongs to an order value.
  @inline(__always)
  func distance(fromOrder order: Float) -> Float { kind == .l2 ? order.squareRoot() : order }

  /// Distances of `count` contiguous rows.
  @inline(__always)
  func distances(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    order(query, rows: rows, count: count, into: out)
    guard kind == .l2 else { return }
    for i in 0..<count { out[i] = out[i].squareRoot() }
  }

  /// How far two entities lie apart: their distance, or for inner products the product, negated.
  func apart(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>) -> Float {
    kind == .dot ? -Kernels.dot(a, b, dimension) : distance(fromOrder: order(a, b))
  }

  /// Adds the gradient of Σₖ weightₖ·distance(query, rows[indexₖ]) to the query's and the rows' gradients.
  ///
  /// `distances` are those of all rows; `weight` is overwritten for L2.
  @inline(__always)
  func addGradient(
    query: UnsafePointer<Float>, rows: UnsafePointer<Float>, distances: UnsafePointer<Float>,
    index: UnsafePointer<UInt32>, weight: UnsafeMutablePointer<Float>, count: Int,
    queryGradient: UnsafeMutablePointer<Float>, rowGradient: UnsafeMutablePointer<Float>
  ) {
    switch kind {
    case .l1:
      Kernels.l1Gradient(
        query: query, rows: rows, index: index, weight: weight, count: count, dimension,
        queryGradient: queryGradient, rowGradient: rowGradient)
    case .l2, .squaredL2:
      // ∇‖q − x‖ = (q − x)/‖q − x‖: the distance goes into the weight; ∇‖q − x‖² = 2(q − x).
      if kind == .l2 {
        for k in 0..<count { weight[k] /= max(distances[Int(index[k])], 1e-6) }
      } else {
        for k in 0..<count { weight[k] *= 2 }
      }
      Kernels.l2Gradient(
        query: query, rows: rows, index: index, weight: weight, count: count, dimension,
        queryGradient: queryGradient, rowGradient: rowGradient)
    case .modulus:
      Kernels.modulusGradient(
        query: query, rows: rows, index: index, weight: weight, count: count, dimension,
        queryGradient: queryGradient, rowGradient: rowGradient)
    case .dot:
      Kernels.dotGradient(
        query: query, rows: rows, index: index, weight: weight, count: count, dimension,
        queryGradient: queryGradient, rowGradient: rowGradient)
    }
  }
}
