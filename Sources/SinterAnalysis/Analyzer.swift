package import SinterModel

/// How text becomes terms: where it is cut, what is folded, left out and stemmed.
///
/// The same analyser must be used for what is searched and for the query, so its name is part of an index's definition.
package struct Analyzer: Sendable {
  /// Where text is cut.
  package enum Splitting: Sendable {
    /// At word boundaries of Unicode Standard Annex #29; runs of scripts without spaces become overlapping pairs of characters.
    case words
    /// Runs of letters.
    case letters
    /// At white space.
    case whitespace
    /// Not at all.
    case whole
  }

  /// What the terms are for.
  package enum Use: Sendable {
    /// To be found.
    case index
    /// To find: a run of a script without spaces gives pairs only, and a single character all that begin with it.
    case query
  }

  package let name: String
  /// A sentence for `db.index.fulltext.listAvailableAnalyzers`.
  package let summary: String
  let splitting: Splitting
  let foldsCase: Bool
  let foldsAccents: Bool
  let stopWords: Set<[UInt8]>
  let stems: Bool

  init(
    _ name: String, _ summary: String, _ splitting: Splitting, foldsCase: Bool = true, foldsAccents: Bool = false,
    stopWords: Set<[UInt8]> = [], stems: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.splitting = splitting
    self.foldsCase = foldsCase
    self.foldsAccents = foldsAccents
    self.stopWords = stopWords
    self.stems = stems
  }

  /// A longer term keeps its first bytes and a hash of all.
  package static let termLimitBytes = 255
  /// Text behind this is not analysed.
  package static let textLimitBytes = 1 << 30

  /// Whether terms written by hand, as prefixes and patterns are, can be compared with those of the index.
  package var cutsText: Bool { splitting != .whole }
}

extension Analyzer {
  /// Appends the tokens of `text` to `tokens`, positions going on from those there.
  /// - Complexity: O(bytes)
  package func analyze(_ text: String, for use: Use = .index, into tokens: inout TokenBuffer) {
    var text = text
    text.withUTF8 { utf8 in
      analyze(UnsafeBufferPointer(rebasing: utf8.prefix(Analyzer.textLimitBytes)), for: use, into: &tokens)
    }
  }

  /// The terms of a text, for tests and for people.
  package func terms(of text: String, for use: Use = .index) -> [String] {
    var tokens = TokenBuffer()
    analyze(text, for: use, into: &tokens)
    return tokens.terms
  }

  /// A word folded as the index's are, neither stemmed nor left out: for prefixes, patterns and fuzzy terms.
  package func folded(_ word: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var word = word
    word.withUTF8 { utf8 in _ = append(utf8, 0, utf8.count, isASCII: utf8.allSatisfy { $0 < 0x80 }, into: &bytes) }
    return bytes
  }

  private func analyze(_ utf8: UnsafeBufferPointer<UInt8>, for use: Use, into tokens: inout TokenBuffer) {
    switch splitting {
    case .words:
      var segmenter = WordSegmenter(utf8)
      while let segment = segmenter.next() {
        switch segment.kind {
        case .word, .emoji: emit(utf8, segment.start, segment.end, isASCII: segment.isASCII, into: &tokens)
        case .unspaced: emitPairs(utf8, segment.start, segment.end, for: use, into: &tokens)
        }
      }
    case .letters:
      emitRuns(utf8, into: &tokens) { WordClass.of($0) == .letter || WordClass.of($0) == .unspaced || WordClass.of($0) == .extend }
    case .whitespace:
      emitRuns(utf8, into: &tokens) { !Analyzer.isWhitespace($0) }
    case .whole:
      emit(utf8, 0, utf8.count, isASCII: utf8.allSatisfy { $0 < 0x80 }, into: &tokens)
    }
  }

