/// A value of the query language: what a parameter carries in and a row carries out.
///
/// `==` is Swift equality for tests and dictionaries: integers and floats are different values,
/// NaN equals itself, nodes and relationships compare by id. The language's own equality (with
/// null, and with `1 = 1.0`), comparison and ordering are in `Value+Comparison.swift`.
public enum Value: Sendable, Hashable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case float(Double)
  case string(String)
  case list([Value])
  case map([String: Value])
  case node(Node)
  case relationship(Relationship)
  case path(Path)
  case date(Date)
  case localTime(LocalTime)
  case time(Time)
  case localDateTime(LocalDateTime)
  // The two large ones lie in boxes of their own, so that every other value takes half the room.
  indirect case dateTime(DateTime)
  indirect case duration(Duration)
}

extension Value {
  @inlinable public var isNull: Bool {
    if case .null = self { true } else { false }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .float(value) }
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: Value...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .map(Dictionary(elements, uniquingKeysWith: { $1 }))
  }
}
