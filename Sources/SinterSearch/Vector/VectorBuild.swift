import SinterKernels
package import SinterModel
import SinterStorage

/// Builds the base of a vector index from a state.
struct VectorBuild {
  private let state: VectorState
  private let control: BuildControl
  private let options: VectorOptions
  private let dimension: Int
  /// Where the vectors are, in ascending order of their elements.
  private let sources: [VectorState.Source]
  private let ids: [UInt32]

  init(_ state: VectorState, _ control: BuildControl) {
    self.state = state
    self.control = control
    options = state.options
    dimension = options.dimension
    let all = state.sources()
    ids = all.map(\.id)
    sources = all.map(\.source)
  }

  /// Lists for so many vectors.
  static func listCount(_ count: Int) -> Int { max(1, min(count / 16, Int(4 * Double(count).squareRoot()))) }
  /// Vectors that clusters are found on, for each list.
  private static let samplesPerList = 48
  /// Vectors that the mean is taken of at most.
  private static let meanLimit = 65_536

  func run() throws(SinterError) -> VectorImage {
    let mean = mean()
    control.progress(0.02)
    let clusters = try clusters(mean)
    try control.check()
    control.progress(0.5)
    let nearest = try assigned(clusters, mean)
    control.progress(0.7)
    let image = VectorImage(state, sources, ids, mean: mean, centers: clusters.centers, nearest: nearest)
    try image.encode(control)
    control.progress(0.85)
    image.lists.levels = try Calibration(image.lists, image).levels(control)
    control.progress(1)
    return image
  }

  private func mean() -> [Float] {
    var sums = [Double](repeating: 0, count: dimension)
    let count = min(ids.count, Self.meanLimit)
    state.withVectors { vector in
      for i in 0..<count {
        let row = vector(sources[i * ids.count / count])
        for k in 0..<dimension { sums[k] += Double(row[k]) }
      }
    }
    return sums.map { Float($0 / Double(max(count, 1))) }
  }

  private func clusters(_ mean: [Float]) throws(SinterError) -> Clustering {
    let lists = Self.listCount(ids.count)
    let count = min(ids.count, lists * Self.samplesPerList)
    let sample = UnsafeMutablePointer<Float>.allocate(capacity: max(count * dimension, 1))
    defer { sample.deallocate() }
    state.withVectors { vector in
      for i in 0..<count {
        let row = vector(sources[i * ids.count / count])
        for k in 0..<dimension { sample[i * dimension + k] = row[k] - mean[k] }
      }
    }
    return try Clustering(sample, count: count, dimension: dimension, clusters: lists, control)
  }

  /// The nearest centre of every vector.
  private func assigned(_ clusters: Clustering, _ mean: [Float]) throws(SinterError) -> [UInt32] {
    var nearest: [UInt32] = []
    nearest.reserveCapacity(ids.count)
    let part = 16_384
    let rows = UnsafeMutablePointer<Float>.allocate(capacity: part * dimension)
    defer { rows.deallocate() }
    var start = 0
    while start < ids.count {
      try control.check()
      let count = min(part, ids.count - start)
      state.withVectors { vector in
        for i in 0..<count {
          let row = vector(sources[start + i])
          for k in 0..<dimension { rows[i * dimension + k] = row[k] - mean[k] }
        }
      }
      nearest += clusters.assign(rows, count: count, control)
      start += count
    }
    return nearest
  }
}

/// A base that was built: the codes in memory, the vectors where the state has them.
///
/// `@unchecked Sendable`: nothing changes once it is built.
final class VectorImage: BaseImage, @unchecked Sendable {
  let layout: VectorLayout
  let lists: VectorLists
  private let state: VectorState
  /// By row.
  let sources: [VectorState.Source]
  private let ids: [UInt32]
  private let order: [UInt32]
  private let orderRows: [UInt32]
  private let chunks: [UnsafeMutableRawPointer]

  /// - Parameter nearest: the list of each vector.
  init(
    _ state: VectorState, _ sources: [VectorState.Source], _ ids: [UInt32], mean: [Float], centers: [Float], nearest: [UInt32]
  ) {
    let dimension = state.space.dimension
    self.state = state
    let listCount = centers.count / dimension
    var sizes = [Int](repeating: 0, count: listCount)
    for list in nearest { sizes[Int(list)] += 1 }
    var lists: [VectorLists.List] = []
    var row = 0
    var block = 0
    for size in sizes {
      lists.append(VectorLists.List(firstBlock: block, firstRow: row, count: size, deviation: 0))
      row += size
      block += CodeFormat.blocks(size)
    }
    var next = lists.map(\.firstRow)
    var rows = [UInt32](repeating: 0, count: ids.count)
    for (position, list) in nearest.enumerated() {
      rows[position] = UInt32(next[Int(list)])
      next[Int(list)] += 1
    }
    var byRow = [Int](repeating: 0, count: ids.count)
    for (position, row) in rows.enumerated() { byRow[Int(row)] = position }
    self.sources = byRow.map { sources[$0] }
    self.ids = byRow.map { ids[$0] }
    order = ids
    orderRows = rows
    layout = VectorLayout(
      dimension: dimension, similarity: state.options.similarity, quantization: state.options.quantization, rowCount: ids.count,
      listCount: listCount, blockCount: block, levelCount: Calibration.recalls.count)
    let region = layout.blocks
    chunks = (0..<region.chunkCount).map { _ in
      let chunk = UnsafeMutableRawPointer.allocate(byteCount: VectorLayout.chunkByteCount, alignment: 64)
      chunk.initializeMemory(as: UInt8.self, repeating: 0, count: VectorLayout.chunkByteCount)
      return chunk
    }
    for list in lists.indices where lists[list].count > 0 {
      lists[list].deviation = VectorImage.deviation(
        lists[list], state, self.sources, mean, Array(centers[list * dimension..<(list + 1) * dimension]))
    }
    self.lists = VectorLists(
      layout, state.space, mean: mean, lists: lists, centers: centers, chunks: chunks.map { UnsafeRawPointer($0) })
  }

