internal import SinterModel
#if canImport(Glibc)
  internal import Glibc
#else
  internal import Darwin
#endif

/// What people have next: directed, windowed co-occurrence (an item-to-item Markov chain with skips, as in Garcin et
/// al. 2013; normalised like the cosine).
///
/// S_ji = Σ over users who have j before i, d places apart, of d^(−decay), over √((n_j + σ) · (n_i + σ)), σ the shrinkage.
/// Things of the same moment count in both directions, at distance 1.
package enum ItemSequence {
  /// - Parameters:
  ///   - window: pairs farther apart do not count.
  ///   - neighbours: links kept of each item.
  /// - Complexity: O(pairs · window)
  package static func train(
    _ behaviour: Behaviour, window: Int, decay: Double, shrinkage: Double, neighbours: Int, threads: Int
  ) -> ItemModel {
    let lists = behaviour.byItem()
    let counts = behaviour.counts().map { (Double(max(1, $0)) + shrinkage).squareRoot() }
    let nearness = (0...max(1, window)).map { $0 == 0 ? 1 : Float(pow(Double($0), -decay)) }
    let workers = max(1, min(threads, behaviour.itemCount))
    let share = (behaviour.itemCount + workers - 1) / workers
    let slots = WorkerSlots<ItemModel>(workers)
    Workers.run(workers) { worker in
      var part = ItemModel()
      var sums = [Float](repeating: 0, count: behaviour.itemCount)
      var touched: [UInt32] = []
      for item in min(behaviour.itemCount, worker * share)..<min(behaviour.itemCount, (worker + 1) * share) {
        for k in lists.starts[item]..<lists.starts[item + 1] {
          let position = lists.positions[k]
          let user = Int(lists.users[k])
          let (start, end) = (behaviour.offsets[user], behaviour.offsets[user + 1])
          let now = behaviour.times[position]
          // Back only as far as the same moment reaches.
          var other = position - 1
          while other >= start, position - other <= window, behaviour.times[other] == now {
            add(behaviour.items[other], 1, &sums, &touched)
            other -= 1
          }
          other = position + 1
          while other < end, other - position <= window {
            add(behaviour.items[other], behaviour.times[other] == now ? 1 : nearness[other - position], &sums, &touched)
            other += 1
          }
        }
        let root = counts[item]
        part.append(
          touched.map { ($0, Float(Double(sums[Int($0)]) / (root * counts[Int($0)]))) }, limit: neighbours)
        for target in touched { sums[Int(target)] = 0 }
        touched.removeAll(keepingCapacity: true)
      }
      slots.set(worker, part)
    }
    var model = ItemModel()
    for part in slots.values {
      let base = UInt32(model.targets.count)
      model.targets += part.targets
      model.weights += part.weights
      model.offsets += part.offsets.dropFirst().map { $0 + base }
    }
    return model
  }

  @inline(__always)
  private static func add(_ item: UInt32, _ value: Float, _ sums: inout [Float], _ touched: inout [UInt32]) {
    if sums[Int(item)] == 0 { touched.append(item) }
    sums[Int(item)] += value
  }
}

/// Room for one result of each worker, written once by each.
///
/// `@unchecked Sendable`: workers write different positions, and all have ended before anyone reads.
package final class WorkerSlots<Element>: @unchecked Sendable {
  private let base: UnsafeMutablePointer<Element?>
  private let count: Int

  package init(_ count: Int) {
    base = .allocate(capacity: max(1, count))
    base.initialize(repeating: nil, count: max(1, count))
    self.count = count
  }

  deinit {
    base.deinitialize(count: max(1, count))
    base.deallocate()
  }

  package func set(_ position: Int, _ value: Element) { base[position] = value }
  /// What was set, in order of positions.
  package var values: [Element] { (0..<count).compactMap { base[$0] } }
}
