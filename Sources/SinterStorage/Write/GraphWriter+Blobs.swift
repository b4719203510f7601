package import SinterModel

extension GraphWriter {
  // MARK: Blobs

  package func putBlob(_ name: String, _ bytes: [UInt8]) throws(SinterError) {
    var rest = bytes[...]
    do {
      try putBlob(name) { buffer in
        let count = min(buffer.count, rest.count)
        rest.prefix(count).withUnsafeBytes { if count > 0 { buffer.copyMemory(from: $0) } }
        rest = rest.dropFirst(count)
        return count
      }
    } catch let error as SinterError {
      throw error
    } catch {
      preconditionFailure("copying bytes throws nothing")
    }
  }

  /// Streams a large blob: `fill` is called with a buffer per chunk and returns the bytes it wrote; 0 ends the blob.
  ///
  /// Every chunk but the last must be filled to the brim.
  package func putBlob(_ name: String, chunks fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws {
    let id = view.overlay.catalog.nextBlobID
    let column = ColumnKey(.blob, id)
    putColumns.append(column)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: GraphView.blobChunkSizeBytes, alignment: 16)
    defer { buffer.deallocate() }
    var chunks: UInt32 = 0
    var sizeBytes: UInt64 = 0
    while true {
      let count = try fill(buffer)
      guard count > 0 else { break }
      guard count <= buffer.count, sizeBytes == UInt64(chunks) * UInt64(GraphView.blobChunkSizeBytes) else {
        throw SinterError("ArgumentError.InvalidArgument", "Every chunk of blob `\(name)` but the last must be full.")
      }
      let value = SegmentEncoder.encodeBytes(
        UnsafeRawBufferPointer(rebasing: buffer[..<count]), key: SegmentKey(.blob, id, chunks))
      try transaction.put(value)
      chunks += 1
      sizeBytes += UInt64(count)
    }
    dropBlobValues(name)
    try perform(.putBlob(name: name, id: id, sizeBytes: sizeBytes, chunks: chunks))
  }

  package func deleteBlob(_ name: String) throws(SinterError) {
    guard view.overlay.catalog.blobs[name] != nil else { return }
    dropBlobValues(name)
    try perform(.deleteBlob(name: name))
  }

  /// Has the chunks of what the name stands for now deleted at the end of the transaction: until
  /// then a rollback may need them.
  private func dropBlobValues(_ name: String) {
    if let old = view.overlay.catalog.blobs[name] { droppedColumns.append(ColumnKey(.blob, old.id)) }
  }
}
