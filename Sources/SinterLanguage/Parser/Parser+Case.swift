import SinterModel

extension Expression {
  /// The variable that stands for the operand of CASE in a test such as `WHEN > 5`. No name in a text has such a character.
  package static let caseOperand = "\u{0}case"

  /// Whether this is a test of CASE's operand rather than a value to compare it with.
  package var isCaseTest: Bool {
    let subject: Expression
    switch kind {
    case .comparison(let operands, _): subject = operands[0]
    case .binary(_, let left, _): subject = left
    case .unary(_, let operand), .isType(let operand, _, _), .isNormalized(let operand, _, _): subject = operand
    default: return false
    }
    if case .variable(Self.caseOperand) = subject.kind { return true }
    return false
  }
}

// The extended CASE: `CASE x WHEN > 5 THEN … WHEN IS NULL THEN …`.
extension Parser {
  /// Whether an operator stands where a value to compare with could.
  var atCaseTest: Bool {
    let next = peek(1)
    switch kind {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .matches, .doubleColon: return true
    case .identifier:
      switch keyword {
      case .in: return true
      case .starts, .ends: return next.keyword == .with
      case .contains: return next.keyword != .then && next.kind != .comma && next.kind != .dot
      case .is:
        return next.kind == .doubleColon || [.null, .not, .typed, .normalized].contains(next.keyword)
          || peek(2).keyword == .normalized
      default: return false
      }
    default: return false
    }
  }

  /// The operator at hand with its right side, applied to CASE's operand.
  mutating func parseCaseTest() throws(Failure) -> Expression {
    let start = index
    height = 1
    let place = SourceSpan(start: Int(current.start), end: Int(current.start))
    guard let level = operatorLevel else { throw unexpected("a value or a test") }
    return try parseInfix(Expression(.variable(Expression.caseOperand), at: place), level, start)
  }
}
