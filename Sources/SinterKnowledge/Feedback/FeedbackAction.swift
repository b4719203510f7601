internal import SinterModel

/// What became of a recommendation.
package enum FeedbackAction: String, Sendable, CaseIterable {
  case shown, clicked, bought, dismissed

  /// The type of the relationship that records it, from the user to the item.
  package var type: String { rawValue.uppercased() }

  /// How much it counts for (positive) or against the facts the recommendation stood on, in observations.
  var weight: Double {
    switch self {
    case .shown: 0
    case .clicked: 1
    case .bought: 3
    case .dismissed: -2
    }
  }

  /// - Throws: `ArgumentError.InvalidArgument` with a suggestion.
  init(_ text: String) throws(SinterError) {
    guard let action = FeedbackAction(rawValue: text.lowercased()) else {
      throw SinterError(
        "ArgumentError.InvalidArgument",
        "There is no feedback `\(text)`. \(Listing.known("kind of feedback", FeedbackAction.allCases.map(\.rawValue), near: text))")
    }
    self = action
  }
}

/// The properties of a relationship that records feedback. They are plain, so that queries can ask them.
package enum FeedbackKeys {
  /// String, the strategy that recommended.
  package static let strategy = "strategy"
  /// Integer from 1, the place in the list.
  package static let position = "position"
  /// Strings, the experiment and the user's variant in it.
  package static let experiment = "experiment"
  package static let variant = "variant"
  /// Date-time in UTC.
  package static let at = "at"
  /// Hidden: relationship ids of the facts that were moved, and how much evidence each got.
  static let facts = "@feedbackFacts"
  static let amounts = "@feedbackAmounts"
}
