internal import CSinterKernels

/// Loops of the models with complex vectors, of inner products, and of training against all entities at once.
///
/// A complex vector of n floats has its n/2 real parts first, then its imaginary ones.
extension Kernels {
  /// `out` = scale·a∘b. `out` may be `a` or `b`.
  @inline(__always)
  package static func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, scale: Float = 1, into out: UnsafeMutablePointer<Float>,
    _ dimension: Int
  ) {
    sinter_multiply(a, b, scale, out, dimension)
  }

  /// `out` = scale·a·b over complex numbers, with b conjugated on request. `out` may be `a` or `b`.
  @inline(__always)
  package static func complexMultiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, conjugating: Bool = false, scale: Float = 1,
    into out: UnsafeMutablePointer<Float>, _ dimension: Int
  ) {
    sinter_complex_multiply(a, b, conjugating ? -1 : 1, scale, out, dimension)
  }

  /// Each complex number over its modulus.
  @inline(__always)
  package static func complexDirection(
    _ a: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>, _ dimension: Int
  ) {
    sinter_complex_direction(a, out, dimension)
  }

  /// Σ |a − b| over complex numbers.
  @inline(__always)
  package static func modulus(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> Float {
    sinter_modulus(a, b, dimension)
  }

  /// `out[i]` = Σ |query − row i| over complex numbers, the same bits as ``modulus(_:_:_:)`` gives for the row.
  @inline(__always)
  package static func modulus(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, _ dimension: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    sinter_modulus_rows(query, rows, count, dimension, out)
  }

  /// Adds the gradient of Σₖ weightₖ·modulus(query, rows[indexₖ]) to the query's gradient and to the rows'.
  @inline(__always)
  package static func modulusGradient(
    query: UnsafePointer<Float>, rows: UnsafePointer<Float>, index: UnsafePointer<UInt32>,
    weight: UnsafePointer<Float>, count: Int, _ dimension: Int, queryGradient: UnsafeMutablePointer<Float>,
    rowGradient: UnsafeMutablePointer<Float>
  ) {
    sinter_modulus_gradient(query, rows, index, weight, count, dimension, queryGradient, rowGradient)
  }

  /// Adds the gradient of Σₖ weightₖ·query·rows[indexₖ] to the query's gradient and to the rows'.
  @inline(__always)
  package static func dotGradient(
    query: UnsafePointer<Float>, rows: UnsafePointer<Float>, index: UnsafePointer<UInt32>,
    weight: UnsafePointer<Float>, count: Int, _ dimension: Int, queryGradient: UnsafeMutablePointer<Float>,
    rowGradient: UnsafeMutablePointer<Float>
  ) {
    sinter_dot_gradient(query, rows, index, weight, count, dimension, queryGradient, rowGradient)
  }

  /// `gradient` += scale·|x|·x, over complex numbers on request: a third of the gradient of Σ |x|³ for scale 1.
  @inline(__always)
  package static func cubicGradient(
    _ x: UnsafePointer<Float>, scale: Float, isComplex: Bool, into gradient: UnsafeMutablePointer<Float>,
    _ dimension: Int
  ) {
    sinter_cubic_gradient(x, scale, isComplex ? 1 : 0, gradient, dimension)
  }

  /// Replaces x by exp(minimum − x) and returns the sum.
  @inline(__always)
  package static func expSum(_ x: UnsafeMutablePointer<Float>, _ count: Int, minimum: Float) -> Float {
    sinter_exp_sum(x, count, minimum)
  }

  /// `out`[k, i] = scale·`x`[i, k], with `stride` floats between the rows of `out`.
  @inline(__always)
  package static func transpose(
    _ x: UnsafePointer<Float>, rows: Int, columns: Int, scale: Float, into out: UnsafeMutablePointer<Float>, stride: Int
  ) {
    sinter_transpose(x, rows, columns, scale, out, stride)
  }

  /// c += a·b, with a[i, k] at `i * rowStride + k * stepStride` (so that a transposed matrix needs no copy), b and
  /// c row-major with `ldb` and `ldc` floats between rows.
  @inline(__always)
  package static func multiplyAdd(
    a: UnsafePointer<Float>, rowStride: Int, stepStride: Int, b: UnsafePointer<Float>, ldb: Int,
    c: UnsafeMutablePointer<Float>, ldc: Int, rows: Int, columns: Int, depth: Int
  ) {
    sinter_multiply_add(a, rowStride, stepStride, b, ldb, c, ldc, rows, columns, depth)
  }
}
