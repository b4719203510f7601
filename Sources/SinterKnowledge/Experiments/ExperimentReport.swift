package import SinterModel
package import SinterStorage

/// What an experiment has shown so far.
package struct ExperimentReport: Sendable {
  /// What the users of one variant did.
  package struct Row: Sendable {
    package let variant: Experiment.Variant
    /// Users who were shown anything.
    package var users = 0
    /// Of those, who reached the goal.
    package var successes = 0
    package var shows = 0
    package var clicks = 0
    package var purchases = 0
    package var dismissals = 0
    /// Bounds of the share of users who reached the goal, for this look alone.
    package var interval = (lower: 0.0, upper: 1.0)
    /// Beside the control; nil for the control itself, and where either has no users.
    package var outcome: SequentialTest.Outcome?
    package var verdict = ""

    package var rate: Double? { users > 0 ? Double(successes) / Double(users) : nil }
    package var clickThrough: Double? { shows > 0 ? Double(clicks) / Double(shows) : nil }
  }

  package let experiment: Experiment
  package private(set) var rows: [Row]
  /// Users with feedback of more than one variant; they count nowhere.
  package private(set) var mixedUsers = 0
  /// Users with feedback who were never shown anything; they count nowhere.
  package private(set) var unshownUsers = 0
  /// The chance of a split as uneven as the one seen.
  package private(set) var splitP = 1.0

  /// Below this the split is taken to be broken (Fabijan et al. 2019).
  static let splitAlarm = 0.0005

  /// Reads all feedback of an experiment.
  /// - Complexity: O(feedback relationships of the store)
  package init(_ experiment: Experiment, _ view: GraphView, check: () throws(SinterError) -> Void) throws(SinterError) {
    self.experiment = experiment
    rows = experiment.variants.map { Row(variant: $0) }
    let people = try Self.people(experiment, view, check)
    for person in people.values {
      guard let variant = person.variant else {
        mixedUsers += 1
        continue
      }
      guard person.counts[0] > 0 else {
        unshownUsers += 1
        continue
      }
      rows[variant].users += 1
      rows[variant].shows += person.counts[0]
      rows[variant].clicks += person.counts[1]
      rows[variant].purchases += person.counts[2]
      rows[variant].dismissals += person.counts[3]
      if person.counts[experiment.goal == .clicked ? 1 : 2] > 0 { rows[variant].successes += 1 }
    }
    splitP = SequentialTest.splitP(rows.map(\.users), weights: experiment.variants.map(\.weight))
    judge()
  }

  private struct Person {
    /// nil where feedback names more than one.
    var variant: Int?
    /// By action.
    var counts = [0, 0, 0, 0]
  }

  private static func people(
    _ experiment: Experiment, _ view: GraphView, _ check: () throws(SinterError) -> Void
  ) throws(SinterError) -> [UInt32: Person] {
    guard let key = view.keyID(FeedbackKeys.experiment), let variantKey = view.keyID(FeedbackKeys.variant) else { return [:] }
    let (experiments, variants) = (view.column(key, of: .relationship), view.column(variantKey, of: .relationship))
    let numbers = Dictionary(experiment.variants.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { a, _ in a })
    var people: [UInt32: Person] = [:]
    for (number, action) in FeedbackAction.allCases.enumerated() {
      guard let type = view.typeID(action.type), view.relationshipCount(type: type) > 0 else { continue }
      var start: UInt32 = 0
      while start < view.relationshipIDLimit {
        try check()
        let end = min(view.relationshipIDLimit, start &+ min(65_536, UInt32.max - start))
        var ids: [UInt32] = []
        try view.scanRelationships(start..<end, types: [type], into: &ids)
        for id in ids {
          guard try experiments.value(of: id).asString == experiment.name,
            let variant = numbers[try variants.value(of: id).asString ?? ""],
            let record = try view.relationship(RelationshipID(id))
          else { continue }
          var person = people[record.start.rawValue] ?? Person(variant: variant)
          if person.variant != variant { person.variant = nil }
          person.counts[number] += 1
          people[record.start.rawValue] = person
        }
        start = end
      }
    }
    return people
  }

  /// Several variants share the chance of a false alarm evenly (Bonferroni).
  private mutating func judge() {
    let alpha = experiment.significance / Double(rows.count - 1)
    for k in rows.indices {
      rows[k].interval = SequentialTest.interval(rows[k].successes, of: rows[k].users, significance: experiment.significance)
      guard k > 0 else { continue }
      rows[k].outcome = SequentialTest.compare(
        control: (rows[0].successes, rows[0].users), variant: (rows[k].successes, rows[k].users),
        expectedEffect: experiment.expectedEffect, significance: alpha)
    }
    for k in rows.indices { rows[k].verdict = verdict(k, alpha) }
  }

  private func verdict(_ k: Int, _ alpha: Double) -> String {
    if rows.allSatisfy({ $0.users == 0 }) {
      return "Nothing has been shown yet: record what users see with CALL sinter.feedback.record(user, item, 'shown', {experiment: '\(experiment.name)'})."
    }
    if splitP < Self.splitAlarm {
      let counts = rows.map { String($0.users) }.joined(separator: " : ")
      return "The split of users, \(counts), is not the one that was meant: something loses users of a variant, so nothing can be compared."
    }
    if k == 0 { return "control" }
    guard let outcome = rows[k].outcome else { return "One side has no users yet: go on." }
    guard outcome.alwaysValidP < alpha else { return "No difference from the control can be told yet: go on." }
    return outcome.difference > 0
      ? "Better than the control, at whatever moment this is looked at." : "Worse than the control, at whatever moment this is looked at."
  }
}

extension ExperimentReport {
  package static let columns = [
    "variant", "strategy", "users", "shows", "clicks", "bought", "dismissed", "ctr", "successes", "rate", "rateLow", "rateHigh",
    "lift", "difference", "differenceLow", "differenceHigh", "alwaysValidP", "fixedP", "splitP", "verdict",
  ]

  /// A row per variant, by ``columns``.
  package var values: [[Value]] {
    func float(_ number: Double?) -> Value { number.map { .float($0) } ?? .null }
    return rows.map { row in
      let base = rows[0].rate ?? 0
      let lift = row.outcome != nil && base > 0 ? (row.rate ?? 0) / base - 1 : nil
      return [
        .string(row.variant.name), row.variant.strategy.map { .string($0) } ?? .null, .integer(Int64(row.users)),
        .integer(Int64(row.shows)), .integer(Int64(row.clicks)), .integer(Int64(row.purchases)), .integer(Int64(row.dismissals)),
        float(row.clickThrough), .integer(Int64(row.successes)), float(row.rate),
        float(row.users > 0 ? row.interval.lower : nil), float(row.users > 0 ? row.interval.upper : nil), float(lift),
        float(row.outcome?.difference), float(row.outcome?.lower), float(row.outcome?.upper), float(row.outcome?.alwaysValidP),
        float(row.outcome?.fixedP), float(splitP), .string(row.verdict),
      ]
    }
  }
}
