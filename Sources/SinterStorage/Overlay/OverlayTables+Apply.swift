import SinterModel

extension OverlayTables {
  /// Carries out one change; see ``Overlay/apply(_:)``.
  mutating func apply(_ change: Change) throws(SinterError) {
    changeCount += 1
    switch change {
    case .createNode(let id, let labelSet):
      guard id != .max, Int(labelSet) < catalog.labelSets.count else { throw misfit("a new node") }
      labelSets.set(id, to: labelSet)
      catalog.nodeIDLimit = max(catalog.nodeIDLimit, id + 1)
      catalog.count(labelSet: labelSet, by: 1)
    case .createRelationship(let id, let record):
      try create(relationship: id, record)
    case .setProperty(let entity, let id, let key, let value):
      try set(key, of: entity, id, to: value)
    case .addIndexEntry(let index, let key, let element):
      indexDeltas[index, default: IndexDelta()].add(key: key, id: element)
    case .removeIndexEntry(let index, let key, let element):
      indexDeltas[index, default: IndexDelta()].remove(key: key, id: element)
    case .setLabelSet(let id, let from, let to):
      guard id < catalog.nodeIDLimit, max(Int(from), Int(to)) < catalog.labelSets.count else { throw misfit("a node's labels") }
      labelSets.set(id, to: to)
      if !catalog.searchIndexes.isEmpty { catalog.noteSearchChange(labelSet: from, to: to, id, at: sequence &+ 1) }
      catalog.count(labelSet: from, by: -1)
      catalog.count(labelSet: to, by: 1)
    case .deleteNode(let id, let labelSet):
      guard id < catalog.nodeIDLimit, Int(labelSet) < catalog.labelSets.count else { throw misfit("a deleted node") }
      labelSets.set(id, to: Overlay.noLabelSet)
      catalog.count(labelSet: labelSet, by: -1)
    case .deleteRelationship(let id, let record):
      try delete(relationship: id, record)
    default:
      try applySchema(change)
    }
  }

  private mutating func applySchema(_ change: Change) throws(SinterError) {
    switch change {
    case .addName(.label, let name): catalog.addLabel(name)
    case .addName(.type, let name): catalog.addType(name)
    case .addName(.key, let name): catalog.addKey(name)
    case .addLabelSet(let labels):
      guard labels.allSatisfy({ Int($0.rawValue) < catalog.labelNames.count }) else { throw misfit("a set of labels") }
      catalog.addLabelSet(labels)
    case .createIndex(let index, let blocks, let distinctKeys):
      catalog.addIndex(index, blocks: Int(blocks), distinctKeys: Int(distinctKeys))
    case .dropIndex(let name):
      if let index = catalog.index(named: name) { indexDeltas[index.id] = nil }
      catalog.removeIndex(named: name)
    case .createConstraint(let constraint): catalog.addConstraint(constraint)
    case .dropConstraint(let name): catalog.removeConstraint(named: name)
    case .putBlob(let name, let id, let sizeBytes, let chunks):
      catalog.setBlob(name, id: id, sizeBytes: Int(clamping: sizeBytes), chunks: Int(chunks))
    case .deleteBlob(let name): catalog.removeBlob(name)
    case .createSearchIndex(let index): catalog.addSearchIndex(index)
    case .dropSearchIndex(let name): catalog.removeSearchIndex(named: name)
    case .coverSearchIndex(let id, let covered): catalog.coverSearchIndex(id, through: covered)
    default: throw misfit("a change")
    }
  }

  private mutating func create(relationship id: UInt32, _ record: RelationshipRecord) throws(SinterError) {
    try check(id, record)
    let (start, end) = (record.start.rawValue, record.end.rawValue)
    relationships.set(id, to: .record(record))
    catalog.relationshipIDLimit = max(catalog.relationshipIDLimit, id + 1)
    catalog.count(type: record.type, by: 1)
    let type = Int(record.type.rawValue)
    outgoing.grow(toInclude: type, AdjacencyTable())
    incoming.grow(toInclude: type, AdjacencyTable())
    outgoing[type].add(start, neighbor: end, relationship: id)
    incoming[type].add(end, neighbor: start, relationship: id)
  }

  private mutating func delete(relationship id: UInt32, _ record: RelationshipRecord) throws(SinterError) {
    try check(id, record)
    let (start, end) = (record.start.rawValue, record.end.rawValue)
    relationships.set(id, to: .deleted)
    catalog.count(type: record.type, by: -1)
    let type = Int(record.type.rawValue)
    outgoing.grow(toInclude: type, AdjacencyTable())
    incoming.grow(toInclude: type, AdjacencyTable())
    outgoing[type].remove(start, neighbor: end, relationship: id)
    incoming[type].remove(end, neighbor: start, relationship: id)
  }

  private func check(_ id: UInt32, _ record: RelationshipRecord) throws(SinterError) {
    guard id != .max, Int(record.type.rawValue) < catalog.typeNames.count, record.start.rawValue < catalog.nodeIDLimit,
      record.end.rawValue < catalog.nodeIDLimit
    else { throw misfit("a relationship") }
  }

  private mutating func set(_ key: KeyID, of entity: EntityKind, _ id: UInt32, to value: Value) throws(SinterError) {
    let column = Int(key.rawValue)
    guard column < catalog.keyNames.count else { throw misfit("a property") }
    if !catalog.searchIndexes.isEmpty { catalog.noteSearchChange(entity, key: key.rawValue, id, at: sequence &+ 1) }
    switch entity {
    case .node:
      guard id < catalog.nodeIDLimit else { throw misfit("a node's property") }
      nodeProperties.grow(toInclude: column, IDTable())
      nodeProperties[column].set(id, to: value)
    case .relationship:
      guard id < catalog.relationshipIDLimit else { throw misfit("a relationship's property") }
      relationshipProperties.grow(toInclude: column, IDTable())
      relationshipProperties[column].set(id, to: value)
    }
  }

  private func misfit(_ what: String) -> SinterError {
    SinterError(
      "StorageError.Damaged",
      "After commit \(sequence), \(what) refers to something that the store does not have: restore a backup of the store.")
  }
}

extension Array {
  /// Adds empty tables so that `position` is in bounds.
  mutating func grow(toInclude position: Int, _ empty: @autoclosure () -> Element) {
    while count <= position { append(empty()) }
  }
}
