import SinterModel
import SinterStorage

// Nodes that a statement deletes while they have relationships go as soon as these do, which a later DELETE of the same
// statement may see to. The statement fails when one is left at its end.
extension ExecutionContext {
  /// Deletes those of the nodes that have no relationships; the others wait.
  func delete(_ nodes: [NodeID]) throws {
    for (i, node) in nodes.enumerated() where try view.exists(node) {
      if i & 255 == 255 { try checkInterrupts() }
      guard let writer, try view.relationships(of: node).isEmpty else {
        pendingDeletes.insert(node)
        continue
      }
      try writer.deleteNode(node)
      pendingDeletes.remove(node)
      statistics.nodesDeleted += 1
    }
  }

  /// The end of the statement, at which no deleted node may have relationships left.
  func finishDeletes() throws {
    guard let node = pendingDeletes.min(by: { $0.rawValue < $1.rawValue }) else { return }
    throw SinterError(
      "ConstraintVerificationFailed.DeleteConnectedNode",
      "Node \(node.rawValue) still has relationships; delete them first or use DETACH DELETE.")
  }
}

extension GraphView {
  /// All relationships at a node.
  func relationships(of node: NodeID) throws -> [RelationshipID] {
    var found: [RelationshipID] = []
    var scratch = Adjacency.Scratch()
    for type in typeNames.indices {
      for direction in [Direction.outgoing, .incoming] {
        try adjacency(TypeID(UInt32(type)), direction).forEachRun(of: node.rawValue, scratch: &scratch) { run in
          for i in 0..<run.count { found.append(RelationshipID(run.relationships[i])) }
        }
      }
    }
    return found
  }
}
