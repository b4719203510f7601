import SinterModel

// Calls whose arguments are not a plain list.
extension Parser {
  /// - Parameter end: the last part of the function's name.
  mutating func parseCallForm(_ end: Int) throws(Failure) -> Expression {
    guard end == index else { return try parseFunction(end) }
    let length = Int(current.end - current.start)
    // Compared only where the length fits: nearly every call is an ordinary one.
    if length == 4, source(current.span).lowercased() == "trim" { return try parseTrim() }
    if length == 9, source(current.span).lowercased() == "allreduce", isName(peek(2)), peek(3).kind == .equal {
      return try parseAllReduce()
    }
    return try parseFunction(end)
  }

  // MARK: trim

  /// `trim([[LEADING|TRAILING|BOTH] [characters] FROM] text)`, or an ordinary call.
  private mutating func parseTrim() throws(Failure) -> Expression {
    let start = index
    let sides = ["LEADING": "lTrim", "TRAILING": "rTrim", "BOTH": "bTrim"]
    let side = isName(peek(2)) ? sides[source(peek(2).span).uppercased()] : nil
    let isSide = side != nil && peek(3).kind != .rightParenthesis && peek(3).kind != .comma && peek(3).kind != .dot
    guard isSide || fromFollows else { return try parseFunction(index) }
    index += isSide ? 3 : 2
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    var tallest = 0
    var characters: Expression?
    if !at(.from) {
      characters = try parseExpression()
      tallest = height
    }
    try expect(.from, " and the string to trim")
    let text = try parseExpression()
    tallest = max(tallest, height)
    try expect(.rightParenthesis, ") to close trim")
    try setHeight(tallest + 1, from: start)
    let arguments = [text] + (characters.map { [$0] } ?? [])
    return Expression(.function(name: side ?? "bTrim", distinct: false, arguments: arguments), at: span(from: start))
  }

  /// Whether FROM stands between the parentheses of the call at hand, at their own level.
  private var fromFollows: Bool {
    let open = tokens[index + 1]
    guard open.match >= 0 else { return false }
    var position = index + 2
    while position < Int(open.match) {
      let token = tokens[position]
      if token.keyword == .from, tokens[position - 1].kind != .dot { return true }
      if token.kind == .comma { return false }
      position = token.match > position ? Int(token.match) + 1 : position + 1
    }
    return false
  }

  // MARK: allReduce

  /// `allReduce(acc = e, x IN list | step, p)`: whether p holds for every value that the accumulator takes.
  ///
  /// It is a fold over the pair of the accumulator and the answer so far, in which `[v IN [e] | f]`
  /// gives e the name v in f.
  private mutating func parseAllReduce() throws(Failure) -> Expression {
    let start = index
    let fold = try parseFold()
    try expect(.comma, "a comma and the condition on the accumulator")
    let condition = try parseExpression()
    try expect(.rightParenthesis, ") to close allReduce")
    try setHeight(max(fold.height, height) + 8, from: start)
    let whole = span(from: start)
    func make(_ kind: Expression.Kind) -> Expression { Expression(kind, at: whole) }
    func part(_ index: Int64) -> Expression {
      make(.element(make(.variable("\u{0}pair")), make(.literal(.integer(index)))))
    }
    func named(_ value: Expression, _ body: Expression) -> Expression {
      let list = make(.listComprehension(variable: fold.accumulator, list: make(.list([value])), filter: nil, projection: body))
      return make(.element(list, make(.literal(.integer(0)))))
    }
    let answer = Expression(.binary(.and, part(1), condition), at: condition.span)
    let pair = named(named(part(0), fold.step), make(.list([make(.variable(fold.accumulator)), answer])))
    let pairs = make(
      .reduce(
        accumulator: "\u{0}pair", initial: make(.list([fold.initial, make(.literal(.boolean(true)))])), variable: fold.variable,
        list: fold.list, body: pair))
    return make(.element(pairs, make(.literal(.integer(1)))))
  }

