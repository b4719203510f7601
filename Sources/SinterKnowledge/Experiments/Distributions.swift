#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// P(Z > z) of a standard normal Z.
func normalTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

/// z with P(Z ≤ z) = p, by halving: the tail falls strictly.
func normalQuantile(_ p: Double) -> Double {
  var (low, high) = (-40.0, 40.0)
  for _ in 0..<200 {
    let middle = (low + high) / 2
    if 1 - normalTail(middle) < p { low = middle } else { high = middle }
  }
  return (low + high) / 2
}

/// P(X > x) of a χ² variable: the upper regularised incomplete gamma function Q(k/2, x/2), by its series for small x and
/// its continued fraction (modified Lentz) for large x (Press et al., Numerical Recipes, 6.2).
func chiSquaredTail(_ x: Double, degrees: Int) -> Double {
  let (a, x) = (Double(degrees) / 2, x / 2)
  guard x > 0 else { return 1 }
  let scale = exp(-x + a * log(x) - lgamma(a))
  if x < a + 1 {
    var (term, sum) = (1 / a, 1 / a)
    for k in 1..<10_000 {
      term *= x / (a + Double(k))
      sum += term
      if term < sum * 1e-16 { break }
    }
    return max(0, min(1, 1 - sum * scale))
  }
  let tiny = 1e-300
  var b = x + 1 - a
  var c = 1 / tiny
  var d = 1 / b
  var h = d
  for k in 1..<10_000 {
    let step = -Double(k) * (Double(k) - a)
    b += 2
    d = step * d + b
    if abs(d) < tiny { d = tiny }
    c = b + step / c
    if abs(c) < tiny { c = tiny }
    d = 1 / d
    let change = d * c
    h *= change
    if abs(change - 1) < 1e-16 { break }
  }
  return max(0, min(1, scale * h))
}
