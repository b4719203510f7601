import SinterModel

/// The header type of a column whose values are seen one by one: that of all values where they
/// agree and can be written without loss, else `json`.
struct ExportType {
  private enum State: Equatable {
    case unknown
    case scalar(String)
    /// nil while only empty lists were seen.
    case list(String?)
    case json
  }
  private var state = State.unknown

  mutating func see(_ value: Value) {
    guard !value.isNull, state != .json else { return }
    if case .list(let values) = value {
      seeList(values)
    } else if let name = Self.scalarName(value), state == .unknown || state == .scalar(name) {
      state = .scalar(name)
    } else {
      state = .json
    }
  }

  private mutating func seeList(_ values: [Value]) {
    var name: String?
    switch state {
    case .unknown: break
    case .list(let known): name = known
    default:
      state = .json
      return
    }
    for value in values {
      guard let element = Self.scalarName(value), name == nil || name == element, !Self.clashesWithSeparator(value) else {
        state = .json
        return
      }
      name = element
    }
    // One empty text cannot be told from no element at all.
    if values == [.string("")] { state = .json } else { state = .list(name) }
  }

  private static func clashesWithSeparator(_ value: Value) -> Bool {
    if case .string(let text) = value { text.utf8.contains(UInt8(ascii: ";")) } else { false }
  }

  private static func scalarName(_ value: Value) -> String? {
    switch value {
    case .boolean: "boolean"
    case .integer: "long"
    case .float: "double"
    case .string: "string"
    case .date: "date"
    case .localTime: "localtime"
    case .time: "time"
    case .localDateTime: "localdatetime"
    case .dateTime: "datetime"
    case .duration: "duration"
    default: nil
    }
  }

  /// The type as the header writes it; nil when no value was seen.
  var name: String? {
    switch state {
    case .unknown: nil
    case .scalar(let name): name
    case .list(let name): (name ?? "string") + "[]"
    case .json: "json"
    }
  }

  /// A value as a CSV field of this type; null is empty.
  func field(_ value: Value) -> String {
    switch (state, value) {
    case (_, .null): ""
    case (.json, _): CSVText.quoted(ValueNotation.write(value))
    case (.list, .list(let values)): CSVText.quoted(values.map(Self.text).joined(separator: ";"))
    case (_, .string(let text)): CSVText.quoted(text)
    default: Self.text(value)
    }
  }

  private static func text(_ value: Value) -> String {
    switch value {
    case .boolean(let flag): flag ? "true" : "false"
    case .integer(let number): String(number)
    case .float(let number): number.description
    case .string(let text): text
    default: TemporalFormatter.text(value)
    }
  }
}
