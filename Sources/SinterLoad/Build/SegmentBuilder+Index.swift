import SinterModel
import SinterStorage

extension SegmentBuilder {
  struct IndexResult: Sendable {
    var descriptor: IndexDescriptor
    var blocks: Int
    var distinctKeys: Int
  }

  /// Builds an index over all elements that have its keys.
  /// - Parameters:
  ///   - sorter: an empty one.
  ///   - put: takes its blocks in order.
  /// - Throws: `ConstraintValidationFailed.PropertyUniqueness` when it is unique and two share a key.
  func index(
    _ descriptor: IndexDescriptor, _ sorter: consuming KeySorter, put: (SegmentValue) throws(SinterError) -> Void
  ) throws(SinterError) -> IndexResult {
    try base?.forEachEntry(of: descriptor, layout) { (key, id) throws(SinterError) in try sorter.append(key, id) }
    if descriptor.entity == .node {
      try appendNodes(descriptor, &sorter)
    } else {
      try appendRelationships(descriptor, &sorter)
    }
    var builder = IndexBlockBuilder(index: descriptor.id)
    var last: (key: [UInt8], id: UInt32)?
    try sorter.drain { (key, id) throws(SinterError) in
      if descriptor.isUnique, let last, last.key == key, !IndexKey.isTruncated(key) {
        throw try duplicateKey(descriptor, id)
      }
      if let block = builder.append(key, id) { try put(block) }
      if descriptor.isUnique { last = (key, id) }
    }
    if let block = builder.finish() { try put(block) }
    return IndexResult(descriptor: descriptor, blocks: builder.blockCount, distinctKeys: builder.distinctKeyCount)
  }

  /// An upper bound of the entries that an index will have.
  func entryLimit(of descriptor: IndexDescriptor) -> Int {
    let existing = base.map { Int(descriptor.entity == .node ? $0.view.nodeIDLimit : $0.view.relationshipIDLimit) } ?? 0
    if descriptor.entity == .node { return existing + layout.nodeLimit - layout.firstNodeID }
    return existing + (layout.group(ofType: descriptor.label)?.count ?? 0)
  }

  private func duplicateKey(_ descriptor: IndexDescriptor, _ id: UInt32) throws(SinterError) -> SinterError {
    var values: [String] = []
    for key in descriptor.keys {
      values.append("\(key) = \(ValueNotation.write(try value(descriptor.entity, key, of: Int(id))))")
    }
    return SinterError(
      "ConstraintValidationFailed.PropertyUniqueness",
      "Two elements of `\(descriptor.label)` have \(values.joined(separator: ", ")), but the index on it is unique. "
        + "Remove `unique: true`, or the duplicate.")
  }

  /// A property of a new element.
  private func value(_ entity: EntityKind, _ name: String, of id: Int) throws(SinterError) -> Value {
    guard let key = layout.catalog.keyID(name) else { return .null }
    for piece in (entity == .node ? layout.nodePieces : layout.relationshipPieces)[key] ?? []
    where id >= piece.firstID && id < piece.firstID + piece.count {
      switch piece.source {
      case .node(let space, let property):
        return try layout.spaces[space].properties[property].column
          .value(id - piece.firstID + layout.existingIDs[space].count)
      case .relationship(let sinkIndex, let column):
        let sink = layout.sinks[sinkIndex]
        let row = id - piece.firstID
        let chunk = sink.chunkIndex(of: row)
        return try sink.chunks[chunk].column(column).value(row - sink.firstRows[chunk])
      }
    }
    return .null
  }

  private func appendNodes(_ descriptor: IndexDescriptor, _ sorter: inout KeySorter) throws(SinterError) {
    let isMember = layout.labelSets.sets.map { $0.contains(descriptor.label) }
    guard isMember.contains(true) else { return }
    for (index, space) in layout.spaces.enumerated() {
      let columns = descriptor.keys.compactMap { name in space.properties.first { $0.name == name }?.column }
      guard columns.count == descriptor.keys.count else { continue }
      let existing = layout.existingIDs[index].count
      let firstID = layout.firstNodeIDs[index] - existing
      for start in stride(from: existing, to: space.count, by: segmentLength) {
        let numbers = start..<min(start + segmentLength, space.count)
        let windows = try layout.windows(columns, numbers)
        for number in numbers where isMember[Int(space.labelSets[number])] {
          let values = windows.map { $0.value(number - start) }
          if let key = IndexKey.encode(values) { try sorter.append(key, UInt32(firstID + number)) }
        }
      }
    }
  }

  private func appendRelationships(_ descriptor: IndexDescriptor, _ sorter: inout KeySorter) throws(SinterError) {
    for (sinkIndex, firstID) in layout.group(ofType: descriptor.label)?.sinks ?? [] {
      let sink = layout.sinks[sinkIndex]
      let indexes = descriptor.keys.compactMap { sink.propertyNames.firstIndex(of: $0) }
      guard indexes.count == descriptor.keys.count else { continue }
      for (chunk, firstRow) in zip(sink.chunks, sink.firstRows) {
        var columns: [Column] = []
        for index in indexes { columns.append(try chunk.column(index)) }
        for row in 0..<chunk.count {
          let values = columns.map { $0.value(row) }
          if let key = IndexKey.encode(values) { try sorter.append(key, UInt32(firstID + firstRow + row)) }
        }
      }
    }
  }
}

extension GraphLayout {
  /// Some rows of a column, which may end before them.
  struct Window {
    private let column: Column
    private let first: Int

    init(_ window: (column: Column, first: Int)) {
      column = window.column
      first = window.first
    }

    /// The value of a row, counted from the window's first.
    func value(_ row: Int) -> Value { first + row < column.count ? column.value(first + row) : .null }
    func isPresent(_ row: Int) -> Bool { column.isPresent(first + row) }
  }

  func windows(_ columns: [NodeColumn], _ numbers: Range<Int>) throws(SinterError) -> [Window] {
    var windows: [Window] = []
    for column in columns { windows.append(Window(try column.window(numbers))) }
    return windows
  }

  func group(ofType name: String) -> TypeGroup? {
    guard let type = catalog.typeID(name) else { return nil }
    return types.first { $0.type == type }
  }
}
