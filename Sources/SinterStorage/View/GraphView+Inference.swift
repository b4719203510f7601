package import SinterModel
import Synchronization

extension GraphView {
  /// Whether every node that relationships of `type` lead to in `direction` has `label`, so that a hop need not look.
  ///
  /// Found once for a generation by going over the nodes, and once for each commit after that by going over the changes;
  /// false for a writer.
  /// - Complexity: O(nodes) the first time, O(changes) after a commit.
  package func allEnds(of type: TypeID, _ direction: Direction, have label: LabelID) throws(SinterError) -> Bool {
    guard pending == nil else { return false }
    let back: Direction = direction == .outgoing ? .incoming : .outgoing
    let isClean = isClean(.labelSets, 0) && isClean(.adjacency(back), type.rawValue)
    var question = SegmentDirectory.EndLabel(type: type.rawValue, direction: back, label: label.rawValue)
    if try !remembered(question, { () throws(SinterError) in try baseEndsHave(label, type, back) }) { return false }
    if isClean { return true }
    question.sequence = overlay.sequence
    return try remembered(question) { () throws(SinterError) in try changedEndsHave(label, type, back) }
  }

  private func remembered(
    _ question: SegmentDirectory.EndLabel, _ find: () throws(SinterError) -> Bool
  ) throws(SinterError) -> Bool {
    if let known = directory.endLabels.withLock({ $0[question] }) { return known }
    let answer = try find()
    directory.endLabels.withLock { known in
      // Of commits, only the last ones are asked about.
      if known.count > 1_000 { known = known.filter { $0.key.sequence == nil } }
      known[question] = answer
    }
    return answer
  }

  /// Whether all nodes that have relationships in the segments have the label there.
  private func baseEndsHave(_ label: LabelID, _ type: TypeID, _ back: Direction) throws(SinterError) -> Bool {
    guard let table = try table(ColumnKey(.adjacency(back), type.rawValue)) else { return true }
    let wanted = membership(of: label)
    for segment in 0..<table.segmentLimit {
      let offsets = try table.adjacencySegment(segment).pointee.offsets
      for row in 0..<segmentLength where offsets[row + 1] > offsets[row] {
        let node = segment << segmentShift + UInt32(row)
        guard wanted.contains(try labelSetTable?.uint32(node) ?? UInt32Segment.absent) else { return false }
      }
    }
    return true
  }

  /// Whether changes leave it so: new relationships lead to nodes that have the label, and nodes without it have none.
  private func changedEndsHave(_ label: LabelID, _ type: TypeID, _ back: Direction) throws(SinterError) -> Bool {
    let wanted = membership(of: label)
    let ends = adjacency(type, back)
    for (node, set) in overlay.tables.labelSets.all where !wanted.contains(set) {
      guard try ends.degree(of: node) == 0 else { return false }
    }
    let tables = back == .outgoing ? overlay.tables.outgoing : overlay.tables.incoming
    guard Int(type.rawValue) < tables.count else { return true }
    for node in tables[Int(type.rawValue)].nodesWithAdditions {
      guard let set = try labelSetID(of: node), wanted.contains(set) else { return false }
    }
    return true
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
