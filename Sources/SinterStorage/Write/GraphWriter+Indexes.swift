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

  /// The first element other than `id` that has the same values.
  func otherElement(in index: WriterSchema.Index, like id: UInt32) throws(SinterError) -> UInt32? {
    var values: [Value] = []
    for key in index.keys {
      let value = try view.propertyValue(index.descriptor.entity, key, id)
      if value.isNull { return nil }
      values.append(value)
    }
    return try view.lookup(index.descriptor, equal: values).first { $0 != id }
  }
}
