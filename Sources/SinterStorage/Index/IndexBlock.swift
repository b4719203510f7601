#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A verified block of an index: entries in order of key, then id, in place.
///
/// Payload: `u32` entries, `u32` key bytes, `u32` key offsets (entries + 1), `u32` ids, key bytes.
package struct IndexBlock: BitwiseCopyable {
  package let count: Int
  let offsets: UnsafePointer<UInt32>
  let ids: UnsafePointer<UInt32>
  let keys: UnsafeRawPointer

  /// nil when the payload does not hold what the header says. `value` is aligned to 8 bytes and outlives the result.
  init?(_ header: SegmentHeader, _ value: UnsafeRawBufferPointer) {
    let start = SegmentHeader.byteCount
    guard header.encoding == .indexBlock, header.payloadByteCount >= 12 else { return nil }
    let count = Int(value.load32(start))
    let keyByteCount = Int(value.load32(start + 4))
    guard count >= 1, count == header.count, header.payloadByteCount == 8 + (count + 1) * 4 + count * 4 + keyByteCount else {
      return nil
    }
    self.count = count
    offsets = (value.baseAddress! + start + 8).assumingMemoryBound(to: UInt32.self)
    ids = offsets + count + 1
    keys = UnsafeRawPointer(ids + count)
    for entry in 0..<count where offsets[entry] > offsets[entry + 1] { return nil }
    guard offsets[0] == 0, Int(offsets[count]) == keyByteCount else { return nil }
  }

  package func key(_ entry: Int) -> UnsafeRawBufferPointer {
    let start = Int(offsets[entry])
    return UnsafeRawBufferPointer(start: keys + start, count: Int(offsets[entry + 1]) - start)
  }

  package func id(_ entry: Int) -> UInt32 { ids[entry] }

  /// The first entry whose key is not below `bound`.
  func lowerBound(_ bound: UnsafeRawBufferPointer) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) >> 1
      if IndexBlock.compare(key(middle), bound) < 0 { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Byte order: negative, zero or positive.
  static func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
    let common = min(a.count, b.count)
    if common > 0 {
      let order = memcmp(a.baseAddress!, b.baseAddress!, common)
      if order != 0 { return Int(order) }
    }
    return a.count - b.count
  }
}

/// Cuts a sorted stream of index entries into blocks.
package struct IndexBlockBuilder {
  /// Entries and key bytes at which a block is full.
  static let entryLimit = 2_000
  static let keyLimitBytes = 56 << 10

  private let index: UInt32
  private var offsets: [UInt32] = [0]
  private var ids: [UInt32] = []
  private var keys: [UInt8] = []
  private var lastKey: [UInt8]?
  /// Blocks given out so far.
  package private(set) var blockCount = 0
  package private(set) var entryCount = 0
  package private(set) var distinctKeyCount = 0

  package init(index: UInt32) { self.index = index }

  /// Adds the next entry in order of key, then id.
  /// - Returns: A full block, to be put in the store.
  package mutating func append(_ key: [UInt8], _ id: UInt32) -> SegmentValue? {
    if key != lastKey {
      distinctKeyCount += 1
      lastKey = key
    }
    entryCount += 1
    keys += key
    offsets.append(UInt32(keys.count))
    ids.append(id)
    return ids.count >= IndexBlockBuilder.entryLimit || keys.count >= IndexBlockBuilder.keyLimitBytes ? finish() : nil
  }

  /// The last block; nil when there is nothing left.
  package mutating func finish() -> SegmentValue? {
    guard !ids.isEmpty else { return nil }
    var bytes = [UInt8](repeating: 0, count: SegmentHeader.byteCount)
    SegmentEncoder.appendRaw([UInt32(ids.count), UInt32(keys.count)], to: &bytes)
    SegmentEncoder.appendRaw(offsets, to: &bytes)
    SegmentEncoder.appendRaw(ids, to: &bytes)
    bytes += keys
    let key = SegmentKey(.index, index, UInt32(blockCount))
    SegmentHeader(.indexBlock, key: key, count: ids.count).seal(&bytes)
    blockCount += 1
    offsets = [0]
    ids = []
    keys = []
    return SegmentValue(key: key, bytes: bytes)
  }
}
