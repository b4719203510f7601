/// The words that mean something somewhere in the grammar. Each is an ordinary identifier
/// wherever a name is expected; the parser decides by place.
enum Keyword: String, CaseIterable {
  /// Not a keyword.
  case none = ""
  case all = "ALL", allShortestPaths = "ALLSHORTESTPATHS", and = "AND", any = "ANY", `as` = "AS", asc = "ASC"
  case ascending = "ASCENDING", because = "BECAUSE", `break` = "BREAK", by = "BY"
  case call = "CALL", `case` = "CASE", collect = "COLLECT", concurrent = "CONCURRENT", confidence = "CONFIDENCE"
  case constraint = "CONSTRAINT", constraints = "CONSTRAINTS", contains = "CONTAINS", `continue` = "CONTINUE"
  case count = "COUNT", create = "CREATE", csv = "CSV", delete = "DELETE", deposit = "DEPOSIT", desc = "DESC"
  case descending = "DESCENDING", detach = "DETACH", distinct = "DISTINCT", diverse = "DIVERSE", drop = "DROP"
  case each = "EACH", `else` = "ELSE", end = "END", ends = "ENDS", error = "ERROR", evidence = "EVIDENCE"
  case exclude = "EXCLUDE", exists = "EXISTS", explain = "EXPLAIN", fail = "FAIL", `false` = "FALSE"
  case fieldTerminator = "FIELDTERMINATOR", finish = "FINISH", `for` = "FOR", foreach = "FOREACH"
  case from = "FROM", fulltext = "FULLTEXT", function = "FUNCTION", functions = "FUNCTIONS", group = "GROUP"
  case groups = "GROUPS", headers = "HEADERS", `if` = "IF", `in` = "IN", index = "INDEX", indexes = "INDEXES"
  case `is` = "IS", join = "JOIN", key = "KEY", limit = "LIMIT", load = "LOAD"
  case lookup = "LOOKUP", match = "MATCH", merge = "MERGE", model = "MODEL", models = "MODELS"
  case nodetach = "NODETACH", node = "NODE", none_ = "NONE", normalized = "NORMALIZED", not = "NOT", null = "NULL"
  case of = "OF", offset = "OFFSET", on = "ON", `optional` = "OPTIONAL", options = "OPTIONS", or = "OR"
  case order = "ORDER", path = "PATH", paths = "PATHS", point = "POINT", predict = "PREDICT"
  case procedure = "PROCEDURE", procedures = "PROCEDURES", profile = "PROFILE", range = "RANGE"
  case recommend = "RECOMMEND", reduce = "REDUCE", rel = "REL", relationship = "RELATIONSHIP", remove = "REMOVE"
  case report = "REPORT", require = "REQUIRE", retract = "RETRACT", `return` = "RETURN", row = "ROW", rows = "ROWS"
  case rule = "RULE", rules = "RULES", scan = "SCAN", score = "SCORE", search = "SEARCH", seek = "SEEK", set = "SET"
  case shortest = "SHORTEST", shortestPath = "SHORTESTPATH", show = "SHOW", single = "SINGLE", skip = "SKIP"
  case source = "SOURCE", starts = "STARTS", status = "STATUS", strategies = "STRATEGIES", strategy = "STRATEGY"
  case strength = "STRENGTH", support = "SUPPORT", text = "TEXT", then = "THEN", to = "TO", train = "TRAIN"
  case transactions = "TRANSACTIONS", `true` = "TRUE", typed = "TYPED", union = "UNION", unique = "UNIQUE"
  case unwind = "UNWIND", use = "USE", using = "USING", valid = "VALID", vector = "VECTOR", version = "VERSION"
  case when = "WHEN", `where` = "WHERE", why = "WHY", with = "WITH", xor = "XOR", yield = "YIELD"
}

/// Finds the keyword an identifier spells, without allocating.
///
/// A word is packed, upper-cased, into two 64-bit words (no keyword has more than 16 letters) and
/// looked up in an open-addressing table.
struct KeywordTable: Sendable {
  private struct Slot {
    var low: UInt64 = 0
    var high: UInt64 = 0
    var keyword: Keyword = .none
  }
  private var slots = [Slot](repeating: Slot(), count: 512)

  static let shared = KeywordTable()

  private init() {
    for keyword in Keyword.allCases where keyword != .none {
      let (low, high) = Self.pack(Array(keyword.rawValue.utf8)[...])!
      var index = Self.index(low, high)
      while slots[index].keyword != .none { index = (index + 1) & 511 }
      slots[index] = Slot(low: low, high: high, keyword: keyword)
    }
  }

  private static func index(_ low: UInt64, _ high: UInt64) -> Int {
    Int(truncatingIfNeeded: ((low ^ (high &* 0x9E37_79B9_7F4A_7C15)) &* 0xD6E8_FEB8_6659_FD93) >> 55)
  }

  private static func pack(_ word: ArraySlice<UInt8>) -> (UInt64, UInt64)? {
    guard word.count <= 16 else { return nil }
    var low: UInt64 = 0
    var high: UInt64 = 0
    var shift: UInt64 = 0
    for byte in word {
      let upper = UInt64(byte &- 0x61 < 26 ? byte &- 32 : byte)
      if shift < 64 { low |= upper << shift } else { high |= upper << (shift &- 64) }
      shift &+= 8
    }
    return (low, high)
  }

  /// The keyword that `word` spells in any case, or `.none`.
  func find(_ word: ArraySlice<UInt8>) -> Keyword {
    guard let (low, high) = Self.pack(word) else { return .none }
    var index = Self.index(low, high)
    while slots[index].keyword != .none {
      if slots[index].low == low && slots[index].high == high { return slots[index].keyword }
      index = (index + 1) & 511
    }
    return .none
  }
}
