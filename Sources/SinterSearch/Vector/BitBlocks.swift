internal import CSinterKernels

/// Vectors as one bit a dimension, its sign, in blocks of 16; see `SinterCodes.h`.
struct BitFormat: Sendable {
  let dimension: Int
  /// Words of 64 dimensions.
  let words: Int
  let blockByteCount: Int

  init(dimension: Int) {
    self.dimension = dimension
    words = (dimension + 63) / 64
    blockByteCount = sinter_bit_block_bytes(words)
  }

  /// Writes a vector into its place in a block.
  ///
  /// The vector stands for its signs times its mean absolute component, scaled so that its product with itself is right: the
  /// estimate of Gao and Long (RaBitQ, 2024) without the random rotation.
  func encode(_ vector: UnsafePointer<Float>, offset: Float, into block: UnsafeMutableRawPointer, lane: Int) {
    let bits = block.assumingMemoryBound(to: UInt64.self)
    var absolute: Float = 0
    var squares: Float = 0
    for word in 0..<words {
      var set: UInt64 = 0
      for i in word * 64..<min((word + 1) * 64, dimension) {
        if vector[i] > 0 { set |= 1 << UInt64(i & 63) }
        absolute += abs(vector[i])
        squares += vector[i] * vector[i]
      }
      bits[word * 16 + lane] = set
    }
    let floats = (block + words * 128).assumingMemoryBound(to: Float.self)
    floats[lane] = absolute > 0 ? squares / absolute : 0
    floats[16 + lane] = offset
  }

  func clear(_ block: UnsafeMutableRawPointer, from lane: Int) {
    let bits = block.assumingMemoryBound(to: UInt64.self)
    let floats = (block + words * 128).assumingMemoryBound(to: Float.self)
    for lane in lane..<16 {
      for word in 0..<words { bits[word * 16 + lane] = 0 }
      floats[lane] = 0
      floats[16 + lane] = -.infinity
    }
  }
}

/// A query as four bit planes.
struct BitQuery: ~Copyable {
  private let planes: UnsafeMutablePointer<UInt64>
  private(set) var raw: sinter_bit_query

  /// - Parameter vector: nil for a query that is not used.
  init(_ format: BitFormat, _ vector: UnsafePointer<Float>?) {
    guard let vector else {
      planes = .allocate(capacity: 1)
      raw = sinter_bit_query(planes: UnsafePointer(planes), words: 0, scale: 0, sum: 0)
      return
    }
    planes = .allocate(capacity: format.words * 4)
    planes.initialize(repeating: 0, count: format.words * 4)
    var greatest: Float = 0
    for i in 0..<format.dimension { greatest = max(greatest, abs(vector[i])) }
    let inverse = greatest > 0 ? 7 / greatest : 0
    var sum: Int32 = 0
    for i in 0..<format.dimension {
      let code = Int8((vector[i] * inverse).rounded())
      sum += Int32(code)
      for plane in 0..<4 where UInt8(bitPattern: code) >> UInt8(plane) & 1 == 1 {
        planes[plane * format.words + i / 64] |= 1 << UInt64(i & 63)
      }
    }
    raw = sinter_bit_query(planes: UnsafePointer(planes), words: format.words, scale: greatest / 7, sum: sum)
  }

  deinit { planes.deallocate() }
}
