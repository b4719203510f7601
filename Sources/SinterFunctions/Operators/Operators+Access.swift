package import SinterModel

extension Operators {
  /// `list[index]` and `map[key]`; null where there is no such element. Negative indexes count from the end.
  ///
  /// Nodes and relationships are left to the caller, who can read them.
  /// - Throws: `TypeError.InvalidArgumentType` for an index that is no integer or a container that is none,
  ///   `TypeError.MapElementAccessByNonString` for a key that is no string.
  package static func element(_ container: Value, _ index: Value) throws(SinterError) -> Value {
    switch (container, index) {
    case (.list(let elements), .integer(let index)):
      let position = index < 0 ? index &+ Int64(elements.count) : index
      return position >= 0 && position < elements.count ? elements[Int(position)] : .null
    case (.map(let entries), .string(let key)): return entries[key] ?? .null
    case (.null, _), (_, .null): return .null
    case (.list, _):
      throw SinterError("TypeError.InvalidArgumentType", "A list is indexed by an integer, not \(index.typePhrase).")
    case (.map, _):
      throw SinterError(
        "TypeError.MapElementAccessByNonString", "A map is indexed by a string, not \(index.typePhrase).")
    case (_, .string(let key)) where !ValueKinds.instant.union(.duration).isDisjoint(with: ValueKinds(of: container)):
      return try property(of: container, key)
    default:
      throw SinterError(
        "TypeError.InvalidArgumentType", "Only lists and maps have elements; this is \(container.typePhrase).")
    }
  }

  /// `list[from..to]` with `from` included and `to` not; a bound that is not written is nil, one that is null makes
  /// the slice null.
  /// - Throws: `TypeError.InvalidArgumentType`.
  package static func slice(_ list: Value, from: Value?, to: Value?) throws(SinterError) -> Value {
    guard case .list(let elements) = list else {
      if list.isNull { return .null }
      throw SinterError("TypeError.InvalidArgumentType", "Only lists can be cut; this is \(list.typePhrase).")
    }
    if from?.isNull == true || to?.isNull == true { return .null }
    let start = try bound(from, elements.count) ?? 0
    let end = try bound(to, elements.count) ?? elements.count
    return start < end ? .list(Array(elements[start..<end])) : .list([])
  }

  private static func bound(_ value: Value?, _ count: Int) throws(SinterError) -> Int? {
    guard let value else { return nil }
    guard case .integer(let index) = value else {
      throw SinterError("TypeError.InvalidArgumentType", "A list is cut at integers, not at \(value.typePhrase).")
    }
    let position = index < 0 ? index &+ Int64(count) : index
    return Int(max(0, min(position, Int64(count))))
  }

  /// `value.key` on maps, temporal values and durations, null for null. Nodes and relationships are left to the
  /// caller, who can read them.
  /// - Throws: `TypeError.InvalidArgumentType` for a value that has no properties, `TypeError.InvalidArgumentValue`
  ///   for a component that a temporal value does not have.
  package static func property(of value: Value, _ key: String) throws(SinterError) -> Value {
    switch value {
    case .null: return .null
    case .map(let entries): return entries[key] ?? .null
    case .node(let node): return node.properties[key] ?? .null
    case .relationship(let relationship): return relationship.properties[key] ?? .null
    case .date, .localTime, .time, .localDateTime, .dateTime, .duration:
      if let component = try value.temporalComponent(key) { return component }
      throw SinterError("TypeError.InvalidArgumentValue", "A \(value.typeName) has no component '\(key)'.")
    default:
      throw SinterError(
        "TypeError.InvalidArgumentType",
        "`.\(key)` reads from nodes, relationships, maps and temporal values; this is \(value.typePhrase).")
    }
  }
}
