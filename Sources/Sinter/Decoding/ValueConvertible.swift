public import SinterModel

/// A Swift type that a value of the query language can be read as.
public protocol ValueConvertible {
  /// nil when the value is of another kind; null is nil for every type but `Value` and optionals.
  init?(value: Value)
}

extension Value: ValueConvertible {
  /// Any value, as it is.
  public init?(value: Value) { self = value }
}

extension Bool: ValueConvertible {
  /// nil unless the value is a boolean.
  public init?(value: Value) {
    guard case .boolean(let payload) = value else { return nil }
    self = payload
  }
}

extension String: ValueConvertible {
  /// nil unless the value is a string.
  public init?(value: Value) {
    guard case .string(let payload) = value else { return nil }
    self = payload
  }
}

extension FixedWidthInteger {
  /// nil when the value is no integer or does not fit.
  public init?(value: Value) {
    guard case .integer(let payload) = value else { return nil }
    self.init(exactly: payload)
  }
}

extension Int: ValueConvertible {}
extension Int8: ValueConvertible {}
extension Int16: ValueConvertible {}
extension Int32: ValueConvertible {}
extension Int64: ValueConvertible {}
extension UInt: ValueConvertible {}
extension UInt8: ValueConvertible {}
extension UInt16: ValueConvertible {}
extension UInt32: ValueConvertible {}
extension UInt64: ValueConvertible {}

extension Double: ValueConvertible {
  /// Integers are given as the nearest float.
  public init?(value: Value) {
    switch value {
    case .float(let payload): self = payload
    case .integer(let payload): self = Double(payload)
    default: return nil
    }
  }
}

extension Float: ValueConvertible {
  /// Rounded to the nearest.
  public init?(value: Value) {
    guard let payload = Double(value: value) else { return nil }
    self = Float(payload)
  }
}

extension Node: ValueConvertible {
  /// nil unless the value is a node.
  public init?(value: Value) {
    guard case .node(let payload) = value else { return nil }
    self = payload
  }
}

extension Relationship: ValueConvertible {
  /// nil unless the value is a relationship.
  public init?(value: Value) {
    guard case .relationship(let payload) = value else { return nil }
    self = payload
  }
}

extension Path: ValueConvertible {
  /// nil unless the value is a path.
  public init?(value: Value) {
    guard case .path(let payload) = value else { return nil }
    self = payload
  }
}

extension Date: ValueConvertible {
  /// nil unless the value is a date.
  public init?(value: Value) {
    guard case .date(let payload) = value else { return nil }
    self = payload
  }
}

extension LocalTime: ValueConvertible {
  /// nil unless the value is a local time.
  public init?(value: Value) {
    guard case .localTime(let payload) = value else { return nil }
    self = payload
  }
}

extension Time: ValueConvertible {
  /// nil unless the value is a time.
  public init?(value: Value) {
    guard case .time(let payload) = value else { return nil }
    self = payload
  }
}

extension LocalDateTime: ValueConvertible {
  /// nil unless the value is a local date and time.
  public init?(value: Value) {
    guard case .localDateTime(let payload) = value else { return nil }
    self = payload
  }
}

extension DateTime: ValueConvertible {
  /// nil unless the value is a date and time with an offset.
  public init?(value: Value) {
    guard case .dateTime(let payload) = value else { return nil }
    self = payload
  }
}

extension Duration: ValueConvertible {
  /// nil unless the value is a duration.
  public init?(value: Value) {
    guard case .duration(let payload) = value else { return nil }
    self = payload
  }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
  /// nil for null; else the value as the wrapped type.
  public init?(value: Value) {
    if value.isNull {
      self = .none
    } else if let wrapped = Wrapped(value: value) {
      self = .some(wrapped)
    } else {
      return nil
    }
  }
}

extension Array: ValueConvertible where Element: ValueConvertible {
  /// nil unless the value is a list whose elements all convert.
  public init?(value: Value) {
    guard case .list(let values) = value else { return nil }
    var result: [Element] = []
    result.reserveCapacity(values.count)
    for value in values {
      guard let element = Element(value: value) else { return nil }
      result.append(element)
    }
    self = result
  }
}

extension Dictionary: ValueConvertible where Key == String, Value: ValueConvertible {
  /// From a map, or the properties of a node or relationship; nil for anything else, or when an entry does not convert.
  public init?(value: SinterModel.Value) {
    guard let content = value.keyedContent else { return nil }
    var result: [String: Value] = [:]
    for (key, value) in content {
      guard let converted = Value(value: value) else { return nil }
      result[key] = converted
    }
    self = result
  }
}
