package import SinterModel

/// A set of kinds of value: what a function takes or gives. Null belongs to every set.
package struct ValueKinds: OptionSet, Sendable, Hashable {
  package let rawValue: UInt32
  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let boolean = ValueKinds(rawValue: 1 << 0)
  package static let integer = ValueKinds(rawValue: 1 << 1)
  package static let float = ValueKinds(rawValue: 1 << 2)
  package static let string = ValueKinds(rawValue: 1 << 3)
  package static let list = ValueKinds(rawValue: 1 << 4)
  package static let map = ValueKinds(rawValue: 1 << 5)
  package static let node = ValueKinds(rawValue: 1 << 6)
  package static let relationship = ValueKinds(rawValue: 1 << 7)
  package static let path = ValueKinds(rawValue: 1 << 8)
  package static let date = ValueKinds(rawValue: 1 << 9)
  package static let localTime = ValueKinds(rawValue: 1 << 10)
  package static let time = ValueKinds(rawValue: 1 << 11)
  package static let localDateTime = ValueKinds(rawValue: 1 << 12)
  package static let dateTime = ValueKinds(rawValue: 1 << 13)
  package static let duration = ValueKinds(rawValue: 1 << 14)

  package static let number: ValueKinds = [.integer, .float]
  /// Points in time, whole or in part; not durations.
  package static let instant: ValueKinds = [.date, .localTime, .time, .localDateTime, .dateTime]
  package static let any = ValueKinds(rawValue: (1 << 15) - 1)

  /// The kind of a value; empty for null.
  package init(of value: Value) {
    self = switch value {
    case .null: []
    case .boolean: .boolean
    case .integer: .integer
    case .float: .float
    case .string: .string
    case .list: .list
    case .map: .map
    case .node: .node
    case .relationship: .relationship
    case .path: .path
    case .date: .date
    case .localTime: .localTime
    case .time: .time
    case .localDateTime: .localDateTime
    case .dateTime: .dateTime
    case .duration: .duration
    }
  }

  private static let names: [(ValueKinds, String)] = [
    (.boolean, "a boolean"), (.number, "a number"), (.integer, "an integer"), (.float, "a float"), (.string, "a string"),
    (.list, "a list"), (.map, "a map"), (.node, "a node"), (.relationship, "a relationship"), (.path, "a path"),
    (.date, "a date"), (.localTime, "a local time"), (.time, "a time"), (.localDateTime, "a local datetime"),
    (.dateTime, "a datetime"), (.duration, "a duration"),
  ]

  /// The kinds for messages: `a number or a string`.
  package var text: String {
    if self == .any { return "a value" }
    var rest = self
    var parts: [String] = []
    for (kinds, name) in ValueKinds.names where rest.isSuperset(of: kinds) && !kinds.isEmpty {
      parts.append(name)
      rest.subtract(kinds)
    }
    return parts.joined(separator: " or ")
  }
}
