/// Walks a text and gives its words: runs of letters and digits as Unicode Standard Annex #29 joins them, runs of scripts
/// written without spaces, and emoji.
///
/// Works on valid UTF-8, which a `String` always is.
struct WordSegmenter {
  enum Kind {
    case word
    /// A run of ``WordClass/unspaced`` characters with their marks.
    case unspaced
    case emoji
  }

  /// A word as a range of bytes.
  struct Segment {
    var kind: Kind
    var start: Int
    var end: Int
    /// All bytes are ASCII.
    var isASCII: Bool
  }

  let utf8: UnsafeBufferPointer<UInt8>
  private var position = 0

  init(_ utf8: UnsafeBufferPointer<UInt8>) { self.utf8 = utf8 }

  /// The scalar at a byte offset and its length.
  @inline(__always)
  static func scalar(_ utf8: UnsafeBufferPointer<UInt8>, at offset: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(utf8[offset])
    if first < 0x80 { return (first, 1) }
    @inline(__always) func next(_ index: Int) -> UInt32 {
      offset + index < utf8.count ? UInt32(utf8[offset + index]) & 0x3F : 0
    }
    if first < 0xE0 { return ((first & 0x1F) << 6 | next(1), 2) }
    if first < 0xF0 { return ((first & 0x0F) << 12 | next(1) << 6 | next(2), 3) }
    return ((first & 0x07) << 18 | next(1) << 12 | next(2) << 6 | next(3), 4)
  }

  /// The next word; nil at the end.
  mutating func next() -> Segment? {
    while position < utf8.count {
      let (value, length) = WordSegmenter.scalar(utf8, at: position)
      switch WordClass.of(value) {
      case .letter, .digit, .connector:
        if let segment = word() { return segment }
      case .unspaced: return unspacedRun()
      case .emoji, .regional: return emoji()
      case .other, .midLetter, .midNumber, .midBoth, .extend: position += length
      }
    }
    return nil
  }

  /// Rules WB5 to WB13b: letters and digits go together, with what may stand between them.
  private mutating func word() -> Segment? {
    let start = position
    var end = start
    var at = start
    var isASCII = true
    var hasContent = false
    var last = WordClass.other
    // What was before the mark that may join, and the end before it.
    var beforeMark: WordClass?
    var mark = WordClass.other
    scan: while at < utf8.count {
      let (value, length) = WordSegmenter.scalar(utf8, at: at)
      let kind = WordClass.of(value)
      switch kind {
      case .letter, .digit:
        if let before = beforeMark {
          let joins = before == .letter ? kind == .letter && mark != .midNumber : kind == .digit && mark != .midLetter
          guard joins, before == kind else { break scan }
          beforeMark = nil
        }
        hasContent = true
        last = kind
      case .connector:
        if beforeMark != nil { break scan }
        last = kind
      case .extend:
        at += length
        if beforeMark == nil {
          end = at
          isASCII = false
        }
        continue scan
      case .midLetter, .midNumber, .midBoth:
        guard beforeMark == nil, last == .letter || last == .digit else { break scan }
        beforeMark = last
        mark = kind
        at += length
        continue scan
      case .other, .unspaced, .emoji, .regional: break scan
      }
      at += length
      end = at
      if value >= 0x80 { isASCII = false }
    }
    position = max(end, start + 1)
    guard hasContent else { return nil }
    // A mark inside may have been a wide one.
    if isASCII { isASCII = utf8[start..<end].allSatisfy { $0 < 0x80 } }
    return Segment(kind: .word, start: start, end: end, isASCII: isASCII)
  }

  private mutating func unspacedRun() -> Segment {
    let start = position
    while position < utf8.count {
      let (value, length) = WordSegmenter.scalar(utf8, at: position)
      let kind = WordClass.of(value)
      guard kind == .unspaced || kind == .extend else { break }
      position += length
    }
    return Segment(kind: .unspaced, start: start, end: position, isASCII: false)
  }

  /// One emoji: its modifiers, what is joined to it, or the two halves of a flag.
  private mutating func emoji() -> Segment {
    let start = position
    let (first, length) = WordSegmenter.scalar(utf8, at: position)
    position += length
    var isJoined = false
    var canPair = WordClass.of(first) == .regional
    while position < utf8.count {
      let (value, length) = WordSegmenter.scalar(utf8, at: position)
      let kind = WordClass.of(value)
      let isPair = canPair && kind == .regional
      guard kind == .extend || (isJoined && kind == .emoji) || isPair || (isJoined && value >= 0x2190 && kind == .other) else { break }
      if isPair { canPair = false }
      isJoined = value == 0x200D
      position += length
    }
    return Segment(kind: .emoji, start: start, end: position, isASCII: false)
  }
}
