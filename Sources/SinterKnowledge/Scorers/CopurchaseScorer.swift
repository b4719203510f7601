internal import SinterModel

/// Item–item cosine (Sarwar et al. 2001), shrunk.
///
/// score(u, i) = Σ_j w_j · c(j, i) / √((n_j + λ)·(n_i + λ)), over the items j ≠ i of the user's profile, with n the users
/// of an item, c(j, i) the users other than u who have both, w_j = 1 for an item the user has and less for one seen.
///
/// λ keeps pairs of rare items from looking alike by chance, as the shrinkage of Bell and Koren (2007) does; standing
/// under the root with each count, it lets the sum be taken user by user: with a_v = Σ_j w_j/√(n_j + λ) over the items j
/// that v has, score(u, i) = Σ_v a_v / √(n_i + λ) over the users v of i. So each user who shares anything is visited
/// once, however much they share.
///
/// Where that would take more than ``stepBudget`` steps, an even sample of each item's users stands for all of them, the
/// same for scoring and reasons.
///
/// Evidence: `first` is the position in the profile, `second` the users together, `third` the last of them.
struct CopurchaseScorer: PersonalScorer {
  let name = ScorerName.copurchase
  private let shopper: Shopper
  private let names: NodeNames
  private let workspace: Workspace
  private let sampleLimit: Int

  /// Steps from user to item that one score may take, about.
  static let stepBudget = 8_000_000
  /// Sums below this are what rounding left of zero: the smallest true one is far larger.
  private static let leastSum = 1e-9

  init(_ shopper: Shopper, _ names: NodeNames, _ workspace: Workspace) {
    self.shopper = shopper
    self.names = names
    self.workspace = workspace
    let index = shopper.index
    let met = shopper.profile.reduce(0) { $0 + index.users(of: $1.item).count }
    let steps = min(Double(met) * max(1, index.meanItemsMet), Double(index.pairCount))
    sampleLimit = steps <= Double(Self.stepBudget)
      ? .max : max(64, Self.stepBudget / max(1, Int(Double(shopper.profile.count) * index.meanItemsMet)))
  }

  /// Every how manyth user of an item is looked at.
  private func step(_ count: Int) -> Int { count <= sampleLimit ? 1 : (count + sampleLimit - 1) / sampleLimit }

  func score(_ workspace: Workspace) {
    let index = shopper.index
    let others = workspace.users
    let damping = index.damping.base
    /// What the profile's own items would get for being like themselves.
    var own: [(item: UInt32, sum: Double)] = []
    for mine in shopper.profile {
      let users = index.users(of: mine.item)
      let step = step(users.count)
      let share = mine.weight * Double(step) * damping[Int(mine.item)]
      var met = 0
      var k = 0
      while k < users.count {
        let user = users[k]
        k += step
        if user == shopper.user { continue }
        others.add(user, share)
        met += 1
      }
      own.append((mine.item, share * Double(met)))
    }
    workspace.scorer.addDensely(index.items.count) { sums in
      for user in others.touched {
        let share = others.values[Int(user)]
        for item in index.items(of: user) { sums[Int(item)] += share }
      }
      for (item, sum) in own { sums[Int(item)] -= sum }
    } finish: { item, sum in
      sum > Self.leastSum ? sum * damping[item] : 0
    }
    others.clear()
  }

  func evidence(for item: UInt32) -> [Evidence] {
    let index = shopper.index
    let theirs = index.users(of: item)
    guard !theirs.isEmpty else { return [] }
    let marks = workspace.userMarks.base
    for user in theirs { marks[Int(user)] = 1 }
    defer { for user in theirs { marks[Int(user)] = 0 } }
    var result: [Evidence] = []
    for (position, mine) in shopper.profile.enumerated() where mine.item != item {
      let users = index.users(of: mine.item)
      let step = step(users.count)
      var together = 0
      var last: UInt32 = 0
      var k = 0
      while k < users.count {
        let user = users[k]
        k += step
        guard marks[Int(user)] != 0, user != shopper.user else { continue }
        together += 1
        last = user
      }
      guard together > 0 else { continue }
      let similarity = mine.weight * Double(step) * Double(together) * index.damping.base[Int(mine.item)]
        * index.damping.base[Int(item)]
      result.append(Evidence(value: similarity, first: UInt32(position), second: UInt32(together), third: last))
    }
    return result
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let index = shopper.index
    let mine = shopper.profile[Int(evidence.first)]
    let users = index.users(of: mine.item)
    let other = evidence.third
    guard let here = try shopper.link(to: mine), let theirs = try shopper.hasLink(other, mine.item),
      let bought = try shopper.hasLink(other, item)
    else { throw Inconsistency.error("a co-purchase") }
    let (j, i) = (shopper.node(mine.item), shopper.node(item))
    let base = users.count - (contains(users, shopper.user) ? 1 : 0)
    let together = step(users.count) == 1 ? Int(evidence.second) : common(users, index.users(of: item))
    let sentence = "Customers who \(theirs.verb) \(try names.name(j)), which you \(here.verb), also \(bought.verb) "
      + "\(try names.name(i)) (\(together) of \(base))."
    return Explanation(
      path: Path([shopper.user, j, other, i], [here.relationship, theirs.relationship, bought.relationship]),
      sentence: sentence)
  }

  /// How many users other than the shopper are in both lists, which ascend.
  private func common(_ a: UnsafeBufferPointer<UInt32>, _ b: UnsafeBufferPointer<UInt32>) -> Int {
    var count = 0
    var position = 0
    for user in a {
      while position < b.count, b[position] < user { position += 1 }
      guard position < b.count else { break }
      if b[position] == user, user != shopper.user { count += 1 }
    }
    return count
  }

  private func contains(_ users: UnsafeBufferPointer<UInt32>, _ user: UInt32) -> Bool {
    let position = lowerBound(users, user)
    return position < users.count && users[position] == user
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
