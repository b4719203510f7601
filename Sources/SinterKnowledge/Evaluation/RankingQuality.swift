#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// How well one ranked list meets a set of test items.
///
/// The first k places are looked at; places that were not filled count as misses.
package struct RankingQuality: Sendable, Equatable {
  /// Hits over test items.
  package var recall = 0.0
  /// Σ over hits of 1/log₂(place + 1), over the same sum for a list that has min(k, test items) hits in front (Järvelin
  /// and Kekäläinen 2002, the full ideal).
  package var ndcg = 0.0
  /// Σ over hits of hits so far / place, over min(k, test items).
  package var averagePrecision = 0.0
  /// 1 where there is any hit.
  package var hitRate = 0.0
  /// 1 / place of the first hit, 0 without one.
  package var reciprocalRank = 0.0

  package static let names = ["recall", "ndcg", "map", "hr", "mrr"]
  package var values: [Double] { [recall, ndcg, averagePrecision, hitRate, reciprocalRank] }

  /// - Parameters:
  ///   - hits: for each place, best first, whether a test item stands there.
  ///   - testCount: all test items, above 0.
  package init(hits: some Sequence<Bool>, testCount: Int, k: Int) {
    var found = 0
    var gain = 0.0
    var precision = 0.0
    for (place, isHit) in hits.prefix(k).enumerated() where isHit {
      found += 1
      gain += 1 / log2(Double(place + 2))
      precision += Double(found) / Double(place + 1)
      if found == 1 { reciprocalRank = 1 / Double(place + 1) }
    }
    let reachable = min(k, testCount)
    guard reachable > 0 else { return }
    recall = Double(found) / Double(testCount)
    ndcg = gain / (0..<reachable).reduce(0) { $0 + 1 / log2(Double($1 + 2)) }
    averagePrecision = precision / Double(reachable)
    hitRate = found > 0 ? 1 : 0
  }

  /// The chance that a test item is ranked above another item, ties counting half, averaged over the test items.
  /// - Parameters:
  ///   - scores: of all candidates, those in the test included.
  ///   - tests: positions of test items in `scores`; test items that cannot be scored rank last.
  ///   - unknown: how many those are.
  package static func areaUnderCurve(scores: [Double], tests: [Int], unknown: Int = 0) -> Double {
    let isTest = Set(tests)
    let others = scores.count - isTest.count
    guard others > 0, !tests.isEmpty || unknown > 0 else { return 0.5 }
    // Counting below each test score by binary search over the other scores, sorted once.
    let sorted = scores.indices.filter { !isTest.contains($0) }.map { scores[$0] }.sorted()
    func position(_ value: Double, orEqual: Bool) -> Int {
      var low = 0
      var high = sorted.count
      while low < high {
        let middle = (low + high) / 2
        if sorted[middle] < value || (orEqual && sorted[middle] == value) { low = middle + 1 } else { high = middle }
      }
      return low
    }
    var sum = 0.0
    for test in tests {
      let below = position(scores[test], orEqual: false)
      let equal = position(scores[test], orEqual: true) - below
      sum += (Double(below) + Double(equal) / 2) / Double(others)
    }
    return sum / Double(tests.count + unknown)
  }

  /// The Gini index of how often each item is recommended: 0 where all are alike, near 1 where few get everything.
  package static func gini(_ counts: [Int]) -> Double {
    let total = counts.reduce(0, +)
    guard total > 0 else { return 0 }
    let sorted = counts.sorted()
    var weighted = 0.0
    for (position, count) in sorted.enumerated() { weighted += Double(2 * (position + 1) - sorted.count - 1) * Double(count) }
    return weighted / (Double(sorted.count) * Double(total))
  }
}
