internal import SinterModel

/// How much an item of a user's history counts by how long ago it came: (1 + r)^−p.
///
/// r is the number of the user's items that came later; of items of the same moment, half count as later. A history
/// without times counts alike.
enum Recency {
  /// - Parameter times: when each item came; NaN where nobody knows.
  /// - Returns: the weights, parallel to `times`, the largest 1.
  static func weights(_ times: [Double], exponent: Double) -> [Double] {
    guard exponent > 0, times.contains(where: { !$0.isNaN }) else { return [Double](repeating: 1, count: times.count) }
    // What has no time counts as the oldest.
    let order = times.indices.sorted { moment(times[$0]) > moment(times[$1]) }
    var weights = [Double](repeating: 1, count: times.count)
    var start = 0
    var greatest = 0.0
    while start < order.count {
      var end = start
      while end < order.count, moment(times[order[end]]) == moment(times[order[start]]) { end += 1 }
      let rank = Double(start + end - 1) / 2
      let weight = exponential(-exponent * logarithm(1 + rank))
      greatest = max(greatest, weight)
      for k in start..<end { weights[order[k]] = weight }
      start = end
    }
    return weights.map { $0 / greatest }
  }

  private static func moment(_ time: Double) -> Double { time.isNaN ? -.infinity : time }
}
