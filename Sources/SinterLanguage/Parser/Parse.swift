package import SinterModel

/// Parses one statement; a trailing semicolon is allowed.
/// - Throws: ``SinterError`` of phase `compile`, with the span to blame and the text.
/// - Complexity: O(bytes).
package func parse(_ text: String) throws(SinterError) -> Statement {
  try checkLength(text.utf8.count)
  return try parseOne(text)
}

/// Parses one statement given as bytes that may not be UTF-8.
/// - Throws: `SyntaxError.InvalidUnicodeCharacter` at the first byte that is none.
package func parse(utf8 bytes: [UInt8]) throws(SinterError) -> Statement {
  try parse(try validated(bytes))
}

/// Parses statements separated by semicolons; empty ones are skipped.
///
/// Each statement's ``Statement/text`` is its own text, so that its spans start at its beginning;
/// an error's span is placed within the whole script.
package func parseScript(_ text: String) throws(SinterError) -> [Statement] {
  try checkLength(text.utf8.count)
  var statements: [Statement] = []
  for piece in pieces(of: text) {
    do throws(SinterError) {
      statements.append(try parseOne(piece.text))
    } catch {
      var placed = error
      placed.span = error.span.map { SourceSpan(start: $0.start + piece.start, end: $0.end + piece.start) }
      placed.queryText = text
      throw placed
    }
  }
  return statements
}

/// Cuts a script at the semicolons that stand outside strings, names and comments. Each piece
/// begins with the first word of its statement; empty statements are left out.
package func splitScript(_ text: String) -> [String] {
  pieces(of: text).map(\.text)
}

/// Whether a text ends with a semicolon outside strings, names and comments, as a line editor asks
/// before it runs what was typed.
package func isCompleteStatement(_ text: String) -> Bool {
  let tokens = Lexer.lex(terminated: Array(text.utf8) + [0])
  return tokens.count > 1 && tokens[tokens.count - 2].kind == .semicolon
}

/// The text of `bytes`.
/// - Throws: `SyntaxError.InvalidUnicodeCharacter` where they are no UTF-8; the error's text has
///   U+FFFD in the places of the bytes that are wrong.
package func validated(_ bytes: [UInt8]) throws(SinterError) -> String {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var position = 0
  while true {
    switch decoder.decode(&iterator) {
    case .scalarValue(let scalar): position += UTF8.width(scalar)
    case .emptyInput: return String(decoding: bytes, as: UTF8.self)
    case .error:
      throw SinterError(
        "SyntaxError.InvalidUnicodeCharacter", phase: .compile,
        "Byte \(position + 1) of the query is not UTF-8; save the text as UTF-8 and try again",
        at: SourceSpan(start: position, end: position + 1), in: String(decoding: bytes, as: UTF8.self))
    }
  }
}

/// The keywords of the language, upper-cased and sorted, for completion.
package let keywordNames: [String] = Keyword.allCases.map(\.rawValue).filter { !$0.isEmpty }.sorted()

private func parseOne(_ text: String) throws(SinterError) -> Statement {
  var parser = Parser(text)
  do throws(Failure) {
    return try parser.parseStatement()
  } catch {
    throw error.error
  }
}

private func checkLength(_ count: Int) throws(SinterError) {
  let limit = 256 << 20
  guard count <= limit else {
    throw SinterError(
      "LimitError.QueryTooLong", phase: .compile,
      "The query has \(count) bytes; the limit is \(limit). Pass large data as parameters or load it from a file")
  }
}

private func pieces(of text: String) -> [(text: String, start: Int)] {
  let bytes = Array(text.utf8)
  let tokens = Lexer.lex(terminated: bytes + [0])
  var pieces: [(text: String, start: Int)] = []
  var first: Int?
  for token in tokens {
    if token.kind == .semicolon || token.kind == .endOfText {
      if let start = first { pieces.append((String(decoding: bytes[start..<Int(token.start)], as: UTF8.self), start)) }
      first = nil
    } else if first == nil {
      first = Int(token.start)
    }
  }
  return pieces
}
