import SinterAnalysis

/// Full text the simplest way: every document is looked at for every query.
final class NaiveTextIndex {
  /// Terms with their positions, by field, then document.
  private let analyzer: Analyzer
  private let fields: [String]
  private var documents: [UInt32: [[(term: String, position: Int32)]]] = [:] {
    didSet { known = Known() }
  }

  /// What was counted since the last change.
  private struct Known {
    var averages: [Int: Double] = [:]
    var holders: [Int: Int] = [:]
    var frequencies: [Int: [String: Int]] = [:]
    var near: [String: [(term: String, distance: Int)]] = [:]
  }
  private var known = Known()

  init(_ fields: [String], _ analyzer: Analyzer) {
    self.fields = fields
    self.analyzer = analyzer
  }

  /// - Parameter texts: by field; nil for none.
  func set(_ id: UInt32, _ texts: [String?]) {
    let tokens = texts.map { text -> [(String, Int32)] in
      var buffer = TokenBuffer()
      if let text { analyzer.analyze(text, into: &buffer) }
      return buffer.tokens.map { (String(decoding: buffer.term($0), as: UTF8.self), $0.position) }
    }
    documents[id] = tokens.allSatisfy(\.isEmpty) ? nil : tokens
  }

  func remove(_ id: UInt32) { documents[id] = nil }

  /// All that match, best first.
  func search(_ query: TextQuery) -> [(id: UInt32, score: Double)] {
    documents.keys.compactMap { id in score(query, id).map { (id, $0) } }
      .sorted { $0.score > $1.score || ($0.score == $1.score && $0.id < $1.id) }
  }

  // MARK: Statistics

  private func holders(_ field: Int) -> Int {
    if let count = known.holders[field] { return count }
    let count = documents.values.reduce(0) { $0 + ($1[field].isEmpty ? 0 : 1) }
    known.holders[field] = count
    return count
  }

  private func average(_ field: Int) -> Double {
    if let average = known.averages[field] { return average }
    let average = Double(documents.values.reduce(0) { $0 + $1[field].count }) / Double(max(1, holders(field)))
    known.averages[field] = average
    return average
  }

  private func norm(_ field: Int, _ id: UInt32) -> Double {
    1.2 * (0.25 + 0.75 * Double(documents[id]![field].count) / average(field))
  }

  private func weight(_ field: Int, _ frequency: Int) -> Double {
    let all = Double(holders(field))
    return logarithm(1 + (all - Double(frequency) + 0.5) / (Double(frequency) + 0.5))
  }

  /// Documents by term.
  private func frequencies(_ field: Int) -> [String: Int] {
    if let counts = known.frequencies[field] { return counts }
    var counts: [String: Int] = [:]
    for document in documents.values { for term in Set(document[field].map(\.term)) { counts[term, default: 0] += 1 } }
    known.frequencies[field] = counts
    return counts
  }

  private func frequency(_ field: Int, _ term: String) -> Int { frequencies(field)[term] ?? 0 }

  // MARK: Scores

  /// nil where the document does not match.
  private func score(_ query: TextQuery, _ id: UInt32) -> Double? {
    switch query {
    case .all: return 1
    case .boosted(let inner, let boost): return score(inner, id).map { $0 * boost }
    case .word(let words):
      let terms = tokens(words.text)
      return sum(words) { field in
        NaiveTextIndex.add(terms.map { term in
          term.isPrefix
            ? self.group(field, id) { $0.utf8.starts(with: term.term.utf8) }
            : self.one(field, id, { $0 == term.term }, self.weight(field, self.frequency(field, term.term)))
        })
      }
    case .prefix(let words):
      let folded = analyzer.folded(words.text)
      return sum(words) { field in self.group(field, id) { $0.utf8.starts(with: folded) } }
    case .pattern(let words, let pattern):
      let folded = pattern.folded(by: analyzer)
      return sum(words) { field in self.group(field, id) { folded.matches($0.unicodeScalars.map(\.value)) } }
    case .fuzzy(let words, let edits):
      return sum(words) { field in self.fuzzy(field, id, String(decoding: self.analyzer.folded(words.text), as: UTF8.self), edits) }
    case .phrase(let words, let slop): return sum(words) { field in self.phrase(field, id, self.tokens(words.text), slop) }
    case .boolean(let clauses): return boolean(clauses, id)
    }
  }

  /// Whether nothing of a query is left after analysis.
  private func isEmpty(_ query: TextQuery) -> Bool {
    switch query {
    case .word(let words), .phrase(let words, _): tokens(words.text).isEmpty
    case .boosted(let inner, _): isEmpty(inner)
    case .boolean(let clauses): clauses.allSatisfy { isEmpty($0.query) }
    case .prefix(let words), .fuzzy(let words, _): analyzer.folded(words.text).isEmpty
    default: false
    }
  }

