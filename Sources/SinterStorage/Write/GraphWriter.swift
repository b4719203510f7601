package import SinterModel

/// One write transaction: changes are seen at once through ``view`` and become durable together.
package final class GraphWriter {
  package var view: GraphView { fatalError() }

  // MARK: Names: found or added

  package func label(_ name: String) throws(SinterError) -> LabelID { fatalError() }
  package func type(_ name: String) throws(SinterError) -> TypeID { fatalError() }
  package func key(_ name: String) throws(SinterError) -> KeyID { fatalError() }

  // MARK: Nodes

  package func createNode(labels: [LabelID]) throws(SinterError) -> NodeID { fatalError() }
  /// The node must have no relationships left.
  package func deleteNode(_ node: NodeID) throws(SinterError) { fatalError() }
  /// Returns whether the label was new to the node.
  package func addLabel(_ label: LabelID, to node: NodeID) throws(SinterError) -> Bool { fatalError() }
  package func removeLabel(_ label: LabelID, from node: NodeID) throws(SinterError) -> Bool { fatalError() }

  // MARK: Relationships

  package func createRelationship(_ type: TypeID, from start: NodeID, to end: NodeID) throws(SinterError) -> RelationshipID { fatalError() }
  package func deleteRelationship(_ relationship: RelationshipID) throws(SinterError) { fatalError() }

  // MARK: Properties: null removes; values that cannot be stored are `TypeError.InvalidPropertyType`

  package func set(_ key: KeyID, of node: NodeID, to value: Value) throws(SinterError) { fatalError() }
  package func set(_ key: KeyID, of relationship: RelationshipID, to value: Value) throws(SinterError) { fatalError() }

  // MARK: Statements

  /// A point to which ``rollback(to:)`` can return; O(1).
  package struct Savepoint {}
  package func savepoint() -> Savepoint { fatalError() }
  package func rollback(to savepoint: Savepoint) { fatalError() }
  /// Checks every constraint for what changed since the savepoint.
  /// - Throws: `ConstraintValidationFailed.…`
  package func validateConstraints(since savepoint: Savepoint) throws(SinterError) { fatalError() }

  // MARK: Schema: builds from the data seen by `view`

  package func createIndex(_ index: IndexDescriptor) throws(SinterError) { fatalError() }
  package func dropIndex(named name: String) throws(SinterError) { fatalError() }
  /// A unique or key constraint makes its own index.
  package func createConstraint(_ constraint: ConstraintDescriptor) throws(SinterError) { fatalError() }
  package func dropConstraint(named name: String) throws(SinterError) { fatalError() }

  // MARK: Blobs

  package func putBlob(_ name: String, _ bytes: [UInt8]) throws(SinterError) { fatalError() }
  /// Streams a large blob: `fill` is called with a buffer per chunk and returns the bytes it wrote; 0 ends the blob.
  package func putBlob(_ name: String, chunks fill: (UnsafeMutableRawBufferPointer) throws -> Int) throws { fatalError() }
  package func deleteBlob(_ name: String) throws(SinterError) { fatalError() }
}
