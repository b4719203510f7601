import Sinter
import SinterLanguage

/// Query parameters as they are given on a command line.
enum Parameters {
  /// `name=value`; see ``value(_:)`` for how the value is read.
  static func parse(assignment text: String) throws(SinterError) -> (name: String, value: Value) {
    guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
      throw SinterError("UsageError.Parameter", "A parameter is written name=value, not `\(text)`.")
    }
    let name = text[..<mark]
    return (String(name.first == "$" ? name.dropFirst() : name), value(String(text[text.index(after: mark)...])))
  }

  /// JSON or a literal of the query language where the text is one, else the text itself.
  ///
  /// `30` is an integer, `2.5` a float, `true` a boolean, `[1, 2]` and `{a: 1}` a list and a map, `'30'` the string
  /// 30, `null` null, `date('2025-01-31')` a date (and so for the other temporal types), `u17` the string u17.
  static func value(_ text: String) -> Value {
    if let value = try? JSONReader.read(Array(text.utf8)) { return value }
    guard let first = text.first, "'\"[{+-.0123456789".contains(first) || ["true", "false", "null"].contains(text.lowercased())
        || text.hasSuffix("')") || text.hasSuffix("\")"),
      let statement = try? SinterLanguage.parse("RETURN " + text), let value = literal(of: statement)
    else { return .string(text) }
    return value
  }

  /// A JSON object whose members are parameters.
  static func parse(file bytes: [UInt8], name: String) throws(SinterError) -> [String: Value] {
    do throws(JSONError) {
      guard case .map(let parameters) = try JSONReader.read(bytes) else {
        throw JSONError(message: "The file must hold one JSON object", offset: 0)
      }
      return parameters
    } catch {
      throw SinterError("UsageError.Parameter", "\(name): \(error.message) (byte \(error.offset + 1)).")
    }
  }

  private static func literal(of statement: Statement) -> Value? {
    guard case .query(let query) = statement.body, query.rest.isEmpty, query.first.clauses.count == 1,
      case .return(let projection) = query.first.clauses[0].kind, projection.items.count == 1, projection.items[0].alias == nil,
      projection.orderBy.isEmpty, projection.skip == nil, projection.limit == nil, !projection.distinct, !projection.includesAll
    else { return nil }
    return literal(of: projection.items[0].expression)
  }

  /// What a constructor of the language makes of a text.
  private static func temporal(_ name: String, _ text: String) -> Value? {
    switch name {
    case "date": (try? Date(text)).map(Value.date)
    case "time": (try? Time(text)).map(Value.time)
    case "localtime": (try? LocalTime(text)).map(Value.localTime)
    case "datetime": (try? DateTime(text)).map(Value.dateTime)
    case "localdatetime": (try? LocalDateTime(text)).map(Value.localDateTime)
    case "duration": (try? Duration(text)).map(Value.duration)
    default: nil
    }
  }

  private static func literal(of expression: Expression) -> Value? {
    switch expression.kind {
    case .literal(let value): return value
    case .unary(.minus, let operand):
      switch literal(of: operand) {
      case .integer(let number): return .integer(0 &- number)
      case .float(let number): return .float(-number)
      default: return nil
      }
    case .function(let name, false, let arguments):
      guard arguments.count == 1, case .string(let text) = literal(of: arguments[0]) else { return nil }
      return temporal(name.lowercased(), text)
    case .list(let elements):
      let values = elements.compactMap(literal(of:))
      return values.count == elements.count ? .list(values) : nil
    case .map(let entries):
      var map: [String: Value] = [:]
      for entry in entries {
        guard let value = literal(of: entry.value) else { return nil }
        map[entry.key] = value
      }
      return .map(map)
    default: return nil
    }
  }
}
