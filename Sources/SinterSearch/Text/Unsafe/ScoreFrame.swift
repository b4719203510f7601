/// The documents of one window that match a part of a query, and their scores.
final class ScoreFrame {
  /// A bit a document.
  let bits: UnsafeMutablePointer<UInt64>
  /// By document; meaningful where the bit is set.
  let scores: UnsafeMutablePointer<Double>

  static let words = TextLayout.windowDocuments / 64

  init() {
    bits = .allocate(capacity: ScoreFrame.words)
    bits.initialize(repeating: 0, count: ScoreFrame.words)
    scores = .allocate(capacity: TextLayout.windowDocuments)
    scores.initialize(repeating: 0, count: TextLayout.windowDocuments)
  }

  deinit {
    bits.deallocate()
    scores.deallocate()
  }

  func clear() { bits.update(repeating: 0, count: ScoreFrame.words) }

  var isEmpty: Bool {
    for word in 0..<ScoreFrame.words where bits[word] != 0 { return false }
    return true
  }

  /// Adds to a document's score; its first score makes it match.
  @inline(__always)
  func add(_ place: Int, _ score: Double) {
    let mask: UInt64 = 1 << UInt64(place & 63)
    if bits[place >> 6] & mask == 0 {
      bits[place >> 6] |= mask
      scores[place] = score
    } else {
      scores[place] += score
    }
  }

  func remove(_ place: Int) { bits[place >> 6] &= ~(1 << UInt64(place & 63)) }

  /// Keeps the documents whose bits are set in `mask`, a bit for each of the window's.
  func keep(_ mask: [UInt64]) { for word in 0..<ScoreFrame.words { bits[word] &= mask[word] } }

  /// Calls `body` with the places of the documents that match, ascending.
  @inline(__always)
  func forEach<E: Error>(_ body: (Int) throws(E) -> Void) throws(E) {
    for word in 0..<ScoreFrame.words {
      var rest = bits[word]
      while rest != 0 {
        try body(word << 6 + rest.trailingZeroBitCount)
        rest &= rest &- 1
      }
    }
  }

  /// Adds the other's documents and scores.
  func formUnion(_ other: ScoreFrame) { other.forEach { add($0, other.scores[$0]) } }

  /// Keeps what both have, scores added.
  func formIntersection(_ other: ScoreFrame) {
    for word in 0..<ScoreFrame.words { bits[word] &= other.bits[word] }
    forEach { scores[$0] += other.scores[$0] }
  }

  /// Adds scores of the other where this one matches anyway.
  func addScores(of other: ScoreFrame) {
    for word in 0..<ScoreFrame.words {
      var rest = bits[word] & other.bits[word]
      while rest != 0 {
        let place = word << 6 + rest.trailingZeroBitCount
        scores[place] += other.scores[place]
        rest &= rest &- 1
      }
    }
  }

  func subtract(_ other: ScoreFrame) {
    for word in 0..<ScoreFrame.words { bits[word] &= ~other.bits[word] }
  }
}

/// What the length of a document does to its scores in one field: BM25 with k₁ 1.2 and b 0.75.
///
/// The score of a term is its weight times 1 / (1 + K / tf), K = k₁ (1 − b + b · length / average length). Written so, a greater
/// tf or a lesser length never gives a smaller number even after rounding, and bounds of blocks hold exactly.
final class FieldNorms {
  private let base: Double
  private let slope: Double
  /// K by length, up to 255.
  let norms: UnsafeMutablePointer<Double>
  /// 1 / (1 + K) by length, up to 255.
  let once: UnsafeMutablePointer<Double>

  static let k1 = 1.2
  static let b = 0.75

  init(_ totals: TextFieldTotals) {
    let average = totals.documents > 0 ? Double(totals.length) / Double(totals.documents) : 1
    base = FieldNorms.k1 * (1 - FieldNorms.b)
    slope = FieldNorms.k1 * FieldNorms.b / max(average, 1)
    norms = .allocate(capacity: 256)
    once = .allocate(capacity: 256)
    for length in 0..<256 {
      norms[length] = base + slope * Double(length)
      once[length] = 1 / (1 + norms[length])
    }
  }

  deinit {
    norms.deallocate()
    once.deallocate()
  }

  /// 1 / (1 + K / tf)
  @inline(__always)
  func factor(_ frequency: Double, _ length: Int) -> Double {
    if length < 256 { return frequency == 1 ? once[length] : 1 / (1 + norms[length] / frequency) }
    return 1 / (1 + (base + slope * Double(length)) / frequency)
  }

  /// The greatest factor of any document in a block.
  @inline(__always)
  func bound(_ skip: SkipEntry) -> Double {
    var bound = once[Int(skip.shortestOnce)]
    if skip.mostOccurrences >= 2 { bound = max(bound, 1 / (1 + norms[Int(skip.shortestTwice)] / 2)) }
    if skip.mostOccurrences == 255 { return 1 }
    if skip.mostOccurrences > 2 {
      bound = max(bound, 1 / (1 + norms[Int(skip.shortestMore)] / Double(skip.mostOccurrences)))
    }
    return bound
  }
}
