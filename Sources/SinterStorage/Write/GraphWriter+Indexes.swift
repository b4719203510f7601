import SinterModel

/// Keeping indexes up to date as elements change.
extension GraphWriter {
  /// The element's key in an index: nil when one of its properties is missing.
  func indexKey(_ index: WriterSchema.Index, _ id: UInt32) throws(SinterError) -> [UInt8]? {
    var values: [Value] = []
    for key in index.keys {
      let value = try view.propertyValue(index.descriptor.entity, key, id)
      if value.isNull { return nil }
      values.append(value)
    }
    return IndexKey.encode(values)
  }

  func changeEntry(
    of index: WriterSchema.Index, _ id: UInt32, from old: [UInt8]?, to new: [UInt8]?
  ) throws(SinterError) {
    guard old != new else { return }
    if let old { try perform(.removeIndexEntry(index: index.descriptor.id, key: old, element: id)) }
    if let new { try perform(.addIndexEntry(index: index.descriptor.id, key: new, element: id)) }
  }

  /// Elements whose values equal those of `id`, but not `id` itself: the first found.
  func otherElement(in index: WriterSchema.Index, like id: UInt32) throws(SinterError) -> UInt32? {
    guard let key = try indexKey(index, id) else { return nil }
    for other in try view.elements(inIndex: index.descriptor.id, key: key) where other != id {
      // Long values share keys without being equal.
      guard IndexKey.isTruncated(key) else { return other }
      if try haveEqualValues(index, id, other) { return other }
    }
    return nil
  }

  private func haveEqualValues(_ index: WriterSchema.Index, _ a: UInt32, _ b: UInt32) throws(SinterError) -> Bool {
    for key in index.keys {
      let entity = index.descriptor.entity
      guard try view.propertyValue(entity, key, a) == view.propertyValue(entity, key, b) else { return false }
    }
    return true
  }
}
