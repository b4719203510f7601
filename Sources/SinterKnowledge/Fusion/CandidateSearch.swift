internal import SinterExecute
internal import SinterModel
internal import SinterStorage

/// Picks a request's items out of the ranking: labels, EXCLUDE, WHERE, AT MOST … PER, DIVERSE BY.
///
/// WHERE is asked about the best candidates in chunks that double, until enough have passed or none are left, so a
/// strict filter never leaves LIMIT unfilled while a loose one costs a single small chunk.
struct CandidateSearch {
  typealias Candidate = (item: UInt32, score: Double)

  private let fusion: Fusion
  private let request: RecommendationRequest
  private let view: GraphView
  private var ranking: Ranking
  /// Of each cap, how many items of a value were taken.
  private var taken: [[Value: Int]]

  init(_ fusion: Fusion, _ request: RecommendationRequest, _ view: GraphView) throws(SinterError) {
    self.fusion = fusion
    self.request = request
    self.view = view
    taken = [[Value: Int]](repeating: [:], count: request.caps.count)
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
    var chunkSize = request.filter == nil && request.caps.isEmpty ? limit : max(64, 2 * limit)
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
      result += try capped(chunk)
      chunkSize = min(65_536, 2 * chunkSize)
    }
    return Array(result.prefix(limit))
  }

  /// Leaves out what would be one too many of a value. A list counts for each of its elements.
  private mutating func capped(_ chunk: [Candidate]) throws(SinterError) -> [Candidate] {
    guard !request.caps.isEmpty, !chunk.isEmpty else { return chunk }
    let order = chunk.indices.sorted { chunk[$0].item < chunk[$1].item }
    var values: [[[Value]]] = []
    for cap in request.caps {
      var column = [[Value]](repeating: [], count: chunk.count)
      for (position, value) in zip(order, try cap.values(order.map { fusion.shopper.node(chunk[$0].item) })) {
        column[position] = if case .list(let items) = value { items } else { value.isNull ? [] : [value] }
      }
      values.append(column)
    }
    var result: [Candidate] = []
    for (position, candidate) in chunk.enumerated() {
      let fits = request.caps.indices.allSatisfy { cap in
        values[cap][position].allSatisfy { taken[cap][$0, default: 0] < request.caps[cap].most }
      }
      guard fits else { continue }
      for cap in request.caps.indices { for value in values[cap][position] { taken[cap][value, default: 0] += 1 } }
      result.append(candidate)
    }
    return result
  }

  private func hasLabels(_ item: UInt32) throws(SinterError) -> Bool {
    for label in request.itemLabels where label != fusion.index.itemLabel {
      guard try view.has(label, NodeID(fusion.shopper.node(item))) else { return false }
    }
    return true
  }
}
