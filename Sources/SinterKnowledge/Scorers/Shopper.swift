internal import SinterModel
internal import SinterStorage

/// Everything the scorers need to know about one user in one snapshot.
final class Shopper {
  /// An item that speaks for the user's taste.
  struct ProfileItem {
    var item: UInt32
    var weight: Double
    /// Has it, rather than only having seen it.
    var isOwned: Bool
    /// Seconds since 1970 of the last time; NaN where nobody knows.
    var time = Double.nan
    /// ``weight`` without recency.
    var plainWeight: Double

    init(item: UInt32, weight: Double, isOwned: Bool, time: Double) {
      self.item = item
      self.weight = weight
      self.isOwned = isOwned
      self.time = time
      plainWeight = weight
    }
  }

  let view: GraphView
  let index: ShopIndex
  let user: UInt32
  let links: ShopLinks
  let facts: FactReader
  /// Seconds since 1970 at which facts must hold.
  let now: Double
  /// Owned items in order of number, then seen ones.
  private(set) var profile: [ProfileItem] = []

  /// The most recent of what was only seen; more of it tells little and costs time.
  static let seenLimit = 100

  /// - Parameter owned: gets all items the user has, ratings below the minimum included.
  init(_ scene: Scene, user: NodeID, owned: ScoreBoard) throws(SinterError) {
    view = scene.view
    index = scene.index
    self.user = user.rawValue
    links = ShopLinks(scene.view, scene.index.schema, hiding: scene.hidden)
    facts = FactReader(scene.view, hiding: scene.hidden)
    now = scene.now ?? WallClock.seconds
    let clock = EventClock(view, index.schema)
    var times: [UInt32: Double] = [:]
    for link in try links.has.links(of: self.user) {
      guard let item = index.number(of: link.node) else { continue }
      owned.touch(item)
      if let time = try clock.seconds(of: link.relationship) { times[item] = max(time, times[item] ?? time) }
    }
    for item in index.items(of: self.user) {
      profile.append(ProfileItem(item: item, weight: 1, isOwned: true, time: times[item] ?? .nan))
    }
    try addSeen(owned, clock)
    weigh(index.schema.recency)
  }

  private init(_ other: Shopper) {
    view = other.view
    index = other.index
    user = other.user
    links = other.links
    facts = other.facts
    now = other.now
    profile = other.profile
  }

  /// The same user with another ``Recency`` of their profile; nil for the schema's.
  func withRecency(_ exponent: Double?) -> Shopper {
    guard let exponent, exponent != index.schema.recency else { return self }
    let copy = Shopper(self)
    copy.weigh(exponent)
    return copy
  }

  /// What was only looked at does not make older what the user has: each kind is ranked by itself.
  private func weigh(_ exponent: Double) {
    let owned = profile.prefix { $0.isOwned }.count
    for range in [0..<owned, owned..<profile.count] {
      for (position, weight) in zip(range, Recency.weights(profile[range].map(\.time), exponent: exponent)) {
        profile[position].weight = profile[position].plainWeight * weight
      }
    }
  }

  private func addSeen(_ owned: ScoreBoard, _ clock: EventClock) throws(SinterError) {
    let seenWeight = index.schema.seenWeight
    guard seenWeight > 0 else { return }
    var seen: [UInt32: Double] = [:]
    for link in try links.seen.links(of: user).sorted(by: { $0.relationship > $1.relationship }) {
      guard seen.count < Self.seenLimit else { break }
      guard let item = index.number(of: link.node), !owned.isTouched(item) else { continue }
      let time = try clock.seconds(of: link.relationship) ?? .nan
      if let known = seen[item], !(time > known) { continue }
      seen[item] = time
    }
    for (item, time) in seen.sorted(by: { $0.key < $1.key }) {
      profile.append(ProfileItem(item: item, weight: seenWeight, isOwned: false, time: time))
    }
  }

  func node(_ item: UInt32) -> UInt32 { index.items.base[Int(item)] }

