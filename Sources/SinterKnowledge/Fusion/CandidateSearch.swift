internal import SinterExecute
internal import SinterModel
internal import SinterStorage

/// Picks a request's items out of the ranking: labels, EXCLUDE, WHERE, DIVERSE BY.
///
/// WHERE is asked about the best candidates in chunks that double, until enough have passed or none are left, so a
/// strict filter never leaves LIMIT unfilled while a loose one costs a single small chunk.
struct CandidateSearch {
  typealias Candidate = (item: UInt32, score: Double)

  private let fusion: Fusion
  private let request: RecommendationRequest
  private let view: GraphView
  private var ranking: Ranking

  init(_ fusion: Fusion, _ request: RecommendationRequest, _ view: GraphView) throws(SinterError) {
    self.fusion = fusion
    self.request = request
    self.view = view
    guard let types = request.excludedTypes else {
      ranking = Ranking(fusion) { fusion.isOwned($0) || fusion.isDismissed($0) }
      return
    }
    var excluded: Set<UInt32> = []
    for link in try LinkTypes(types, .outgoing, in: view).links(of: fusion.shopper.user) {
      if let item = fusion.index.number(of: link.node) { excluded.insert(item) }
    }
    let left = excluded
    ranking = Ranking(fusion) { left.contains($0) || fusion.isDismissed($0) }
  }

  /// The best `limit` items that pass everything; best first, or in the order of diversity.
  mutating func best(_ limit: Int) throws(SinterError) -> [Candidate] {
    guard let diverseBy = request.diverseBy, request.strength > 0 else { return try passing(limit) }
    let pool = try passing(limit.multipliedReportingOverflow(by: Diversity.poolFactor).partialValue)
    // Categories are asked for in order of ids, as a batch reads them best.
    let order = pool.indices.sorted { pool[$0].item < pool[$1].item }
    let values = try diverseBy(order.map { fusion.shopper.node(pool[$0].item) })
    var categories = [Value](repeating: .null, count: pool.count)
    for (position, value) in zip(order, values) { categories[position] = value }
    return Diversity.order(
      scores: pool.map(\.score), categories: categories, strength: request.strength, limit: limit
    ).map { pool[$0] }
  }

  private mutating func passing(_ limit: Int) throws(SinterError) -> [Candidate] {
    var result: [Candidate] = []
    var chunkSize = request.filter == nil ? limit : max(64, 2 * limit)
    while result.count < limit {
      var chunk: [Candidate] = []
      while chunk.count < chunkSize, let next = ranking.next() {
        if try hasLabels(next.item) { chunk.append(next) }
      }
      if chunk.isEmpty { break }
      if let filter = request.filter {
        let kept = Set(try filter(chunk.map { fusion.shopper.node($0.item) }.sorted()))
        chunk.removeAll { !kept.contains(fusion.shopper.node($0.item)) }
      }
      result += chunk
      chunkSize = min(65_536, 2 * chunkSize)
    }
    return Array(result.prefix(limit))
  }

  private func hasLabels(_ item: UInt32) throws(SinterError) -> Bool {
    for label in request.itemLabels where label != fusion.index.itemLabel {
      guard try view.has(label, NodeID(fusion.shopper.node(item))) else { return false }
    }
    return true
  }
}
