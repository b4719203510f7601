internal import SinterModel

/// score(u, i) = the share of the people u follows who have i.
///
/// Evidence: `first` is the follow relationship, `second` the person.
struct SocialScorer: PersonalScorer {
  let name = ScorerName.social
  private let shopper: Shopper
  private let names: NodeNames
  private let followed: [Link]

  init(_ shopper: Shopper, _ names: NodeNames) throws(SinterError) {
    self.shopper = shopper
    self.names = names
    var seen: Set<UInt32> = [shopper.user]
    followed = try shopper.links.follows.links(of: shopper.user).filter { seen.insert($0.node).inserted }
  }

  private var share: Double { 1 / Double(followed.count) }

  func score(_ workspace: Workspace) {
    for link in followed { for item in shopper.index.items(of: link.node) { workspace.scorer.add(item, share) } }
  }

  func evidence(for item: UInt32) -> [Evidence] {
    let users = shopper.index.users(of: item)
    return followed.compactMap { link in
      let position = lowerBound(users, link.node)
      guard position < users.count, users[position] == link.node else { return nil }
      return Evidence(value: share, first: link.relationship, second: link.node)
    }
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    guard let link = try shopper.hasLink(evidence.second, item) else { throw Inconsistency.error("a purchase") }
    let i = shopper.node(item)
    return Explanation(
      path: Path([shopper.user, evidence.second, i], [evidence.first, link.relationship]),
      sentence: "\(try names.name(evidence.second)), whom you follow, \(link.verb) \(try names.name(i)).")
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    followed.isEmpty ? "You follow nobody." : "Nobody you follow has \(try names.name(shopper.node(item)))."
  }
}
