import SinterModel

// What may stand before a statement: EXPLAIN, PROFILE and query options.
extension Parser {
  /// The options of Neo4j's planner and runtimes with the values they take. There is one planner and one runtime here,
  /// so they choose nothing; they are known so that statements which name them run.
  private static let queryOptions: [(name: String, values: [String])] = [
    ("planner", ["cost", "idp", "dp"]),
    ("runtime", ["slotted", "pipelined", "parallel", "interpreted", "legacy"]),
    ("updateStrategy", ["default", "eager"]),
    ("expressionEngine", ["default", "interpreted", "compiled"]),
    ("operatorEngine", ["default", "interpreted", "compiled"]),
    ("interpretedPipesFallback", ["disabled", "default", "whitelisted_plans_only", "all"]),
    ("replan", ["default", "force", "skip"]),
    ("connectComponentsPlanner", ["greedy", "idp"]),
    ("inferSchemaParts", ["off", "most_selective_label"]),
    ("statefulShortestPlanningMode", ["into_only", "all_if_possible", "cardinality_heuristic"]),
    ("planVarExpandInto", ["single_row", "minimum_cost"]),
  ]

  /// `CYPHER [5|25] [option=value …]`, `EXPLAIN` and `PROFILE`, in any order.
  mutating func parseQueryOptions() throws(Failure) -> Statement.Mode {
    var mode = Statement.Mode.run
    var hasOptions = false
    while true {
      let start = current.span
      let asked: Statement.Mode
      if take(.explain) {
        asked = .explain
      } else if take(.profile) {
        asked = .profile
      } else if !hasOptions, atWord("CYPHER") {
        hasOptions = true
        try parseCypherOptions()
        continue
      } else {
        return mode
      }
      guard mode == .run || mode == asked else {
        throw error("SyntaxError.InvalidOption", "EXPLAIN and PROFILE exclude each other; keep one of them", at: start)
      }
      mode = asked
    }
  }

  private mutating func parseCypherOptions() throws(Failure) {
    advance()
    if at(.integer) || at(.float) || current.problem == .number {
      let version = source(current.span)
      guard version == "5" || version == "25" else {
        throw error(
          "SyntaxError.InvalidOption", "There is no Cypher version \(version) here; write CYPHER 5 or CYPHER 25, or leave it out",
          at: current.span)
      }
      advance()
    }
    var given: [String: String] = [:]
    while atName, peek(1).kind == .equal {
      let name = try expectName("an option")
      advance()
      let (option, value) = try parseOptionValue(of: name)
      if let before = given.updateValue(value, forKey: option), before != value {
        throw error(
          "SyntaxError.InvalidOption", "The option `\(option)` is given twice, as \(before) and as \(value)", at: name.span)
      }
    }
  }

  private mutating func parseOptionValue(of name: Name) throws(Failure) -> (option: String, value: String) {
    guard let option = Self.queryOptions.first(where: { $0.name.lowercased() == name.text.lowercased() }) else {
      let names = Self.queryOptions.map(\.name)
      let near = closest(to: name.text, among: names).map { "Did you mean `\($0)`?" }
      let hint = near ?? "There are \(names.joined(separator: ", "))"
      throw error("SyntaxError.InvalidOption", "There is no query option `\(name.text)`. \(hint)", at: name.span)
    }
    guard atName || at(.string) else { throw unexpected("a value of the option `\(option.name)`") }
    let span = current.span
    let written = at(.string) ? try string(current) : nameText(current)
    advance()
    guard option.values.contains(written.lowercased()) else {
      let near = closest(to: written, among: option.values).map { ". Did you mean `\($0)`?" } ?? ""
      throw error(
        "SyntaxError.InvalidOption",
        "`\(written)` is no value of the option `\(option.name)`, which takes \(option.values.joined(separator: ", "))\(near)",
        at: span)
    }
    return (option.name, written.lowercased())
  }

  /// Whether the current token is a word that is no keyword of the grammar, in any case.
  func atWord(_ word: String) -> Bool { current.kind == .identifier && source(current.span).uppercased() == word }

  mutating func takeWord(_ word: String) -> Bool {
    guard atWord(word) else { return false }
    advance()
    return true
  }
}
