package import SinterModel
package import SinterStorage

/// The elements that an index covers, as one view shows them.
package struct IndexedElements {
  package let index: SearchIndexDescriptor
  package let view: GraphView
  /// The columns of the index' properties, in its order; nil for names that no element uses.
  package let columns: [PropertyColumn?]
  private let labels: [UInt32]

  package init(_ index: SearchIndexDescriptor, in view: GraphView) {
    self.index = index
    self.view = view
    columns = index.keys.map { key in view.keyID(key).map { view.column($0, of: index.entity) } }
    labels = index.labels.compactMap { name in
      index.entity == .node ? view.labelID(name)?.rawValue : view.typeID(name)?.rawValue
    }
  }

  /// Whether a live element has one of the index' labels or types.
  package func covers(_ id: UInt32) throws(SinterError) -> Bool {
    switch index.entity {
    case .node:
      guard id < view.nodeIDLimit, let set = try view.labelSetID(of: id) else { return false }
      return view.overlay.catalog.labelSets[Int(set)].contains { labels.contains($0.rawValue) }
    case .relationship:
      guard id < view.relationshipIDLimit, let record = try view.relationship(RelationshipID(id)) else { return false }
      return labels.contains(record.type.rawValue)
    }
  }

  /// All elements covered, ascending, a segment's at a time.
  package func forEachBatch(_ body: ([UInt32]) throws(SinterError) -> Void) throws(SinterError) {
    let limit = index.entity == .node ? view.nodeIDLimit : view.relationshipIDLimit
    var first: UInt32 = 0
    while first < limit {
      let end = limit - first > UInt32(segmentLength) ? first + UInt32(segmentLength) : limit
      var ids: [UInt32] = []
      switch index.entity {
      case .node:
        for label in labels { try view.scanNodes(first..<end, labels: [LabelID(label)], into: &ids) }
        if labels.count > 1 { ids = Array(Set(ids)).sorted() }
      case .relationship:
        try view.scanRelationships(first..<end, types: labels.map { TypeID($0) }, into: &ids)
      }
      if !ids.isEmpty { try body(ids) }
      first = end
    }
  }

  /// Those of some elements that are covered.
  package func covered(_ ids: [UInt32]) throws(SinterError) -> [UInt32] {
    var kept: [UInt32] = []
    for id in ids where try covers(id) { kept.append(id) }
    return kept
  }
}
