package import SinterModel

/// The records of a delimited file one after the other, for readers that want rows and not columns.
///
/// Fields follow RFC 4180; the file may be compressed, and begin with a byte-order mark. At most a block of it is in
/// memory, or one record where that is longer.
package final class DelimitedFile {
  private let reader: BlockReader
  private var parser: DelimitedParser
  /// The block that is read, which the parser unescapes in place.
  private var block = BlockBytes(capacity: 0)
  private var isAtEnd = false

  private static let blockSizeBytes = 256 << 10
  /// What the parser has room for; more is rather another field terminator than so many columns.
  private static let maximumFieldCount = 4096

  /// - Throws: `LoadError.MissingFile`, `.IO`, `.DamagedInput`
  package init(path: String, delimiter: UInt8) throws(SinterError) {
    var format = RecordFormat()
    format.delimiter = delimiter
    reader = try BlockReader(path: path, format: format, blockSizeBytes: Self.blockSizeBytes)
    parser = DelimitedParser(format: format, columns: nil)
  }

  /// The line, from 1, on which the last record begins.
  package var line: Int { parser.recordLine }

  /// The fields of the next record, nil for one that is empty; nil at the end of the file. Blank lines are passed over.
  /// - Throws: `LoadError.BadRow` naming file, line and column; `LoadError.IO`, `.DamagedInput`.
  package func next() throws(SinterError) -> [String?]? {
    while !isAtEnd {
      do throws(RowFault) {
        if try parser.next() { return try record() }
      } catch {
        throw failure(error)
      }
      try readBlock()
    }
    return nil
  }

  private func record() throws(RowFault) -> [String?] {
    guard parser.fieldCount <= Self.maximumFieldCount else {
      throw RowFault(
        reason: .wrongFieldCount,
        detail: "the record has \(parser.fieldCount) fields; at most \(Self.maximumFieldCount) are read", column: nil)
    }
    return (0..<parser.fieldCount).map { index in
      let bytes = parser.fields[index].bytes
      return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
  }

  private func readBlock() throws(SinterError) {
    guard let next = try reader.next() else {
      isAtEnd = true
      return
    }
    block = next.bytes
    parser.begin(block.buffer, from: 0, firstLine: next.firstLine)
  }

  private func failure(_ fault: RowFault) -> SinterError {
    let place = fault.place ?? (offset: 0, line: parser.recordLine)
    var column = 1
    var position = min(place.offset, block.count)
    while position > 0, block.start[position - 1] != 0x0A {
      position -= 1
      // Characters are counted by the bytes that begin one.
      column += block.start[position] & 0xC0 == 0x80 ? 0 : 1
    }
    return LoadFailure.badRow("`\(reader.source.path)`, line \(place.line), column \(column): \(fault.detail).")
  }
}
