internal import SinterAnalysis
internal import SinterModel

extension TextSnapshot {
  /// The query of a text with the weights of this snapshot.
  /// - Throws: `FulltextError.Syntax`, `FulltextError.UnknownProperty`, both with a span in `text`.
  func resolve(_ text: String, _ checkpoint: @escaping () throws(SinterError) -> Void) throws(SinterError) -> ResolvedQuery {
    var resolver = QueryResolver(self, text, checkpoint)
    return try resolver.resolve(try TextQueryParser.parse(text), boost: 1) ?? .nothing
  }
}

/// Turns words into terms. Parts of which nothing is left, stop words above all, fall away.
private struct QueryResolver {
  let index: TextSnapshot
  let text: String
  let checkpoint: () throws(SinterError) -> Void
  private var tokens = TokenBuffer()

  /// Terms that a fuzzy word stands for at most: the nearest, then the most frequent.
  static let fuzzyLimit = 50
  /// Terms that one place of a phrase stands for at most.
  static let phraseAlternatives = 256

  init(_ index: TextSnapshot, _ text: String, _ checkpoint: @escaping () throws(SinterError) -> Void) {
    self.index = index
    self.text = text
    self.checkpoint = checkpoint
  }

  mutating func resolve(_ query: TextQuery, boost: Double) throws(SinterError) -> ResolvedQuery? {
    switch query {
    case .boosted(let inner, let factor): return try resolve(inner, boost: boost * factor)
    case .all: return .all(weight: boost)
    case .boolean(let clauses): return try resolve(clauses, boost: boost)
    case .word(let words): return try word(words, boost: boost)
    case .phrase(let words, let slop):
      tokens.removeAll()
      index.analyzer.analyze(words.text, for: .query, into: &tokens)
      guard !tokens.tokens.isEmpty else { return nil }
      return try eachField(words) { (resolver, field) throws(SinterError) in try resolver.phrase(field, slop: slop, boost: boost) }
    case .prefix(let words):
      let folded = index.analyzer.folded(words.text)
      guard !folded.isEmpty else { return nil }
      return try eachField(words) { (resolver, field) throws(SinterError) in
        let keys = try resolver.terms(field, beginningWith: folded) { _ in true }
        return .group(keys: keys, field: field, weight: boost)
      }
    case .pattern(let words, let pattern): return try patterned(words, pattern, boost: boost)
    case .fuzzy(let words, let edits): return try fuzzy(words, edits: edits, boost: boost)
    }
  }

  private mutating func resolve(_ clauses: [TextQuery.Clause], boost: Double) throws(SinterError) -> ResolvedQuery? {
    var required: [ResolvedQuery] = []
    var optional: [ResolvedQuery] = []
    var excluded: [ResolvedQuery] = []
    for clause in clauses {
      guard let part = try resolve(clause.query, boost: boost) else { continue }
      switch clause.occurrence {
      case .must: required.append(part)
      case .should: optional.append(part)
      case .mustNot: excluded.append(part)
      }
    }
    if required.isEmpty, optional.isEmpty {
      // Only what must not be there: all else.
      return excluded.isEmpty ? nil : .boolean(required: [.all(weight: boost)], optional: [], excluded: excluded)
    }
    if excluded.isEmpty, required.count + optional.count == 1 { return (required + optional)[0] }
    return .boolean(required: required, optional: optional, excluded: excluded)
  }

  // MARK: Fields

  /// The parts of all fields that words are looked for in; they add up.
  private mutating func eachField(
    _ words: TextQuery.Words, _ body: (inout QueryResolver, Int) throws(SinterError) -> ResolvedQuery
  ) throws(SinterError) -> ResolvedQuery {
    if let name = words.field {
      guard let field = index.fields.firstIndex(of: name) else { throw unknown(name, words) }
      return try body(&self, field)
    }
    var parts: [ResolvedQuery] = []
    for field in index.fields.indices { parts.append(try body(&self, field)) }
    return parts.count == 1 ? parts[0] : .boolean(required: [], optional: parts, excluded: [])
  }

  private func unknown(_ name: String, _ words: TextQuery.Words) -> SinterError {
    let near = closest(to: name, among: index.fields).map { " Did you mean `\($0)`?" } ?? ""
    return SinterError(
      "FulltextError.UnknownProperty",
      "The full-text index `\(index.name)` has no property `\(name)`.\(near) It has: \(index.fields.joined(separator: ", ")). "
        + "To search for a colon write `\\:`.",
      at: words.span, in: text)
  }

  // MARK: Parts

  private mutating func word(_ words: TextQuery.Words, boost: Double) throws(SinterError) -> ResolvedQuery? {
    tokens.removeAll()
    index.analyzer.analyze(words.text, for: .query, into: &tokens)
    guard !tokens.tokens.isEmpty else { return nil }
    return try eachField(words) { (resolver, field) throws(SinterError) in
      var parts: [ResolvedQuery] = []
      for token in resolver.tokens.tokens {
        let term = Array(resolver.tokens.term(token))
        if token.isPrefix {
          let keys = try resolver.terms(field, beginningWith: term) { _ in true }
          parts.append(.group(keys: keys, field: field, weight: boost))
        } else {
          parts.append(try resolver.term([UInt8(field)] + term, field, boost: boost))
        }
      }
      return parts.count == 1 ? parts[0] : .boolean(required: [], optional: parts, excluded: [])
    }
  }

