import SinterModel
import SinterStorage

/// Relationships of one mapping and one type, in chunks as they came.
struct RelationshipSink: Sendable {
  let type: String
  let fromSpace: Int
  let toSpace: Int
  let propertyNames: [String]
  private(set) var chunks: [SinkChunk] = []
  /// The rows before each chunk.
  private(set) var firstRows: [Int] = []
  private(set) var count = 0
  /// By property: whether any row has a value.
  private(set) var hasValues: [Bool]
  /// Bytes of the rows in memory.
  private(set) var residentBytes = 0
  /// Chunks before this one are on disk.
  private var spilledChunks = 0

  init(type: String, fromSpace: Int, toSpace: Int, propertyNames: [String]) {
    self.type = type
    self.fromSpace = fromSpace
    self.toSpace = toSpace
    self.propertyNames = propertyNames
    hasValues = Array(repeating: false, count: propertyNames.count)
  }

  var isSpilled: Bool { spilledChunks > 0 }

  mutating func append(_ chunk: RelationshipChunk) {
    firstRows.append(count)
    let stored = SinkChunk(chunk)
    chunks.append(stored)
    count += stored.count
    residentBytes += stored.residentBytes
    for index in hasValues.indices where chunk.columns[index].presentCount > 0 { hasValues[index] = true }
  }

  /// Puts all rows aside.
  mutating func spill(to file: SpillFile) throws(SinterError) {
    for index in spilledChunks..<chunks.count { try chunks[index].spill(to: file) }
    spilledChunks = chunks.count
    residentBytes = 0
  }

  /// Gives up a chunk whose rows have been read for the last time.
  mutating func release(_ index: Int) {
    residentBytes -= chunks[index].residentBytes
    chunks[index] = SinkChunk(starts: [], ends: [], columns: [])
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
}
