/// How well true answers rank among all candidates.
package struct RankingMetrics: Sendable, Equatable {
  /// Ranks counted.
  package private(set) var count = 0
  private var rankSum = 0.0
  private var reciprocalSum = 0.0
  private var within = (one: 0, three: 0, ten: 0)

  package init() {}

  /// Counts a rank; a fraction comes from ties.
  mutating func add(rank: Double) {
    count += 1
    rankSum += rank
    reciprocalSum += 1 / rank
    if rank <= 1 { within.one += 1 }
    if rank <= 3 { within.three += 1 }
    if rank <= 10 { within.ten += 1 }
  }

  /// Adds the ranks of another.
  mutating func add(_ other: RankingMetrics) {
    count += other.count
    rankSum += other.rankSum
    reciprocalSum += other.reciprocalSum
    within.one += other.within.one
    within.three += other.within.three
    within.ten += other.within.ten
  }

  /// MR: the mean of the ranks.
  package var meanRank: Double { mean(rankSum) }
  /// MRR: the mean of 1/rank.
  package var meanReciprocalRank: Double { mean(reciprocalSum) }
  /// The share of ranks at most 1, 3 and 10.
  package var hits1: Double { mean(Double(within.one)) }
  package var hits3: Double { mean(Double(within.three)) }
  package var hits10: Double { mean(Double(within.ten)) }

  private func mean(_ sum: Double) -> Double { count == 0 ? 0 : sum / Double(count) }

  package static func == (left: RankingMetrics, right: RankingMetrics) -> Bool {
    left.count == right.count && left.rankSum == right.rankSum && left.reciprocalSum == right.reciprocalSum
      && left.within == right.within
  }
}

/// Link prediction, both ways together and apart.
package struct LinkPredictionMetrics: Sendable, Equatable {
  /// Both questions of every triple.
  package var overall = RankingMetrics()
  /// (?, relation, tail).
  package var head = RankingMetrics()
  /// (head, relation, ?).
  package var tail = RankingMetrics()
  /// Both questions by relation number; relations beyond have no test triple.
  package var byRelation: [Sides] = []
  /// Test triples with an entity or relation the model never saw. Both their ranks are the worst there is.
  package var unseenTriples = 0

  /// The ranks of one relation.
  package struct Sides: Sendable, Equatable {
    package var head = RankingMetrics()
    package var tail = RankingMetrics()

    package var overall: RankingMetrics {
      var both = head
      both.add(tail)
      return both
    }
  }

  package init() {}

  /// Counts the rank of an answer.
  mutating func add(rank: Double, relation: Int, inverse: Bool) {
    while byRelation.count <= relation { byRelation.append(Sides()) }
    if inverse {
      head.add(rank: rank)
      byRelation[relation].head.add(rank: rank)
    } else {
      tail.add(rank: rank)
      byRelation[relation].tail.add(rank: rank)
    }
  }
}
