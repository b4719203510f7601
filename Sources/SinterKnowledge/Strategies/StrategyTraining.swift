internal import SinterLearn
package import SinterModel
package import SinterStorage
internal import Synchronization

/// Learns the weights of a strategy from held-out behaviour.
///
/// What each user did last is held out once more, inside of what may be seen. Every scorer is measured alone at several
/// recencies and keeps the best; then the weights are moved one at a time, never below 0, to whatever ranks the
/// held-out items best by the mean of Recall@20 and NDCG@20 (coordinate ascent, Metzler and Croft 2007).
/// Users are dealt into folds; each fold's weights are learned from the other folds and measured on it, which gives the
/// figure that is reported, and the strategy takes the mean of the folds' weights.
package struct StrategyTraining: Sendable {
  package struct Options: Sendable, Equatable {
    package var k = 20
    package var recencies = [0.0, 0.3, 0.6, 0.9, 1.2]
    package var folds = 4
    /// Users that recencies and weights are learned from, at most.
    package var recencyUsers = 500
    package var users = 2_000
    package var seed: UInt64 = 1
    package var threads = 0

    package init() {}

    static let names = ["k", "recencies", "users", "seed", "threads"]

    /// - Throws: `LearnError.UnknownOption` with a suggestion; `LearnError.BadConfiguration`.
    package init(_ options: [String: Value]) throws(SinterError) {
      for (name, value) in options.sorted(by: { $0.key < $1.key }) where !value.isNull {
        switch (name, value) {
        case ("k", .integer(let number)) where (1...1_000).contains(number): k = Int(number)
        case ("users", .integer(let number)) where (10...1_000_000).contains(number):
          users = Int(number)
          recencyUsers = min(recencyUsers, users)
        case ("seed", .integer(let number)): seed = UInt64(bitPattern: number)
        case ("threads", .integer(let number)) where (0...1024).contains(number): threads = Int(number)
        case ("recencies", .list(let items)) where !items.isEmpty && items.count <= 20:
          recencies = items.compactMap(\.asDouble).filter { (0...10).contains($0) }
          guard recencies.count == items.count else {
            throw SinterError("LearnError.BadConfiguration", "recencies must be numbers in 0…10.")
          }
        case let (name, _) where Self.names.contains(name):
          throw SinterError("LearnError.BadConfiguration", "The value of `\(name)` does not fit: \(value.brief).")
        default:
          throw SinterError(
            "LearnError.UnknownOption",
            "TRAIN STRATEGY has no option `\(name)`. \(Listing.known("option", Self.names, near: name))")
        }
      }
    }
  }

  /// How a scorer fares alone, and what it got.
  package struct Part: Sendable, Equatable {
    package var scorer: ScorerName
    package var weight = 0.0
    /// nil for scorers that do not look at the history.
    package var recency: Double?
    package var recall = 0.0
    package var ndcg = 0.0
  }

  package let strategy: Strategy
  package let parts: [Part]
  /// Of the fusion, on users whose behaviour the weights were not learned from.
  package let recall: Resampling.Interval
  package let ndcg: Resampling.Interval
  package let users: Int

  /// Scorers whose evidence is the user's history.
  static let ofHistory: Set<ScorerName> = [.copurchase, .ease, .sequence, .als, .bpr, .tags, .content]

  /// The scorers that fit a store, for a training that names none.
  static func scorers(_ view: GraphView, _ index: ShopIndex, hasTimes: Bool) throws(SinterError) -> [ScorerName] {
    let links = ShopLinks(view, index.schema, hiding: .none)
    var result: [ScorerName] = [.copurchase, .ease, .sequence, .popularity]
    if hasTimes { result.append(.trending) }
    if !links.tags.isEmpty { result.append(.tags) }
    if try !ItemTexts(view, index).isEmpty { result.append(.content) }
    if !links.follows.isEmpty { result.append(.social) }
    if !links.likes.isEmpty || !links.related.isEmpty || !links.others.isEmpty { result.append(.knowledge) }
    return result
  }

  /// Learns from all that a snapshot shows.
  /// - Throws: `EvaluationError.NothingToTest` where no user has enough items; what the scorers throw;
  ///   `LearnError.Cancelled`.
  package init(
    _ view: GraphView, scorers names: [String], options: Options, isCancelled: () -> Bool = { false }
  ) throws(SinterError) {
    let index = try ShopIndex.build(view, ShopSchema.read(view))
    let interactions = try Interactions(view, index)
    let chosen = names.isEmpty
      ? try Self.scorers(view, index, hasTimes: interactions.hasTimes) : try Strategy(names.map { ($0, 1) }).parts.map(\.scorer)
    try self.init(view, index, interactions, .none, scorers: chosen, options, isCancelled)
  }

  /// Learns from `interactions` alone; what is hidden stays so.
  init(
    _ view: GraphView, _ whole: ShopIndex, _ interactions: Interactions, _ hidden: HiddenLinks, scorers: [ScorerName],
    _ options: Options, _ isCancelled: () -> Bool
  ) throws(SinterError) {
    let heldOut = try HeldOut.chronological(view, whole, interactions, hiding: hidden)
    guard !heldOut.tests.isEmpty else {
      throw SinterError(
        "EvaluationError.NothingToTest",
        "There is nothing to learn a strategy from: no user has \(HeldOut.leastItems) items or more.")
    }
    var chosen = heldOut.tests
    var generator = SplitMix64(seed: options.seed, stream: 0x57a7)
    chosen.shuffle(using: &generator)
    chosen = Array(chosen.prefix(options.users))
    let index = ShopIndex(whole, heldOut.training)
    let models = TrainedModels(view, index: index, heldOut: heldOut)
    let bench = StrategyBench(view, index, models, heldOut.hidden, chosen, options)
    try Strategy(learned: scorers.map { Strategy.Part(scorer: $0, weight: 1, recency: nil) }).prepare(models, view)

    var parts: [Part] = []
    for scorer in scorers {
      if isCancelled() { throw SinterError("LearnError.Cancelled", "Learning a strategy was cancelled.") }
      parts.append(try bench.alone(scorer))
    }
    let features = try bench.features(parts)
    for position in parts.indices {
      let rows = features.map { $0.quality(of: position, k: options.k) }
      parts[position].recall = rows.reduce(0) { $0 + $1.recall } / Double(rows.count)
      parts[position].ndcg = rows.reduce(0) { $0 + $1.ndcg } / Double(rows.count)
    }
    let order = parts.indices.sorted { parts[$0].recall + parts[$0].ndcg > parts[$1].recall + parts[$1].ndcg }
    let folds = max(1, min(options.folds, features.count / 20))
    var weights = [Double](repeating: 0, count: parts.count)
    var qualities: [RankingQuality] = []
    for fold in 0..<folds {
      if isCancelled() { throw SinterError("LearnError.Cancelled", "Learning a strategy was cancelled.") }
      let learn = folds == 1 ? features : features.enumerated().filter { $0.offset % folds != fold }.map(\.element)
      let found = CoordinateAscent.weights(learn, order: order, k: options.k, threads: bench.threads)
      for position in weights.indices { weights[position] += found[position] / Double(folds) }
      let measured = folds == 1 ? features : features.enumerated().filter { $0.offset % folds == fold }.map(\.element)
      qualities += measured.map { $0.quality(of: found, k: options.k) }
    }
    for position in parts.indices { parts[position].weight = weights[position] }
    let intervals = Resampling.intervals(qualities.map { [$0.recall, $0.ndcg] }, seed: options.seed)
    recall = intervals[0]
    ndcg = intervals[1]
    users = features.count
    self.parts = parts
    strategy = Strategy(learned: parts.map { Strategy.Part(scorer: $0.scorer, weight: $0.weight, recency: $0.recency) })
  }
}
