package import SinterModel

/// Finds in a text what a full-text query looks for.
///
/// Parts that must not match are left aside, and so are the properties that parts name: a text is given, not a property.
package struct Highlighter: Sendable {
  private struct PhrasePart {
    var term: [UInt8]
    var offset: Int32
  }

  private let analyzer: Analyzer
  private var terms: Set<[UInt8]> = []
  private var prefixes: [[UInt8]] = []
  /// Single characters of scripts without spaces.
  private var characters: Set<[UInt8]> = []
  private var patterns: [TextPattern] = []
  private var fuzzy: [(word: [UInt32], edits: Int)] = []
  private var phrases: [[PhrasePart]] = []

  /// - Throws: `FulltextError.Syntax` with a span in `query`.
  package init(_ query: String, _ analyzer: Analyzer) throws(SinterError) {
    self.analyzer = analyzer
    add(try TextQueryParser.parse(query))
  }

  private mutating func add(_ query: TextQuery) {
    switch query {
    case .boosted(let inner, _): add(inner)
    case .all: break
    case .boolean(let clauses): for clause in clauses where clause.occurrence != .mustNot { add(clause.query) }
    case .word(let words): add(words.text, isPhrase: false)
    case .phrase(let words, let slop): add(words.text, isPhrase: slop == 0)
    case .prefix(let words):
      let folded = analyzer.folded(words.text)
      if !folded.isEmpty { prefixes.append(folded) }
    case .pattern(_, let pattern): patterns.append(pattern.folded(by: analyzer))
    case .fuzzy(let words, let edits):
      let word = String(decoding: analyzer.folded(words.text), as: UTF8.self).unicodeScalars.map(\.value)
      if !word.isEmpty, word.count <= Analyzer.termLimitBytes { fuzzy.append((word, edits)) }
    }
  }

  private mutating func add(_ text: String, isPhrase: Bool) {
    var tokens = TokenBuffer()
    analyzer.analyze(text, for: .query, into: &tokens)
    guard let first = tokens.tokens.first else { return }
    if isPhrase, tokens.tokens.count > 1 {
      phrases.append(tokens.tokens.map { PhrasePart(term: Array(tokens.term($0)), offset: $0.position - first.position) })
      return
    }
    for token in tokens.tokens {
      if token.isPrefix { characters.insert(Array(tokens.term(token))) } else { terms.insert(Array(tokens.term(token))) }
    }
  }

  // MARK: Marks

  /// Where `text` has what the query looks for, as UTF-8 ranges that ascend and do not touch.
  /// - Complexity: O(bytes) for words and phrases; patterns and fuzzy words are compared with each token.
  package func marks(in text: String) -> [Range<Int>] {
    var tokens = TokenBuffer()
    analyzer.analyze(text, into: &tokens)
    let utf8 = Array(text.utf8)
    var found: [Range<Int>] = []
    for token in tokens.tokens {
      let term = tokens.term(token)
      if matches(term) {
        found.append(Int(token.sourceStart)..<Int(token.sourceEnd))
      } else if !characters.isEmpty, characters.contains(where: { term.starts(with: $0) }) {
        // A pair that begins with the character: only that is marked.
        let length = utf8.withUnsafeBufferPointer { WordSegmenter.scalar($0, at: Int(token.sourceStart)).length }
        found.append(Int(token.sourceStart)..<Int(token.sourceStart) + length)
      }
    }
    for phrase in phrases { append(phrase, tokens, to: &found) }
    return Highlighter.joined(found)
  }

  private func matches(_ term: ArraySlice<UInt8>) -> Bool {
    if !terms.isEmpty, terms.contains(Array(term)) { return true }
    if prefixes.contains(where: { term.starts(with: $0) }) { return true }
    guard !patterns.isEmpty || !fuzzy.isEmpty else { return false }
    let scalars = String(decoding: term, as: UTF8.self).unicodeScalars.map(\.value)
    if patterns.contains(where: { $0.matches(scalars) }) { return true }
    return fuzzy.contains { word, edits in
      var matcher = FuzzyMatcher(word, edits: edits)
      return matcher.distance(scalars) != nil
    }
  }

  private func append(_ phrase: [PhrasePart], _ tokens: TokenBuffer, to found: inout [Range<Int>]) {
    var places: [Int32: Int] = [:]
    for (place, token) in tokens.tokens.enumerated() { places[token.position] = place }
    for token in tokens.tokens where tokens.term(token).elementsEqual(phrase[0].term) {
      let all = phrase.compactMap { part -> Range<Int>? in
        guard let place = places[token.position &+ part.offset] else { return nil }
        let other = tokens.tokens[place]
        return tokens.term(other).elementsEqual(part.term) ? Int(other.sourceStart)..<Int(other.sourceEnd) : nil
      }
      if all.count == phrase.count { found += all }
    }
  }

  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var joined: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, range.lowerBound <= last.upperBound {
        joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
      } else {
        joined.append(range)
      }
    }
    return joined
  }
}

extension TextPattern {
  /// The pattern with its literal characters folded as terms are.
  package func folded(by analyzer: Analyzer) -> TextPattern {
    var folded = TextPattern(pieces: [])
    for piece in pieces {
      guard case .scalar(let value) = piece, let scalar = Unicode.Scalar(value) else {
        folded.pieces.append(piece)
        continue
      }
      for scalar in String(decoding: analyzer.folded(String(scalar)), as: UTF8.self).unicodeScalars {
        folded.pieces.append(.scalar(scalar.value))
      }
    }
    return folded
  }
}
