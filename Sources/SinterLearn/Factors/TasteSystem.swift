/// The system of ``ImplicitALS`` for one user, in double precision, so that a score and the sum of its parts agree.
package struct TasteSystem {
  private let dimension: Int
  /// L of Cholesky's factorisation, in the lower triangle.
  private var matrix: [Double]

  /// A = `gram` + λI + Σ confidence · y·yᵀ over the given rows, factored.
  package init(_ factors: ItemFactors, regularisation: Double, rows: [(row: Int, confidence: Double)]) {
    let d = factors.dimension
    dimension = d
    matrix = factors.gram.map { Double($0) }
    for k in 0..<d { matrix[k * d + k] += regularisation }
    for (row, confidence) in rows {
      let y = factors.items[row * d..<(row + 1) * d].map { Double($0) }
      for a in 0..<d {
        let scaled = confidence * y[a]
        for b in 0...a { matrix[a * d + b] += scaled * y[b] }
      }
    }
    for i in 0..<d {
      for j in 0...i {
        var sum = matrix[i * d + j]
        for p in 0..<j { sum -= matrix[i * d + p] * matrix[j * d + p] }
        // λ keeps A positive definite; rounding may still bring a pivot to 0.
        matrix[i * d + j] = j < i ? sum / matrix[j * d + j] : max(sum, 1e-12).squareRoot()
      }
    }
  }

  /// A⁻¹x.
  package func solve(_ x: [Double]) -> [Double] {
    let d = dimension
    var x = x
    for i in 0..<d {
      var sum = x[i]
      for p in 0..<i { sum -= matrix[i * d + p] * x[p] }
      x[i] = sum / matrix[i * d + i]
    }
    for i in stride(from: d - 1, through: 0, by: -1) {
      x[i] /= matrix[i * d + i]
      for p in 0..<i { x[p] -= x[i] * matrix[i * d + p] }
    }
    return x
  }
}
