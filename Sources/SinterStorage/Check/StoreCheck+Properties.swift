import SinterModel

extension StoreCheck {
  /// Every property can be read and belongs to an element that exists.
  mutating func checkProperties() throws(SinterError) {
    for (number, name) in view.overlay.catalog.keyNames.enumerated() {
      for entity in [EntityKind.node, .relationship] {
        let limit = entity == .node ? view.nodeIDLimit : view.relationshipIDLimit
        let column = view.column(KeyID(UInt32(number)), of: entity)
        var start: UInt32 = 0
        while start < limit {
          let end = UInt32(min(UInt64(limit), UInt64(start) + UInt64(segmentLength)))
          try checkProperties(column, Array(start..<end), name)
          start = end
        }
      }
    }
  }

  private mutating func checkProperties(_ column: PropertyColumn, _ ids: [UInt32], _ name: String) throws(SinterError) {
    let values = try column.gather(ids)
    if case .constant(.null, _) = values { return }
    for (position, id) in ids.enumerated() where !values[position].isNull {
      report.propertyCount += 1
      let exists =
        column.entity == .node ? try view.exists(NodeID(id)) : try view.relationship(RelationshipID(id)) != nil
      if !exists { report.find("There is a property `\(name)` of \(column.entity) \(id), which does not exist.") }
    }
  }

  /// Every index has exactly one entry, in order, for each element that it covers.
  mutating func checkIndexes() throws(SinterError) {
    for index in view.indexes { try checkIndex(index) }
  }

  private mutating func checkIndex(_ index: IndexDescriptor) throws(SinterError) {
    var found = report
    var count = 0
    var previous: (key: [UInt8], id: UInt32)?
    try view.forEachEntry(inIndex: index.id) { (bytes, id) throws(SinterError) in
      count += 1
      let key = Array(bytes)
      if let previous {
        let order = compareKeys(previous.key, key)
        if order > 0 || (order == 0 && previous.id >= id) {
          found.find("Index `\(index.name)` is not in order at element \(id).")
        } else if order == 0, index.isUnique, !IndexKey.isTruncated(key), index.keys.count == 1 {
          found.find("Unique index `\(index.name)` has elements \(previous.id) and \(id) under one key.")
        }
      }
      previous = (key, id)
      if try indexKey(of: id, index) != key { found.find("Index `\(index.name)` has a wrong entry for element \(id).") }
    }
    report = found
    report.indexEntryCount += count
    var expected = 0
    for id in 0..<(index.entity == .node ? view.nodeIDLimit : view.relationshipIDLimit) where try indexKey(of: id, index) != nil {
      expected += 1
    }
    if count != expected { report.find("Index `\(index.name)` has \(count) entries and should have \(expected).") }
  }

  /// The key that an element should have in an index; nil when it should have none.
  private func indexKey(of id: UInt32, _ index: IndexDescriptor) throws(SinterError) -> [UInt8]? {
    switch index.entity {
    case .node:
      guard let label = view.labelID(index.label), try view.has(label, NodeID(id)) else { return nil }
    case .relationship:
      guard let type = view.typeID(index.label), try view.relationship(RelationshipID(id))?.type == type else { return nil }
    }
    var values: [Value] = []
    for name in index.keys {
      guard let key = view.keyID(name) else { return nil }
      values.append(try view.propertyValue(index.entity, key, id))
    }
    return IndexKey.encode(values)
  }

  mutating func checkBlobs() throws(SinterError) {
    for name in view.blobNames {
      do { _ = try view.blobChunks(name) } catch { report.find(error.message) }
    }
  }
}
