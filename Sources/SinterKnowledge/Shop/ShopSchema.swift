package import SinterModel
package import SinterStorage

/// What a graph's relationship types mean to a shop.
///
/// The defaults fit the commerce schema and common names; types that a store does not have do no harm. A store's own
/// settings lie in the blob ``blobName`` and replace the defaults field by field.
package struct ShopSchema: Sendable, Equatable {
  /// From a user to an item they have: what co-purchase learns from, and what is not recommended again.
  package var has = ["BOUGHT", "PURCHASED", "ORDERED", "OWNS", "RATED", "LIKED", "WATCHED", "LISTENED_TO", "READ"]
  /// From a user to an item they took an interest in.
  package var seen = ["VIEWED", "CLICKED", "ADDED_TO_CART", "CARTED", "WISHLISTED"]
  /// From an item to what describes it.
  package var tagged = [
    "HAS_TAG", "IN_CATEGORY", "HAS_CATEGORY", "BY_BRAND", "HAS_BRAND", "MADE_BY", "HAS_GENRE", "SUITS",
  ]
  /// From an item to an item that goes with it; read both ways.
  package var related = ["GOES_WITH", "COMPLEMENTS", "SIMILAR_TO", "BOUGHT_TOGETHER"]
  /// From a user to a user.
  package var follows = ["FOLLOWS", "FRIEND_OF", "TRUSTS"]
  /// From a user to an item or a tag: what speaks for it, and what speaks against it.
  package var likes = ["PREFERS", "LIKES", "INTERESTED_IN", "WANTS", "NEEDS"]
  package var dislikes = ["AVOIDS", "DISLIKES"]
  /// From a user to an item they do not want to see for some time.
  package var dismissed = ["DISMISSED"]
  /// How long that time is.
  package var dismissedDays = 30.0
  /// Properties that name a node in a sentence; the first one present is used.
  package var titles = ["title", "name", "id"]
  /// Properties of items whose words the scorer `content` compares: strings and lists of strings.
  package var texts = ["title", "name", "description", "keywords", "genres"]
  /// Labels of items; empty: the label most targets of ``has`` carry.
  package var itemLabels: [String] = []
  /// Properties of a RATED relationship that hold the rating.
  package var ratings = ["stars", "rating", "score"]
  /// Properties of a relationship from a user that say when it happened; the first one present is used.
  package var times = ["ts", "timestamp", "time", "at", "date", "datetime", "createdAt", "created_at", "purchasedAt"]
  /// A rating below this is not "having"; the item still counts as known to the user. 0, the default, takes every rating
  /// for interest: what people choose to rate foretells what they take next, whatever the stars.
  package var minimumRating = 0.0
  /// The weight of a seen item beside one the user has.
  package var seenWeight = 0.3
  /// p of ``Recency``: how fast older items of a user's history count less; 0 for all alike.
  package var recency = 0.3
  /// The half-life of the scorer `trending`, in days.
  package var trendingDays = 30.0
  /// λ of the item–item cosine.
  package var shrinkage = 5.0

  package init() {}

  package static let blobName = "settings/shop"
}

extension ShopSchema {
  private static let lists: [(name: String, path: any WritableKeyPath<ShopSchema, [String]> & Sendable)] = [
    ("has", \.has), ("seen", \.seen), ("tagged", \.tagged), ("related", \.related), ("follows", \.follows),
    ("likes", \.likes), ("dislikes", \.dislikes), ("titles", \.titles), ("itemLabels", \.itemLabels),
    ("ratings", \.ratings), ("dismissed", \.dismissed), ("times", \.times), ("texts", \.texts),
  ]
  private static let numbers: [(name: String, path: any WritableKeyPath<ShopSchema, Double> & Sendable)] = [
    ("minimumRating", \.minimumRating), ("dismissedDays", \.dismissedDays), ("seenWeight", \.seenWeight), ("shrinkage", \.shrinkage),
    ("recency", \.recency), ("trendingDays", \.trendingDays),
  ]

  /// The settings as a map; ``apply(_:)`` reads it back.
  package var settings: [String: Value] {
    var result: [String: Value] = [:]
    for (name, path) in Self.lists { result[name] = .list(self[keyPath: path].map { .string($0) }) }
    for (name, path) in Self.numbers { result[name] = .float(self[keyPath: path]) }
    return result
  }

  /// Replaces the settings that `map` names.
  /// - Throws: `ArgumentError.InvalidArgument` for an unknown setting or a value of the wrong kind.
  package mutating func apply(_ map: [String: Value]) throws(SinterError) {
    for (name, value) in map.sorted(by: { $0.key < $1.key }) {
      if let path = Self.lists.first(where: { $0.name == name })?.path {
        self[keyPath: path] = try Self.strings(value, name)
      } else if let path = Self.numbers.first(where: { $0.name == name })?.path {
        guard let number = value.asDouble, number.isFinite, number >= 0 else {
          throw SinterError(
            "ArgumentError.InvalidArgument", "The shop setting `\(name)` must be a number of at least 0, not \(value.brief).")
        }
        self[keyPath: path] = number
      } else {
        let known = Self.lists.map(\.name) + Self.numbers.map(\.name)
        throw SinterError(
          "ArgumentError.InvalidArgument",
          "There is no shop setting `\(name)`. Known are \(known.joined(separator: ", ")).")
      }
    }
  }

  private static func strings(_ value: Value, _ name: String) throws(SinterError) -> [String] {
    let items: [Value] = if case .list(let items) = value { items } else { [value] }
    var result: [String] = []
    for item in items {
      guard case .string(let text) = item else {
        throw SinterError(
          "ArgumentError.InvalidArgument", "The shop setting `\(name)` must be a list of names, not \(value.brief).")
      }
      result.append(text)
    }
    return result
  }

  /// The schema of a store: its own settings over the defaults.
  package static func read(_ view: GraphView) throws(SinterError) -> ShopSchema {
    var schema = ShopSchema()
    if let map = try ValueBlob.read(blobName, in: view) { try schema.apply(map) }
    return schema
  }

  package func write(_ writer: GraphWriter) throws(SinterError) {
    try ValueBlob.write(Self.blobName, settings, writer)
  }
}