  private func term(_ key: [UInt8], _ field: Int, boost: Double) throws(SinterError) -> ResolvedQuery {
    let documents = try index.documentFrequency(key)
    guard documents > 0 else { return .nothing }
    return .term(key: key, weight: boost * index.inverseFrequency(documents, field: field))
  }

  /// A phrase weighs as much as its terms together.
  private mutating func phrase(_ field: Int, slop: Int, boost: Double) throws(SinterError) -> ResolvedQuery {
    var parts: [ResolvedQuery.PhrasePart] = []
    var weight = 0.0
    let first = tokens.tokens[0].position
    for token in tokens.tokens {
      let term = Array(tokens.term(token))
      var keys = [[UInt8(field)] + term]
      if token.isPrefix { keys = Array(try terms(field, beginningWith: term) { _ in true }.prefix(QueryResolver.phraseAlternatives)) }
      var documents = 0
      for key in keys { documents = max(documents, try index.documentFrequency(key)) }
      guard documents > 0 else { return .nothing }
      weight += index.inverseFrequency(documents, field: field)
      parts.append(ResolvedQuery.PhrasePart(keys: keys, offset: token.position - first))
    }
    if parts.count == 1, parts[0].keys.count == 1 { return .term(key: parts[0].keys[0], weight: boost * weight) }
    return .phrase(parts, slop: slop, field: field, weight: boost * weight)
  }

  private mutating func patterned(
    _ words: TextQuery.Words, _ pattern: TextPattern, boost: Double
  ) throws(SinterError) -> ResolvedQuery {
    let folded = pattern.folded(by: index.analyzer)
    let beginning = folded.literalPrefix.compactMap(Unicode.Scalar.init).reduce(into: [UInt8]()) { $0 += Array(UTF8.encode($1)!) }
    return try eachField(words) { (resolver, field) throws(SinterError) in
      let keys = try resolver.terms(field, beginningWith: beginning) { key in
        folded.matches(String(decoding: key.dropFirst(), as: UTF8.self).unicodeScalars.map(\.value))
      }
      return .group(keys: keys, field: field, weight: boost)
    }
  }

  /// The terms near to a word: each weighs as the most frequent of them, so that a rare slip of the pen does not outweigh the
  /// word itself, and less the farther it is.
  private mutating func fuzzy(_ words: TextQuery.Words, edits: Int, boost: Double) throws(SinterError) -> ResolvedQuery? {
    let word = String(decoding: index.analyzer.folded(words.text), as: UTF8.self).unicodeScalars.map(\.value)
    guard !word.isEmpty, word.count <= Analyzer.termLimitBytes else { return nil }
    return try eachField(words) { (resolver, field) throws(SinterError) in
      var near: [(key: [UInt8], distance: Int, documents: Int)] = []
      for part in resolver.index.parts {
        var matcher = FuzzyMatcher(word, edits: edits)
        var looked = 0
        try part.segment.forEachTerm(from: [UInt8(field)]) { (key, _) throws(SinterError) in
          guard key[0] == UInt8(field) else { return false }
          looked += 1
          if looked & 1023 == 0 { try resolver.checkpoint() }
          let term = String(decoding: key.dropFirst(), as: UTF8.self).unicodeScalars.map(\.value)
          if let distance = matcher.distance(term), !near.contains(where: { $0.key == key }) {
            let documents = try resolver.index.documentFrequency(key)
            if documents > 0 { near.append((key, distance, documents)) }
          }
          return true
        }
      }
      guard let most = near.map(\.documents).max() else { return .nothing }
      near.sort { a, b in
        if a.distance != b.distance { return a.distance < b.distance }
        if a.documents != b.documents { return a.documents > b.documents }
        return a.key.lexicographicallyPrecedes(b.key)
      }
      let weight = boost * resolver.index.inverseFrequency(most, field: field)
      let parts = near.prefix(QueryResolver.fuzzyLimit).map { term in
        let length = String(decoding: term.key.dropFirst(), as: UTF8.self).unicodeScalars.count
        let nearness = 1 - Double(term.distance) / Double(max(1, max(length, word.count)))
        return ResolvedQuery.term(key: term.key, weight: weight * max(nearness, 0.05))
      }
      return parts.count == 1 ? parts[0] : .boolean(required: [], optional: parts, excluded: [])
    }
  }

  /// The keys of all terms of a field that begin with some bytes and fit, over all parts.
  private func terms(
    _ field: Int, beginningWith bytes: [UInt8], where fits: ([UInt8]) -> Bool
  ) throws(SinterError) -> [[UInt8]] {
    let beginning = [UInt8(field)] + bytes
    var keys: [[UInt8]] = []
    for part in index.parts {
      var looked = 0
      try part.segment.forEachTerm(from: beginning) { (key, _) throws(SinterError) in
        guard key.starts(with: beginning) else { return false }
        looked += 1
        if looked & 1023 == 0 { try checkpoint() }
        if fits(key) { keys.append(key) }
        return true
      }
    }
    return index.parts.count == 1 ? keys : Array(Set(keys)).sorted { $0.lexicographicallyPrecedes($1) }
  }
}
