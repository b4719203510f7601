package import SinterModel

/// Looks up many values in one index over a single key, whose blocks are found once.
///
/// Sees what a writer changes through the view, as the view itself does.
package struct IndexProbe {
  private let view: GraphView
  private let index: IndexDescriptor
  private let table: ColumnTable?

  package init(_ view: GraphView, _ index: IndexDescriptor) throws(SinterError) {
    precondition(index.keys.count == 1)
    self.view = view
    self.index = index
    table = try view.table(ColumnKey(.index, index.id))
  }

  /// Appends the elements whose key equals `value`, ascending by id.
  /// - Complexity: O(log entries + results)
  package func append(equal value: Value, to found: inout [UInt32]) throws(SinterError) {
    guard let key = IndexKey.encode(value) else { return }
    // What was cut off a long key has to be compared, too.
    guard !IndexKey.isTruncated(key) else {
      found += try view.lookup(index, equal: value)
      return
    }
    if let table, !isChanged {
      try key.withUnsafeBufferPointer { (bytes) throws(SinterError) in
        let bytes = UnsafeRawBufferPointer(bytes)
        try GraphView.forEachEntry(table, from: bytes) { entry, id in
          guard IndexBlock.compare(entry, bytes) == 0 else { return false }
          found.append(id)
          return true
        }
      }
      return
    }
    found += try view.elements(inIndex: index.id, key: key, table)
  }

  private var isChanged: Bool { view.overlay.changeCount > 0 && view.overlay.touches(.index, column: index.id) }
}
