package import SinterModel

/// A type of the language as `IS ::` and `valueType()` speak of it.
package indirect enum ValueType: Sendable, Hashable {
  /// A type without parts; an empty set of kinds is the type `NOTHING`, or `NULL` where it is nullable.
  case plain(ValueKinds, isNullable: Bool)
  case list(ValueType, isNullable: Bool)
  case union([ValueType])
  /// What a property can hold: scalars, temporal values and lists of one kind of them without nulls.
  case propertyValue(isNullable: Bool)

  private static let names: [(name: String, kinds: ValueKinds, synonyms: [String])] = [
    ("BOOLEAN", .boolean, ["BOOL"]),
    ("STRING", .string, ["VARCHAR"]),
    ("INTEGER", .integer, ["INT", "SIGNED INTEGER", "INTEGER64", "INT64"]),
    ("FLOAT", .float, ["FLOAT64"]),
    ("DATE", .date, []),
    ("LOCAL TIME", .localTime, ["TIME WITHOUT TIMEZONE", "TIME WITHOUT TIME ZONE"]),
    ("ZONED TIME", .time, ["TIME WITH TIMEZONE", "TIME WITH TIME ZONE"]),
    ("LOCAL DATETIME", .localDateTime, ["TIMESTAMP WITHOUT TIMEZONE", "TIMESTAMP WITHOUT TIME ZONE"]),
    ("ZONED DATETIME", .dateTime, ["TIMESTAMP WITH TIMEZONE", "TIMESTAMP WITH TIME ZONE"]),
    ("DURATION", .duration, []),
    ("NODE", .node, ["VERTEX", "ANY NODE", "ANY VERTEX"]),
    ("RELATIONSHIP", .relationship, ["EDGE", "ANY RELATIONSHIP", "ANY EDGE"]),
    ("MAP", .map, ["ANY MAP"]),
    ("PATH", .path, []),
    ("ANY", .any, ["ANY VALUE"]),
    ("NOTHING", [], []),
  ]

  private static let byName: [String: ValueKinds] = {
    var index: [String: ValueKinds] = [:]
    for entry in names {
      for name in [entry.name] + entry.synonyms { index[name] = entry.kinds }
    }
    return index
  }()

  /// The type of a name in upper case with single spaces, without `NOT NULL`; nil for an unknown one.
  package init?(named name: String, isNullable: Bool) {
    switch name {
    case "NULL": self = .plain([], isNullable: true)
    case "PROPERTY VALUE", "ANY PROPERTY VALUE": self = .propertyValue(isNullable: isNullable)
    default:
      guard let kinds = ValueType.byName[name] else { return nil }
      self = .plain(kinds, isNullable: kinds.isEmpty ? false : isNullable)
    }
  }

  /// The most precise type of a value.
  package init(of value: Value) {
    switch value {
    case .null: self = .plain([], isNullable: true)
    case .list(let elements):
      var types: [ValueType] = []
      var seen: Set<ValueType> = []
      var isNullable = false
      for element in elements {
        if element.isNull {
          isNullable = true
        } else {
          let type = ValueType(of: element)
          if seen.insert(type).inserted { types.append(type) }
        }
      }
      if types.isEmpty {
        self = .list(.plain([], isNullable: isNullable), isNullable: false)
      } else {
        if isNullable { types = types.map { $0.nullable } }
        types.sort { $0.sortKey < $1.sortKey }
        self = .list(types.count == 1 ? types[0] : .union(types), isNullable: false)
      }
    default: self = .plain(ValueKinds(of: value), isNullable: false)
    }
  }

  private var nullable: ValueType {
    switch self {
    case .plain(let kinds, _): .plain(kinds, isNullable: true)
    case .list(let element, _): .list(element, isNullable: true)
    case .union(let types): .union(types.map { $0.nullable })
    case .propertyValue: .propertyValue(isNullable: true)
    }
  }

  /// Types are named in a fixed order, lists after scalars.
  private var sortKey: String {
    guard case .plain(let kinds, _) = self, let rank = ValueType.names.firstIndex(where: { $0.kinds == kinds }) else {
      return "~" + text
    }
    return rank < 10 ? "0\(rank)" : "\(rank)"
  }

  /// The type as written: `LIST<INTEGER NOT NULL | STRING NOT NULL> NOT NULL`.
  package var text: String {
    switch self {
    case .plain(let kinds, let isNullable):
      if kinds.isEmpty { return isNullable ? "NULL" : "NOTHING" }
      let name = ValueType.names.first { $0.kinds == kinds }?.name ?? kinds.text
      return isNullable ? name : name + " NOT NULL"
    case .list(let element, let isNullable): return "LIST<\(element.text)>" + (isNullable ? "" : " NOT NULL")
    case .union(let types): return types.map(\.text).joined(separator: " | ")
    case .propertyValue(let isNullable): return isNullable ? "PROPERTY VALUE" : "PROPERTY VALUE NOT NULL"
    }
  }

  /// `value IS :: type`, never null.
  /// - Complexity: O(the elements of lists)
  package func contains(_ value: Value) -> Bool {
    switch self {
    case .plain(let kinds, let isNullable):
      if value.isNull { return isNullable }
      return kinds.isSuperset(of: ValueKinds(of: value))
    case .list(let element, let isNullable):
      if value.isNull { return isNullable }
      guard case .list(let elements) = value else { return false }
      return elements.allSatisfy { element.contains($0) }
    case .union(let types): return types.contains { $0.contains(value) }
    case .propertyValue(let isNullable): return value.isNull ? isNullable : ValueType.isProperty(value)
    }
  }

  private static let propertyKinds: ValueKinds = [.boolean, .number, .string, .instant, .duration]

  private static func isProperty(_ value: Value) -> Bool {
    guard case .list(let elements) = value else { return propertyKinds.isSuperset(of: ValueKinds(of: value)) }
    guard let first = elements.first else { return true }
    let kind = ValueKinds(of: first)
    return propertyKinds.isSuperset(of: kind) && !kind.isEmpty && elements.allSatisfy { ValueKinds(of: $0) == kind }
  }
}
