extension RecommendationReport {
  /// A table for people.
  package func table() -> String {
    var lines = [
      "\(strategy)",
      "\(users) users, \(testPairs) test pairs; \(trainingPairs) training pairs, \(items) items ranked", "",
    ]
    lines += rows(figures)
    lines.append(row("coverage", coverage.map { Self.fixed($0) }))
    lines.append(row("gini", gini.map { Self.fixed($0) }))
    lines.append("")
    for figure in figures.suffix(3) {
      lines.append("\(Self.padded(figure.name, 10)) \(Self.fixed(figure.interval.mean)) (\(Self.interval(figure.interval)))")
    }
    if unknownUsers + unknownItems > 0 {
      lines.append("\(unknownUsers) users and \(unknownItems) items of the split are not in the store: the items count as missed")
    }
    lines.append(coldLine)
    lines.append(explanationLine)
    for comparison in [against, shuffled].compactMap({ $0 }) { lines += ["", "against \(comparison.strategy)"] + table(comparison) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var coldLine: String {
    let recall = coldUserRecall.last.map { ", recall@\(cutOffs.last ?? 0) \(Self.fixed($0))" } ?? ""
    return "cold start: \(coldUsers) users with at most \(Self.coldLimit) items in training\(recall); "
      + "\(coldItems) test items nobody has"
      + (coldItems > 0 ? ", \(Self.fixed(coldItemRecall)) of them in the first \(cutOffs.max() ?? 0), \(Self.fixed(coldItemRecallAmongCold)) where only the "
          + "\(coldCatalogue) items nobody has are ranked" : "")
  }

  private var explanationLine: String {
    guard explanation.recommendations > 0 else { return "explanations: nothing was recommended" }
    let total = Double(explanation.recommendations)
    return "explanations of \(explanation.recommendations) recommendations: reasons add up for "
      + "\(Self.percent(1 - Double(explanation.unequal) / total)), "
      + "\(Self.percent(explanation.paths == 0 ? 1 : 1 - Double(explanation.missingPaths) / Double(explanation.paths))) "
      + "of \(explanation.paths) paths exist, \(Self.percent(Double(explanation.withPath) / total)) have a path"
  }

  private func rows(_ figures: [Figure]) -> [String] {
    var lines = [row("", cutOffs.map { "@\($0)" })]
    let width = RankingQuality.names.count
    for (metric, name) in RankingQuality.names.enumerated() {
      lines.append(
        row(name, cutOffs.indices.map { position in
          let interval = figures[position * width + metric].interval
          return "\(Self.fixed(interval.mean)) (\(Self.interval(interval)))"
        }))
    }
    return lines
  }

  private func table(_ comparison: Comparison) -> [String] {
    var lines = ["\(Self.padded("", 12))\(Self.padded("theirs", 10))\(Self.padded("difference", 30))p"]
    for (figure, difference) in zip(comparison.figures, comparison.differences) {
      let interval = difference.figure.interval
      let text = "\(Self.signed(interval.mean)) (\(Self.signed(interval.low)) to \(Self.signed(interval.high)))"
      lines.append(
        Self.padded(figure.name, 12) + Self.padded(Self.fixed(figure.interval.mean), 10) + Self.padded(text, 30)
          + Self.fixed(difference.probability))
    }
    return lines
  }

  private func row(_ name: String, _ cells: [String]) -> String {
    Self.padded(name, 10) + cells.map { Self.padded($0, 24) }.joined()
  }

  private static func interval(_ interval: Resampling.Interval) -> String { "\(fixed(interval.low))–\(fixed(interval.high))" }
  private static func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10) %" }
  private static func signed(_ value: Double) -> String { (value < 0 ? "-" : "+") + fixed(abs(value)) }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  /// Four decimals.
  static func fixed(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
    let units = Int((abs(value) * 10_000).rounded())
    let digits = String(units % 10_000)
    return (value < 0 && units > 0 ? "-" : "") + "\(units / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
  }
}

extension RecommendationReport {
  /// One JSON object: `recall@20`, `ndcg@20` and so on as numbers; under `intervals` each one's 95 % interval as a list
  /// of two; `against` and `shuffled` with `metrics`, `difference`, `intervals` (of the difference) and `p`.
  package func json() -> String {
    var members = ["\"strategy\":\(Self.quoted(strategy))", "\"k\":\(cutOffs)"]
    members += figures.map { "\"\($0.name)\":\(Self.number($0.interval.mean))" }
    for (k, value) in zip(cutOffs, coverage) { members.append("\"coverage@\(k)\":\(Self.number(value))") }
    for (k, value) in zip(cutOffs, gini) { members.append("\"gini@\(k)\":\(Self.number(value))") }
    members.append("\"intervals\":\(Self.intervals(figures))")
    members += [
      "\"users\":\(users)", "\"test_pairs\":\(testPairs)", "\"training_pairs\":\(trainingPairs)", "\"items\":\(items)",
      "\"unknown_users\":\(unknownUsers)", "\"unknown_items\":\(unknownItems)", "\"seconds\":\(Self.number(seconds))",
    ]
    let recall = zip(cutOffs, coldUserRecall).map { "\"recall@\($0)\":\(Self.number($1))" }
    members.append("\"cold_users\":{\((["\"users\":\(coldUsers)"] + recall).joined(separator: ","))}")
    members.append(
      "\"cold_items\":{\"items\":\(coldItems),\"recall@\(cutOffs.max() ?? 0)\":\(Self.number(coldItemRecall)),"
        + "\"recall@\(cutOffs.max() ?? 0)_among_cold\":\(Self.number(coldItemRecallAmongCold)),\"catalogue\":\(coldCatalogue)}")
    members.append(
      "\"explanations\":{\"recommendations\":\(explanation.recommendations),\"with_path\":\(explanation.withPath),"
        + "\"unequal_sums\":\(explanation.unequal),\"paths\":\(explanation.paths),\"missing_paths\":\(explanation.missingPaths)}")
    if let against { members.append("\"against\":\(Self.json(against))") }
    if let shuffled { members.append("\"shuffled_knowledge\":\(Self.json(shuffled))") }
    return "{\(members.joined(separator: ","))}"
  }

  private static func json(_ comparison: Comparison) -> String {
    let differences = comparison.differences.map(\.figure)
    let p = comparison.differences.map { "\"\($0.figure.name)\":\(number($0.probability))" }
    return "{\"strategy\":\(quoted(comparison.strategy)),\"metrics\":{\(means(comparison.figures))},"
      + "\"difference\":{\(means(differences))},\"intervals\":\(intervals(differences)),\"p\":{\(p.joined(separator: ","))}}"
  }

  private static func means(_ figures: [Figure]) -> String {
    figures.map { "\"\($0.name)\":\(number($0.interval.mean))" }.joined(separator: ",")
  }

  private static func intervals(_ figures: [Figure]) -> String {
    "{\(figures.map { "\"\($0.name)\":[\(number($0.interval.low)),\(number($0.interval.high))]" }.joined(separator: ","))}"
  }

  private static func number(_ value: Double) -> String { value.isFinite ? "\(value)" : "null" }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
