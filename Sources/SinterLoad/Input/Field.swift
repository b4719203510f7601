/// One field of a record: bytes of the block that is being parsed.
struct Field {
  struct Flags: OptionSet {
    let rawValue: UInt32
    /// Stood in quotes: an empty text, not a missing one.
    static let quoted = Flags(rawValue: 1)
    /// Nothing there, whatever the null texts are (JSON null, or a key that is absent).
    static let null = Flags(rawValue: 2)
    /// The elements of a JSON array, each ended by ``Field/listSeparator``.
    static let list = Flags(rawValue: 4)
  }

  /// Valid while the block is.
  var base: UnsafePointer<UInt8>
  var length: UInt32
  var flags: Flags

  @inline(__always)
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: base, count: Int(length)) }

  static let listSeparator: UInt8 = 0x1F
}

/// A row that cannot be read: why, and in which field (from 0) where that is known.
struct RowFault: Error {
  /// What rejects are counted by.
  enum Reason: String, Sendable, CaseIterable {
    case wrongFieldCount = "wrong number of fields"
    case quoting = "quoting"
    case encoding = "invalid UTF-8"
    case json = "invalid JSON"
    case type = "value of the wrong type"
    case missingID = "no id"
    case missingNode = "unknown node"
    case duplicateID = "duplicate id"
  }
  var reason: Reason
  var detail: String
  var column: String?
  /// Where a delimited record is broken: the byte of its block, and the line.
  var place: (offset: Int, line: Int)? = nil
}

/// Reads the records of one block in order.
protocol RecordParser {
  /// The fields of the record that ``next()`` last read.
  var fields: UnsafeMutablePointer<Field> { get }
  /// The line on which that record begins.
  var recordLine: Int { get }
  /// Starts on a block; its bytes are unescaped in place and must outlive the records.
  mutating func begin(_ bytes: UnsafeMutableBufferPointer<UInt8>, from start: Int, firstLine: Int)
  /// Reads the next record; false at the end of the block.
  /// - Throws: ``RowFault``; the next call goes on behind the bad record.
  mutating func next() throws(RowFault) -> Bool
  /// Calls `body` with the fields of each sound record that was read together with the one that ``next()``
  /// gave last, when that was the first of them; the others come next.
  func forEachRecordAhead(_ body: (UnsafePointer<Field>) -> Void)
  /// The record as it stood in the file, for the reject file.
  func rawRecord() -> [UInt8]
}
