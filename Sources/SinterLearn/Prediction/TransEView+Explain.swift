#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif
package import SinterModel

/// A score as a sum over evidence.
package struct ScoreExplanation: Sendable, Equatable {
  /// A known tail of the head and its part of the score.
  package struct Contribution: Sendable, Equatable {
    package let entity: UInt32
    package let contribution: Double
  }

  /// The score that is explained.
  package let score: Double
  /// Non-negative parts, largest first.
  package let contributions: [Contribution]
  /// What no evidence accounts for: all of the score where there is none, otherwise 0.
  package let unattributed: Double
}

extension TransEView {
  /// Takes the score of (head, relation, tail) apart over the head's known tails, exactly.
  ///
  /// Training draws head + relation towards every known tail, so the score of a new tail is owed to the known
  /// ones that lie between: near the tail, and near the point the head asks about. With
  /// kⱼ = exp(−(d(eⱼ, t) + d(q, eⱼ)) / τ), q = h + r and τ the mean of those sums less their least (at least a
  /// hundredth of γ), the contribution of evidence eⱼ is score · kⱼ / Σ k: a Nadaraya–Watson kernel average. The
  /// contributions are non-negative and sum to the score up to rounding.
  ///
  /// - Parameter evidence: known tails, each once; the tail itself and ids that are no rows are passed over.
  /// - Throws: `LearnError.UnknownEntity`, `LearnError.UnknownRelation`.
  /// - Complexity: O(evidence · (dimension + log evidence))
  package func explainTail(
    head: UInt32, relation: UInt32, tail: UInt32, evidence: [UInt32]
  ) throws(SinterError) -> ScoreExplanation {
    let score = try score(head: head, relation: relation, tail: tail)
    var known = evidence.filter { $0 != tail && Int($0) < entities.rowCount }
    let query = query(entity: head, relation: relation, inverse: false)
    var detours = query.withUnsafeBufferPointer { query -> [Double] in
      guard let query = query.baseAddress else { return [] }
      let target = entities.row(Int(tail))
      return known.map { entity in
        let row = entities.row(Int(entity))
        return Double(comparison.apart(row, target))
          + Double(comparison.distance(fromOrder: comparison.order(query, row)))
      }
    }
    if !detours.allSatisfy({ $0.isFinite }) {
      // Rows of a damaged model explain nothing.
      known = zip(known, detours).filter { $1.isFinite }.map { $0.0 }
      detours = detours.filter { $0.isFinite }
    }
    guard let least = detours.min() else {
      return ScoreExplanation(score: score, contributions: [], unattributed: score)
    }
    let spread = detours.reduce(0) { $0 + ($1 - least) } / Double(detours.count)
    let bandwidth = max(spread, Double(margin) / 100, .leastNormalMagnitude)
    let kernels = detours.map { exp((least - $0) / bandwidth) }
    let total = kernels.reduce(0, +)
    let parts = zip(known, kernels).map { ScoreExplanation.Contribution(entity: $0, contribution: score * $1 / total) }
    return ScoreExplanation(
      score: score,
      contributions: parts.sorted { ($1.contribution, $0.entity) < ($0.contribution, $1.entity) }, unattributed: 0)
  }
}
