internal import CSinterKernels

/// Vectors as codes of one byte a dimension, in blocks of 16; see `SinterCodes.h`.
struct CodeFormat: Sendable {
  let dimension: Int
  /// Groups of four dimensions; the last is filled up with zeros.
  let groups: Int
  let blockByteCount: Int

  init(dimension: Int) {
    self.dimension = dimension
    groups = (dimension + 3) / 4
    blockByteCount = sinter_block_bytes(groups)
  }

  static func blocks(_ count: Int) -> Int { (count + 15) / 16 }

  /// Writes a vector into its place in a block, with what its score is to be moved by.
  func encode(_ vector: UnsafePointer<Float>, offset: Float, into block: UnsafeMutableRawPointer, lane: Int) {
    var greatest: Float = 0
    for i in 0..<dimension { greatest = max(greatest, abs(vector[i])) }
    let scale = greatest / 127
    let inverse = greatest > 0 ? 127 / greatest : 0
    let codes = block.assumingMemoryBound(to: UInt8.self)
    for i in 0..<groups * 4 {
      let code = i < dimension ? Int((vector[i] * inverse).rounded()) : 0
      codes[i / 4 * 64 + lane * 4 + i % 4] = UInt8(clamping: code + 128)
    }
    let floats = (block + groups * 64).assumingMemoryBound(to: Float.self)
    floats[lane] = scale
    floats[16 + lane] = offset
  }

  /// Fills the places of a block from `lane` on with vectors that nothing finds.
  func clear(_ block: UnsafeMutableRawPointer, from lane: Int) {
    let codes = block.assumingMemoryBound(to: UInt8.self)
    let floats = (block + groups * 64).assumingMemoryBound(to: Float.self)
    for lane in lane..<16 {
      for group in 0..<groups { for i in 0..<4 { codes[group * 64 + lane * 4 + i] = 128 } }
      floats[lane] = 0
      floats[16 + lane] = -.infinity
    }
  }
}

/// A query as codes from -64 to 64.
struct CodeQuery: ~Copyable {
  private let components: UnsafeMutablePointer<Int8>
  private(set) var raw: sinter_code_query

  init(_ format: CodeFormat) {
    components = .allocate(capacity: format.groups * 4)
    components.initialize(repeating: 0, count: format.groups * 4)
    raw = sinter_code_query(components: UnsafePointer(components), groups: format.groups, scale: 0, correction: 0)
  }

  deinit { components.deallocate() }

  mutating func set(_ vector: UnsafePointer<Float>, _ dimension: Int) {
    raw.correction = 128 * sinter_quantize(vector, dimension, 64, components, &raw.scale)
  }
}

/// Blocks of codes in memory.
final class CodeTable: @unchecked Sendable {
  let format: CodeFormat
  let count: Int
  /// Aligned to 64 bytes; written before anyone else has the object.
  let bytes: UnsafeMutableRawPointer

  init(_ format: CodeFormat, count: Int) {
    self.format = format
    self.count = count
    let blocks = max(CodeFormat.blocks(count), 1)
    bytes = .allocate(byteCount: blocks * format.blockByteCount, alignment: 64)
    format.clear(bytes + (blocks - 1) * format.blockByteCount, from: 0)
  }

  deinit { bytes.deallocate() }

  func set(_ position: Int, _ vector: UnsafePointer<Float>, offset: Float) {
    format.encode(vector, offset: offset, into: bytes + position / 16 * format.blockByteCount, lane: position % 16)
  }

  /// The position of the best score.
  func best(_ query: borrowing CodeQuery) -> Int {
    var raw = query.raw
    return sinter_block_best(bytes.assumingMemoryBound(to: UInt8.self), count, &raw)
  }
}
