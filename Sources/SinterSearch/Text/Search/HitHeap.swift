extension SearchHit {
  /// Higher scores first, then lower ids.
  func ranks(before other: SearchHit) -> Bool { score > other.score || (score == other.score && id < other.id) }
}

/// The best hits seen so far.
struct HitHeap {
  private let limit: Int
  private let minimum: Double
  /// With a limit, a heap with the worst at the root.
  private var hits: [SearchHit] = []

  /// - Parameter minimum: what a hit must score at least.
  init(limit: Int, minimum: Double?) {
    self.limit = max(0, limit)
    self.minimum = minimum ?? -.infinity
  }

  private var isFull: Bool { hits.count >= limit }

  /// Whether a hit that scores `bound` at most, with a higher id than all seen, may be kept.
  func wants(_ bound: Double) -> Bool { isFull ? hits.first.map { bound > $0.score } ?? false : bound >= minimum }

  mutating func insert(_ hit: SearchHit) {
    guard hit.score >= minimum else { return }
    if hits.count < limit {
      hits.append(hit)
      if hits.count == limit { heapify() }
    } else if let worst = hits.first, hit.ranks(before: worst) {
      hits[0] = hit
      siftDown(0)
    }
  }

  private mutating func heapify() {
    for parent in stride(from: hits.count / 2 - 1, through: 0, by: -1) { siftDown(parent) }
  }

  private mutating func siftDown(_ from: Int) {
    var parent = from
    while true {
      var worst = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < hits.count && hits[worst].ranks(before: hits[child]) { worst = child }
      if worst == parent { return }
      hits.swapAt(parent, worst)
      parent = worst
    }
  }

  /// Best first.
  func sorted() -> [SearchHit] { hits.sorted { $0.ranks(before: $1) } }
}
