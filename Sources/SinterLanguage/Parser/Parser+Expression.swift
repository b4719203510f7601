import SinterModel

// Operators, by precedence climbing. From loosest to tightest:
// OR, XOR, AND, NOT, comparison, predicates (IN, STARTS WITH, IS NULL …), + - ||, * / %, ^, unary.
extension Parser {
  enum Level {
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

  mutating func parseExpression() throws(Failure) -> Expression {
    try enter()
    let expression = try parseOperators(Level.or)
    leave()
    return expression
  }

  /// An operand that must not take a following bar, keyword predicate or comparison as its own.
  mutating func parseAdditive() throws(Failure) -> Expression {
    try enter()
    let expression = try parseOperators(Level.additive)
    leave()
    return expression
  }

  /// Everything that binds at least as tightly as `minimum`.
  private mutating func parseOperators(_ minimum: Int) throws(Failure) -> Expression {
    let start = index
    var left = try parsePrefix()
    while let next = operatorLevel, minimum <= next { left = try parseInfix(left, next, start) }
    return left
  }

  /// The level of the operator at hand; nil when none follows.
  var operatorLevel: Int? {
    switch kind {
    case .identifier:
      switch keyword {
      case .or: Level.or
      case .xor: Level.xor
      case .and: Level.and
      case .in, .starts, .ends, .contains, .is: Level.predicate
      default: nil
      }
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: Level.comparison
    case .matches, .doubleColon: Level.predicate
    case .plus, .minus, .doubleBar: Level.additive
    case .star, .slash, .percent: Level.multiplicative
    case .caret: Level.power
    default: nil
    }
  }

  /// The operator at hand with its right side.
  mutating func parseInfix(_ left: Expression, _ level: Int, _ start: Int) throws(Failure) -> Expression {
    switch level {
    case Level.or, Level.xor, Level.and: return try parseChain(left, level, start)
    case Level.comparison: return try parseComparison(left, start)
    case Level.predicate where !at(.matches): return try parsePredicate(left, start)
    default:
      let operation: Expression.BinaryOperator
      switch kind {
      case .plus: operation = .add
      case .minus: operation = .subtract
      case .doubleBar: operation = .concatenate
      case .star: operation = .multiply
      case .slash: operation = .divide
      case .percent: operation = .modulo
      case .caret: operation = .power
      default: operation = .matches
      }
      return try parseBinary(left, operation, level + 1, start)
    }
  }

  /// NOT, signs, and what they apply to.
  private mutating func parsePrefix() throws(Failure) -> Expression {
    if at(.minus) || at(.plus) { return try parseSign() }
    if at(.not) { return try parseNot() }
    let start = index
    return try parsePostfix(try parseAtom(), start)
  }

  private mutating func parseSign() throws(Failure) -> Expression {
    let start = index
    let negative = at(.minus)
    advance()
    if negative, at(.integer) || at(.float) { return try parseNegativeNumber(start) }
    try enter()
    let operand = try parsePrefix()
    leave()
    try setHeight(height + 1, from: start)
    return Expression(.unary(negative ? .minus : .plus, operand), at: span(from: start))
  }

  /// A number with its sign is one literal, so that the most negative integer can be written.
  private mutating func parseNegativeNumber(_ start: Int) throws(Failure) -> Expression {
    height = 1
    let value: Value =
      at(.integer)
      ? .integer(try integer(current, negative: true, from: tokens[start].span)) : .float(-(try float(current)))
    advance()
    return try parsePostfix(Expression(.literal(value), at: span(from: start)), start)
  }

  private mutating func parseNot() throws(Failure) -> Expression {
    let start = index
    advance()
    try enter()
    let operand = try parseOperators(Level.not)
    leave()
    try setHeight(height + 1, from: start)
    return Expression(.unary(.not, operand), at: span(from: start))
  }

  private mutating func parseBinary(
    _ left: Expression, _ operation: Expression.BinaryOperator, _ level: Int, _ start: Int
  ) throws(Failure) -> Expression {
    let leftHeight = height
    advance()
    let right = try parseOperators(level)
    try setHeight(max(leftHeight, height) + 1, from: start)
    return Expression(.binary(operation, left, right), at: span(from: start))
  }

