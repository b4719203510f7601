package import SinterModel

/// One step of a commit, as a patch block records it and ``Overlay/apply(_:)`` carries it out.
///
/// A change says everything that its effects need (a deleted relationship its ends, an index entry
/// its key), so that applying it never reads the base.
package enum Change: Sendable {
  package enum NameKind: UInt8, Sendable { case label = 0, type = 1, key = 2 }

  /// The name gets the next number of its kind.
  case addName(NameKind, String)
  /// The set, ascending, gets the next number.
  case addLabelSet([LabelID])
  case createNode(UInt32, labelSet: UInt32)
  case setLabelSet(UInt32, from: UInt32, to: UInt32)
  /// The node has no relationships, properties and index entries left.
  case deleteNode(UInt32, labelSet: UInt32)
  case createRelationship(UInt32, RelationshipRecord)
  /// The relationship has no properties and index entries left.
  case deleteRelationship(UInt32, RelationshipRecord)
  /// Null removes.
  case setProperty(EntityKind, UInt32, KeyID, Value)
  case addIndexEntry(index: UInt32, key: [UInt8], element: UInt32)
  case removeIndexEntry(index: UInt32, key: [UInt8], element: UInt32)
  /// `blocks` segment values hold the entries of what existed before, `distinctKeys` of them different.
  case createIndex(IndexDescriptor, blocks: UInt32, distinctKeys: UInt32)
  case dropIndex(name: String)
  case createConstraint(ConstraintDescriptor)
  case dropConstraint(name: String)
  case putBlob(name: String, id: UInt32, sizeBytes: UInt64, chunks: UInt32)
  case deleteBlob(name: String)
  case createSearchIndex(SearchIndexDescriptor)
  case dropSearchIndex(name: String)
  /// The index' blob holds a base that shows a commit.
  case coverSearchIndex(id: UInt32, sequence: UInt64)
}
