import SinterModel

/// What the schema asks of writes, with names resolved to numbers once.
struct WriterSchema {
  struct Index {
    var descriptor: IndexDescriptor
    /// Label or type id.
    var label: UInt32
    var keys: [KeyID]
  }

  struct Constraint {
    var descriptor: ConstraintDescriptor
    var label: UInt32
    var keys: [KeyID]
    /// Of a unique or key constraint.
    var index: Index?
  }

  private(set) var nodeIndexes: [Index] = []
  private(set) var relationshipIndexes: [Index] = []
  /// By key id, the indexes that have the key.
  private var nodeIndexesByKey: [UInt32: [Index]] = [:]
  private var relationshipIndexesByKey: [UInt32: [Index]] = [:]
  private(set) var constraints: [Constraint] = []
  private(set) var constrainsNodes = false
  private(set) var constrainsRelationships = false

  /// Whether a change of such an element may break a constraint.
  func constrains(_ entity: EntityKind) -> Bool { entity == .node ? constrainsNodes : constrainsRelationships }

  /// Names that the catalog does not have yet belong to nothing that was written: their entries wait
  /// until the name is added.
  init(catalog: Catalog) {
    for descriptor in catalog.indexes {
      guard let index = WriterSchema.resolve(descriptor, catalog) else { continue }
      switch descriptor.entity {
      case .node:
        nodeIndexes.append(index)
        for key in index.keys { nodeIndexesByKey[key.rawValue, default: []].append(index) }
      case .relationship:
        relationshipIndexes.append(index)
        for key in index.keys { relationshipIndexesByKey[key.rawValue, default: []].append(index) }
      }
    }
    for descriptor in catalog.constraints {
      guard let (label, keys) = WriterSchema.resolve(descriptor.entity, descriptor.label, descriptor.keys, catalog) else {
        continue
      }
      let index = (descriptor.entity == .node ? nodeIndexes : relationshipIndexes)
        .first { $0.descriptor.constraint == descriptor.name }
      constraints.append(Constraint(descriptor: descriptor, label: label, keys: keys, index: index))
      if descriptor.entity == .node { constrainsNodes = true } else { constrainsRelationships = true }
    }
  }

  /// The indexes that a change of the key concerns.
  func indexes(of entity: EntityKind, key: KeyID) -> [Index] {
    let indexes = entity == .node ? nodeIndexesByKey : relationshipIndexesByKey
    return indexes.isEmpty ? [] : indexes[key.rawValue] ?? []
  }

  static func resolve(_ descriptor: IndexDescriptor, _ catalog: Catalog) -> Index? {
    resolve(descriptor.entity, descriptor.label, descriptor.keys, catalog)
      .map { Index(descriptor: descriptor, label: $0, keys: $1) }
  }

  private static func resolve(
    _ entity: EntityKind, _ label: String, _ keys: [String], _ catalog: Catalog
  ) -> (UInt32, [KeyID])? {
    let labelID = entity == .node ? catalog.labelID(label)?.rawValue : catalog.typeID(label)?.rawValue
    let keyIDs = keys.compactMap { catalog.keyID($0) }
    guard let labelID, keyIDs.count == keys.count else { return nil }
    return (labelID, keyIDs)
  }
}
