/// The words that mean something somewhere in the grammar. Each is an ordinary identifier
/// wherever a name is expected; the parser decides by place.
enum Keyword: String, CaseIterable {
  /// Not a keyword.
  case none = ""
  case all = "ALL"
  case allShortestPaths = "ALLSHORTESTPATHS"
  case and = "AND"
  case any = "ANY"
  case `as` = "AS"
  case asc = "ASC"
  case ascending = "ASCENDING"
  case because = "BECAUSE"
  case binding = "BINDING"
  case bindings = "BINDINGS"
  case `break` = "BREAK"
  case by = "BY"
  case call = "CALL"
  case `case` = "CASE"
  case collect = "COLLECT"
  case concurrent = "CONCURRENT"
  case confidence = "CONFIDENCE"
  case constraint = "CONSTRAINT"
  case constraints = "CONSTRAINTS"
  case contains = "CONTAINS"
  case `continue` = "CONTINUE"
  case count = "COUNT"
  case create = "CREATE"
  case csv = "CSV"
  case delete = "DELETE"
  case deposit = "DEPOSIT"
  case desc = "DESC"
  case descending = "DESCENDING"
  case detach = "DETACH"
  case different = "DIFFERENT"
  case distinct = "DISTINCT"
  case diverse = "DIVERSE"
  case drop = "DROP"
  case each = "EACH"
  case element = "ELEMENT"
  case elements = "ELEMENTS"
  case `else` = "ELSE"
  case end = "END"
  case ends = "ENDS"
  case error = "ERROR"
  case evidence = "EVIDENCE"
  case exclude = "EXCLUDE"
  case exists = "EXISTS"
  case explain = "EXPLAIN"
  case fail = "FAIL"
  case `false` = "FALSE"
  case fieldTerminator = "FIELDTERMINATOR"
  case filter = "FILTER"
  case finish = "FINISH"
  case `for` = "FOR"
  case foreach = "FOREACH"
  case from = "FROM"
  case fulltext = "FULLTEXT"
  case function = "FUNCTION"
  case functions = "FUNCTIONS"
  case group = "GROUP"
  case groups = "GROUPS"
  case headers = "HEADERS"
  case `if` = "IF"
  case `in` = "IN"
  case insert = "INSERT"
  case index = "INDEX"
  case indexes = "INDEXES"
  case `is` = "IS"
  case join = "JOIN"
  case key = "KEY"
  case `let` = "LET"
  case limit = "LIMIT"
  case load = "LOAD"
  case lookup = "LOOKUP"
  case match = "MATCH"
  case merge = "MERGE"
  case model = "MODEL"
  case models = "MODELS"
  case next = "NEXT"
  case nodetach = "NODETACH"
  case node = "NODE"
  case none_ = "NONE"
  case normalized = "NORMALIZED"
  case not = "NOT"
  case null = "NULL"
  case of = "OF"
  case offset = "OFFSET"
  case on = "ON"
  case `optional` = "OPTIONAL"
  case options = "OPTIONS"
  case or = "OR"
  case order = "ORDER"
  case path = "PATH"
  case paths = "PATHS"
  case point = "POINT"
  case predict = "PREDICT"
  case procedure = "PROCEDURE"
  case procedures = "PROCEDURES"
  case profile = "PROFILE"
  case range = "RANGE"
  case recommend = "RECOMMEND"
  case reduce = "REDUCE"
  case rel = "REL"
  case relationship = "RELATIONSHIP"
  case relationships = "RELATIONSHIPS"
  case remove = "REMOVE"
  case repeatable = "REPEATABLE"
  case report = "REPORT"
  case require = "REQUIRE"
  case retract = "RETRACT"
  case `return` = "RETURN"
  case row = "ROW"
  case rows = "ROWS"
  case rule = "RULE"
  case rules = "RULES"
  case scan = "SCAN"
  case score = "SCORE"
  case search = "SEARCH"
  case seek = "SEEK"
  case set = "SET"
  case shortest = "SHORTEST"
  case shortestPath = "SHORTESTPATH"
  case show = "SHOW"
  case single = "SINGLE"
  case skip = "SKIP"
  case source = "SOURCE"
  case starts = "STARTS"
  case status = "STATUS"
  case strategies = "STRATEGIES"
  case strategy = "STRATEGY"
  case strength = "STRENGTH"
  case support = "SUPPORT"
  case text = "TEXT"
  case then = "THEN"
  case to = "TO"
  case train = "TRAIN"
  case transactions = "TRANSACTIONS"
  case `true` = "TRUE"
  case typed = "TYPED"
  case union = "UNION"
  case unique = "UNIQUE"
  case unwind = "UNWIND"
  case use = "USE"
  case using = "USING"
  case valid = "VALID"
  case vector = "VECTOR"
  case version = "VERSION"
  case when = "WHEN"
  case `where` = "WHERE"
  case why = "WHY"
  case with = "WITH"
  case xor = "XOR"
  case yield = "YIELD"
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
