/// Puts ranked lists together by reciprocal ranks: an element scores Σ wᵢ / (c + rankᵢ) over the lists it is in, ranks from 1.
///
/// Only ranks count, so lists whose scores mean different things (BM25 and cosines) need no scaling. Cormack, Clarke, Büttcher:
/// Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods, SIGIR 2009.
package struct RankFusion: Sendable {
  /// c: how much less the first ranks stand out the greater it is.
  package var constant: Double
  /// By list.
  package var weights: [Double]

  package static let usualConstant = 60.0

  package init(constant: Double = RankFusion.usualConstant, weights: [Double]) {
    self.constant = constant
    self.weights = weights
  }

  /// Where an element stands in one list, and what that gives it.
  package struct Place: Sendable, Equatable {
    package var list: Int
    package var rank: Int
    /// Its score there.
    package var score: Double
    package var share: Double
  }

  /// An element with all its places; its score is the sum of their shares.
  package struct Hit: Sendable, Equatable {
    package var id: UInt32
    package var score: Double
    package var places: [Place]
  }

  /// The results of one index, whose scores are its own.
  package static func alone(_ hits: [SearchHit]) -> [Hit] {
    hits.enumerated().map { position, hit in
      Hit(id: hit.id, score: hit.score, places: [Place(list: 0, rank: position + 1, score: hit.score, share: hit.score)])
    }
  }

  /// The best of all lists together, best first; of equal scores the lower id comes first.
  /// - Parameter lists: each best first; nil for one that was not asked for.
  package func fused(_ lists: [[SearchHit]?], limit: Int) -> [Hit] {
    var hits: [UInt32: Hit] = [:]
    for (number, list) in lists.enumerated() {
      for (position, hit) in (list ?? []).enumerated() {
        let share = weights[number] / (constant + Double(position + 1))
        hits[hit.id, default: Hit(id: hit.id, score: 0, places: [])].score += share
        hits[hit.id]?.places.append(Place(list: number, rank: position + 1, score: hit.score, share: share))
      }
    }
    let all = hits.values.sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
    return Array(all.prefix(max(0, limit)))
  }
}
