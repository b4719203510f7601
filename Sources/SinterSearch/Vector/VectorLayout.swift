package import SinterModel
import SinterStorage

/// How the base of a vector index lies in its chunks. All numbers are little endian.
///
/// First the *heading*: numbers, reaches by recall, the mean, the lists and their centres. Then regions of equal elements, each from
/// the start of a chunk on, no element across two chunks: blocks of codes, vectors, ids, and the ids in order with their rows.
struct VectorLayout: Sendable {
  static let magic: UInt32 = 0x4345_5653
  static let version: UInt32 = 1
  static let fixedByteCount = 48
  static let chunkByteCount = GraphView.blobChunkSizeBytes
  /// Left free at the start of a chunk of blocks: the chunk's bytes lie 48 bytes behind a page's start.
  static let blockPadding = 16

  var dimension: Int
  var similarity: VectorSimilarity
  var quantization: VectorQuantization
  var rowCount: Int
  var listCount: Int
  var blockCount: Int
  var levelCount: Int

  struct Region: Sendable {
    var firstChunk: Int
    var elementByteCount: Int
    var perChunk: Int
    var count: Int
    var padding: Int

    init(firstChunk: Int, elementByteCount: Int, count: Int, padding: Int = 0) {
      self.firstChunk = firstChunk
      self.elementByteCount = elementByteCount
      self.count = count
      self.padding = padding
      perChunk = (VectorLayout.chunkByteCount - padding) / elementByteCount
    }

    var chunkCount: Int { (count + perChunk - 1) / perChunk }
    var endChunk: Int { firstChunk + chunkCount }
    /// Where an element lies in the whole.
    func offset(_ element: Int) -> Int {
      (firstChunk + element / perChunk) * VectorLayout.chunkByteCount + padding + element % perChunk * elementByteCount
    }
  }

  var headingByteCount: Int {
    Self.fixedByteCount + levelCount * 8 + dimension * 4 + listCount * (16 + dimension * 4)
  }

  var format: CodeFormat { CodeFormat(dimension: dimension) }

  private var headingChunks: Int { (headingByteCount + Self.chunkByteCount - 1) / Self.chunkByteCount }

  var blockByteCount: Int {
    switch quantization {
    case .int8: format.blockByteCount
    case .binary: BitFormat(dimension: dimension).blockByteCount
    }
  }

  var blocks: Region {
    Region(
      firstChunk: headingChunks, elementByteCount: blockByteCount, count: blockCount, padding: Self.blockPadding)
  }
  var vectors: Region { Region(firstChunk: blocks.endChunk, elementByteCount: dimension * 4, count: rowCount) }
  var ids: Region { Region(firstChunk: vectors.endChunk, elementByteCount: 4, count: rowCount) }
  var order: Region { Region(firstChunk: ids.endChunk, elementByteCount: 4, count: rowCount) }
  var orderRows: Region { Region(firstChunk: order.endChunk, elementByteCount: 4, count: rowCount) }

  var byteCount: Int {
    let last = orderRows
    guard rowCount > 0 else { return headingByteCount }
    return last.offset(rowCount - 1) + 4
  }

  // MARK: The fixed part

  func write(to bytes: UnsafeMutableRawPointer) {
    let numbers: [UInt32] = [
      Self.magic, Self.version, UInt32(dimension), UInt32(VectorSimilarity.allCases.firstIndex(of: similarity)!),
      UInt32(VectorQuantization.allCases.firstIndex(of: quantization)!), UInt32(rowCount), UInt32(listCount), UInt32(blockCount),
      UInt32(levelCount), 0, 0, 0,
    ]
    for (i, number) in numbers.enumerated() { bytes.storeBytes(of: number.littleEndian, toByteOffset: i * 4, as: UInt32.self) }
  }

  init(
    dimension: Int, similarity: VectorSimilarity, quantization: VectorQuantization, rowCount: Int, listCount: Int, blockCount: Int,
    levelCount: Int
  ) {
    self.dimension = dimension
    self.similarity = similarity
    self.quantization = quantization
    self.rowCount = rowCount
    self.listCount = listCount
    self.blockCount = blockCount
    self.levelCount = levelCount
  }

  /// nil when the bytes do not describe a base of so many bytes.
  init?(_ bytes: UnsafeRawBufferPointer, byteCount: Int) {
    guard bytes.count >= Self.fixedByteCount else { return nil }
    func number(_ i: Int) -> Int { Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: i * 4, as: UInt32.self))) }
    guard number(0) == Int(Self.magic), number(1) == Int(Self.version), (1...VectorOptions.maximumDimension).contains(number(2)),
      number(3) < VectorSimilarity.allCases.count, number(4) < VectorQuantization.allCases.count, number(6) >= 1, number(6) <= 1 << 24,
      number(8) <= 64
    else { return nil }
    self.init(
      dimension: number(2), similarity: VectorSimilarity.allCases[number(3)], quantization: VectorQuantization.allCases[number(4)],
      rowCount: number(5), listCount: number(6), blockCount: number(7), levelCount: number(8))
    guard self.byteCount == byteCount else { return nil }
  }
}
