import SinterModel
import SinterStorage

extension SegmentBuilder {
  struct IndexResult: Sendable {
    var descriptor: IndexDescriptor
    var values: [SegmentValue]
    var blocks: Int
    var distinctKeys: Int
  }

  /// Keys one after another, sorted through small fixed-size entries.
  private struct KeyTable {
    struct Entry {
      /// The key's first eight bytes after its type tag.
      var prefix: UInt64
      var offset: Int
      var count: UInt32
      var id: UInt32
    }
    var entries: [Entry] = []
    var bytes: [UInt8] = []

    mutating func append(_ key: [UInt8], _ id: UInt32) {
      var prefix: UInt64 = 0
      for i in 0..<8 { prefix = prefix << 8 | (i < key.count ? UInt64(key[i]) : 0) }
      entries.append(Entry(prefix: prefix, offset: bytes.count, count: UInt32(key.count), id: id))
      bytes += key
    }

    func key(_ entry: Entry) -> ArraySlice<UInt8> { bytes[entry.offset..<(entry.offset + Int(entry.count))] }

    func precedes(_ a: Entry, _ b: Entry) -> Bool {
      if a.prefix != b.prefix { return a.prefix < b.prefix }
      let left = key(a)
      let right = key(b)
      if left == right { return a.id < b.id }
      return left.lexicographicallyPrecedes(right)
    }

    mutating func sort() {
      for i in entries.indices.dropFirst() where precedes(entries[i], entries[i - 1]) {
        let table = self
        entries.sort { table.precedes($0, $1) }
        return
      }
    }
  }

  /// Builds an index over all elements that have its keys.
  /// - Throws: `ConstraintValidationFailed.PropertyUniqueness` when it is unique and two share a key.
  func index(_ descriptor: IndexDescriptor) throws(SinterError) -> IndexResult {
    var table = KeyTable()
    try base?.forEachEntry(of: descriptor, layout) { key, id in table.append(key, id) }
    if descriptor.entity == .node { appendNodes(descriptor, &table) } else { appendRelationships(descriptor, &table) }
    table.sort()
    var builder = IndexBlockBuilder(index: descriptor.id)
    var values: [SegmentValue] = []
    var last: KeyTable.Entry?
    for entry in table.entries {
      let key = Array(table.key(entry))
      if descriptor.isUnique, let last, table.key(last).elementsEqual(key), !IndexKey.isTruncated(key) {
        throw duplicateKey(descriptor, last.id, entry.id)
      }
      if let block = builder.append(key, entry.id) { values.append(block) }
      last = entry
    }
    if let block = builder.finish() { values.append(block) }
    return IndexResult(descriptor: descriptor, values: values, blocks: builder.blockCount, distinctKeys: builder.distinctKeyCount)
  }

  private func duplicateKey(_ descriptor: IndexDescriptor, _ a: UInt32, _ b: UInt32) -> SinterError {
    let values = descriptor.keys.map { key in "\(key) = \(ValueNotation.write(value(descriptor.entity, key, of: Int(b))))" }
    return SinterError(
      "ConstraintValidationFailed.PropertyUniqueness",
      "Two elements of `\(descriptor.label)` have \(values.joined(separator: ", ")), but the index on it is unique. "
        + "Remove `unique: true`, or the duplicate.")
  }

  /// A property of a new element.
  func value(_ entity: EntityKind, _ name: String, of id: Int) -> Value {
    guard let key = layout.catalog.keyID(name) else { return .null }
    for piece in (entity == .node ? layout.nodePieces : layout.relationshipPieces)[key] ?? []
    where id >= piece.firstID && id < piece.firstID + piece.count {
      switch piece.source {
      case .node(let space, let property):
        let column = layout.spaces[space].properties[property].column
        let row = id - piece.firstID + layout.existingIDs[space].count
        return row < column.count ? column.value(row) : .null
      case .relationship(let sinkIndex, let column):
        let sink = layout.sinks[sinkIndex]
        let row = id - piece.firstID
        let chunk = sink.chunkIndex(of: row)
        return sink.chunks[chunk].columns[column].value(row - sink.firstRows[chunk])
      }
    }
    return .null
  }

  private func appendNodes(_ descriptor: IndexDescriptor, _ table: inout KeyTable) {
    for (index, space) in layout.spaces.enumerated() {
      let isMember = layout.labelSets.sets.map { $0.contains(descriptor.label) }
      let columns = descriptor.keys.compactMap { name in space.properties.first { $0.name == name }?.column }
      guard columns.count == descriptor.keys.count, isMember.contains(true) else { continue }
      let existing = layout.existingIDs[index].count
      for number in existing..<max(existing, space.count) where isMember[Int(space.labelSets[number])] {
        let values = columns.map { number < $0.count ? $0.value(number) : .null }
        guard let key = IndexKey.encode(values) else { continue }
        table.append(key, UInt32(layout.firstNodeIDs[index] + number - existing))
      }
    }
  }

  private func appendRelationships(_ descriptor: IndexDescriptor, _ table: inout KeyTable) {
    guard let type = layout.catalog.typeID(descriptor.label), let group = layout.types.first(where: { $0.type == type }) else { return }
    for id in group.sinks.map({ $0.firstID..<($0.firstID + layout.sinks[$0.sink].count) }).joined() {
      let values = descriptor.keys.map { value(.relationship, $0, of: id) }
      if let key = IndexKey.encode(values) { table.append(key, UInt32(id)) }
    }
  }
}
