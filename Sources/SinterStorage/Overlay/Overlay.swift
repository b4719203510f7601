package import SinterModel

/// What commits since the last fold changed, laid over the segments of one generation.
///
/// A persistent value: a copy is O(1), is a snapshot and a savepoint, and shares all it can with
/// the original. ``apply(_:)`` is the only way to change one; the writer, readers that catch up
/// and other processes all go through it and reach the same overlay.
package struct Overlay: Sendable {
  /// Names, counts, schema and blobs as of ``sequence``.
  package internal(set) var catalog: Catalog
  /// The number of the last commit applied; commits are numbered from 1 and never reuse a number.
  package internal(set) var sequence: UInt64
  /// Changes applied since the fold.
  package internal(set) var changeCount = 0

  var labelSets = IDTable<UInt32>()
  var relationships = IDTable<OverlayRelationship>()
  /// By key id.
  var nodeProperties: [IDTable<Value>] = []
  var relationshipProperties: [IDTable<Value>] = []
  /// By type id.
  var outgoing: [AdjacencyTable] = []
  var incoming: [AdjacencyTable] = []
  var indexDeltas: [UInt32: IndexDelta] = [:]

  /// The overlay right after a fold, or of a new store.
  package init(catalog: Catalog, sequence: UInt64) {
    self.catalog = catalog
    self.sequence = sequence
  }

  /// A label set that stands for "no such node".
  package static let noLabelSet = UInt32.max
}

/// A relationship that the base does not have as it is.
package enum OverlayRelationship: Sendable {
  case deleted
  case record(RelationshipRecord)
}

// MARK: Queries

extension Overlay {
  package var isEmpty: Bool { changeCount == 0 }

  /// Whether the column has changes at all.
  package func touches(_ kind: SegmentKind, column: UInt32) -> Bool {
    switch kind {
    case .labelSets: !labelSets.isEmpty
    case .relationshipTypes, .starts, .ends: !relationships.isEmpty
    case .nodeProperty: nodeProperties.touched(column)
    case .relationshipProperty: relationshipProperties.touched(column)
    case .outgoing: outgoing.touched(column)
    case .incoming: incoming.touched(column)
    case .index: indexDeltas[column].map { $0.count > 0 } ?? false
    case .blob: false
    }
  }

  /// Whether the segment of the column may have changes: if not, read it straight from the map.
  /// - Complexity: O(1)
  package func touches(_ kind: SegmentKind, column: UInt32, segment: Int) -> Bool {
    switch kind {
    case .labelSets: labelSets.touches(segment: segment)
    case .relationshipTypes, .starts, .ends: relationships.touches(segment: segment)
    case .nodeProperty: nodeProperties.touched(column, segment: segment)
    case .relationshipProperty: relationshipProperties.touched(column, segment: segment)
    case .outgoing: outgoing.touched(column, segment: segment)
    case .incoming: incoming.touched(column, segment: segment)
    case .index: touches(.index, column: column)
    case .blob: false
    }
  }

  /// The node's label set: nil as in the base, ``noLabelSet`` deleted.
  package func labelSet(of node: UInt32) -> UInt32? { labelSets[node] }

  /// The relationship's state: nil as in the base.
  package func relationship(_ id: UInt32) -> OverlayRelationship? { relationships[id] }

  /// The property: nil as in the base, `.null` removed.
  package func propertyValue(_ entity: EntityKind, key: KeyID, id: UInt32) -> Value? {
    let column = Int(key.rawValue)
    switch entity {
    case .node: return column < nodeProperties.count ? nodeProperties[column][id] : nil
    case .relationship: return column < relationshipProperties.count ? relationshipProperties[column][id] : nil
    }
  }

  /// What changed in the node's neighbours: nil nothing.
  package func adjacency(type: TypeID, _ direction: Direction, node: UInt32) -> AdjacencyDelta? {
    let column = Int(type.rawValue)
    switch direction {
    case .outgoing: return column < outgoing.count ? outgoing[column][node] : nil
    case .incoming: return column < incoming.count ? incoming[column][node] : nil
    }
  }

  /// What changed in the index: nil nothing.
  package func indexDelta(_ index: UInt32) -> IndexDelta? { indexDeltas[index] }
}

extension [IDTable<Value>] {
  func touched(_ column: UInt32) -> Bool { column < count && !self[Int(column)].isEmpty }
  func touched(_ column: UInt32, segment: Int) -> Bool { column < count && self[Int(column)].touches(segment: segment) }
}

extension [AdjacencyTable] {
  func touched(_ column: UInt32) -> Bool { column < count && !self[Int(column)].isEmpty }
  func touched(_ column: UInt32, segment: Int) -> Bool { column < count && self[Int(column)].touches(segment: segment) }
}
