package import SinterModel
import Synchronization

/// The relationships of one type in one direction, as compressed sparse rows over the map.
///
/// Each node's neighbours are sorted by neighbour id, then relationship id. A handle is made once
/// per operator and used for every row; it lives as long as its view, and sees what a writer
/// changes through the view.
///
/// `@unchecked Sendable`: all stored properties are immutable; see ``GraphView`` for the view.
package final class Adjacency: @unchecked Sendable {
  /// A contiguous piece of a node's neighbours; pointers are valid until the next call on the same scratch.
  package struct Run {
    package var neighbors: UnsafePointer<UInt32>
    package var relationships: UnsafePointer<UInt32>
    package var count: Int

    @inlinable
    package init(neighbors: UnsafePointer<UInt32>, relationships: UnsafePointer<UInt32>, count: Int) {
      self.neighbors = neighbors
      self.relationships = relationships
      self.count = count
    }
  }

  /// Room for neighbours that must be merged with patches; one per operator and thread.
  package struct Scratch: ~Copyable {
    @usableFromInline var neighbors: UnsafeMutablePointer<UInt32>
    @usableFromInline var relationships: UnsafeMutablePointer<UInt32>
    @usableFromInline var capacity: Int
    /// Made when a node with changes is met.
    fileprivate var merged: MergedRuns?

    package init() {
      capacity = 64
      neighbors = .allocate(capacity: capacity)
      relationships = .allocate(capacity: capacity)
    }

    deinit {
      neighbors.deallocate()
      relationships.deallocate()
    }

    /// Room for `count` entries; what was there is lost.
    mutating func reserve(_ count: Int) {
      guard count > capacity else { return }
      neighbors.deallocate()
      relationships.deallocate()
      capacity = max(count, 2 * capacity)
      neighbors = .allocate(capacity: capacity)
      relationships = .allocate(capacity: capacity)
    }
  }

  let view: GraphView
  package let type: TypeID
  package let direction: Direction
  /// nil when the base has no relationship of the type, or the table could not be read.
  @usableFromInline let table: ColumnTable?
  @usableFromInline let segmentLimit: UInt32
  /// Why there is no table; thrown by whatever reads.
  private let failure: SinterError?
  /// The base is all there is, for the view's whole life.
  @usableFromInline let isClean: Bool
  /// Nobody writes through the view.
  @usableFromInline let isSettled: Bool
  /// What is known of a settled view's changes.
  private let changes: Changes?

  private struct Changes {
    /// Of the handle, among all that had changes.
    let number: UInt64
    let filter: NodeFilter
  }

  private static let count = Atomic<UInt64>(0)
  /// Changes in degrees, once many were asked for.
  private let degreeChanges = Mutex<DegreeChanges?>(nil)

  init(_ view: GraphView, _ type: TypeID, _ direction: Direction) {
    self.view = view
    self.type = type
    self.direction = direction
    let kind = SegmentKind.adjacency(direction)
    do {
      table = try view.table(ColumnKey(kind, type.rawValue))
      failure = nil
    } catch {
      table = nil
      failure = error
    }
    segmentLimit = table?.segmentLimit ?? 0
    isClean = failure == nil && view.isClean(kind, type.rawValue)
    isSettled = failure == nil && view.pending == nil
    changes = isClean || !isSettled ? nil : Changes(
      number: Adjacency.count.add(1, ordering: .relaxed).newValue, filter: view.overlay.adjacencyFilter(type, direction))
  }

  @inlinable @inline(__always)
  package func degree(of node: UInt32) throws(SinterError) -> Int {
    guard isClean else { return try patchedDegree(of: node) }
    guard let segment = try baseSegment(node) else { return 0 }
    let row = Int(node & (UInt32(segmentLength) - 1))
    return Int(segment.pointee.offsets[row + 1] &- segment.pointee.offsets[row])
  }

  /// Calls `body` with the node's neighbours, in one run unless the list spans several values.
  @inlinable @inline(__always)
  package func forEachRun(of node: UInt32, scratch: inout Scratch, _ body: (Run) throws -> Void) throws {
    guard isClean else {
      if let run = try patchedRun(of: node, scratch: &scratch) { try body(run) }
      return
    }
    guard let segment = try baseSegment(node) else { return }
    let row = Int(node & (UInt32(segmentLength) - 1))
    var start = Int(segment.pointee.offsets[row])
    let end = Int(segment.pointee.offsets[row + 1])
    guard start < end else { return }
    if let neighbors = segment.pointee.neighbors, let relationships = segment.pointee.relationships {
      try body(Run(neighbors: neighbors + start, relationships: relationships + start, count: end - start))
      return
    }
    while start < end {
      let run = Adjacency.chunkRun(segment, start, end)
      try body(run)
      start += run.count
    }
  }

  /// All of the node's neighbours in one run; a list that spans several values is put together in
  /// `scratch`. nil when there are none.
  @inlinable @inline(__always)
  package func run(of node: UInt32, scratch: inout Scratch) throws(SinterError) -> Run? {
    guard isClean else { return try patchedRun(of: node, scratch: &scratch) }
    guard let segment = try baseSegment(node) else { return nil }
    let row = Int(node & (UInt32(segmentLength) - 1))
    let start = Int(segment.pointee.offsets[row])
    let end = Int(segment.pointee.offsets[row + 1])
    guard start < end else { return nil }
    if let neighbors = segment.pointee.neighbors, let relationships = segment.pointee.relationships {
      return Run(neighbors: neighbors + start, relationships: relationships + start, count: end - start)
    }
    return joinedRun(segment, start, end, &scratch)
  }

  /// Whether there is a relationship from `node` to `neighbor`; binary search.
  package func contains(_ neighbor: UInt32, of node: UInt32, scratch: inout Scratch) throws -> Bool {
    var isFound = false
    try forEachRun(of: node, scratch: &scratch) { run in
      if isFound || run.neighbors[run.count - 1] < neighbor { return }
      var low = 0
      var high = run.count
      while low < high {
        let middle = (low + high) >> 1
        if run.neighbors[middle] < neighbor { low = middle + 1 } else { high = middle }
      }
      isFound = low < run.count && run.neighbors[low] == neighbor
    }
    return isFound
  }

  // MARK: The base

  /// The segment of the node; nil when it lies past all segments.
  @inlinable @inline(__always)
  func baseSegment(_ node: UInt32) throws(SinterError) -> UnsafePointer<AdjacencySegment>? {
    let segment = node >> segmentShift
    guard segment < segmentLimit, let table else { return nil }
    return try table.adjacencySegment(segment)
  }

  /// As much of `start ..< end` as lies in one chunk.
  @inlinable
  static func chunkRun(_ segment: UnsafePointer<AdjacencySegment>, _ start: Int, _ end: Int) -> Run {
    let length = SegmentEncoder.adjacencyChunkLength
    let chunk = segment.pointee.chunks.unsafelyUnwrapped[start / length]
    let offset = start % length
    return Run(
      neighbors: chunk.neighbors + offset, relationships: chunk.relationships + offset, count: min(end - start, length - offset))
  }

  @usableFromInline
  func joinedRun(
    _ segment: UnsafePointer<AdjacencySegment>, _ start: Int, _ end: Int, _ scratch: inout Scratch
  ) -> Run {
    let first = Adjacency.chunkRun(segment, start, end)
    if first.count == end - start { return first }
    scratch.reserve(end - start)
    var done = 0
    while start + done < end {
      let run = Adjacency.chunkRun(segment, start + done, end)
      (scratch.neighbors + done).update(from: run.neighbors, count: run.count)
      (scratch.relationships + done).update(from: run.relationships, count: run.count)
      done += run.count
    }
    return Run(neighbors: scratch.neighbors, relationships: scratch.relationships, count: done)
  }

  // MARK: With patches

  private func baseRun(of node: UInt32, _ scratch: inout Scratch) throws(SinterError) -> Run? {
    if let failure { throw failure }
    guard let segment = try baseSegment(node) else { return nil }
    let row = Int(node & (UInt32(segmentLength) - 1))
    let start = Int(segment.pointee.offsets[row])
    let end = Int(segment.pointee.offsets[row + 1])
    guard start < end else { return nil }
    if let neighbors = segment.pointee.neighbors, let relationships = segment.pointee.relationships {
      return Run(neighbors: neighbors + start, relationships: relationships + start, count: end - start)
    }
    return joinedRun(segment, start, end, &scratch)
  }

  private func delta(of node: UInt32) -> AdjacencyDelta? {
    let kind = SegmentKind.adjacency(direction)
    guard view.overlay.touches(kind, column: type.rawValue, segment: Int(node >> segmentShift)) else { return nil }
    return view.overlay.adjacency(type: type, direction, node: node)
  }

  @usableFromInline
  func patchedDegree(of node: UInt32) throws(SinterError) -> Int {
    if let failure { throw failure }
    var degree = 0
    if let segment = try baseSegment(node) {
      let row = Int(node & (UInt32(segmentLength) - 1))
      degree = Int(segment.pointee.offsets[row + 1] &- segment.pointee.offsets[row])
    }
    if let changes {
      if !changes.filter.mayContain(node) { return degree }
      if let table = degreeChanges.withLock({ $0 }) { return degree + table[node] }
    }
    guard let delta = delta(of: node) else { return degree }
    return max(0, degree + delta.added.count - delta.removed.count)
  }

  /// How degrees differ from the base's; nil where they do not, or where a writer may change them.
  /// - Complexity: O(changes) the first time
  @usableFromInline
  func changedDegrees() -> Changed? {
    guard let changes else { return nil }
    let table = degreeChanges.withLock { known in
      if known == nil { known = DegreeChanges(view.overlay.adjacencyTable(type, direction)) }
      return known!
    }
    return Changed(filter: changes.filter, table: table)
  }

  /// Differences of degrees from the base's.
  @usableFromInline
  struct Changed {
    let filter: NodeFilter
    let table: DegreeChanges

    @usableFromInline
    func difference(_ node: UInt32) -> Int { filter.mayContain(node) ? table[node] : 0 }
  }

  /// The base's neighbours without the removed ones, merged with the added ones.
  @usableFromInline
  func patchedRun(of node: UInt32, scratch: inout Scratch) throws(SinterError) -> Run? {
    guard let changes else { return try mergedRun(of: node, scratch: &scratch) }
    guard changes.filter.mayContain(node) else { return try baseRun(of: node, &scratch) }
    let merged = scratch.mergedRuns
    let key = changes.number << 32 | UInt64(node)
    switch merged.find(key) {
    case .base: return try baseRun(of: node, &scratch)
    case .merged(let run): return run
    case .unknown:
      guard let delta = delta(of: node) else {
        merged.insertBase(key)
        return try baseRun(of: node, &scratch)
      }
      let base = try baseRun(of: node, &scratch)
      return merged.insert(key, limit: (base?.count ?? 0) + delta.added.count) { neighbors, relationships in
        Adjacency.merge(base, delta, neighbors, relationships)
      }
    }
  }

  private func mergedRun(of node: UInt32, scratch: inout Scratch) throws(SinterError) -> Run? {
    guard let delta = delta(of: node) else { return try baseRun(of: node, &scratch) }
    // A list of several values is put together elsewhere, as it is merged into the scratch.
    var joined = Scratch()
    let base = try baseRun(of: node, &joined)
    scratch.reserve((base?.count ?? 0) + delta.added.count)
    let count = Adjacency.merge(base, delta, scratch.neighbors, scratch.relationships)
    _ = consume joined
    return count == 0 ? nil : Run(neighbors: scratch.neighbors, relationships: scratch.relationships, count: count)
  }

  /// Base and changes in the order of adjacency lists, in memory with room for both; gives how many there are. What lies
  /// between two changes is copied at once.
  private static func merge(
    _ base: Run?, _ delta: AdjacencyDelta, _ neighbors: UnsafeMutablePointer<UInt32>, _ relationships: UnsafeMutablePointer<UInt32>
  ) -> Int {
    let base = base ?? Run(neighbors: UnsafePointer(neighbors), relationships: UnsafePointer(relationships), count: 0)
    var count = 0
    var taken = 0
    func take(until end: Int) {
      if delta.removed.isEmpty {
        (neighbors + count).update(from: base.neighbors + taken, count: end - taken)
        (relationships + count).update(from: base.relationships + taken, count: end - taken)
        count += end - taken
      } else {
        for index in taken..<end {
          let relationship = base.relationships[index]
          let position = delta.removed.lowerBound { $0 < relationship }
          if position < delta.removed.count, delta.removed[position] == relationship { continue }
          neighbors[count] = base.neighbors[index]
          relationships[count] = relationship
          count += 1
        }
      }
      taken = end
    }
    for entry in delta.added {
      var low = taken
      var high = base.count
      while low < high {
        let middle = (low + high) >> 1
        let isBefore = (base.neighbors[middle], base.relationships[middle]) < (entry.neighbor, entry.relationship)
        if isBefore { low = middle + 1 } else { high = middle }
      }
      take(until: low)
      neighbors[count] = entry.neighbor
      relationships[count] = entry.relationship
      count += 1
    }
    take(until: base.count)
    return count
  }
}

extension Adjacency.Scratch {
  fileprivate var mergedRuns: MergedRuns {
    mutating get {
      if let merged { return merged }
      let made = MergedRuns()
      merged = made
      return made
    }
  }
}
