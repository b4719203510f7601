/// How two comparable values stand to each other.
@usableFromInline
package enum Comparability: Sendable {
  case less, equal, greater
  /// A number against NaN: every comparison is false, and so is equality.
  case unordered
}

extension Value {
  /// The language's `=`: nil where the answer is null.
  ///
  /// Null makes the answer null. `1 = 1.0` is true, NaN equals nothing, values of different kinds are unequal. Lists
  /// and maps compare element by element with three-valued logic: a sure difference wins over a null.
  /// - Complexity: O(the size of the smaller value)
  @inlinable
  public func isEqual(_ other: Value) -> Bool? {
    // Tests one by one: a switch over the pair would copy both values first.
    if case .integer(let a) = self, case .integer(let b) = other { return a == b }
    if case .string(let a) = self, case .string(let b) = other { return a.hasSameCodePoints(as: b) }
    if case .float(let a) = self, case .float(let b) = other { return a == b }
    return isEqualInGeneral(other)
  }

  @usableFromInline
  func isEqualInGeneral(_ other: Value) -> Bool? {
    switch (self, other) {
    case (.null, _), (_, .null): return nil
    case (.integer(let a), .float(let b)): return Value.compare(a, b) == .equal
    case (.float(let a), .integer(let b)): return Value.compare(b, a) == .equal
    case (.list(let a), .list(let b)): return Value.areEqual(a, b)
    case (.map(let a), .map(let b)): return Value.areEqual(a, b)
    default: return self == other
        && { if case .float(let a) = self { !a.isNaN } else { true } }()
    }
  }

  private static func areEqual(_ a: [Value], _ b: [Value]) -> Bool? {
    guard a.count == b.count else { return false }
    var answer: Bool? = true
    for index in a.indices {
      switch a[index].isEqual(b[index]) {
      case false?: return false
      case nil: answer = nil
      case true?: break
      }
    }
    return answer
  }

  private static func areEqual(_ a: [String: Value], _ b: [String: Value]) -> Bool? {
    guard a.count == b.count else { return false }
    var answer: Bool? = true
    for key in a.keys where b[key] == nil { return false }
    for (key, value) in a {
      guard let other = b[key] else { return false }
      switch value.isEqual(other) {
      case false?: return false
      case nil: answer = nil
      case true?: break
      }
    }
    return answer
  }

  /// An integer against a float without rounding the integer.
  @inlinable
  package static func compare(_ integer: Int64, _ float: Double) -> Comparability {
    if float.isNaN { return .unordered }
    if float >= 0x1p63 { return .less }
    if float < -0x1p63 { return .greater }
    let whole = float.rounded(.towardZero)
    let truncated = Int64(whole)
    if integer != truncated { return integer < truncated ? .less : .greater }
    if float == whole { return .equal }
    return float > whole ? .less : .greater
  }

  @inlinable
  package static func compare(_ a: Double, _ b: Double) -> Comparability {
    a < b ? .less : a > b ? .greater : a == b ? .equal : .unordered
  }

  /// How the language's `<`, `<=`, `>` and `>=` see two values: nil where they answer null, because one is null or
  /// because they are of kinds that do not compare.
  ///
  /// Numbers, strings, booleans, temporal values of one type and lists of such compare; maps, graph elements and
  /// durations do not.
  @inlinable
  package func compare(to other: Value) -> Comparability? {
    if case .integer(let a) = self, case .integer(let b) = other { return a < b ? .less : a == b ? .equal : .greater }
    if case .float(let a) = self, case .float(let b) = other { return Value.compare(a, b) }
    return compareInGeneral(to: other)
  }

  @usableFromInline
  func compareInGeneral(to other: Value) -> Comparability? {
    switch (self, other) {
    case (.string(let a), .string(let b)):
      let order = a.codePointOrder(b)
      return order < 0 ? .less : order == 0 ? .equal : .greater
    case (.integer(let a), .float(let b)): return Value.compare(a, b)
    case (.float(let a), .integer(let b)):
      switch Value.compare(b, a) {
      case .less: return .greater
      case .greater: return .less
      case let same: return same
      }
    case (.boolean, .boolean), (.date, .date), (.localTime, .localTime), (.time, .time),
      (.localDateTime, .localDateTime), (.dateTime, .dateTime):
      let order = orderability(other)
      return order < 0 ? .less : order == 0 ? .equal : .greater
    case (.list(let a), .list(let b)):
      for (left, right) in zip(a, b) {
        guard let step = left.compare(to: right) else {
          // Elements that do not compare but are surely equal (two nodes, two maps) say nothing yet.
          if left.isEqual(right) == true { continue }
          return nil
        }
        if step != .equal { return step }
      }
      return a.count < b.count ? .less : a.count == b.count ? .equal : .greater
    default: return nil
    }
  }

  /// The language's `<`.
  @inlinable
  public func isLess(than other: Value) -> Bool? { compare(to: other).map { $0 == .less } }

  /// The language's `<=`.
  @inlinable
  public func isLessOrEqual(to other: Value) -> Bool? { compare(to: other).map { $0 == .less || $0 == .equal } }
}
