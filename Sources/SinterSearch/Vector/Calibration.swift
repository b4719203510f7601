package import SinterModel

/// Finds by trying how far lists must be thought to reach for a share of the true neighbours.
///
/// Vectors of the index are the queries, each left out of its own answers. The truth is what a look through all lists finds
/// by the same codes, so that it is the choice of lists that is measured.
struct Calibration {
  private let lists: VectorLists
  private let image: VectorImage

  init(_ lists: VectorLists, _ image: VectorImage) {
    self.lists = lists
    self.image = image
  }

  /// The shares that a reach is found for.
  static let recalls: [Float] = [0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995]
  private static let queryCount = 256
  private static let neighbours = 10

  func levels(_ control: BuildControl) throws(SinterError) -> [VectorLists.Level] {
    let count = image.sources.count
    let queries = min(Self.queryCount, count)
    var random = SearchRandom(seed: 0xCA11)
    let rows = (0..<queries).map { i -> UInt32 in
      let first = i * count / queries
      return UInt32(first + Int(random.next() % UInt64(max(1, (i + 1) * count / queries - first))))
    }
    let moved = rows.map { row in lists.moved(image.vector(row)) }
    var truth = [Set<UInt32>](repeating: [], count: queries)
    try each(queries, control, &truth) { query in Set(answer(moved[query], rows[query], reach: .infinity)) }
    func recall(_ reach: Float) throws(SinterError) -> Float {
      var hits = [Int](repeating: 0, count: queries)
      try each(queries, control, &hits) { query in
        answer(moved[query], rows[query], reach: reach).reduce(0) { $0 + (truth[query].contains($1) ? 1 : 0) }
      }
      let wanted = truth.reduce(0) { $0 + $1.count }
      return wanted == 0 ? 1 : Float(hits.reduce(0, +)) / Float(wanted)
    }
    var levels: [VectorLists.Level] = []
    var low: Float = -4
    for share in Self.recalls {
      // Queries of users lie a little farther from the vectors than these do from each other.
      let wanted = share + (1 - share) * 0.15
      var high = max(low + 1, 1)
      while high < 64, try recall(high) < wanted { high *= 1.5 }
      var from = low
      for _ in 0..<8 {
        let middle = (from + high) / 2
        if try recall(middle) < wanted { from = middle } else { high = middle }
      }
      levels.append(VectorLists.Level(recall: share, reach: high))
      low = from
    }
    return levels
  }

  private func answer(_ query: VectorLists.Moved, _ row: UInt32, reach: Float) -> [UInt32] {
    let wanted = Self.neighbours + 1
    let found = lists.nearest(query, wanted: wanted, kept: wanted, least: -.infinity, reach: reach, hidden: RowSet())
    return found.sorted { $0.nearness > $1.nearness }.map(\.row).filter { $0 != row }.prefix(Self.neighbours).map { $0 }
  }

  private func each<T: Sendable>(
    _ count: Int, _ control: BuildControl, _ results: inout [T], _ body: (Int) -> T
  ) throws(SinterError) {
    let threads = max(1, min(control.threads, count))
    results.withUnsafeMutableBufferPointer { buffer in
      nonisolated(unsafe) let out = buffer
      BackgroundThread.run(threads) { thread in
        for i in stride(from: thread, to: count, by: threads) {
          if control.isCancelled() { return }
          out[i] = body(i)
        }
      }
    }
    try control.check()
  }
}
