import SinterModel
import SinterStorage

/// What a store that is loaded into has already, and what the load changes of it.
struct ExistingGraph: Sendable {
  let view: GraphView
  private let sources: [KeyID: [Source]]
  /// Segments of which existing nodes get values, by key.
  private var changed: [KeyID: Set<Int>] = [:]
  /// New label sets of existing nodes, as the store numbers them.
  private var labelSetChanges: [UInt32: UInt32] = [:]

  /// A loaded property, some of whose values are for existing nodes.
  private struct Source: Sendable {
    var column: NodeColumn
    /// Whether a value that is there gives way.
    var overwrites: Bool
    /// Ids of the existing nodes, ascending, and the number of each; nil when they are numbered in that order.
    var ids: [UInt32]
    var numbers: [UInt32]?
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
    var sources: [KeyID: [Source]] = [:]
    for (index, space) in layout.spaces.enumerated() {
      var ids = layout.existingIDs[index]
      var numbers: [UInt32]?
      for (number, id) in ids.enumerated() {
        let set = layout.labelSetIDs[Int(space.labelSets[number])]
        if try view.labelSetID(of: id) != set { labelSetChanges[id] = set }
      }
      if ids.indices.dropFirst().contains(where: { ids[$0 - 1] > ids[$0] }) {
        let order = ids.indices.map { UInt64(ids[$0]) << 32 | UInt64($0) }.sorted()
        ids = order.map { UInt32($0 >> 32) }
        numbers = order.map { UInt32(truncatingIfNeeded: $0) }
      }
      for property in space.properties where property.column.hasValues && !ids.isEmpty {
        guard let key = layout.catalog.keyID(property.name) else { continue }
        sources[key, default: []].append(
          Source(column: property.column, overwrites: property.overwrites, ids: ids, numbers: numbers))
      }
    }
    self.sources = sources
    for key in sources.keys {
      var segments = Set<Int>()
      try forEachChange(key, from: 0, to: nodeLimit) { (id, _, _) in segments.insert(id / segmentLength) }
      if !segments.isEmpty { changed[key] = segments }
    }
  }

  /// Calls `body` with each loaded value of existing nodes in a range of ids: its column, and its row there.
  private func forEachChange(
    _ key: KeyID, from first: Int, to end: Int,
    _ body: (_ id: Int, _ column: (values: Column, row: Int), _ overwrites: Bool) -> Void
  ) throws(SinterError) {
    for source in sources[key] ?? [] {
      var position = lowerBound(source.ids, UInt32(clamping: first))
      let last = lowerBound(source.ids, UInt32(clamping: end))
      while position < last {
        // One window for a run of nodes numbered in order, else one for each node.
        let next = source.numbers == nil ? min(last, position + segmentLength) : position + 1
        let number = source.numbers.map { Int($0[position]) } ?? position
        let (column, row) = try source.column.window(number..<number + next - position)
        for i in 0..<next - position where column.isPresent(row + i) {
          body(Int(source.ids[position + i]), (column, row + i), source.overwrites)
        }
        position = next
      }
    }
  }

  private func lowerBound(_ ids: [UInt32], _ bound: UInt32) -> Int {
    var low = 0
    var high = ids.count
    while low < high {
      let middle = (low + high) >> 1
      if ids[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }

  // MARK: Segments that change

  var changedLabelSegments: Set<Int> { Set(labelSetChanges.keys.map { Int($0 >> segmentShift) }) }

  func changedSegments(_ key: KeyID) -> Set<Int> { changed[key] ?? [] }

  var changedKeys: [KeyID] { Array(changed.keys) }

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
  func propertyValues(
    _ entity: EntityKind, _ key: KeyID, from first: Int, count: Int, _ layout: GraphLayout
  ) throws(SinterError) -> [Value]? {
    let limit = entity == .node ? nodeLimit : relationshipLimit
    guard first < limit else { return nil }
    let end = min(first + count, limit)
    var values = [Value](repeating: .null, count: end - first)
    if Int(key.rawValue) < view.keyNames.count {
      values = try view.column(key, of: entity).gather((first..<end).map { UInt32($0) }).asValues
    }
    if entity == .node {
      try forEachChange(key, from: first, to: end) { (id, column, overwrites) in
        if overwrites || values[id - first].isNull { values[id - first] = column.values.value(column.row) }
      }
    }
    values += [Value](repeating: .null, count: first + count - end)
    return values
  }

  /// The relationships of the nodes in a range that the store has, ascending by node.
  func adjacency(
    _ type: TypeID, _ direction: Direction, from low: UInt32, to high: UInt32
  ) throws(SinterError) -> [Neighbor] {
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

  /// Relationships of a type per node segment.
  /// - Complexity: O(nodes)
  func histogram(_ type: TypeID, _ direction: Direction, segments: Int) throws(SinterError) -> [Int] {
    var counts = [Int](repeating: 0, count: segments)
    guard Int(type.rawValue) < view.typeNames.count else { return counts }
    let adjacency = view.adjacency(type, direction)
    for node in 0..<view.nodeIDLimit { counts[Int(node >> segmentShift)] += try adjacency.degree(of: node) }
    return counts
  }

  // MARK: Indexes

  /// Whether what the load changes of existing nodes may concern an index.
  func concerns(_ index: IndexDescriptor, _ layout: GraphLayout) -> Bool {
    guard index.entity == .node else { return false }
    return !labelSetChanges.isEmpty
      || index.keys.contains { name in layout.catalog.keyID(name).map { changed[$0] != nil } ?? false }
  }

  /// Calls `body` with the key and id of each existing element that belongs in an index.
  func forEachEntry(
    of index: IndexDescriptor, _ layout: GraphLayout, _ body: ([UInt8], UInt32) throws(SinterError) -> Void
  ) throws(SinterError) {
    let keys = index.keys.compactMap { layout.catalog.keyID($0) }
    guard keys.count == index.keys.count else { return }
    let limit = index.entity == .node ? nodeLimit : relationshipLimit
    var first = 0
    while first < limit {
      let count = min(segmentLength, limit - first)
      var columns: [[Value]] = []
      for key in keys {
        let values = try propertyValues(index.entity, key, from: first, count: count, layout)
        columns.append(values ?? Array(repeating: .null, count: count))
      }
      let members = try members(of: index, first: first, count: count, layout)
      for row in 0..<count where members[row] {
        if let key = IndexKey.encode(columns.map { $0[row] }) { try body(key, UInt32(first + row)) }
      }
      first += count
    }
  }

  private func members(
    of index: IndexDescriptor, first: Int, count: Int, _ layout: GraphLayout
  ) throws(SinterError) -> [Bool] {
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
