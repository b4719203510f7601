import SinterModel
import SinterStorage

extension SegmentBuilder {
  /// The adjacency of some segments, and how many of their nodes have a relationship.
  struct AdjacencyResult: Sendable {
    var values: [SegmentValue] = []
    var nodesWithAny = 0
    /// Of these, those that had one in the store before.
    var nodesWithAnyBefore = 0
  }

  /// A relationship seen from one of its nodes.
  struct Pair: BitwiseCopyable, Sendable {
    var node: UInt32
    var neighbor: UInt32
    var relationship: UInt32
  }

  typealias Pairs = SpillPartitions<Pair>

  /// Relationships of a group per node segment, seen in a direction.
  /// - Complexity: O(relationships of the group)
  func histogram(_ group: GraphLayout.TypeGroup, _ direction: Direction) throws(SinterError) -> [Int] {
    var counts = [Int](repeating: 0, count: layout.nodeLimit / segmentLength + 1)
    for (index, _) in group.sinks {
      let sink = layout.sinks[index]
      let numbering = NodeNumbering(layout, space: direction == .outgoing ? sink.fromSpace : sink.toSpace)
      for chunk in sink.chunks {
        try chunk.withNodes(direction == .outgoing ? .start : .end, rows: 0..<chunk.count) { numbers in
          for number in numbers { counts[Int(numbering.id(number) >> segmentShift)] += 1 }
        }
      }
    }
    return counts
  }

  /// Distributes the relationships of a group over runs of node segments, on disk.
  /// - Complexity: O(relationships of the group)
  func partition(
    _ group: GraphLayout.TypeGroup, _ direction: Direction, runs: [Range<Int>], memoryBytes: Int, file: SpillFile
  ) throws(SinterError) -> Pairs {
    var partitionOfSegment = [Int](repeating: 0, count: layout.nodeLimit / segmentLength + 1)
    for (partition, run) in runs.enumerated() { for segment in run { partitionOfSegment[segment] = partition } }
    var result = Pairs(partitions: runs.count, memoryBytes: memoryBytes, file: file)
    try forEachChunk(group, direction) { (keys, neighbors, numbering, neighborNumbering, firstID) throws(SinterError) in
      for i in keys.indices {
        let node = numbering.id(keys[i])
        let pair = Pair(
          node: node, neighbor: neighborNumbering.id(neighbors[i]), relationship: UInt32(truncatingIfNeeded: firstID + i))
        try result.append(pair, to: partitionOfSegment[Int(node >> segmentShift)])
      }
    }
    try result.finish()
    return result
  }

