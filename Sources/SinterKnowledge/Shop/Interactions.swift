package import SinterModel
package import SinterStorage

/// Which user had which item, and when: every pair that a "has" relationship joins, once.
///
/// The pairs of a user come in the order in which they first happened; of the same moment, in the order of the items'
/// ids as text. Where no relationship has a time, the order of the relationships' ids stands for it.
package struct Interactions: Sendable {
  /// Node ids of users with any item, ascending.
  package private(set) var users: [UInt32] = []
  /// The pairs of `users[k]` are `offsets[k]..<offsets[k + 1]`.
  package private(set) var offsets: [Int] = [0]
  /// Item numbers of ``ShopIndex``.
  package private(set) var items: [UInt32] = []
  /// Seconds since 1970 of the first and the last time; ids of relationships where nothing has a time.
  package private(set) var first: [Double] = []
  package private(set) var last: [Double] = []
  /// Whether any relationship counts as having liked the item.
  package private(set) var isLiked: [Bool] = []
  /// Whether times are times.
  package private(set) var hasTimes = false

  package var count: Int { items.count }

  /// A relationship from a user to an item.
  struct Event {
    var user: UInt32
    var item: UInt32
    var relationship: UInt32
    var time: Double
    var isLiked: Bool
  }

  /// - Parameter hidden: relationships that are taken not to exist.
  /// - Complexity: O(relationships of the "has" types · log of a user's)
  init(_ view: GraphView, _ index: ShopIndex, hiding hidden: HiddenLinks = .none) throws(SinterError) {
    var events = try Self.events(view, index, hidden)
    hasTimes = events.contains { !$0.time.isNaN }
    for k in events.indices {
      if !hasTimes { events[k].time = Double(events[k].relationship) } else if events[k].time.isNaN { events[k].time = 0 }
    }
    let ranks = try Self.textRanks(view, index)
    events.sort {
      ($0.user, $0.item, $0.time, $0.relationship) < ($1.user, $1.item, $1.time, $1.relationship)
    }
    var start = 0
    while start < events.count {
      var end = start
      while end < events.count, events[end].user == events[start].user { end += 1 }
      append(events[start..<end], ranks)
      start = end
    }
  }

  /// Takes one user's events, in order of items and times.
  private mutating func append(_ events: ArraySlice<Event>, _ ranks: [UInt32]) {
    var pairs: [(item: UInt32, first: Double, last: Double, isLiked: Bool)] = []
    for event in events {
      if let last = pairs.last, last.item == event.item {
        pairs[pairs.count - 1].last = event.time
        pairs[pairs.count - 1].isLiked = last.isLiked || event.isLiked
      } else {
        pairs.append((event.item, event.time, event.time, event.isLiked))
      }
    }
    pairs.sort { ($0.first, ranks[Int($0.item)]) < ($1.first, ranks[Int($1.item)]) }
    for pair in pairs {
      items.append(pair.item)
      first.append(pair.first)
      last.append(pair.last)
      isLiked.append(pair.isLiked)
    }
    users.append(events[events.startIndex].user)
    offsets.append(items.count)
  }

  /// A user's position in ``users``.
  package func position(of user: UInt32) -> Int? {
    var low = 0
    var high = users.count
    while low < high {
      let middle = (low + high) / 2
      if users[middle] < user { low = middle + 1 } else { high = middle }
    }
    return low < users.count && users[low] == user ? low : nil
  }

  private init() {}

  /// The pairs that `keep` takes, by position; times after `until` (of the user's position) did not happen yet.
  func filtered(until: (Int) -> Double, _ keep: (Int) -> Bool) -> Interactions {
    var result = Interactions()
    result.hasTimes = hasTimes
    for k in users.indices {
      let end = until(k)
      for pair in offsets[k]..<offsets[k + 1] where keep(pair) {
        result.items.append(items[pair])
        result.first.append(first[pair])
        result.last.append(last[pair] <= end ? last[pair] : first[pair])
        result.isLiked.append(isLiked[pair])
      }
      guard result.items.count > result.offsets[result.offsets.count - 1] else { continue }
      result.users.append(users[k])
      result.offsets.append(result.items.count)
    }
    return result
  }
}

extension Interactions {
  /// All relationships of the "has" types to items, user by user unsorted.
  static func events(_ view: GraphView, _ index: ShopIndex, _ hidden: HiddenLinks) throws(SinterError) -> [Event] {
    let has = LinkTypes(index.schema.has, .incoming, in: view)
    let ratings = RatingFilter(view, index.schema)
    let clock = EventClock(view, index.schema)
    var scratch = Adjacency.Scratch()
    var result: [Event] = []
    for number in 0..<index.items.count {
      for member in has.members {
        let filter = member.name == RatingFilter.typeName ? ratings : nil
        try typed {
          try member.adjacency.forEachRun(of: index.items.base[number], scratch: &scratch) { run in
            for i in 0..<run.count {
              let relationship = run.relationships[i]
              if hidden.contains(relationship) { continue }
              result.append(
                Event(
                  user: run.neighbors[i], item: UInt32(number), relationship: relationship,
                  time: try clock.seconds(of: relationship) ?? .nan, isLiked: try filter?.passes(relationship) ?? true))
            }
          }
        }
      }
    }
    return result
  }

  /// Each item's place in the order of ids as text; of node ids where items have no `id`.
  private static func textRanks(_ view: GraphView, _ index: ShopIndex) throws(SinterError) -> [UInt32] {
    var texts: [(text: String, item: Int)] = []
    let column = view.keyID("id").map { view.column($0, of: .node) }
    for item in 0..<index.items.count {
      switch try column?.value(of: index.items.base[item]) ?? .null {
      case .string(let text): texts.append((text, item))
      case .integer(let number): texts.append((String(number), item))
      default: texts.append(("", item))
      }
    }
    texts.sort { ($0.text, $0.item) < ($1.text, $1.item) }
    var ranks = [UInt32](repeating: 0, count: texts.count)
    for (rank, entry) in texts.enumerated() { ranks[entry.item] = UInt32(rank) }
    return ranks
  }
}

/// When relationships happened, by the first of the schema's time properties that they have.
struct EventClock {
  private let columns: [PropertyColumn]

  init(_ view: GraphView, _ schema: ShopSchema) {
    columns = schema.times.compactMap { view.keyID($0).map { view.column($0, of: .relationship) } }
  }

  /// Seconds since 1970. Numbers count as seconds, and as milliseconds from 10¹¹ on.
  func seconds(of relationship: UInt32) throws(SinterError) -> Double? {
    for column in columns {
      let value = try column.value(of: relationship)
      if let number = value.asDouble, number.isFinite { return abs(number) >= 1e11 ? number / 1000 : number }
      if let seconds = value.epochSeconds() { return seconds }
    }
    return nil
  }
}

/// Relationships that are taken not to exist, so that what is held out for a test is seen by no scorer and no model.
package struct HiddenLinks: Sendable {
  private let relationships: Set<UInt32>

  static let none = HiddenLinks([])

  init(_ relationships: Set<UInt32>) { self.relationships = relationships }

  @inline(__always)
  var isEmpty: Bool { relationships.isEmpty }

  @inline(__always)
  package func contains(_ relationship: UInt32) -> Bool { !relationships.isEmpty && relationships.contains(relationship) }

  func union(_ more: Set<UInt32>) -> HiddenLinks { HiddenLinks(relationships.union(more)) }
}
