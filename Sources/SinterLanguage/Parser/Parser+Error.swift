import SinterModel

// What the parser says when it cannot go on.
extension Parser {
  func error(_ code: SinterError.Code, _ message: String, at span: SourceSpan) -> Failure {
    Failure(SinterError(code, phase: .compile, message, at: span, in: text))
  }

  /// The error for the current token, where `expected` should stand. A token that the lexer could
  /// not make sense of gives its own error.
  /// - Parameter keywords: words that may have been meant by a misspelt one.
  func unexpected(_ expected: String, keywords: [Keyword] = []) -> Failure {
    let token = current
    if token.kind == .invalid, token.problem != .number, let problem = lexicalError(token) { return problem }
    var message: String
    switch token.kind {
    case .endOfText:
      message = index == 0 ? "The query is empty; expected \(expected)" : "The query ends here, but \(expected) was expected"
    case .semicolon: message = "The statement ends here, but \(expected) was expected"
    default: message = "Unexpected \(describe(token)); expected \(expected)"
    }
    if let hint = foreignHint {
      message += "; " + hint
    } else if token.kind == .identifier, !keywords.isEmpty,
      let suggestion = closest(to: source(token.span), among: keywords.map(\.rawValue)),
      suggestion != source(token.span).uppercased()
    {
      message += ". Did you mean \(suggestion)?"
    }
    let span =
      token.kind == .endOfText && index > 0
      ? SourceSpan(start: Int(tokens[index - 1].end), end: Int(tokens[index - 1].end)) : token.span
    return error("SyntaxError.UnexpectedSyntax", message, at: span)
  }

  private func describe(_ token: Token) -> String {
    let words = source(token.span)
    let shown = words.count > 40 ? String(words.prefix(40)) + "…" : words
    switch token.kind {
    case .string: return "string \(shown)"
    case .integer, .float: return "number \(shown)"
    case .parameter: return "parameter \(shown)"
    default: return "`\(shown)`"
    }
  }

  /// The error of an invalid token; nil for a sign that merely has no meaning.
  func lexicalError(_ token: Token) -> Failure? {
    let shown = source(SourceSpan(start: Int(token.start), end: min(Int(token.end), Int(token.start) + 60)))
    switch token.problem {
    case .none: return nil
    case .number:
      return error(
        "SyntaxError.InvalidNumberLiteral",
        "`\(shown)` is not a number; write 42, 0x2A, 0o52, 4.2 or 4.2e1 (and put names that begin with a digit in backticks)",
        at: token.span)
    case .character:
      return error(
        "SyntaxError.InvalidUnicodeCharacter",
        "The character `\(shown)` has no meaning here\(characterHint(shown))", at: token.span)
    case .unterminatedString:
      return error(
        "SyntaxError.UnexpectedSyntax", "This string is never closed; end it with \(shown.prefix(1))",
        at: SourceSpan(start: Int(token.start), end: Int(token.start) + 1))
    case .unterminatedName:
      return error(
        "SyntaxError.UnexpectedSyntax", "This name is never closed; end it with a backtick",
        at: SourceSpan(start: Int(token.start), end: Int(token.start) + 1))
    case .unterminatedComment:
      return error(
        "SyntaxError.UnexpectedSyntax", "This comment is never closed; end it with */",
        at: SourceSpan(start: Int(token.start), end: Int(token.start) + 2))
    }
  }

  private func characterHint(_ character: String) -> String {
    switch character {
    case "—", "–", "−", "－": "; write the minus sign as -"
    case "‘", "’", "“", "”", "＇", "＂", "«", "»": "; strings stand in ' or \""
    case "，": "; write the comma as ,"
    case "（", "）": "; write parentheses as ( and )"
    case "：": "; write the colon as :"
    case "；": "; write the semicolon as ;"
    case "×": "; write multiplication as *"
    case "≠": "; write <>"
    case "≤": "; write <="
    case "≥": "; write >="
    default: "; put unusual names in backticks"
    }
  }
}
