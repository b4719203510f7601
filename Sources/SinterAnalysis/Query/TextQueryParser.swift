package import SinterModel

/// Reads the language of full-text queries:
///
///     query  = { [OR] and }             terms beside each other are alternatives
///     and    = clause { AND clause }    binds tighter than OR
///     clause = [+ | - | ! | NOT] part [^boost]
///     part   = [property:] (word | word* | w?rd | word~ | word~1 | "some words" | "some words"~3 | ( query )) | *
///
/// `&&` and `||` stand for AND and OR; a backslash takes the meaning from the character behind it.
package struct TextQueryParser {
  private let utf8: [UInt8]
  private let text: String
  private var at = 0
  private var clauseCount = 0
  /// Where the property before the part that is being read begins.
  private var nameStart: Int?
  /// The property before the parentheses around.
  private var scope: String?

  package static let lengthLimitBytes = 1 << 16
  package static let depthLimit = 64
  package static let clauseLimit = 1024

  /// The query in `text`.
  /// - Throws: `FulltextError.Syntax`, whose span is in `text`; `LimitError.FulltextQuery`.
  package static func parse(_ text: String) throws(SinterError) -> TextQuery {
    var parser = TextQueryParser(text)
    guard parser.utf8.count <= lengthLimitBytes else {
      throw SinterError(
        "LimitError.FulltextQuery",
        "A full-text query may have at most \(lengthLimitBytes) bytes; this one has \(parser.utf8.count). Search for fewer words.")
    }
    let query = try parser.query(depth: 0, opened: nil)
    return query
  }

  /// `text` with a backslash before everything that has a meaning in a query, so that it is searched for as it is.
  package static func escape(_ text: String) -> String {
    var escaped = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !escaped.isEmpty || word.startIndex != text.startIndex { escaped += " " }
      if word == "AND" || word == "OR" || word == "NOT" { escaped += "\\" }
      for scalar in word.unicodeScalars {
        if scalar.isASCII, special.contains(UInt8(scalar.value)) { escaped += "\\" }
        escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static let special = Set(Array("+-!(){}[]^\"~*?:\\/&|".utf8))

  private init(_ text: String) {
    self.text = text
    utf8 = Array(text.utf8)
  }

  // MARK: Structure

  private mutating func query(depth: Int, opened: Int?) throws(SinterError) -> TextQuery {
    guard depth <= TextQueryParser.depthLimit else {
      throw failure("Parentheses are nested more than \(TextQueryParser.depthLimit) deep", at - 1, at)
    }
    var clauses: [TextQuery.Clause] = []
    var pendingOperator: Range<Int>?
    while true {
      skipSpace()
      if at >= utf8.count {
        if let opened { throw failure("This parenthesis is not closed: add `)`", opened, opened + 1) }
        break
      }
      if utf8[at] == UInt8(ascii: ")") {
        guard opened != nil else { throw failure("There is no `(` for this `)`: remove it or write `\\)`", at, at + 1) }
        at += 1
        break
      }
      if let found = takeOperator("OR", "||") {
        guard !clauses.isEmpty, pendingOperator == nil else {
          throw failure("`OR` stands between two parts: there is none before it. To search for the word, write it in lower case", found)
        }
        pendingOperator = found
        continue
      }
      pendingOperator = nil
      clauses.append(try conjunction(depth: depth))
    }
    if let pendingOperator { throw failure("`OR` stands between two parts: there is none after it", pendingOperator) }
    return .boolean(clauses)
  }

  /// Clauses joined by AND; a single one keeps its own sign.
  private mutating func conjunction(depth: Int) throws(SinterError) -> TextQuery.Clause {
    if let found = takeOperator("AND", "&&") {
      throw failure("`AND` stands between two parts: there is none before it. To search for the word, write it in lower case", found)
    }
    let first = try clause(depth: depth)
    var all = [first]
    while true {
      let before = at
      skipSpace()
      guard let found = takeOperator("AND", "&&") else {
        at = before
        break
      }
      skipSpace()
      guard at < utf8.count, utf8[at] != UInt8(ascii: ")"), peekOperator("OR", "||") == nil, peekOperator("AND", "&&") == nil else {
        throw failure("`AND` stands between two parts: there is none after it", found)
      }
      all.append(try clause(depth: depth))
    }
    guard all.count > 1 else { return first }
    for index in all.indices where all[index].occurrence == .should { all[index].occurrence = .must }
    return TextQuery.Clause(occurrence: .should, query: .boolean(all))
  }

  private mutating func clause(depth: Int) throws(SinterError) -> TextQuery.Clause {
    clauseCount += 1
    guard clauseCount <= TextQueryParser.clauseLimit else {
      throw SinterError(
        "LimitError.FulltextQuery",
        "A full-text query may have at most \(TextQueryParser.clauseLimit) parts. Search for fewer words.")
    }
    var occurrence = TextQuery.Occurrence.should
    let start = at
    if takeOperator("NOT", nil) != nil || takeSign("-") || takeSign("!") {
      occurrence = .mustNot
    } else if takeSign("+") {
      occurrence = .must
    }
    if occurrence != .should {
      skipSpace()
      guard at < utf8.count, utf8[at] != UInt8(ascii: ")") else {
        throw failure("Nothing follows this sign: name what must, or must not, be there, or escape it with a backslash", start, start + 1)
      }
    }
    let part = try part(depth: depth)
    return TextQuery.Clause(occurrence: occurrence, query: try boosted(part))
  }

  private mutating func boosted(_ query: TextQuery) throws(SinterError) -> TextQuery {
    let start = at
    guard take("^") else { return query }
    let digits = takeNumber()
    guard let boost = Double(digits), boost > 0, boost <= 1e6 else {
      throw failure("`^` takes a weight above 0 and up to 1000000, as in `red^2.5`", start, max(at, start + 1))
    }
    return .boosted(query, boost)
  }

  // MARK: Parts

  private mutating func part(depth: Int, field: String? = nil) throws(SinterError) -> TextQuery {
    switch utf8[at] {
    case UInt8(ascii: "("):
      let opened = at
      at += 1
      let outer = scope
      scope = field ?? outer
      let inner = try query(depth: depth + 1, opened: opened)
      scope = outer
      guard !inner.isEmpty else { throw failure("There is nothing between these parentheses", opened, at) }
      return inner
    case UInt8(ascii: "\""): return try phrase(field)
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      throw failure("Ranges are not part of full-text queries: use WHERE, or escape it with a backslash", at, at + 1)
    case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "^"), UInt8(ascii: "~"), UInt8(ascii: ":"):
      let character = String(UnicodeScalar(utf8[at]))
      throw failure("`\(character)` cannot stand here: to search for it write `\\\(character)`", at, at + 1)
    default: return try word(field, depth: depth)
    }
  }

  private mutating func phrase(_ field: String?) throws(SinterError) -> TextQuery {
    let opened = at
    at += 1
    var bytes: [UInt8] = []
    while true {
      guard at < utf8.count else { throw failure("This quotation is not closed: add `\"`", opened, opened + 1) }
      if utf8[at] == UInt8(ascii: "\"") { break }
      if utf8[at] == UInt8(ascii: "\\"), at + 1 < utf8.count { at += 1 }
      bytes.append(utf8[at])
      at += 1
    }
    at += 1
    let words = TextQuery.Words(
      field: field ?? scope, text: String(decoding: bytes, as: UTF8.self), span: SourceSpan(start: nameStart ?? opened, end: at))
    let tilde = at
    guard take("~") else { return .phrase(words, slop: 0) }
    guard let slop = Int(takeNumber()), slop <= 10_000 else {
      throw failure("`~` behind a quotation takes how far its words may be apart, a whole number, as in `\"red shoes\"~2`", tilde, max(at, tilde + 1))
    }
    return .phrase(words, slop: slop)
  }

  private mutating func word(_ field: String?, depth: Int) throws(SinterError) -> TextQuery {
    let start = at
    var bytes: [UInt8] = []
    // Offsets in `bytes` of `*` and `?` that are not escaped.
    var wildcards: [Int: TextPattern.Piece] = [:]
    scan: while at < utf8.count {
      switch utf8[at] {
      case UInt8(ascii: "\\"):
        at += 1
        guard at < utf8.count else { throw failure("Nothing follows this backslash: write `\\\\` to search for one", at - 1, at) }
        bytes.append(utf8[at])
      case UInt8(ascii: "*"):
        wildcards[bytes.count] = .anyRun
        bytes.append(utf8[at])
      case UInt8(ascii: "?"):
        wildcards[bytes.count] = .anyOne
        bytes.append(utf8[at])
      case UInt8(ascii: ":"):
        let name = at
        at += 1
        if bytes == [UInt8(ascii: "*")], wildcards.count == 1 {
          guard take("*") else { throw failure("`*:` is followed by `*`: every element", name, at) }
          return .all
        }
        guard field == nil, wildcards.isEmpty else {
          throw failure("Only one property, by its plain name, stands before a word: write `\\:` to search for a colon", name, name + 1)
        }
        guard at < utf8.count, !isBreak(utf8[at]) else {
          throw failure("Nothing follows this colon: name what to look for in `\(String(decoding: bytes, as: UTF8.self))`, or write `\\:`", name, name + 1)
        }
        nameStart = start
        defer { nameStart = nil }
        return try part(depth: depth, field: String(decoding: bytes, as: UTF8.self))
      case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "^"), UInt8(ascii: "~"), UInt8(ascii: "["),
        UInt8(ascii: "]"), UInt8(ascii: "{"), UInt8(ascii: "}"):
        break scan
      default:
        if isSpace(at) != 0 { break scan }
        bytes.append(utf8[at])
      }
      at += 1
    }
    let words = TextQuery.Words(
      field: field ?? scope, text: String(decoding: bytes, as: UTF8.self), span: SourceSpan(start: nameStart ?? start, end: at))
    let tilde = at
    if take("~") {
      let digits = takeNumber()
      guard let edits = digits.isEmpty ? 2 : Int(digits), (0...2).contains(edits) else {
        throw failure("`~` behind a word takes the number of edits, 0 to 2, as in `spatual~1`", tilde, max(at, tilde + 1))
      }
      guard wildcards.isEmpty else { throw failure("A word is fuzzy or has wildcards, not both", start, at) }
      return edits == 0 ? .word(words) : .fuzzy(words, edits: edits)
    }
    return wildcards.isEmpty ? .word(words) : wildcard(words, bytes, wildcards)
  }

  private func wildcard(_ words: TextQuery.Words, _ bytes: [UInt8], _ wildcards: [Int: TextPattern.Piece]) -> TextQuery {
    if wildcards.count == 1, wildcards[bytes.count - 1] == .anyRun {
      guard bytes.count > 1 else { return .all }
      var prefix = words
      prefix.text = String(decoding: bytes.dropLast(), as: UTF8.self)
      return .prefix(prefix)
    }
    var pieces: [TextPattern.Piece] = []
    var from = 0
    func append(_ end: Int) {
      for scalar in String(decoding: bytes[from..<end], as: UTF8.self).unicodeScalars { pieces.append(.scalar(scalar.value)) }
    }
    for offset in wildcards.keys.sorted() {
      append(offset)
      pieces.append(wildcards[offset] ?? .anyOne)
      from = offset + 1
    }
    append(bytes.count)
    return pieces.allSatisfy { $0 == .anyRun } && words.field == nil ? .all : .pattern(words, TextPattern(pieces: pieces))
  }

  // MARK: Characters

  /// Bytes of the white space at an offset; 0 for none.
  private func isSpace(_ offset: Int) -> Int {
    guard offset < utf8.count else { return 0 }
    if utf8[offset] < 0x80 { return Analyzer.isWhitespace(UInt32(utf8[offset])) ? 1 : 0 }
    return utf8.withUnsafeBufferPointer { bytes in
      guard bytes[offset] >= 0xC0 else { return 0 }
      let (value, length) = WordSegmenter.scalar(bytes, at: offset)
      return Analyzer.isWhitespace(value) ? length : 0
    }
  }

  private mutating func skipSpace() {
    while true {
      let length = isSpace(at)
      if length == 0 { return }
      at += length
    }
  }

  private func isBreak(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ")") || Analyzer.isWhitespace(UInt32(byte)) }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard at < utf8.count, utf8[at] == UInt8(truncatingIfNeeded: character.value) else { return false }
    at += 1
    return true
  }

  /// A sign directly before what it is for; one that stands alone, as in `Spatula - red`, is none.
  private mutating func takeSign(_ character: Unicode.Scalar) -> Bool {
    guard at + 1 < utf8.count, isSpace(at + 1) == 0 else { return false }
    return take(character)
  }

  private mutating func takeNumber() -> String {
    let start = at
    while at < utf8.count, utf8[at] == UInt8(ascii: ".") || utf8[at] &- 48 < 10 { at += 1 }
    return String(decoding: utf8[start..<at], as: UTF8.self)
  }

  /// An operator written as a word of its own, or as a sign.
  private func peekOperator(_ word: String, _ sign: String?) -> Range<Int>? {
    if let sign, utf8[at...].starts(with: sign.utf8) { return at..<at + sign.utf8.count }
    guard utf8[at...].starts(with: word.utf8) else { return nil }
    let end = at + word.utf8.count
    guard end == utf8.count || isSpace(end) != 0 || [UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\"")].contains(utf8[end])
    else { return nil }
    return at..<end
  }

  private mutating func takeOperator(_ word: String, _ sign: String?) -> Range<Int>? {
    guard at < utf8.count, let found = peekOperator(word, sign) else { return nil }
    at = found.upperBound
    return found
  }

  private func failure(_ message: String, _ range: Range<Int>) -> SinterError {
    failure(message, range.lowerBound, range.upperBound)
  }

  private func failure(_ message: String, _ start: Int, _ end: Int) -> SinterError {
    SinterError("FulltextError.Syntax", message + ".", at: SourceSpan(start: max(start, 0), end: min(end, utf8.count)), in: text)
  }
}