  /// How the user is linked to an item of the profile.
  func link(to item: ProfileItem) throws(SinterError) -> (relationship: UInt32, verb: String)? {
    guard item.isOwned else { return try links.seen.link(user, node(item.item)).map { ($0.relationship, Verbs.past($0.name)) } }
    return try hasLink(user, item.item)
  }

  /// The relationship by which a user has an item.
  func hasLink(_ user: UInt32, _ item: UInt32) throws(SinterError) -> (relationship: UInt32, verb: String)? {
    let ratings = links.ratings
    let found = try links.has.link(user, node(item)) { relationship throws(SinterError) in
      guard let ratings, try self.view.relationship(RelationshipID(relationship))?.type == self.links.ratedType else { return true }
      return try ratings.passes(relationship)
    }
    return found.map { ($0.relationship, Verbs.past($0.name)) }
  }
}

extension Shopper {
  /// The user who came to have an item last, by the order of relationship ids of the first type by which anyone has it.
  func latestOwner(of item: UInt32) throws(SinterError) -> (user: UInt32, relationship: UInt32, verb: String)? {
    var latest: (user: UInt32, relationship: UInt32, verb: String)?
    for member in links.owners.members {
      let filter = member.type == links.ratedType ? links.ratings : nil
      for link in try links.owners.links(of: node(item), by: member.adjacency)
      where link.relationship >= latest?.relationship ?? 0 {
        if let filter, try !filter.passes(link.relationship) { continue }
        latest = (link.node, link.relationship, Verbs.past(member.name))
      }
      if latest != nil { break }
    }
    return latest
  }
}

/// The shop's relationship types as handles over one view.
struct ShopLinks {
  let has: LinkTypes
  /// From items to who has them.
  let owners: LinkTypes
  let seen: LinkTypes
  /// From items, and to items.
  let tags: LinkTypes
  let tagged: LinkTypes
  let related: LinkTypes
  let relatedBack: LinkTypes
  let follows: LinkTypes
  /// From users: everything that may be a fact in favour, and against.
  let likes: LinkTypes
  let dislikes: LinkTypes
  let dismissed: LinkTypes
  /// Types that are facts only where a relationship was deposited.
  let others: LinkTypes
  let ratings: RatingFilter?
  let ratedType: TypeID?

  init(_ view: GraphView, _ schema: ShopSchema, hiding hidden: HiddenLinks) {
    has = LinkTypes(schema.has, .outgoing, in: view, hiding: hidden)
    owners = LinkTypes(schema.has, .incoming, in: view, hiding: hidden)
    seen = LinkTypes(schema.seen, .outgoing, in: view, hiding: hidden)
    tags = LinkTypes(schema.tagged, .outgoing, in: view, hiding: hidden)
    tagged = LinkTypes(schema.tagged, .incoming, in: view, hiding: hidden)
    related = LinkTypes(schema.related, .outgoing, in: view, hiding: hidden)
    relatedBack = LinkTypes(schema.related, .incoming, in: view, hiding: hidden)
    follows = LinkTypes(schema.follows, .outgoing, in: view, hiding: hidden)
    likes = LinkTypes(schema.likes, .outgoing, in: view, hiding: hidden)
    dislikes = LinkTypes(schema.dislikes, .outgoing, in: view, hiding: hidden)
    dismissed = LinkTypes(schema.dismissed, .outgoing, in: view, hiding: hidden)
    let named = Set(
      schema.has + schema.seen + schema.tagged + schema.related + schema.follows + schema.likes + schema.dislikes + schema.dismissed)
    let deposits = view.keyID(FactKeys.recordedAt) != nil
    others = LinkTypes(deposits ? view.typeNames.filter { !named.contains($0) } : [], .outgoing, in: view, hiding: hidden)
    ratings = RatingFilter(view, schema)
    ratedType = view.typeID(RatingFilter.typeName)
  }
}
