package import SinterModel

/// Rows of `Float32`, read in place: contiguous chunks of rows, such as segments in a memory map.
///
/// `@unchecked Sendable`: it only reads, and whoever makes one promises that the memory outlives every use and is
/// not written meanwhile.
package struct EmbeddingRows: @unchecked Sendable {
  /// A run of consecutive rows.
  package struct Chunk {
    package let base: UnsafePointer<Float>
    package let rowCount: Int
    package init(base: UnsafePointer<Float>, rowCount: Int) {
      self.base = base
      self.rowCount = rowCount
    }
  }

  package let dimension: Int
  package let rowCount: Int
  package let chunks: [Chunk]
  /// The first row of each chunk.
  private let starts: [Int]
  /// Rows per chunk where all but the last agree, otherwise 0.
  private let stride: Int

  /// Rows in chunks, in the order of their ids. Empty chunks are left out.
  package init(chunks: [Chunk], dimension: Int) {
    let chunks = chunks.filter { $0.rowCount > 0 }
    var starts: [Int] = []
    var total = 0
    for chunk in chunks {
      starts.append(total)
      total += chunk.rowCount
    }
    let first = chunks.first?.rowCount ?? 0
    let isRegular = chunks.dropLast().allSatisfy { $0.rowCount == first } && (chunks.last?.rowCount ?? 0) <= first
    self.chunks = chunks
    self.starts = starts
    self.dimension = dimension
    rowCount = total
    stride = isRegular ? first : 0
  }

  /// Rows in one contiguous buffer; a last incomplete row is left out.
  package init(_ buffer: UnsafeBufferPointer<Float>, dimension: Int) {
    guard let base = buffer.baseAddress, dimension > 0 else {
      self.init(chunks: [], dimension: dimension)
      return
    }
    self.init(chunks: [Chunk(base: base, rowCount: buffer.count / dimension)], dimension: dimension)
  }

  /// A row's first float.
  /// - Precondition: 0 ≤ `index` < ``rowCount``.
  /// - Complexity: O(1) where all chunks but the last are of one size, otherwise O(log chunks).
  @inline(__always)
  package func row(_ index: Int) -> UnsafePointer<Float> {
    precondition(index >= 0 && index < rowCount, "embedding row out of range")
    if stride > 0 {
      let chunk = index / stride
      return chunks[chunk].base + (index - chunk * stride) * dimension
    }
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    return chunks[low].base + (index - starts[low]) * dimension
  }

  /// Calls `body` with tiles of at most `limit` contiguous rows, in order.
  @inline(__always)
  func forEachTile(_ limit: Int, _ body: (_ firstRow: Int, _ base: UnsafePointer<Float>, _ count: Int) -> Void) {
    for (chunk, start) in zip(chunks, starts) {
      var offset = 0
      while offset < chunk.rowCount {
        let count = min(limit, chunk.rowCount - offset)
        body(start + offset, chunk.base + offset * dimension, count)
        offset += count
      }
    }
  }
}

/// The matrices of an embedding model, wherever they lie, and what their distances mean.
package struct TransEView: Sendable {
  package let entities: EmbeddingRows
  package let relations: EmbeddingRows
  /// Translations from tail to head; without them the way back is the negative of the way there.
  package let inverseRelations: EmbeddingRows?
  package let model: EmbeddingModel
  package let norm: DistanceNorm
  /// γ of the training, the distance that is scored ½.
  package let margin: Float
  let scorer: EmbeddingScorer

  /// A model over matrices that came from elsewhere.
  /// - Throws: `LearnError.WrongDimension` where they do not belong together.
  package init(
    model: EmbeddingModel = .transe, entities: EmbeddingRows, relations: EmbeddingRows,
    inverseRelations: EmbeddingRows?, norm: DistanceNorm, margin: Float
  ) throws(SinterError) {
    guard entities.dimension > 0, relations.dimension == entities.dimension,
      inverseRelations.map({ $0.dimension == entities.dimension && $0.rowCount == relations.rowCount }) ?? true,
      !model.isComplex || entities.dimension % 2 == 0
    else {
      throw SinterError(
        "LearnError.WrongDimension",
        "The matrices of the model do not belong together: entities have \(entities.dimension) numbers, "
          + "relations \(relations.dimension), reciprocal relations \(inverseRelations?.dimension ?? entities.dimension); "
          + "there are \(relations.rowCount) relations and \(inverseRelations?.rowCount ?? relations.rowCount) ways back. "
          + "Train it again.")
    }
    self.init(
      model: model, matching: entities, relations: relations, inverseRelations: inverseRelations, norm: norm,
      margin: margin)
  }

  /// A model over matrices of our own making.
  init(
    model: EmbeddingModel, matching entities: EmbeddingRows, relations: EmbeddingRows,
    inverseRelations: EmbeddingRows?, norm: DistanceNorm, margin: Float
  ) {
    self.model = model
    self.entities = entities
    self.relations = relations
    self.inverseRelations = inverseRelations
    self.norm = norm
    self.margin = margin
    scorer = EmbeddingScorer(
      model: model, norm: norm, dimension: entities.dimension, isReciprocal: inverseRelations != nil)
  }

  package var dimension: Int { entities.dimension }

  var comparison: Comparison { scorer.comparison }

  /// The score of a distance d: σ(γ − d), in 0…1, falling strictly as d grows. With the self-adversarial loss it
  /// is the probability that training fitted; with others it is only an order. A distance that is not a number scores 0.
  package func score(distance: Float) -> Double {
    distance.isNaN ? 0 : sigmoid(Double(margin) - Double(distance))
  }
}
