/// Parses conditions such as `Quantity > 0 and not InvoiceNo starts with 'C'`.
///
/// or < and < not < comparison. Columns stand bare or in backticks, texts in single or double
/// quotes (doubled inside), patterns between slashes. Words are not case-sensitive.
struct FilterParser {
  struct Failure: Error {
    var message: String
    /// Characters from the start of the text.
    var offset: Int
  }

  private enum Token: Equatable {
    case word(String)
    case quotedColumn(String)
    case text(String)
    case number(Double)
    case pattern(String)
    case symbol(String)
    case end
  }

  private let characters: [Character]
  private var position = 0
  private var token = Token.end
  private var tokenStart = 0
  private var depth = 0

  static func parse(_ source: String) throws(Failure) -> Filter {
    var parser = FilterParser(source)
    try parser.advance()
    let root = try parser.parseOr()
    guard parser.token == .end else { throw parser.failure("`and`, `or` or the end is expected") }
    return Filter(root: root, source: source)
  }

  private init(_ source: String) { characters = Array(source) }

  private func failure(_ message: String) -> Failure { Failure(message: message, offset: tokenStart) }

  // MARK: Tokens

  private mutating func advance() throws(Failure) {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    tokenStart = position
    guard position < characters.count else {
      token = .end
      return
    }
    let character = characters[position]
    switch character {
    case "'", "\"": token = .text(try quoted(character))
    case "`": token = .quotedColumn(try quoted(character))
    case "/": token = .pattern(try pattern())
    case "<", ">", "=", "!":
      let pair = String(characters[position..<min(position + 2, characters.count)])
      let symbol = ["<=", ">=", "<>", "!="].contains(pair) ? pair : String(character)
      guard symbol != "!" else { throw failure("`!` is not an operator; write `not`") }
      position += symbol.count
      token = .symbol(symbol)
    case "(", ")", "[", "]", ",":
      position += 1
      token = .symbol(String(character))
    default: try scanWordOrNumber()
    }
  }

  private mutating func scanWordOrNumber() throws(Failure) {
    let start = position
    while position < characters.count,
      characters[position].isLetter || characters[position].isNumber || "_.:-+".contains(characters[position])
    {
      // A sign belongs to a number's start or exponent only; `-` may stand inside a column's name.
      if "+".contains(characters[position]), position != start, !"eE".contains(characters[position - 1]) { break }
      position += 1
    }
    let word = String(characters[start..<position])
    guard !word.isEmpty else { throw failure("`\(characters[start])` is not expected here") }
    if let number = Double(word), word.first!.isNumber || "-+.".contains(word.first!) {
      token = .number(number)
    } else {
      token = .word(word)
    }
  }

  private mutating func quoted(_ quote: Character) throws(Failure) -> String {
    var text = ""
    position += 1
    while position < characters.count {
      let character = characters[position]
      position += 1
      if character != quote {
        text.append(character)
      } else if position < characters.count, characters[position] == quote {
        text.append(quote)
        position += 1
      } else {
        return text
      }
    }
    throw failure("the quote opened here is never closed")
  }

  private mutating func pattern() throws(Failure) -> String {
    var text = ""
    position += 1
    while position < characters.count {
      let character = characters[position]
      position += 1
      if character == "\\", position < characters.count, characters[position] == "/" {
        text.append("/")
        position += 1
      } else if character == "/" {
        return text
      } else {
        text.append(character)
      }
    }
    throw failure("the pattern opened here is never closed with `/`")
  }

  private func isWord(_ word: String) -> Bool {
    if case .word(let found) = token { found.lowercased() == word } else { false }
  }

  private mutating func take(word: String) throws(Failure) -> Bool {
    guard isWord(word) else { return false }
    try advance()
    return true
  }

  private mutating func take(symbol: String) throws(Failure) -> Bool {
    guard token == .symbol(symbol) else { return false }
    try advance()
    return true
  }

