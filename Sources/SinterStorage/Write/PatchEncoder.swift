import SinterModel

/// Writes changes in the compact form of patch blocks: a kind byte, then varints, strings with
/// their lengths and tagged values.
struct PatchEncoder {
  private var writer = ByteWriter()
  var bytes: [UInt8] { writer.bytes }
  var byteCount: Int { writer.bytes.count }
  /// Changes written.
  private(set) var count = 0

  mutating func truncate(toBytes size: Int, count: Int) {
    writer.bytes.removeSubrange(size...)
    self.count = count
  }

  mutating func append(_ change: Change) {
    count += 1
    switch change {
    case .createNode(let id, let labelSet):
      kind(.createNode)
      writer.appendVarint(id)
      writer.appendVarint(labelSet)
    case .createRelationship(let id, let record):
      kind(.createRelationship)
      relationship(id, record)
    case .setProperty(let entity, let id, let key, let new):
      kind(entity == .node ? .setNodeProperty : .setRelationshipProperty)
      writer.appendVarint(id)
      writer.appendVarint(key.rawValue)
      ValueCodec.append(new, to: &writer)
    case .addIndexEntry(let index, let key, let element):
      kind(.addIndexEntry)
      indexEntry(index, key, element)
    case .removeIndexEntry(let index, let key, let element):
      kind(.removeIndexEntry)
      indexEntry(index, key, element)
    case .setLabelSet(let id, let from, let to):
      kind(.setLabelSet)
      writer.appendVarint(id)
      writer.appendVarint(from)
      writer.appendVarint(to)
    case .deleteNode(let id, let labelSet):
      kind(.deleteNode)
      writer.appendVarint(id)
      writer.appendVarint(labelSet)
    case .deleteRelationship(let id, let record):
      kind(.deleteRelationship)
      relationship(id, record)
    case .addName(let nameKind, let name):
      kind(.addName)
      writer.append(nameKind.rawValue)
      writer.append(name)
    case .addLabelSet(let labels):
      kind(.addLabelSet)
      writer.appendVarint(labels.count)
      for label in labels { writer.appendVarint(label.rawValue) }
    case .createIndex, .dropIndex, .createConstraint, .dropConstraint, .putBlob, .deleteBlob, .createSearchIndex,
      .dropSearchIndex, .coverSearchIndex:
      appendSchema(change)
    }
  }

  private mutating func appendSchema(_ change: Change) {
    switch change {
    case .createIndex(let index, let blocks, let distinctKeys):
      kind(.createIndex)
      Catalog.append(index, to: &writer)
      writer.appendVarint(blocks)
      writer.appendVarint(distinctKeys)
    case .dropIndex(let name):
      kind(.dropIndex)
      writer.append(name)
    case .createConstraint(let constraint):
      kind(.createConstraint)
      Catalog.append(constraint, to: &writer)
    case .dropConstraint(let name):
      kind(.dropConstraint)
      writer.append(name)
    case .putBlob(let name, let id, let sizeBytes, let chunks):
      kind(.putBlob)
      writer.append(name)
      writer.appendVarint(id)
      writer.appendVarint(sizeBytes)
      writer.appendVarint(chunks)
    case .deleteBlob(let name):
      kind(.deleteBlob)
      writer.append(name)
    case .createSearchIndex(let index):
      kind(.createSearchIndex)
      Catalog.append(index, to: &writer)
    case .dropSearchIndex(let name):
      kind(.dropSearchIndex)
      writer.append(name)
    case .coverSearchIndex(let id, let sequence):
      kind(.coverSearchIndex)
      writer.append(id)
      writer.append(sequence)
    default:
      preconditionFailure("not a change of the schema")
    }
  }

  // MARK: Parts

  private mutating func kind(_ kind: ChangeKind) { writer.append(kind.rawValue) }

  private mutating func relationship(_ id: UInt32, _ record: RelationshipRecord) {
    writer.appendVarint(id)
    writer.appendVarint(record.type.rawValue)
    writer.appendVarint(record.start.rawValue)
    writer.appendVarint(record.end.rawValue)
  }

  private mutating func indexEntry(_ index: UInt32, _ key: [UInt8], _ element: UInt32) {
    writer.appendVarint(index)
    writer.appendVarint(key.count)
    writer.bytes.append(contentsOf: key)
    writer.appendVarint(element)
  }
}

/// The first byte of each change in a patch block.
enum ChangeKind: UInt8 {
  case addName = 1, addLabelSet, createNode, setLabelSet, deleteNode, createRelationship, deleteRelationship
  case setNodeProperty, setRelationshipProperty, addIndexEntry, removeIndexEntry
  case createIndex, dropIndex, createConstraint, dropConstraint, putBlob, deleteBlob
  case createSearchIndex, dropSearchIndex, coverSearchIndex
}
