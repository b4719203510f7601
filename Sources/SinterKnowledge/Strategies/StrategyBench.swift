internal import SinterLearn
internal import SinterModel
internal import SinterStorage
internal import Synchronization

/// Runs scorers for the users that a strategy is learned from.
struct StrategyBench: Sendable {
  private let view: GraphView
  private let index: ShopIndex
  private let models: any ScorerModels
  private let hidden: HiddenLinks
  private let tests: [HeldOut.Test]
  private let options: StrategyTraining.Options
  let threads: Int

  /// Of each scorer so many of its best items compete.
  private static let candidates = 100

  init(
    _ view: GraphView, _ index: ShopIndex, _ models: any ScorerModels, _ hidden: HiddenLinks, _ tests: [HeldOut.Test],
    _ options: StrategyTraining.Options
  ) {
    self.view = view
    self.index = index
    self.models = models
    self.hidden = hidden
    self.tests = tests
    self.options = options
    // A view inside a transaction belongs to its thread.
    threads = view.version == nil ? 1 : options.threads > 0 ? options.threads : Workers.processorCount
  }

  /// A scorer with the recency at which it ranks best alone. Ties go to the weaker recency.
  func alone(_ scorer: ScorerName) throws(SinterError) -> StrategyTraining.Part {
    guard StrategyTraining.ofHistory.contains(scorer) else { return StrategyTraining.Part(scorer: scorer) }
    let recencies = options.recencies.sorted()
    guard recencies.count > 1 else { return StrategyTraining.Part(scorer: scorer, recency: recencies.first) }
    let sample = Array(tests.prefix(options.recencyUsers))
    let rows = try map(sample) { test, workspace throws(SinterError) -> [Double] in
      let scene = scene(test)
      let shopper = try Shopper(scene, user: NodeID(test.user), owned: workspace.owned)
      var result: [Double] = []
      for recency in recencies {
        let board = try scores(scorer, recency, shopper, scene, workspace)
        let feature = UserFeatures([board], tests: test.items, unknown: test.unknownItems, limit: options.k)
        let quality = feature.quality(of: 0, k: options.k)
        result.append(quality.recall + quality.ndcg)
      }
      return result
    }
    let sums = recencies.indices.map { column in rows.reduce(0) { $0 + $1[column] } }
    let best = recencies.indices.reduce(0) { sums[$1] > sums[$0] * (1 + 1e-9) ? $1 : $0 }
    return StrategyTraining.Part(scorer: scorer, recency: recencies[best])
  }

  /// What every part says of every user's candidates.
  func features(_ parts: [StrategyTraining.Part]) throws(SinterError) -> [UserFeatures] {
    try map(tests) { test, workspace throws(SinterError) -> UserFeatures in
      let scene = scene(test)
      let shopper = try Shopper(scene, user: NodeID(test.user), owned: workspace.owned)
      var boards: [[(item: UInt32, score: Double)]] = []
      for part in parts { boards.append(try scores(part.scorer, part.recency, shopper, scene, workspace)) }
      return UserFeatures(boards, tests: test.items, unknown: test.unknownItems, limit: Self.candidates)
    }
  }

  private func scene(_ test: HeldOut.Test) -> Scene {
    Scene(view: view, index: index, models: models, hidden: hidden, now: test.now.isFinite ? test.now : nil)
  }

  /// A scorer's scores of the items the user does not have, scaled as ``Fusion`` scales them.
  private func scores(
    _ name: ScorerName, _ recency: Double?, _ shopper: Shopper, _ scene: Scene, _ workspace: Workspace
  ) throws(SinterError) -> [(item: UInt32, score: Double)] {
    let names = NodeNames(view, index.schema)
    let scorer = try Fusion.scorer(name, shopper.withRecency(recency), names, scene, workspace)
    var result: [(item: UInt32, score: Double)] = []
    if let personal = scorer as? any PersonalScorer {
      let board = workspace.scorer
      defer { board.clear() }
      try personal.score(workspace)
      for item in board.touched where !workspace.owned.isTouched(item) { result.append((item, board.values[Int(item)])) }
    } else {
      for item in 0..<UInt32(index.items.count) where !workspace.owned.isTouched(item) {
        result.append((item, index.popularity.base[Int(item)]))
      }
    }
    let greatest = result.reduce(0) { max($0, $1.score) }
    guard greatest > 0 else { return [] }
    return result.map { ($0.item, $0.score / greatest) }
  }

