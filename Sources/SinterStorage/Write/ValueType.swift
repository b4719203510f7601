package import SinterModel

/// The types that a property type constraint names, and how its messages show values.
package enum ValueType {
  /// Whether `value` is of the type written as `name`: alternatives by `|`, `LIST<… NOT NULL>`, any case.
  package static func matches(_ value: Value, _ name: String) -> Bool {
    name.uppercased().split(separator: "|").contains { matches(value, words: $0.split(separator: " ").joined(separator: " ")) }
  }

  private static func matches(_ value: Value, words name: String) -> Bool {
    if name.hasSuffix(" NOT NULL") { return matches(value, words: String(name.dropLast(9))) }
    if name.hasPrefix("LIST<"), name.hasSuffix(">"), case .list(let elements) = value {
      let element = name.dropFirst(5).dropLast().split(separator: " ").joined(separator: " ")
      return elements.allSatisfy { matches($0, words: element) }
    }
    return switch value {
    case .boolean: name == "BOOLEAN" || name == "BOOL"
    case .integer: name == "INTEGER" || name == "INT"
    case .float: name == "FLOAT"
    case .string: name == "STRING"
    case .list: name == "LIST"
    case .date: name == "DATE"
    case .localTime: name == "LOCAL TIME" || name == "TIME WITHOUT TIMEZONE"
    case .time: name == "ZONED TIME" || name == "TIME WITH TIMEZONE"
    case .localDateTime: name == "LOCAL DATETIME" || name == "TIMESTAMP WITHOUT TIMEZONE"
    case .dateTime: name == "ZONED DATETIME" || name == "TIMESTAMP WITH TIMEZONE"
    case .duration: name == "DURATION"
    case .null, .map, .node, .relationship, .path: false
    }
  }

  /// Enough of a value to recognise it in an error.
  static func text(_ value: Value) -> String {
    switch value {
    case .string(let string): "'\(string.prefix(80))'"
    case .integer(let number): "\(number)"
    case .float(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    case .list(let elements): "[" + elements.prefix(8).map(text).joined(separator: ", ") + "]"
    default: "a \(name(of: value))"
    }
  }

  private static func name(of value: Value) -> String {
    switch value {
    case .date: "date"
    case .localTime, .time: "time"
    case .localDateTime, .dateTime: "date and time"
    case .duration: "duration"
    default: "value"
    }
  }
}
