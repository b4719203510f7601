import Sinter
import SinterStorage

/// Finds what the word before the cursor may become.
struct Completion {
  /// Names of the graph, read when they are needed.
  var labels: [String] = []
  var types: [String] = []
  var keys: [String] = []
  var functions: [String] = []
  var parameters: [String] = []

  init(view: GraphView, functions: [String], parameters: [String]) {
    labels = view.labelNames
    types = view.typeNames
    // Facts keep their attributes under such names; functions read them.
    keys = view.keyNames.filter { !$0.hasPrefix("@") }
    self.functions = functions
    self.parameters = parameters
  }

  init() {}

  func completions(for line: String) -> LineEditor.Completions {
    let word = String(line.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed())
    let before = line.dropLast(word.count)
    if before == ".", !line.contains(" ") {
      let names = DotCommand.allCases.map { $0.rawValue }.filter { $0.hasPrefix(word.lowercased()) }
      return LineEditor.Completions(replacedCount: word.count, candidates: names)
    }
    let candidates: [String] =
      switch before.last {
      case ":", "|", "&": Completion.matching(word, in: names(before: before))
      case ".": Completion.matching(word, in: keys)
      case "$": Completion.matching(word, in: parameters)
      case "{", ",": Completion.matching(word, in: keys)
      default: word.isEmpty ? [] : matchingWords(word)
      }
    // A bracket, an operator or a dot may follow a name.
    let isName = before.last.map { ":|&.${,".contains($0) } ?? false
    return LineEditor.Completions(replacedCount: word.count, candidates: candidates, endsWithSpace: !isName)
  }

  /// After `[` or `[r` a type, after `(` or `(n` a label; both where that is not plain.
  private func names(before: Substring) -> [String] {
    switch before.last(where: { "[](){}".contains($0) }) {
    case "[": types
    case "(": labels
    default: labels + types
    }
  }

  private func matchingWords(_ word: String) -> [String] {
    let keywords = Completion.matching(word, in: Completion.keywords)
    // Keywords keep the case a person types in.
    let cased = word.first?.isLowercase == true ? keywords.map { $0.lowercased() } : keywords
    let functions = Completion.matching(word, in: self.functions).map { $0 + "(" }
    let capitalised = word.first?.isUppercase == true ? Completion.matching(word, in: labels) : []
    return cased + functions + capitalised
  }

  private static func matching(_ word: String, in names: [String]) -> [String] {
    let start = word.lowercased()
    return names.filter { $0.lowercased().hasPrefix(start) }.sorted()
  }

  /// Words that begin or join clauses.
  static let keywords = """
    ALL AND ANY AS ASC BECAUSE BY CALL CASE CONFIDENCE CONSTRAINT CONTAINS COUNT CREATE DELETE DEPOSIT DESC DETACH DISTINCT \
    DIVERSE DROP ELSE END ENDS EVIDENCE EXISTS EXPLAIN FALSE FOR FOREACH FROM IN INDEX INDEXES IS LIMIT LOAD MATCH MERGE \
    MODEL MODELS NODE NONE NOT NULL ON OPTIONAL OR ORDER PREDICT PROFILE RECOMMEND REMOVE REQUIRE RETRACT RETURN RULE RULES \
    SCORE SEARCH SET SHOW SINGLE SKIP SOURCE STARTS STRATEGY STRENGTH SUPPORT THEN TO TRAIN TRUE UNION UNIQUE UNWIND USE \
    USING VALID WHEN WHERE WHY WITH XOR YIELD
    """.split(separator: " ").map(String.init)
}
