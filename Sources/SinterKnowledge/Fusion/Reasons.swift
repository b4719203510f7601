internal import SinterModel

extension Fusion {
  /// At most so many reasons of one scorer for one item; the rest are merged into the last.
  static let reasonLimit = 4

  private struct Reason {
    var scorer: ScorerName
    var path: Path
    var sentence: String
    var contribution: Double

    var value: Value {
      .map([
        "scorer": .string(scorer.rawValue), "path": .path(path), "sentence": .string(sentence),
        "contribution": .float(contribution),
      ])
    }
  }

  /// Why an item has its score: a list of maps `{scorer, path, sentence, contribution}`, strongest first, whose
  /// contributions add up to the score.
  func reasons(for item: UInt32) throws(SinterError) -> Value {
    var reasons: [Reason] = []
    let factor = factor(of: item)
    for part in parts where part.scale > 0 {
      let evidence = try part.scorer.evidence(for: item).filter { $0.value != 0 }
        .sorted { abs($0.value) > abs($1.value) }
      let scale = part.scale * factor
      let whole = evidence.count <= Self.reasonLimit ? evidence.count : Self.reasonLimit - 1
      for piece in evidence.prefix(whole) {
        let explanation = try part.scorer.explain(piece, for: item)
        reasons.append(
          Reason(
            scorer: part.scorer.name, path: explanation.path, sentence: explanation.sentence,
            contribution: piece.value * scale))
      }
      let rest = evidence.dropFirst(whole)
      if let first = rest.first {
        let explanation = try part.scorer.explain(first, for: item)
        let others = rest.count - 1
        reasons.append(
          Reason(
            scorer: part.scorer.name, path: explanation.path,
            sentence: "\(explanation.sentence.dropLast()), and \(others) smaller \(others == 1 ? "reason" : "reasons") like it.",
            contribution: rest.reduce(0) { $0 + $1.value } * scale))
      }
    }
    reasons.sort { $0.contribution > $1.contribution }
    return .list(reasons.map(\.value))
  }

  /// What a scorer adds to an item's score.
  func contribution(_ part: Part, to item: UInt32) throws(SinterError) -> Double {
    guard part.scale > 0 else { return 0 }
    return try part.scorer.evidence(for: item).reduce(0) { $0 + $1.value } * part.scale * factor(of: item)
  }
}
