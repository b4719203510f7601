/// Comparing two rates so that looking at any time, and stopping when it suits, keeps the chance of a false alarm.
///
/// The mixture sequential probability ratio test of Johari, Koomen, Pekelis and Walsh (2017, "Peeking at A/B tests"; 2022,
/// Operations Research 70:3). With Δ the difference of the observed rates, V its estimated variance and a normal mixture
/// N(0, τ²) of differences that may be,
///
/// Λ = √(V / (V + τ²)) · exp(τ²Δ² / (2·V·(V + τ²)))
///
/// and min(1, 1/Λ) is a p-value that is right at whatever moment it is looked at. Its interval is Δ ± the difference at
/// which Λ = 1/α.
package enum SequentialTest {
  /// What a comparison with the control found.
  package struct Outcome: Sendable, Equatable {
    /// Rate of the variant less rate of the control.
    package var difference: Double
    /// Bounds of the difference that hold at all looks together.
    package var lower: Double
    package var upper: Double
    /// Right at any look.
    package var alwaysValidP: Double
    /// The usual two-sided z-test's, right only where the number of users was fixed beforehand.
    package var fixedP: Double
  }

  /// - Returns: nil where a side has nobody.
  package static func compare(
    control: (successes: Int, trials: Int), variant: (successes: Int, trials: Int), expectedEffect tau: Double,
    significance alpha: Double
  ) -> Outcome? {
    guard control.trials > 0, variant.trials > 0 else { return nil }
    let (n, m) = (Double(control.trials), Double(variant.trials))
    let difference = Double(variant.successes) / m - Double(control.successes) / n
    // With half a success and half a failure more, so that a rate of 0 or 1 does not claim to be certain.
    let p = (Double(control.successes) + 0.5) / (n + 1)
    let q = (Double(variant.successes) + 0.5) / (m + 1)
    let variance = p * (1 - p) / n + q * (1 - q) / m
    let tau2 = tau * tau
    let logRatio = 0.5 * logarithm(variance / (variance + tau2)) + tau2 * difference * difference / (2 * variance * (variance + tau2))
    let width = (variance * (variance + tau2) / tau2 * (logarithm((variance + tau2) / variance) - 2 * logarithm(alpha))).squareRoot()
    let pooled = Double(control.successes + variant.successes) / (n + m)
    let pooledVariance = pooled * (1 - pooled) * (1 / n + 1 / m)
    return Outcome(
      difference: difference, lower: max(-1, difference - width), upper: min(1, difference + width),
      alwaysValidP: min(1, exponential(-logRatio)),
      fixedP: pooledVariance > 0 ? 2 * normalTail(abs(difference) / pooledVariance.squareRoot()) : 1)
  }

  /// A 1 − α interval of a rate (Wilson 1927).
  package static func interval(_ successes: Int, of trials: Int, significance alpha: Double) -> (lower: Double, upper: Double) {
    guard trials > 0 else { return (0, 1) }
    let z = normalQuantile(1 - alpha / 2)
    let n = Double(trials)
    let p = Double(successes) / n
    let centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return (max(0, centre - half), min(1, centre + half))
  }

  /// The chance that a split by the weights is as uneven as the one seen: Pearson's χ² test.
  package static func splitP(_ counts: [Int], weights: [Double]) -> Double {
    let total = Double(counts.reduce(0, +))
    guard total > 0, counts.count > 1 else { return 1 }
    var statistic = 0.0
    for (count, weight) in zip(counts, weights) {
      let expected = total * weight
      statistic += (Double(count) - expected) * (Double(count) - expected) / expected
    }
    return chiSquaredTail(statistic, degrees: counts.count - 1)
  }
}
