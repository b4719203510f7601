internal import SinterExecute
package import SinterModel
package import SinterStorage

/// What users did with recommendations: plain relationships `SHOWN`, `CLICKED`, `BOUGHT` and `DISMISSED` from the user to
/// the item, with the strategy, the position, the experiment and the time.
///
/// A click, a purchase or a dismissal also moves the deposited facts that the recommendation stood on, each by its share
/// in the knowledge scorer's score: see ``FactTrust``. An item that was dismissed is not recommended again to that user
/// for ``ShopSchema/dismissedDays``.
package struct Feedback {
  /// What is said of one recommendation; nil for what is not known.
  package struct Entry: Sendable {
    package var user: NodeID
    package var item: NodeID
    package var action: FeedbackAction
    package var strategy: String?
    package var position: Int64?
    package var experiment: String?
    /// A date-time; nil for now.
    package var at: Value?

    package init(
      user: NodeID, item: NodeID, action: FeedbackAction, strategy: String? = nil, position: Int64? = nil,
      experiment: String? = nil, at: Value? = nil
    ) {
      self.user = user
      self.item = item
      self.action = action
      self.strategy = strategy
      self.position = position
      self.experiment = experiment
      self.at = at
    }
  }

  /// Records feedback.
  /// - Returns: the relationship and how many facts moved.
  /// - Throws: `EntityNotFound.DeletedEntityAccess`, `ArgumentError.NumberOutOfRange` for a position below 1,
  ///   `ArgumentError.UnknownExperiment`, `TypeError.InvalidArgumentType` for a time that is none.
  package static func record(
    _ entry: Entry, recommender: ShopRecommender, writer: GraphWriter
  ) throws(SinterError) -> (relationship: RelationshipID, facts: Int) {
    for node in [entry.user, entry.item] where try !writer.view.exists(node) {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "Feedback names node \(node.rawValue), which does not exist (any more).")
    }
    if let position = entry.position, position < 1 {
      throw SinterError("ArgumentError.NumberOutOfRange", "The position of a recommendation counts from 1; it is \(position).")
    }
    if let at = entry.at, at.epochSeconds() == nil {
      throw SinterError("TypeError.InvalidArgumentType", "The time of feedback must be a date or a date-time, not \(at.brief).")
    }
    var strategy = entry.strategy
    var variant: String?
    if let name = entry.experiment {
      let experiment = try ExperimentCatalogue.experiment(name, in: writer.view)
      let assigned = try experiment.variant(of: entry.user, in: writer.view)
      variant = assigned.name
      strategy = strategy ?? assigned.strategy
    }
    // Asked before the feedback is written, so that it does not explain itself.
    let stakes = entry.action.weight == 0 ? [] : try recommender.factShares(of: entry.item, for: entry.user, in: writer.view)
    let relationship = try writer.createRelationship(writer.type(entry.action.type), from: entry.user, to: entry.item)
    func set(_ key: String, _ value: Value?) throws(SinterError) {
      if let value { try writer.set(writer.key(key), of: relationship, to: value) }
    }
    try set(FeedbackKeys.strategy, strategy.map { .string($0) })
    try set(FeedbackKeys.position, entry.position.map { .integer($0) })
    try set(FeedbackKeys.experiment, entry.experiment.map { .string($0) })
    try set(FeedbackKeys.variant, variant.map { .string($0) })
    try set(FeedbackKeys.at, entry.at ?? WallClock.now)
    guard !stakes.isEmpty else { return (relationship, 0) }
    let amounts = stakes.map { $0.share * entry.action.weight }
    try set(FeedbackKeys.facts, .list(stakes.map { .integer(Int64($0.fact.rawValue)) }))
    try set(FeedbackKeys.amounts, .list(amounts.map { .float($0) }))
    for (stake, amount) in zip(stakes, amounts) {
      try FactTrust.add(positive: max(0, amount), negative: max(0, -amount), to: stake.fact, writer)
    }
    return (relationship, stakes.count)
  }

  /// Takes feedback back: the relationship goes, and the facts it moved return.
  /// - Returns: how many facts returned.
  /// - Throws: `EntityNotFound.DeletedEntityAccess`, `ArgumentError.InvalidArgument` for a relationship of another kind.
  package static func withdraw(_ relationship: RelationshipID, writer: GraphWriter) throws(SinterError) -> Int {
    guard let record = try writer.view.relationship(relationship) else {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "The feedback (relationship \(relationship.rawValue)) does not exist (any more).")
    }
    let type = writer.view.name(of: record.type)
    guard FeedbackAction.allCases.contains(where: { $0.type == type }) else {
      throw SinterError(
        "ArgumentError.InvalidArgument",
        "Relationship \(relationship.rawValue) is a \(type), not feedback (\(FeedbackAction.allCases.map(\.type).joined(separator: ", "))).")
    }
    var count = 0
    if case .list(let facts) = try Facts.hidden(FeedbackKeys.facts, of: relationship, writer.view),
      case .list(let amounts) = try Facts.hidden(FeedbackKeys.amounts, of: relationship, writer.view)
    {
      for (fact, amount) in zip(facts, amounts) {
        guard case .integer(let id) = fact, let raw = UInt32(exactly: id), let amount = amount.asDouble,
          try writer.view.relationship(RelationshipID(raw)) != nil
        else { continue }
        try FactTrust.add(positive: -max(0, amount), negative: -max(0, -amount), to: RelationshipID(raw), writer)
        count += 1
      }
    }
    try writer.deleteRelationship(relationship)
    return count
  }
}

extension ShopRecommender {
  /// The deposited facts that speak for an item, with their shares of what all knowledge says for it.
  func factShares(of item: NodeID, for user: NodeID, in view: GraphView) throws(SinterError) -> [(fact: RelationshipID, share: Double)] {
    guard view.keyID(FactKeys.recordedAt) != nil else { return [] }
    let index = try index(of: view)
    guard let number = index.number(of: item.rawValue) else { return [] }
    let scene = Scene(view: view, index: index, models: published)
    return try index.withWorkspace { workspace throws(SinterError) in
      let shopper = try Shopper(scene, user: user, owned: workspace.owned)
      let scorer = try KnowledgeScorer(shopper, NodeNames(view, index.schema))
      let evidence = try scorer.evidence(for: number)
      let total = evidence.reduce(0) { $0 + $1.value }
      guard total > 0 else { return [] }
      var shares: [UInt32: Double] = [:]
      for piece in evidence {
        guard let fact = scorer.fact(of: piece), try shopper.facts.isDeposited(fact) else { continue }
        shares[fact, default: 0] += piece.value / total
      }
      return shares.sorted { $0.key < $1.key }.map { (RelationshipID($0.key), $0.value) }
    }
  }
}
