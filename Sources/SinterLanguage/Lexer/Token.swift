import SinterModel

/// One word, number, string or sign of a query. Texts are read from the source when needed.
struct Token {
  enum Kind: UInt8 {
    case endOfText
    case identifier, quotedIdentifier, parameter
    case string, integer, float
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, semicolon, colon, doubleColon, dot, doubleDot, bar, doubleBar, ampersand, exclamation, percent
    case plus, minus, star, slash, caret, equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
    case plusEqual, matches, dollar, question
    /// Something that is no token; ``Token/problem`` says why. It becomes an error only where the
    /// parser arrives, so that an earlier mistake is reported first.
    case invalid
  }

  enum Problem: UInt8 {
    case none
    case number, character, unterminatedString, unterminatedName, unterminatedComment
  }

  var kind: Kind
  var keyword: Keyword = .none
  var problem: Problem = .none
  /// UTF-8 offsets.
  var start: Int32
  var end: Int32
  /// For an opening bracket, the index of the token that closes it; -1 when nothing does.
  var match: Int32 = -1

  var span: SourceSpan { SourceSpan(start: Int(start), end: Int(end)) }
}