  private func boolean(_ clauses: [TextQuery.Clause], _ id: UInt32) -> Double? {
    let clauses = clauses.filter { !isEmpty($0.query) }
    if clauses.isEmpty { return nil }
    var total = 0.0
    var hasOptional = false
    for clause in clauses {
      let score = score(clause.query, id)
      switch clause.occurrence {
      case .must:
        guard let score else { return nil }
        total += score
      case .should:
        if let score {
          total += score
          hasOptional = true
        }
      case .mustNot: if score != nil { return nil }
      }
    }
    if clauses.contains(where: { $0.occurrence == .must }) { return total }
    if clauses.contains(where: { $0.occurrence == .should }) { return hasOptional ? total : nil }
    return 1
  }

  private var parsed: [String: [(term: String, position: Int32, isPrefix: Bool)]] = [:]

  private func tokens(_ text: String) -> [(term: String, position: Int32, isPrefix: Bool)] {
    if let tokens = parsed[text] { return tokens }
    let tokens = made(text)
    parsed[text] = tokens
    return tokens
  }

  private func made(_ text: String) -> [(term: String, position: Int32, isPrefix: Bool)] {
    var buffer = TokenBuffer()
    analyzer.analyze(text, for: .query, into: &buffer)
    return buffer.tokens.map { (String(decoding: buffer.term($0), as: UTF8.self), $0.position, $0.isPrefix) }
  }

  private func sum(_ words: TextQuery.Words, _ body: (Int) -> Double?) -> Double? {
    NaiveTextIndex.add(fields.indices.filter { words.field == nil || fields[$0] == words.field }.map(body))
  }

  private static func add(_ scores: [Double?]) -> Double? {
    let some = scores.compactMap { $0 }
    return some.isEmpty ? nil : some.reduce(0, +)
  }

  private func one(_ field: Int, _ id: UInt32, _ fits: (String) -> Bool, _ weight: Double) -> Double? {
    let count = documents[id]![field].filter { fits($0.term) }.count
    return count == 0 ? nil : weight / (1 + norm(field, id) / Double(count))
  }

  private func group(_ field: Int, _ id: UInt32, _ fits: (String) -> Bool) -> Double? { one(field, id, fits, 1) }

  private func fuzzy(_ field: Int, _ id: UInt32, _ word: String, _ edits: Int) -> Double? {
    let near = near(field, word, edits)
    guard let most = near.map({ frequency(field, $0.term) }).max() else { return nil }
    return NaiveTextIndex.add(near.map { term in
      let length = max(term.term.unicodeScalars.count, word.unicodeScalars.count)
      let nearness = max(0.05, 1 - Double(term.distance) / Double(length))
      return one(field, id, { $0 == term.term }, weight(field, most) * nearness)
    })
  }

  private func near(_ field: Int, _ word: String, _ edits: Int) -> [(term: String, distance: Int)] {
    if let near = known.near["\(field) \(edits) \(word)"] { return near }
    let near = frequencies(field).keys.compactMap { term -> (term: String, distance: Int)? in
      // A matcher that has seen no other term.
      var matcher = FuzzyMatcher(word.unicodeScalars.map(\.value), edits: edits)
      return matcher.distance(term.unicodeScalars.map(\.value)).map { (term, $0) }
    }
    known.near["\(field) \(edits) \(word)"] = near
    return near
  }

  private func phrase(_ field: Int, _ id: UInt32, _ parts: [(term: String, position: Int32, isPrefix: Bool)], _ slop: Int) -> Double? {
    guard let first = parts.first else { return nil }
    let text = documents[id]![field]
    var total = 0.0
    for start in text where start.term == first.term {
      let offsets = parts.map { part -> Int32? in
        let places = text.filter { $0.term == part.term }.map { $0.position - (part.position - first.position) }
        return places.min { (abs($0 - start.position), $0) < (abs($1 - start.position), $1) }
      }
      guard !offsets.contains(nil) else { return nil }
      let spread = offsets.map { $0! }.max()! - offsets.map { $0! }.min()!
      if Int(spread) <= slop { total += 1 / (1 + Double(spread)) }
    }
    guard total > 0 else { return nil }
    let weight = parts.reduce(0) { $0 + self.weight(field, frequency(field, $1.term)) }
    return weight / (1 + norm(field, id) / total)
  }
}

/// The natural logarithm by its series: ln x = 2 artanh((x − 1) / (x + 1)), the power of two taken out before.
private func logarithm(_ x: Double) -> Double {
  let z = (x.significand - 1) / (x.significand + 1)
  var sum = 0.0
  var power = z
  for k in stride(from: 1.0, to: 80, by: 2) {
    sum += power / k
    power *= z * z
  }
  return 2 * sum + Double(x.exponent) * 0.693_147_180_559_945_3
}
