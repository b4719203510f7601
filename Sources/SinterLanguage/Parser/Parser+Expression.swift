import SinterModel

// Operators, by precedence climbing. From loosest to tightest:
// OR, XOR, AND, NOT, comparison, predicates (IN, STARTS WITH, IS NULL …), + - ||, * / %, ^, unary.
extension Parser {
  private enum Level {
    static let or = 1
    static let xor = 2
    static let and = 3
    static let not = 4
    static let comparison = 5
    static let predicate = 6
    static let additive = 7
    static let multiplicative = 8
    static let power = 9
  }

  mutating func parseExpression() throws(SinterError) -> Expression {
    try enter()
    let expression = try parseOperators(Level.or)
    leave()
    return expression
  }

  /// An operand that must not take a following bar, keyword predicate or comparison as its own.
  mutating func parseAdditive() throws(SinterError) -> Expression {
    try enter()
    let expression = try parseOperators(Level.additive)
    leave()
    return expression
  }

  /// Everything that binds at least as tightly as `minimum`.
  private mutating func parseOperators(_ minimum: Int) throws(SinterError) -> Expression {
    let start = index
    var left = try parsePrefix()
    while true {
      let token = current
      switch token.kind {
      case .identifier:
        switch token.keyword {
        case .or where minimum <= Level.or: left = try parseChain(left, .or, .or, Level.xor, start)
        case .xor where minimum <= Level.xor: left = try parseChain(left, .xor, .xor, Level.and, start)
        case .and where minimum <= Level.and: left = try parseChain(left, .and, .and, Level.not, start)
        case .in, .starts, .ends, .contains, .is:
          guard minimum <= Level.predicate else { return left }
          left = try parsePredicate(left, start)
        default: return left
        }
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
        guard minimum <= Level.comparison else { return left }
        left = try parseComparison(left, start)
      case .matches where minimum <= Level.predicate: left = try parseBinary(left, .matches, Level.additive, start)
      case .plus where minimum <= Level.additive: left = try parseBinary(left, .add, Level.multiplicative, start)
      case .minus where minimum <= Level.additive: left = try parseBinary(left, .subtract, Level.multiplicative, start)
      case .doubleBar where minimum <= Level.additive: left = try parseBinary(left, .concatenate, Level.multiplicative, start)
      case .star where minimum <= Level.multiplicative: left = try parseBinary(left, .multiply, Level.power, start)
      case .slash where minimum <= Level.multiplicative: left = try parseBinary(left, .divide, Level.power, start)
      case .percent where minimum <= Level.multiplicative: left = try parseBinary(left, .modulo, Level.power, start)
      case .caret where minimum <= Level.power: left = try parseBinary(left, .power, Level.power + 1, start)
      default: return left
      }
    }
  }

  /// NOT, signs, and what they apply to.
  private mutating func parsePrefix() throws(SinterError) -> Expression {
    let start = index
    switch kind {
    case .minus where peek(1).kind == .integer:
      let sign = current.span
      advance()
      let value = try integer(current, negative: true, from: sign)
      let literal = Expression(.literal(.integer(value)), at: sign.union(current.span))
      advance()
      return try parsePostfix(literal, start)
    case .minus where peek(1).kind == .float:
      let sign = current.span
      advance()
      let literal = Expression(.literal(.float(-(try float(current)))), at: sign.union(current.span))
      advance()
      return try parsePostfix(literal, start)
    case .minus, .plus:
      let negative = at(.minus)
      advance()
      try enter()
      let operand = try parsePrefix()
      leave()
      try setHeight(height + 1, from: start)
      return Expression(.unary(negative ? .minus : .plus, operand), at: span(from: start))
    case .identifier where keyword == .not:
      advance()
      try enter()
      let operand = try parseOperators(Level.not)
      leave()
      try setHeight(height + 1, from: start)
      return Expression(.unary(.not, operand), at: span(from: start))
    default:
      let atom = try parseAtom()
      return try parsePostfix(atom, start)
    }
  }

  private mutating func parseBinary(
    _ left: Expression, _ operation: Expression.BinaryOperator, _ level: Int, _ start: Int
  ) throws(SinterError) -> Expression {
    let leftHeight = height
    advance()
    let right = try parseOperators(level)
    try setHeight(max(leftHeight, height) + 1, from: start)
    return Expression(.binary(operation, left, right), at: span(from: start))
  }

  /// `a AND b AND c …`: these operators are associative, so the tree is built balanced.
  private mutating func parseChain(
    _ left: Expression, _ operation: Expression.BinaryOperator, _ keyword: Keyword, _ level: Int, _ start: Int
  ) throws(SinterError) -> Expression {
    var operands = [left]
    var tallest = height
    while take(keyword) {
      operands.append(try parseOperators(level))
      tallest = max(tallest, height)
    }
    let levels = operands.count.bitWidth - (operands.count - 1).leadingZeroBitCount
    try setHeight(tallest + levels, from: start)
    return Self.balanced(operation, operands[...])
  }

