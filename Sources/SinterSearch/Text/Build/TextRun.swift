internal import SinterAnalysis
internal import SinterStorage

/// What a merge takes its terms from: an analysed run of documents, or a finished segment.
protocol TextTermSource: AnyObject {
  var documentCount: Int { get }
  /// The element of a document; ascending.
  func element(_ document: Int) -> UInt32
  /// Tokens of a document in a field, cut at ``TextLayout/countLimit``.
  func length(_ document: Int, field: Int) -> UInt16
  /// Goes to the first term.
  func rewind()
  /// The term that it stands at, the field in front; nil at the end.
  var key: [UInt8]? { get }
  /// Throws what kept it from going on, where it ended early.
  func finish() throws
  /// Calls `body` with the documents of the term, ascending, and goes to the next term.
  func takePostings(_ body: (_ document: Int, _ frequency: Int, _ positions: UnsafeRawBufferPointer) -> Void) throws
}

/// Documents as they come from the analyser, inverted in memory.
final class TextRun: TextTermSource {
  private let fieldCount: Int
  private var elements: [UInt32] = []
  /// By field, then document.
  private var lengths: [[UInt16]]
  private var vocabulary = TermTable()
  // One entry an occurrence.
  private var terms: [UInt32] = []
  private var documents: [UInt32] = []
  private var positions: [UInt32] = []
  // After sorting.
  private var order: [UInt32] = []
  private var starts: [Int] = []
  private var rank = 0

  init(fieldCount: Int) {
    self.fieldCount = fieldCount
    lengths = Array(repeating: [], count: fieldCount)
  }

  var documentCount: Int { elements.count }
  var occurrenceCount: Int { terms.count }

  /// Begins the next document; elements must ascend.
  func beginDocument(_ element: UInt32) {
    elements.append(element)
    for field in 0..<fieldCount { lengths[field].append(0) }
  }

  /// Adds the tokens of a field of the current document.
  func add(_ tokens: TokenBuffer, field: Int) {
    let document = elements.count - 1
    lengths[field][document] = UInt16(clamping: tokens.tokens.count)
    tokens.bytes.withUnsafeBufferPointer { bytes in
      for token in tokens.tokens {
        let term = UnsafeBufferPointer(rebasing: bytes[Int(token.termStart)..<Int(token.termEnd)])
        terms.append(vocabulary.number(UInt8(field), term))
        documents.append(UInt32(document))
        positions.append(UInt32(truncatingIfNeeded: token.position))
      }
    }
  }

  func element(_ document: Int) -> UInt32 { elements[document] }
  func length(_ document: Int, field: Int) -> UInt16 { lengths[field][document] }

  /// Sorts the occurrences by term; within one they stay in order of document and position.
  func rewind() {
    rank = 0
    guard starts.isEmpty else { return }
    order = vocabulary.sorted()
    var ranks = [UInt32](repeating: 0, count: order.count)
    for (rank, term) in order.enumerated() { ranks[Int(term)] = UInt32(rank) }
    starts = [Int](repeating: 0, count: order.count + 1)
    for term in terms { starts[Int(ranks[Int(term)]) + 1] += 1 }
    for rank in 0..<order.count { starts[rank + 1] += starts[rank] }
    var next = starts
    var sortedDocuments = [UInt32](repeating: 0, count: terms.count)
    var sortedPositions = sortedDocuments
    for index in terms.indices {
      let rank = Int(ranks[Int(terms[index])])
      sortedDocuments[next[rank]] = documents[index]
      sortedPositions[next[rank]] = positions[index]
      next[rank] += 1
    }
    documents = sortedDocuments
    positions = sortedPositions
    terms = []
  }

  func finish() throws {}

  var key: [UInt8]? { rank < order.count ? vocabulary.key(order[rank]) : nil }

  func takePostings(_ body: (Int, Int, UnsafeRawBufferPointer) -> Void) throws {
    let end = starts[rank + 1]
    var index = starts[rank]
    var bytes = ByteWriter()
    while index < end {
      let document = documents[index]
      var previous: UInt32 = 0
      var frequency = 0
      bytes.bytes.removeAll(keepingCapacity: true)
      while index < end, documents[index] == document {
        if frequency < TextLayout.countLimit {
          bytes.appendVarint(positions[index] &- previous)
          previous = positions[index]
          frequency += 1
        }
        index += 1
      }
      bytes.bytes.withUnsafeBytes { body(Int(document), frequency, $0) }
    }
    rank += 1
  }
}

/// The terms of a run, numbered as they come: an open hash table over one arena of bytes.
struct TermTable {
  private var arena: [UInt8] = []
  /// Where each term begins; one more than terms.
  private var offsets: [Int] = [0]
  private var hashes: [UInt64] = []
  /// Term numbers plus one; 0 is free.
  private var slots = [UInt32](repeating: 0, count: 1 << 10)

  var count: Int { hashes.count }

  func key(_ term: UInt32) -> [UInt8] { Array(arena[offsets[Int(term)]..<offsets[Int(term) + 1]]) }

  /// The number of a term, new where it was not seen before.
  mutating func number(_ field: UInt8, _ term: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ UInt64(field)
    for byte in term { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    hash ^= hash >> 29
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 {
      let number = slots[slot] - 1
      if hashes[Int(number)] == hash, isEqual(number, field, term) { return number }
      slot = (slot + 1) & mask
    }
    let number = UInt32(hashes.count)
    arena.append(field)
    arena.append(contentsOf: term)
    offsets.append(arena.count)
    hashes.append(hash)
    slots[slot] = number + 1
    if hashes.count * 2 > slots.count { grow() }
    return number
  }

  private func isEqual(_ number: UInt32, _ field: UInt8, _ term: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = offsets[Int(number)]
    guard offsets[Int(number) + 1] - start == term.count + 1, arena[start] == field else { return false }
    for index in 0..<term.count where arena[start + 1 + index] != term[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    let mask = slots.count - 1
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 { slot = (slot + 1) & mask }
      slots[slot] = UInt32(number) + 1
    }
  }

  /// The numbers in bytewise order of their terms.
  func sorted() -> [UInt32] {
    arena.withUnsafeBufferPointer { bytes in
      (0..<UInt32(count)).sorted { a, b in
        let first = bytes[offsets[Int(a)]..<offsets[Int(a) + 1]]
        let second = bytes[offsets[Int(b)]..<offsets[Int(b) + 1]]
        return first.lexicographicallyPrecedes(second)
      }
    }
  }
}
