package import SinterModel
internal import SinterStorage

/// What is held out of a store to test recommendations with.
package struct HeldOut: Sendable {
  /// A user with test items.
  package struct Test: Sendable {
    package var user: UInt32
    /// Item numbers, in the order in which they happened.
    package var items: [UInt32]
    /// When the user was asked what they would like: the moment of the last pair that trains, or `infinity` where
    /// there are no times.
    package var now: Double
    /// Items named in a split file that the store does not have: they can only be missed.
    package var unknownItems = 0
  }

  package var tests: [Test]
  /// What trains.
  package let training: Interactions
  /// Relationships no scorer may see.
  package let hidden: HiddenLinks
  /// Users in a split file that the store does not have.
  package var unknownUsers = 0

  /// Users with fewer items are not tested.
  package static let leastItems = 5

  /// The protocol: of each user with at least ``leastItems`` items, the last fifth, at least one, is the test.
  static func chronological(
    _ view: GraphView, _ index: ShopIndex, _ interactions: Interactions, hiding hidden: HiddenLinks = .none
  ) throws(SinterError) -> HeldOut {
    try HeldOut(view, index, interactions, hiding: hidden) { k in
      let range = interactions.offsets[k]..<interactions.offsets[k + 1]
      guard range.count >= leastItems else { return [] }
      return Set(range.suffix(max(1, range.count / 5)))
    }
  }

  /// The pairs of a split that is given, by users' node ids. Pairs that the store does not have are test items too.
  static func given(
    _ view: GraphView, _ index: ShopIndex, _ interactions: Interactions, _ pairs: [UInt32: Set<UInt32>],
    unknownItems: [UInt32: Int], unknownUsers: Int
  ) throws(SinterError) -> HeldOut {
    var heldOut = try HeldOut(view, index, interactions, hiding: .none) { k in
      guard let items = pairs[interactions.users[k]] else { return [] }
      return Set((interactions.offsets[k]..<interactions.offsets[k + 1]).filter { items.contains(interactions.items[$0]) })
    }
    var tested: Set<UInt32> = []
    for k in heldOut.tests.indices {
      let user = heldOut.tests[k].user
      tested.insert(user)
      heldOut.tests[k].items += (pairs[user] ?? []).subtracting(heldOut.tests[k].items).sorted()
      heldOut.tests[k].unknownItems = unknownItems[user] ?? 0
    }
    for user in Set(pairs.keys).union(unknownItems.keys).subtracting(tested).sorted() {
      heldOut.tests.append(
        Test(user: user, items: (pairs[user] ?? []).sorted(), now: .infinity, unknownItems: unknownItems[user] ?? 0))
    }
    heldOut.unknownUsers = unknownUsers
    return heldOut
  }

  /// - Parameter choose: positions of the pairs to hold out, by a user's position.
  private init(
    _ view: GraphView, _ index: ShopIndex, _ interactions: Interactions, hiding hidden: HiddenLinks,
    _ choose: (Int) -> Set<Int>
  ) throws(SinterError) {
    var tests: [Test] = []
    var isTest = [Bool](repeating: false, count: interactions.count)
    var ends = [Double](repeating: .infinity, count: interactions.users.count)
    for k in interactions.users.indices {
      let chosen = choose(k)
      guard !chosen.isEmpty else { continue }
      var end = -Double.infinity
      for pair in interactions.offsets[k]..<interactions.offsets[k + 1] {
        if chosen.contains(pair) { isTest[pair] = true } else { end = max(end, interactions.first[pair]) }
      }
      ends[k] = end
      tests.append(
        Test(
          user: interactions.users[k], items: chosen.sorted().map { interactions.items[$0] },
          now: interactions.hasTimes && end.isFinite ? end : .infinity))
    }
    self.tests = tests
    training = interactions.filtered(until: { ends[$0] }) { !isTest[$0] }
    self.hidden = try Self.links(view, index, tests, hiding: hidden)
  }

  /// The relationships from the tested users to their test items, and what they did to any item later than `now`.
  private static func links(
    _ view: GraphView, _ index: ShopIndex, _ tests: [Test], hiding hidden: HiddenLinks
  ) throws(SinterError) -> HiddenLinks {
    var relationships: Set<UInt32> = []
    let clock = EventClock(view, index.schema)
    let has = LinkTypes(index.schema.has, .outgoing, in: view, hiding: hidden)
    let seen = LinkTypes(index.schema.seen, .outgoing, in: view, hiding: hidden)
    for test in tests {
      let items = Set(test.items)
      for (types, isOwning) in [(has, true), (seen, false)] {
        for link in try types.links(of: test.user) {
          guard let item = index.number(of: link.node) else { continue }
          let time = try clock.seconds(of: link.relationship)
          let isLater = time.map { $0 > test.now } ?? false
          // Having looked at a test item is a fair clue, unless nobody knows whether it came before.
          if isLater || (items.contains(item) && (isOwning || time == nil)) { relationships.insert(link.relationship) }
        }
      }
    }
    return hidden.union(relationships)
  }
}
