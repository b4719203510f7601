package import SinterModel

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
    guard let delta = delta(of: node) else { return degree }
    return max(0, degree + delta.added.count - delta.removed.count)
  }

  /// The base's neighbours without the removed ones, merged with the added ones.
  @usableFromInline
  func patchedRun(of node: UInt32, scratch: inout Scratch) throws(SinterError) -> Run? {
    guard let delta = delta(of: node) else { return try baseRun(of: node, &scratch) }
    if let failure { throw failure }
    guard let segment = try baseSegment(node) else { return merge(nil, delta, &scratch) }
    let row = Int(node & (UInt32(segmentLength) - 1))
    let start = Int(segment.pointee.offsets[row])
    let end = Int(segment.pointee.offsets[row + 1])
    if start >= end { return merge(nil, delta, &scratch) }
    if let neighbors = segment.pointee.neighbors, let relationships = segment.pointee.relationships {
      return merge(Run(neighbors: neighbors + start, relationships: relationships + start, count: end - start), delta, &scratch)
    }
    var joined = Scratch()
    let base = joinedRun(segment, start, end, &joined)
    let run = merge(base, delta, &scratch)
    _ = consume joined
    return run
  }

  /// Base and changes in the order of adjacency lists, in `scratch`. What lies between two changes is copied at once.
  private func merge(_ base: Run?, _ delta: AdjacencyDelta, _ scratch: inout Scratch) -> Run? {
    let base = base ?? Run(neighbors: UnsafePointer(scratch.neighbors), relationships: UnsafePointer(scratch.relationships), count: 0)
    scratch.reserve(base.count + delta.added.count)
    let (neighbors, relationships) = (scratch.neighbors, scratch.relationships)
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
    return count == 0 ? nil : Run(neighbors: neighbors, relationships: relationships, count: count)
  }
}