  /// A row's vector in the form it is kept in.
  func vector(_ row: UInt32) -> [Float] {
    state.withVectors { vector in Array(UnsafeBufferPointer(start: vector(sources[Int(row)]), count: layout.dimension)) }
  }

  deinit { for chunk in chunks { chunk.deallocate() } }

  private static func deviation(
    _ list: VectorLists.List, _ state: VectorState, _ sources: [VectorState.Source], _ mean: [Float], _ center: [Float]
  ) -> Float {
    var squares = 0.0
    state.withVectors { vector in
      for row in list.firstRow..<list.firstRow + list.count {
        let values = vector(sources[row])
        var sum: Float = 0
        for k in center.indices {
          let difference = values[k] - mean[k] - center[k]
          sum += difference * difference
        }
        squares += Double(sum)
      }
    }
    return Float((squares / Double(list.count * center.count)).squareRoot())
  }

  /// Writes the codes.
  func encode(_ control: BuildControl) throws(SinterError) {
    let threads = max(1, min(control.threads, lists.lists.count))
    BackgroundThread.run(threads) { thread in
      let residual = UnsafeMutablePointer<Float>.allocate(capacity: layout.dimension)
      defer { residual.deallocate() }
      state.withVectors { vector in
        for list in stride(from: thread, to: lists.lists.count, by: threads) {
          if control.isCancelled() { return }
          encode(list, residual, vector)
        }
      }
    }
    try control.check()
  }

  private func encode(_ number: Int, _ residual: UnsafeMutablePointer<Float>, _ vector: (VectorState.Source) -> UnsafePointer<Float>) {
    let list = lists.lists[number]
    let region = layout.blocks
    let code = layout.format
    let bits = BitFormat(dimension: layout.dimension)
    let isProduct = layout.similarity == .dot
    for position in 0..<list.count {
      let values = vector(sources[list.firstRow + position])
      var squares: Float = 0
      for k in 0..<layout.dimension {
        let moved = values[k] - lists.mean[k]
        squares += moved * moved
        residual[k] = moved - lists.centers[number * layout.dimension + k]
      }
      let block = list.firstBlock + position / 16
      let address = chunks[block / region.perChunk] + region.padding + block % region.perChunk * region.elementByteCount
      let offset = isProduct ? 0 : -squares / 2
      let lane = position % 16
      if layout.quantization == .int8 {
        code.encode(residual, offset: offset, into: address, lane: lane)
        if position == list.count - 1, lane < 15 { code.clear(address, from: lane + 1) }
      } else {
        bits.encode(residual, offset: offset, into: address, lane: lane)
        if position == list.count - 1, lane < 15 { bits.clear(address, from: lane + 1) }
      }
    }
  }

  // MARK: Bytes

  var byteCount: Int { layout.byteCount }

  func copy(from offset: Int, to buffer: UnsafeMutableRawBufferPointer) {
    guard let start = buffer.baseAddress else { return }
    start.initializeMemory(as: UInt8.self, repeating: 0, count: buffer.count)
    let chunk = offset / VectorLayout.chunkByteCount
    if chunk < layout.blocks.firstChunk { return copyHeading(offset, to: buffer) }
    if chunk < layout.blocks.endChunk {
      start.copyMemory(from: chunks[chunk - layout.blocks.firstChunk], byteCount: buffer.count)
      return
    }
    if chunk < layout.vectors.endChunk {
      state.withVectors { vector in
        fill(layout.vectors, chunk, buffer) { row, out in
          out.copyMemory(from: vector(sources[row]), byteCount: layout.vectors.elementByteCount)
        }
      }
      return
    }
    for (region, numbers) in [(layout.ids, ids), (layout.order, order), (layout.orderRows, orderRows)]
    where chunk >= region.firstChunk && chunk < region.endChunk {
      fill(region, chunk, buffer) { element, out in out.storeBytes(of: numbers[element].littleEndian, as: UInt32.self) }
    }
  }

  private func fill(
    _ region: VectorLayout.Region, _ chunk: Int, _ buffer: UnsafeMutableRawBufferPointer, _ put: (Int, UnsafeMutableRawPointer) -> Void
  ) {
    let first = (chunk - region.firstChunk) * region.perChunk
    for element in first..<min(first + region.perChunk, region.count) {
      put(element, buffer.baseAddress! + (element - first) * region.elementByteCount)
    }
  }

  private func copyHeading(_ offset: Int, to buffer: UnsafeMutableRawBufferPointer) {
    let bytes = heading()
    let count = min(buffer.count, bytes.count - offset)
    bytes.withUnsafeBytes { buffer.baseAddress!.copyMemory(from: $0.baseAddress! + offset, byteCount: count) }
  }

  private func heading() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: VectorLayout.fixedByteCount)
    bytes.withUnsafeMutableBytes { layout.write(to: $0.baseAddress!) }
    bytes.reserveCapacity(layout.headingByteCount)
    func append(_ number: UInt32) { withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) } }
    for level in lists.levels {
      append(level.recall.bitPattern)
      append(level.reach.bitPattern)
    }
    for value in lists.mean { append(value.bitPattern) }
    for list in lists.lists {
      for number in [list.firstBlock, list.firstRow, list.count] { append(UInt32(number)) }
      append(list.deviation.bitPattern)
    }
    for value in lists.centers { append(value.bitPattern) }
    return bytes
  }
}
