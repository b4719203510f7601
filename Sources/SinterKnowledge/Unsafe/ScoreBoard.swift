/// Sparse sums over the items of an index: dense room for every item, and a list of those that were touched.
///
/// Adding costs one array access; clearing costs the touched items only.
final class ScoreBoard {
  let values: UnsafeMutablePointer<Double>
  private let marks: UnsafeMutablePointer<Bool>
  let count: Int
  private(set) var touched: [UInt32] = []

  init(count: Int) {
    self.count = count
    values = .allocate(capacity: max(1, count))
    values.initialize(repeating: 0, count: max(1, count))
    marks = .allocate(capacity: max(1, count))
    marks.initialize(repeating: false, count: max(1, count))
  }

  deinit {
    values.deallocate()
    marks.deallocate()
  }

  /// Adds to an item's sum.
  /// - Precondition: `item` is below ``count``.
  @inline(__always)
  func add(_ item: UInt32, _ value: Double) {
    let i = Int(item)
    if !marks[i] {
      marks[i] = true
      touched.append(item)
    }
    values[i] += value
  }

  /// Lists an item as touched, whatever its sum.
  @inline(__always)
  func touch(_ item: UInt32) { add(item, 0) }

  @inline(__always)
  func isTouched(_ item: UInt32) -> Bool { marks[Int(item)] }

  func clear() {
    for item in touched {
      values[Int(item)] = 0
      marks[Int(item)] = false
    }
    touched.removeAll(keepingCapacity: true)
  }
}