  /// `a AND b AND c …`: these operators are associative, so the tree is built balanced.
  private mutating func parseChain(
    _ left: Expression, _ level: Int, _ start: Int
  ) throws(Failure) -> Expression {
    let operation: Expression.BinaryOperator = level == Level.or ? .or : level == Level.xor ? .xor : .and
    let keyword = current.keyword
    var operands = [left]
    var tallest = height
    while take(keyword) {
      operands.append(try parseOperators(level + 1))
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

  private mutating func parseComparison(_ left: Expression, _ start: Int) throws(Failure) -> Expression {
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

  private mutating func parsePredicate(_ left: Expression, _ start: Int) throws(Failure) -> Expression {
    if at(.doubleColon) { return try parseTypeTest(left, start) }
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

  /// `x :: TYPE`, the short form of `x IS :: TYPE`.
  private mutating func parseTypeTest(_ left: Expression, _ start: Int) throws(Failure) -> Expression {
    advance()
    let kind = Expression.Kind.isType(left, try parseTypeName(), negated: false)
    try setHeight(height + 1, from: start)
    return Expression(kind, at: span(from: start))
  }

  /// What follows IS: `[NOT] NULL`, `[NOT] :: TYPE`, `[NOT] TYPED TYPE`, `[NOT] NFC NORMALIZED`.
  private mutating func parseIs(_ left: Expression, _ start: Int) throws(Failure) -> Expression {
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
    } else if let labels = try parseIsLabeled(left, negated: negated) {
      kind = .hasLabels(left, labels)
    } else {
      throw unexpected("NULL, NOT NULL, :: and a type, NORMALIZED or a label", keywords: [.null, .normalized, .not, .typed])
    }
    try setHeight(height + 1, from: start)
    return Expression(kind, at: span(from: start))
  }

  /// `n IS A|B` and `n IS [NOT] LABELED A`; nil where something else follows IS.
  private mutating func parseIsLabeled(_ left: Expression, negated: Bool) throws(Failure) -> LabelExpression? {
    let spelled = at(.identifier) && source(current.span).uppercased() == "LABELED" && isLabelStart(peek(1))
    if spelled {
      advance()
    } else {
      guard !negated, case .variable = left.kind, isLabelStart(current) else { return nil }
    }
    let labels = try parseLabels(barAllowed: !barTerminates)
    return negated ? .not(labels) : labels
  }

  /// `INTEGER NOT NULL`, `LIST<STRING>`, `INTEGER | FLOAT`.
  mutating func parseTypeName() throws(Failure) -> TypeName {
    try enter()
    var parts = [try parseSingleType()]
    // In a comprehension a bar begins what is collected; there a union stands in ANY<…>.
    while !barTerminates, take(.bar) { parts.append(try parseSingleType()) }
    leave()
    return parts.count == 1 ? parts[0] : .union(parts)
  }

  private mutating func parseSingleType() throws(Failure) -> TypeName {
    var type = try parseInnerType()
    // `INTEGER LIST` is `LIST<INTEGER>`.
    while at(.identifier), ["LIST", "ARRAY"].contains(source(current.span).uppercased()) {
      advance()
      type = .list(type, nullable: !takeNotNull())
    }
    return type
  }

  /// A type up to the sign that closes it.
  private mutating func parseBracketedType(_ what: String) throws(Failure) -> TypeName {
    let savedBar = barTerminates
    barTerminates = false
    defer { barTerminates = savedBar }
    let type = try parseTypeName()
    try expect(.greater, "> to close \(what)")
    return type
  }

  private mutating func takeNotNull() -> Bool { take(.not, .null) || take(.exclamation) }

  private mutating func parseInnerType() throws(Failure) -> TypeName {
    let start = index
    var words = [try expectName("a type such as INTEGER or LIST<STRING>").text.uppercased()]
    var element: TypeName?
    if words[0] == "LIST" || words[0] == "ARRAY", take(.less) {
      element = try parseBracketedType("the list's type")
    } else if words[0] == "ANY", at(.less) || (peek(1).kind == .less && source(current.span).uppercased() == "VALUE") {
      // A closed dynamic union: `ANY<INTEGER | STRING>` is `INTEGER | STRING`.
      if !at(.less) { advance() }
      advance()
      return try parseBracketedType("the union of types")
    } else {
      let starts: Set<String> = ["LOCAL", "ZONED", "TIMESTAMP", "TIME", "PROPERTY", "ANY", "SIGNED"]
      while starts.contains(words[0]), at(.identifier),
        isTypeNameStart((words + [source(current.span).uppercased()]).joined(separator: " "))
      {
        words.append(source(current.span).uppercased())
        advance()
      }
    }
    if element == nil { try checkTypeName(words.joined(separator: " "), at: span(from: start)) }
    let nullable = !takeNotNull()
    return element.map { .list($0, nullable: nullable) } ?? .named(words.joined(separator: " "), nullable: nullable)
  }
}
