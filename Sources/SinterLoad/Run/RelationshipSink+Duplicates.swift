import SinterModel
import SinterStorage

/// Merging relationships between the same two nodes, by sorting: pairs are distributed over
/// partitions by a hash and sorted there; the rows that stay are distributed again by their
/// place, so that the sink is rewritten in one pass. What fits in memory never leaves it.
extension RelationshipSink {
  private struct Occurrence: BitwiseCopyable, Sendable {
    var pair: UInt64
    var row: UInt64
  }

  private struct Survivor: BitwiseCopyable, Sendable {
    var row: UInt64
    var count: Int64
  }

  /// - Complexity: O(n log n)
  mutating func removeDuplicates(
    _ rule: RelationshipDuplicates, countKey: String?, memory: LoadMemory
  ) throws(SinterError) {
    guard rule != .keep, count > 0 else { return }
    let partitionRows = max(1 << 12, memory.sortBytes / 64)
    let partitions = (count + partitionRows - 1) / partitionRows
    if partitions == 1 {
      var occurrences: [Occurrence] = []
      occurrences.reserveCapacity(count)
      try forEachPair { (pair, row) throws(SinterError) in occurrences.append(Occurrence(pair: pair, row: row)) }
      var survivors = Self.survivors(&occurrences, rule)
      occurrences = []
      survivors.sort { $0.row < $1.row }
      try rewrite(countKey: countKey, memory: memory, rowsPerPartition: count) { _ in survivors }
      return
    }
    let byPair = try partitionPairs(rowsEach: partitionRows, memory)
    var byRow = SpillPartitions<Survivor>(partitions: partitions, memoryBytes: memory.sortBytes / 4, file: try memory.file())
    for partition in byPair.extents.indices {
      var occurrences = try byPair.records(partition)
      for survivor in Self.survivors(&occurrences, rule) { try byRow.append(survivor, to: Int(survivor.row) / partitionRows) }
    }
    try byRow.finish()
    let stored = byRow
    try rewrite(countKey: countKey, memory: memory, rowsPerPartition: partitionRows) { (partition) throws(SinterError) in
      try stored.records(partition).sorted { $0.row < $1.row }
    }
  }

  private func forEachPair(_ body: (_ pair: UInt64, _ row: UInt64) throws(SinterError) -> Void) throws(SinterError) {
    for (chunk, firstRow) in zip(chunks, firstRows) {
      try chunk.withEnds { (starts, ends) throws(SinterError) in
        for i in starts.indices { try body(UInt64(starts[i]) << 32 | UInt64(ends[i]), UInt64(firstRow + i)) }
      }
    }
  }

  /// Equal pairs come to one partition: that of a multiplicative hash of both ends.
  private func partitionPairs(rowsEach: Int, _ memory: LoadMemory) throws(SinterError) -> SpillPartitions<Occurrence> {
    let partitions = UInt64((count + rowsEach - 1) / rowsEach)
    var result = SpillPartitions<Occurrence>(
      partitions: Int(partitions), memoryBytes: memory.sortBytes / 2, file: try memory.file())
    try forEachPair { (pair, row) throws(SinterError) in
      let hash = (pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15
      try result.append(Occurrence(pair: pair, row: row), to: Int((hash >> 32) &* partitions >> 32))
    }
    try result.finish()
    return result
  }

  /// One row of each pair, with how many there are.
  private static func survivors(_ occurrences: inout [Occurrence], _ rule: RelationshipDuplicates) -> [Survivor] {
    occurrences.sort { $0.pair == $1.pair ? $0.row < $1.row : $0.pair < $1.pair }
    var survivors: [Survivor] = []
    var first = 0
    while first < occurrences.count {
      var end = first + 1
      while end < occurrences.count, occurrences[end].pair == occurrences[first].pair { end += 1 }
      survivors.append(Survivor(row: occurrences[rule == .last ? end - 1 : first].row, count: Int64(end - first)))
      first = end
    }
    return survivors
  }

  /// Keeps the surviving rows only, in their order.
  /// - Parameter survivors: those of a run of `rowsPerPartition` rows, ascending.
  private mutating func rewrite(
    countKey: String?, memory: LoadMemory, rowsPerPartition: Int,
    _ survivors: (_ partition: Int) throws(SinterError) -> [Survivor]
  ) throws(SinterError) {
    var result = RelationshipSink(
      type: type, fromSpace: fromSpace, toSpace: toSpace, propertyNames: propertyNames + (countKey.map { [$0] } ?? []))
    var current: [Survivor] = []
    var partition = -1
    var next = 0
    for index in chunks.indices {
      let firstRow = firstRows[index]
      let end = firstRow + chunks[index].count
      var kept: [Survivor] = []
      while true {
        while next < current.count, Int(current[next].row) < end {
          kept.append(current[next])
          next += 1
        }
        guard next == current.count, (partition + 1) * rowsPerPartition < end else { break }
        partition += 1
        current = try survivors(partition)
        next = 0
      }
      try append(kept, of: chunks[index], firstRow: firstRow, hasCount: countKey != nil, to: &result)
      release(index)
      if residentBytes + result.residentBytes > memory.relationshipBytes { try result.spill(to: memory.file()) }
    }
    self = result
  }

  private func append(
    _ kept: [Survivor], of chunk: SinkChunk, firstRow: Int, hasCount: Bool, to result: inout RelationshipSink
  ) throws(SinterError) {
    guard !kept.isEmpty else { return }
    var rows = RelationshipChunk(mapping: 0, type: type, columns: [])
    try chunk.withEnds { (starts, ends) in
      rows.starts = kept.map { starts[Int($0.row) - firstRow] }
      rows.ends = kept.map { ends[Int($0.row) - firstRow] }
    }
    for index in propertyNames.indices {
      let source = try chunk.column(index)
      var column = Column(source.kind)
      for (row, survivor) in kept.enumerated() { column.set(row, from: source, row: Int(survivor.row) - firstRow) }
      column.pad(to: kept.count)
      rows.columns.append(column)
    }
    if hasCount {
      var column = Column(.integer)
      for survivor in kept { column.append(word: UInt64(bitPattern: survivor.count)) }
      rows.columns.append(column)
    }
    result.append(rows)
  }
}
