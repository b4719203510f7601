import SinterModel

/// Cuts the UTF-8 text of a query into tokens.
struct Lexer {
  /// The text, followed by one zero byte so that looking one byte ahead needs no check.
  let bytes: [UInt8]
  /// The length of the text.
  let count: Int
  var position = 0
  var tokens: [Token] = []
  private var openBrackets: [Int32] = []
  private let keywords = KeywordTable.shared

  private init(_ text: [UInt8]) {
    bytes = text
    count = text.count - 1
    tokens.reserveCapacity(count / 3 + 8)
  }

  /// All tokens of a text, ending with one of kind `endOfText`.
  /// - Parameter terminated: the text and one zero byte.
  /// - Complexity: O(bytes).
  static func lex(terminated: [UInt8]) -> [Token] {
    var lexer = Lexer(terminated)
    lexer.run()
    return lexer.tokens
  }

  private mutating func run() {
    while skipTrivia() {
      let start = position
      let byte = bytes[position]
      if isNameStart(byte) {
        scanWord(from: start)
      } else if isDigit(byte) || (byte == UInt8(ascii: ".") && isDigit(bytes[position + 1]) && !followsDot) {
        scanNumber(from: start)
      } else if byte >= 0x80 {
        scanUnicode(from: start)
      } else {
        scanSign(byte, from: start)
      }
    }
    add(.endOfText, from: count)
  }

  /// `a..5` is a range and not a dot before `.5`: the second dot was already taken then.
  private var followsDot: Bool {
    guard let last = tokens.last else { return false }
    return last.end == Int32(position) && (last.kind == .dot || last.kind == .doubleDot)
  }

  /// Adds a token that ends where the lexer stands.
  mutating func add(_ kind: Token.Kind, from start: Int, keyword: Keyword = .none, problem: Token.Problem = .none) {
    tokens.append(
      Token(
        kind: kind, keyword: keyword, problem: problem, start: Int32(truncatingIfNeeded: start),
        end: Int32(truncatingIfNeeded: position)))
  }

  /// Skips white space and comments.
  /// - Returns: whether anything is left.
  private mutating func skipTrivia() -> Bool {
    while position < count {
      let byte = bytes[position]
      if byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) || (byte >= 0x1C && byte <= 0x1F) {
        position += 1
      } else if byte == UInt8(ascii: "/") && bytes[position + 1] == UInt8(ascii: "/") {
        while position < count && bytes[position] != UInt8(ascii: "\n") { position += 1 }
      } else if byte == UInt8(ascii: "/") && bytes[position + 1] == UInt8(ascii: "*") {
        skipBlockComment()
      } else if byte >= 0xC2, let (scalar, length) = decodeScalar(), scalar.properties.isWhitespace || scalar.value == 0xFEFF {
        position += length
      } else {
        return true
      }
    }
    return false
  }

  private mutating func skipBlockComment() {
    let start = position
    position += 2
    while position < count {
      if bytes[position] == UInt8(ascii: "*") && bytes[position + 1] == UInt8(ascii: "/") {
        position += 2
        return
      }
      position += 1
    }
    add(.invalid, from: start, problem: .unterminatedComment)
  }

  private mutating func scanWord(from start: Int) {
    skipNameRest()
    add(.identifier, from: start, keyword: keywords.find(bytes[start..<position]))
  }

  /// Advances past everything that may continue a name.
  mutating func skipNameRest() {
    while position < count {
      let byte = bytes[position]
      if isNameStart(byte) || isDigit(byte) {
        position += 1
      } else if byte >= 0xC2, let (scalar, length) = decodeScalar(), continuesName(scalar) {
        position += length
      } else {
        return
      }
    }
  }

  private mutating func scanUnicode(from start: Int) {
    guard let (scalar, length) = decodeScalar() else {
      position += 1
      return add(.invalid, from: start, problem: .character)
    }
    position += length
    if startsName(scalar) {
      skipNameRest()
      add(.identifier, from: start)
    } else {
      add(.invalid, from: start, problem: .character)
    }
  }

  private mutating func scanSign(_ byte: UInt8, from start: Int) {
    let next = bytes[position + 1]
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): scanString(quote: byte, from: start)
    case UInt8(ascii: "`"): scanQuotedName(from: start)
    case UInt8(ascii: "$"): scanParameter(from: start)
    case UInt8(ascii: "("): open(.leftParenthesis)
    case UInt8(ascii: "["): open(.leftBracket)
    case UInt8(ascii: "{"): open(.leftBrace)
    case UInt8(ascii: ")"): close(.rightParenthesis, .leftParenthesis)
    case UInt8(ascii: "]"): close(.rightBracket, .leftBracket)
    case UInt8(ascii: "}"): close(.rightBrace, .leftBrace)
    case UInt8(ascii: ","): sign(.comma, 1)
    case UInt8(ascii: ";"):
      openBrackets.removeAll(keepingCapacity: true)
      sign(.semicolon, 1)
    case UInt8(ascii: ":"): next == UInt8(ascii: ":") ? sign(.doubleColon, 2) : sign(.colon, 1)
    case UInt8(ascii: "."): next == UInt8(ascii: ".") ? sign(.doubleDot, 2) : sign(.dot, 1)
    case UInt8(ascii: "|"): next == UInt8(ascii: "|") ? sign(.doubleBar, 2) : sign(.bar, 1)
    case UInt8(ascii: "&"): sign(.ampersand, 1)
    case UInt8(ascii: "!"): next == UInt8(ascii: "=") ? sign(.notEqual, 2) : sign(.exclamation, 1)
    case UInt8(ascii: "%"): sign(.percent, 1)
    case UInt8(ascii: "+"): next == UInt8(ascii: "=") ? sign(.plusEqual, 2) : sign(.plus, 1)
    case UInt8(ascii: "-"): sign(.minus, 1)
    case UInt8(ascii: "*"): sign(.star, 1)
    case UInt8(ascii: "/"): sign(.slash, 1)
    case UInt8(ascii: "^"): sign(.caret, 1)
    case UInt8(ascii: "?"): sign(.question, 1)
    case UInt8(ascii: "="): next == UInt8(ascii: "~") ? sign(.matches, 2) : sign(.equal, 1)
    case UInt8(ascii: "<"):
      next == UInt8(ascii: "=") ? sign(.lessOrEqual, 2) : next == UInt8(ascii: ">") ? sign(.notEqual, 2) : sign(.less, 1)
    case UInt8(ascii: ">"): next == UInt8(ascii: "=") ? sign(.greaterOrEqual, 2) : sign(.greater, 1)
    default:
      position += 1
      add(.invalid, from: start, problem: .none)
    }
  }

  private mutating func sign(_ kind: Token.Kind, _ length: Int) {
    let start = position
    position += length
    add(kind, from: start)
  }

  private mutating func open(_ kind: Token.Kind) {
    openBrackets.append(Int32(truncatingIfNeeded: tokens.count))
    sign(kind, 1)
  }

  private mutating func close(_ kind: Token.Kind, _ opening: Token.Kind) {
    if let last = openBrackets.last, tokens[Int(last)].kind == opening {
      tokens[Int(last)].match = Int32(truncatingIfNeeded: tokens.count)
      openBrackets.removeLast()
    }
    sign(kind, 1)
  }
}
