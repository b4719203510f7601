extension Value {
  /// Equivalence for `DISTINCT` and grouping: like ``isEqual(_:)``, but null is equivalent to null and NaN to NaN,
  /// inside lists and maps too. `1` and `1.0` are equivalent.
  @inlinable
  package func isEquivalent(to other: Value) -> Bool {
    if case .integer(let a) = self, case .integer(let b) = other { return a == b }
    if case .string(let a) = self, case .string(let b) = other { return a.hasSameCodePoints(as: b) }
    return isEquivalentInGeneral(to: other)
  }

  @usableFromInline
  func isEquivalentInGeneral(to other: Value) -> Bool {
    switch (self, other) {
    case (.integer(let a), .float(let b)): return Value.compare(a, b) == .equal
    case (.float(let a), .integer(let b)): return Value.compare(b, a) == .equal
    case (.list(let a), .list(let b)):
      return a.count == b.count && zip(a, b).allSatisfy { $0.isEquivalent(to: $1) }
    case (.map(let a), .map(let b)):
      return a.count == b.count && a.allSatisfy { key, value in b[key].map { value.isEquivalent(to: $0) } ?? false }
    default: return self == other
    }
  }

  /// Feeds a hash that equivalent values share: a float that is a whole number hashes like that integer.
  @inlinable
  package func hashForGrouping(into hasher: inout Hasher) {
    switch self {
    case .integer(let a): hasher.combine(a)
    case .float(let a):
      if let whole = Int64(exactly: a) {
        hasher.combine(whole)
      } else {
        hasher.combine(a.isNaN ? Double.nan.bitPattern : a.bitPattern)
      }
    case .list(let a):
      hasher.combine(a.count)
      for element in a { element.hashForGrouping(into: &hasher) }
    case .map(let a):
      // Independent of the order of keys: the hashes of the entries are added up.
      var sum = 0
      for (key, value) in a {
        var entry = hasher
        entry.combine(key)
        value.hashForGrouping(into: &entry)
        sum &+= entry.finalize()
      }
      hasher.combine(a.count)
      hasher.combine(sum)
    default: hash(into: &hasher)
    }
  }
}

/// A value under the equality of `DISTINCT` and grouping, for sets and dictionaries.
@usableFromInline
package struct GroupingKey: Hashable, Sendable {
  @usableFromInline package let value: Value

  @inlinable
  package init(_ value: Value) { self.value = value }

  @inlinable
  package static func == (a: GroupingKey, b: GroupingKey) -> Bool { a.value.isEquivalent(to: b.value) }

  @inlinable
  package func hash(into hasher: inout Hasher) { value.hashForGrouping(into: &hasher) }
}

/// Several values under the equality of `DISTINCT` and grouping: one row's grouping columns.
@usableFromInline
package struct GroupingRow: Hashable, Sendable {
  @usableFromInline package let values: [Value]

  @inlinable
  package init(_ values: [Value]) { self.values = values }

  @inlinable
  package static func == (a: GroupingRow, b: GroupingRow) -> Bool {
    guard a.values.count == b.values.count else { return false }
    for index in a.values.indices where !a.values[index].isEquivalent(to: b.values[index]) { return false }
    return true
  }

  @inlinable
  package func hash(into hasher: inout Hasher) {
    for value in values { value.hashForGrouping(into: &hasher) }
  }
}
