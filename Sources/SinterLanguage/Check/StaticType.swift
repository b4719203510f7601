import SinterModel

/// What is known of an expression's type from the query's text alone. Lists know the type of
/// their elements one level deep.
struct StaticType: Equatable {
  enum Base: UInt8 {
    /// Nothing is known.
    case any
    case null, boolean, integer, float, string, map, list, node, relationship, path, temporal
  }
  var base: Base
  var element: Base = .any

  static let any = StaticType(base: .any)
  static let null = StaticType(base: .null)
  static let boolean = StaticType(base: .boolean)
  static let integer = StaticType(base: .integer)
  static let float = StaticType(base: .float)
  static let string = StaticType(base: .string)
  static let map = StaticType(base: .map)
  static let node = StaticType(base: .node)
  static let relationship = StaticType(base: .relationship)
  static let path = StaticType(base: .path)
  static let temporal = StaticType(base: .temporal)

  static func list(of element: Base) -> StaticType { StaticType(base: .list, element: element) }

  init(base: Base, element: Base = .any) {
    self.base = base
    self.element = element
  }

  init(of value: Value) {
    switch value {
    case .null: self = .null
    case .boolean: self = .boolean
    case .integer: self = .integer
    case .float: self = .float
    case .string: self = .string
    case .list: self = .list(of: .any)
    case .map: self = .map
    case .node: self = .node
    case .relationship: self = .relationship
    case .path: self = .path
    case .date, .localTime, .time, .localDateTime, .dateTime, .duration: self = .temporal
    }
  }

  /// The type of something that is of either type.
  func joined(_ other: StaticType) -> StaticType {
    if self == other || other.base == .null { return self }
    if base == .null { return other }
    return base == .list && other.base == .list ? .list(of: .any) : .any
  }

  /// How messages call it.
  var description: String {
    switch base {
    case .any: "a value"
    case .null: "null"
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .float: "a float"
    case .string: "a string"
    case .map: "a map"
    case .list: element == .relationship ? "a list of relationships" : "a list"
    case .node: "a node"
    case .relationship: "a relationship"
    case .path: "a path"
    case .temporal: "a temporal value"
    }
  }
}
