/// Where a node's neighbours stand in the map, to ask for that memory before it is read.
extension Adjacency {
  /// The node's offsets; nil where they are not known without looking further.
  @inlinable @inline(__always)
  package func offsetsAddress(of node: UInt32) -> UnsafePointer<UInt32>? {
    let number = node >> segmentShift
    guard isSettled, number < segmentLimit, let table else { return nil }
    let address = table.knownAddress(number)
    guard let segment = UnsafePointer<AdjacencySegment>(bitPattern: address) else { return nil }
    return segment.pointee.offsets + Int(node & (UInt32(segmentLength) - 1))
  }

  /// The node's first neighbour, as ``offsetsAddress(of:)``; reads the offset.
  @inlinable @inline(__always)
  package func neighborsAddress(of node: UInt32) -> UnsafeRawPointer? {
    let number = node >> segmentShift
    guard isSettled, number < segmentLimit, let table else { return nil }
    let address = table.knownAddress(number)
    guard let segment = UnsafePointer<AdjacencySegment>(bitPattern: address), let neighbors = segment.pointee.neighbors else { return nil }
    return UnsafeRawPointer(neighbors + Int(segment.pointee.offsets[Int(node & (UInt32(segmentLength) - 1))]))
  }
}