  private static func balanced(_ operation: Expression.BinaryOperator, _ operands: ArraySlice<Expression>) -> Expression {
    guard operands.count > 1 else { return operands[operands.startIndex] }
    let middle = operands.startIndex + (operands.count + 1) / 2
    let left = balanced(operation, operands[..<middle])
    let right = balanced(operation, operands[middle...])
    return Expression(.binary(operation, left, right), at: left.span.union(right.span))
  }

  private mutating func parseComparison(_ left: Expression, _ start: Int) throws(SinterError) -> Expression {
    var operands = [left]
    var operators: [Expression.ComparisonOperator] = []
    var tallest = height
    while let operation = comparisonOperator {
      advance()
      operators.append(operation)
      operands.append(try parseOperators(Level.predicate))
      tallest = max(tallest, height)
    }
    try setHeight(tallest + 1, from: start)
    return Expression(.comparison(operands, operators), at: span(from: start))
  }

  private var comparisonOperator: Expression.ComparisonOperator? {
    switch kind {
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessOrEqual: .lessOrEqual
    case .greater: .greater
    case .greaterOrEqual: .greaterOrEqual
    default: nil
    }
  }

  private mutating func parsePredicate(_ left: Expression, _ start: Int) throws(SinterError) -> Expression {
    switch keyword {
    case .in: return try parseBinary(left, .in, Level.additive, start)
    case .contains: return try parseBinary(left, .contains, Level.additive, start)
    case .starts, .ends:
      let operation: Expression.BinaryOperator = keyword == .starts ? .startsWith : .endsWith
      advance()
      guard at(.with) else { throw unexpected("WITH", keywords: [.with]) }
      return try parseBinary(left, operation, Level.additive, start)
    default: return try parseIs(left, start)
    }
  }

  /// What follows IS: `[NOT] NULL`, `[NOT] :: TYPE`, `[NOT] TYPED TYPE`, `[NOT] NFC NORMALIZED`.
  private mutating func parseIs(_ left: Expression, _ start: Int) throws(SinterError) -> Expression {
    advance()
    let negated = take(.not)
    let kind: Expression.Kind
    if take(.null) {
      kind = .unary(negated ? .isNotNull : .isNull, left)
    } else if take(.doubleColon) || take(.typed) {
      kind = .isType(left, try parseTypeName(), negated: negated)
    } else if take(.normalized) {
      kind = .isNormalized(left, form: "NFC", negated: negated)
    } else if peek(1).keyword == .normalized, ["NFC", "NFD", "NFKC", "NFKD"].contains(source(current.span).uppercased()) {
      kind = .isNormalized(left, form: source(current.span).uppercased(), negated: negated)
      advance()
      advance()
    } else {
      throw unexpected("NULL, NOT NULL, :: and a type, or NORMALIZED", keywords: [.null, .normalized, .not, .typed])
    }
    try setHeight(height + 1, from: start)
    return Expression(kind, at: span(from: start))
  }

  /// `INTEGER NOT NULL`, `LIST<STRING>`, `INTEGER | FLOAT`.
  mutating func parseTypeName() throws(SinterError) -> TypeName {
    try enter()
    var parts = [try parseSingleType()]
    while take(.bar) { parts.append(try parseSingleType()) }
    leave()
    return parts.count == 1 ? parts[0] : .union(parts)
  }

  private mutating func parseSingleType() throws(SinterError) -> TypeName {
    var words = [try expectName("a type such as INTEGER or LIST<STRING>").text.uppercased()]
    var element: TypeName?
    if (words[0] == "LIST" || words[0] == "ARRAY"), take(.less) {
      element = try parseTypeName()
      try expect(.greater, "> to close the list's type")
    } else {
      let continuations: Set<String> = ["LOCAL", "ZONED", "TIMESTAMP", "TIME", "DATETIME", "WITH", "WITHOUT", "ZONE", "TIMEZONE", "VALUE"]
      let starts: Set<String> = ["LOCAL", "ZONED", "TIMESTAMP", "TIME", "PROPERTY", "ANY", "SIGNED"]
      while starts.contains(words[0]), at(.identifier), continuations.contains(source(current.span).uppercased()) {
        words.append(source(current.span).uppercased())
        advance()
      }
    }
    var nullable = true
    if take(.not, .null) || take(.exclamation) { nullable = false }
    return element.map { .list($0, nullable: nullable) } ?? .named(words.joined(separator: " "), nullable: nullable)
  }
}
