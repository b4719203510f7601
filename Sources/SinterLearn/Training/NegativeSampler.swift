/// Draws the entities a chunk's true answers have to beat: uniform, with replacement across chunks and without
/// within one, so that no row is updated twice by the same chunk.
struct NegativeSampler {
  /// The chunk's negatives.
  private(set) var entities: [UInt32] = []
  /// Where an entity stands in `entities`, valid where `stamps` holds the current chunk.
  private var positions: [UInt32]
  private var stamps: [UInt32]
  private var stamp: UInt32 = 0
  private let entityCount: Int
  private let limit: Int

  init(entityCount: Int, limit: Int) {
    self.entityCount = entityCount
    self.limit = min(limit, entityCount)
    positions = Array(repeating: 0, count: entityCount)
    stamps = Array(repeating: 0, count: entityCount)
    entities.reserveCapacity(self.limit)
  }

  /// Draws anew.
  mutating func draw(_ generator: inout SplitMix64) {
    entities.removeAll(keepingCapacity: true)
    if stamp == .max {
      for i in stamps.indices { stamps[i] = 0 }
      stamp = 0
    }
    stamp += 1
    if limit == entityCount {
      for entity in 0..<UInt32(entityCount) { take(entity) }
      return
    }
    // Repeats are drawn again; with few entities that would take long, so misses are bounded.
    var attempts = 0
    while entities.count < limit, attempts < 4 * limit {
      attempts += 1
      let entity = UInt32(generator.next(below: UInt64(entityCount)))
      if stamps[Int(entity)] != stamp { take(entity) }
    }
  }

  @inline(__always)
  private mutating func take(_ entity: UInt32) {
    stamps[Int(entity)] = stamp
    positions[Int(entity)] = UInt32(entities.count)
    entities.append(entity)
  }

  /// Sets the distance of every negative that truly answers the question to infinity.
  /// - Complexity: O(min(answers, negatives · log answers))
  @inline(__always)
  func mask(_ answers: UnsafeBufferPointer<UInt32>, _ distances: UnsafeMutablePointer<Float>) {
    if answers.count <= 8 * entities.count {
      for entity in answers where stamps[Int(entity)] == stamp { distances[Int(positions[Int(entity)])] = .infinity }
    } else {
      for (position, entity) in entities.enumerated() where contains(answers, entity) { distances[position] = .infinity }
    }
  }

  private func contains(_ sorted: UnsafeBufferPointer<UInt32>, _ entity: UInt32) -> Bool {
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < entity { low = middle + 1 } else { high = middle }
    }
    return low < sorted.count && sorted[low] == entity
  }
}
