package import SinterModel
import Synchronization

extension GraphView {
  /// Whether every node that relationships of `type` lead to in `direction` has `label`, so that a hop need not look.
  ///
  /// Found once for a generation by going over the nodes; false where patches touch the relationships or the labels.
  /// - Complexity: O(nodes) the first time.
  package func allEnds(of type: TypeID, _ direction: Direction, have label: LabelID) throws(SinterError) -> Bool {
    let back: Direction = direction == .outgoing ? .incoming : .outgoing
    guard isClean(.labelSets, 0), isClean(.adjacency(back), type.rawValue) else { return false }
    let question = SegmentDirectory.EndLabel(type: type.rawValue, direction: back, label: label.rawValue)
    if let known = directory.endLabels.withLock({ $0[question] }) { return known }
    let ends = adjacency(type, back)
    let wanted = membership(of: label)
    var answer = true
    for node in 0..<nodeIDLimit where try ends.degree(of: node) > 0 {
      if wanted.contains(try labelSetTable?.uint32(node) ?? UInt32Segment.absent) { continue }
      answer = false
      break
    }
    directory.endLabels.withLock { $0[question] = answer }
    return answer
  }
}

extension GraphView {
  /// Labels whose nodes all have a value of `key`, and no two the same: there is a unique index with an entry for each node.
  ///
  /// Only known while no patch touches the index or the labels.
  package func labelsIdentified(by key: String) -> [LabelID] {
    overlay.catalog.indexEntries.compactMap { entry in
      let index = entry.descriptor
      guard index.entity == .node, index.isUnique, index.keys == [key], let label = labelID(index.label), isClean(.index, index.id),
        isClean(.labelSets, 0), entry.distinctKeys == nodeCount(label: label)
      else { return nil }
      return label
    }
  }
}