  // MARK: Constants

  private static let namedConstants: [String: Set<String>] = [
    "normalize": ["NFC", "NFD", "NFKC", "NFKD"],
    "vector_norm": ["EUCLIDEAN", "MANHATTAN"],
    "vector_distance": ["EUCLIDEAN", "EUCLIDEAN_SQUARED", "MANHATTAN", "COSINE", "DOT", "HAMMING"],
  ]

  /// The word that some functions take as their last argument: `normalize(s, NFKC)`.
  func namedConstantText(of function: String) -> String? {
    guard at(.identifier), peek(1).kind == .rightParenthesis, tokens[index - 1].kind == .comma,
      let words = Self.namedConstants[function.lowercased()]
    else { return nil }
    let word = source(current.span).uppercased()
    return words.contains(word) ? word : nil
  }

  mutating func parseNamedConstant(of function: String) -> Expression? {
    guard at(.identifier), peek(1).kind == .rightParenthesis, let word = namedConstantText(of: function) else { return nil }
    let span = current.span
    advance()
    height = 1
    return Expression(.literal(.string(word)), at: span)
  }

  // MARK: Labels

  enum DynamicWord { case all, any }

  /// What `$all` and `$any` before a parenthesis mean for a computed label.
  func dynamicWord(_ token: Token) -> DynamicWord? {
    guard token.kind == .parameter, token.end - token.start == 4 else { return nil }
    switch source(token.span).lowercased() {
    case "$all": return .all
    case "$any": return .any
    default: return nil
    }
  }

  /// `$(expression)`, `$all(expression)`, `$any(expression)`
  mutating func parseDynamicLabel(any: Bool) throws(Failure) -> LabelExpression {
    advance()
    try expect(.leftParenthesis, "( and an expression that gives the label")
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    let inner = try parseExpression()
    try expect(.rightParenthesis, ") to close the dynamic label")
    return any ? .dynamicAny(inner) : .dynamic(inner)
  }

  // MARK: Types

  private static let typeNames: Set<String> = [
    "BOOLEAN", "BOOL", "STRING", "VARCHAR", "INTEGER", "INT", "SIGNED INTEGER", "INTEGER64", "INT64", "FLOAT", "FLOAT64", "DOUBLE",
    "DATE", "LOCAL TIME", "TIME WITHOUT TIMEZONE", "TIME WITHOUT TIME ZONE", "ZONED TIME", "TIME WITH TIMEZONE",
    "TIME WITH TIME ZONE", "LOCAL DATETIME", "TIMESTAMP WITHOUT TIMEZONE", "TIMESTAMP WITHOUT TIME ZONE", "ZONED DATETIME",
    "TIMESTAMP WITH TIMEZONE", "TIMESTAMP WITH TIME ZONE", "DURATION", "NODE", "VERTEX", "ANY NODE", "ANY VERTEX", "RELATIONSHIP",
    "EDGE", "ANY RELATIONSHIP", "ANY EDGE", "MAP", "ANY MAP", "PATH", "ANY", "ANY VALUE", "PROPERTY VALUE", "ANY PROPERTY VALUE",
    "LIST", "ARRAY", "NOTHING", "NULL", "POINT", "VECTOR",
  ]

  /// Whether more words may follow those of a type's name.
  func isTypeNameStart(_ words: String) -> Bool { Self.typeNames.contains { $0 == words || $0.hasPrefix(words + " ") } }

  func checkTypeName(_ name: String, at span: SourceSpan) throws(Failure) {
    guard !Self.typeNames.contains(name) else { return }
    let near = closest(to: name, among: Self.typeNames.sorted())
    throw error(
      "SyntaxError.UnexpectedSyntax",
      "There is no type `\(name)`"
        + (near.map { ". Did you mean \($0)?" } ?? "; there are BOOLEAN, INTEGER, FLOAT, STRING, DATE, LIST<…>, MAP, NODE and others"),
      at: span)
  }
}
