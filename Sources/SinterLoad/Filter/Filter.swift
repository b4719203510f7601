/// A condition on a row, parsed from a manifest's `where` or `when`.
///
/// Comparing with something that is null, or a number with a text that is none, is unknown; a row
/// passes only when the whole condition is true.
struct Filter: Sendable {
  indirect enum Node: Sendable {
    case and(Node, Node)
    case or(Node, Node)
    case not(Node)
    case isNull(Operand, negated: Bool)
    case compare(Operand, Comparison, Operand)
    case text(Operand, TextTest, Operand)
    case isIn(Operand, [Operand])
    case matches(Operand, pattern: String)
  }
  enum Operand: Sendable {
    case column(String)
    case text([UInt8])
    case number(Double)
    case boolean(Bool)
  }
  enum Comparison: Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }
  enum TextTest: Sendable { case startsWith, endsWith, contains }

  var root: Node
  /// As written, for messages.
  var source: String

  /// Every column that takes part, in order of appearance.
  var columns: [String] {
    var found: [String] = []
    func visit(_ operand: Operand) { if case .column(let name) = operand { found.append(name) } }
    func visit(_ node: Node) {
      switch node {
      case .and(let a, let b), .or(let a, let b):
        visit(a)
        visit(b)
      case .not(let a): visit(a)
      case .isNull(let a, _), .matches(let a, _): visit(a)
      case .compare(let a, _, let b), .text(let a, _, let b):
        visit(a)
        visit(b)
      case .isIn(let a, let list):
        visit(a)
        list.forEach(visit)
      }
    }
    visit(root)
    return found
  }
}
