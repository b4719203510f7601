internal import CSinterKernels
import SinterKernels
package import SinterModel

/// The inverted lists of a base: vectors by the centre they are nearest to, as codes of their difference from it.
///
/// Vectors are moved by their mean, which changes no distance. A vector's *nearness* to a query is then x·q - |x|²/2, which ranks
/// by L2 (and for vectors of unit length by cosine), or x·q for inner products.
///
/// `@unchecked Sendable`: nothing changes once it is made; the blocks are read only.
final class VectorLists: @unchecked Sendable {
  struct List: Sendable {
    var firstBlock: Int
    var firstRow: Int
    var count: Int
    /// The root of the mean squared distance from the centre in a dimension.
    var deviation: Float
  }

  /// For a share of the true neighbours, how many deviations from its centre a list is thought to reach.
  struct Level: Sendable, Equatable {
    var recall: Float
    var reach: Float
  }

  let space: VectorSpace
  let quantization: VectorQuantization
  let mean: [Float]
  let lists: [List]
  let centers: [Float]
  var levels: [Level] = []

  private let table: CodeTable
  private let deviations: [Float]
  private let region: VectorLayout.Region
  private let chunks: [UnsafeRawPointer]
  private let paddedCount: Int

  /// - Parameters:
  ///   - chunks: those of the region of blocks.
  init(
    _ layout: VectorLayout, _ space: VectorSpace, mean: [Float], lists: [List], centers: [Float], chunks: [UnsafeRawPointer]
  ) {
    self.space = space
    quantization = layout.quantization
    self.mean = mean
    self.lists = lists
    self.centers = centers
    self.chunks = chunks
    region = layout.blocks
    let isProduct = space.similarity == .dot
    let made = CodeTable(layout.format, count: lists.count)
    let dimension = space.dimension
    centers.withUnsafeBufferPointer { centers in
      for list in lists.indices {
        let center = centers.baseAddress! + list * dimension
        made.set(list, center, offset: isProduct ? 0 : -Kernels.dot(center, center, dimension) / 2)
      }
    }
    table = made
    paddedCount = CodeFormat.blocks(lists.count) * 16
    deviations = lists.map(\.deviation) + [Float](repeating: 0, count: paddedCount - lists.count)
  }

  /// How far lists reach for a share of the true neighbours; infinite for all of them.
  func reach(recall: Double) -> Float {
    let wanted = Float(recall)
    guard wanted < 1, let last = levels.last, wanted <= last.recall else { return .infinity }
    var before = levels[0]
    for level in levels {
      if level.recall >= wanted {
        let width = level.recall - before.recall
        return width <= 0 ? level.reach : before.reach + (level.reach - before.reach) * (wanted - before.recall) / width
      }
      before = level
    }
    return last.reach
  }

  /// A query moved as the vectors are, and what ties nearness to keys.
  struct Moved {
    var vector: [Float]
    /// The squared length of ``vector``.
    var norm: Float
    /// key = `scale` · nearness + `shift`
    var scale: Float
    var shift: Float

    func nearness(ofKey key: Float) -> Float { (key - shift) / scale }
  }

  func moved(_ query: [Float]) -> Moved {
    var vector = query
    let dimension = space.dimension
    let isProduct = space.similarity == .dot
    var norm: Float = 0
    var product: Float = 0
    vector.withUnsafeMutableBufferPointer { vector in
      mean.withUnsafeBufferPointer { mean in
        let start = vector.baseAddress!
        if isProduct {
          product = Kernels.dot(start, mean.baseAddress!, dimension)
        } else {
          Kernels.axpy(-1, mean.baseAddress!, start, dimension)
        }
        norm = Kernels.dot(start, start, dimension)
      }
    }
    switch space.similarity {
    case .dot: return Moved(vector: vector, norm: norm, scale: 1, shift: product)
    case .cosine: return Moved(vector: vector, norm: norm, scale: 1, shift: 1 - norm / 2)
    case .euclidean: return Moved(vector: vector, norm: norm, scale: 2, shift: -norm)
    }
  }

