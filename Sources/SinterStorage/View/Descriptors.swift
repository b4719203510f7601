package import SinterModel

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
