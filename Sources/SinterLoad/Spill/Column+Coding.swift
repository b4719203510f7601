import SinterModel
import SinterStorage

/// Columns as bytes, for a ``SpillFile``.
///
/// A header of three words (kind, 1 where every row has a value, rows; bytes of texts or values; bytes in
/// all), then the arrays of ``Column`` as they lie in memory, texts one after another.
extension Column {
  private static let headerBytes = 24

  /// - Complexity: O(rows)
  func encode(rows: Range<Int>, into bytes: inout [UInt8]) {
    let start = bytes.count
    var writer = ByteWriter()
    var words: [UInt64] = []
    var texts: [UInt8] = []
    switch kind {
    case .value: for row in rows { ValueCodec.append(values[row], to: &writer) }
    case .string:
      words.reserveCapacity(rows.count)
      for row in rows {
        guard present[row] != 0 else {
          words.append(0)
          continue
        }
        let text = range(row)
        words.append(UInt64(texts.count) << 24 | UInt64(text.count))
        texts.append(contentsOf: self.bytes[text])
      }
    default: words = Array(self.words[rows])
    }
    let isFull = !present[rows].contains(0)
    if kind == .value { texts = writer.bytes }
    bytes.append(contentsOf: [UInt8](repeating: 0, count: Self.headerBytes))
    words.withUnsafeBytes { bytes.append(contentsOf: $0) }
    if kind == .localDateTime { nanoseconds[rows].withUnsafeBytes { bytes.append(contentsOf: $0) } }
    if !isFull { bytes.append(contentsOf: present[rows]) }
    bytes.append(contentsOf: texts)
    let size = bytes.count - start
    bytes.withUnsafeMutableBytes { buffer in
      let flags = UInt64(kind.rawValue) | (isFull ? 1 << 8 : 0) | UInt64(rows.count) << 16
      buffer.storeBytes(of: flags, toByteOffset: start, as: UInt64.self)
      buffer.storeBytes(of: UInt64(texts.count), toByteOffset: start + 8, as: UInt64.self)
      buffer.storeBytes(of: UInt64(size), toByteOffset: start + 16, as: UInt64.self)
    }
  }

  /// The column that was encoded; the bytes are this process' own.
  init(decoding buffer: UnsafeRawBufferPointer) {
    let flags = buffer.loadUnaligned(as: UInt64.self)
    guard let kind = ColumnKind(rawValue: UInt8(truncatingIfNeeded: flags)) else {
      preconditionFailure("what was put aside has changed")
    }
    let count = Int(flags >> 16)
    let textBytes = Int(buffer.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    var position = Self.headerBytes
    func take<T: BitwiseCopyable>(_ type: T.Type, _ count: Int) -> [T] {
      defer { position += count * MemoryLayout<T>.stride }
      return [T](unsafeUninitializedCapacity: count) { target, initialized in
        let source = UnsafeRawBufferPointer(rebasing: buffer[position..<(position + count * MemoryLayout<T>.stride)])
        UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        initialized = count
      }
    }
    let words = kind == .value ? [] : take(UInt64.self, count)
    let nanoseconds = kind == .localDateTime ? take(Int32.self, count) : []
    let present = flags & 1 << 8 != 0 ? [UInt8](repeating: 1, count: count) : take(UInt8.self, count)
    let texts = take(UInt8.self, textBytes)
    guard kind == .value else {
      self.init(kind, words: words, present: present, bytes: texts, nanoseconds: nanoseconds)
      return
    }
    var values: [Value] = []
    texts.withUnsafeBytes { bytes in
      var reader = ByteReader(bytes)
      do throws(DecodeFailure) {
        for _ in 0..<count { values.append(try ValueCodec.read(&reader)) }
      } catch {
        preconditionFailure("what was put aside has changed")
      }
    }
    self.init(kind, words: [], present: present, values: values)
  }
}

/// Where a column lies in a file.
struct SpilledColumn: Sendable {
  var offset: Int
  var byteCount: Int

  func read(_ file: SpillFile) throws(SinterError) -> Column {
    let bytes = try file.array(of: UInt8.self, at: offset, count: byteCount)
    return bytes.withUnsafeBytes { Column(decoding: $0) }
  }
}
