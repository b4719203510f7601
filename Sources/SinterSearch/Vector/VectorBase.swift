internal import CSinterKernels
import SinterKernels
package import SinterModel
import SinterStorage

/// The base of a vector index, read in place.
///
/// `@unchecked Sendable`: nothing changes once it is opened; see ``BaseBytes`` for how long the bytes stay.
package final class VectorBase: SearchBase, @unchecked Sendable {
  let layout: VectorLayout
  let space: VectorSpace
  let lists: VectorLists
  private let bytes: BaseBytes
  private let vectors: VectorLayout.Region
  private let ids: VectorLayout.Region
  private let order: VectorLayout.Region
  private let orderRows: VectorLayout.Region
  private let starts: [UnsafeRawPointer]

  package var count: Int { layout.rowCount }

  init(_ index: SearchIndexDescriptor, _ bytes: BaseBytes) throws(SinterError) {
    let options = VectorOptions(index)
    let starts = bytes.chunks.compactMap(\.baseAddress)
    guard let first = bytes.chunks.first, starts.count == bytes.chunks.count,
      let layout = VectorLayout(first, byteCount: bytes.byteCount), layout.dimension == options.dimension,
      layout.similarity == options.similarity, bytes.byteCount <= starts.count * VectorLayout.chunkByteCount
    else { throw bytes.damaged("its heading does not fit the index") }
    self.layout = layout
    self.bytes = bytes
    self.starts = starts
    space = VectorSpace(options)
    vectors = layout.vectors
    ids = layout.ids
    order = layout.order
    orderRows = layout.orderRows
    lists = try VectorBase.readLists(layout, space, bytes, starts)
    try checkIDs()
  }

  private static func readLists(
    _ layout: VectorLayout, _ space: VectorSpace, _ bytes: BaseBytes, _ starts: [UnsafeRawPointer]
  ) throws(SinterError) -> VectorLists {
    var heading: [UInt8] = []
    heading.reserveCapacity(layout.headingByteCount)
    for chunk in bytes.chunks where heading.count < layout.headingByteCount {
      heading.append(contentsOf: chunk.prefix(layout.headingByteCount - heading.count))
    }
    guard heading.count == layout.headingByteCount else { throw bytes.damaged("it is too short") }
    var offset = VectorLayout.fixedByteCount
    func float() -> Float {
      defer { offset += 4 }
      return heading.withUnsafeBytes { Float(bitPattern: UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))) }
    }
    func number() -> Int {
      defer { offset += 4 }
      return heading.withUnsafeBytes { Int(UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))) }
    }
    let levels = (0..<layout.levelCount).map { _ in VectorLists.Level(recall: float(), reach: float()) }
    let mean = (0..<layout.dimension).map { _ in float() }
    var lists: [VectorLists.List] = []
    var block = 0
    var row = 0
    for _ in 0..<layout.listCount {
      let list = VectorLists.List(firstBlock: number(), firstRow: number(), count: number(), deviation: float())
      guard list.firstBlock == block, list.firstRow == row, list.deviation >= 0, list.count <= layout.rowCount else {
        throw bytes.damaged("its lists do not follow each other")
      }
      block += CodeFormat.blocks(list.count)
      row += list.count
      lists.append(list)
    }
    guard block == layout.blockCount, row == layout.rowCount else { throw bytes.damaged("its lists do not hold all of it") }
    let centers = (0..<layout.listCount * layout.dimension).map { _ in float() }
    let region = layout.blocks
    let made = VectorLists(
      layout, space, mean: mean, lists: lists, centers: centers, chunks: Array(starts[region.firstChunk..<region.endChunk]))
    made.levels = levels
    return made
  }

  /// Each row has an id, and the ids in order lead back to their rows.
  private func checkIDs() throws(SinterError) {
    var last: UInt32?
    for position in 0..<count {
      let id = number(order, position)
      let row = number(orderRows, position)
      guard last.map({ $0 < id }) ?? true, Int(row) < count, number(ids, Int(row)) == id else {
        throw bytes.damaged("its elements are out of order")
      }
      last = id
    }
  }

  // MARK: Rows

  @inline(__always)
  private func number(_ region: VectorLayout.Region, _ element: Int) -> UInt32 {
    let chunk = region.firstChunk + element / region.perChunk
    return (starts[chunk] + element % region.perChunk * 4).load(as: UInt32.self)
  }

  @inline(__always)
  private func idAddress(ofRow row: UInt32) -> UnsafeRawPointer {
    starts[ids.firstChunk + Int(row) / ids.perChunk] + Int(row) % ids.perChunk * 4
  }

  func id(ofRow row: UInt32) -> UInt32 { number(ids, Int(row)) }

  @inline(__always)
  func vector(_ row: UInt32) -> UnsafePointer<Float> {
    let row = Int(row)
    return (starts[vectors.firstChunk + row / vectors.perChunk] + row % vectors.perChunk * vectors.elementByteCount)
      .assumingMemoryBound(to: Float.self)
  }

  /// - Complexity: O(log rows)
  func row(of id: UInt32) -> UInt32? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if number(order, middle) < id { low = middle + 1 } else { high = middle }
    }
    return low < count && number(order, low) == id ? number(orderRows, low) : nil
  }

  // MARK: Search

  /// The nearest elements by their exact keys, best first.
  func nearest(
    _ query: [Float], wanted: Int, leastKey: Float, reach: Float, hidden: RowSet
  ) -> [TopK.Entry] {
    let moved = lists.moved(query)
    // What lies near the limit by its codes may lie beyond it, or before it, by its vector.
    let kept = layout.quantization == .int8 ? wanted + max(wanted / 2, 12) : wanted * 8 + 64
    var least = leastKey
    if least > -.infinity { least = moved.nearness(ofKey: leastKey) - slack(moved) }
    let found = lists.nearest(moved, wanted: wanted, kept: min(kept, count), least: least, reach: reach, hidden: hidden)
      .sorted { $0.nearness > $1.nearness }
    for entry in found.prefix(wanted + 4) {
      let address = UnsafeRawPointer(vector(entry.row))
      for line in 0..<min((space.dimension + 15) / 16, 8) { sinter_prefetch(address + line * 64) }
      sinter_prefetch(idAddress(ofRow: entry.row))
    }
    var top = TopK(wanted)
    query.withUnsafeBufferPointer { query in
      var error: Float = 0
      for (position, entry) in found.enumerated() {
        let guess = moved.scale * entry.nearness + moved.shift
        // Those wanted show how far codes are off; what follows is no nearer than three times that.
        if position >= wanted, guess + 3 * error < top.threshold { break }
        let key = space.key(query.baseAddress!, vector(entry.row))
        error = max(error, abs(key - guess))
        if key >= leastKey { top.insert(id(ofRow: entry.row), score: key) }
      }
    }
    return top.sorted()
  }

  /// How far nearness by codes may be off, generously.
  private func slack(_ moved: VectorLists.Moved) -> Float {
    let widest = lists.lists.reduce(Float(0)) { max($0, $1.deviation) } * Float(space.dimension).squareRoot()
    let share: Float = layout.quantization == .int8 ? 0.02 : 0.5
    return share * widest * moved.norm.squareRoot()
  }
}
