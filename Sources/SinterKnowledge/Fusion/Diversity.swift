internal import SinterModel

/// Maximal marginal relevance (Carbonell and Goldstein 1998): greedily the item of greatest
/// (1 − s) · score / best score − s · greatest likeness to an item taken already.
enum Diversity {
  /// How many candidates compete for each place.
  static let poolFactor = 10

  /// Positions in the order they are taken, at most `limit`.
  /// - Parameters:
  ///   - scores: best first.
  ///   - categories: what DIVERSE BY gives for each; see ``likeness(_:_:)``.
  /// - Complexity: O(limit · candidates) likenesses
  static func order(scores: [Double], categories: [Value], strength: Double, limit: Int) -> [Int] {
    guard let best = scores.first, best > 0 else { return Array(scores.indices.prefix(limit)) }
    var left = Array(scores.indices)
    var closest = [Double](repeating: 0, count: scores.count)
    var taken: [Int] = []
    while taken.count < limit, !left.isEmpty {
      var choice = 0
      var greatest = -Double.infinity
      for (position, candidate) in left.enumerated() {
        let value = (1 - strength) * scores[candidate] / best - strength * closest[candidate]
        if value > greatest {
          greatest = value
          choice = position
        }
      }
      let chosen = left.remove(at: choice)
      taken.append(chosen)
      for candidate in left { closest[candidate] = max(closest[candidate], likeness(categories[candidate], categories[chosen])) }
    }
    return taken
  }

  /// 1 for equal values, the cosine of two lists of as many numbers (not below 0), Jaccard's index of other lists, 0
  /// where one is null or they differ.
  static func likeness(_ a: Value, _ b: Value) -> Double {
    switch (a, b) {
    case (.null, _), (_, .null): return 0
    case (.list(let a), .list(let b)):
      let x = a.compactMap(\.asDouble)
      let y = b.compactMap(\.asDouble)
      if !x.isEmpty, x.count == a.count, y.count == b.count, x.count == y.count { return cosine(x, y) }
      let (left, right) = (Set(a), Set(b))
      let union = left.union(right).count
      return union == 0 ? 0 : Double(left.intersection(right).count) / Double(union)
    default: return a == b ? 1 : 0
    }
  }

  private static func cosine(_ x: [Double], _ y: [Double]) -> Double {
    var (dot, xx, yy) = (0.0, 0.0, 0.0)
    for i in x.indices {
      dot += x[i] * y[i]
      xx += x[i] * x[i]
      yy += y[i] * y[i]
    }
    let norm = (xx * yy).squareRoot()
    return norm > 0 && dot.isFinite && norm.isFinite ? max(0, dot / norm) : 0
  }
}
