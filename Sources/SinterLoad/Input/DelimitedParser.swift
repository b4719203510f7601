import SinterModel

/// Reads delimited records after RFC 4180: quoted fields with doubled quotes and newlines inside,
/// CRLF or LF, any one-byte delimiter. Blank lines are passed over. A quote inside an unquoted field
/// is text, as in `43" TV`; text after a closing quote is a fault.
final class DelimitedParser: RecordParser {
  let fields: UnsafeMutablePointer<Field>
  private(set) var recordLine = 1
  /// How many fields the record has, also where it has more than there are columns.
  private(set) var fieldCount = 0

  /// Fields a record must have; nil while a header is read.
  private let columns: [String]?
  private let capacity: Int
  private let delimiter: UInt8
  private let quotes: Bool
  private var base: UnsafeMutablePointer<UInt8>
  private var position = 0
  private var end = 0
  private var line = 1
  private var recordStart = 0
  /// The record's bytes before its quotes were undoubled.
  private var savedRaw: [UInt8]?
  private var mustValidate = false

  init(format: RecordFormat, columns: [String]?) {
    self.columns = columns
    capacity = columns?.count ?? 4096
    fields = .allocate(capacity: capacity)
    delimiter = format.delimiter
    quotes = format.quotes
    base = UnsafeMutablePointer(mutating: fields.withMemoryRebound(to: UInt8.self, capacity: 1) { $0 })
  }

  deinit { fields.deallocate() }

  func begin(_ bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int, firstLine: Int) {
    guard let address = bytes.baseAddress else {
      position = 0
      end = 0
      return
    }
    base = address
    position = start
    end = bytes.count
    line = firstLine
    mustValidate = firstInvalidUTF8(UnsafeBufferPointer(rebasing: bytes[start...])) != nil
  }

  /// Where the next record begins, as an offset into the block, and its line.
  var nextPosition: (offset: Int, line: Int) { (position, line) }

  func next() throws(RowFault) -> Bool {
    while position < end, isBlankLine() {}
    guard position < end else { return false }
    recordStart = position
    recordLine = line
    savedRaw = nil
    fieldCount = 0
    try readFields()
    line += 1
    if let columns, fieldCount != columns.count {
      throw RowFault(
        reason: .wrongFieldCount, detail: "the row has \(fieldCount) fields where \(columns.count) are expected", column: nil)
    }
    if mustValidate { try validate() }
    return true
  }

  func rawRecord() -> [UInt8] {
    savedRaw ?? Array(UnsafeBufferPointer(start: base + recordStart, count: position - recordStart))
  }

  private func isBlankLine() -> Bool {
    if base[position] == 0x0A {
      position += 1
    } else if base[position] == 0x0D, position + 1 < end, base[position + 1] == 0x0A {
      position += 2
    } else {
      return false
    }
    line += 1
    return true
  }

  /// Reads up to and including the record's newline.
  @inline(__always)
  private func readFields() throws(RowFault) {
    let delimiter = delimiter
    let base = base
    let end = end
    var position = position
    var count = 0
    while true {
      if quotes, position < end, base[position] == UInt8(ascii: "\"") {
        self.position = position
        let isLast = try readQuoted(index: count)
        count += 1
        position = self.position
        if isLast { break }
        continue
      }
      let start = position
      var byte: UInt8 = 0x0A
      while position < end {
        byte = base[position]
        if byte == delimiter || byte == 0x0A { break }
        position += 1
      }
      let isLast = position >= end || byte == 0x0A
      var length = position - start
      if isLast, length > 0, base[position - 1] == 0x0D { length -= 1 }
      if count < capacity { fields[count] = Field(base: base + start, length: UInt32(truncatingIfNeeded: length), flags: []) }
      count += 1
      position = min(position + 1, end)
      if isLast { break }
    }
    self.position = position
    fieldCount = count
  }

  /// Reads a field that begins with a quote; returns whether it ends the record.
  private func readQuoted(index: Int) throws(RowFault) -> Bool {
    let start = position + 1
    guard let close = closingQuote(base, from: start, to: end) else {
      let opened = line
      skipLine(from: recordStart)
      throw RowFault(
        reason: .quoting, detail: "the quote opened on line \(opened) is never closed", column: columnName(index),
        place: (start - 1, opened))
    }
    let newlines = countNewlines(in: start..<close)
    var length = close - start
    if countQuotes(in: start..<close) > 0 { length = undouble(start..<close) }
    if index < capacity { fields[index] = Field(base: base + start, length: UInt32(truncatingIfNeeded: length), flags: .quoted) }
    var next = close + 1
    if next + 1 < end, base[next] == 0x0D, base[next + 1] == 0x0A { next += 1 }
    if next == end - 1, base[next] == 0x0D { next += 1 }
    line += newlines
    guard next < end else {
      position = end
      return true
    }
    if base[next] == delimiter || base[next] == 0x0A {
      position = next + 1
      return base[next] == 0x0A
    }
    // Go on behind the record, which ends where the block reader would end it.
    let broken = (offset: next, line: line)
    skipRest(from: next)
    line += 1
    throw RowFault(reason: .quoting, detail: "there is text after the closing quote", column: columnName(index), place: broken)
  }

  private func skipLine(from start: Int) {
    line = recordLine + 1
    position = find(0x0A, base, from: start, to: end).map { $0 + 1 } ?? end
  }

  private func skipRest(from start: Int) {
    var next = start
    var atFieldStart = false
    while next < end {
      if quotes, atFieldStart, base[next] == UInt8(ascii: "\""), let close = closingQuote(base, from: next + 1, to: end) {
        line += countNewlines(in: next..<close)
        next = close + 1
        atFieldStart = false
        continue
      }
      if base[next] == 0x0A { break }
      atFieldStart = base[next] == delimiter
      next += 1
    }
    position = min(next + 1, end)
  }

  private func countNewlines(in range: Range<Int>) -> Int {
    var count = 0
    for i in range where base[i] == 0x0A { count += 1 }
    return count
  }

  private func countQuotes(in range: Range<Int>) -> Int {
    find(UInt8(ascii: "\""), base, from: range.lowerBound, to: range.upperBound) == nil ? 0 : 1
  }

  /// Writes the field with single quotes for doubled ones over itself; returns its new length.
  private func undouble(_ range: Range<Int>) -> Int {
    if savedRaw == nil {
      let stop = find(0x0A, base, from: range.upperBound, to: end) ?? end
      savedRaw = Array(UnsafeBufferPointer(start: base + recordStart, count: stop - recordStart))
    }
    var write = range.lowerBound
    var read = range.lowerBound
    while read < range.upperBound {
      base[write] = base[read]
      write += 1
      read += base[read] == UInt8(ascii: "\"") ? 2 : 1
    }
    return write - range.lowerBound
  }

  private func validate() throws(RowFault) {
    for index in 0..<min(fieldCount, capacity) {
      if let offset = firstInvalidUTF8(fields[index].bytes) {
        throw RowFault(
          reason: .encoding, detail: "byte \(offset + 1) of the field is not valid UTF-8 (set `encoding: latin1` if the file is)",
          column: columnName(index), place: (fields[index].base - UnsafePointer(base) + offset, recordLine))
      }
    }
  }

  private func columnName(_ index: Int) -> String? {
    guard let columns else { return nil }
    return index < columns.count ? columns[index] : nil
  }
}
