package import SinterModel

/// The graph as one snapshot sees it: segments in the memory map with patches laid over them.
///
/// Readers get a view from ``GraphStore/snapshot()``; inside a write transaction
/// ``GraphWriter/view`` shows the transaction's own changes too. A view may be read from several
/// threads at once as long as nobody writes through its writer meanwhile.
package final class GraphView: @unchecked Sendable {
  // MARK: Names

  package func labelID(_ name: String) -> LabelID? { fatalError() }
  package func typeID(_ name: String) -> TypeID? { fatalError() }
  package func keyID(_ name: String) -> KeyID? { fatalError() }
  package func name(of label: LabelID) -> String { fatalError() }
  package func name(of type: TypeID) -> String { fatalError() }
  package func name(of key: KeyID) -> String { fatalError() }
  /// All names ever given out, live or not, in order of their ids.
  package var labelNames: [String] { fatalError() }
  package var typeNames: [String] { fatalError() }
  package var keyNames: [String] { fatalError() }

  // MARK: Size

  /// Every node id in use is below this.
  package var nodeIDLimit: UInt32 { fatalError() }
  package var relationshipIDLimit: UInt32 { fatalError() }
  package var nodeCount: Int { fatalError() }
  package var relationshipCount: Int { fatalError() }
  package func nodeCount(label: LabelID) -> Int { fatalError() }
  package func relationshipCount(type: TypeID) -> Int { fatalError() }
  package var statistics: GraphStatistics { fatalError() }

  // MARK: Nodes

  package func exists(_ node: NodeID) throws(SinterError) -> Bool { fatalError() }
  /// Labels in ascending order of id; empty for a node that does not exist.
  package func labels(of node: NodeID) throws(SinterError) -> [LabelID] { fatalError() }
  package func has(_ label: LabelID, _ node: NodeID) throws(SinterError) -> Bool { fatalError() }
  /// Appends the live nodes with ids in `range` that have all of `labels` to `nodes`, ascending.
  package func scanNodes(_ range: Range<UInt32>, labels: [LabelID], into nodes: inout [UInt32]) throws(SinterError) { fatalError() }
  /// Keeps those positions of `selection` whose node in `nodes` has the label.
  package func filter(_ nodes: [UInt32], selection: inout [Int32], label: LabelID) throws(SinterError) { fatalError() }

  // MARK: Relationships

  /// Type and ends, or nil for a relationship that does not exist.
  package func relationship(_ id: RelationshipID) throws(SinterError) -> RelationshipRecord? { fatalError() }
  /// Appends the live relationships with ids in `range` and one of `types` (all when nil), ascending.
  package func scanRelationships(_ range: Range<UInt32>, types: [TypeID]?, into relationships: inout [UInt32]) throws(SinterError) {
    fatalError()
  }
  /// The relationships of one type seen from their start (`outgoing`) or end (`incoming`) nodes.
  package func adjacency(_ type: TypeID, _ direction: Direction) -> Adjacency { fatalError() }

  // MARK: Properties

  /// The column of a key over all nodes or all relationships.
  package func column(_ key: KeyID, of entity: EntityKind) -> PropertyColumn { fatalError() }
  /// All properties of an element in order of key id.
  package func properties(of node: NodeID) throws(SinterError) -> [(KeyID, Value)] { fatalError() }
  package func properties(of relationship: RelationshipID) throws(SinterError) -> [(KeyID, Value)] { fatalError() }

  // MARK: Indexes and constraints

  package var indexes: [IndexDescriptor] { fatalError() }
  package var constraints: [ConstraintDescriptor] { fatalError() }
  /// Elements whose key equals `value` in the language's sense, ascending by id.
  package func lookup(_ index: IndexDescriptor, equal value: Value) throws(SinterError) -> [UInt32] { fatalError() }
  /// Elements whose key lies between the bounds (nil: open) and is of the bounds' type, in key order.
  package func lookup(_ index: IndexDescriptor, from lower: IndexBound?, to upper: IndexBound?) throws(SinterError) -> [UInt32] {
    fatalError()
  }

  // MARK: Blobs

  /// Named byte blocks beside the graph (models, rules, strategies), written by ``GraphWriter/putBlob(_:_:)``.
  package var blobNames: [String] { fatalError() }
  package func blobSize(_ name: String) -> Int? { fatalError() }
  /// Calls `body` with each chunk in order; chunks stay valid while the view lives.
  /// Every chunk but the last has ``blobChunkSizeBytes`` bytes and is 16-byte aligned.
  package func blobChunks(_ name: String) throws(SinterError) -> [UnsafeRawBufferPointer] { fatalError() }
  package func blob(_ name: String) throws(SinterError) -> [UInt8]? { fatalError() }
  package static let blobChunkSizeBytes = 240 << 10
}

package struct RelationshipRecord: Hashable, Sendable {
  package var type: TypeID
  package var start: NodeID
  package var end: NodeID
  package init(type: TypeID, start: NodeID, end: NodeID) {
    self.type = type
    self.start = start
    self.end = end
  }
}

package struct IndexBound: Sendable {
  package var value: Value
  package var inclusive: Bool
  package init(_ value: Value, inclusive: Bool) {
    self.value = value
    self.inclusive = inclusive
  }
}

package struct IndexDescriptor: Hashable, Sendable {
  package var id: UInt32
  package var name: String
  package var entity: EntityKind
  /// A label for nodes, a type for relationships.
  package var label: String
  package var keys: [String]
  package var isUnique: Bool
  /// The constraint that owns the index, if one does.
  package var constraint: String?
  package init(id: UInt32, name: String, entity: EntityKind, label: String, keys: [String], isUnique: Bool, constraint: String?) {
    self.id = id
    self.name = name
    self.entity = entity
    self.label = label
    self.keys = keys
    self.isUnique = isUnique
    self.constraint = constraint
  }
}

package struct ConstraintDescriptor: Hashable, Sendable {
  package enum Kind: UInt8, Sendable { case unique, exists, key, type }
  package var name: String
  package var kind: Kind
  package var entity: EntityKind
  package var label: String
  package var keys: [String]
  /// For `.type`: the type's name as written.
  package var typeName: String?
  package init(name: String, kind: Kind, entity: EntityKind, label: String, keys: [String], typeName: String? = nil) {
    self.name = name
    self.kind = kind
    self.entity = entity
    self.label = label
    self.keys = keys
    self.typeName = typeName
  }
}
