import CSinterText
import SinterModel

/// Reads delimited records after RFC 4180: quoted fields with doubled quotes and newlines inside,
/// CRLF or LF, any one-byte delimiter. Blank lines are passed over. A quote inside an unquoted field
/// is text, as in `43" TV`; text after a closing quote is a fault.
///
/// Some records are read ahead of the one that ``next()`` gives, so that what they refer to can be
/// asked for before it is needed: see ``forEachRecordAhead(_:)``. A copy shares the records read ahead
/// with its original: use one of them.
struct DelimitedParser: RecordParser {
  private(set) var fields: UnsafeMutablePointer<Field>
  private(set) var recordLine = 1
  /// How many fields the record has, also where it has more than there are columns.
  private(set) var fieldCount = 0

  /// A record that was read ahead.
  private struct Record {
    var line: Int
    var start: Int
    var end: Int
    var fieldCount: Int
    var isFaulty: Bool
  }

  /// What few records have.
  private struct Remark {
    /// The record's bytes before its quotes were undoubled.
    var savedRaw: [UInt8]?
    var fault: RowFault?
  }

  /// Fields a record must have; nil while a header is read.
  private let columns: [String]?
  /// Fields kept of a record.
  private let capacity: Int
  private let delimiter: UInt8
  private let quotes: Bool
  /// The fields of all records read ahead, ``capacity`` for each.
  private let slots: UnsafeMutablePointer<Field>
  private let owner: Slots
  private let depth: Int
  private var records: [Record] = []
  /// By position in `records`.
  private var remarks: [Int: Remark] = [:]
  /// The record given next.
  private var nextRecord = 0
  private var base: UnsafeMutablePointer<UInt8>
  private var position = 0
  private var end = 0
  private var line = 1
  private var recordStart = 0
  private var savedRaw: [UInt8]?
  private var mustValidate = false

  private static let recordsReadAhead = 16

  init(format: RecordFormat, columns: [String]?) {
    self.columns = columns
    capacity = columns?.count ?? 4096
    // A header, or rows of no known form, are read one by one.
    depth = columns == nil ? 1 : Self.recordsReadAhead
    owner = Slots(capacity: max(1, capacity * depth))
    slots = owner.start
    fields = slots
    delimiter = format.delimiter
    quotes = format.quotes
    base = UnsafeMutablePointer(mutating: slots.withMemoryRebound(to: UInt8.self, capacity: 1) { $0 })
  }

  private final class Slots {
    let start: UnsafeMutablePointer<Field>
    init(capacity: Int) { start = .allocate(capacity: capacity) }
    deinit { start.deallocate() }
  }

  mutating func begin(_ bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int, firstLine: Int) {
    records.removeAll(keepingCapacity: true)
    nextRecord = 0
    guard let address = bytes.baseAddress else {
      position = 0
      end = 0
      return
    }
    base = address
    position = start
    end = bytes.count
    line = firstLine
    remarks.removeAll()
    mustValidate = firstInvalidUTF8(UnsafeBufferPointer(rebasing: bytes[start...])) != nil
  }

  /// Where the next record begins, as an offset into the block, and its line.
  /// - Precondition: The parser was made without columns, so that nothing is read ahead.
  var nextPosition: (offset: Int, line: Int) { (position, line) }

  mutating func next() throws(RowFault) -> Bool {
    if nextRecord == records.count {
      readAhead()
      if records.isEmpty { return false }
    }
    let record = records[nextRecord]
    fields = slots + nextRecord * capacity
    recordLine = record.line
    fieldCount = record.fieldCount
    nextRecord += 1
    if record.isFaulty, let fault = remarks[nextRecord - 1]?.fault { throw fault }
    return true
  }

  @inline(__always)
  func forEachRecordAhead(_ body: (UnsafePointer<Field>) -> Void) {
    guard nextRecord == 1 else { return }
    for index in records.indices where !records[index].isFaulty { body(slots + index * capacity) }
  }

