internal import SinterModel
internal import SinterStorage

/// Content: what an item shares with the items of the user's profile.
///
/// score(u, i) = Σ_j w_j · Σ_t idf(t)², over the items j of the profile and the tags t that i and j share. Tags of
/// more than a fifth of the items (and of more than 50) say too little to count.
///
/// Evidence: `first` is the position in the profile, `second` the tag.
struct TagScorer: PersonalScorer {
  let name = ScorerName.tags
  private let shopper: Shopper
  private let names: NodeNames
  /// Of each profile item, its distinct telling tags.
  private let profileTags: [[UInt32]]
  private let squaredIDF: [UInt32: Double]

  init(_ shopper: Shopper, _ names: NodeNames) throws(SinterError) {
    self.shopper = shopper
    self.names = names
    let weights = TagWeights(shopper)
    let limit = max(50, shopper.index.items.count / 5)
    var idf: [UInt32: Double] = [:]
    var lists: [[UInt32]] = []
    for mine in shopper.profile {
      var tags: [UInt32] = []
      for tag in try Set(shopper.links.tags.links(of: shopper.node(mine.item)).map(\.node)).sorted() {
        if idf[tag] == nil {
          let value = try weights.frequency(tag) > limit ? 0 : weights.idf(tag)
          idf[tag] = value * value
        }
        if idf[tag, default: 0] > 0 { tags.append(tag) }
      }
      lists.append(tags)
    }
    profileTags = lists
    squaredIDF = idf
  }

  func score(_ workspace: Workspace) throws(SinterError) {
    var sums: [UInt32: Double] = [:]
    for (mine, tags) in zip(shopper.profile, profileTags) { for tag in tags { sums[tag, default: 0] += mine.weight } }
    for (tag, weight) in sums {
      let value = weight * squaredIDF[tag, default: 0]
      var last: UInt32?
      for node in try shopper.links.tagged.links(of: tag).map(\.node).sorted() where node != last {
        last = node
        if let item = shopper.index.number(of: node) { workspace.scorer.add(item, value) }
      }
    }
  }

  func evidence(for item: UInt32) throws(SinterError) -> [Evidence] {
    let tags = Set(try shopper.links.tags.links(of: shopper.node(item)).map(\.node))
    var result: [Evidence] = []
    for (position, mine) in shopper.profile.enumerated() {
      for tag in profileTags[position] where tags.contains(tag) {
        result.append(
          Evidence(value: mine.weight * squaredIDF[tag, default: 0], first: UInt32(position), second: tag))
      }
    }
    return result
  }

  func explain(_ evidence: Evidence, for item: UInt32) throws(SinterError) -> Explanation {
    let mine = shopper.profile[Int(evidence.first)]
    let (i, j, tag) = (shopper.node(item), shopper.node(mine.item), evidence.second)
    guard let here = try shopper.link(to: mine), let there = try shopper.links.tags.link(j, tag),
      let back = try shopper.links.tags.link(i, tag)
    else { throw Inconsistency.error("a tag") }
    return Explanation(
      path: Path([shopper.user, j, tag, i], [here.relationship, there.relationship, back.relationship]),
      sentence: "\(try names.name(i)) \(Verbs.tag(back.name)) \(try names.name(tag)), like \(try names.name(j)), which you \(here.verb).")
  }

  func absence(of item: UInt32) throws(SinterError) -> String {
    "\(try names.name(shopper.node(item))) shares no tag with what you have."
  }
}
