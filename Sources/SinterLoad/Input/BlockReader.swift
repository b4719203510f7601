import CSinterText
import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whole records of a file, to be parsed by one thread.
struct Block: Sendable {
  /// UTF-8 (or not, when the file is dirty); begins and ends at record boundaries.
  var bytes: BlockBytes
  /// The line, from 1, on which the block begins.
  var firstLine: Int
}

/// How a file's bytes are divided into records.
struct RecordFormat: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case delimited
    case jsonLines
  }
  enum Encoding: Sendable, Hashable {
    case utf8
    case latin1
  }
  var kind = Kind.delimited
  var delimiter = UInt8(ascii: ",")
  /// Whether fields may be quoted with `"` after RFC 4180.
  var quotes = true
  var encoding = Encoding.utf8
}

/// Cuts a file into blocks at record boundaries, so that blocks can be parsed side by side.
///
/// A block without any quote ends at its last newline, found by one backward search. Where there
/// are quotes, only the records that hold them are scanned.
/// Not thread-safe: workers take turns under the pipeline's lock.
final class BlockReader {
  let source: InputFile
  let format: RecordFormat
  private let blockSizeBytes: Int
  /// What was read past the last block's end.
  private var rest: [UInt8] = []
  private var isAtEnd = false
  private var isFirst = true
  private var line = 1

  /// A record longer than this is taken for a quote that nobody closed.
  static let maximumRecordBytes = 16 << 20

  init(path: String, format: RecordFormat, blockSizeBytes: Int = 1 << 20) throws(SinterError) {
    source = try InputFile(path: path)
    self.format = format
    self.blockSizeBytes = blockSizeBytes
  }

  /// The next block, or nil at the end of the file.
  /// - Throws: `LoadError.IO`, `.DamagedInput`, `.BadRow` for a record without end.
  func next() throws(SinterError) -> Block? {
    var wanted = max(blockSizeBytes, rest.count + 4096)
    while true {
      if isAtEnd, rest.isEmpty { return nil }
      let bytes = BlockBytes(capacity: isAtEnd ? rest.count : wanted)
      rest.withUnsafeBufferPointer { bytes.append($0) }
      if !isAtEnd {
        let room = bytes.free
        let count = try source.read(into: room)
        bytes.grow(by: count)
        isAtEnd = count < room.count
      }
      if isFirst { try removeByteOrderMark(bytes) }
      let end = isAtEnd ? bytes.count : lastRecordEnd(UnsafeBufferPointer(bytes.buffer))
      if end > 0 || isAtEnd {
        rest = Array(UnsafeBufferPointer(rebasing: bytes.buffer[end...]))
        bytes.truncate(to: end)
        return end == 0 ? nil : finish(bytes)
      }
      rest = Array(UnsafeBufferPointer(bytes.buffer))
      guard rest.count < Self.maximumRecordBytes else {
        throw LoadFailure.badRow(
          "`\(source.path)`, line \(line): the record that begins here is longer than \(Self.maximumRecordBytes >> 20) MiB. "
            + "Most likely a quote is never closed; close it, or set `quote: none` when quotes mean nothing in this file.")
      }
      wanted = rest.count * 2 + 4096
    }
  }

  private func finish(_ bytes: BlockBytes) -> Block {
    isFirst = false
    let block = Block(bytes: format.encoding == .latin1 ? transcodeLatin1(bytes) : bytes, firstLine: line)
    line += sinter_count_byte(bytes.start, bytes.count, UInt8(ascii: "\n"))
    return block
  }

  private func removeByteOrderMark(_ bytes: BlockBytes) throws(SinterError) {
    isFirst = false
    if bytes.buffer.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes.removeFirst(3)
    } else if bytes.buffer.starts(with: [0xFF, 0xFE]) || bytes.buffer.starts(with: [0xFE, 0xFF]) {
      throw LoadFailure.manifest("`\(source.path)` is UTF-16. Convert it to UTF-8 first, for example with iconv.")
    }
  }

  /// The end of the last record that is wholly in `bytes`; 0 when none is.
  private func lastRecordEnd(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    let quotes = format.kind == .delimited && format.quotes
    var position = 0
    while position < bytes.count {
      let quote = quotes ? find(UInt8(ascii: "\""), base, from: position, to: bytes.count) : nil
      let limit = quote ?? bytes.count
      if let newline = findLast(UInt8(ascii: "\n"), base, from: position, to: limit) { position = newline + 1 }
      guard quote != nil else { return position }
      guard let end = recordEnd(base, from: position, to: bytes.count) else { return position }
      position = end
    }
    return position
  }

  /// The end of the record that begins at `start`, newline included; nil when it goes on past `end`.
  private func recordEnd(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
    var position = start
    while position < end {
      if base[position] == UInt8(ascii: "\"") {
        guard let close = closingQuote(base, from: position + 1, to: end) else { return nil }
        position = close + 1
      }
      while position < end, base[position] != format.delimiter, base[position] != UInt8(ascii: "\n") { position += 1 }
      guard position < end else { return nil }
      position += 1
      if base[position - 1] == UInt8(ascii: "\n") { return position }
    }
    return nil
  }
}

/// The quote that closes a field whose text begins at `start`: the first one that is not doubled.
/// Nil when there is none, or when it is the last byte and the next could double it.
@inline(__always)
func closingQuote(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
  var position = start
  while let quote = find(UInt8(ascii: "\""), base, from: position, to: end) {
    if quote + 1 < end, base[quote + 1] == UInt8(ascii: "\"") {
      position = quote + 2
    } else {
      return quote
    }
  }
  return nil
}

@inline(__always)
func find(_ byte: UInt8, _ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
  guard start < end, let found = memchr(base + start, Int32(byte), end - start) else { return nil }
  return UnsafeRawPointer(found) - UnsafeRawPointer(base)
}

/// The last `byte` in the range.
@inline(__always)
private func findLast(_ byte: UInt8, _ base: UnsafePointer<UInt8>, from start: Int, to end: Int) -> Int? {
  var position = end
  while position > start {
    position -= 1
    if base[position] == byte { return position }
  }
  return nil
}

private func transcodeLatin1(_ bytes: BlockBytes) -> BlockBytes {
  let high = bytes.buffer.reduce(0) { $0 + Int($1 >> 7) }
  guard high > 0 else { return bytes }
  let result = BlockBytes(capacity: bytes.count + high)
  let target = result.free
  var next = 0
  for byte in bytes.buffer {
    if byte < 0x80 {
      target[next] = byte
      next += 1
    } else {
      target[next] = 0xC0 | byte >> 6
      target[next + 1] = 0x80 | byte & 0x3F
      next += 2
    }
  }
  result.grow(by: next)
  return result
}
