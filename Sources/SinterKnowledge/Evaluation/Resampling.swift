package import SinterLearn

/// How sure an average over users is.
package enum Resampling {
  package struct Interval: Sendable, Equatable {
    package var mean: Double
    package var low: Double
    package var high: Double
  }

  static let draws = 1_000

  /// Means of the columns with their 95 % percentile bootstrap intervals (Efron and Tibshirani 1993).
  /// - Parameter rows: a row per user, all of the same length.
  package static func intervals(_ rows: [[Double]], seed: UInt64 = 1) -> [Interval] {
    guard let width = rows.first?.count, width > 0 else { return [] }
    let flat = rows.flatMap { $0 }
    let means = (0..<width).map { column in rows.reduce(0) { $0 + $1[column] } / Double(rows.count) }
    var samples = [[Double]](repeating: [], count: width)
    var generator = SplitMix64(seed: seed, stream: 0xb007)
    var sums = [Double](repeating: 0, count: width)
    for _ in 0..<draws {
      for column in 0..<width { sums[column] = 0 }
      flat.withUnsafeBufferPointer { flat in
        for _ in 0..<rows.count {
          let row = Int(generator.next(below: UInt64(rows.count))) * width
          for column in 0..<width { sums[column] += flat[row + column] }
        }
      }
      for column in 0..<width { samples[column].append(sums[column] / Double(rows.count)) }
    }
    return (0..<width).map { column in
      let sorted = samples[column].sorted()
      return Interval(mean: means[column], low: sorted[draws * 25 / 1000], high: sorted[draws * 975 / 1000 - 1])
    }
  }

  /// The two-sided p-value of a paired randomisation test (Fisher 1935): how often a mean at least as far from 0 comes
  /// up when every user's difference has a random sign.
  package static func pairedProbability(_ differences: [Double], seed: UInt64 = 1) -> Double {
    let observed = abs(differences.reduce(0, +))
    guard observed > 0 else { return 1 }
    let moved = differences.filter { $0 != 0 }
    var generator = SplitMix64(seed: seed, stream: 0xf11b)
    var asFar = 0
    let draws = 10_000
    for _ in 0..<draws {
      var sum = 0.0
      var bits: UInt64 = 0
      for (position, difference) in moved.enumerated() {
        if position % 64 == 0 { bits = generator.next() }
        sum += bits & 1 == 0 ? difference : -difference
        bits >>= 1
      }
      if abs(sum) >= observed * (1 - 1e-12) { asFar += 1 }
    }
    return Double(asFar + 1) / Double(draws + 1)
  }
}
