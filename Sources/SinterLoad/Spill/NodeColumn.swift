import SinterModel
import SinterStorage

/// The values of one property of a space's nodes, by number: in memory, or in blocks put aside on
/// disk with what later rows say of them.
///
/// A value for a node whose block is on disk is not brought there but noted; notes are put aside in
/// runs ascending by node, and applied, in the order in which they came, when a block is read back.
struct NodeColumn: Sendable {
  /// Rows put aside together, from a multiple of ``blockRows`` on.
  private typealias Block = SpilledColumn

  /// Notes put aside together, ascending by row.
  private struct NoteBlock: Sendable {
    var firstRow: UInt32
    var lastRow: UInt32
    var count: Int
    /// Of the rows, of whether each value takes another's place, and of the values.
    var rowsOffset: Int
    var overwritesOffset: Int
    var values: SpilledColumn
  }

  private static let blockRows = 2048

  private var file: SpillFile?
  private var blocks: [Block] = []
  private var noteRuns: [[NoteBlock]] = []
  /// The first row in `tail`; a multiple of ``blockRows``, or the end of everything put aside.
  private var tailStart = 0
  private var tail: Column
  private var noteRows: [UInt32] = []
  private var noteOverwrites: [UInt8] = []
  private var notes: Column
  private(set) var hasValues = false

  init(_ kind: ColumnKind) {
    tail = Column(kind)
    notes = Column(kind)
  }

  /// Of the rows now added.
  var kind: ColumnKind { tail.kind }
  var count: Int { tailStart + tail.count }
  var isSpilled: Bool { file != nil }
  var residentBytes: Int { tail.sizeBytes + notes.sizeBytes + noteRows.count * 5 }

  // MARK: Filling

  /// Appends all rows of a column of the same kind, after rows without value up to `first`.
  mutating func append(contentsOf column: Column, from first: Int) {
    tail.pad(to: first - tailStart)
    tail.append(contentsOf: column)
    hasValues = hasValues || column.presentCount > 0
  }

  /// Sets a row to that of another column, which has a value there.
  /// - Parameter overwrites: whether a value that is there gives way.
  mutating func set(_ row: Int, from other: Column, row otherRow: Int, overwrites: Bool) {
    hasValues = true
    if row >= tailStart {
      if overwrites || !tail.isPresent(row - tailStart) { tail.set(row - tailStart, from: other, row: otherRow) }
    } else {
      noteRows.append(UInt32(row))
      noteOverwrites.append(overwrites ? 1 : 0)
      notes.set(notes.count, from: other, row: otherRow)
    }
  }

  /// Puts aside what is in memory.
  ///
  /// Before the end only whole blocks go, so that every block begins at a multiple of its length.
  /// - Complexity: O(rows + notes · log notes)
  mutating func spill(to file: SpillFile, isLast: Bool) throws(SinterError) {
    self.file = file
    var start = 0
    while tail.count - start >= (isLast ? 1 : Self.blockRows) {
      let end = min(start + Self.blockRows, tail.count)
      blocks.append(try Self.write(tail, start..<end, file))
      start = end
    }
    var rest = Column(tail.kind)
    if start < tail.count { rest.append(tail, rows: start..<tail.count) }
    tailStart += start
    tail = rest
    try spillNotes(to: file)
  }

  private mutating func spillNotes(to file: SpillFile) throws(SinterError) {
    guard !noteRows.isEmpty else { return }
    // Stable: notes of one row stay in the order in which they came.
    let order = noteRows.indices.map { UInt64(noteRows[$0]) << 32 | UInt64($0) }.sorted().map { Int($0 & 0xFFFF_FFFF) }
    var run: [NoteBlock] = []
    for start in stride(from: 0, to: order.count, by: Self.blockRows) {
      let part = order[start..<min(start + Self.blockRows, order.count)]
      var values = Column(notes.kind)
      for (row, index) in part.enumerated() { values.set(row, from: notes, row: index) }
      let rows = part.map { noteRows[$0] }
      run.append(
        NoteBlock(
          firstRow: rows.first!, lastRow: rows.last!, count: rows.count, rowsOffset: try file.append(rows),
          overwritesOffset: try file.append(part.map { noteOverwrites[$0] }),
          values: try Self.write(values, 0..<values.count, file)))
    }
    noteRuns.append(run)
    noteRows = []
    noteOverwrites = []
    notes = Column(notes.kind)
  }

  private static func write(_ column: Column, _ rows: Range<Int>, _ file: SpillFile) throws(SinterError) -> SpilledColumn {
    var bytes: [UInt8] = []
    column.encode(rows: rows, into: &bytes)
    return SpilledColumn(offset: try file.append(bytes), byteCount: bytes.count)
  }

  // MARK: Reading

  /// A column that holds some of the rows, and the first of them in it; it may end before them.
  ///
  /// - Precondition: nothing of the column is in memory once some of it has been put aside and it is
  ///   read: ``spill(to:isLast:)`` was called at the end.
  /// - Complexity: O(1) in memory, else O(rows + notes on them + runs · log notes)
  func window(_ rows: Range<Int>) throws(SinterError) -> (column: Column, first: Int) {
    guard let file else { return (tail, rows.lowerBound) }
    precondition(tail.count == 0 && noteRows.isEmpty)
    var result: Column?
    let end = min(rows.upperBound, count)
    var row = rows.lowerBound
    while row < end {
      let index = row / Self.blockRows
      let block = try blocks[index].read(file)
      let upper = min(end, index * Self.blockRows + block.count)
      if result == nil { result = Column(block.kind) }
      result!.append(block, rows: (row - index * Self.blockRows)..<(upper - index * Self.blockRows))
      row = upper
    }
    var column = result ?? Column(tail.kind)
    for run in noteRuns { try apply(run, to: &column, rows, file) }
    return (column, 0)
  }

  private func apply(
    _ run: [NoteBlock], to column: inout Column, _ rows: Range<Int>, _ file: SpillFile
  ) throws(SinterError) {
    var low = 0
    var high = run.count
    while low < high {
      let middle = (low + high) >> 1
      if Int(run[middle].lastRow) < rows.lowerBound { low = middle + 1 } else { high = middle }
    }
    while low < run.count, Int(run[low].firstRow) < rows.upperBound {
      let block = run[low]
      let noted = try file.array(of: UInt32.self, at: block.rowsOffset, count: block.count)
      let overwrites = try file.array(of: UInt8.self, at: block.overwritesOffset, count: block.count)
      let values = try block.values.read(file)
      for (index, row) in noted.enumerated() where rows.contains(Int(row)) {
        let target = Int(row) - rows.lowerBound
        if overwrites[index] != 0 || !column.isPresent(target) { column.set(target, from: values, row: index) }
      }
      low += 1
    }
  }

  /// The value of one row.
  func value(_ row: Int) throws(SinterError) -> Value {
    guard row < count else { return .null }
    let (column, first) = try window(row..<row + 1)
    return first < column.count ? column.value(first) : .null
  }
}
