internal import SinterModel
internal import SinterStorage

/// Walks one postings list forward, block by block.
final class PostingsCursor {
  let segment: TextSegment
  let list: TextSegment.Entry
  let field: Int
  /// The block that is decoded, or would be next; `list.blocks` at the end.
  private(set) var block = 0
  private var decoded = -1
  private(set) var skip: SkipEntry
  let documents: UnsafeMutablePointer<UInt32>
  let frequencies: UnsafeMutablePointer<UInt32>
  private var positions = UnsafeRawBufferPointer(start: nil, count: 0)
  // How far the positions of the block were walked: the next document and where its positions begin.
  private var walked = 0
  private var walkedOffset = 0

  init(_ segment: TextSegment, _ list: TextSegment.Entry, field: Int) {
    self.segment = segment
    self.list = list
    self.field = field
    documents = .allocate(capacity: TextLayout.blockDocuments)
    frequencies = .allocate(capacity: TextLayout.blockDocuments)
    documents.initialize(repeating: 0, count: TextLayout.blockDocuments)
    frequencies.initialize(repeating: 1, count: TextLayout.blockDocuments)
    skip = segment.skip(list, 0)
  }

  deinit {
    documents.deallocate()
    frequencies.deallocate()
  }

  /// Goes to the first block that may hold `document` or a later one; false when there is none.
  @inline(__always)
  func seek(_ document: UInt32) -> Bool {
    guard block < list.blocks else { return false }
    if skip.lastDocument >= document { return true }
    return leap(document)
  }

  private func leap(_ document: UInt32) -> Bool {
    // Gallop, then halve.
    var step = 1
    var low = block + 1
    while low + step < list.blocks, segment.lastDocument(list, low + step - 1) < document {
      low += step
      step *= 2
    }
    var high = min(low + step, list.blocks)
    while low < high {
      let middle = (low + high) >> 1
      if segment.lastDocument(list, middle) < document { low = middle + 1 } else { high = middle }
    }
    block = low
    guard block < list.blocks else { return false }
    skip = segment.skip(list, block)
    return true
  }

  /// Goes back to the beginning.
  func rewind() {
    block = 0
    skip = segment.skip(list, 0)
  }

  /// Decodes the current block if it is not yet.
  @inline(__always)
  func load() throws(SinterError) {
    if decoded != block { try decode() }
  }

  private func decode() throws(SinterError) {
    let base = block == 0 ? -1 : Int64(segment.lastDocument(list, block - 1))
    positions = try segment.decode(list, skip, base: base, documents: documents, frequencies: frequencies)
    decoded = block
    walked = 0
    walkedOffset = 0
  }

  /// The first document in the current block that is not before `document`: its place in the block.
  func place(_ document: UInt32) -> Int {
    var low = 0
    var high = skip.count
    while low < high {
      let middle = (low + high) >> 1
      if documents[middle] < document { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// How often the term is in `document`; 0 when it is not. Documents must be asked for in ascending order.
  func frequency(of document: UInt32) throws(SinterError) -> Int {
    guard seek(document) else { return 0 }
    try load()
    let place = place(document)
    return place < skip.count && documents[place] == document ? Int(frequencies[place]) : 0
  }

  /// The bytes of the positions of the document at a place of the loaded block.
  func positionBytes(_ place: Int) throws(SinterError) -> UnsafeRawBufferPointer {
    if place < walked {
      walked = 0
      walkedOffset = 0
    }
    while walked < place {
      walkedOffset = try end(walkedOffset, frequencies[walked])
      walked += 1
    }
    return UnsafeRawBufferPointer(rebasing: positions[walkedOffset..<(try end(walkedOffset, frequencies[place]))])
  }

  /// Behind `count` numbers from `offset` on.
  private func end(_ offset: Int, _ count: UInt32) throws(SinterError) -> Int {
    var offset = offset
    var rest = count
    while rest > 0 {
      guard offset < positions.count else { throw segment.damage }
      if positions[offset] < 0x80 { rest -= 1 }
      offset += 1
    }
    return offset
  }

  /// Replaces `result` by the positions of the document at a place of the loaded block.
  func positions(_ place: Int, into result: inout [Int32]) throws(SinterError) {
    result.removeAll(keepingCapacity: true)
    var reader = ByteReader(try positionBytes(place))
    var position: UInt32 = 0
    for _ in 0..<frequencies[place] {
      do { position &+= try reader.readUInt32() } catch { throw segment.damage }
      result.append(Int32(truncatingIfNeeded: position))
    }
  }
}

/// A finished segment as a source for a merge.
final class TextSegmentSource: TextTermSource {
  private let segment: TextSegment
  private var pending: [(key: [UInt8], entry: TextSegment.Entry)] = []
  private var next = 0

  init(_ segment: TextSegment) { self.segment = segment }

  var documentCount: Int { segment.documentCount }
  func element(_ document: Int) -> UInt32 { segment.element(document) }
  func length(_ document: Int, field: Int) -> UInt16 { segment.length(document, field: field) }

  private var failure: SinterError?

  func rewind() { read(from: []) }

  func finish() throws { if let failure { throw failure } }

  var key: [UInt8]? { next < pending.count ? pending[next].key : nil }

  /// Reads the next terms of the dictionary, a thousand at a time.
  private func read(from key: [UInt8]) {
    pending.removeAll(keepingCapacity: true)
    next = 0
    do {
      try segment.forEachTerm(from: key) { term, entry in
        pending.append((term, entry))
        return pending.count < 1024
      }
    } catch {
      failure = error
    }
  }

  func takePostings(_ body: (Int, Int, UnsafeRawBufferPointer) -> Void) throws {
    if let failure { throw failure }
    let (key, entry) = pending[next]
    let cursor = PostingsCursor(segment, entry, field: Int(key[0]))
    var document: UInt32 = 0
    while cursor.seek(document) {
      try cursor.load()
      for place in 0..<cursor.skip.count {
        body(Int(cursor.documents[place]), Int(cursor.frequencies[place]), try cursor.positionBytes(place))
      }
      guard cursor.skip.lastDocument < .max else { break }
      document = cursor.skip.lastDocument + 1
    }
    next += 1
    if next == pending.count { read(from: key + [0]) }
  }
}
