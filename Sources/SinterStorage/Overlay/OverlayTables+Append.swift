import SinterModel

// New elements with consecutive ids, many at a time: what they change is looked up once for a run of them.
extension OverlayTables {
  /// New nodes `first ..< first + count`, all with one label set.
  mutating func appendNodes(from first: UInt32, count: Int, labelSet: UInt32) {
    labelSets.setRun(from: first, count: count) { _ in labelSet }
    catalog.nodeIDLimit = max(catalog.nodeIDLimit, first + UInt32(count))
    catalog.count(labelSet: labelSet, by: count)
    changeCount += count
  }

  /// New relationships from `first` on, between nodes that exist.
  mutating func appendRelationships(from first: UInt32, _ type: TypeID, starts: [UInt32], ends: [UInt32]) {
    relationships.setRun(from: first, count: starts.count) { row in
      .record(RelationshipRecord(type: type, start: NodeID(starts[row]), end: NodeID(ends[row])))
    }
    catalog.relationshipIDLimit = max(catalog.relationshipIDLimit, first + UInt32(starts.count))
    catalog.count(type: type, by: starts.count)
    let column = Int(type.rawValue)
    outgoing.grow(toInclude: column, AdjacencyTable())
    incoming.grow(toInclude: column, AdjacencyTable())
    for row in starts.indices {
      let id = first + UInt32(row)
      outgoing[column].add(starts[row], neighbor: ends[row], relationship: id)
      incoming[column].add(ends[row], neighbor: starts[row], relationship: id)
    }
    changeCount += starts.count
  }

  /// Values of one key for elements from `first` on; null for those without one.
  /// - Returns: How many are not null.
  mutating func appendValues(_ key: KeyID, of entity: EntityKind, from first: UInt32, _ values: Vector) -> Int {
    let column = Int(key.rawValue)
    var set = 0
    func value(_ row: Int) -> Value? {
      let value = values[row]
      return value.isNull ? nil : value
    }
    for row in 0..<values.count where value(row) != nil { set += 1 }
    switch entity {
    case .node:
      nodeProperties.grow(toInclude: column, IDTable())
      nodeProperties[column].setRun(from: first, count: values.count, value)
    case .relationship:
      relationshipProperties.grow(toInclude: column, IDTable())
      relationshipProperties[column].setRun(from: first, count: values.count, value)
    }
    changeCount += set
    if !catalog.searchIndexes.isEmpty {
      for row in 0..<values.count where value(row) != nil {
        catalog.noteSearchChange(entity, key: key.rawValue, first + UInt32(row), at: sequence &+ 1)
      }
    }
    return set
  }
}
