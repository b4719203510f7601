import SinterModel
import SinterStorage

/// Sorts index entries by key, then id: in memory while they fit, else in runs on disk that are merged.
struct KeySorter {
  /// Keys one after another, sorted through small fixed-size entries.
  private struct Table {
    struct Entry {
      /// The key's first eight bytes.
      var prefix: UInt64
      var offset: Int
      var count: UInt32
      var id: UInt32
    }
    var entries: [Entry] = []
    var bytes: [UInt8] = []

    var sizeBytes: Int { entries.count * MemoryLayout<Entry>.stride + bytes.count }

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

  /// A sorted run: pieces of whole entries (`u32` key bytes, `u32` id, key).
  private struct Run {
    var pieces: [(offset: Int, byteCount: Int)] = []
  }

  private let limitBytes: Int
  private let file: SpillFile?
  private var table = Table()
  private var runs: [Run] = []

  /// - Parameters:
  ///   - limitBytes: how much is held in memory.
  ///   - file: where runs go; nil: everything stays in memory.
  init(limitBytes: Int, file: SpillFile?) {
    self.limitBytes = limitBytes
    self.file = file
  }

  mutating func append(_ key: [UInt8], _ id: UInt32) throws(SinterError) {
    table.entries.append(
      Table.Entry(prefix: Self.prefix(key[...]), offset: table.bytes.count, count: UInt32(key.count), id: id))
    table.bytes += key
    if let file, table.sizeBytes >= limitBytes { try writeRun(file) }
  }

  private static func prefix(_ key: ArraySlice<UInt8>) -> UInt64 {
    var prefix: UInt64 = 0
    for i in 0..<8 { prefix = prefix << 8 | (i < key.count ? UInt64(key[key.startIndex + i]) : 0) }
    return prefix
  }

  private mutating func writeRun(_ file: SpillFile) throws(SinterError) {
    table.sort()
    let pieceBytes = max(4 << 10, min(256 << 10, limitBytes / 16))
    var run = Run()
    var piece: [UInt8] = []
    func flush() throws(SinterError) {
      run.pieces.append((try file.append(piece), piece.count))
      piece.removeAll(keepingCapacity: true)
    }
    for entry in table.entries {
      withUnsafeBytes(of: entry.count) { piece.append(contentsOf: $0) }
      withUnsafeBytes(of: entry.id) { piece.append(contentsOf: $0) }
      piece.append(contentsOf: table.key(entry))
      if piece.count >= pieceBytes { try flush() }
    }
    if !piece.isEmpty { try flush() }
    runs.append(run)
    table.entries.removeAll(keepingCapacity: true)
    table.bytes.removeAll(keepingCapacity: true)
  }

  /// Calls `body` with all entries in order of key, then id.
  /// - Complexity: O(n log n) in memory, else O(n · runs) for the merge
  mutating func drain(_ body: (_ key: [UInt8], _ id: UInt32) throws(SinterError) -> Void) throws(SinterError) {
    guard let file, !runs.isEmpty else {
      table.sort()
      for entry in table.entries { try body(Array(table.key(entry)), entry.id) }
      return
    }
    if !table.entries.isEmpty { try writeRun(file) }
    table = Table()
    var cursors: [Cursor] = []
    for run in runs { cursors.append(try Cursor(run.pieces, file)) }
    while let first = cursors.indices.first {
      var least = first
      for index in cursors.indices.dropFirst() where cursors[index].precedes(cursors[least]) { least = index }
      try body(Array(cursors[least].key), cursors[least].id)
      if try !cursors[least].advance(file) { cursors.remove(at: least) }
    }
  }

  /// A place in a run.
  private struct Cursor {
    private var pieces: ArraySlice<(offset: Int, byteCount: Int)>
    private var bytes: [UInt8] = []
    private var next = 0
    private var prefix: UInt64 = 0
    private(set) var id: UInt32 = 0
    private(set) var key: ArraySlice<UInt8> = []

    /// - Precondition: The run has an entry.
    init(_ pieces: [(offset: Int, byteCount: Int)], _ file: SpillFile) throws(SinterError) {
      self.pieces = pieces[...]
      _ = try advance(file)
    }

    func precedes(_ other: Cursor) -> Bool {
      if prefix != other.prefix { return prefix < other.prefix }
      if key == other.key { return id < other.id }
      return key.lexicographicallyPrecedes(other.key)
    }

    /// Goes to the next entry; false at the end.
    mutating func advance(_ file: SpillFile) throws(SinterError) -> Bool {
      if next == bytes.count {
        guard let piece = pieces.popFirst() else { return false }
        key = []
        bytes = try file.array(of: UInt8.self, at: piece.offset, count: piece.byteCount)
        next = 0
      }
      let count = bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: next, as: UInt32.self)) }
      id = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: next + 4, as: UInt32.self) }
      key = bytes[(next + 8)..<(next + 8 + count)]
      next += 8 + count
      prefix = KeySorter.prefix(key)
      return true
    }
  }
}