  /// Finds the nearest rows by their codes.
  ///
  /// - Parameters:
  ///   - wanted: results that are asked for; lists that are not thought to hold a nearer vector are left out.
  ///   - kept: how many are kept for a closer look.
  ///   - least: nearness below which nothing is of use.
  ///   - reach: see ``Level``; infinite to look through all lists.
  /// - Returns: rows and their nearness, in no order.
  func nearest(
    _ query: borrowing Moved, wanted: Int, kept: Int, least: Float, reach: Float, hidden: RowSet
  ) -> [NearestRows.Entry] {
    var code = CodeQuery(table.format)
    let dimension = space.dimension
    let format = BitFormat(dimension: dimension)
    return query.vector.withUnsafeBufferPointer { vector -> [NearestRows.Entry] in
      code.set(vector.baseAddress!, dimension)
      let bits = BitQuery(format, quantization == .binary ? vector.baseAddress! : nil)
      var raw = code.raw
      var rawBits = bits.raw
      let blocks = paddedCount / 16
      return withUnsafeTemporaryAllocation(of: Float.self, capacity: paddedCount + blocks + 2 * Self.pieceLength) { scratch in
        let scores = scratch.baseAddress!
        let greatest = scores + paddedCount
        let found = greatest + blocks
        let positions = UnsafeMutableRawPointer(found + Self.pieceLength).bindMemory(to: UInt32.self, capacity: Self.pieceLength)
        sinter_block_scores(table.bytes.assumingMemoryBound(to: UInt8.self), blocks, &raw, 0, scores)
        deviations.withUnsafeBufferPointer {
          sinter_list_bounds(
            scores, $0.baseAddress!, paddedCount, dimension, query.norm, reach.isInfinite ? 0 : reach, space.similarity == .dot ? 1 : 0,
            greatest)
        }
        var nearest = NearestRows(capacity: kept, wanted: wanted, least: least)
        var bound: Float = 0
        for _ in lists.indices {
          let number = sinter_take_greatest(scores, greatest, blocks, &bound)
          guard bound > -.infinity else { break }
          if !reach.isInfinite, bound <= nearest.wantedThreshold { break }
          let list = lists[number]
          if list.count == 0 { continue }
          let add = centers.withUnsafeBufferPointer { Kernels.dot($0.baseAddress! + number * dimension, vector.baseAddress!, dimension) }
          var done = 0
          while done < list.count {
            let block = list.firstBlock + done / 16
            let inChunk = region.perChunk - block % region.perChunk
            let count = min(list.count - done, min(inChunk * 16, Self.pieceLength))
            let start = address(ofBlock: block)
            let hits =
              quantization == .int8
              ? sinter_block_scan(start, (count + 15) / 16, count, &raw, add, nearest.threshold, positions, found)
              : sinter_bit_scan(start, (count + 15) / 16, count, &rawBits, add, nearest.threshold, positions, found)
            for hit in 0..<hits {
              let row = UInt32(list.firstRow + done) + positions[hit]
              if found[hit] > nearest.threshold, !hidden.contains(row) { nearest.insert(row, found[hit]) }
            }
            done += count
          }
        }
        return nearest.entries
      }
    }
  }

  /// Vectors looked at in one call; a multiple of 16.
  private static let pieceLength = 1024

  @inline(__always)
  private func address(ofBlock block: Int) -> UnsafePointer<UInt8> {
    (chunks[block / region.perChunk] + region.padding + block % region.perChunk * region.elementByteCount)
      .assumingMemoryBound(to: UInt8.self)
  }
}

/// Rows of a base, as a set.
struct RowSet: Sendable {
  private var words: [UInt64] = []
  private(set) var count = 0

  @inline(__always)
  func contains(_ row: UInt32) -> Bool {
    let word = Int(row >> 6)
    return word < words.count && words[word] >> UInt64(row & 63) & 1 == 1
  }

  mutating func insert(_ row: UInt32) {
    let word = Int(row >> 6)
    while words.count <= word { words.append(contentsOf: repeatElement(0, count: word + 1 - words.count)) }
    let bit: UInt64 = 1 << UInt64(row & 63)
    if words[word] & bit == 0 { count += 1 }
    words[word] |= bit
  }
}

/// The nearest rows so far: so many for a closer look, and the nearness of the last of those that are wanted.
struct NearestRows {
  struct Entry: Sendable {
    var row: UInt32
    var nearness: Float
  }

  private let capacity: Int
  private let wanted: Int
  private let least: Float
  /// A heap with the farthest at the root.
  private(set) var entries: [Entry] = []
  private var best: [Float] = []
  /// What is not nearer does not enter.
  private(set) var threshold: Float
  /// The nearness of the last wanted one.
  private(set) var wantedThreshold: Float

  init(capacity: Int, wanted: Int, least: Float) {
    self.capacity = max(capacity, 1)
    self.wanted = max(min(wanted, self.capacity), 1)
    self.least = least
    threshold = least
    wantedThreshold = least
    entries.reserveCapacity(min(self.capacity, 4096))
    best.reserveCapacity(min(self.wanted, 4096))
  }

  mutating func insert(_ row: UInt32, _ nearness: Float) {
    if entries.count < capacity {
      entries.append(Entry(row: row, nearness: nearness))
      var child = entries.count - 1
      entries.withUnsafeMutableBufferPointer { heap in
        while child > 0 {
          let parent = (child - 1) / 2
          guard heap[child].nearness < heap[parent].nearness else { break }
          heap.swapAt(child, parent)
          child = parent
        }
      }
    } else {
      entries.withUnsafeMutableBufferPointer { heap in
        heap[0] = Entry(row: row, nearness: nearness)
        var parent = 0
        while true {
          let left = 2 * parent + 1
          guard left < heap.count else { break }
          let child = left + 1 < heap.count && heap[left + 1].nearness < heap[left].nearness ? left + 1 : left
          guard heap[child].nearness < heap[parent].nearness else { break }
          heap.swapAt(child, parent)
          parent = child
        }
      }
    }
    if entries.count == capacity { threshold = max(entries[0].nearness, least) }
    noteBest(nearness)
  }

  private mutating func noteBest(_ nearness: Float) {
    if best.count < wanted {
      best.append(nearness)
      var child = best.count - 1
      best.withUnsafeMutableBufferPointer { heap in
        while child > 0 {
          let parent = (child - 1) / 2
          guard heap[child] < heap[parent] else { break }
          heap.swapAt(child, parent)
          child = parent
        }
      }
    } else if nearness > best[0] {
      best.withUnsafeMutableBufferPointer { heap in
        heap[0] = nearness
        var parent = 0
        while true {
          let left = 2 * parent + 1
          guard left < heap.count else { break }
          let child = left + 1 < heap.count && heap[left + 1] < heap[left] ? left + 1 : left
          guard heap[child] < heap[parent] else { break }
          heap.swapAt(child, parent)
          parent = child
        }
      }
    }
    if best.count == wanted { wantedThreshold = max(best[0], least) }
  }
}
