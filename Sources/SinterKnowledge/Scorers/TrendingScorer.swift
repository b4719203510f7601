internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// What is wanted lately.
///
/// score(i) = Σ 2^(−(t − t_e) / h) over the first time t_e ≤ t that each user had i, h the half-life. Where nothing has
/// a time, it is the number of users.
///
/// All users are one piece of evidence, shown by the latest of them.
struct TrendingScorer: PersonalScorer {
  let name = ScorerName.trending
  private let shopper: Shopper
  private let names: NodeNames
  private let trend: Trend

  init(_ shopper: Shopper, _ names: NodeNames, _ trend: Trend) {
    self.shopper = shopper
    self.names = names
    self.trend = trend
  }

  func score(_ workspace: Workspace) {
    trend.forEachSum(until: shopper.now) { workspace.scorer.add($0, $1) }
  }

  func evidence(for item: UInt32) -> [Evidence] {
    let value = trend.sum(of: item, until: shopper.now)
    return value > 0 ? [Evidence(value: value)] : []
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let node = shopper.node(item)
    var path = Path([node], [])
    // Who had it last may have taken it back since the trend was read.
    for user in trend.latest(item, until: shopper.now) {
      guard let link = try shopper.hasLink(user, item) else { continue }
      path = Path([user, node], [link.relationship])
      break
    }
    return Explanation(path: path, sentence: "\(try names.name(node)) is in demand lately.")
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    "Nobody has had \(try names.name(shopper.node(item))) yet."
  }
}

/// Every first time that a user had an item, by time.
final class Trend: Sendable {
  /// Ascending.
  private let times: [Double]
  private let items: [UInt32]
  private let users: [UInt32]
  /// 2^((t − middle) / h): what a moment counts, up to a factor that is the same for all.
  private let weights: [Double]
  private let itemCount: Int
  /// The sums at the end of time, for whoever asks now.
  private let totals: [Double]
  /// By item, the events in ``times``, ascending.
  private let starts: [UInt32]
  private let events: [UInt32]
  private let hasTimes: Bool

  init(_ interactions: Interactions, itemCount: Int, halfLifeDays: Double) {
    var order: [(time: Double, user: UInt32, item: UInt32)] = []
    for k in interactions.users.indices {
      for pair in interactions.offsets[k]..<interactions.offsets[k + 1] where interactions.isLiked[pair] {
        order.append((interactions.first[pair], interactions.users[k], interactions.items[pair]))
      }
    }
    order.sort { ($0.time, $0.user, $0.item) < ($1.time, $1.user, $1.item) }
    times = order.map(\.time)
    users = order.map(\.user)
    items = order.map(\.item)
    hasTimes = interactions.hasTimes
    let middle = ((times.first ?? 0) + (times.last ?? 0)) / 2
    let unit = logarithm(2) / max(1, halfLifeDays * 86_400)
    // Beyond a thousand half-lives a moment counts as if it were there: no number overflows.
    weights = interactions.hasTimes
      ? times.map { exponential(min(690, max(-690, ($0 - middle) * unit))) } : [Double](repeating: 1, count: times.count)
    self.itemCount = itemCount
    var totals = [Double](repeating: 0, count: itemCount)
    var starts = [UInt32](repeating: 0, count: itemCount + 1)
    for (event, item) in items.enumerated() {
      totals[Int(item)] += weights[event]
      starts[Int(item) + 1] += 1
    }
    for i in 0..<itemCount { starts[i + 1] += starts[i] }
    var next = starts
    var events = [UInt32](repeating: 0, count: items.count)
    for (event, item) in items.enumerated() {
      events[Int(next[Int(item)])] = UInt32(event)
      next[Int(item)] += 1
    }
    self.totals = totals
    self.starts = starts
    self.events = events
  }

  private func end(_ now: Double) -> Int {
    if !hasTimes || now >= times.last ?? 0 { return times.count }
    var low = 0
    var high = times.count
    while low < high {
      let middle = (low + high) / 2
      if times[middle] <= now { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func forEachSum(until now: Double, _ body: (UInt32, Double) -> Void) {
    let end = end(now)
    if end == times.count {
      for item in 0..<itemCount where totals[item] > 0 { body(UInt32(item), totals[item]) }
      return
    }
    for event in 0..<end { body(items[event], weights[event]) }
  }

  /// - Complexity: O(users of the item)
  func sum(of item: UInt32, until now: Double) -> Double {
    let end = end(now)
    if end == times.count { return totals[Int(item)] }
    return events[Int(starts[Int(item)])..<Int(starts[Int(item) + 1])].reduce(0) { $1 < end ? $0 + weights[Int($1)] : $0 }
  }

  /// The last users who had the item by then, latest first.
  func latest(_ item: UInt32, until now: Double) -> [UInt32] {
    let end = end(now)
    let known = events[Int(starts[Int(item)])..<Int(starts[Int(item) + 1])].filter { $0 < end }
    return known.suffix(16).reversed().map { users[Int($0)] }
  }
}
