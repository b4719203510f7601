/// The items of a fusion, best first, taken as they are asked for.
///
/// Touched items lie in a heap; the others' scores are popularity alone, so they follow in the index's order, and the
/// two are merged. Taking k of n touched items costs O(n + k log n), however many items the shop has.
struct Ranking {
  private let fusion: Fusion
  private let isExcluded: (UInt32) -> Bool
  private var heap: [(score: Double, item: UInt32)] = []
  private var nextPopular = 0

  init(_ fusion: Fusion, excluding isExcluded: @escaping (UInt32) -> Bool) {
    self.fusion = fusion
    self.isExcluded = isExcluded
    for item in fusion.touched where !isExcluded(item) {
      let score = fusion.score(of: item)
      if score > 0 { heap.append((score, item)) }
    }
    for position in stride(from: heap.count / 2 - 1, through: 0, by: -1) { siftDown(position) }
  }

  /// The next best item with its score; of equal scores the lower id comes first.
  mutating func next() -> (item: UInt32, score: Double)? {
    let popular = nextPopularItem()
    if let best = heap.first {
      if let popular, (popular.score, best.item) > (best.score, popular.item) { return takePopular(popular) }
      let last = heap.removeLast()
      if !heap.isEmpty {
        heap[0] = last
        siftDown(0)
      }
      return (best.item, best.score)
    }
    return popular.map { takePopular($0) }
  }

  private mutating func takePopular(_ popular: (item: UInt32, score: Double)) -> (item: UInt32, score: Double) {
    nextPopular += 1
    return popular
  }

  private mutating func nextPopularItem() -> (item: UInt32, score: Double)? {
    let scale = fusion.popularityScale
    let order = fusion.index.popularityOrder
    guard scale > 0 else { return nil }
    while nextPopular < order.count {
      let item = order.base[nextPopular]
      if !fusion.isTouched(item), !isExcluded(item) { return (item, fusion.score(of: item)) }
      nextPopular += 1
    }
    return nil
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var best = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < heap.count && isBetter(heap[child], heap[best]) {
        best = child
      }
      if best == parent { return }
      heap.swapAt(parent, best)
      parent = best
    }
  }

  private func isBetter(_ a: (score: Double, item: UInt32), _ b: (score: Double, item: UInt32)) -> Bool {
    a.score > b.score || (a.score == b.score && a.item < b.item)
  }
}
