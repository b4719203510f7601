/// The result of a link-prediction run, as numbers, a table and JSON.
package struct LinkEvaluationReport: Sendable {
  package let metrics: LinkPredictionMetrics
  package let classification: TripleClassification
  /// Whether the false test triples were given; otherwise they are corrupted true ones.
  package let hasVerifiedNegatives: Bool
  package let model: TrainedModel
  package let entityCount: Int
  /// Names by number.
  package let relations: [String]
  package let tripleCounts: (train: Int, validation: Int, test: Int)
  /// Wall-clock and processor time of training, and wall-clock time of ranking.
  package let trainingSeconds: Double
  package let trainingProcessorSeconds: Double
  package let rankingSeconds: Double

  /// A table for people: a row per side and, on request, per relation, then triple classification, what was trained
  /// and how long it took, and the learning curves.
  package func table(byRelation: Bool = false) -> String {
    var rows = [("overall", metrics.overall), ("head", metrics.head), ("tail", metrics.tail)]
    if byRelation {
      for (relation, sides) in metrics.byRelation.enumerated() where sides.overall.count > 0 {
        rows.append((relations[relation], sides.overall))
        rows.append(("  head", sides.head))
        rows.append(("  tail", sides.tail))
      }
    }
    func cell(_ text: String, _ width: Int = 9) -> String { String(repeating: " ", count: max(0, width - text.count)) + text }
    let width = max(7, (rows.map(\.0.count).max() ?? 0) + 1)
    func name(_ text: String) -> String { text + String(repeating: " ", count: width - text.count) }
    var lines = [name("side") + ["MR", "MRR", "Hits@1", "Hits@3", "Hits@10", "ranks"].map { cell($0) }.joined()]
    for (title, metrics) in rows {
      let figures = [
        fixed(metrics.meanRank, 1), fixed(metrics.meanReciprocalRank, 4), fixed(metrics.hits1, 4),
        fixed(metrics.hits3, 4), fixed(metrics.hits10, 4), "\(metrics.count)",
      ]
      lines.append(name(title) + figures.map { cell($0) }.joined())
    }
    lines.append("")
    lines += classificationLines
    lines.append("")
    lines.append(
      "\(model.configuration.model.rawValue), dimension \(model.dimension); \(entityCount) entities, \(relations.count) "
        + "relations; \(tripleCounts.train) training, \(tripleCounts.validation) validation, \(tripleCounts.test) test triples")
    if metrics.unseenTriples > 0 {
      lines.append("\(metrics.unseenTriples) test triples name something that was never trained: ranked last")
    }
    lines.append(
      "best epoch \(model.bestEpoch) of \(model.history.count); trained in \(fixed(trainingSeconds, 1)) s "
        + "(\(fixed(trainingProcessorSeconds, 1)) s of processor time), ranked in \(fixed(rankingSeconds, 1)) s")
    lines.append("")
    return lines.joined(separator: "\n") + "\n" + LearningCurve(model.history).text()
  }

  private var classificationLines: [String] {
    let c = classification
    return [
      "true or false, \(c.positives) true and \(c.negatives) "
        + (hasVerifiedNegatives ? "given false" : "corrupted") + " triples, thresholds by relation from validation:",
      "accuracy \(fixed(c.accuracy, 4)), precision \(fixed(c.precision, 4)), recall \(fixed(c.recall, 4)), "
        + "F1 \(fixed(c.f1, 4)), AUC \(fixed(c.areaUnderCurve, 4))",
      "score as probability: Brier \(fixed(c.brier, 4)), ECE \(fixed(c.calibrationError, 4)); calibrated "
        + "(σ(\(fixed(c.slope, 3))·s + \(fixed(c.intercept, 3)))): Brier \(fixed(c.calibratedBrier, 4)), "
        + "ECE \(fixed(c.calibratedError, 4))",
    ]
  }

  /// One JSON object: `mr mrr hits1 hits3 hits10` of both sides together, the same under `head` and `tail`, the same
  /// by relation under `relations`, triple classification and calibration, counts and times.
  package func json() -> String {
    func members(_ m: RankingMetrics) -> String {
      "\"mr\":\(m.meanRank),\"mrr\":\(m.meanReciprocalRank),\"hits1\":\(m.hits1),\"hits3\":\(m.hits3),"
        + "\"hits10\":\(m.hits10),\"count\":\(m.count)"
    }
    let byRelation = metrics.byRelation.enumerated().filter { $1.overall.count > 0 }.map { relation, sides in
      "{\"relation\":\(quoted(relations[relation])),\(members(sides.overall)),\"head\":{\(members(sides.head))},"
        + "\"tail\":{\(members(sides.tail))}}"
    }
    let c = classification
    return "{\"model\":\"\(model.configuration.model.rawValue)\",\(members(metrics.overall)),"
      + "\"head\":{\(members(metrics.head))},\"tail\":{\(members(metrics.tail))},"
      + "\"relations\":[\(byRelation.joined(separator: ","))],"
      + "\"classification\":{\"accuracy\":\(c.accuracy),\"precision\":\(c.precision),\"recall\":\(c.recall),"
      + "\"f1\":\(c.f1),\"auc\":\(c.areaUnderCurve),\"positives\":\(c.positives),\"negatives\":\(c.negatives),"
      + "\"negatives_given\":\(hasVerifiedNegatives)},"
      + "\"calibration\":{\"brier\":\(c.brier),\"ece\":\(c.calibrationError),\"calibrated_brier\":\(c.calibratedBrier),"
      + "\"calibrated_ece\":\(c.calibratedError),\"slope\":\(c.slope),\"intercept\":\(c.intercept)},"
      + "\"unseen\":\(metrics.unseenTriples),\"dimension\":\(model.dimension),\"entities\":\(entityCount),"
      + "\"relation_count\":\(relations.count),"
      + "\"train\":\(tripleCounts.train),\"valid\":\(tripleCounts.validation),\"test\":\(tripleCounts.test),"
      + "\"epochs\":\(model.history.count),\"best_epoch\":\(model.bestEpoch),"
      + "\"history\":[\(model.history.map(member).joined(separator: ","))],"
      + "\"train_seconds\":\(trainingSeconds),\"train_cpu_seconds\":\(trainingProcessorSeconds),"
      + "\"rank_seconds\":\(rankingSeconds)}"
  }

  private func member(_ epoch: EpochMetrics) -> String {
    "{\"epoch\":\(epoch.epoch),\"loss\":\(epoch.loss),\"mrr\":\(epoch.validationMRR.map { "\($0)" } ?? "null"),"
      + "\"seconds\":\(epoch.secondsElapsed)}"
  }

  private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\" + String(scalar)
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
