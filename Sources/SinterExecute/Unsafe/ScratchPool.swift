import Synchronization

/// Tables by node id that statements are done with, for the next ones: fresh memory would be zeroed by the system, page by page.
final class ScratchPool: Sendable {
  /// `@unchecked Sendable`: whoever takes a table out has it alone.
  fileprivate struct Kept: @unchecked Sendable {
    var counters: [PathCounter] = []
    var marks: [MarkTable] = []
    var byteCount = 0
  }

  private let kept = Mutex(Kept())
  /// More than this is given back to the system.
  fileprivate static let byteLimit = 64 << 20

  /// A counter without counts.
  func counter(limit: Int, counts: Bool) -> PathCounter {
    let found = kept.withLock { kept -> Kept in
      var found = Kept()
      guard let place = kept.counters.firstIndex(where: { $0.limit == limit && $0.hasCounts == counts }) else { return found }
      found.counters = [kept.counters.remove(at: place)]
      kept.byteCount -= found.counters[0].byteCount
      return found
    }
    return found.counters.first ?? PathCounter(limit: limit, counts: counts)
  }

  /// Keeps a counter that nobody uses any more.
  func give(_ counter: PathCounter) {
    let byteCount = counter.byteCount
    guard byteCount <= ScratchPool.byteLimit / 2 else { return }
    counter.clear()
    let given = Kept(counters: [counter])
    kept.withLock { kept in
      kept.makeRoom(byteCount)
      kept.counters.append(given.counters[0])
      kept.byteCount += byteCount
    }
  }

  /// A table whose marks are all of earlier epochs.
  func marks(limit: Int) -> MarkTable {
    let found = kept.withLock { kept -> Kept in
      var found = Kept()
      guard let place = kept.marks.firstIndex(where: { $0.limit == limit }) else { return found }
      found.marks = [kept.marks.remove(at: place)]
      kept.byteCount -= found.marks[0].byteCount
      return found
    }
    return found.marks.first ?? MarkTable(limit: limit)
  }

  /// Keeps a table that nobody uses any more.
  func give(_ marks: MarkTable) {
    let byteCount = marks.byteCount
    guard byteCount <= ScratchPool.byteLimit / 2 else { return }
    let given = Kept(marks: [marks])
    kept.withLock { kept in
      kept.makeRoom(byteCount)
      kept.marks.append(given.marks[0])
      kept.byteCount += byteCount
    }
  }
}

extension ScratchPool.Kept {
  /// Drops the oldest tables, such as those of a graph that has grown since.
  fileprivate mutating func makeRoom(_ wanted: Int) {
    while byteCount + wanted > ScratchPool.byteLimit || counters.count + marks.count >= 16 {
      if counters.count >= marks.count {
        byteCount -= counters.removeFirst().byteCount
      } else {
        byteCount -= marks.removeFirst().byteCount
      }
    }
  }
}

/// For each node the epoch it was marked in, above, and how often it was, below: a new epoch forgets all marks at once.
final class MarkTable {
  let limit: Int
  let marks: UnsafeMutablePointer<UInt64>
  private(set) var epoch: UInt64 = 0

  init(limit: Int) {
    self.limit = limit
    marks = .zeroed(limit)
  }

  deinit { marks.deallocateZeroed() }

  var byteCount: Int { limit * 8 }

  func beginEpoch() {
    if epoch >= 0xFFFF_FFFF {
      marks.update(repeating: 0, count: limit)
      epoch = 0
    }
    epoch += 1
  }

  @inline(__always)
  func mark(_ node: UInt32) {
    guard Int(node) < limit else { return }
    let entry = marks[Int(node)]
    marks[Int(node)] = entry >> 32 == epoch ? entry + 1 : epoch << 32 | 1
  }
}
