package import SinterModel

extension GraphView {
  /// Named byte blocks beside the graph (models, rules, strategies), written by ``GraphWriter/putBlob(_:_:)``.
  package var blobNames: [String] { overlay.catalog.blobs.keys.sorted() }
  package func blobSize(_ name: String) -> Int? { overlay.catalog.blobs[name]?.sizeBytes }
  package static let blobChunkSizeBytes = 240 << 10

  /// The bytes of each chunk in order; they stay valid while the view lives. Every chunk but the
  /// last has ``blobChunkSizeBytes`` bytes and is 16-byte aligned. Empty when there is no such blob.
  /// - Throws: `StorageError.Damaged`.
  /// - Complexity: O(bytes): checksums are verified at each call.
  package func blobChunks(_ name: String) throws(SinterError) -> [UnsafeRawBufferPointer] {
    guard let blob = overlay.catalog.blobs[name], let table = try table(ColumnKey(.blob, blob.id)) else { return [] }
    var chunks: [UnsafeRawBufferPointer] = []
    var byteCount = 0
    for number in 0..<blob.chunks {
      let chunk = try table.blobChunk(UInt32(number))
      guard chunk.count == min(GraphView.blobChunkSizeBytes, blob.sizeBytes - byteCount) else {
        throw table.damaged("chunk \(number) has a wrong size")
      }
      byteCount += chunk.count
      chunks.append(chunk)
    }
    guard byteCount == blob.sizeBytes else { throw table.damaged("its size is wrong") }
    return chunks
  }

  /// A blob in one piece; nil when there is none.
  package func blob(_ name: String) throws(SinterError) -> [UInt8]? {
    guard let size = blobSize(name) else { return nil }
    var bytes: [UInt8] = []
    let chunks = try blobChunks(name)
    bytes.reserveCapacity(size)
    for chunk in chunks { bytes.append(contentsOf: chunk) }
    return bytes
  }
}
