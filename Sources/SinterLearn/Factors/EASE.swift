package import SinterModel

/// EASE, the shallow linear autoencoder (Steck, Embarrassingly Shallow Autoencoders for Sparse Data, 2019).
///
/// B minimises ‖X − X·B‖² + λ‖B‖² with a zero diagonal; with P = (XᵀX + λI)⁻¹ it is B_ji = −P_ji / P_ii. The score of
/// item i is Σ_j x_j · B_ji over what a user had.
package enum EASE {
  /// - Parameters:
  ///   - regularisation: λ.
  ///   - neighbours: links kept of each item.
  ///   - denseLimit: at most so many items, the most popular, take part: the inverse needs 8 · denseLimit² bytes.
  /// - Returns: rows of the items of `behaviour`; those of items that take no part are empty.
  /// - Throws: `LearnError.Diverged` where the matrix cannot be inverted; `LearnError.Cancelled`.
  /// - Complexity: O(Σ items of a user², and items³)
  package static func train(
    _ behaviour: Behaviour, regularisation: Double, neighbours: Int, denseLimit: Int = 8_192, threads: Int,
    isCancelled: () -> Bool = { false }
  ) throws(SinterError) -> ItemModel {
    let counts = behaviour.counts()
    var chosen = counts.indices.filter { counts[$0] > 0 }
    if chosen.count > denseLimit {
      chosen.sort { (counts[$0], $1) > (counts[$1], $0) }
      chosen.removeLast(chosen.count - denseLimit)
      chosen.sort()
    }
    let n = chosen.count
    var number = [Int](repeating: -1, count: behaviour.itemCount)
    for (position, item) in chosen.enumerated() { number[item] = position }
    let matrix = gram(behaviour, number, n)
    for i in 0..<n { matrix[i, i] += Float(regularisation) }
    guard SymmetricInverse.invert(matrix, threads: threads, isCancelled: isCancelled) else {
      if isCancelled() { throw SinterError("LearnError.Cancelled", "Training was cancelled; no model was made.") }
      throw SinterError(
        "LearnError.Diverged", "EASE cannot invert its matrix at regularisation \(regularisation): choose a larger one.")
    }
    var model = ItemModel()
    var links: [(target: UInt32, weight: Float)] = []
    for item in 0..<behaviour.itemCount {
      links.removeAll(keepingCapacity: true)
      let row = number[item]
      if row >= 0 {
        for other in 0..<n where other != row {
          let value = other < row ? matrix[row, other] : matrix[other, row]
          if value != 0 { links.append((UInt32(chosen[other]), -value / matrix[other, other])) }
        }
      }
      model.append(links, limit: neighbours)
    }
    return model
  }

  /// XᵀX of the chosen items, lower triangle.
  private static func gram(_ behaviour: Behaviour, _ number: [Int], _ n: Int) -> DenseMatrix {
    let matrix = DenseMatrix(n, n)
    var mine: [Int] = []
    for user in 0..<behaviour.userCount {
      mine.removeAll(keepingCapacity: true)
      for item in behaviour.items[behaviour.offsets[user]..<behaviour.offsets[user + 1]] where number[Int(item)] >= 0 {
        mine.append(number[Int(item)])
      }
      mine.sort()
      for a in mine.indices {
        let row = matrix.row(mine[a])
        for b in 0...a { row[mine[b]] += 1 }
      }
    }
    return matrix
  }
}
