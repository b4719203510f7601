import SinterModel

extension JSONReader {
  /// The value that an object `{name: payload}` with a name in `$` stands for.
  func tagged(_ name: String, _ payload: Value, at start: Int) throws(JSONError) -> Value {
    if name == "$map" { return payload }
    func rejected(_ reason: String) -> JSONError { JSONError(message: reason, offset: start) }
    if name == "$node" || name == "$rel" || name == "$path" {
      throw rejected("`\(name)` cannot be a parameter; pass an id or a map instead")
    }
    guard case .string(let text) = payload else {
      throw rejected("`\(name)` needs a text, or is no tag; wrap a map whose keys begin with `$` in `$map`")
    }
    if name == "$float" {
      switch text {
      case "NaN": return .float(.nan)
      case "Infinity": return .float(.infinity)
      case "-Infinity": return .float(-.infinity)
      default: throw rejected("`$float` is \"NaN\", \"Infinity\" or \"-Infinity\"")
      }
    }
    do throws(SinterError) {
      switch name {
      case "$date": return .date(try Date(text))
      case "$localtime": return .localTime(try LocalTime(text))
      case "$time": return .time(try Time(text))
      case "$localdatetime": return .localDateTime(try LocalDateTime(text))
      case "$datetime": return .dateTime(try DateTime(text))
      case "$duration": return .duration(try Duration(text))
      default:
        throw SinterError(
          "ProtocolError.InvalidRequest", "`\(name)` is no tag; wrap a map whose keys begin with `$` in `$map`")
      }
    } catch {
      throw rejected(error.message)
    }
  }
}
