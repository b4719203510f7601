import SinterModel

extension Fold {
  /// Merges an index's blocks with what changed and cuts the entries into blocks anew.
  /// - Complexity: O(entries)
  mutating func foldIndex(_ index: IndexDescriptor) throws(SinterError) {
    var merge = IndexMerge(delta: overlay.indexDelta(index.id) ?? IndexDelta(), builder: IndexBlockBuilder(index: index.id))
    let column = ColumnKey(.index, index.id)
    if let table = try view.table(column) {
      for number in 0..<table.segmentLimit {
        let block = try table.indexBlock(number).pointee
        for entry in 0..<block.count { merge.take(Array(block.key(entry)), block.id(entry)) }
      }
    }
    merge.finish()
    indexes.append((index.id, merge.values, merge.builder.distinctKeyCount))
  }
}

/// The entries of an index in order, from its blocks and what changed.
private struct IndexMerge {
  private var changes: [IndexDelta.Entry]
  private var next = 0
  private(set) var builder: IndexBlockBuilder
  /// The blocks so far.
  private(set) var values: [SegmentValue] = []

  init(delta: IndexDelta, builder: IndexBlockBuilder) {
    changes = delta.entries(from: nil, through: nil)
    self.builder = builder
  }

  /// Takes the next entry of the old blocks.
  mutating func take(_ key: [UInt8], _ id: UInt32) {
    while next < changes.count {
      let order = compareKeys(changes[next].key, key)
      if order > 0 || (order == 0 && changes[next].id > id) { break }
      next += 1
      // A change of an entry that is there can only be its removal.
      if order == 0, changes[next - 1].id == id { return }
      append(changes[next - 1])
    }
    append(key, id)
  }

  mutating func finish() {
    for change in changes[next...] { append(change) }
    next = changes.count
    if let block = builder.finish() { values.append(block) }
  }

  private mutating func append(_ change: IndexDelta.Entry) {
    if !change.isRemoved { append(change.key, change.id) }
  }

  private mutating func append(_ key: [UInt8], _ id: UInt32) {
    if let block = builder.append(key, id) { values.append(block) }
  }
}
