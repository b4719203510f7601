package import SinterModel
internal import SinterKernels
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// Bayesian personalised ranking (Rendle et al. 2009) of factored item similarities (FISM, Kabbur et al. 2013).
///
/// A user is what they had: x_u = Σ_j p_j / √n over their n items j (the item in question left out while training);
/// score(u, i) = b_i + x_u·q_i. For what happened i and what did not k, ln σ(score(i) − score(k)) is maximised by
/// stochastic gradient steps. So a score is a sum over the user's items, and a new user needs no training.
package enum BPR {
  /// - Returns: the items' factors, and the mean loss of each epoch.
  package static func train(
    _ behaviour: Behaviour, _ options: FactorOptions, isCancelled: () -> Bool = { false }
  ) throws(SinterError) -> (factors: ItemFactors, losses: [Double]) {
    let d = options.dimension
    var generator = SplitMix64(seed: options.seed, stream: 0xb94)
    let tastes = FactorRows(behaviour.itemCount, d)
    let items = FactorRows(behaviour.itemCount, d)
    for k in 0..<behaviour.itemCount * d {
      tastes.base[k] = (generator.unitFloat() - 0.5) * 0.1
      items.base[k] = (generator.unitFloat() - 0.5) * 0.1
    }
    var state = State(tastes, items, [Float](repeating: 0, count: behaviour.itemCount), generator, options)
    var order = (0..<behaviour.userCount).filter { behaviour.offsets[$0 + 1] - behaviour.offsets[$0] > 1 }
    guard !order.isEmpty else {
      throw SinterError("LearnError.NoTriples", "There is nothing to learn from: nobody has two items.")
    }
    var losses: [Double] = []
    for epoch in 0..<options.epochs {
      if isCancelled() { throw SinterError("LearnError.Cancelled", "Training was cancelled; no model was made.") }
      order.shuffle(using: &state.generator)
      state.rate = Float(options.learningRate) * (1 - Float(epoch) / Float(options.epochs))
      var loss = 0.0
      for user in order { loss += state.step(behaviour, user) }
      loss /= Double(behaviour.items.count)
      guard loss.isFinite else {
        throw SinterError("LearnError.Diverged", "BPR lost its way: choose a smaller learningRate.")
      }
      losses.append(loss)
    }
    func array(_ rows: FactorRows) -> [Float] { Array(UnsafeBufferPointer(start: rows.base, count: behaviour.itemCount * d)) }
    return (ItemFactors(dimension: d, items: array(items), tastes: array(tastes), biases: state.biases), losses)
  }

  private struct State {
    let tastes: FactorRows
    let items: FactorRows
    var biases: [Float]
    var generator: SplitMix64
    let regularisation: Float
    var rate: Float = 0
    private var sum: [Float]
    private var gradient: [Float]
    private var taste: [Float]
    private var mine: Set<UInt32> = []

    init(_ tastes: FactorRows, _ items: FactorRows, _ biases: [Float], _ generator: SplitMix64, _ options: FactorOptions) {
      self.tastes = tastes
      self.items = items
      self.biases = biases
      self.generator = generator
      regularisation = Float(options.regularisation)
      sum = [Float](repeating: 0, count: options.dimension)
      gradient = sum
      taste = sum
    }

    /// One pass over a user's items, each against a random other one.
    /// - Returns: the sum of −ln σ.
    mutating func step(_ behaviour: Behaviour, _ user: Int) -> Double {
      let d = sum.count
      let range = behaviour.offsets[user]..<behaviour.offsets[user + 1]
      mine.removeAll(keepingCapacity: true)
      for item in behaviour.items[range] { mine.insert(item) }
      guard mine.count < behaviour.itemCount else { return 0 }
      let scale = 1 / Float(range.count - 1).squareRoot()
      var loss = 0.0
      sum.withUnsafeMutableBufferPointer { sumBuffer in
        gradient.withUnsafeMutableBufferPointer { gradientBuffer in
          taste.withUnsafeMutableBufferPointer { tasteBuffer in
            guard let sum = sumBuffer.baseAddress, let gradient = gradientBuffer.baseAddress,
              let taste = tasteBuffer.baseAddress
            else { return }
            for k in 0..<d { (sum[k], gradient[k]) = (0, 0) }
            for item in behaviour.items[range] { Kernels.axpy(1, tastes.row(Int(item)), sum, d) }
            for item in behaviour.items[range] {
              let i = Int(item)
              var other = UInt32(generator.next(below: UInt64(behaviour.itemCount)))
              while mine.contains(other) { other = UInt32(generator.next(below: UInt64(behaviour.itemCount))) }
              let k = Int(other)
              let (own, qi, qk) = (tastes.row(i), items.row(i), items.row(k))
              for c in 0..<d { taste[c] = (sum[c] - own[c]) * scale }
              let margin = biases[i] - biases[k] + Kernels.dot(taste, qi, d) - Kernels.dot(taste, qk, d)
              let weight = 1 / (1 + exp(margin))
              loss += Double(log1p(exp(-abs(margin))) + max(0, -margin))
              for c in 0..<d {
                gradient[c] += weight * (qi[c] - qk[c])
                let step = weight * taste[c]
                qi[c] += rate * (step - regularisation * qi[c])
                qk[c] -= rate * (step + regularisation * qk[c])
              }
              biases[i] += rate * (weight - regularisation * biases[i])
              biases[k] -= rate * (weight + regularisation * biases[k])
            }
            // The items of a user share the gradient of their taste.
            let share = rate * scale
            for item in behaviour.items[range] {
              let row = tastes.row(Int(item))
              for c in 0..<d { row[c] += share * gradient[c] - rate * regularisation * row[c] / Float(range.count) }
            }
          }
        }
      }
      return loss
    }
  }
}
