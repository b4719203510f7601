/// A verified adjacency segment, in place.
@usableFromInline
package struct AdjacencySegment: BitwiseCopyable {
  /// One chunk of a list that spans several values.
  @usableFromInline
  package struct Chunk: BitwiseCopyable {
    @usableFromInline package var neighbors: UnsafePointer<UInt32>
    @usableFromInline package var relationships: UnsafePointer<UInt32>
  }

  /// `segmentLength + 1` offsets, ascending.
  @usableFromInline package var offsets: UnsafePointer<UInt32>
  /// nil when the neighbours stand in ``chunks`` of ``SegmentEncoder/adjacencyChunkLength`` each.
  @usableFromInline package var neighbors: UnsafePointer<UInt32>?
  @usableFromInline package var relationships: UnsafePointer<UInt32>?
  @usableFromInline package var chunks: UnsafeMutablePointer<Chunk>?

  @usableFromInline
  init(
    offsets: UnsafePointer<UInt32>, neighbors: UnsafePointer<UInt32>?, relationships: UnsafePointer<UInt32>?,
    chunks: UnsafeMutablePointer<Chunk>?
  ) {
    self.offsets = offsets
    self.neighbors = neighbors
    self.relationships = relationships
    self.chunks = chunks
  }

  /// Verifies a segment's values, part 0 first. The values are aligned to 8 bytes and outlive the result,
  /// whose `chunks` the caller frees.
  package init?(_ parts: [(SegmentHeader, UnsafeRawBufferPointer)]) {
    guard let (header, first) = parts.first, header.payloadByteCount >= AdjacencySegment.offsetsByteCount else { return nil }
    let offsets = (first.baseAddress! + SegmentHeader.byteCount).assumingMemoryBound(to: UInt32.self)
    guard offsets[0] == 0 else { return nil }
    for row in 0..<segmentLength where offsets[row] > offsets[row + 1] { return nil }
    let total = Int(offsets[segmentLength])
    self.offsets = offsets
    switch header.encoding {
    case .adjacencyInline:
      guard parts.count == 1, header.payloadByteCount == AdjacencySegment.offsetsByteCount + total * 8 else { return nil }
      let neighbors = offsets + AdjacencySegment.offsetsByteCount / 4
      self.neighbors = neighbors
      relationships = neighbors + total
      chunks = nil
    case .adjacencyOffsets:
      let length = SegmentEncoder.adjacencyChunkLength
      let chunkCount = (total + length - 1) / length
      guard header.payloadByteCount == AdjacencySegment.offsetsByteCount, parts.count == 1 + 2 * chunkCount else { return nil }
      for chunk in 0..<chunkCount {
        let byteCount = min(length, total - chunk * length) * 4
        let (one, two) = (parts[1 + 2 * chunk].0, parts[2 + 2 * chunk].0)
        guard one.encoding == .adjacencyNeighbors, one.payloadByteCount == byteCount,
          two.encoding == .adjacencyRelationships, two.payloadByteCount == byteCount
        else { return nil }
      }
      let chunks = UnsafeMutablePointer<Chunk>.allocate(capacity: chunkCount)
      for chunk in 0..<chunkCount {
        chunks[chunk] = Chunk(
          neighbors: AdjacencySegment.payload(parts[1 + 2 * chunk].1), relationships: AdjacencySegment.payload(parts[2 + 2 * chunk].1))
      }
      self.chunks = chunks
      neighbors = nil
      relationships = nil
    default: return nil
    }
  }

  /// 2,049 offsets and one word of padding.
  private static let offsetsByteCount = (segmentLength + 2) * 4

  private static func payload(_ value: UnsafeRawBufferPointer) -> UnsafePointer<UInt32> {
    (value.baseAddress! + SegmentHeader.byteCount).assumingMemoryBound(to: UInt32.self)
  }
}
