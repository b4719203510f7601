internal import SinterLearn
package import SinterModel
package import SinterStorage

/// How much each scorer counts in a recommendation.
package struct Strategy: Sendable, Equatable {
  package struct Part: Sendable, Equatable {
    package let scorer: ScorerName
    /// Above 0; the weights of a strategy add up to 1.
    package let weight: Double
    /// p of ``Recency`` for this scorer; nil for the schema's.
    package var recency: Double?
  }

  package let parts: [Part]
  /// Whether TransE may be left out where the store has no model: only where nobody asked for it by name.
  let isDefault: Bool
  /// Whether the weights were learned from held-out behaviour, so that an evaluation must learn them anew.
  package var isLearned = false

  /// What is used where nothing else is said. TransE is left out where the store has no model.
  package static let standard = Strategy(
    parts: [
      Part(scorer: .copurchase, weight: 0.4), Part(scorer: .transe, weight: 0.25), Part(scorer: .knowledge, weight: 0.2),
      Part(scorer: .popularity, weight: 0.15),
    ], isDefault: true)

  /// What a store takes where nothing else is said: its strategy named `default` if there is one, else ``standard`` with
  /// a share for each learned model of behaviour that is published.
  static func standard(in view: GraphView) throws(SinterError) -> Strategy {
    if StrategyCatalogue.has("default", in: view) { return try StrategyCatalogue.strategy("default", in: view) }
    var parts = standard.parts
    var learned: [Part] = []
    for (kind, weight) in [(ScorerName.ease, 0.4), (.sequence, 0.2), (.als, 0.1)] {
      guard let factor = kind.factorKind, try FactorCatalogue.current(factor, in: view) != nil else { continue }
      learned.append(Part(scorer: kind, weight: weight))
    }
    guard !learned.isEmpty else { return standard }
    // What counts who has what together is better said by the learned models.
    parts = parts.map { Part(scorer: $0.scorer, weight: $0.scorer == .knowledge ? $0.weight : $0.weight / 4) } + learned
    let total = parts.reduce(0) { $0 + $1.weight }
    return Strategy(parts: parts.map { Part(scorer: $0.scorer, weight: $0.weight / total) }, isDefault: true)
  }

  private init(parts: [Part], isDefault: Bool) {
    self.parts = parts
    self.isDefault = isDefault
  }

  /// A strategy that was learned; its weights are scaled to add up to 1.
  /// - Precondition: some weight is above 0, none is below.
  init(learned parts: [Part]) {
    let total = parts.reduce(0) { $0 + $1.weight }
    self.init(
      parts: parts.filter { $0.weight > 0 }.map { Part(scorer: $0.scorer, weight: $0.weight / total, recency: $0.recency) },
      isDefault: false)
    isLearned = true
  }

  /// A strategy from names and weights, which are scaled to add up to 1; parts of weight 0 are left out.
  /// - Throws: `ArgumentError.UnknownScorer` listing the known ones; `ArgumentError.NumberOutOfRange` for a weight
  ///   that is negative or not finite, or where none is positive; `ArgumentError.InvalidArgument` for a scorer named twice.
  package init(_ scorers: [(name: String, weight: Double)]) throws(SinterError) {
    var parts: [(ScorerName, Double)] = []
    for (name, weight) in scorers {
      guard let scorer = ScorerName(rawValue: name.lowercased()) else {
        throw SinterError("ArgumentError.UnknownScorer", "There is no scorer `\(name)`. \(Listing.known("scorer", ScorerName.allCases.map(\.rawValue), near: name))")
      }
      guard weight.isFinite, weight >= 0 else {
        throw SinterError(
          "ArgumentError.NumberOutOfRange", "The weight of `\(name)` is \(weight): weights are finite and at least 0.")
      }
      guard !parts.contains(where: { $0.0 == scorer }) else {
        throw SinterError("ArgumentError.InvalidArgument", "The scorer `\(name)` is named twice: give it one weight.")
      }
      parts.append((scorer, weight))
    }
    let total = parts.reduce(0) { $0 + $1.1 }
    guard total > 0, total.isFinite else {
      throw SinterError("ArgumentError.NumberOutOfRange", "No scorer has a weight above 0: nothing could be recommended.")
    }
    self.init(parts: parts.filter { $0.1 > 0 }.map { Part(scorer: $0.0, weight: $0.1 / total) }, isDefault: false)
  }

  /// As RECOMMEND takes it: `copurchase 0.5, tags 0.5`.
  package var text: String {
    parts.map { "\($0.scorer.rawValue) \(($0.weight * 10_000).rounded() / 10_000)" }.joined(separator: ", ")
  }

  /// A strategy from text: the name of one that the store keeps, or scorers with weights as USING takes them.
  /// - Throws: `ArgumentError.UnknownStrategy`, and what ``init(_:)`` throws.
  package init(parsing text: String, in view: GraphView) throws(SinterError) {
    if StrategyCatalogue.has(text, in: view) {
      self = try StrategyCatalogue.strategy(text, in: view)
      return
    }
    var scorers: [(name: String, weight: Double)] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let name = words.first, words.count <= 2 else {
        throw SinterError(
          "ArgumentError.InvalidArgument",
          "`\(text)` is no strategy: name one that the store keeps, or scorers with weights, such as copurchase 0.6, tags 0.4.")
      }
      guard let weight = words.count == 2 ? Double(words[1]) : 1 else {
        throw SinterError("ArgumentError.InvalidArgument", "`\(words[1])`, the weight of `\(name)`, is no number.")
      }
      scorers.append((name, weight))
    }
    if scorers.count == 1, ScorerName(rawValue: scorers[0].name.lowercased()) == nil {
      self = try StrategyCatalogue.strategy(scorers[0].name, in: view)
      return
    }
    try self.init(scorers)
  }

  /// The same without a scorer, rescaled.
  func without(_ scorer: ScorerName) -> Strategy {
    let rest = parts.filter { $0.scorer != scorer }
    let total = rest.reduce(0) { $0 + $1.weight }
    return Strategy(parts: rest.map { Part(scorer: $0.scorer, weight: $0.weight / total, recency: $0.recency) }, isDefault: isDefault)
  }
}

