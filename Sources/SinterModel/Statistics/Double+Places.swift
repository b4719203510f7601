extension Double {
  /// `e` to the power of a number that is not positive.
  private var decay: Double {
    guard self > -40 else { return 0 }
    // exp(x) is exp(x / 64) to the 64th, whose series is short for what comes here.
    let x = self / 64
    var power = 1 + x * (1 + x / 2 * (1 + x / 3 * (1 + x / 4 * (1 + x / 5 * (1 + x / 6)))))
    for _ in 0..<6 { power *= power }
    return power
  }

  /// How many of `self` places are hit by `draws` that fall on any of them with equal chance.
  package func places(hitBy draws: Double) -> Double {
    guard self >= 1 else { return min(draws, max(self, 0)) }
    return min(draws, self * (1 - (-draws / self).decay))
  }
}
