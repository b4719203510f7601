import SinterModel
import SinterStorage

/// Consecutive relationships of a sink, in memory or put aside on disk.
struct SinkChunk: Sendable {
  enum End: Sendable {
    case start
    case end
  }

  private struct Place: Sendable {
    var file: SpillFile
    /// Of the starts; the ends follow.
    var endsOffset: Int
    var columns: [SpilledColumn]
  }

  let count: Int
  private var starts: [UInt32]
  private var ends: [UInt32]
  private var columns: [Column]
  private var place: Place?

  init(_ chunk: RelationshipChunk) {
    self.init(starts: chunk.starts, ends: chunk.ends, columns: chunk.columns)
  }

  init(starts: [UInt32], ends: [UInt32], columns: [Column]) {
    count = starts.count
    self.starts = starts
    self.ends = ends
    self.columns = columns
  }

  var isSpilled: Bool { place != nil }
  var residentBytes: Int { place == nil ? count * 8 + columns.reduce(0) { $0 + $1.sizeBytes } : 0 }

  mutating func spill(to file: SpillFile) throws(SinterError) {
    guard place == nil else { return }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(residentBytes + 1024)
    starts.withUnsafeBytes { bytes.append(contentsOf: $0) }
    ends.withUnsafeBytes { bytes.append(contentsOf: $0) }
    var sizes = [bytes.count]
    for column in columns {
      column.encode(rows: 0..<column.count, into: &bytes)
      sizes.append(bytes.count)
    }
    let offset = try file.append(bytes)
    place = Place(
      file: file, endsOffset: offset,
      columns: columns.indices.map { SpilledColumn(offset: offset + sizes[$0], byteCount: sizes[$0 + 1] - sizes[$0]) })
    starts = []
    ends = []
    columns = []
  }

  /// Calls `body` with the numbers of the nodes at one end of some rows.
  @inline(__always)
  func withNodes<R>(
    _ end: End, rows: Range<Int>, _ body: (UnsafeBufferPointer<UInt32>) throws(SinterError) -> R
  ) throws(SinterError) -> R {
    if let place {
      let first = place.endsOffset + (rows.lowerBound + (end == .start ? 0 : count)) * 4
      let numbers = try place.file.array(of: UInt32.self, at: first, count: rows.count)
      return try numbers.withUnsafeBufferPointer { (buffer) throws(SinterError) -> R in try body(buffer) }
    }
    return try (end == .start ? starts : ends).withUnsafeBufferPointer { (buffer) throws(SinterError) -> R in
      try body(UnsafeBufferPointer(rebasing: buffer[rows]))
    }
  }

  /// Calls `body` with the numbers of the nodes at both ends of all rows.
  @inline(__always)
  func withEnds<R>(
    _ body: (_ starts: UnsafeBufferPointer<UInt32>, _ ends: UnsafeBufferPointer<UInt32>) throws(SinterError) -> R
  ) throws(SinterError) -> R {
    try withNodes(.start, rows: 0..<count) { (starts) throws(SinterError) -> R in
      try withNodes(.end, rows: 0..<count) { (ends) throws(SinterError) -> R in try body(starts, ends) }
    }
  }

  /// - Complexity: O(1) in memory, else O(rows)
  func column(_ index: Int) throws(SinterError) -> Column {
    guard let place else { return columns[index] }
    return try place.columns[index].read(place.file)
  }
}