  /// Runs `body` for every test, each on one of the threads.
  private func map<Result: Sendable>(
    _ tests: [HeldOut.Test], _ body: @Sendable (HeldOut.Test, Workspace) throws(SinterError) -> Result
  ) throws(SinterError) -> [Result] {
    let slots = WorkerSlots<Result>(tests.count)
    let next = Mutex(0)
    let failure = Mutex<SinterError?>(nil)
    Workers.run(min(threads, tests.count)) { _ in
      while true {
        let taken = next.withLock { next -> Int in
          defer { next += 1 }
          return next
        }
        guard taken < tests.count, failure.withLock({ $0 == nil }) else { return }
        do throws(SinterError) {
          slots.set(taken, try index.withWorkspace { workspace throws(SinterError) in try body(tests[taken], workspace) })
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return slots.values
  }
}

/// The candidates of one user with what each scorer says of them.
struct UserFeatures: Sendable {
  /// By scorer, then candidate.
  let values: [[Float]]
  let isTest: [Bool]
  let testCount: Int

  /// - Parameters:
  ///   - boards: each scorer's items with scores.
  ///   - limit: of each scorer so many of its best items are candidates, and all test items.
  init(_ boards: [[(item: UInt32, score: Double)]], tests: [UInt32], unknown: Int, limit: Int) {
    var chosen = Set(tests)
    for board in boards {
      guard board.count > limit else {
        for entry in board { chosen.insert(entry.item) }
        continue
      }
      var least = board.map(\.score)
      least.sort(by: >)
      let bar = least[limit - 1]
      // Ties at the bar are cut off by item, as rankings do.
      var room = limit
      for entry in board where entry.score > bar {
        chosen.insert(entry.item)
        room -= 1
      }
      for entry in board.filter({ $0.score == bar }).sorted(by: { $0.item < $1.item }).prefix(max(0, room)) {
        chosen.insert(entry.item)
      }
    }
    let items = chosen.sorted()
    var position: [UInt32: Int] = [:]
    for (place, item) in items.enumerated() { position[item] = place }
    values = boards.map { board in
      var row = [Float](repeating: 0, count: items.count)
      for entry in board { if let place = position[entry.item] { row[place] = Float(entry.score) } }
      return row
    }
    let testSet = Set(tests)
    isTest = items.map { testSet.contains($0) }
    testCount = tests.count + unknown
  }

  /// The quality of one scorer alone.
  func quality(of scorer: Int, k: Int) -> RankingQuality { quality(values[scorer], k: k) }

  /// The quality of a weighted sum.
  func quality(of weights: [Double], k: Int) -> RankingQuality {
    var sum = [Float](repeating: 0, count: isTest.count)
    for (row, weight) in zip(values, weights) where weight > 0 {
      for place in sum.indices { sum[place] += Float(weight) * row[place] }
    }
    return quality(sum, k: k)
  }

  /// Candidates of no score above 0 are not recommended.
  func quality(_ scores: [Float], k: Int) -> RankingQuality {
    var best: [(score: Float, place: Int)] = []
    best.reserveCapacity(k + 1)
    for place in scores.indices {
      let score = scores[place]
      guard score > 0, best.count < k || score > best[best.count - 1].score else { continue }
      var at = best.count
      while at > 0, best[at - 1].score < score { at -= 1 }
      best.insert((score, place), at: at)
      if best.count > k { best.removeLast() }
    }
    return RankingQuality(hits: best.map { isTest[$0.place] }, testCount: testCount, k: k)
  }
}

/// Moves one weight at a time to whatever ranks best.
enum CoordinateAscent {
  /// What a weight may be, as a multiple of the sum of the others.
  private static let steps = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.45, 0.7, 1, 1.5, 2.5]
  private static let rounds = 4

  /// Weights that add up to 1.
  /// - Parameter order: the scorers, the one that starts with all weight first.
  static func weights(_ users: [UserFeatures], order: [Int], k: Int, threads: Int) -> [Double] {
    var weights = [Double](repeating: 0, count: order.count)
    guard let first = order.first else { return [] }
    weights[first] = 1
    var best = objective(users, weights, k, threads)
    for _ in 0..<rounds {
      var improved = false
      for scorer in order {
        let rest = weights.reduce(0, +) - weights[scorer]
        guard rest > 0 else { continue }
        for step in steps {
          var tried = weights
          tried[scorer] = step * rest
          guard tried != weights else { continue }
          let value = objective(users, tried, k, threads)
          // A scorer must earn its place by more than rounding.
          if value > best + 1e-6 {
            best = value
            weights = tried
            improved = true
          }
        }
      }
      let total = weights.reduce(0, +)
      weights = weights.map { $0 / total }
      if !improved { break }
    }
    return weights
  }

  private static func objective(_ users: [UserFeatures], _ weights: [Double], _ k: Int, _ threads: Int) -> Double {
    let workers = max(1, min(threads, users.count))
    let slots = WorkerSlots<Double>(workers)
    Workers.run(workers) { worker in
      var sum = 0.0
      for position in stride(from: worker, to: users.count, by: workers) {
        let quality = users[position].quality(of: weights, k: k)
        sum += quality.recall + quality.ndcg
      }
      slots.set(worker, sum)
    }
    return slots.values.reduce(0, +) / Double(2 * users.count)
  }
}
