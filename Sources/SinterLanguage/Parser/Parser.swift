import SinterModel

/// A recursive-descent parser over the tokens of one statement.
///
/// Operators are parsed by precedence climbing, so that one level of nesting in the text costs
/// few stack frames; nesting and the height of expression trees are bounded, so that neither the
/// parser nor a later recursive pass can run out of stack.
struct Parser {
  let text: String
  /// The text's UTF-8, followed by one zero byte.
  let bytes: [UInt8]
  let tokens: [Token]
  var index = 0
  /// How many expressions, patterns and subqueries are open.
  var nesting = 0
  /// The height of the expression tree parsed last.
  var height = 0
  /// How many clauses and hops were parsed.
  var steps = 0
  /// The parameters met so far, in the order of the text.
  var parameters: [Name] = []
  /// Where the statement begins, behind EXPLAIN, PROFILE and the query options.
  var statementStart = 0
  /// Inside `[x IN list WHERE p | e]`, where a bar ends a label expression.
  var barTerminates = false

  /// The levels of parentheses, brackets, subqueries and the like that a query may nest.
  static let maximumNesting = 80
  /// What a subquery counts for, which takes several times the stack of a parenthesis.
  static let subqueryLevels = 5
  /// The height that an expression's tree may have: a chain `a + b + …` adds one for each operator.
  static let maximumHeight = 150

  /// The clauses and hops that a statement may have: each is a level of the plan, which later passes recurse into.
  #if DEBUG
    // Frames of a debug build are some times as large.
    static let maximumSteps = 350
  #else
    static let maximumSteps = 500
  #endif

  init(_ text: String) {
    self.text = text
    var bytes = Array(text.utf8)
    bytes.append(0)
    self.bytes = bytes
    tokens = Lexer.lex(terminated: bytes)
  }

  // MARK: Looking

  var current: Token { tokens[index] }
  var kind: Token.Kind { tokens[index].kind }
  var keyword: Keyword { tokens[index].keyword }

  /// The token `offset` places ahead; the last one when the text ends before.
  func peek(_ offset: Int) -> Token { tokens[min(index + offset, tokens.count - 1)] }

  func at(_ kind: Token.Kind) -> Bool { tokens[index].kind == kind }
  func at(_ keyword: Keyword) -> Bool { tokens[index].keyword == keyword }
  func at(_ first: Keyword, _ second: Keyword) -> Bool { at(first) && peek(1).keyword == second }

  func isName(_ token: Token) -> Bool { token.kind == .identifier || token.kind == .quotedIdentifier }
  var atName: Bool { isName(current) }

  /// The span from the token at `start` to the last token taken.
  func span(from start: Int) -> SourceSpan {
    let last = max(start, index - 1)
    return SourceSpan(start: Int(tokens[start].start), end: Int(tokens[last].end))
  }

  /// The source text of a span.
  func source(_ span: SourceSpan) -> String { String(decoding: bytes[span.start..<span.end], as: UTF8.self) }

  // MARK: Taking

  mutating func advance() { if index < tokens.count - 1 { index += 1 } }

  mutating func take(_ kind: Token.Kind) -> Bool {
    guard at(kind) else { return false }
    advance()
    return true
  }

  mutating func take(_ keyword: Keyword) -> Bool {
    guard at(keyword) else { return false }
    advance()
    return true
  }

  /// Takes both keywords or neither.
  mutating func take(_ first: Keyword, _ second: Keyword) -> Bool {
    guard at(first, second) else { return false }
    advance()
    advance()
    return true
  }

  mutating func expect(_ kind: Token.Kind, _ what: String) throws(Failure) {
    guard take(kind) else { throw unexpected(what) }
  }

  mutating func expect(_ keyword: Keyword, _ purpose: String = "") throws(Failure) {
    guard take(keyword) else { throw unexpected(keyword.rawValue + purpose, keywords: [keyword]) }
  }

  /// A name: an identifier (keywords too) or one in backticks.
  mutating func expectName(_ what: String) throws(Failure) -> Name {
    guard atName else { throw unexpected(what) }
    let name = Name(nameText(current), at: current.span)
    advance()
    return name
  }

  /// The text of a name token, without backticks.
  func nameText(_ token: Token) -> String {
    guard token.kind == .quotedIdentifier else { return source(token.span) }
    return unquoted(Int(token.start), Int(token.end))
  }

  /// The name of a parameter token, without `$` and backticks. The statement remembers it.
  mutating func parameterName(_ token: Token) -> String {
    let start = Int(token.start) + 1
    let name =
      bytes[start] == UInt8(ascii: "`")
      ? unquoted(start, Int(token.end)) : String(decoding: bytes[start..<Int(token.end)], as: UTF8.self)
    parameters.append(Name(name, at: token.span))
    return name
  }

  private func unquoted(_ start: Int, _ end: Int) -> String {
    var result: [UInt8] = []
    var position = start + 1
    while position < end - 1 {
      result.append(bytes[position])
      position += bytes[position] == UInt8(ascii: "`") ? 2 : 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A list of one or more names, joined by commas.
  mutating func names(_ what: String) throws(Failure) -> [Name] {
    var names = [try expectName(what)]
    while take(.comma) { names.append(try expectName(what)) }
    return names
  }

  // MARK: Limits

  /// - Parameter levels: how much stack the construct takes, in parentheses.
  mutating func enter(_ levels: Int = 1) throws(Failure) {
    nesting += levels
    guard nesting <= Self.maximumNesting else {
      throw error(
        "LimitError.QueryTooDeep",
        "The query nests more than \(Self.maximumNesting) levels deep here; simplify it, or pass deep data as a parameter",
        at: current.span)
    }
  }

  mutating func leave(_ levels: Int = 1) { nesting -= levels }

  /// Counts a clause, a branch of UNION or a hop.
  mutating func addStep() throws(Failure) {
    steps += 1
    guard steps <= Self.maximumSteps else {
      throw error(
        "LimitError.QueryTooLong",
        "The statement has more than \(Self.maximumSteps) clauses and hops; split it, or UNWIND a list that is passed as a parameter",
        at: current.span)
    }
  }

  /// Notes the height of the tree just built.
  mutating func setHeight(_ value: Int, from start: Int) throws(Failure) {
    guard value <= Self.maximumHeight else {
      throw error(
        "LimitError.QueryTooDeep",
        "This expression chains or nests more than \(Self.maximumHeight) operators; split it with WITH, or use a list and reduce()",
        at: span(from: start))
    }
    height = value
  }
}
