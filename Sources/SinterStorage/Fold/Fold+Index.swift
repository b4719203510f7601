import SinterModel

extension Fold {
  /// Merges an index's blocks with what changed and cuts the entries into blocks anew.
  /// - Complexity: O(entries)
  mutating func foldIndex(_ index: IndexDescriptor) throws(SinterError) {
    let column = ColumnKey(.index, index.id)
    var values: [SegmentValue] = []
    var builder = IndexBlockBuilder(index: index.id)
    func put(_ key: UnsafeRawBufferPointer, _ element: UInt32) {
      if let block = builder.append(Array(key), element) { values.append(block) }
    }
    try view.forEachEntry(inIndex: index.id) { (key, element) throws(SinterError) in put(key, element) }
    if let block = builder.finish() { values.append(block) }
    try handle.delete(column.keys)
    for value in values { try handle.put(value) }
    catalog.setIndex(index.id, blocks: builder.blockCount, distinctKeys: builder.distinctKeyCount)
  }
}
