/// The result of a link-prediction run, as numbers, a table and JSON.
package struct LinkEvaluationReport: Sendable {
  package let metrics: LinkPredictionMetrics
  package let model: TrainedModel
  package let entityCount: Int
  package let relationCount: Int
  package let tripleCounts: (train: Int, validation: Int, test: Int)
  /// Wall-clock and processor time of training, and wall-clock time of ranking.
  package let trainingSeconds: Double
  package let trainingProcessorSeconds: Double
  package let rankingSeconds: Double

  private var rows: [(name: String, metrics: RankingMetrics)] {
    [("overall", metrics.overall), ("head", metrics.head), ("tail", metrics.tail)]
  }

  /// A table for people: a row per side, then what was trained and how long it took.
  package func table() -> String {
    func cell(_ text: String) -> String { String(repeating: " ", count: max(0, 9 - text.count)) + text }
    var lines = ["side   " + ["MR", "MRR", "Hits@1", "Hits@3", "Hits@10"].map(cell).joined()]
    for (name, metrics) in rows {
      let figures = [
        fixed(metrics.meanRank, 1), fixed(metrics.meanReciprocalRank, 4), fixed(metrics.hits1, 4),
        fixed(metrics.hits3, 4), fixed(metrics.hits10, 4),
      ]
      lines.append(name + String(repeating: " ", count: 7 - name.count) + figures.map(cell).joined())
    }
    lines.append("")
    lines.append(
      "\(entityCount) entities, \(relationCount) relations; \(tripleCounts.train) training, "
        + "\(tripleCounts.validation) validation, \(tripleCounts.test) test triples")
    if metrics.unseenTriples > 0 {
      lines.append("\(metrics.unseenTriples) test triples name something that was never trained: ranked last")
    }
    lines.append(
      "best epoch \(model.bestEpoch) of \(model.history.count); trained in \(fixed(trainingSeconds, 1)) s "
        + "(\(fixed(trainingProcessorSeconds, 1)) s of processor time), ranked in \(fixed(rankingSeconds, 1)) s")
    return lines.joined(separator: "\n") + "\n"
  }

  /// One JSON object: `mr mrr hits1 hits3 hits10` of both sides together, the same under `head` and `tail`, counts
  /// and times.
  package func json() -> String {
    func members(_ m: RankingMetrics) -> String {
      "\"mr\":\(m.meanRank),\"mrr\":\(m.meanReciprocalRank),\"hits1\":\(m.hits1),\"hits3\":\(m.hits3),"
        + "\"hits10\":\(m.hits10),\"count\":\(m.count)"
    }
    return "{\"model\":\"transe\",\(members(metrics.overall)),"
      + "\"head\":{\(members(metrics.head))},\"tail\":{\(members(metrics.tail))},"
      + "\"unseen\":\(metrics.unseenTriples),\"entities\":\(entityCount),\"relations\":\(relationCount),"
      + "\"train\":\(tripleCounts.train),\"valid\":\(tripleCounts.validation),\"test\":\(tripleCounts.test),"
      + "\"epochs\":\(model.history.count),\"best_epoch\":\(model.bestEpoch),"
      + "\"train_seconds\":\(trainingSeconds),\"train_cpu_seconds\":\(trainingProcessorSeconds),"
      + "\"rank_seconds\":\(rankingSeconds)}"
  }

  /// A non-negative number with a fixed count of decimals.
  private func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite, value < 1e12 else { return "\(value)" }
    let scale = (0..<decimals).reduce(1.0) { scale, _ in scale * 10 }
    let units = Int((value * scale).rounded())
    let digits = String(units % Int(scale))
    return "\(units / Int(scale))." + String(repeating: "0", count: decimals - digits.count) + digits
  }
}
