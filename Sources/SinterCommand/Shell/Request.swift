import Sinter
import SinterExecute
import SinterModel

/// One message of the machine mode.
enum Request {
  case query(String, parameters: [String: Value], options: Sinter.QueryOptions)
  case reset
  case hello
  case procedure(ProcedureStub)

  /// - Throws: what is wrong with the line, in words.
  init(line: UnsafeBufferPointer<UInt8>) throws(JSONError) {
    var reader = JSONReader(line)
    var query: String?
    var parameters: [String: Value] = [:]
    var flags: Set<String> = []
    var options = Sinter.QueryOptions()
    var procedure: Value?
    try reader.object { (reader, name) throws(JSONError) in
      switch name {
      case "query":
        guard reader.peek() == UInt8(ascii: "\"") else { throw reader.failure("`query` must be a string") }
        query = try reader.string()
      case "params":
        guard reader.peek() == UInt8(ascii: "{") else { throw reader.failure("`params` must be an object") }
        try reader.object { (reader, name) throws(JSONError) in parameters[name] = try reader.value() }
      case "options":
        options = try Sinter.QueryOptions(request: try reader.value())
      case "reset", "hello":
        if try reader.value() == .boolean(true) { flags.insert(name) }
      case "procedure":
        procedure = try reader.value()
      default:
        _ = try reader.value()
      }
    }
    try reader.end()
    if let query {
      self = .query(query, parameters: parameters, options: options)
    } else if flags.contains("reset") {
      self = .reset
    } else if let procedure {
      self = .procedure(try ProcedureStub(request: procedure))
    } else if flags.contains("hello") {
      self = .hello
    } else {
      throw JSONError(message: "The object is no request: it has none of `query`, `reset`, `procedure` and `hello`", offset: 0)
    }
  }
}

extension ProcedureStub {
  /// Reads the payload of a `procedure` request.
  init(request: Value) throws(JSONError) {
    guard case .map(let members) = request, case .string(let name) = members["name"], !name.isEmpty else {
      throw ProcedureStub.rejected("`procedure` needs an object with a `name`")
    }
    let inputs = try ProcedureStub.fields(members["inputs"], "inputs")
    let outputs = try ProcedureStub.fields(members["outputs"], "outputs")
    guard case .list(let table) = members["rows"] ?? .list([]) else { throw ProcedureStub.rejected("`rows` must be a list") }
    var rows: [[Value]] = []
    for row in table {
      guard case .list(let values) = row, values.count == inputs.count + outputs.count else {
        throw ProcedureStub.rejected("Each of `rows` must be a list of \(inputs.count) inputs and \(outputs.count) outputs")
      }
      rows.append(values)
    }
    self.init(name: name, inputs: inputs, outputs: outputs, rows: rows)
  }

  private static func fields(_ value: Value?, _ member: String) throws(JSONError) -> [Field] {
    guard case .list(let values) = value ?? .list([]) else { throw rejected("`\(member)` must be a list") }
    var fields: [Field] = []
    for value in values {
      guard case .map(let field) = value, case .string(let name) = field["name"], case .string(let type) = field["type"] else {
        throw rejected("Each of `\(member)` needs a `name` and a `type`")
      }
      let base = type.hasSuffix("?") ? String(type.dropLast()) : type
      guard ["BOOLEAN", "STRING", "INTEGER", "FLOAT", "NUMBER"].contains(base) else {
        throw rejected("`\(type)` is no type of a procedure's \(member)")
      }
      fields.append((name, type))
    }
    return fields
  }

  private static func rejected(_ message: String) -> JSONError { JSONError(message: message, offset: 0) }
}
