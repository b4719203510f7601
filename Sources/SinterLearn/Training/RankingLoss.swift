#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif
internal import SinterKernels

/// The loss of one question as a function of distances, and its derivatives. Knows nothing of the model.
struct RankingLoss: Sendable {
  let kind: TrainingLoss
  let margin: Float
  let temperature: Float

  init(_ configuration: TransEConfiguration) {
    kind = configuration.loss
    margin = configuration.margin
    temperature = configuration.adversarialTemperature
  }

  /// The derivative by the positive's distance; those by the negatives' go to `weight`. Negatives at an infinite
  /// distance are masked: they get no weight.
  @inline(__always)
  func derivatives(
    positive: Float, negatives: UnsafePointer<Float>, count: Int, into weight: UnsafeMutablePointer<Float>
  ) -> Float {
    switch kind {
    case .selfAdversarial:
      let minimum = Kernels.minimum(negatives, count)
      guard minimum.isFinite else {
        weight.update(repeating: 0, count: count)
        return sigmoid(positive - margin)
      }
      Kernels.selfAdversarialWeights(
        negatives, count, margin: margin, temperature: temperature, minimum: minimum, into: weight)
      return sigmoid(positive - margin)
    case .marginRanking:
      let share = 1 / Float(count)
      var violated = 0
      for j in 0..<count {
        let violates = negatives[j] < positive + margin
        weight[j] = violates ? -share : 0
        violated += violates ? 1 : 0
      }
      return Float(violated) * share
    case .crossEntropy:
      let minimum = min(positive, Kernels.minimum(negatives, count))
      for j in 0..<count { weight[j] = minimum - negatives[j] }
      Kernels.exp(weight, into: weight, count)
      var total: Float = 0
      for j in 0..<count { total += weight[j] }
      let ownPart = expf(minimum - positive)
      let scale = -1 / (total + ownPart)
      for j in 0..<count { weight[j] *= scale }
      return 1 + ownPart * scale
    }
  }

  /// The loss itself, for progress reports.
  func value(positive: Float, negatives: UnsafePointer<Float>, count: Int) -> Double {
    let finite = (0..<count).lazy.map { negatives[$0] }.filter(\.isFinite)
    let minimum = finite.min() ?? 0
    switch kind {
    case .selfAdversarial:
      var total = 0.0
      var sum = 0.0
      for d in finite {
        let weight = exp(Double(temperature * (minimum - d)))
        total += weight
        sum += weight * softplus(Double(margin - d))
      }
      return softplus(Double(positive - margin)) + (total > 0 ? sum / total : 0)
    case .marginRanking:
      return finite.reduce(0.0) { $0 + Double(max(0, margin + positive - $1)) } / Double(count)
    case .crossEntropy:
      let least = Double(min(minimum, positive))
      let total = finite.reduce(exp(least - Double(positive))) { $0 + exp(least - Double($1)) }
      return log(total) - (least - Double(positive))
    }
  }

  private func softplus(_ x: Double) -> Double { x > 0 ? x + log1p(exp(-x)) : log1p(exp(x)) }
}

/// 1 / (1 + e⁻ˣ).
@inline(__always)
func sigmoid(_ x: Float) -> Float { 1 / (1 + expf(-x)) }

/// 1 / (1 + e⁻ˣ).
@inline(__always)
func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

/// x to the power y.
func raised(_ x: Float, _ y: Float) -> Float { powf(x, y) }
