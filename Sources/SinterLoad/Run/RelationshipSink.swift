import SinterModel

/// Relationships of one mapping and one type, in chunks as they came.
struct RelationshipSink: Sendable {
  let type: String
  let fromSpace: Int
  let toSpace: Int
  let propertyNames: [String]
  var chunks: [RelationshipChunk] = []
  /// The rows before each chunk.
  var firstRows: [Int] = []
  var count = 0

  init(type: String, fromSpace: Int, toSpace: Int, propertyNames: [String]) {
    self.type = type
    self.fromSpace = fromSpace
    self.toSpace = toSpace
    self.propertyNames = propertyNames
  }

  mutating func append(_ chunk: RelationshipChunk) {
    firstRows.append(count)
    chunks.append(chunk)
    count += chunk.starts.count
  }

  /// The chunk that holds a row.
  /// - Complexity: O(log chunks)
  func chunkIndex(of row: Int) -> Int {
    var low = 0
    var high = firstRows.count
    while high - low > 1 {
      let middle = (low + high) >> 1
      if firstRows[middle] <= row { low = middle } else { high = middle }
    }
    return low
  }

  /// Merges relationships between the same two nodes into one.
  mutating func removeDuplicates(_ rule: RelationshipDuplicates, countKey: String?) {
    guard rule != .keep, count > 0 else { return }
    var slotOfPair: [UInt64: Int] = [:]
    var survivors: [(chunk: Int, row: Int, count: Int64)] = []
    for (index, chunk) in chunks.enumerated() {
      for row in chunk.starts.indices {
        let pair = UInt64(chunk.starts[row]) << 32 | UInt64(chunk.ends[row])
        if let slot = slotOfPair[pair] {
          survivors[slot].count += 1
          if rule == .last { (survivors[slot].chunk, survivors[slot].row) = (index, row) }
        } else {
          slotOfPair[pair] = survivors.count
          survivors.append((index, row, 1))
        }
      }
    }
    self = rebuilt(survivors, countKey: countKey)
  }

  private func rebuilt(_ survivors: [(chunk: Int, row: Int, count: Int64)], countKey: String?) -> RelationshipSink {
    var result = RelationshipSink(
      type: type, fromSpace: fromSpace, toSpace: toSpace, propertyNames: propertyNames + (countKey.map { [$0] } ?? []))
    var position = 0
    while position < survivors.count {
      let part = survivors[position..<min(position + 16_384, survivors.count)]
      position = part.endIndex
      var chunk = RelationshipChunk(mapping: chunks[0].mapping, type: type, columns: [])
      chunk.starts = part.map { chunks[$0.chunk].starts[$0.row] }
      chunk.ends = part.map { chunks[$0.chunk].ends[$0.row] }
      for index in propertyNames.indices {
        var column = Column(chunks[0].columns[index].kind)
        for (row, survivor) in part.enumerated() { column.set(row, from: chunks[survivor.chunk].columns[index], row: survivor.row) }
        column.pad(to: part.count)
        chunk.columns.append(column)
      }
      if countKey != nil {
        var column = Column(.integer)
        for survivor in part { column.append(word: UInt64(bitPattern: survivor.count)) }
        chunk.columns.append(column)
      }
      result.append(chunk)
    }
    return result
  }
}
