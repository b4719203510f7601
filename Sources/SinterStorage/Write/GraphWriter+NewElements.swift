package import SinterModel

/// The values of one key for elements that are created together, one for each; null for those without.
package struct NewColumn {
  package var key: KeyID
  package var values: Vector

  package init(_ key: KeyID, _ values: Vector) {
    self.key = key
    self.values = values
  }
}

// Elements made in numbers. Nobody can have seen a new element, so nothing about it needs to be read.
extension GraphWriter {
  /// Creates `count` nodes with the same labels; the first one's id, which the others follow.
  package func createNodes(labels: [LabelID], count: Int, _ columns: [NewColumn]) throws(SinterError) -> NodeID {
    let first = view.overlay.catalog.nodeIDLimit
    guard count < Int(UInt32.max - first) else {
      throw SinterError("LimitError.Nodes", "The store has given out all of its 4,294,967,295 node ids.")
    }
    let set = try labelSet(labels.count < 2 ? labels : Array(Set(labels)).sorted())
    try checkLog()
    try view.overlay.withTables { (tables) throws(SinterError) in tables.appendNodes(from: first, count: count, labelSet: set) }
    for row in 0..<count { log.append(.createNode(first + UInt32(row), labelSet: set)) }
    let own = view.overlay.catalog.labelSets[Int(set)]
    try setNew(columns, of: .node, from: first, count: count, schema.nodeIndexes.filter { own.contains(LabelID($0.label)) })
    return NodeID(first)
  }

  /// Creates relationships of one type between nodes that exist; the first one's id, which the others follow.
  package func createRelationships(
    _ type: TypeID, starts: [UInt32], ends: [UInt32], _ columns: [NewColumn]
  ) throws(SinterError) -> RelationshipID {
    let first = view.overlay.catalog.relationshipIDLimit
    let count = starts.count
    guard count < Int(UInt32.max - first) else {
      throw SinterError("LimitError.Relationships", "The store has given out all of its 4,294,967,295 relationship ids.")
    }
    try checkLog()
    try view.overlay.withTables { (tables) throws(SinterError) in
      tables.appendRelationships(from: first, type, starts: starts, ends: ends)
    }
    for row in 0..<count {
      let record = RelationshipRecord(type: type, start: NodeID(starts[row]), end: NodeID(ends[row]))
      log.append(.createRelationship(first + UInt32(row), record))
    }
    try setNew(columns, of: .relationship, from: first, count: count, schema.relationshipIndexes.filter { $0.label == type.rawValue })
    return RelationshipID(first)
  }

  /// Sets properties of new elements, and their entries in the indexes that hold them.
  private func setNew(
    _ columns: [NewColumn], of entity: EntityKind, from first: UInt32, count: Int, _ indexes: [WriterSchema.Index]
  ) throws(SinterError) {
    for column in columns {
      switch column.values {
      case .integers, .floats, .booleans: break
      default: for row in 0..<count { try checkStorable(column.values[row], column.key) }
      }
      try checkLog()
      try view.overlay.withTables { (tables) throws(SinterError) in
        _ = tables.appendValues(column.key, of: entity, from: first, column.values)
      }
      for row in 0..<count {
        let value = column.values[row]
        if !value.isNull { log.append(.setProperty(entity, first + UInt32(row), column.key, value)) }
      }
    }
    for index in indexes {
      let parts = index.keys.compactMap { key in columns.first { $0.key == key }?.values }
      guard parts.count == index.keys.count else { continue }
      for row in 0..<count {
        let values = parts.map { $0[row] }
        guard !values.contains(where: \.isNull), let key = IndexKey.encode(values) else { continue }
        try perform(.addIndexEntry(index: index.descriptor.id, key: key, element: first + UInt32(row)))
      }
    }
    guard schema.constrains(entity) else { return }
    for row in 0..<count { touch(entity, first + UInt32(row)) }
  }
}
