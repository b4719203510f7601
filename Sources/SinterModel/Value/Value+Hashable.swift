extension Value {
  /// Swift equality: for tests and dictionaries, not for the query language.
  public static func == (a: Value, b: Value) -> Bool {
    switch (a, b) {
    case (.null, .null): true
    case (.boolean(let a), .boolean(let b)): a == b
    case (.integer(let a), .integer(let b)): a == b
    case (.float(let a), .float(let b)): a == b || (a.isNaN && b.isNaN)
    case (.string(let a), .string(let b)): a.hasSameCodePoints(as: b)
    case (.list(let a), .list(let b)): a == b
    case (.map(let a), .map(let b)): a == b
    case (.node(let a), .node(let b)): a == b
    case (.relationship(let a), .relationship(let b)): a == b
    case (.path(let a), .path(let b)): a == b
    case (.date(let a), .date(let b)): a == b
    case (.localTime(let a), .localTime(let b)): a == b
    case (.time(let a), .time(let b)): a == b
    case (.localDateTime(let a), .localDateTime(let b)): a == b
    case (.dateTime(let a), .dateTime(let b)): a == b
    case (.duration(let a), .duration(let b)): a == b
    default: false
    }
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(kindRank)
    switch self {
    case .null: break
    case .boolean(let a): hasher.combine(a)
    case .integer(let a): hasher.combine(a)
    case .float(let a): hasher.combine(a.isNaN ? Double.nan.bitPattern : (a == 0 ? 0 : a.bitPattern))
    case .string(let a): hasher.combine(a)
    case .list(let a): hasher.combine(a)
    case .map(let a): hasher.combine(a)
    case .node(let a): hasher.combine(a)
    case .relationship(let a): hasher.combine(a)
    case .path(let a): hasher.combine(a)
    case .date(let a): hasher.combine(a)
    case .localTime(let a): hasher.combine(a)
    case .time(let a): hasher.combine(a)
    case .localDateTime(let a): hasher.combine(a)
    case .dateTime(let a): hasher.combine(a)
    case .duration(let a): hasher.combine(a)
    }
  }
}
