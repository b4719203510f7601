package import SinterExecute

/// What a statement changed, in counts of operations.
public struct QueryStatistics: Sendable, Equatable {
  /// Nodes made.
  public var nodesCreated = 0
  /// Nodes deleted.
  public var nodesDeleted = 0
  /// Relationships made, deposited facts among them.
  public var relationshipsCreated = 0
  /// Relationships deleted, those that went with their nodes among them.
  public var relationshipsDeleted = 0
  /// Properties set or removed.
  public var propertiesSet = 0
  /// Labels given to nodes.
  public var labelsAdded = 0
  /// Labels taken from nodes.
  public var labelsRemoved = 0
  /// Indexes made.
  public var indexesAdded = 0
  /// Indexes dropped.
  public var indexesRemoved = 0
  /// Constraints made.
  public var constraintsAdded = 0
  /// Constraints dropped.
  public var constraintsRemoved = 0
  /// Transactions that `CALL { … } IN TRANSACTIONS` committed.
  public var transactionsCommitted = 0

  /// Nothing changed.
  public init() {}

  package init(_ counts: UpdateStatistics) {
    nodesCreated = counts.nodesCreated
    nodesDeleted = counts.nodesDeleted
    relationshipsCreated = counts.relationshipsCreated
    relationshipsDeleted = counts.relationshipsDeleted
    propertiesSet = counts.propertiesSet
    labelsAdded = counts.labelsAdded
    labelsRemoved = counts.labelsRemoved
    indexesAdded = counts.indexesAdded
    indexesRemoved = counts.indexesRemoved
    constraintsAdded = counts.constraintsAdded
    constraintsRemoved = counts.constraintsRemoved
    transactionsCommitted = counts.transactionsCommitted
  }

  /// The counts that are not zero, with their names in snake case.
  package var named: [(name: String, count: Int)] {
    [
      ("nodes_created", nodesCreated), ("nodes_deleted", nodesDeleted),
      ("relationships_created", relationshipsCreated), ("relationships_deleted", relationshipsDeleted),
      ("properties_set", propertiesSet), ("labels_added", labelsAdded), ("labels_removed", labelsRemoved),
      ("indexes_added", indexesAdded), ("indexes_removed", indexesRemoved),
      ("constraints_added", constraintsAdded), ("constraints_removed", constraintsRemoved),
      ("transactions_committed", transactionsCommitted),
    ].filter { $0.1 != 0 }
  }
}
