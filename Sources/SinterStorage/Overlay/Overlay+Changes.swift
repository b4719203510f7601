package import SinterModel

/// Which nodes two states of a store may differ in, so that what was derived from one is brought up to the other.
extension Overlay {
  /// The number of the last commit whose changes lie in the segments; this overlay holds all later ones.
  package var foldedSequence: UInt64 { catalog.foldedSequence }

  /// Nodes whose neighbours of a type and direction may differ from those of an earlier state, each once, in no order.
  ///
  /// Parts that both overlays share are passed over, so what is read between two commits of one generation is short.
  /// - Parameter earlier: a state of the same store at or after ``foldedSequence``.
  /// - Complexity: O(changed parts of both overlays); sharing is told by address
  package func changedNodes(_ type: TypeID, _ direction: Direction, since earlier: Overlay) -> Set<UInt32> {
    adjacencyTable(type, direction).nodes(differingFrom: earlier.adjacencyTable(type, direction))
  }

  /// Nodes whose labels were set, or that were made or deleted, since the fold, in no order.
  package var relabelledNodes: [UInt32] { tables.labelSets.all.map(\.id) }

  /// Whether any node's labels were set, or any was made or deleted, since the fold.
  package var hasRelabelledNodes: Bool { !tables.labelSets.isEmpty }

  /// Relationships of which a property was set since the fold, in no order.
  package func relationships(withChangesOf key: KeyID) -> [UInt32] {
    let columns = tables.relationshipProperties
    return columns.touched(key.rawValue) ? columns[Int(key.rawValue)].all.map(\.id) : []
  }
}
