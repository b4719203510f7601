package import SinterModel

extension GraphView {
  /// The node's label set; nil for a node that does not exist.
  package func labelSetID(of node: UInt32) throws(SinterError) -> UInt32? {
    if overlay.changeCount > 0, let changed = overlay.labelSet(of: node) {
      return changed == Overlay.noLabelSet ? nil : changed
    }
    guard let set = try labelSetTable?.uint32(node), set != UInt32Segment.absent else { return nil }
    return set
  }

  package func exists(_ node: NodeID) throws(SinterError) -> Bool { try labelSetID(of: node.rawValue) != nil }

  /// Labels in ascending order of id; empty for a node that does not exist.
  package func labels(of node: NodeID) throws(SinterError) -> [LabelID] {
    guard let set = try labelSetID(of: node.rawValue), Int(set) < overlay.catalog.labelSets.count else { return [] }
    return overlay.catalog.labelSets[Int(set)]
  }

  package func has(_ label: LabelID, _ node: NodeID) throws(SinterError) -> Bool {
    guard let set = try labelSetID(of: node.rawValue) else { return false }
    return membership(of: label).contains(set)
  }

  /// Appends the live nodes with ids in `range` that have all of `labels` to `nodes`, ascending.
  package func scanNodes(_ range: Range<UInt32>, labels: [LabelID], into nodes: inout [UInt32]) throws(SinterError) {
    let range = range.clamped(to: 0..<nodeIDLimit)
    guard !range.isEmpty else { return }
    let wanted = members(labels)
    var start = range.lowerBound
    while start < range.upperBound {
      let segment = start >> segmentShift
      let end = UInt32(min(UInt64(range.upperBound), UInt64(segment + 1) << UInt64(segmentShift)))
      if overlay.changeCount > 0, overlay.touches(.labelSets, column: 0, segment: Int(segment)) {
        for node in start..<end {
          if let set = try labelSetID(of: node), wanted.contains(set) { nodes.append(node) }
        }
      } else if let table = labelSetTable, segment < table.segmentLimit {
        GraphView.scan(try table.uint32Segment(segment).pointee, start..<end, wanted, into: &nodes)
      }
      start = end
    }
  }

  /// All of the rows where the whole segment has one label set, else each by its own.
  static func scan(
    _ segment: UInt32Segment, _ range: Range<UInt32>, _ wanted: LabelMembership, into nodes: inout [UInt32]
  ) {
    let base = range.lowerBound & ~(UInt32(segmentLength) - 1)
    let end = min(UInt64(range.upperBound), UInt64(base) + UInt64(segment.count))
    guard UInt64(range.lowerBound) < end else { return }
    let live = range.lowerBound..<UInt32(end)
    guard let values = segment.values else {
      if wanted.contains(segment.constant) { nodes.append(contentsOf: live) }
      return
    }
    nodes.reserveCapacity(nodes.count + live.count)
    for node in live where wanted.contains(values[Int(node - base)]) { nodes.append(node) }
  }

  /// Keeps those positions of `selection` whose node in `nodes` has the label.
  package func filter(_ nodes: [UInt32], selection: inout [Int32], label: LabelID) throws(SinterError) {
    let wanted = membership(of: label)
    let isClean = overlay.changeCount == 0 || !overlay.touches(.labelSets, column: 0)
    var kept = 0
    for position in selection.indices {
      let node = nodes[Int(selection[position])]
      let set: UInt32
      if isClean {
        set = try labelSetTable?.uint32(node) ?? UInt32Segment.absent
      } else {
        set = try labelSetID(of: node) ?? UInt32Segment.absent
      }
      if wanted.contains(set) {
        selection[kept] = selection[position]
        kept += 1
      }
    }
    selection.removeSubrange(kept...)
  }

  /// The label sets that have all of `labels`.
  private func members(_ labels: [LabelID]) -> LabelMembership {
    var result = LabelMembership(flags: Array(repeating: true, count: overlay.catalog.labelSets.count))
    for label in labels {
      let one = membership(of: label)
      for set in result.flags.indices where !one.flags[set] { result.flags[set] = false }
    }
    return result
  }
}
