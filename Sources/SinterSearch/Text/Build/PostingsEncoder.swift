internal import SinterStorage

/// Encodes the postings list of one term after the other.
struct PostingsEncoder {
  private struct Block {
    var skip: SkipEntry
    var bytes: Range<Int>
  }

  // The block that is being filled.
  private var documents: [UInt32] = []
  private var frequencies: [UInt32] = []
  private var positions = ByteWriter()
  private var skip = PostingsEncoder.emptySkip
  // The list so far.
  private var body: [UInt8] = []
  private var blocks: [Block] = []
  /// The last document of the block before; -1 at first.
  private var base: Int64 = -1
  private(set) var documentCount = 0

  private static let emptySkip = SkipEntry(
    lastDocument: 0, offset: 0, shortestOnce: 255, shortestTwice: 255, shortestMore: 255, mostOccurrences: 0, count: 0)

  /// Adds a document, which must be behind those added before.
  /// - Parameter positions: `frequency` LEB128 deltas.
  mutating func add(_ document: UInt32, frequency: Int, length: UInt16, positions bytes: UnsafeRawBufferPointer) {
    documents.append(document)
    frequencies.append(UInt32(frequency))
    positions.bytes.append(contentsOf: bytes)
    let length = UInt8(clamping: length)
    skip.shortestOnce = min(skip.shortestOnce, length)
    if frequency == 2 { skip.shortestTwice = min(skip.shortestTwice, length) }
    if frequency > 2 { skip.shortestMore = min(skip.shortestMore, length) }
    skip.mostOccurrences = max(skip.mostOccurrences, UInt8(clamping: frequency))
    documentCount += 1
    if documents.count == TextLayout.blockDocuments || positions.bytes.count >= TextLayout.blockPositionBytes { closeBlock() }
  }

  private mutating func closeBlock() {
    guard let last = documents.last else { return }
    let start = body.count
    var previous = base
    var widest: UInt32 = 0
    for index in documents.indices {
      let delta = UInt32(truncatingIfNeeded: Int64(documents[index]) - previous - 1)
      previous = Int64(documents[index])
      documents[index] = delta
      widest = max(widest, delta)
    }
    let documentWidth = widest == 0 ? 0 : widest < 1 << 8 ? 1 : widest < 1 << 16 ? 2 : 4
    let most = frequencies.max() ?? 1
    let frequencyWidth = most == 1 ? 0 : most < 1 << 8 ? 1 : 2
    body.append(UInt8(documentWidth))
    body.append(UInt8(frequencyWidth))
    append(documents, width: documentWidth)
    append(frequencies, width: frequencyWidth)
    body.append(contentsOf: positions.bytes)
    skip.count = documents.count
    skip.lastDocument = last
    blocks.append(Block(skip: skip, bytes: start..<body.count))
    base = previous
    documents.removeAll(keepingCapacity: true)
    frequencies.removeAll(keepingCapacity: true)
    positions.bytes.removeAll(keepingCapacity: true)
    skip = PostingsEncoder.emptySkip
  }

  private mutating func append(_ values: [UInt32], width: Int) {
    guard width > 0 else { return }
    for value in values {
      for byte in 0..<width { body.append(UInt8(truncatingIfNeeded: value >> (8 * UInt32(byte)))) }
    }
  }

  /// Writes the list and begins the next.
  /// - Returns: where it lies, and of how many blocks it is.
  mutating func finish(into output: inout TextOutput) -> (offset: Int, blocks: Int) {
    closeBlock()
    output.align(to: TextLayout.skipBytes)
    let start = output.offset
    let count = blocks.count
    var at = start + count * TextLayout.skipBytes
    for block in blocks {
      let room = TextLayout.chunkBytes - at % TextLayout.chunkBytes
      if block.bytes.count > room { at += room }
      let offset = at - start
      output.append(block.skip.lastDocument)
      output.append(UInt32(truncatingIfNeeded: offset))
      output.append([
        UInt8(truncatingIfNeeded: offset >> 32), block.skip.shortestOnce, block.skip.shortestTwice, block.skip.shortestMore,
        block.skip.mostOccurrences, UInt8(block.skip.count - 1), 0, 0,
      ])
      at += block.bytes.count
    }
    for block in blocks {
      output.keepTogether(block.bytes.count)
      output.append(body[block.bytes])
    }
    body.removeAll(keepingCapacity: true)
    blocks.removeAll(keepingCapacity: true)
    base = -1
    documentCount = 0
    return (start, count)
  }
}
