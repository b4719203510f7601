internal import SinterModel

/// score(i) = log(1 + users who have i).
///
/// It is the same for every user, so it is never summed item by item: ranking walks the index's popularity order.
/// All users are one piece of evidence, shown by the latest of them.
struct PopularityScorer: Scorer {
  let name = ScorerName.popularity
  private let shopper: Shopper
  private let names: NodeNames

  init(_ shopper: Shopper, _ names: NodeNames) {
    self.shopper = shopper
    self.names = names
  }

  func evidence(for item: UInt32) -> [Evidence] {
    let value = shopper.index.popularity.base[Int(item)]
    return value > 0 ? [Evidence(value: value)] : []
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let index = shopper.index
    let users = index.users(of: item)
    guard let latest = try shopper.latestOwner(of: item) else { throw Inconsistency.error("a purchase") }
    let customers = users.count == 1 ? "1 customer" : "\(users.count) customers"
    let verb = latest.verb == "own" ? "owned" : latest.verb
    return Explanation(
      path: Path([latest.user, shopper.node(item)], [latest.relationship]),
      sentence: "\(try names.name(shopper.node(item))) was \(verb) by \(customers) (top \(percentile(of: item)) %).")
  }

  /// The share of items that are at least as popular, in whole percent, at least 1.
  private func percentile(of item: UInt32) -> Int {
    let index = shopper.index
    let users = index.users(of: item).count
    let order = index.popularityOrder
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if index.users(of: order.base[middle]).count > users { low = middle + 1 } else { high = middle }
    }
    return max(1, Int((Double(low + 1) * 100 / Double(max(1, index.items.count))).rounded(.up)))
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    "Nobody has \(try names.name(shopper.node(item))) yet."
  }
}

extension FixedArray {
  var asBuffer: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
