import SinterModel
import SinterStorage

/// What a store that is loaded into has already, and what the load changes of it.
struct ExistingGraph: Sendable {
  let view: GraphView
  /// New values of existing nodes: by key, ascending by id.
  private var changes: [KeyID: [Change]] = [:]
  /// New label sets of existing nodes, as the store numbers them.
  private var labelSetChanges: [UInt32: UInt32] = [:]

  private struct Change: Sendable {
    var id: UInt32
    var value: Value
    /// Whether a value that is there gives way.
    var overwrites: Bool
  }

  struct Neighbor {
    var node: UInt32
    var neighbor: UInt32
    var relationship: UInt32
  }

  private var nodeLimit: Int { Int(view.nodeIDLimit) }
  private var relationshipLimit: Int { Int(view.relationshipIDLimit) }

  init(_ view: GraphView, _ layout: GraphLayout) throws(SinterError) {
    self.view = view
    for (index, space) in layout.spaces.enumerated() {
      let ids = layout.existingIDs[index]
      for property in space.properties {
        guard let key = layout.catalog.keyID(property.name) else { continue }
        for number in 0..<min(ids.count, property.column.count) where property.column.isPresent(number) {
          changes[key, default: []].append(
            Change(id: ids[number], value: property.column.value(number), overwrites: property.overwrites))
        }
      }
      for (number, id) in ids.enumerated() {
        let set = layout.labelSetIDs[Int(space.labelSets[number])]
        if try view.labelSetID(of: id) != set { labelSetChanges[id] = set }
      }
    }
    for key in changes.keys { changes[key]?.sort { $0.id < $1.id } }
  }

  // MARK: Segments that change

  var changedLabelSegments: Set<Int> { Set(labelSetChanges.keys.map { Int($0 >> segmentShift) }) }

  func changedSegments(_ key: KeyID) -> Set<Int> { Set((changes[key] ?? []).map { Int($0.id >> segmentShift) }) }

  var changedKeys: [KeyID] { Array(changes.keys) }

  /// How label counts change: set before and after of each node concerned.
  func forEachLabelChange(_ body: (_ before: UInt32, _ after: UInt32) -> Void) throws(SinterError) {
    for (id, set) in labelSetChanges {
      if let before = try view.labelSetID(of: id) { body(before, set) }
    }
  }

  // MARK: Rows of a segment

  func fillLabelSets(from first: Int, into sets: inout [UInt32], _ layout: GraphLayout) throws(SinterError) {
    for id in first..<max(first, min(first + sets.count, nodeLimit)) {
      let known = try view.labelSetID(of: UInt32(id))
      sets[id - first] = labelSetChanges[UInt32(id)] ?? known ?? .max
    }
  }

  func fillRecords(_ kind: SegmentKind, from first: Int, into values: inout [UInt32]) throws(SinterError) {
    for id in first..<max(first, min(first + values.count, relationshipLimit)) {
      guard let record = try view.relationship(RelationshipID(UInt32(id))) else { continue }
      switch kind {
      case .relationshipTypes: values[id - first] = record.type.rawValue
      case .starts: values[id - first] = record.start.rawValue
      default: values[id - first] = record.end.rawValue
      }
    }
  }

  /// The values of a segment's rows, null for new ones; nil when the segment has no row yet.
  func propertyValues(_ entity: EntityKind, _ key: KeyID, from first: Int, count: Int, _ layout: GraphLayout) throws(SinterError) -> [Value]? {
    let limit = entity == .node ? nodeLimit : relationshipLimit
    guard first < limit else { return nil }
    let end = min(first + count, limit)
    var values = [Value](repeating: .null, count: end - first)
    if Int(key.rawValue) < view.keyNames.count {
      values = try view.column(key, of: entity).gather((first..<end).map { UInt32($0) }).asValues
    }
    if entity == .node {
      for change in changes[key] ?? [] where Int(change.id) >= first && Int(change.id) < end {
        let row = Int(change.id) - first
        if change.overwrites || values[row].isNull { values[row] = change.value }
      }
    }
    values += [Value](repeating: .null, count: first + count - end)
    return values
  }

  /// The relationships of the nodes in a range that the store has, ascending by node.
  func adjacency(_ type: TypeID, _ direction: Direction, from low: UInt32, to high: UInt32) throws(SinterError) -> [Neighbor] {
    guard Int(type.rawValue) < view.typeNames.count, low < view.nodeIDLimit else { return [] }
    let adjacency = view.adjacency(type, direction)
    var scratch = Adjacency.Scratch()
    var neighbors: [Neighbor] = []
    for node in low..<min(high, view.nodeIDLimit) {
      do {
        try adjacency.forEachRun(of: node, scratch: &scratch) { run in
          for i in 0..<run.count {
            neighbors.append(Neighbor(node: node, neighbor: run.neighbors[i], relationship: run.relationships[i]))
          }
        }
      } catch let error as SinterError {
        throw error
      } catch {
        preconditionFailure("the body throws nothing")
      }
    }
    return neighbors
  }

  // MARK: Indexes

  /// Whether what the load changes of existing nodes may concern an index.
  func concerns(_ index: IndexDescriptor, _ layout: GraphLayout) -> Bool {
    guard index.entity == .node else { return false }
    return !labelSetChanges.isEmpty || index.keys.contains { name in layout.catalog.keyID(name).map { changes[$0] != nil } ?? false }
  }

  /// Calls `body` with the key and id of each existing element that belongs in an index.
  func forEachEntry(of index: IndexDescriptor, _ layout: GraphLayout, _ body: ([UInt8], UInt32) -> Void) throws(SinterError) {
    let keys = index.keys.compactMap { layout.catalog.keyID($0) }
    guard keys.count == index.keys.count else { return }
    let limit = index.entity == .node ? nodeLimit : relationshipLimit
    var first = 0
    while first < limit {
      let count = min(segmentLength, limit - first)
      var columns: [[Value]] = []
      for key in keys {
        columns.append(try propertyValues(index.entity, key, from: first, count: count, layout) ?? Array(repeating: .null, count: count))
      }
      let members = try members(of: index, first: first, count: count, layout)
      for row in 0..<count where members[row] {
        if let key = IndexKey.encode(columns.map { $0[row] }) { body(key, UInt32(first + row)) }
      }
      first += count
    }
  }

  private func members(of index: IndexDescriptor, first: Int, count: Int, _ layout: GraphLayout) throws(SinterError) -> [Bool] {
    if index.entity == .node {
      let label = layout.catalog.labelID(index.label)
      let isMember = layout.catalog.labelSets.map { set in label.map { set.contains($0) } ?? false }
      var sets = [UInt32](repeating: .max, count: count)
      try fillLabelSets(from: first, into: &sets, layout)
      return sets.map { $0 != .max && isMember[Int($0)] }
    }
    let type = layout.catalog.typeID(index.label)?.rawValue ?? .max - 1
    var types = [UInt32](repeating: .max, count: count)
    try fillRecords(.relationshipTypes, from: first, into: &types)
    return types.map { $0 == type }
  }
}
