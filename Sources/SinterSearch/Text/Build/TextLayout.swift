internal import SinterStorage

/// How a segment of a full-text index lies in its bytes.
///
/// In order, each section at a multiple of ``sectionAlignmentBytes``: the element ids of the documents, ascending (`u32`); for
/// every field the lengths of the documents in tokens (`u16`); the postings lists; the blocks of the dictionary; their offsets
/// (`u64`); and in the last ``footerBytes`` the footer. Nothing that is read in one go crosses the border of a blob's chunk, so
/// that all of it is read where the map has it.
///
/// A postings list is a table of 16 bytes a block (``SkipEntry``), then the blocks of up to ``blockDocuments`` documents:
/// width of the document deltas, width of the frequencies, both `u8`; the deltas less one; the frequencies, where not all
/// are 1; then the positions of each document as LEB128 deltas.
///
/// A block of the dictionary has up to ``dictionaryBlockTerms`` terms, each the field in one byte and the term's: bytes shared
/// with the term before, bytes of its own, documents, blocks, offset of its list divided by 16.
enum TextLayout {
  static let chunkBytes = GraphView.blobChunkSizeBytes
  static let sectionAlignmentBytes = 8192
  static let footerBytes = 8192
  static let magic: UInt64 = 0x3158_4554_544e_5331
  static let blockDocuments = 128
  /// A block is closed when its positions take this much.
  static let blockPositionBytes = 32 << 10
  static let dictionaryBlockTerms = 32
  static let skipBytes = 16
  /// Documents that are scored together; a window of ids or lengths never crosses a chunk.
  static let windowDocuments = 2048
  /// Occurrences of a term in a document, and the length of a document, that are counted at most.
  static let countLimit = 65535
  /// Properties that an index may have.
  static let fieldLimit = 250
}

/// A block of a postings list as the table before it says: enough to step over it, or to bound its scores.
struct SkipEntry {
  var lastDocument: UInt32
  /// From the start of the list.
  var offset: Int
  /// The shortest document in which the term occurs at least once, exactly twice, and three times or more; 255 for none or
  /// for 255 and longer. Shorter documents score higher.
  var shortestOnce: UInt8
  var shortestTwice: UInt8
  var shortestMore: UInt8
  /// The most occurrences in a document; 255 stands for 255 and more.
  var mostOccurrences: UInt8
  var count: Int
}

/// Totals of a field.
struct TextFieldTotals: Sendable, Equatable {
  /// Documents with at least one token in the field.
  var documents = 0
  /// Tokens in all of them.
  var length = 0
}

/// The bytes of a segment as they are written.
struct TextOutput {
  private(set) var bytes: [UInt8] = []

  /// Where the next byte goes.
  var offset: Int { bytes.count }

  mutating func append(_ new: some Sequence<UInt8>) { bytes.append(contentsOf: new) }

  mutating func append<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ values: [UInt32]) {
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ values: [UInt16]) {
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
  }

  mutating func align(to alignment: Int) {
    let over = offset % alignment
    if over > 0 { bytes.append(contentsOf: repeatElement(0, count: alignment - over)) }
  }

  /// Goes to the next chunk when `count` bytes would cross into it.
  mutating func keepTogether(_ count: Int) {
    let room = TextLayout.chunkBytes - offset % TextLayout.chunkBytes
    if count > room { bytes.append(contentsOf: repeatElement(0, count: room)) }
  }
}
