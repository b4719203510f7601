package import SinterModel

extension Adjacency {
  /// Adds each node's number of neighbours to its count; only offsets are read. `Vector.nullID` has none.
  ///
  /// - Complexity: O(`nodes.count`); for ascending nodes, one look at the table for each segment.
  package func addDegrees(of nodes: [UInt32], to counts: inout [Int64]) throws(SinterError) {
    precondition(nodes.count <= counts.count, "there is a count for each node")
    guard isSettled, let table else {
      for i in nodes.indices where nodes[i] != UInt32.max { counts[i] &+= Int64(try degree(of: nodes[i])) }
      return
    }
    let mask = UInt32(segmentLength) - 1
    if let changed = changedDegrees() {
      for i in nodes.indices where nodes[i] != UInt32.max { counts[i] &+= Int64(changed.difference(nodes[i])) }
    }
    try nodes.withUnsafeBufferPointer { (nodes) throws(SinterError) in
      try counts.withUnsafeMutableBufferPointer { (counts) throws(SinterError) in
        var i = 0
        while i < nodes.count {
          let number = nodes[i] >> segmentShift
          guard number < segmentLimit else {
            i += 1
            continue
          }
          let offsets = try table.adjacencySegment(number).pointee.offsets
          repeat {
            let row = Int(nodes[i] & mask)
            counts[i] &+= Int64(offsets[row + 1] &- offsets[row])
            i += 1
          } while i < nodes.count && nodes[i] >> segmentShift == number
        }
      }
    }
  }

  /// The neighbours of all nodes of a run that are taken, together.
  @inlinable @inline(__always)
  package func totalDegree(of run: Run, where isTaken: (_ neighbor: UInt32, _ relationship: UInt32) -> Bool) throws(SinterError) -> Int64 {
    var total: Int64 = 0
    guard isSettled, let table else {
      for i in 0..<run.count where isTaken(run.neighbors[i], run.relationships[i]) { total &+= Int64(try degree(of: run.neighbors[i])) }
      return total
    }
    let mask = UInt32(segmentLength) - 1
    let changed = isClean ? nil : changedDegrees()
    for i in 0..<run.count where isTaken(run.neighbors[i], run.relationships[i]) {
      let node = run.neighbors[i]
      let number = node >> segmentShift
      if let changed { total &+= Int64(changed.difference(node)) }
      guard number < segmentLimit else { continue }
      let offsets = try table.adjacencySegment(number).pointee.offsets
      let row = Int(node & mask)
      total &+= Int64(offsets[row + 1] &- offsets[row])
    }
    return total
  }
}
