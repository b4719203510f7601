import Sinter
import SinterModel

extension QueryOptions {
  /// The limits of one request: `{"timeoutSeconds": 5, "memoryLimitBytes": 268435456, "threads": 2}`.
  init(request: Value) throws(JSONError) {
    guard case .map(let members) = request else { throw JSONError(message: "`options` must be an object", offset: 0) }
    self.init()
    for (name, value) in members {
      switch (name, value) {
      case (_, .null): break
      case ("timeoutSeconds", .integer(let seconds)) where seconds > 0: timeoutSeconds = Double(seconds)
      case ("timeoutSeconds", .float(let seconds)) where seconds > 0: timeoutSeconds = seconds
      case ("memoryLimitBytes", .integer(let bytes)) where bytes > 0: memoryLimitBytes = Int(bytes)
      case ("threads", .integer(let count)) where count > 0: threads = Int(clamping: count)
      case ("timeoutSeconds", _), ("memoryLimitBytes", _), ("threads", _):
        throw JSONError(message: "`\(name)` must be a number above 0", offset: 0)
      default:
        throw JSONError(message: "There is no option `\(name)`; there are `timeoutSeconds`, `memoryLimitBytes` and `threads`", offset: 0)
      }
    }
  }
}