/// The scorers there are.
package enum ScorerName: String, Sendable, CaseIterable {
  case copurchase, transe, knowledge, popularity, tags, social, ease, sequence, als, bpr, trending, content

  /// The kind of model the scorer needs, nil for none or an embedding of the graph.
  var factorKind: FactorKind? { FactorKind(rawValue: rawValue) }
}

/// The named strategies of a store.
package enum StrategyCatalogue {
  private static let prefix = "strategy/"

  static func has(_ name: String, in view: GraphView) -> Bool { view.blobSize(prefix + name) != nil }

  /// - Throws: `ArgumentError.UnknownStrategy` listing the known ones.
  package static func strategy(_ name: String, in view: GraphView) throws(SinterError) -> Strategy {
    guard let map = try ValueBlob.read(prefix + name, in: view) else {
      let known = ValueBlob.names(prefix: prefix, in: view)
      throw SinterError("ArgumentError.UnknownStrategy", "There is no strategy `\(name)`. \(Listing.known("strategy", known, near: name))")
    }
    let weights = map.filter { !$0.key.contains("@") }.sorted { $0.key < $1.key }
    let strategy = try Strategy(weights.map { ($0.key, $0.value.asDouble ?? 0) })
    guard map["@learned"] != nil else { return strategy }
    return Strategy(
      learned: strategy.parts.map { part in
        Strategy.Part(scorer: part.scorer, weight: part.weight, recency: map[part.scorer.rawValue + "@recency"]?.asDouble)
      })
  }

  /// - Throws: `ArgumentError.InvalidArgument`.
  static func check(name: String) throws(SinterError) {
    guard !name.isEmpty, name.utf8.count <= 200 else {
      throw SinterError("ArgumentError.InvalidArgument", "A strategy's name has 1 to 200 bytes.")
    }
  }

  /// Keeps a learned strategy in place of any of that name.
  static func publish(_ name: String, _ strategy: Strategy, _ writer: GraphWriter) throws(SinterError) {
    var map: [String: Value] = ["@learned": .boolean(true)]
    for part in strategy.parts {
      map[part.scorer.rawValue] = .float(part.weight)
      if let recency = part.recency { map[part.scorer.rawValue + "@recency"] = .float(recency) }
    }
    try ValueBlob.write(prefix + name, map, writer)
  }

  /// Keeps a strategy.
  /// - Returns: false where one of that name existed and `ifNotExists` holds.
  /// - Throws: what ``Strategy/init(_:)`` throws; `SchemaError.StrategyAlreadyExists`.
  package static func create(
    _ name: String, _ scorers: [(name: String, weight: Double)], ifNotExists: Bool, writer: GraphWriter
  ) throws(SinterError) -> Bool {
    let strategy = try Strategy(scorers)
    if writer.view.blobSize(prefix + name) != nil {
      if ifNotExists { return false }
      throw SinterError(
        "SchemaError.StrategyAlreadyExists",
        "There is a strategy `\(name)` already: drop it first (DROP STRATEGY \(name)), or say IF NOT EXISTS.")
    }
    let map = Dictionary(uniqueKeysWithValues: strategy.parts.map { ($0.scorer.rawValue, Value.float($0.weight)) })
    try ValueBlob.write(prefix + name, map, writer)
    return true
  }

  /// - Throws: `ArgumentError.UnknownStrategy` unless `ifExists`.
  package static func drop(_ name: String, ifExists: Bool, writer: GraphWriter) throws(SinterError) {
    guard writer.view.blobSize(prefix + name) != nil else {
      if ifExists { return }
      let known = ValueBlob.names(prefix: prefix, in: writer.view)
      throw SinterError("ArgumentError.UnknownStrategy", "There is no strategy `\(name)`. \(Listing.known("strategy", known, near: name))")
    }
    try writer.deleteBlob(prefix + name)
  }

  /// For SHOW STRATEGIES: the default one, unnamed, first.
  package static func show(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    func row(_ name: String, _ strategy: Strategy) -> [Value] {
      [
        .string(name),
        .map(Dictionary(uniqueKeysWithValues: strategy.parts.map { ($0.scorer.rawValue, Value.float($0.weight)) })),
      ]
    }
    var rows = [row("(default)", try .standard(in: view))]
    for name in ValueBlob.names(prefix: prefix, in: view) { rows.append(row(name, try strategy(name, in: view))) }
    return (["name", "scorers"], rows)
  }
}
