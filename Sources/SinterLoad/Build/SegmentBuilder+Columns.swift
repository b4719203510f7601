import SinterModel
import SinterStorage

/// Builds the segments of one generation from a layout; shared by threads, changes nothing.
///
/// Where the store has rows in a segment already, `base` gives them.
struct SegmentBuilder: Sendable {
  let layout: GraphLayout
  let base: ExistingGraph?

  /// A column of one chunk, kept while neighbouring segments are built.
  struct ChunkColumn {
    private var sink: Int
    private var chunk: Int
    private var index: Int
    private var column: Column

    static func read(
      _ sinkIndex: Int, _ chunk: Int, _ index: Int, _ sink: RelationshipSink, _ cache: inout ChunkColumn?
    ) throws(SinterError) -> Column {
      guard sink.chunks[chunk].isSpilled else { return try sink.chunks[chunk].column(index) }
      if let kept = cache, kept.sink == sinkIndex, kept.chunk == chunk, kept.index == index { return kept.column }
      let column = try sink.chunks[chunk].column(index)
      cache = ChunkColumn(sink: sinkIndex, chunk: chunk, index: index, column: column)
      return column
    }
  }

  /// A run of a column's rows within one segment.
  private struct Span {
    var column: Column
    var columnRow: Int
    var row: Int
    var count: Int
  }

  // MARK: Labels and relationship records

  func labelSets(segment: Int) throws(SinterError) -> [SegmentValue] {
    let first = segment * segmentLength
    var sets = [UInt32](repeating: .max, count: min(first + segmentLength, layout.nodeLimit) - first)
    if let base { try base.fillLabelSets(from: first, into: &sets, layout) }
    for space in layout.spaces.indices {
      let existing = layout.existingIDs[space].count
      let start = layout.firstNodeIDs[space]
      let end = min(first + sets.count, start + layout.spaces[space].count - existing)
      let range = max(first, start)..<max(max(first, start), end)
      for id in range { sets[id - first] = layout.labelSetIDs[Int(layout.spaces[space].labelSets[id - start + existing])] }
    }
    return SegmentEncoder.encodeUInt32(sets, key: SegmentKey(.labelSets, 0, UInt32(segment)))
  }

  /// Types, starts or ends.
  func records(_ kind: SegmentKind, segment: Int) throws(SinterError) -> [SegmentValue] {
    let first = segment * segmentLength
    var values = [UInt32](repeating: .max, count: min(first + segmentLength, layout.relationshipLimit) - first)
    if let base { try base.fillRecords(kind, from: first, into: &values) }
    for group in layout.types {
      for (index, firstID) in group.sinks {
        let sink = layout.sinks[index]
        let range = max(first, firstID)..<max(max(first, firstID), min(first + values.count, firstID + sink.count))
        guard !range.isEmpty else { continue }
        if kind == .relationshipTypes {
          for id in range { values[id - first] = group.type.rawValue }
          continue
        }
        let numbering = NodeNumbering(layout, space: kind == .starts ? sink.fromSpace : sink.toSpace)
        var row = range.lowerBound - firstID
        while row < range.upperBound - firstID {
          let chunkIndex = sink.chunkIndex(of: row)
          let firstRow = sink.firstRows[chunkIndex]
          let end = min(range.upperBound - firstID, firstRow + sink.chunks[chunkIndex].count)
          try sink.chunks[chunkIndex].withNodes(
            kind == .starts ? .start : .end, rows: (row - firstRow)..<(end - firstRow)
          ) { numbers in
            for i in numbers.indices { values[firstID + row + i - first] = numbering.id(numbers[i]) }
          }
          row = end
        }
      }
    }
    return SegmentEncoder.encodeUInt32(values, key: SegmentKey(kind, 0, UInt32(segment)))
  }

  // MARK: Properties

