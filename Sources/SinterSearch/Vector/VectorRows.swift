/// Vectors in memory, each with its element, in no order.
struct VectorRows: Sendable {
  let dimension: Int
  private(set) var ids: [UInt32] = []
  private(set) var values: [Float] = []
  private var positions: [UInt32: Int] = [:]

  init(dimension: Int) { self.dimension = dimension }

  var count: Int { ids.count }

  func position(of id: UInt32) -> Int? { positions[id] }

  mutating func set(_ id: UInt32, _ vector: UnsafeBufferPointer<Float>) {
    if let position = positions[id] {
      values.replaceSubrange(position * dimension..<(position + 1) * dimension, with: vector)
    } else {
      positions[id] = ids.count
      ids.append(id)
      values.append(contentsOf: vector)
    }
  }

  /// The last row takes the place of the one that goes.
  mutating func remove(_ id: UInt32) {
    guard let position = positions.removeValue(forKey: id) else { return }
    let last = ids.count - 1
    if position != last {
      let moved = ids[last]
      ids[position] = moved
      positions[moved] = position
      values.withUnsafeMutableBufferPointer { values in
        for i in 0..<dimension { values[position * dimension + i] = values[last * dimension + i] }
      }
    }
    ids.removeLast()
    values.removeLast(dimension)
  }
}
