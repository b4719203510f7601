import SinterModel

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Whole records of a file, to be parsed by one thread.
struct Block: Sendable {
  /// UTF-8 (or not, when the file is dirty); begins and ends at record boundaries.
  var bytes: [UInt8]
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
      var bytes = rest
      if !isAtEnd { try append(upTo: wanted, to: &bytes) }
      if isFirst { try removeByteOrderMark(&bytes) }
      let end = isAtEnd ? bytes.count : lastRecordEnd(bytes)
      if end > 0 || isAtEnd {
        rest = Array(bytes[end...])
        bytes.removeSubrange(end...)
        if bytes.isEmpty { return nil }
        return finish(bytes)
      }
      rest = bytes
      guard rest.count < Self.maximumRecordBytes else {
        throw LoadFailure.badRow(
          "`\(source.path)`, line \(line): the record that begins here is longer than \(Self.maximumRecordBytes >> 20) MiB. "
            + "Most likely a quote is never closed; close it, or set `quote: none` when quotes mean nothing in this file.")
      }
      wanted = rest.count * 2 + 4096
    }
  }

  /// Takes one record back out of the block just read, for a header; the block continues after it.
  private func finish(_ bytes: [UInt8]) -> Block {
    isFirst = false
    let block = Block(bytes: format.encoding == .latin1 ? transcodeLatin1(bytes) : bytes, firstLine: line)
    line += countNewlines(bytes)
    return block
  }

  private func append(upTo wanted: Int, to bytes: inout [UInt8]) throws(SinterError) {
    let kept = bytes.count
    var failure: SinterError?
    var count = 0
    let old = bytes
    bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
      old.withUnsafeBufferPointer { if kept > 0 { buffer.baseAddress!.update(from: $0.baseAddress!, count: kept) } }
      do throws(SinterError) {
        count = try source.read(into: UnsafeMutableBufferPointer(rebasing: buffer[kept..<wanted]))
      } catch { failure = error }
      initialized = kept + count
    }
    if let failure { throw failure }
    if count < wanted - kept { isAtEnd = true }
  }

  private func removeByteOrderMark(_ bytes: inout [UInt8]) throws(SinterError) {
    isFirst = false
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
      bytes.removeFirst(3)
    } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw LoadFailure.manifest("`\(source.path)` is UTF-16. Convert it to UTF-8 first, for example with iconv.")
    }
  }

  /// The end of the last record that is wholly in `bytes`; 0 when none is.
  private func lastRecordEnd(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      let quotes = format.kind == .delimited && format.quotes
      var position = 0
      while position < buffer.count {
        let quote = quotes ? find(UInt8(ascii: "\""), base, from: position, to: buffer.count) : nil
        let limit = quote ?? buffer.count
        if let newline = findLast(UInt8(ascii: "\n"), base, from: position, to: limit) { position = newline + 1 }
        guard quote != nil else { return position }
        guard let end = recordEnd(base, from: position, to: buffer.count) else { return position }
        position = end
      }
      return position
    }
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

func countNewlines(_ bytes: [UInt8]) -> Int {
  bytes.withUnsafeBufferPointer { buffer in
    var count = 0
    // In runs of 240, so that the inner sum fits a byte and the loop becomes vector code.
    var position = 0
    while position < buffer.count {
      let end = min(position + 240, buffer.count)
      var sum: UInt8 = 0
      for i in position..<end { sum &+= buffer[i] == UInt8(ascii: "\n") ? 1 : 0 }
      count += Int(sum)
      position = end
    }
    return count
  }
}

private func transcodeLatin1(_ bytes: [UInt8]) -> [UInt8] {
  guard bytes.contains(where: { $0 >= 0x80 }) else { return bytes }
  var result: [UInt8] = []
  result.reserveCapacity(bytes.count + bytes.count / 8)
  for byte in bytes {
    if byte < 0x80 {
      result.append(byte)
    } else {
      result.append(0xC0 | byte >> 6)
      result.append(0x80 | byte & 0x3F)
    }
  }
  return result
}
