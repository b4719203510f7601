import SinterModel
import SinterStorage

/// The rows of a hop under construction: neighbour, relationship and parent row side by side.
///
/// Plain memory rather than arrays, as every neighbour of every row passes through it: an append is a copy or a
/// loop without checks. Reused from batch to batch.
final class HopBuffer {
  private(set) var count = 0
  private var capacity = 0
  private var neighborBase: UnsafeMutablePointer<UInt32>
  private var relationshipBase: UnsafeMutablePointer<UInt32>
  private var parentBase: UnsafeMutablePointer<Int32>

  init() {
    neighborBase = .allocate(capacity: 0)
    relationshipBase = .allocate(capacity: 0)
    parentBase = .allocate(capacity: 0)
  }

  deinit {
    neighborBase.deallocate()
    relationshipBase.deallocate()
    parentBase.deallocate()
  }

  func clear() { count = 0 }

  func neighbors(_ range: Range<Int>) -> [UInt32] { copied(neighborBase, range) }
  func relationships(_ range: Range<Int>) -> [UInt32] { copied(relationshipBase, range) }
  func parents(_ range: Range<Int>) -> [Int32] { copied(parentBase, range) }

  private func copied<T>(_ base: UnsafeMutablePointer<T>, _ range: Range<Int>) -> [T] {
    precondition(range.upperBound <= count, "only what was appended can be read")
    return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
  }

  /// Bytes the buffer takes.
  var byteCount: Int { capacity * 12 }

  /// Appends a whole run.
  @inline(__always)
  func append(_ run: Adjacency.Run, parent: Int32) {
    reserve(run.count)
    (neighborBase + count).update(from: run.neighbors, count: run.count)
    (relationshipBase + count).update(from: run.relationships, count: run.count)
    (parentBase + count).update(repeating: parent, count: run.count)
    count += run.count
  }

  /// Appends a run without one relationship; `Vector.nullID` leaves none out.
  @inline(__always)
  func append(_ run: Adjacency.Run, parent: Int32, except excluded: UInt32) {
    reserve(run.count)
    var end = count
    for i in 0..<run.count {
      let relationship = run.relationships[i]
      neighborBase[end] = run.neighbors[i]
      relationshipBase[end] = relationship
      parentBase[end] = parent
      // Written in any case and kept by moving on: no branch to mispredict.
      end += relationship == excluded ? 0 : 1
    }
    count = end
  }

  /// Appends those hops of a run that `isAllowed` admits.
  @inline(__always)
  func append(_ run: Adjacency.Run, parent: Int32, where isAllowed: (_ neighbor: UInt32, _ relationship: UInt32) -> Bool) {
    reserve(run.count)
    for i in 0..<run.count where isAllowed(run.neighbors[i], run.relationships[i]) {
      neighborBase[count] = run.neighbors[i]
      relationshipBase[count] = run.relationships[i]
      parentBase[count] = parent
      count += 1
    }
  }

  private func reserve(_ extra: Int) {
    if count + extra > capacity { grow(to: max(count + extra, 2 * capacity, 4096)) }
  }

  private func grow(to wanted: Int) {
    neighborBase = moved(neighborBase, to: wanted)
    relationshipBase = moved(relationshipBase, to: wanted)
    parentBase = moved(parentBase, to: wanted)
    capacity = wanted
  }

  private func moved<T>(_ base: UnsafeMutablePointer<T>, to wanted: Int) -> UnsafeMutablePointer<T> {
    let larger = UnsafeMutablePointer<T>.allocate(capacity: wanted)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    return larger
  }
}
