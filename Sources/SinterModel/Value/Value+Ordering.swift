extension Value {
  /// The place of a value's kind in the order of `ORDER BY`; integers and floats share one.
  @inlinable
  package var kindRank: Int {
    switch self {
    case .map: 0
    case .node: 1
    case .relationship: 2
    case .list: 3
    case .path: 4
    case .dateTime: 5
    case .localDateTime: 6
    case .date: 7
    case .time: 8
    case .localTime: 9
    case .duration: 10
    case .string: 11
    case .boolean: 12
    case .integer, .float: 13
    case .null: 14
    }
  }

  /// The total order of `ORDER BY`, `min` and `max`: negative, zero or positive.
  ///
  /// Kinds come in the order of ``kindRank``, NaN after all other numbers, null last. Zero exactly where
  /// ``isEquivalent(to:)`` holds.
  /// - Complexity: O(the size of the smaller value); maps sort their keys.
  @inlinable
  package func orderability(_ other: Value) -> Int {
    if case .integer(let a) = self, case .integer(let b) = other { return a < b ? -1 : a == b ? 0 : 1 }
    if case .string(let a) = self, case .string(let b) = other { return a.codePointOrder(b) }
    if case .float(let a) = self, case .float(let b) = other, a == a, b == b { return a < b ? -1 : a == b ? 0 : 1 }
    return orderabilityInGeneral(other)
  }

  @usableFromInline
  func orderabilityInGeneral(_ other: Value) -> Int {
    switch (self, other) {
    case (.integer(let a), .float(let b)): return Value.order(Value.compare(a, b), bothNaN: false, leftNaN: false)
    case (.float(let a), .integer(let b)): return -Value.order(Value.compare(b, a), bothNaN: false, leftNaN: false)
    case (.float(let a), .float(let b)):
      return Value.order(Value.compare(a, b), bothNaN: a.isNaN && b.isNaN, leftNaN: a.isNaN)
    case (.boolean(let a), .boolean(let b)): return (a ? 1 : 0) - (b ? 1 : 0)
    case (.list(let a), .list(let b)): return Value.order(a, b)
    case (.map(let a), .map(let b)): return Value.order(a, b)
    case (.node(let a), .node(let b)): return Value.order(a.id, b.id)
    case (.relationship(let a), .relationship(let b)): return Value.order(a.id, b.id)
    case (.path(let a), .path(let b)): return Value.order(a, b)
    case (.date(let a), .date(let b)): return Value.order(a.daysSinceEpoch, b.daysSinceEpoch)
    case (.localTime(let a), .localTime(let b)): return Value.order(a.nanosecondOfDay, b.nanosecondOfDay)
    case (.localDateTime(let a), .localDateTime(let b)):
      let order = Value.order(a.date.daysSinceEpoch, b.date.daysSinceEpoch)
      return order != 0 ? order : Value.order(a.time.nanosecondOfDay, b.time.nanosecondOfDay)
    case (.time(let a), .time(let b)):
      let order = Value.order(a.utcNanoseconds, b.utcNanoseconds)
      return order != 0 ? order : Value.order(a.offsetSeconds, b.offsetSeconds)
    case (.dateTime(let a), .dateTime(let b)): return Value.order(a, b)
    case (.duration(let a), .duration(let b)): return Value.order(a, b)
    default: return kindRank - other.kindRank
    }
  }

  private static func order<T: Comparable>(_ a: T, _ b: T) -> Int { a < b ? -1 : a == b ? 0 : 1 }

  private static func order(_ step: Comparability, bothNaN: Bool, leftNaN: Bool) -> Int {
    switch step {
    case .less: -1
    case .equal: 0
    case .greater: 1
    // Reached with exactly one NaN on the left, or on the right, or with two.
    case .unordered: bothNaN ? 0 : leftNaN ? 1 : -1
    }
  }

  private static func order(_ a: [Value], _ b: [Value]) -> Int {
    for (left, right) in zip(a, b) {
      let step = left.orderability(right)
      if step != 0 { return step }
    }
    return a.count - b.count
  }

  private static func order(_ a: [String: Value], _ b: [String: Value]) -> Int {
    let left = a.keys.sorted { $0.codePointOrder($1) < 0 }
    let right = b.keys.sorted { $0.codePointOrder($1) < 0 }
    for (x, y) in zip(left, right) {
      let step = x.codePointOrder(y)
      if step != 0 { return step }
    }
    if left.count != right.count { return left.count - right.count }
    for key in left {
      let step = (a[key] ?? .null).orderability(b[key] ?? .null)
      if step != 0 { return step }
    }
    return 0
  }

  private static func order(_ a: Path, _ b: Path) -> Int {
    for index in 0..<min(a.nodes.count, b.nodes.count) {
      let node = order(a.nodes[index].id, b.nodes[index].id)
      if node != 0 { return node }
      if index < min(a.relationships.count, b.relationships.count) {
        let relationship = order(a.relationships[index].id, b.relationships[index].id)
        if relationship != 0 { return relationship }
      }
    }
    return a.relationships.count - b.relationships.count
  }

  private static func order(_ a: DateTime, _ b: DateTime) -> Int {
    var step = order(a.epochSeconds, b.epochSeconds)
    if step == 0 { step = order(a.local.time.nanosecondOfSecond, b.local.time.nanosecondOfSecond) }
    if step == 0 { step = order(a.offsetSeconds, b.offsetSeconds) }
    if step == 0 { step = (a.zone ?? "").codePointOrder(b.zone ?? "") }
    return step
  }

  /// Durations stand in the order of their average length, then of their parts.
  private static func order(_ a: Duration, _ b: Duration) -> Int {
    var step = order(a.averageSeconds, b.averageSeconds)
    if step == 0 { step = order(a.nanoseconds, b.nanoseconds) }
    if step == 0 { step = order(a.months, b.months) }
    if step == 0 { step = order(a.days, b.days) }
    if step == 0 { step = order(a.seconds, b.seconds) }
    return step
  }
}
