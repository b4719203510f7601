internal import SinterModel

/// Item–item cosine with shrinkage (Sarwar et al. 2001; shrinkage as in Bell and Koren 2007).
///
/// score(u, i) = Σ_j w_j · c(j, i) / (√n_j · √n_i + λ), over the items j of the user's profile, with n the users of an
/// item, c(j, i) the users other than u who have both, w_j = 1 for an item the user has and less for one seen.
///
/// Where an item has very many users, c is estimated from an even sample of them, the same for scoring and reasons.
///
/// Evidence: `first` is the position in the profile.
struct CopurchaseScorer: PersonalScorer {
  let name = ScorerName.copurchase
  private let shopper: Shopper
  private let names: NodeNames
  private let sampleLimit: Int

  /// Steps from item to user to item that one score may take, about.
  static let stepBudget = 2_000_000

  init(_ shopper: Shopper, _ names: NodeNames) {
    self.shopper = shopper
    self.names = names
    let steps = Double(max(1, shopper.profile.count)) * max(1, shopper.index.meanItemsMet)
    sampleLimit = max(64, Int(Double(Self.stepBudget) / steps))
  }

  /// Every how manyth user of an item is looked at.
  private func step(_ count: Int) -> Int { max(1, (count + sampleLimit - 1) / sampleLimit) }

  func score(_ workspace: Workspace) {
    let index = shopper.index
    let shrinkage = index.schema.shrinkage
    let roots = index.rootUsers.base
    let counts = workspace.counts
    for mine in shopper.profile {
      let users = index.users(of: mine.item)
      let step = step(users.count)
      var k = 0
      while k < users.count {
        let user = users[k]
        k += step
        if user == shopper.user { continue }
        for item in index.items(of: user) { counts.add(item, 1) }
      }
      let weight = mine.weight * Double(step)
      let root = roots[Int(mine.item)]
      for item in counts.touched where item != mine.item {
        workspace.scorer.add(item, weight * counts.values[Int(item)] / (root * roots[Int(item)] + shrinkage))
      }
      counts.clear()
    }
  }

  func evidence(for item: UInt32) -> [Evidence] {
    let index = shopper.index
    let others = index.users(of: item)
    guard !others.isEmpty else { return [] }
    let root = index.rootUsers.base[Int(item)]
    var result: [Evidence] = []
    for (position, mine) in shopper.profile.enumerated() where mine.item != item {
      let users = index.users(of: mine.item)
      let step = step(users.count)
      let together = common(users, others, step: step).count
      guard together > 0 else { continue }
      let similarity = mine.weight * Double(step) * Double(together)
        / (index.rootUsers.base[Int(mine.item)] * root + index.schema.shrinkage)
      result.append(Evidence(value: similarity, first: UInt32(position)))
    }
    return result
  }

  /// How many users other than the shopper are in both lists, and the last of them. Both ascend.
  private func common(
    _ users: UnsafeBufferPointer<UInt32>, _ others: UnsafeBufferPointer<UInt32>, step: Int
  ) -> (count: Int, last: UInt32?) {
    var count = 0
    var last: UInt32?
    var other = 0
    var k = 0
    while k < users.count {
      let user = users[k]
      k += step
      if others.count > 16 * users.count / step {
        other = lowerBound(others, user, from: other)
      } else {
        while other < others.count, others[other] < user { other += 1 }
      }
      guard other < others.count else { break }
      if others[other] == user, user != shopper.user {
        count += 1
        last = user
      }
    }
    return (count, last)
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let index = shopper.index
    let mine = shopper.profile[Int(evidence.first)]
    let users = index.users(of: mine.item)
    let sampled = common(users, index.users(of: item), step: step(users.count))
    let exact = common(users, index.users(of: item), step: 1)
    guard let other = sampled.last, let here = try shopper.link(to: mine), let theirs = try shopper.hasLink(other, mine.item),
      let bought = try shopper.hasLink(other, item)
    else { throw Inconsistency.error("a co-purchase") }
    let (j, i) = (shopper.node(mine.item), shopper.node(item))
    let base = users.count - (users.contains(shopper.user) ? 1 : 0)
    let sentence = "Customers who \(theirs.verb) \(try names.name(j)), which you \(here.verb), also \(bought.verb) "
      + "\(try names.name(i)) (\(exact.count) of \(base))."
    return Explanation(
      path: Path([shopper.user, j, other, i], [here.relationship, theirs.relationship, bought.relationship]),
      sentence: sentence)
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    if shopper.profile.isEmpty { return "You have not bought or looked at anything yet." }
    if shopper.index.users(of: item).isEmpty { return "Nobody has \(try names.name(shopper.node(item))) yet." }
    return "Nobody who has what you have has \(try names.name(shopper.node(item)))."
  }
}

/// The first position from `start` on whose value is at least `value`.
@inline(__always)
func lowerBound(_ values: UnsafeBufferPointer<UInt32>, _ value: UInt32, from start: Int = 0) -> Int {
  var low = start
  var high = values.count
  while low < high {
    let middle = (low + high) / 2
    if values[middle] < value { low = middle + 1 } else { high = middle }
  }
  return low
}

/// An element that the index holds but the snapshot does not.
enum Inconsistency {
  static func error(_ what: String) -> SinterError {
    SinterError("StorageError.Damaged", "The links of \(what) do not agree in both directions: run `sinter check`.")
  }
}
