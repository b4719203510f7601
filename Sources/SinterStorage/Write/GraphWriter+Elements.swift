package import SinterModel

extension GraphWriter {
  // MARK: Nodes

  package func createNode(labels: [LabelID]) throws(SinterError) -> NodeID {
    let id = view.overlay.catalog.nodeIDLimit
    guard id != .max else {
      throw SinterError("LimitError.Nodes", "The store has given out all of its 4,294,967,295 node ids.")
    }
    // One label or none is what most nodes have: no sorting then.
    let set = try labelSet(labels.count < 2 ? labels : Array(Set(labels)).sorted())
    try perform(.createNode(id, labelSet: set))
    touch(.node, id)
    return NodeID(id)
  }

  /// The node must have no relationships left.
  package func deleteNode(_ node: NodeID) throws(SinterError) {
    let set = try liveLabelSet(of: node)
    for type in 0..<view.overlay.catalog.typeNames.count {
      for direction in [Direction.outgoing, .incoming] {
        guard try view.adjacency(TypeID(UInt32(type)), direction).degree(of: node.rawValue) == 0 else {
          throw SinterError(
            "ConstraintVerificationFailed.DeleteConnectedNode",
            "Node \(node.rawValue) still has relationships: delete them first, or use DETACH DELETE.")
        }
      }
    }
    for (key, _) in try view.properties(of: node) { try self.set(key, of: node, to: .null) }
    try perform(.deleteNode(node.rawValue, labelSet: set))
  }

  /// Returns whether the label was new to the node.
  package func addLabel(_ label: LabelID, to node: NodeID) throws(SinterError) -> Bool {
    let old = try liveLabelSet(of: node)
    var labels = view.overlay.catalog.labelSets[Int(old)]
    guard !labels.contains(label) else { return false }
    labels.insert(label, at: labels.lowerBound { $0 < label })
    let new = try labelSet(labels)
    try perform(.setLabelSet(node.rawValue, from: old, to: new))
    for index in schema.nodeIndexes where index.label == label.rawValue {
      try changeEntry(of: index, node.rawValue, from: nil, to: try indexKey(index, node.rawValue))
    }
    touch(.node, node.rawValue)
    return true
  }

  package func removeLabel(_ label: LabelID, from node: NodeID) throws(SinterError) -> Bool {
    let old = try liveLabelSet(of: node)
    var labels = view.overlay.catalog.labelSets[Int(old)]
    guard let position = labels.firstIndex(of: label) else { return false }
    for index in schema.nodeIndexes where index.label == label.rawValue {
      try changeEntry(of: index, node.rawValue, from: try indexKey(index, node.rawValue), to: nil)
    }
    labels.remove(at: position)
    let new = try labelSet(labels)
    try perform(.setLabelSet(node.rawValue, from: old, to: new))
    return true
  }

  /// The set of a node that exists.
  func liveLabelSet(of node: NodeID) throws(SinterError) -> UInt32 {
    guard let set = try view.labelSetID(of: node.rawValue) else {
      throw SinterError("EntityNotFound.DeletedEntityAccess", "Node \(node.rawValue) does not exist or was deleted.")
    }
    return set
  }

  // MARK: Relationships

  package func createRelationship(
    _ type: TypeID, from start: NodeID, to end: NodeID
  ) throws(SinterError) -> RelationshipID {
    let id = view.overlay.catalog.relationshipIDLimit
    guard id != .max else {
      throw SinterError("LimitError.Relationships", "The store has given out all of its 4,294,967,295 relationship ids.")
    }
    _ = try liveLabelSet(of: start)
    _ = try liveLabelSet(of: end)
    try perform(.createRelationship(id, RelationshipRecord(type: type, start: start, end: end)))
    touch(.relationship, id)
    return RelationshipID(id)
  }

  package func deleteRelationship(_ relationship: RelationshipID) throws(SinterError) {
    let record = try liveRecord(of: relationship)
    for (key, _) in try view.properties(of: relationship) { try set(key, of: relationship, to: .null) }
    try perform(.deleteRelationship(relationship.rawValue, record))
  }

  func liveRecord(of relationship: RelationshipID) throws(SinterError) -> RelationshipRecord {
    guard let record = try view.relationship(relationship) else {
      throw SinterError(
        "EntityNotFound.DeletedEntityAccess", "Relationship \(relationship.rawValue) does not exist or was deleted.")
    }
    return record
  }

  // MARK: Properties: null removes; values that cannot be stored are `TypeError.InvalidPropertyType`

  package func set(_ key: KeyID, of node: NodeID, to value: Value) throws(SinterError) {
    let set = try liveLabelSet(of: node)
    try self.set(key, of: .node, node.rawValue, to: value, indexes: schema.indexes(of: .node, key: key)) { index in
      view.overlay.catalog.labelSets[Int(set)].contains(LabelID(index.label))
    }
  }

  package func set(_ key: KeyID, of relationship: RelationshipID, to value: Value) throws(SinterError) {
    let record = try liveRecord(of: relationship)
    let indexes = schema.indexes(of: .relationship, key: key)
    try self.set(key, of: .relationship, relationship.rawValue, to: value, indexes: indexes) { index in
      index.label == record.type.rawValue
    }
  }

  private func set(
    _ key: KeyID, of entity: EntityKind, _ id: UInt32, to value: Value, indexes: [WriterSchema.Index],
    _ covers: (WriterSchema.Index) -> Bool
  ) throws(SinterError) {
    try checkStorable(value, key)
    if value.isNull, try view.propertyValue(entity, key, id).isNull { return }
    if indexes.isEmpty {
      try perform(.setProperty(entity, id, key, value))
    } else {
      let covering = indexes.filter(covers)
      var old: [[UInt8]?] = []
      for index in covering { old.append(try indexKey(index, id)) }
      try perform(.setProperty(entity, id, key, value))
      for (index, oldKey) in zip(covering, old) {
        try changeEntry(of: index, id, from: oldKey, to: try indexKey(index, id))
      }
    }
    touch(entity, id)
  }

  func checkStorable(_ value: Value, _ key: KeyID) throws(SinterError) {
    let isStorable =
      switch value {
      case .map, .node, .relationship, .path: false
      case .list(let elements): elements.allSatisfy(GraphWriter.isStorableElement)
      default: true
      }
    guard isStorable else {
      let name = Int(key.rawValue) < view.overlay.catalog.keyNames.count ? view.name(of: key) : "number \(key.rawValue)"
      throw SinterError(
        "TypeError.InvalidPropertyType",
        "Property `\(name)` cannot hold this value: properties are scalars, temporal values and flat lists of them without null.")
    }
  }

  private static func isStorableElement(_ value: Value) -> Bool {
    switch value {
    case .null, .list, .map, .node, .relationship, .path: false
    default: true
    }
  }
}
