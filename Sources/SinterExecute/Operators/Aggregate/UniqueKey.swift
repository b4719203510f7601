import SinterModel
import SinterPlan
import SinterStorage

/// A grouping key that tells nodes apart: a property with a unique index, on nodes that all have the label and a value.
struct UniqueKey {
  let key: String
  private let position: Int
  private let labels: [LabelID]

  init?(_ keys: [Assignment], _ layout: Layout, _ context: ExecutionContext) throws {
    guard keys.count == 1, case .property(.variable(let variable), let key, _) = keys[0].value, context.writer == nil else { return nil }
    labels = context.view.labelsIdentified(by: key)
    if labels.isEmpty { return nil }
    self.key = key
    position = try layout.position(variable)
  }

  /// The nodes of a batch, or nil when some may share a value.
  func nodes(in batch: Batch, _ view: GraphView) throws -> [UInt32]? {
    guard case .nodes(let nodes) = batch.columns[position], !nodes.contains(Vector.nullID) else { return nil }
    // Nodes of two labels could have the same value.
    for label in labels {
      var labelled = nodes.indices.map { Int32(truncatingIfNeeded: $0) }
      try view.filter(nodes, selection: &labelled, label: label)
      if labelled.count == nodes.count { return nodes }
    }
    return nil
  }
}