  package static func isWhitespace(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 9...13, 32, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  private func emitRuns(
    _ utf8: UnsafeBufferPointer<UInt8>, into tokens: inout TokenBuffer, _ belongs: (UInt32) -> Bool
  ) {
    var at = 0
    var start: Int?
    while at < utf8.count {
      let (value, length) = WordSegmenter.scalar(utf8, at: at)
      if belongs(value) {
        if start == nil { start = at }
      } else if let from = start {
        emit(utf8, from, at, isASCII: false, into: &tokens)
        start = nil
      }
      at += length
    }
    if let from = start { emit(utf8, from, utf8.count, isASCII: false, into: &tokens) }
  }

  /// Makes one token of a range of the text, or leaves it out.
  private func emit(_ utf8: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, isASCII: Bool, into tokens: inout TokenBuffer) {
    let termStart = tokens.bytes.count
    let isPlain = append(utf8, start, end, isASCII: isASCII, into: &tokens.bytes)
    let position = tokens.nextPosition
    tokens.nextPosition = position &+ 1
    if stems { PorterStemmer.removePossessive(&tokens.bytes, from: termStart) }
    guard tokens.bytes.count > termStart else {
      tokens.nextPosition = position
      return
    }
    if !stopWords.isEmpty, tokens.bytes.count - termStart <= Analyzer.longestStopWord,
      stopWords.contains(Array(tokens.bytes[termStart...]))
    {
      tokens.bytes.removeSubrange(termStart...)
      return
    }
    if stems, isPlain { PorterStemmer.stem(&tokens.bytes, from: termStart) }
    Analyzer.limit(&tokens.bytes, from: termStart)
    tokens.tokens.append(
      TokenBuffer.Token(
        termStart: Int32(truncatingIfNeeded: termStart), termEnd: Int32(truncatingIfNeeded: tokens.bytes.count), position: position,
        sourceStart: Int32(truncatingIfNeeded: start), sourceEnd: Int32(truncatingIfNeeded: end)))
  }

  /// Appends a range folded.
  /// - Returns: whether what came is all ASCII.
  private func append(
    _ utf8: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, isASCII: Bool, into bytes: inout [UInt8]
  ) -> Bool {
    guard foldsCase else {
      bytes.append(contentsOf: utf8[start..<end])
      return isASCII
    }
    if isASCII {
      for index in start..<end {
        let byte = utf8[index]
        bytes.append(byte &- 65 < 26 ? byte | 0x20 : byte)
      }
      return true
    }
    let from = bytes.count
    var at = start
    var hasMarks = false
    while at < end {
      let (value, length) = WordSegmenter.scalar(utf8, at: at)
      CharacterFolding.fold(value, stripping: foldsAccents, into: &bytes)
      if !foldsAccents, CharacterFolding.isAccent(value) { hasMarks = true }
      at += length
    }
    if hasMarks { CanonicalComposition.compose(&bytes, from: from) }
    return bytes[from...].allSatisfy { $0 < 0x80 }
  }

  /// The pairs of neighbouring characters of a run, and in an index its last character too, so that each character of the text
  /// begins a term.
  private func emitPairs(
    _ utf8: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, for use: Use, into tokens: inout TokenBuffer
  ) {
    var previous: (start: Int, end: Int)?
    var at = start
    var isFirst = true
    while at < end {
      let from = at
      at += WordSegmenter.scalar(utf8, at: at).length
      while at < end {
        let (value, length) = WordSegmenter.scalar(utf8, at: at)
        guard WordClass.of(value) == .extend || Analyzer.isVoicing(value) else { break }
        at += length
      }
      if let previous {
        emit(utf8, previous.start, at, isASCII: false, into: &tokens)
        isFirst = false
      }
      previous = (from, at)
    }
    guard let last = previous, use == .index || isFirst else { return }
    emit(utf8, last.start, last.end, isASCII: false, into: &tokens)
    if use == .query, !tokens.tokens.isEmpty { tokens.tokens[tokens.tokens.count - 1].isPrefix = true }
  }

  /// The half-width marks that voice the kana before them.
  private static func isVoicing(_ scalar: UInt32) -> Bool { scalar == 0xFF9E || scalar == 0xFF9F }

  /// Cuts an over-long term to its first bytes and a hash of all, so that equal words still meet.
  private static func limit(_ bytes: inout [UInt8], from start: Int) {
    guard bytes.count - start > termLimitBytes else { return }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes[start...] { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    var end = start + termLimitBytes - 16
    while end > start, bytes[end] & 0xC0 == 0x80 { end -= 1 }
    bytes.removeSubrange(end...)
    for digit in 0..<16 { bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: hash >> UInt64(4 * digit)) & 15) }
  }
}
