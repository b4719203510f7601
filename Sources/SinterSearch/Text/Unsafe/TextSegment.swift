internal import SinterModel
internal import SinterStorage

/// A finished segment of a full-text index, read where it lies: in a blob's chunks or in memory of its own.
///
/// Every offset that bytes lead to is checked before it is followed; what does not fit is `StorageError.Damaged`.
/// `@unchecked Sendable`: nothing changes after `init`, and the bytes outlive the object by the promise of its maker.
final class TextSegment: @unchecked Sendable {
  /// Where each chunk of ``TextLayout/chunkBytes`` begins.
  private let chunks: [UnsafeRawPointer]
  private let sizeBytes: Int
  /// Memory of its own, where it has some.
  private let owned: UnsafeMutableRawPointer?
  private let name: String

  let documentCount: Int
  let termCount: Int
  let fields: [TextFieldTotals]
  private let dictionaryBlockCount: Int
  private let lengthsOffset: Int
  private let postingsOffset: Int
  private let dictionaryOffset: Int
  private let offsetsOffset: Int

  /// A segment in a blob's chunks, which must be valid while it is used.
  /// - Parameter name: the index, for errors.
  /// - Throws: `StorageError.Damaged`.
  convenience init(chunks: [UnsafeRawBufferPointer], name: String) throws(SinterError) {
    for (index, chunk) in chunks.enumerated() where index + 1 < chunks.count && chunk.count != TextLayout.chunkBytes {
      throw TextSegment.damaged(name)
    }
    let size = chunks.reduce(0) { $0 + $1.count }
    try self.init(chunks.compactMap(\.baseAddress), size, owned: nil, name: name)
  }

