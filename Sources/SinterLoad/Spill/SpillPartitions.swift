import SinterModel
import SinterStorage

/// Records distributed over partitions, each written in blocks as it fills: the first half of an
/// external sort by distribution. A partition is read back whole, and sorted in memory.
struct SpillPartitions<Record: BitwiseCopyable & Sendable>: Sendable {
  /// What one partition has on disk.
  struct Extents: Sendable {
    fileprivate var places: [(offset: Int, count: Int)] = []
    fileprivate(set) var count = 0
  }

  private let file: SpillFile
  private let blockRecords: Int
  private var buffers: [[Record]]
  private(set) var extents: [Extents]

  /// - Parameter memoryBytes: for the blocks that fill; at least a few records a partition are held.
  init(partitions: Int, memoryBytes: Int, file: SpillFile) {
    self.file = file
    blockRecords = min(1 << 16, max(64, memoryBytes / MemoryLayout<Record>.stride / max(1, partitions)))
    buffers = Array(repeating: [], count: partitions)
    extents = Array(repeating: Extents(), count: partitions)
  }

  @inline(__always)
  mutating func append(_ record: Record, to partition: Int) throws(SinterError) {
    buffers[partition].append(record)
    if buffers[partition].count >= blockRecords { try flush(partition) }
  }

  /// Writes what is left in memory.
  mutating func finish() throws(SinterError) {
    for partition in buffers.indices where !buffers[partition].isEmpty { try flush(partition) }
    buffers = []
  }

  private mutating func flush(_ partition: Int) throws(SinterError) {
    let count = buffers[partition].count
    extents[partition].places.append((try file.append(buffers[partition]), count))
    extents[partition].count += count
    buffers[partition].removeAll(keepingCapacity: true)
  }

  /// A partition's records in the order in which they came.
  /// - Precondition: ``finish()`` was called.
  func records(_ partition: Int) throws(SinterError) -> [Record] {
    try Self.read(extents[partition], file)
  }

  static func read(_ extents: Extents, _ file: SpillFile) throws(SinterError) -> [Record] {
    var failure: SinterError?
    let result = [Record](unsafeUninitializedCapacity: extents.count) { buffer, initialized in
      do throws(SinterError) {
        for (offset, count) in extents.places {
          let part = UnsafeMutableBufferPointer(rebasing: buffer[initialized..<(initialized + count)])
          try file.read(at: offset, into: UnsafeMutableRawBufferPointer(part))
          initialized += count
        }
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return result
  }
}
