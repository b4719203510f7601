internal import Synchronization
internal import SinterKernels

/// Ranks every triple of `test` among all entities of the model, both ways, filtered by `known` and by `test`
/// itself.
///
/// The protocol is the usual one: all other known answers of a question are left out, ties get their mean rank
/// (the "realistic" rank, 1 + better + ties/2), and nothing is dropped: where the model lacks an entity or the
/// relation of a triple, both ranks are the number of entities.
/// - Complexity: O(triples · entities · dimension / threads)
package func evaluateLinkPrediction(
  _ model: TrainedModel, test: TripleSet, known: [TripleSet], threads: Int = 0
) -> LinkPredictionMetrics {
  model.withView { evaluateLinkPrediction($0, test: test, known: known, threads: threads) }
}

/// The same for matrices that lie elsewhere, such as in a memory map.
package func evaluateLinkPrediction(
  _ view: TransEView, test: TripleSet, known: [TripleSet], threads: Int = 0
) -> LinkPredictionMetrics {
  rankLinks(view, test, known: KnownAnswers(known + [test]), threads: threads == 0 ? Workers.processorCount : threads)
}

/// Ranks with a filter that exists already.
func rankLinks(
  _ view: TransEView, _ test: TripleSet, known: KnownAnswers, threads: Int
) -> LinkPredictionMetrics {
  let batchSize = 32
  let batchCount = (2 * test.count + batchSize - 1) / batchSize
  let next = Atomic<Int>(0)
  let total = Mutex(LinkPredictionMetrics())
  Workers.run(max(1, min(threads, batchCount))) { _ in
    let ranker = LinkRanker(view, test, known)
    while true {
      let batch = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard batch < batchCount else { break }
      ranker.rank(batch * batchSize..<min(2 * test.count, (batch + 1) * batchSize))
    }
    total.withLock { $0.add(ranker.metrics) }
  }
  return total.withLock { $0.finished() }
}

extension LinkPredictionMetrics {
  fileprivate mutating func add(_ other: LinkPredictionMetrics) {
    head.add(other.head)
    tail.add(other.tail)
    unseenTriples += other.unseenTriples
    while byRelation.count < other.byRelation.count { byRelation.append(Sides()) }
    for (relation, sides) in other.byRelation.enumerated() {
      byRelation[relation].head.add(sides.head)
      byRelation[relation].tail.add(sides.tail)
    }
  }

  fileprivate func finished() -> LinkPredictionMetrics {
    var result = self
    result.overall = head
    result.overall.add(tail)
    return result
  }
}

/// One thread's part of a ranking: batches of questions pass together over tiles of entities that fit the cache.
private final class LinkRanker {
  private let view: TransEView
  private let test: TripleSet
  private let known: KnownAnswers
  private let comparison: Comparison
  private let tileRows: Int
  private let worstRank: Double
  private var questions: [Question] = []
  private var queries: [Float] = []
  private var tile: [Float]
  private(set) var metrics = LinkPredictionMetrics()

  private struct Question {
    var entity: UInt32
    var relation: UInt32
    var answer: UInt32
    var inverse: Bool
    /// The answer's own order value.
    var order: Float
    /// Candidates ahead of the answer and level with it, itself included.
    var better = 0
    var level = 0
  }

  init(_ view: TransEView, _ test: TripleSet, _ known: KnownAnswers) {
    self.view = view
    self.test = test
    self.known = known
    comparison = view.comparison
    // Half a typical first-level cache's worth times eight: a tile stays in the second level.
    tileRows = max(16, 32_768 / max(1, view.dimension))
    worstRank = Double(max(view.entities.rowCount, test.entityCount))
    tile = Array(repeating: 0, count: tileRows)
  }

  /// Ranks the questions in `range`: i asks for the tail of triple i/2 where i is even, otherwise for its head.
  func rank(_ range: Range<Int>) {
    questions.removeAll(keepingCapacity: true)
    queries.removeAll(keepingCapacity: true)
    for i in range { prepare(triple: i / 2, inverse: i % 2 == 1) }
    queries.withUnsafeBufferPointer { queries in
      guard let queries = queries.baseAddress else { return }
      tile.withUnsafeMutableBufferPointer { tile in
        guard let tile = tile.baseAddress else { return }
        view.entities.forEachTile(tileRows) { _, base, count in
          for q in questions.indices {
            comparison.order(queries + q * view.dimension, rows: base, count: count, into: tile)
            let (below, equal) = Kernels.countBelow(tile, count, threshold: questions[q].order)
            questions[q].better += below
            questions[q].level += equal
          }
        }
      }
      for q in questions.indices { finish(questions[q], queries + q * view.dimension) }
    }
  }

  private func prepare(triple: Int, inverse: Bool) {
    let (head, relation, tail) = (test.heads[triple], test.relations[triple], test.tails[triple])
    guard Int(max(head, tail)) < view.entities.rowCount, Int(relation) < view.relations.rowCount else {
      if !inverse { metrics.unseenTriples += 1 }
      metrics.add(rank: worstRank, relation: Int(relation), inverse: inverse)
      return
    }
    let entity = inverse ? tail : head
    let answer = inverse ? head : tail
    let query = view.query(entity: entity, relation: relation, inverse: inverse)
    let order = query.withUnsafeBufferPointer { query in
      query.baseAddress.map { comparison.order($0, view.entities.row(Int(answer))) } ?? .nan
    }
    guard !order.isNaN else {
      metrics.add(rank: worstRank, relation: Int(relation), inverse: inverse)
      return
    }
    queries.append(contentsOf: query)
    questions.append(Question(entity: entity, relation: relation, answer: answer, inverse: inverse, order: order))
  }

  /// Takes the other known answers out of the counts and counts the rank.
  private func finish(_ question: Question, _ query: UnsafePointer<Float>) {
    var better = question.better
    var level = question.level - 1
    let others = known.answers(entity: question.entity, relation: question.relation, inverse: question.inverse)
    for other in others where other != question.answer && Int(other) < view.entities.rowCount {
      let order = comparison.order(query, view.entities.row(Int(other)))
      if order < question.order { better -= 1 } else if order == question.order { level -= 1 }
    }
    metrics.add(
      rank: 1 + Double(better) + Double(level) / 2, relation: Int(question.relation), inverse: question.inverse)
  }
}
