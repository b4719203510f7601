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

  /// Lets `body` add to the values of any of the first `limit` items without listing them, then sets each such value to
  /// what `finish` makes of it and lists the items for which it is above 0, in order.
  ///
  /// For sums over so many summands that looking at each item's mark would cost more than looking at every item once.
  /// - Precondition: nothing is listed.
  @inline(__always)
  func addDensely(_ limit: Int, _ body: (UnsafeMutablePointer<Double>) -> Void, finish: (Int, Double) -> Double) {
    precondition(touched.isEmpty && limit <= count, "a board in use")
    body(values)
    touched.reserveCapacity(limit)
    for i in 0..<limit where values[i] != 0 {
      let value = finish(i, values[i])
      if value > 0 {
        values[i] = value
        marks[i] = true
        touched.append(UInt32(i))
      } else {
        values[i] = 0
      }
    }
  }

  /// Adds another board's sums, scaled, and lists what it lists.
  @inline(__always)
  func add(_ other: ScoreBoard, scale: Double) {
    if touched.isEmpty {
      touched.append(contentsOf: other.touched)
      for item in other.touched {
        marks[Int(item)] = true
        values[Int(item)] = scale * other.values[Int(item)]
      }
    } else {
      for item in other.touched { add(item, scale * other.values[Int(item)]) }
    }
  }

  func clear() {
    for item in touched {
      values[Int(item)] = 0
      marks[Int(item)] = false
    }
    touched.removeAll(keepingCapacity: true)
  }
}
