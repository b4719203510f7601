internal import CSinterKernels

/// A matrix of 32-bit floats in rows, zero at first.
final class DenseMatrix: @unchecked Sendable {
  let rows: Int
  let columns: Int
  /// Floats from one row to the next.
  let stride: Int
  let base: UnsafeMutablePointer<Float>

  init(_ rows: Int, _ columns: Int) {
    self.rows = rows
    self.columns = columns
    stride = max(16, (columns + 15) & ~15)
    base = .allocate(capacity: max(1, rows * stride))
    base.initialize(repeating: 0, count: max(1, rows * stride))
  }

  deinit { base.deallocate() }

  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * stride }

  subscript(row: Int, column: Int) -> Float {
    get { base[row * stride + column] }
    set { base[row * stride + column] = newValue }
  }
}

/// The inverse of a symmetric positive definite matrix by Cholesky's factorisation, in blocks whose work is products
/// of matrices (Golub and Van Loan, Matrix Computations, 4.2).
///
/// A = L·Lᵀ; U = (L⁻¹)ᵀ; A⁻¹ = U·Uᵀ. Every product is of rows by rows, so all memory is walked forwards.
enum SymmetricInverse {
  private static let block = 64

  /// Replaces the lower triangle of `matrix` by that of its inverse.
  /// - Returns: false where the matrix is not positive definite to rounding.
  /// - Complexity: O(n³), with a second matrix of the same size
  static func invert(_ matrix: DenseMatrix, threads: Int, isCancelled: () -> Bool = { false }) -> Bool {
    let n = matrix.rows
    guard factor(matrix, n, threads, isCancelled) else { return false }
    let upper = DenseMatrix(n, n)
    let blocks = (n + block - 1) / block
    Workers.run(min(threads, blocks)) { worker in
      for j in stride(from: worker, to: blocks, by: min(threads, blocks)) { invertColumns(matrix, upper, j * block) }
    }
    Workers.run(min(threads, blocks)) { worker in
      for i in stride(from: worker, to: blocks, by: min(threads, blocks)) {
        let first = i * block
        let height = min(block, n - first)
        for r in 0..<height { for c in 0..<min(n, first + block) { matrix.row(first + r)[c] = 0 } }
        for j in 0...i {
          let other = j * block
          sinter_gemm_nt(
            height, min(block, n - other), n - first, 1, upper.row(first) + first, upper.stride, upper.row(other) + first,
            upper.stride, matrix.row(first) + other, matrix.stride)
        }
      }
    }
    return true
  }

  /// L in the lower triangle.
  private static func factor(_ a: DenseMatrix, _ n: Int, _ threads: Int, _ isCancelled: () -> Bool) -> Bool {
    for first in stride(from: 0, to: n, by: block) {
      if isCancelled() { return false }
      let width = min(block, n - first)
      sinter_gemm_nt(width, width, first, -1, a.row(first), a.stride, a.row(first), a.stride, a.row(first) + first, a.stride)
      guard factorDiagonal(a, first, width) else { return false }
      let below = n - first - width
      guard below > 0 else { continue }
      let workers = below * first > 1 << 18 ? min(threads, (below + block - 1) / block) : 1
      Workers.run(workers) { worker in
        let share = (below + workers - 1) / workers
        let start = first + width + worker * share
        let count = min(share, n - start)
        guard count > 0 else { return }
        sinter_gemm_nt(
          count, width, first, -1, a.row(start), a.stride, a.row(first), a.stride, a.row(start) + first, a.stride)
        for i in start..<start + count {
          let row = a.row(i) + first
          for c in 0..<width {
            let pivot = a.row(first + c) + first
            var sum = row[c]
            for p in 0..<c { sum -= row[p] * pivot[p] }
            row[c] = sum / pivot[c]
          }
        }
      }
    }
    return true
  }

  private static func factorDiagonal(_ a: DenseMatrix, _ first: Int, _ width: Int) -> Bool {
    for c in 0..<width {
      let row = a.row(first + c) + first
      for p in 0...c {
        let other = a.row(first + p) + first
        var sum = Double(row[p])
        for q in 0..<p { sum -= Double(row[q]) * Double(other[q]) }
        if p < c {
          row[p] = Float(sum / Double(other[p]))
        } else {
          guard sum > 0, sum.isFinite else { return false }
          row[c] = Float(sum.squareRoot())
        }
      }
    }
    return true
  }

  /// Fills the rows of U that belong to one block of columns of L⁻¹.
  private static func invertColumns(_ l: DenseMatrix, _ u: DenseMatrix, _ first: Int) {
    let n = l.rows
    let width = min(block, n - first)
    let sums = DenseMatrix(block, block)
    for start in stride(from: first, to: n, by: block) {
      let height = min(block, n - start)
      for r in 0..<height { for c in 0..<width { sums.row(r)[c] = start == first && r == c ? -1 : 0 } }
      if start > first {
        sinter_gemm_nt(
          height, width, start - first, 1, l.row(start) + first, l.stride, u.row(first) + first, u.stride, sums.base,
          sums.stride)
      }
      // M = −L⁻¹·sums, by forward substitution.
      for r in 0..<height {
        let row = l.row(start + r) + start
        for c in 0..<width {
          var sum = -sums.row(r)[c]
          for p in 0..<r { sum -= row[p] * u.row(first + c)[start + p] }
          u.row(first + c)[start + r] = sum / row[r]
        }
      }
    }
  }
}
