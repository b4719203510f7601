package import SinterLearn
package import SinterModel
package import SinterStorage
internal import Synchronization

/// Measures a strategy on what is held out of a store: all items the user does not have in training are ranked.
package struct RecommendationEvaluation {
  package struct Options: Sendable {
    package var cutOffs = [5, 10, 20]
    package var threads = 1
    /// Reasons are made for so many users' lists.
    package var explainedUsers = 200
    package init() {}
  }

  /// What was found for one test user.
  struct UserResult: Sendable {
    var user: UInt32
    /// ``RankingQuality`` at every cut-off, then AUC, diversity and novelty.
    var values: [Double]
    var recommended: [UInt32]
    /// Whether each place holds a test item.
    var hits: [Bool]
    var testCount: Int
    var trainingCount: Int
    /// Test items nobody has in training, and how many of them are in the list.
    var coldItems = 0
    var coldHits = 0
    /// How many of them are in the list of the same length of only such items.
    var coldHitsAmongCold = 0
    var explanation = ExplanationCheck()
  }

  let view: GraphView
  let whole: ShopIndex
  package let heldOut: HeldOut
  let index: ShopIndex
  let models: any ScorerModels
  let options: Options

  /// - Parameter split: chosen pairs by node ids of users to item numbers; nil for the chronological protocol.
  /// - Throws: `EvaluationError.NothingToTest` where no user has enough items.
  package init(_ view: GraphView, split: SplitFile?, options: Options) throws(SinterError) {
    self.view = view
    self.options = options
    whole = try ShopIndex.build(view, ShopSchema.read(view))
    let interactions = try Interactions(view, whole)
    var heldOut: HeldOut
    if let split {
      heldOut = try split.heldOut(view, whole, interactions)
    } else {
      heldOut = try HeldOut.chronological(view, whole, interactions)
    }
    heldOut.tests.removeAll { $0.items.isEmpty && $0.unknownItems == 0 }
    guard !heldOut.tests.isEmpty else {
      throw SinterError(
        "EvaluationError.NothingToTest",
        interactions.count == 0
          ? "There is nothing to test with: nobody has an item (\(whole.schema.has.joined(separator: ", ")) from a user to an item)."
          : "There is nothing to test with: no user has \(HeldOut.leastItems) items or more.")
    }
    self.heldOut = heldOut
    index = ShopIndex(whole, heldOut.training)
    models = TrainedModels(view, index: index, heldOut: heldOut)
  }

  /// The nodes of items.
  package func nodes(_ items: [UInt32]) -> [NodeID] { items.map { NodeID(index.items.base[Int($0)]) } }

  /// The strategy that a store takes where nothing else is said.
  package var standard: Strategy { get throws(SinterError) { try .standard(in: view) } }

  /// Learns the weights of scorers from the training part alone.
  /// - Parameter scorers: none for those that fit the store.
  package func learn(_ scorers: [ScorerName], _ training: StrategyTraining.Options = .init()) throws(SinterError) -> StrategyTraining {
    var training = training
    training.threads = options.threads
    let chosen = scorers.isEmpty
      ? try StrategyTraining.scorers(view, whole, hasTimes: heldOut.training.hasTimes) : scorers
    return try StrategyTraining(
      view, whole, heldOut.training, heldOut.hidden, scorers: chosen, training, { false })
  }

  /// Ranks for every test user.
  /// - Parameter progress: called with the users done; false cancels.
  /// - Throws: what the scorers throw; `QueryError.Cancelled`.
  func run(_ strategy: Strategy, progress: (Int) -> Bool = { _ in true }) throws(SinterError) -> [UserResult] {
    try strategy.prepare(models, view)
    let slots = WorkerSlots<UserResult>(heldOut.tests.count)
    let next = Mutex(0)
    let failure = Mutex<SinterError?>(nil)
    let similarity = ListSimilarity(view, index)
    Workers.run(min(options.threads, heldOut.tests.count)) { worker in
      while true {
        let taken = next.withLock { next -> Int in
          defer { next += 1 }
          return next
        }
        guard taken < heldOut.tests.count, failure.withLock({ $0 == nil }) else { return }
        if worker == 0, !progress(taken) {
          failure.withLock { $0 = SinterError("QueryError.Cancelled", "The evaluation was cancelled.") }
          return
        }
        do throws(SinterError) {
          slots.set(taken, try result(heldOut.tests[taken], number: taken, strategy, similarity))
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return slots.values
  }

  private func result(
    _ test: HeldOut.Test, number: Int, _ strategy: Strategy, _ similarity: ListSimilarity
  ) throws(SinterError) -> UserResult {
    let scene = Scene(
      view: view, index: index, models: models, hidden: heldOut.hidden, now: test.now.isFinite ? test.now : nil)
    let places = options.cutOffs.max() ?? 0
    let tests = Set(test.items)
    return try index.withWorkspace { workspace throws(SinterError) in
      let fusion = try Fusion(scene, user: NodeID(test.user), strategy: strategy, workspace: workspace)
      var ranking = Ranking(fusion) { fusion.isOwned($0) }
      var list: [UInt32] = []
      while list.count < places, let best = ranking.next() { list.append(best.item) }
      let hits = list.map { tests.contains($0) }
      let testCount = test.items.count + test.unknownItems
      var values = options.cutOffs.flatMap { RankingQuality(hits: hits, testCount: testCount, k: $0).values }
      values.append(area(fusion, test))
      values.append(try similarity.diversity(of: list))
      values.append(novelty(of: list))
      var result = UserResult(
        user: test.user, values: values, recommended: list, hits: hits, testCount: testCount,
        trainingCount: heldOut.training.position(of: test.user).map {
          heldOut.training.offsets[$0 + 1] - heldOut.training.offsets[$0]
        } ?? 0)
      for item in test.items where index.users(of: item).isEmpty {
        result.coldItems += 1
        if list.contains(item) { result.coldHits += 1 }
      }
      if result.coldItems > 0 {
        var ranking = Ranking(fusion) { fusion.isOwned($0) || !index.users(of: $0).isEmpty }
        for _ in 0..<places {
          guard let best = ranking.next() else { break }
          if tests.contains(best.item) { result.coldHitsAmongCold += 1 }
        }
      }
      if number < options.explainedUsers { result.explanation = try ExplanationCheck(fusion, list.prefix(10), view) }
      return result
    }
  }

  private func area(_ fusion: Fusion, _ test: HeldOut.Test) -> Double {
    var scores: [Double] = []
    var positions = [Int](repeating: -1, count: index.items.count)
    for item in 0..<index.items.count where !fusion.isOwned(UInt32(item)) {
      positions[item] = scores.count
      scores.append(fusion.score(of: UInt32(item)))
    }
    let places = test.items.map { positions[Int($0)] }.filter { $0 >= 0 }
    return RankingQuality.areaUnderCurve(scores: scores, tests: places, unknown: test.unknownItems)
  }

  /// Mean of −log₂ of the share of training users who have the item (Zhou et al. 2010).
  private func novelty(of list: [UInt32]) -> Double {
    guard !list.isEmpty else { return 0 }
    let users = Double(max(1, heldOut.training.users.count))
    let bits = list.reduce(0) { $0 + logarithm(users / Double(max(1, index.users(of: $1).count))) / logarithm(2) }
    return bits / Double(list.count)
  }
}

extension RecommendationEvaluation.Options {
  /// Processors that are online.
  package static var processorCount: Int { Workers.processorCount }
}
