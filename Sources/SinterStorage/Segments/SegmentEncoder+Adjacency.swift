extension SegmentEncoder {
  /// Entries of a neighbour or relationship array in one value.
  package static let adjacencyChunkLength = 16_384
  /// An adjacency segment of at most this size is one value.
  static let adjacencyInlineLimitBytes = 192 << 10

  /// The neighbours of up to ``segmentLength`` nodes as compressed sparse rows: those of row *i* are
  /// `neighbors[offsets[i] ..< offsets[i + 1]]`, sorted by neighbour, then relationship.
  ///
  /// - Parameters:
  ///   - offsets: at most ``segmentLength`` + 1, starting at 0; missing rows at the end have no neighbours.
  ///   - relationships: parallel to `neighbors`.
  /// - Returns: One value, or offsets (part 0) and then the chunks of neighbours (part 1 + 2k) and
  ///   relationships (part 2 + 2k). Nothing when there are no neighbours.
  package static func encodeAdjacency(
    offsets: [UInt32], neighbors: UnsafeBufferPointer<UInt32>, relationships: UnsafeBufferPointer<UInt32>, key: SegmentKey
  ) -> [SegmentValue] {
    precondition(neighbors.count == relationships.count && offsets.count <= segmentLength + 1)
    guard !neighbors.isEmpty else { return [] }
    var padded = offsets
    while padded.count < segmentLength + 1 { padded.append(UInt32(neighbors.count)) }
    padded.append(0)  // to a multiple of eight bytes
    var bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
    let total = SegmentHeader.byteCount + padded.count * 4 + neighbors.count * 8
    bytes.reserveCapacity(min(total, adjacencyInlineLimitBytes))
    appendRaw(padded, to: &bytes)
    var key = key
    key.part = 0
    if total <= adjacencyInlineLimitBytes {
      bytes.append(contentsOf: UnsafeRawBufferPointer(neighbors))
      bytes.append(contentsOf: UnsafeRawBufferPointer(relationships))
      SegmentHeader(.adjacencyInline, key: key, count: segmentLength).seal(&bytes)
      return [SegmentValue(key: key, bytes: bytes)]
    }
    SegmentHeader(.adjacencyOffsets, key: key, count: segmentLength).seal(&bytes)
    var values = [SegmentValue(key: key, bytes: bytes)]
    var start = 0
    while start < neighbors.count {
      let end = min(start + adjacencyChunkLength, neighbors.count)
      for (array, encoding) in [(neighbors, SegmentEncoding.adjacencyNeighbors), (relationships, .adjacencyRelationships)] {
        key.part += 1
        var chunk = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
        chunk.append(contentsOf: UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: array[start..<end])))
        SegmentHeader(encoding, key: key, count: 0).seal(&chunk)
        values.append(SegmentValue(key: key, bytes: chunk))
      }
      start = end
    }
    return values
  }
}
