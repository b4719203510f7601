/// Relationship types as words of a sentence.
enum Verbs {
  /// What a user did: "bought".
  static func past(_ type: String) -> String {
    switch type {
    case "PURCHASED", "BOUGHT": "bought"
    case "RATED": "rated"
    case "LISTENED_TO": "listened to"
    case "OWNS": "own"
    case "VIEWED", "CLICKED": "looked at"
    case "ADDED_TO_CART", "CARTED": "put in the cart"
    default: words(type)
    }
  }

  /// What a fact says of the user, after "you": "prefer" for PREFERS, "live in" for LIVES_IN, "are interested in" for
  /// INTERESTED_IN.
  static func you(_ type: String) -> String {
    var parts = words(type).split(separator: " ").map(String.init)
    guard let first = parts.first else { return type }
    if first.hasSuffix("ed") { return "are " + parts.joined(separator: " ") }
    if first.hasSuffix("s"), !first.hasSuffix("ss"), first.count > 2 { parts[0] = String(first.dropLast()) }
    return parts.joined(separator: " ")
  }

  /// What a tag link says of an item: "is tagged".
  static func tag(_ type: String) -> String {
    switch type {
    case "HAS_TAG", "HAS_GENRE": "is tagged"
    case "IN_CATEGORY", "HAS_CATEGORY": "is in"
    case "BY_BRAND", "HAS_BRAND", "MADE_BY": "is by"
    case "SUITS": "suits"
    default: words(type)
    }
  }

  /// What joins two items: "goes with".
  static func relation(_ type: String) -> String {
    switch type {
    case "COMPLEMENTS": "completes"
    case "SIMILAR_TO": "is similar to"
    case "BOUGHT_TOGETHER": "is often bought together with"
    default: words(type)
    }
  }

  static func words(_ type: String) -> String {
    type.lowercased().split(separator: "_").joined(separator: " ")
  }
}
