internal import CSinterKernels

/// Loops over contiguous `Float`s, compiled for AVX-512, AVX2 and the baseline of the architecture, and chosen
/// once when the program is loaded.
///
/// Pointers need no more alignment than `Float`'s, so rows may be read in place from a memory map. Matrices are
/// row-major. Nothing here allocates or fails; lengths are the caller's word.
package enum Kernels {
  /// The instruction set in use: `avx512`, `avx2` or `baseline`.
  package static var name: String { String(cString: sinter_kernel_name()) }

  /// Σ |a − b|.
  @inline(__always)
  package static func l1(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> Float {
    sinter_l1(a, b, dimension)
  }

  /// Σ (a − b)², without the square root.
  @inline(__always)
  package static func l2Squared(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> Float {
    sinter_l2_squared(a, b, dimension)
  }

  /// Σ a·b.
  @inline(__always)
  package static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ dimension: Int) -> Float {
    sinter_dot(a, b, dimension)
  }

  /// Σ |a − b| over the shorter of the two.
  package static func l1(_ a: Span<Float>, _ b: Span<Float>) -> Float { pairwise(a, b, sinter_l1) }
  /// Σ (a − b)² over the shorter of the two.
  package static func l2Squared(_ a: Span<Float>, _ b: Span<Float>) -> Float { pairwise(a, b, sinter_l2_squared) }
  /// Σ a·b over the shorter of the two.
  package static func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float { pairwise(a, b, sinter_dot) }

  private static func pairwise(
    _ a: Span<Float>, _ b: Span<Float>, _ kernel: (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Float
  ) -> Float {
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        guard let x = a.baseAddress, let y = b.baseAddress else { return 0 }
        return kernel(x, y, min(a.count, b.count))
      }
    }
  }

  /// `out[i]` = Σ |query − row i|, the same bits as ``l1(_:_:_:)`` gives for the row.
  @inline(__always)
  package static func l1(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, _ dimension: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    sinter_l1_rows(query, rows, count, dimension, out)
  }

  /// `out[i]` = Σ (query − row i)², the same bits as ``l2Squared(_:_:_:)`` gives for the row.
  @inline(__always)
  package static func l2Squared(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, _ dimension: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    sinter_l2_squared_rows(query, rows, count, dimension, out)
  }

  /// `out[i]` = Σ query · row i, the same bits as ``dot(_:_:_:)`` gives for the row.
  @inline(__always)
  package static func dot(
    _ query: UnsafePointer<Float>, rows: UnsafePointer<Float>, count: Int, _ dimension: Int,
    into out: UnsafeMutablePointer<Float>
  ) {
    sinter_dot_rows(query, rows, count, dimension, out)
  }

  /// `y` += `a`·`x`.
  @inline(__always)
  package static func axpy(
    _ a: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>, _ dimension: Int
  ) {
    sinter_axpy(a, x, y, dimension)
  }

  /// `out` = `x` + `a`·`y`.
  @inline(__always)
  package static func addScaled(
    _ x: UnsafePointer<Float>, _ a: Float, _ y: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>,
    _ dimension: Int
  ) {
    sinter_add_scaled(x, a, y, out, dimension)
  }
}
