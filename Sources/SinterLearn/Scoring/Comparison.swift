internal import SinterKernels

/// How a query vector is compared with candidate rows: the part of a model that costs the time.
///
/// `order` values rank like distances (L2 leaves out the square root); `distance` turns one into the real thing.
struct Comparison: Sendable {
  let norm: DistanceNorm
  let dimension: Int

  /// The order value of every one of `count` contiguous rows.
  @inline(__always)
  func order(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    switch norm {
    case .l1: Kernels.l1(query, rows: rows, count: count, dimension, into: out)
    case .l2: Kernels.l2Squared(query, rows: rows, count: count, dimension, into: out)
    }
  }

  /// The order value of one row, the same bits as ``order(_:rows:count:into:)`` gives for it.
  @inline(__always)
  func order(_ query: UnsafePointer<Float>, _ row: UnsafePointer<Float>) -> Float {
    switch norm {
    case .l1: Kernels.l1(query, row, dimension)
    case .l2: Kernels.l2Squared(query, row, dimension)
    }
  }

  /// The distance that belongs to an order value.
  @inline(__always)
  func distance(fromOrder order: Float) -> Float { norm == .l1 ? order : order.squareRoot() }

  /// Distances of `count` contiguous rows.
  @inline(__always)
  func distances(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, into out: UnsafeMutablePointer<Float>
  ) {
    order(query, rows: rows, count: count, into: out)
    guard norm == .l2 else { return }
    for i in 0..<count { out[i] = out[i].squareRoot() }
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
    switch norm {
    case .l1:
      Kernels.l1Gradient(
        query: query, rows: rows, index: index, weight: weight, count: count, dimension,
        queryGradient: queryGradient, rowGradient: rowGradient)
    case .l2:
      // ∇‖q − x‖ = (q − x)/‖q − x‖: the distance goes into the weight.
      for k in 0..<count { weight[k] /= max(distances[Int(index[k])], 1e-6) }
      Kernels.l2Gradient(
        query: query, rows: rows, index: index, weight: weight, count: count, dimension,
        queryGradient: queryGradient, rowGradient: rowGradient)
    }
  }
}
