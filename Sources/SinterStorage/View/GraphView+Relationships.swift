package import SinterModel

extension GraphView {
  /// Type and ends, or nil for a relationship that does not exist.
  package func relationship(_ id: RelationshipID) throws(SinterError) -> RelationshipRecord? {
    if overlay.changeCount > 0 {
      switch overlay.relationship(id.rawValue) {
      case .some(.deleted): return nil
      case .some(.record(let record)): return record
      case nil: break
      }
    }
    guard let typeTable, let startTable, let endTable else { return nil }
    let type = try typeTable.uint32(id.rawValue)
    guard type != UInt32Segment.absent else { return nil }
    return RelationshipRecord(
      type: TypeID(type), start: NodeID(try startTable.uint32(id.rawValue)), end: NodeID(try endTable.uint32(id.rawValue)))
  }

  /// Appends the live relationships with ids in `range` and one of `types` (all when nil), ascending.
  package func scanRelationships(
    _ range: Range<UInt32>, types: [TypeID]?, into relationships: inout [UInt32]
  ) throws(SinterError) {
    let range = range.clamped(to: 0..<relationshipIDLimit)
    guard !range.isEmpty else { return }
    var wanted = LabelMembership(flags: Array(repeating: types == nil, count: overlay.catalog.typeNames.count))
    for type in types ?? [] where Int(type.rawValue) < wanted.flags.count { wanted.flags[Int(type.rawValue)] = true }
    var start = range.lowerBound
    while start < range.upperBound {
      let segment = start >> segmentShift
      let end = UInt32(min(UInt64(range.upperBound), UInt64(segment + 1) << UInt64(segmentShift)))
      if overlay.changeCount > 0, overlay.touches(.relationshipTypes, column: 0, segment: Int(segment)) {
        for id in start..<end {
          if let record = try relationship(RelationshipID(id)), wanted.contains(record.type.rawValue) { relationships.append(id) }
        }
      } else if let table = typeTable, segment < table.segmentLimit {
        GraphView.scan(try table.uint32Segment(segment).pointee, start..<end, wanted, into: &relationships)
      }
      start = end
    }
  }

  /// The relationships of one type seen from their start (`outgoing`) or end (`incoming`) nodes.
  package func adjacency(_ type: TypeID, _ direction: Direction) -> Adjacency { Adjacency(self, type, direction) }
}
