import SinterModel

// Hints for the planner, behind the patterns of a MATCH.
extension Parser {
  /// `USING [RANGE|TEXT|POINT] INDEX [SEEK] n:Label(key)`, `USING SCAN n:Label`, `USING JOIN ON a, b`.
  mutating func parseHint() throws(Failure) -> [IndexHint] {
    let start = index
    advance()
    if take(.scan) {
      let variable = try expectName("a variable")
      try expect(.colon, ": and a label")
      let label = try expectName("a label").text
      return [IndexHint(kind: .scan, variable: variable, label: label, keys: [], span: span(from: start))]
    }
    if take(.join) {
      try expect(.on)
      let variables = try names("a variable")
      return variables.map { IndexHint(kind: .join, variable: $0, label: nil, keys: [], span: span(from: start)) }
    }
    let isTyped = take(.text) || take(.range) || take(.point)
    guard take(.index) else {
      throw unexpected(isTyped ? "INDEX" : "INDEX, SCAN or JOIN ON", keywords: [.index, .scan, .join, .text, .range, .point])
    }
    _ = take(.seek)
    let variable = try expectName("a variable")
    try expect(.colon, ": and a label")
    let label = try expectName("a label").text
    try expect(.leftParenthesis, "( and the indexed properties")
    let keys = try names("a property name").map(\.text)
    try expect(.rightParenthesis, ")")
    return [IndexHint(kind: .index, variable: variable, label: label, keys: keys, span: span(from: start))]
  }
}