  // MARK: Grammar

  private mutating func parseOr() throws(Failure) -> Filter.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw failure("the condition is nested deeper than 100") }
    var node = try parseAnd()
    while try take(word: "or") { node = .or(node, try parseAnd()) }
    return node
  }

  private mutating func parseAnd() throws(Failure) -> Filter.Node {
    var node = try parseNot()
    while try take(word: "and") { node = .and(node, try parseNot()) }
    return node
  }

  private mutating func parseNot() throws(Failure) -> Filter.Node {
    var isNegated = false
    while try take(word: "not") { isNegated.toggle() }
    let node: Filter.Node
    if try take(symbol: "(") {
      node = try parseOr()
      guard try take(symbol: ")") else { throw failure("`)` is expected") }
    } else {
      node = try parseTest()
    }
    return isNegated ? .not(node) : node
  }

  private mutating func parseTest() throws(Failure) -> Filter.Node {
    let left = try parseOperand()
    if try take(word: "is") {
      let isNegated = try take(word: "not")
      guard try take(word: "null") else { throw failure("`null` is expected after `is`") }
      return .isNull(left, negated: isNegated)
    }
    if try take(word: "not") {
      guard try take(word: "in") else { throw failure("`in` is expected after `not`") }
      return .not(.isIn(left, try parseList()))
    }
    if try take(word: "in") { return .isIn(left, try parseList()) }
    if try take(word: "starts") { return .text(left, .startsWith, try parseAfterWith()) }
    if try take(word: "ends") { return .text(left, .endsWith, try parseAfterWith()) }
    if try take(word: "contains") { return .text(left, .contains, try parseOperand()) }
    if try take(word: "matches") {
      guard case .pattern(let pattern) = token else { throw failure("a pattern between slashes is expected") }
      do { _ = try Regex(pattern) } catch { throw failure("the pattern `\(pattern)` cannot be read: \(error)") }
      try advance()
      return .matches(left, pattern: pattern)
    }
    let comparisons: [(String, Filter.Comparison)] = [
      ("=", .equal), ("<>", .notEqual), ("!=", .notEqual), ("<=", .lessOrEqual), ("<", .less),
      (">=", .greaterOrEqual), (">", .greater),
    ]
    for (symbol, comparison) in comparisons where try take(symbol: symbol) {
      return .compare(left, comparison, try parseOperand())
    }
    throw failure("a test is expected: = <> < <= > >=, is [not] null, starts with, ends with, contains, in […], matches /…/")
  }

  private mutating func parseAfterWith() throws(Failure) -> Filter.Operand {
    guard try take(word: "with") else { throw failure("`with` is expected") }
    return try parseOperand()
  }

  private mutating func parseList() throws(Failure) -> [Filter.Operand] {
    guard try take(symbol: "[") else { throw failure("a list `[…]` is expected") }
    var list: [Filter.Operand] = []
    while try !take(symbol: "]") {
      list.append(try parseOperand())
      if token != .symbol("]"), try !take(symbol: ",") { throw failure("`,` or `]` is expected") }
    }
    return list
  }

  private static let reserved: Set<String> = [
    "and", "or", "not", "is", "in", "null", "starts", "ends", "with", "contains", "matches",
  ]

  private mutating func parseOperand() throws(Failure) -> Filter.Operand {
    let operand: Filter.Operand
    switch token {
    case .quotedColumn(let name): operand = .column(name)
    case .text(let text): operand = .text(Array(text.utf8))
    case .number(let number): operand = .number(number)
    case .word(let word) where word.lowercased() == "true": operand = .boolean(true)
    case .word(let word) where word.lowercased() == "false": operand = .boolean(false)
    case .word(let word) where !Self.reserved.contains(word.lowercased()): operand = .column(word)
    default: throw failure("a column, a text in quotes or a number is expected")
    }
    try advance()
    return operand
  }
}
