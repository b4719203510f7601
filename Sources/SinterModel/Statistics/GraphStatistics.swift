/// What the planner knows about a graph: plain numbers, read from a snapshot once per plan.
package struct GraphStatistics: Sendable {
  package var nodeCount = 0
  package var relationshipCount = 0
  /// Live nodes with a label.
  package var nodesByLabel: [String: Int] = [:]
  /// Live relationships of a type.
  package var relationshipsByType: [String: Int] = [:]
  /// Nodes with at least one relationship of a type, going out and coming in.
  package var startNodesByType: [String: Int] = [:]
  package var endNodesByType: [String: Int] = [:]
  package var indexes: [Index] = []
  /// By type, the one label of all nodes that have it going out, or coming in, where there is one.
  package var startLabelsByType: [String: String] = [:]
  package var endLabelsByType: [String: String] = [:]
  /// What a look at a sample of the graph told.
  package var sample = SampledStatistics()

  /// An index a plan may use.
  package struct Index: Sendable, Hashable {
    package var name: String
    package var entity: EntityKind
    package var label: String
    package var keys: [String]
    package var isUnique: Bool
    /// Distinct keys in the index, an estimate.
    package var distinctKeys: Int
    package init(name: String, entity: EntityKind, label: String, keys: [String], isUnique: Bool, distinctKeys: Int) {
      self.name = name
      self.entity = entity
      self.label = label
      self.keys = keys
      self.isUnique = isUnique
      self.distinctKeys = distinctKeys
    }
  }

  package init() {}
}
