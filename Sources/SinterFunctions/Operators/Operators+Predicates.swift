package import SinterModel

extension Operators {
  static func truth(_ value: Bool?) -> Value { value.map { .boolean($0) } ?? .null }

  /// `value IN list`: null where no element is surely equal but one might be.
  /// - Throws: `TypeError.InvalidArgumentType` when the right side is no list.
  /// - Complexity: O(elements)
  package static func `in`(_ value: Value, _ list: Value) throws(SinterError) -> Value {
    guard case .list(let elements) = list else {
      if list.isNull { return .null }
      throw SinterError("TypeError.InvalidArgumentType", "IN needs a list on its right, not \(list.typePhrase).")
    }
    var answer: Bool? = false
    for element in elements {
      switch value.isEqual(element) {
      case true?: return .boolean(true)
      case nil: answer = nil
      case false?: break
      }
    }
    return truth(answer)
  }

  /// `STARTS WITH`; null unless both are strings.
  package static func startsWith(_ a: Value, _ b: Value) -> Value {
    guard case .string(let text) = a, case .string(let part) = b else { return .null }
    return .boolean(text.utf8.count >= part.utf8.count && text.utf8.starts(with: part.utf8))
  }

  /// `ENDS WITH`; null unless both are strings.
  package static func endsWith(_ a: Value, _ b: Value) -> Value {
    guard case .string(let text) = a, case .string(let part) = b else { return .null }
    return .boolean(text.utf8.count >= part.utf8.count && text.utf8.suffix(part.utf8.count).elementsEqual(part.utf8))
  }

  /// `CONTAINS`; null unless both are strings.
  package static func contains(_ a: Value, _ b: Value) -> Value {
    guard case .string(let text) = a, case .string(let part) = b else { return .null }
    return .boolean(TextSearch.contains(text, part))
  }

  /// `=~`: whether the whole string matches the regular expression; null unless both are strings.
  /// - Throws: what ``RegularExpression/init(_:)`` throws.
  package static func matches(_ a: Value, _ pattern: Value, _ limits: QueryLimits? = nil) throws(SinterError) -> Value {
    guard case .string(let text) = a, case .string(let source) = pattern else { return .null }
    return .boolean(try RegularExpression.cached(source).matches(text, limits))
  }

  package static func equal(_ a: Value, _ b: Value) -> Value { truth(a.isEqual(b)) }
  package static func notEqual(_ a: Value, _ b: Value) -> Value { truth(a.isEqual(b).map { !$0 }) }
  package static func less(_ a: Value, _ b: Value) -> Value { truth(a.isLess(than: b)) }
  package static func lessOrEqual(_ a: Value, _ b: Value) -> Value { truth(a.isLessOrEqual(to: b)) }
  package static func greater(_ a: Value, _ b: Value) -> Value { truth(b.isLess(than: a)) }
  package static func greaterOrEqual(_ a: Value, _ b: Value) -> Value { truth(b.isLessOrEqual(to: a)) }

  /// The truth value of an operand of `AND`, `OR`, `XOR`, `NOT` or of a predicate; nil for null.
  /// - Throws: `TypeError.InvalidArgumentType` for a value that is no boolean.
  package static func truthValue(_ value: Value) throws(SinterError) -> Bool? {
    switch value {
    case .boolean(let truth): truth
    case .null: nil
    default:
      throw SinterError("TypeError.InvalidArgumentType", "A condition is true, false or null, not \(value.typePhrase).")
    }
  }
}
