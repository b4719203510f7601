/// Who has which item, as flat arrays read in one go. Each pair of user and item is in it once.
///
/// What later commits changed lies beside it: see ``RowPatches``.
final class InteractionTable: Sendable {
  /// The users of item i are `itemUsers[itemOffsets[i]..<itemOffsets[i + 1]]`: node ids, ascending.
  let itemOffsets: FixedArray<UInt32>
  let itemUsers: FixedArray<UInt32>
  /// The items of node u are `userItems[userOffsets[u]..<userOffsets[u + 1]]`: item numbers, ascending.
  let userOffsets: FixedArray<UInt32>
  let userItems: FixedArray<UInt32>
  /// What was learned elsewhere of these items; it numbers them alike.
  let vectors = ItemVectorCache()

  init(
    itemOffsets: FixedArray<UInt32>, itemUsers: FixedArray<UInt32>, userOffsets: FixedArray<UInt32>,
    userItems: FixedArray<UInt32>
  ) {
    self.itemOffsets = itemOffsets
    self.itemUsers = itemUsers
    self.userOffsets = userOffsets
    self.userItems = userItems
  }

  @inline(__always)
  static func row(_ number: UInt32, _ offsets: FixedArray<UInt32>, _ values: FixedArray<UInt32>) -> UnsafeBufferPointer<UInt32> {
    guard Int(number) + 1 < offsets.count else { return UnsafeBufferPointer(start: nil, count: 0) }
    let start = Int(offsets.base[Int(number)])
    return UnsafeBufferPointer(start: values.base + start, count: Int(offsets.base[Int(number) + 1]) - start)
  }
}

/// Rows that replace those of a table, and a bit per row that tells which do.
struct RowPatches: Sendable {
  private(set) var rows: [UInt32: FixedArray<UInt32>] = [:]
  private var words: FixedArray<UInt64>?

  var isEmpty: Bool { rows.isEmpty }

  init() {}

  /// The same with more rows, which replace earlier ones of their numbers.
  /// - Parameter limit: above every number.
  init(_ earlier: RowPatches, _ new: [UInt32: FixedArray<UInt32>], limit: Int) {
    rows = earlier.rows.merging(new) { $1 }
    guard !rows.isEmpty else { return }
    let words = FixedArray<UInt64>(repeating: 0, count: (limit + 63) / 64)
    for number in rows.keys { words.base[Int(number >> 6)] |= 1 << UInt64(number & 63) }
    self.words = words
  }

  @inline(__always)
  func row(_ number: UInt32) -> UnsafeBufferPointer<UInt32>? {
    guard let words, Int(number >> 6) < words.count, words.base[Int(number >> 6)] & (1 << UInt64(number & 63)) != 0 else {
      return nil
    }
    return rows[number]?.asBuffer
  }
}
