internal import SinterKernels

/// A small symmetric system A·x = b, built from rank-one terms and solved by Cholesky's factorisation.
final class NormalEquations {
  private let dimension: Int
  private let matrix: UnsafeMutablePointer<Float>
  private let right: UnsafeMutablePointer<Float>

  init(_ dimension: Int) {
    self.dimension = dimension
    matrix = .allocate(capacity: dimension * dimension)
    right = .allocate(capacity: dimension)
    matrix.initialize(repeating: 0, count: dimension * dimension)
    right.initialize(repeating: 0, count: dimension)
  }

  deinit {
    matrix.deallocate()
    right.deallocate()
  }

  /// A = `gram` + λI, b = 0.
  func start(_ gram: [Float], regularisation: Double) {
    for k in 0..<dimension * dimension { matrix[k] = gram[k] }
    for k in 0..<dimension {
      matrix[k * dimension + k] += Float(regularisation)
      right[k] = 0
    }
  }

  /// A += confidence · y·yᵀ, b += preference · y.
  func add(_ y: UnsafePointer<Float>, confidence: Double, preference: Double) {
    for k in 0..<dimension { Kernels.axpy(Float(confidence) * y[k], y, matrix + k * dimension, k + 1) }
    Kernels.axpy(Float(preference), y, right, dimension)
  }

  /// Solves; A is spent.
  func solve(into x: UnsafeMutablePointer<Float>) {
    factor()
    for k in 0..<dimension { x[k] = right[k] }
    substitute(x)
  }

  private func factor() {
    let d = dimension
    for i in 0..<d {
      let row = matrix + i * d
      for j in 0...i {
        let other = matrix + j * d
        let sum = row[j] - (j > 0 ? Kernels.dot(row, other, j) : 0)
        // λ keeps A positive definite; rounding may still bring a pivot to 0.
        row[j] = j < i ? sum / other[j] : max(sum, 1e-12).squareRoot()
      }
    }
  }

  private func substitute(_ x: UnsafeMutablePointer<Float>) {
    let d = dimension
    for i in 0..<d { x[i] = (x[i] - (i > 0 ? Kernels.dot(matrix + i * d, x, i) : 0)) / matrix[i * d + i] }
    for i in stride(from: d - 1, through: 0, by: -1) {
      x[i] /= matrix[i * d + i]
      if i > 0 { Kernels.axpy(-x[i], matrix + i * d, x, i) }
    }
  }
}
