/// The k entries of highest score seen so far, in a bounded binary heap.
///
/// Of equal scores the lower id wins, so the result does not depend on the order of insertion. NaN is never kept.
package struct TopK: Sendable {
  /// An id and its score.
  package struct Entry: Equatable, Sendable {
    package var id: UInt32
    package var score: Float

    package init(id: UInt32, score: Float) {
      self.id = id
      self.score = score
    }

    /// Whether this entry ranks behind the other.
    @inline(__always)
    func isWorse(than other: Entry) -> Bool {
      score < other.score || (score == other.score && id > other.id)
    }
  }

  /// How many entries are kept at most.
  package let capacity: Int
  /// A heap with the worst entry at the root.
  private var heap: [Entry] = []

  /// - Parameter capacity: k; nothing is kept where it is zero or less.
  package init(_ capacity: Int) {
    self.capacity = max(0, capacity)
    heap.reserveCapacity(min(self.capacity, 4096))
  }

  package var count: Int { heap.count }

  /// A score at or below which nothing enters: the worst kept one when full, otherwise −∞. An entry that ties
  /// with it may still enter by a lower id.
  package var threshold: Float { heap.count < capacity ? -.infinity : (heap.first?.score ?? .infinity) }

  /// Offers an entry.
  /// - Complexity: O(log k), O(1) where it is not among the best.
  package mutating func insert(_ id: UInt32, score: Float) {
    guard !score.isNaN, capacity > 0 else { return }
    let entry = Entry(id: id, score: score)
    if heap.count < capacity {
      heap.append(entry)
      siftUp()
    } else if heap[0].isWorse(than: entry) {
      heap[0] = entry
      siftDown()
    }
  }

  /// The entries kept, best first.
  /// - Complexity: O(k log k)
  package func sorted() -> [Entry] { heap.sorted { $1.isWorse(than: $0) } }

  private mutating func siftUp() {
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isWorse(than: heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var worst = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < heap.count && heap[child].isWorse(than: heap[worst]) {
        worst = child
      }
      if worst == parent { return }
      heap.swapAt(parent, worst)
      parent = worst
    }
  }
}