  /// - Parameter cache: kept by those who ask for one segment after another.
  func property(
    _ entity: EntityKind, _ key: KeyID, segment: Int, cache: inout ChunkColumn?
  ) throws(SinterError) -> [SegmentValue] {
    let limit = entity == .node ? layout.nodeLimit : layout.relationshipLimit
    let first = segment * segmentLength
    let rowCount = min(first + segmentLength, limit) - first
    let segmentKey = SegmentKey(.property(entity), key.rawValue, UInt32(segment))
    let spans = try spans(entity, key, first: first, rowCount: rowCount, &cache)
    if let values = try base?.propertyValues(entity, key, from: first, count: rowCount, layout) {
      var values = values
      for span in spans {
        for i in 0..<span.count where span.column.isPresent(span.columnRow + i) {
          values[span.row + i] = span.column.value(span.columnRow + i)
        }
      }
      return try SegmentEncoder.encodeValues(values, key: segmentKey)
    }
    let kinds = Set(spans.map(\.column.kind))
    guard let kind = kinds.first else { return [] }
    if kinds.count > 1 || kind == .value {
      var values = [Value](repeating: .null, count: rowCount)
      for span in spans { for i in 0..<span.count { values[span.row + i] = span.column.value(span.columnRow + i) } }
      return try SegmentEncoder.encodeValues(values, key: segmentKey)
    }
    return encode(kind, spans, rowCount: rowCount, key: segmentKey)
  }

  /// The runs of rows of a property that lie in a segment and may have values.
  private func spans(
    _ entity: EntityKind, _ key: KeyID, first: Int, rowCount: Int, _ cache: inout ChunkColumn?
  ) throws(SinterError) -> [Span] {
    var spans: [Span] = []
    for piece in (entity == .node ? layout.nodePieces : layout.relationshipPieces)[key] ?? [] {
      let lower = max(first, piece.firstID)
      let upper = min(first + rowCount, piece.firstID + piece.count)
      guard lower < upper else { continue }
      switch piece.source {
      case .node(let space, let property):
        let column = layout.spaces[space].properties[property].column
        let row = lower - piece.firstID + layout.existingIDs[space].count
        let count = min(upper - lower, column.count - row)
        guard count > 0 else { continue }
        let (values, start) = try column.window(row..<row + count)
        spans.append(Span(column: values, columnRow: start, row: lower - first, count: min(count, values.count - start)))
      case .relationship(let sinkIndex, let columnIndex):
        let sink = layout.sinks[sinkIndex]
        var row = lower - piece.firstID
        var chunkIndex = sink.chunkIndex(of: row)
        while row < upper - piece.firstID {
          let column = try ChunkColumn.read(sinkIndex, chunkIndex, columnIndex, sink, &cache)
          let start = row - sink.firstRows[chunkIndex]
          let count = min(column.count - start, upper - piece.firstID - row)
          if column.presentCount > 0 {
            spans.append(Span(column: column, columnRow: start, row: piece.firstID + row - first, count: count))
          }
          row += count
          chunkIndex += 1
        }
      }
    }
    return spans
  }

  /// Encodes runs of one kind without making a value of each row.
  private func encode(_ kind: ColumnKind, _ spans: [Span], rowCount: Int, key: SegmentKey) -> [SegmentValue] {
    var rows: [UInt16] = []
    var words: [UInt64] = []
    var nanoseconds: [Int32] = []
    var offsets: [UInt32] = [0]
    var bytes: [UInt8] = []
    rows.reserveCapacity(rowCount)
    words.reserveCapacity(rowCount)
    for span in spans {
      for i in 0..<span.count where span.column.present[span.columnRow + i] != 0 {
        let source = span.columnRow + i
        rows.append(UInt16(span.row + i))
        if kind == .string {
          bytes.append(contentsOf: span.column.bytes[span.column.range(source)])
          offsets.append(UInt32(truncatingIfNeeded: bytes.count))
        } else {
          words.append(span.column.words[source])
          if kind == .localDateTime { nanoseconds.append(span.column.nanoseconds[source]) }
        }
      }
    }
    let present = rows.count == rowCount ? nil : rows
    switch kind {
    case .integer, .date:
      return SegmentEncoder.encodeIntegers(
        words.map { Int64(bitPattern: $0) }, rows: present, rowCount: rowCount,
        element: kind == .date ? .date : .integer, key: key)
    case .float:
      return SegmentEncoder.encodeDoubles(
        words.map { Double(bitPattern: $0) }, rows: present, rowCount: rowCount, key: key)
    case .boolean: return SegmentEncoder.encodeBooleans(words.map { $0 != 0 }, rows: present, rowCount: rowCount, key: key)
    case .localDateTime:
      return SegmentEncoder.encodeLocalDateTimes(
        seconds: words.map { Int64(bitPattern: $0) }, nanoseconds: nanoseconds, rows: present, rowCount: rowCount, key: key)
    case .string, .value:
      return bytes.withUnsafeBytes {
        SegmentEncoder.encodeStrings(offsets: offsets, bytes: $0, rows: present, rowCount: rowCount, key: key)
      }
    }
  }
}
