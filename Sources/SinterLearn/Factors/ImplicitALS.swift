package import SinterModel
internal import SinterKernels

/// Implicit-feedback matrix factorisation by alternating least squares (Hu, Koren and Volinsky, Collaborative Filtering
/// for Implicit Feedback Datasets, 2008).
///
/// Minimises Σ_ui c_ui (p_ui − x_u·y_i)² + λ (Σ_u |x_u|² + Σ_i |y_i|²) with p = 1 and c = 1 + α for what happened, else
/// 0 and 1. A user is made from what they had when they are asked about, x_u = (YᵀCY + λI)⁻¹ Yᵀc, so a score is a sum
/// over their items j: c_j · y_iᵀ (YᵀCY + λI)⁻¹ y_j (their section 5).
package enum ImplicitALS {
  /// - Returns: the items' factors, and the objective after each epoch.
  package static func train(
    _ behaviour: Behaviour, _ options: FactorOptions, isCancelled: () -> Bool = { false }
  ) throws(SinterError) -> (factors: ItemFactors, losses: [Double]) {
    let d = options.dimension
    var generator = SplitMix64(seed: options.seed, stream: 0xa15)
    let items = FactorRows(behaviour.itemCount, d)
    for k in 0..<behaviour.itemCount * d { items.base[k] = (generator.unitFloat() - 0.5) * 0.2 }
    let users = FactorRows(behaviour.userCount, d)
    let lists = behaviour.byItem()
    var losses: [Double] = []
    for _ in 0..<options.epochs {
      if isCancelled() { throw SinterError("LearnError.Cancelled", "Training was cancelled; no model was made.") }
      solve(users, from: items, options) { user in behaviour.items[behaviour.offsets[user]..<behaviour.offsets[user + 1]] }
      solve(items, from: users, options) { item in lists.users[lists.starts[item]..<lists.starts[item + 1]] }
      let loss = objective(behaviour, users, items, options)
      guard loss.isFinite else {
        throw SinterError("LearnError.Diverged", "ALS lost its way: choose a larger regularisation.")
      }
      losses.append(loss)
    }
    return (ItemFactors(dimension: d, items: Array(UnsafeBufferPointer(start: items.base, count: behaviour.itemCount * d))), losses)
  }

  /// Solves all rows of one side while the other stands still.
  private static func solve(
    _ rows: FactorRows, from others: FactorRows, _ options: FactorOptions, _ pairs: (Int) -> ArraySlice<UInt32>
  ) {
    let d = options.dimension
    let gram = others.gram()
    let workers = max(1, min(options.threadCount, rows.count))
    Workers.run(workers) { worker in
      let system = NormalEquations(d)
      for row in stride(from: worker, to: rows.count, by: workers) {
        let list = pairs(row)
        system.start(gram, regularisation: options.regularisation)
        for other in list {
          system.add(others.row(Int(other)), confidence: options.alpha, preference: 1 + options.alpha)
        }
        system.solve(into: rows.row(row))
      }
    }
  }

  private static func objective(_ behaviour: Behaviour, _ users: FactorRows, _ items: FactorRows, _ options: FactorOptions) -> Double {
    let d = options.dimension
    let gram = items.gram()
    var sum = 0.0
    for user in 0..<behaviour.userCount {
      let x = users.row(user)
      // All pairs as if nothing had happened, by the Gram matrix.
      for a in 0..<d { for b in 0..<d { sum += Double(x[a]) * Double(x[b]) * Double(gram[a * d + b]) } }
      for item in behaviour.items[behaviour.offsets[user]..<behaviour.offsets[user + 1]] {
        let score = Double(Kernels.dot(x, items.row(Int(item)), d))
        sum += (1 + options.alpha) * (1 - score) * (1 - score) - score * score
      }
    }
    for rows in [users, items] {
      for k in 0..<rows.count * d { sum += options.regularisation * Double(rows.base[k]) * Double(rows.base[k]) }
    }
    return sum
  }
}

/// Rows of factors that threads fill side by side.
///
/// `@unchecked Sendable`: workers write different rows, and read only rows that nobody writes meanwhile.
final class FactorRows: @unchecked Sendable {
  let count: Int
  let dimension: Int
  let base: UnsafeMutablePointer<Float>

  init(_ count: Int, _ dimension: Int) {
    self.count = count
    self.dimension = dimension
    base = .allocate(capacity: max(1, count * dimension))
    base.initialize(repeating: 0, count: max(1, count * dimension))
  }

  deinit { base.deallocate() }

  @inline(__always)
  func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index * dimension }

  /// Σ row·rowᵀ, dimension × dimension.
  func gram() -> [Float] {
    var sums = [Float](repeating: 0, count: dimension * dimension)
    sums.withUnsafeMutableBufferPointer { sums in
      guard let out = sums.baseAddress else { return }
      for index in 0..<count {
        let row = row(index)
        for a in 0..<dimension where row[a] != 0 { Kernels.axpy(row[a], row, out + a * dimension, dimension) }
      }
    }
    return sums
  }
}
