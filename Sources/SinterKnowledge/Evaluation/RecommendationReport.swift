package import SinterModel
package import SinterStorage

/// What an evaluation of a strategy found.
package struct RecommendationReport: Sendable {
  /// An average over users with its 95 % interval.
  package struct Figure: Sendable {
    /// `recall@20`
    package var name: String
    package var interval: Resampling.Interval
  }

  package struct Comparison: Sendable {
    package var strategy: String
    package var figures: [Figure]
    /// This strategy minus the other one, with the p-value of the paired randomisation test.
    package var differences: [(figure: Figure, probability: Double)]
  }

  package var strategy: String
  package var cutOffs: [Int]
  package var figures: [Figure]
  /// Share of the catalogue that is in any list, and the Gini index of how often each item is, by cut-off.
  package var coverage: [Double] = []
  package var gini: [Double] = []
  /// Recall@k of the users with few items in training, and how many they are.
  package var coldUsers = 0
  package var coldUserRecall: [Double] = []
  /// Test items nobody has in training, and the share of them in the list of the largest cut-off.
  package var coldItems = 0
  package var coldItemRecall = 0.0
  /// The same where only items nobody has are ranked, and how many of those the catalogue has.
  package var coldItemRecallAmongCold = 0.0
  package var coldCatalogue = 0
  package var explanation: ExplanationCheck
  package var users = 0
  package var testPairs = 0
  package var trainingPairs = 0
  package var items = 0
  package var unknownUsers = 0
  package var unknownItems = 0
  package var seconds = 0.0
  package var against: Comparison?
  /// The same strategy where the ends of the knowledge relationships were shuffled.
  package var shuffled: Comparison?
  /// Recall and NDCG at 1, 2, … up to the largest cut-off, for the plot.
  package var curves: [(name: String, recall: [Double], ndcg: [Double])] = []

  /// Users with at most so many items in training count as cold.
  package static let coldLimit = 5

  package static func names(_ cutOffs: [Int]) -> [String] {
    cutOffs.flatMap { k in RankingQuality.names.map { "\($0)@\(k)" } } + ["auc", "diversity", "novelty"]
  }
}

extension RecommendationReport {
  init(_ evaluation: RecommendationEvaluation, _ strategy: Strategy, _ results: [RecommendationEvaluation.UserResult]) {
    self.strategy = strategy.text
    cutOffs = evaluation.options.cutOffs
    figures = zip(Self.names(cutOffs), Resampling.intervals(results.map(\.values))).map { Figure(name: $0, interval: $1) }
    explanation = results.reduce(ExplanationCheck()) { $0 + $1.explanation }
    users = results.count
    testPairs = results.reduce(0) { $0 + $1.testCount }
    trainingPairs = evaluation.heldOut.training.count
    items = evaluation.index.items.count
    unknownUsers = evaluation.heldOut.unknownUsers
    unknownItems = evaluation.heldOut.tests.reduce(0) { $0 + $1.unknownItems }
    for k in cutOffs {
      var counts = [Int](repeating: 0, count: items)
      for result in results { for item in result.recommended.prefix(k) { counts[Int(item)] += 1 } }
      coverage.append(Double(counts.count { $0 > 0 }) / Double(max(1, items)))
      gini.append(RankingQuality.gini(counts))
    }
    let cold = results.filter { $0.trainingCount <= Self.coldLimit }
    coldUsers = cold.count
    let width = RankingQuality.names.count
    for position in cutOffs.indices where !cold.isEmpty {
      coldUserRecall.append(cold.reduce(0) { $0 + $1.values[position * width] } / Double(cold.count))
    }
    coldItems = results.reduce(0) { $0 + $1.coldItems }
    coldCatalogue = (0..<UInt32(items)).count { evaluation.index.users(of: $0).isEmpty }
    if coldItems > 0 {
      coldItemRecall = Double(results.reduce(0) { $0 + $1.coldHits }) / Double(coldItems)
      coldItemRecallAmongCold = Double(results.reduce(0) { $0 + $1.coldHitsAmongCold }) / Double(coldItems)
    }
    curves = [Self.curve(strategy.text, results, cutOffs.max() ?? 0)]
  }

  static func curve(
    _ name: String, _ results: [RecommendationEvaluation.UserResult], _ places: Int
  ) -> (name: String, recall: [Double], ndcg: [Double]) {
    var recall = [Double](repeating: 0, count: places)
    var ndcg = recall
    for result in results {
      for k in 0..<places {
        let quality = RankingQuality(hits: result.hits, testCount: result.testCount, k: k + 1)
        recall[k] += quality.recall / Double(results.count)
        ndcg[k] += quality.ndcg / Double(results.count)
      }
    }
    return (name, recall, ndcg)
  }

  /// Compares user by user; both lists come from the same test.
  static func comparison(
    _ name: String, of results: [RecommendationEvaluation.UserResult],
    with others: [RecommendationEvaluation.UserResult], _ cutOffs: [Int]
  ) -> Comparison {
    let names = names(cutOffs)
    let rows = zip(results, others).map { a, b in zip(a.values, b.values).map { $0 - $1 } }
    let figures = zip(names, Resampling.intervals(others.map(\.values))).map { Figure(name: $0, interval: $1) }
    var differences: [(figure: Figure, probability: Double)] = []
    for (column, interval) in Resampling.intervals(rows).enumerated() {
      differences.append(
        (Figure(name: names[column], interval: interval), Resampling.pairedProbability(rows.map { $0[column] })))
    }
    return Comparison(strategy: name, figures: figures, differences: differences)
  }
}

extension RecommendationEvaluation {
  /// Measures a strategy, beside another one where that is given.
  /// - Parameter progress: users done and users in all, over all runs; false cancels.
  package func report(
    _ strategy: Strategy, against other: Strategy?, progress: (Int, Int) -> Bool = { _, _ in true }
  ) throws(SinterError) -> RecommendationReport {
    let count = heldOut.tests.count
    let runs = other == nil ? 1 : 2
    let started = WallClock.seconds
    let results = try run(strategy) { progress($0, runs * count) }
    var report = RecommendationReport(self, strategy, results)
    report.seconds = WallClock.seconds - started
    if let other {
      let others = try run(other) { progress(count + $0, runs * count) }
      report.against = RecommendationReport.comparison(other.text, of: results, with: others, options.cutOffs)
      report.curves.append(RecommendationReport.curve(other.text, others, options.cutOffs.max() ?? 0))
    }
    return report
  }

  /// Measures a strategy and the same on the store with shuffled knowledge, and reports the difference.
  package func addControl(
    to report: inout RecommendationReport, _ strategy: Strategy, _ store: GraphStore, seed: UInt64, split: SplitFile?
  ) throws {
    let others = try KnowledgeShuffle.results(store, seed: seed, split: split, options: options, strategy: strategy)
    report.shuffled = RecommendationReport.comparison(
      "shuffled knowledge", of: try run(strategy), with: others, options.cutOffs)
  }
}