  /// A segment in memory.
  convenience init(bytes: [UInt8], name: String) throws(SinterError) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(bytes.count, 16), alignment: 16)
    bytes.withUnsafeBytes { if $0.count > 0 { memory.copyMemory(from: $0.baseAddress!, byteCount: $0.count) } }
    let starts = stride(from: 0, to: bytes.count, by: TextLayout.chunkBytes).map { UnsafeRawPointer(memory + $0) }
    try self.init(starts, bytes.count, owned: memory, name: name)
  }

  private init(_ chunks: [UnsafeRawPointer], _ sizeBytes: Int, owned: UnsafeMutableRawPointer?, name: String) throws(SinterError) {
    self.chunks = chunks
    self.sizeBytes = sizeBytes
    self.owned = owned
    self.name = name
    var numbers: [Int] = []
    var totals: [TextFieldTotals] = []
    var isWhole = sizeBytes >= TextLayout.footerBytes && sizeBytes % TextLayout.sectionAlignmentBytes == 0
    if isWhole {
      let start = sizeBytes - TextLayout.footerBytes
      let footer = chunks[start / TextLayout.chunkBytes] + start % TextLayout.chunkBytes
      func number(_ index: Int) -> Int {
        Int(UInt64(littleEndian: footer.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self)) & (1 << 48 - 1))
      }
      isWhole = UInt64(littleEndian: footer.loadUnaligned(as: UInt64.self)) == TextLayout.magic
      numbers = (1...8).map(number)
      if numbers[1] <= TextLayout.fieldLimit {
        totals = (0..<numbers[1]).map { TextFieldTotals(documents: number(9 + 2 * $0), length: number(10 + 2 * $0)) }
      } else {
        isWhole = false
      }
    } else {
      numbers = Array(repeating: 0, count: 8)
    }
    documentCount = numbers[0]
    fields = totals
    termCount = numbers[2]
    dictionaryBlockCount = numbers[3]
    lengthsOffset = numbers[4]
    postingsOffset = numbers[5]
    dictionaryOffset = numbers[6]
    offsetsOffset = numbers[7]
    let end = sizeBytes - TextLayout.footerBytes
    let stride = TextSegment.lengthStride(documentCount)
    guard isWhole, documentCount <= Int(UInt32.max), documentCount * 4 <= lengthsOffset,
      postingsOffset == lengthsOffset + stride * totals.count, postingsOffset <= dictionaryOffset, dictionaryOffset <= offsetsOffset,
      offsetsOffset + dictionaryBlockCount * 8 <= end
    else { throw TextSegment.damaged(name) }
  }

  deinit { owned?.deallocate() }

  /// Bytes of a field's lengths, up to the next section.
  private static func lengthStride(_ documents: Int) -> Int {
    let alignment = TextLayout.sectionAlignmentBytes
    return (documents * 2 + alignment - 1) / alignment * alignment
  }

  static func damaged(_ name: String) -> SinterError {
    SinterError(
      "StorageError.Damaged",
      "The search index `\(name)` is damaged: its full-text base does not hold together. Drop it and create it again; `sinter check` says what else is hurt.")
  }

  var damage: SinterError { TextSegment.damaged(name) }

  // MARK: Bytes

  /// The address of an offset below the size.
  @inline(__always)
  func address(_ offset: Int) -> UnsafeRawPointer { chunks[offset / TextLayout.chunkBytes] + offset % TextLayout.chunkBytes }

  /// Bytes from an offset to the end of its chunk.
  @inline(__always)
  private func room(_ offset: Int) -> Int {
    let inChunk = TextLayout.chunkBytes - offset % TextLayout.chunkBytes
    return min(inChunk, sizeBytes - offset)
  }

  // MARK: Documents

  /// The element of a document below ``documentCount``.
  @inline(__always)
  func element(_ document: Int) -> UInt32 {
    UInt32(littleEndian: address(document * 4).loadUnaligned(as: UInt32.self))
  }

  /// The document of an element, by binary search; nil when it has none.
  func document(of element: UInt32) -> Int? {
    var low = 0
    var high = documentCount
    while low < high {
      let middle = (low + high) >> 1
      if self.element(middle) < element { low = middle + 1 } else { high = middle }
    }
    return low < documentCount && self.element(low) == element ? low : nil
  }

  /// Tokens of a document in a field.
  func length(_ document: Int, field: Int) -> UInt16 { lengths(field, from: document)[0] }

  /// The lengths from a document on, to the end of its window.
  @inline(__always)
  func lengths(_ field: Int, from document: Int) -> UnsafePointer<UInt16> {
    address(lengthsOffset + TextSegment.lengthStride(documentCount) * field + document * 2).assumingMemoryBound(to: UInt16.self)
  }

  // MARK: Dictionary

  /// A term of the dictionary and where its list is.
  struct Entry {
    var documents: Int
    var blocks: Int
    var offset: Int
  }

  /// A block of the dictionary.
  private func dictionaryBlock(_ number: Int) throws(SinterError) -> ByteReader {
    let offset = Int(truncatingIfNeeded: UInt64(littleEndian: address(offsetsOffset + 8 * number).loadUnaligned(as: UInt64.self)))
    guard offset >= dictionaryOffset, offset < offsetsOffset else { throw damage }
    return ByteReader(UnsafeRawBufferPointer(start: address(offset), count: min(room(offset), offsetsOffset - offset)))
  }

  /// The block that holds `key` if any does: the last whose first key is not above it.
  private func blockNumber(for key: [UInt8]) throws(SinterError) -> Int {
    var low = 0
    var high = dictionaryBlockCount
    do {
      while low < high {
        let middle = (low + high) >> 1
        var reader = try dictionaryBlock(middle)
        _ = try reader.readBytes(1)
        guard try reader.readInt() == 0 else { throw DecodeFailure() }
        let first = try reader.readBytes(try reader.readCount())
        if key.lexicographicallyPrecedes(first) { high = middle } else { low = middle + 1 }
      }
    } catch let error as SinterError {
      throw error
    } catch {
      throw damage
    }
    return max(0, low - 1)
  }

  /// The term with exactly this key (field and term); nil when no document has it.
  func find(_ key: [UInt8]) throws(SinterError) -> Entry? {
    var found: Entry?
    try forEachTerm(from: key) { term, entry in
      if term == key { found = entry }
      return false
    }
    return found
  }

  /// Calls `body` with the terms from the first that is not below `key`, in order, until it returns false.
  func forEachTerm(from key: [UInt8], _ body: ([UInt8], Entry) throws(SinterError) -> Bool) throws(SinterError) {
    guard dictionaryBlockCount > 0 else { return }
    var term: [UInt8] = []
    var isBefore = true
    for number in try blockNumber(for: key)..<dictionaryBlockCount {
      var reader = try dictionaryBlock(number)
      term.removeAll(keepingCapacity: true)
      let count: UInt8
      do { count = try reader.read(UInt8.self) } catch { throw damage }
      for _ in 0..<count {
        let entry = try nextEntry(&reader, &term)
        if isBefore, term.lexicographicallyPrecedes(key) { continue }
        isBefore = false
        guard try body(term, entry) else { return }
      }
    }
  }

  private func nextEntry(_ reader: inout ByteReader, _ term: inout [UInt8]) throws(SinterError) -> Entry {
    do {
      let shared = try reader.readInt()
      let own = try reader.readBytes(try reader.readCount())
      guard shared >= 0, shared <= term.count else { throw DecodeFailure() }
      term.removeSubrange(shared...)
      term.append(contentsOf: own)
      let documents = try reader.readInt()
      let blocks = try reader.readInt()
      let place = try reader.readInt()
      guard documents > 0, documents <= documentCount, blocks > 0, blocks <= documents, place >= 0, place < sizeBytes,
        !term.isEmpty, Int(term[0]) < fields.count
      else { throw DecodeFailure() }
      let offset = place * TextLayout.skipBytes
      guard offset >= postingsOffset, offset + blocks * TextLayout.skipBytes <= dictionaryOffset else { throw DecodeFailure() }
      return Entry(documents: documents, blocks: blocks, offset: offset)
    } catch {
      throw damage
    }
  }

  // MARK: Postings

  /// What the table of a list says of a block.
  @inline(__always)
  func skip(_ list: Entry, _ block: Int) -> SkipEntry {
    let raw = address(list.offset + block * TextLayout.skipBytes)
    let high = Int(raw.load(fromByteOffset: 8, as: UInt8.self)) << 32
    return SkipEntry(
      lastDocument: UInt32(littleEndian: raw.loadUnaligned(as: UInt32.self)),
      offset: Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: 4, as: UInt32.self))) | high,
      shortestOnce: raw.load(fromByteOffset: 9, as: UInt8.self), shortestTwice: raw.load(fromByteOffset: 10, as: UInt8.self),
      shortestMore: raw.load(fromByteOffset: 11, as: UInt8.self), mostOccurrences: raw.load(fromByteOffset: 12, as: UInt8.self),
      count: Int(raw.load(fromByteOffset: 13, as: UInt8.self)) + 1)
  }

  /// The last document of a block.
  @inline(__always)
  func lastDocument(_ list: Entry, _ block: Int) -> UInt32 {
    UInt32(littleEndian: address(list.offset + block * TextLayout.skipBytes).loadUnaligned(as: UInt32.self))
  }

  /// Decodes a block.
  /// - Parameters:
  ///   - base: the last document of the block before; -1 for the first.
  ///   - documents: room for ``TextLayout/blockDocuments`` documents.
  ///   - frequencies: as much room.
  /// - Returns: the positions, up to the end of what may be theirs.
  func decode(
    _ list: Entry, _ skip: SkipEntry, base: Int64, documents: UnsafeMutablePointer<UInt32>, frequencies: UnsafeMutablePointer<UInt32>
  ) throws(SinterError) -> UnsafeRawBufferPointer {
    let offset = list.offset + skip.offset
    guard skip.offset >= list.blocks * TextLayout.skipBytes, offset + 2 <= dictionaryOffset, skip.count <= TextLayout.blockDocuments
    else { throw damage }
    let raw = address(offset)
    let room = min(room(offset), dictionaryOffset - offset)
    guard room >= 2 else { throw damage }
    let documentWidth = Int(raw.load(as: UInt8.self))
    let frequencyWidth = Int(raw.load(fromByteOffset: 1, as: UInt8.self))
    guard documentWidth <= 4, documentWidth != 3, frequencyWidth <= 2 else { throw damage }
    let positions = 2 + skip.count * (documentWidth + frequencyWidth)
    guard positions <= room else { throw damage }
    var document = base
    let deltas = raw + 2
    switch documentWidth {
    case 0:
      for index in 0..<skip.count {
        document &+= 1
        documents[index] = UInt32(truncatingIfNeeded: document)
      }
    case 1:
      for index in 0..<skip.count {
        document &+= Int64(deltas.load(fromByteOffset: index, as: UInt8.self)) &+ 1
        documents[index] = UInt32(truncatingIfNeeded: document)
      }
    case 2:
      for index in 0..<skip.count {
        document &+= Int64(UInt16(littleEndian: deltas.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self))) &+ 1
        documents[index] = UInt32(truncatingIfNeeded: document)
      }
    default:
      for index in 0..<skip.count {
        document &+= Int64(UInt32(littleEndian: deltas.loadUnaligned(fromByteOffset: 4 &* index, as: UInt32.self))) &+ 1
        documents[index] = UInt32(truncatingIfNeeded: document)
      }
    }
    guard document == Int64(skip.lastDocument), document < Int64(documentCount) else { throw damage }
    let counts = deltas + skip.count * documentWidth
    switch frequencyWidth {
    case 0: for index in 0..<skip.count { frequencies[index] = 1 }
    case 1: for index in 0..<skip.count { frequencies[index] = UInt32(counts.load(fromByteOffset: index, as: UInt8.self)) }
    default:
      for index in 0..<skip.count {
        frequencies[index] = UInt32(UInt16(littleEndian: counts.loadUnaligned(fromByteOffset: 2 &* index, as: UInt16.self)))
      }
    }
    return UnsafeRawBufferPointer(start: raw + positions, count: room - positions)
  }
}
