import SinterModel

// Advice for what is written in the manner of SQL, of other languages, or of older versions of this one.
extension Parser {
  private static let foreignWords: [String: String] = [
    "SELECT": "reading begins with MATCH and ends with RETURN: MATCH (n:Label) RETURN n.key",
    "FROM": "there is no FROM; MATCH (n:Label) says what is read",
    "GROUP": "there is no GROUP BY; rows are grouped by the columns of RETURN or WITH that hold no aggregate",
    "HAVING": "there is no HAVING; filter behind the aggregation: WITH n, count(*) AS c WHERE c > 1",
    "LIKE": "there is no LIKE; use STARTS WITH, ENDS WITH, CONTAINS or =~ and a regular expression",
    "ILIKE": "there is no ILIKE; use =~ and a regular expression: n.name =~ '(?i)a.*'",
    "RLIKE": "write =~ and a regular expression", "REGEXP": "write =~ and a regular expression",
    "BETWEEN": "there is no BETWEEN; write 1 <= n.key <= 2",
    "ISNULL": "write IS NULL", "NOTNULL": "write IS NOT NULL",
    "UPDATE": "write MATCH (n:Label) WHERE … SET n.key = value",
    "INSERT": "write CREATE (:Label {key: value}), or INSERT and such a pattern",
    "JOIN": "relationships join: MATCH (a)-[:TYPE]->(b)", "INNER": "relationships join: MATCH (a)-[:TYPE]->(b)",
    "LEFT": "write OPTIONAL MATCH (a)-[:TYPE]->(b)", "VALUES": "write the properties in braces: CREATE (:Label {key: value})",
    "TABLE": "there are no tables: CREATE (:Label {key: value}) makes a node, CREATE CONSTRAINT and CREATE INDEX a schema",
    "ALTER": "there are no tables and no users to alter; CREATE and DROP make and remove constraints and indexes",
    "TRUNCATE": "write MATCH (n:Label) DETACH DELETE n", "SORT": "write ORDER BY", "TOP": "write LIMIT at the end",
    "EXCEPT": "write WHERE NOT EXISTS { … }", "MINUS": "write WHERE NOT EXISTS { … }", "INTERSECT": "write WHERE EXISTS { … }",
    "NULLS": "null sorts last, and first with DESC; to change that, sort by x IS NULL before",
    "MOD": "write %", "DIV": "write /", "ELSEIF": "write WHEN … THEN again", "ELIF": "write WHEN … THEN again",
    "START": "START is of an old version; write MATCH", "CAST": "write toInteger(x), toFloat(x), toString(x) or toBoolean(x)",
    "BEGIN": "transactions are begun by the program that runs the statement",
    "COMMIT": "transactions are ended by the program that runs the statement",
    "ROLLBACK": "transactions are ended by the program that runs the statement",
    "DATABASE": "a store holds one graph; another graph is another file",
    "USER": "a store has no users; who may read its file may read it",
    "ROLE": "a store has no roles; who may read its file may read it",
    "GRANT": "a store has no users; who may read its file may read it",
    "PERIODIC": "write CALL { … } IN TRANSACTIONS", "FETCH": "write LIMIT",
  ]

  /// What to write instead of the token at hand, where it comes from elsewhere.
  var foreignHint: String? {
    switch kind {
    case .identifier: return wordHint
    case .equal:
      if index > 0, tokens[index - 1].kind == .equal { return "equality is one =" }
      return peek(1).kind == .greater ? Self.arrowHint : nil
    case .ampersand: return peek(1).kind == .ampersand ? "write AND" : nil
    case .exclamation: return "write NOT"
    case .less, .lessOrEqual, .greater, .greaterOrEqual, .notEqual, .matches:
      guard index > 0, [.and, .or, .xor].contains(tokens[index - 1].keyword) else { return nil }
      return "AND and OR join whole conditions: n.key > 1 AND n.key < 5, or 1 < n.key < 5"
    case .question: return "write CASE WHEN … THEN … ELSE … END, or coalesce(x, y)"
    case .minus:
      let next = peek(1).kind
      guard index > 0, tokens[index - 1].kind == .rightParenthesis else { return nil }
      return next == .greater || next == .leftParenthesis ? Self.arrowHint : nil
    case .string:
      guard index > 0, tokens[index - 1].kind == .string, tokens[index - 1].end == current.start else { return nil }
      return "a quote inside a string is written \\'"
    case .colon where index == 0: return "commands that begin with a colon are those of the shell"
    default: return nil
    }
  }

