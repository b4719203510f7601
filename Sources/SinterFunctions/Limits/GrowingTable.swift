/// A hash table that stays quick to grow: a large one is many small ones, so that no insertion moves all entries.
package struct GrowingTable<Key: Hashable, Value> {
  private var parts: [[Key: Value]] = [[:]]
  private static var partCount: Int { 256 }
  /// The size at which one table becomes many.
  private static var splitCount: Int { 1 << 15 }

  package init() {}

  package var isEmpty: Bool { parts.allSatisfy(\.isEmpty) }

  package subscript(key: Key) -> Value? { parts[index(of: key)][key] }

  /// Adds an entry unless the key has one.
  /// - Returns: the entry there was.
  package mutating func insert(_ key: Key, _ value: @autoclosure () -> Value) -> Value? {
    let index = index(of: key)
    if let known = parts[index][key] { return known }
    parts[index][key] = value()
    if parts.count == 1 && parts[0].count >= Self.splitCount { split() }
    return nil
  }

  /// All keys, in no order.
  package var keys: [Key] { parts.flatMap(\.keys) }

  private func index(of key: Key) -> Int {
    parts.count == 1 ? 0 : Self.part(of: key)
  }

  private static func part(of key: Key) -> Int {
    var hasher = Hasher()
    hasher.combine(partCount)
    key.hash(into: &hasher)
    return hasher.finalize() & (partCount - 1)
  }

  private mutating func split() {
    let all = parts[0]
    parts = [[Key: Value]](repeating: [:], count: Self.partCount)
    for (key, value) in all { parts[Self.part(of: key)][key] = value }
  }
}

extension GrowingTable: Sendable where Key: Sendable, Value: Sendable {}

extension GrowingTable where Value == Void {
  /// Adds a key; false where it was there.
  package mutating func insert(_ key: Key) -> Bool { insert(key, ()) == nil }
}
