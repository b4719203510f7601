extension StrategyTraining {
  /// A line for each scorer and one for the strategy.
  package var text: String {
    func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
    var lines = [
      "learned from \(users) users' last items in the training part",
      padded("scorer", 14) + padded("weight", 10) + padded("recency", 10) + padded("recall", 10) + "ndcg",
    ]
    for part in parts {
      lines.append(
        padded(part.scorer.rawValue, 14) + padded(RecommendationReport.fixed(part.weight), 10)
          + padded(part.recency.map { "\($0)" } ?? "", 10) + padded(RecommendationReport.fixed(part.recall), 10)
          + RecommendationReport.fixed(part.ndcg))
    }
    lines.append(
      padded("together", 34) + padded(RecommendationReport.fixed(recall.mean), 10) + RecommendationReport.fixed(ndcg.mean)
        + " (\(RecommendationReport.fixed(ndcg.low))–\(RecommendationReport.fixed(ndcg.high)))")
    return lines.joined(separator: "\n")
  }
}