  private static let arrowHint = "a relationship is written -->, -[:TYPE]->, <-[:TYPE]- or --"

  /// The error of ORDER BY, SKIP or LIMIT that stands behind the others.
  func misplacedPage() -> Failure {
    error(
      "SyntaxError.UnexpectedSyntax",
      "Unexpected `\(source(current.span))`; behind RETURN stand ORDER BY, SKIP and LIMIT, each once and in this order",
      at: current.span)
  }

  private var wordHint: String? {
    if index > 0, tokens[index - 1].keyword == .use { return "a store holds one graph; leave out USE and its name" }
    if index > 1, tokens[index - 1].keyword == .from, tokens[index - 2].keyword == .delete {
      return "DELETE takes what was matched: MATCH (n:Label) WHERE … DELETE n"
    }
    switch keyword {
    case .not:
      guard [.in, .contains, .starts, .ends].contains(peek(1).keyword) else { return nil }
      return "NOT stands before the whole condition: NOT n.key \(source(peek(1).span)) …"
    case .where where nesting == 0:
      return "WHERE belongs to MATCH, WITH and YIELD; elsewhere write FILTER and the condition"
    case .unique where index > 0 && tokens[index - 1].keyword == .create: return "CREATE UNIQUE is of an old version; write MERGE"
    case .explain, .profile: return "it stands at the very beginning of a statement"
    case .none, .from, .group, .insert, .join: return Self.foreignWords[source(current.span).uppercased()] ?? columnHint
    default: return nil
    }
  }

  /// A name directly behind a column of RETURN or WITH.
  private var columnHint: String? {
    guard keyword == .none, index > 0, endsOperand(tokens[index - 1]) else { return nil }
    var position = index - 1
    while position >= 0 {
      switch tokens[position].keyword {
      case .return, .with:
        guard position + 1 < index, !Self.clauseKeywords.contains(where: { closest(to: source(current.span), among: [$0.rawValue]) != nil })
        else { return nil }
        return "a name for a column follows AS, another column a comma"
      case .match, .where, .order, .limit, .skip, .unwind, .set, .create, .merge, .delete, .remove, .call: return nil
      default: position -= 1
      }
    }
    return nil
  }

  private func endsOperand(_ token: Token) -> Bool {
    switch token.kind {
    case .identifier, .quotedIdentifier, .integer, .float, .string, .parameter, .rightParenthesis, .rightBracket, .rightBrace: true
    default: false
    }
  }

  /// The error of `{name}` where a parameter is meant.
  func bracedParameter(_ name: Name, at span: SourceSpan) -> Failure {
    error(
      "SyntaxError.UnexpectedSyntax",
      "`{\(name.text)}` is no map: a key has a value, as in {\(name.text): 1}. A parameter is written $\(name.text)",
      at: SourceSpan(start: span.start, end: Int(current.end)))
  }

  /// The error of a call whose arguments are written in the way of another language; nil for an ordinary slip.
  func foreignCall(_ name: String, at start: Int) -> Failure? {
    let advice: String
    switch name.lowercased() {
    case "filter" where at(.where): advice = "filter() is of an old version; write [x IN list WHERE p]"
    case "extract" where at(.bar): advice = "extract() is of an old version; write [x IN list | e]"
    case "all", "any", "none", "single":
      guard at(.where) else { return nil }
      advice = "\(name) is written \(name)(x IN list WHERE p)"
    case "cast", "try_cast": advice = "there is no cast(); write toInteger(x), toFloat(x), toString(x) or toBoolean(x)"
    default: return nil
    }
    return error("SyntaxError.UnexpectedSyntax", "Unexpected `\(source(current.span))`; \(advice)", at: current.span)
  }

  /// The error of `f(*)` for any f but count.
  func starArgument(of name: String, at start: Int) -> Failure {
    let near = closest(to: name, among: ["count"]) != nil
    return error(
      "SyntaxError.UnexpectedSyntax", "Only count takes *" + (near ? ". Did you mean count(*)?" : "; \(name) takes an expression"),
      at: current.span)
  }
}