  /// Builds the adjacency of the nodes in `segments`: a counting sort by node over packed
  /// (neighbour, relationship) pairs, then each node's pairs are sorted.
  /// - Parameter extents: where the pairs of these segments were put; nil when all are in memory.
  /// - Complexity: O(r log d), r the relationships of the nodes, d their degrees; without extents also
  ///   O(relationships of the group)
  func adjacency(
    _ group: GraphLayout.TypeGroup, _ direction: Direction, segments: Range<Int>, extents: (Pairs.Extents, SpillFile)?
  ) throws(SinterError) -> AdjacencyResult {
    let low = segments.lowerBound * segmentLength
    let high = min(segments.upperBound * segmentLength, layout.nodeLimit)
    let span = high - low
    // What belongs to other nodes goes to a place of its own behind them, without a branch on it.
    let outside = UInt32(span)
    var offsets = [UInt32](repeating: 0, count: span + 3)
    let existing = try base?.adjacency(group.type, direction, from: UInt32(low), to: UInt32(high))
    var spilled: [Pair] = []
    if let (extents, file) = extents {
      spilled = try Pairs.read(extents, file)
      for pair in spilled { offsets[Int(pair.node) - low + 2] &+= 1 }
    } else {
      try forEachChunk(group, direction) { keys, _, numbering, _, _ in
        offsets.withUnsafeMutableBufferPointer { offsets in
          for key in keys { offsets[Int(min(numbering.id(key) &- UInt32(low), outside)) + 2] &+= 1 }
        }
      }
    }
    if let existing { for entry in existing { offsets[Int(entry.node) - low + 2] += 1 } }
    // Shifted by one, so that after the scatter offsets[n] is where node n's pairs begin.
    for node in 0..<span { offsets[node + 2] &+= offsets[node + 1] }
    let total = Int(offsets[span + 1])
    let pairs = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: total + 1)
    defer { pairs.deallocate() }
    if extents != nil {
      for pair in spilled {
        let node = Int(pair.node) - low
        pairs[Int(offsets[node + 1])] = UInt64(pair.neighbor) << 32 | UInt64(pair.relationship)
        offsets[node + 1] &+= 1
      }
      spilled = []
    } else {
      try forEachChunk(group, direction) { keys, neighbors, numbering, neighborNumbering, firstID in
        offsets.withUnsafeMutableBufferPointer { offsets in
          for i in keys.indices {
            let node = min(numbering.id(keys[i]) &- UInt32(low), outside)
            pairs[Int(offsets[Int(node) + 1])] =
              UInt64(neighborNumbering.id(neighbors[i])) << 32 | UInt64(UInt32(truncatingIfNeeded: firstID + i))
            offsets[Int(node) + 1] &+= node < outside ? 1 : 0
          }
        }
      }
    }
    var result = AdjacencyResult()
    if let existing {
      var last: UInt32?
      for entry in existing {
        let node = Int(entry.node) - low
        pairs[Int(offsets[node + 1])] = UInt64(entry.neighbor) << 32 | UInt64(entry.relationship)
        offsets[node + 1] += 1
        if entry.node != last { result.nodesWithAnyBefore += 1 }
        last = entry.node
      }
    }
    for segment in segments { emit(segment, low: low, span: span, offsets, pairs, group, direction, &result) }
    return result
  }

  private func emit(
    _ segment: Int, low: Int, span: Int, _ offsets: [UInt32], _ pairs: UnsafeMutableBufferPointer<UInt64>,
    _ group: GraphLayout.TypeGroup, _ direction: Direction, _ result: inout AdjacencyResult
  ) {
    let first = segment * segmentLength - low
    let last = min(first + segmentLength, span)
    let start = Int(offsets[first])
    let end = Int(offsets[last])
    guard end > start else { return }
    var relative: [UInt32] = []
    relative.reserveCapacity(segmentLength + 1)
    for node in first..<last {
      relative.append(offsets[node] - UInt32(start))
      let range = Int(offsets[node])..<Int(offsets[node + 1])
      if !range.isEmpty { result.nodesWithAny += 1 }
      sortPairs(UnsafeMutableBufferPointer(rebasing: pairs[range]))
    }
    relative.append(UInt32(end - start))
    let neighbors = [UInt32](unsafeUninitializedCapacity: end - start) { buffer, count in
      for i in start..<end { buffer[i - start] = UInt32(truncatingIfNeeded: pairs[i] >> 32) }
      count = end - start
    }
    let relationships = [UInt32](unsafeUninitializedCapacity: end - start) { buffer, count in
      for i in start..<end { buffer[i - start] = UInt32(truncatingIfNeeded: pairs[i]) }
      count = end - start
    }
    let key = SegmentKey(.adjacency(direction), group.type.rawValue, UInt32(segment))
    neighbors.withUnsafeBufferPointer { neighbors in
      relationships.withUnsafeBufferPointer { relationships in
        result.values += SegmentEncoder.encodeAdjacency(
          offsets: relative, neighbors: neighbors, relationships: relationships, key: key)
      }
    }
  }

  /// Insertion sort for the usual short list, the library's sort for others.
  @inline(__always)
  private func sortPairs(_ pairs: UnsafeMutableBufferPointer<UInt64>) {
    guard pairs.count <= 32 else {
      var long = pairs
      long.sort()
      return
    }
    var i = 1
    while i < pairs.count {
      let pair = pairs[i]
      var j = i
      while j > 0, pairs[j - 1] > pair {
        pairs[j] = pairs[j - 1]
        j -= 1
      }
      pairs[j] = pair
      i += 1
    }
  }

  /// Calls `body` with each chunk of a group: the nodes on this side, those on the other, their
  /// numberings, and the id of the chunk's first relationship.
  @inline(__always)
  private func forEachChunk(
    _ group: GraphLayout.TypeGroup, _ direction: Direction,
    _ body: (
      UnsafeBufferPointer<UInt32>, UnsafeBufferPointer<UInt32>, NodeNumbering, NodeNumbering, Int
    ) throws(SinterError) -> Void
  ) throws(SinterError) {
    for (index, firstID) in group.sinks {
      let sink = layout.sinks[index]
      let from = NodeNumbering(layout, space: sink.fromSpace)
      let to = NodeNumbering(layout, space: sink.toSpace)
      for (chunk, firstRow) in zip(sink.chunks, sink.firstRows) {
        try chunk.withEnds { (starts, ends) throws(SinterError) in
          switch direction {
          case .outgoing: try body(starts, ends, from, to, firstID + firstRow)
          case .incoming: try body(ends, starts, to, from, firstID + firstRow)
          }
        }
      }
    }
  }
}