  func rawRecord() -> [UInt8] {
    if let saved = remarks[nextRecord - 1]?.savedRaw { return saved }
    let record = records[nextRecord - 1]
    return Array(UnsafeBufferPointer(start: base + record.start, count: record.end - record.start))
  }

  /// Reads the records that come next.
  private mutating func readAhead() {
    records.removeAll(keepingCapacity: true)
    if !remarks.isEmpty { remarks.removeAll() }
    nextRecord = 0
    while records.count < depth {
      while position < end, isBlankLine() {}
      guard position < end else { return }
      recordStart = position
      let firstLine = line
      savedRaw = nil
      fieldCount = 0
      fields = slots + records.count * capacity
      var fault: RowFault?
      do throws(RowFault) { try readRecord(firstLine) } catch { fault = error }
      if fault != nil || savedRaw != nil { remarks[records.count] = Remark(savedRaw: savedRaw, fault: fault) }
      records.append(
        Record(line: firstLine, start: recordStart, end: position, fieldCount: fieldCount, isFaulty: fault != nil))
    }
  }

  @inline(__always)
  private mutating func readRecord(_ firstLine: Int) throws(RowFault) {
    try readFields(firstLine)
    line += 1
    if let columns, fieldCount != columns.count {
      throw RowFault(
        reason: .wrongFieldCount, detail: "the row has \(fieldCount) fields where \(columns.count) are expected", column: nil)
    }
    if mustValidate { try validate(firstLine) }
  }

  private mutating func isBlankLine() -> Bool {
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
  private mutating func readFields(_ firstLine: Int) throws(RowFault) {
    let delimiter = delimiter
    let base = base
    let end = end
    let fields = fields
    let quotes = quotes
    var position = position
    var count = 0
    while true {
      if quotes, position < end, base[position] == UInt8(ascii: "\"") {
        self.position = position
        let isLast = try readQuoted(index: count, firstLine)
        count += 1
        position = self.position
        if isLast { break }
        continue
      }
      let start = position
      position = sinter_find_either(base, position, end, delimiter, 0x0A)
      let isLast = position >= end || base[position] == 0x0A
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
  private mutating func readQuoted(index: Int, _ firstLine: Int) throws(RowFault) -> Bool {
    let start = position + 1
    guard let close = closingQuote(base, from: start, to: end) else {
      let opened = line
      skipLine(from: recordStart, firstLine)
      throw RowFault(
        reason: .quoting, detail: "the quote opened on line \(opened) is never closed", column: columnName(index),
        place: (start - 1, opened))
    }
    let newlines = sinter_count_byte(base + start, close - start, 0x0A)
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

  private mutating func skipLine(from start: Int, _ firstLine: Int) {
    line = firstLine + 1
    position = find(0x0A, base, from: start, to: end).map { $0 + 1 } ?? end
  }

  private mutating func skipRest(from start: Int) {
    var next = start
    var atFieldStart = false
    while next < end {
      if quotes, atFieldStart, base[next] == UInt8(ascii: "\""), let close = closingQuote(base, from: next + 1, to: end) {
        line += sinter_count_byte(base + next, close - next, 0x0A)
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

  private func countQuotes(in range: Range<Int>) -> Int {
    find(UInt8(ascii: "\""), base, from: range.lowerBound, to: range.upperBound) == nil ? 0 : 1
  }

  /// Writes the field with single quotes for doubled ones over itself; returns its new length.
  private mutating func undouble(_ range: Range<Int>) -> Int {
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

  private func validate(_ firstLine: Int) throws(RowFault) {
    for index in 0..<min(fieldCount, capacity) {
      if let offset = firstInvalidUTF8(fields[index].bytes) {
        throw RowFault(
          reason: .encoding, detail: "byte \(offset + 1) of the field is not valid UTF-8 (set `encoding: latin1` if the file is)",
          column: columnName(index), place: (fields[index].base - UnsafePointer(base) + offset, firstLine))
      }
    }
  }

  private func columnName(_ index: Int) -> String? {
    guard let columns else { return nil }
    return index < columns.count ? columns[index] : nil
  }
}
