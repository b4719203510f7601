import SinterModel

extension Checker {
  mutating func checkCall(_ call: ProcedureCall) throws(Failure) {
    let name = call.name.text
    guard let signature = environment.procedure(name) else {
      let advice =
        removedProcedures[name.lowercased()].map { "; use \($0)" } ?? Self.foreignLibraryAdvice(name.lowercased()).map { ". \($0)" }
        ?? closest(to: name, among: environment.procedureNames().filter { !$0.hasPrefix("show.") }).map { ". Did you mean `\($0)`?" }
        ?? "; SHOW PROCEDURES lists them"
      throw error("ProcedureError.ProcedureNotFound", "There is no procedure `\(name)`\(advice)", at: call.name.span)
    }
    if let arguments = call.arguments {
      try checkArguments(arguments, signature, call)
    } else {
      try checkImplicitArguments(signature, call)
    }
    try bindYield(call, signature)
    if let filter = call.filter { try checkFilter(filter) }
  }

  private mutating func checkArguments(_ arguments: [Expression], _ signature: ProcedureSignature, _ call: ProcedureCall)
    throws(Failure)
  {
    let required = signature.inputs.count { !$0.isOptional }
    guard arguments.count >= required, arguments.count <= signature.inputs.count else {
      let inputs = signature.inputs.map { "\($0.name) :: \($0.type)" }.joined(separator: ", ")
      throw error(
        "SyntaxError.InvalidNumberOfArguments", "\(call.name.text) takes (\(inputs)); here \(arguments.count == 1 ? "is 1 argument" : "are \(arguments.count) arguments")",
        at: call.name.span)
    }
    for (argument, input) in zip(arguments, signature.inputs) {
      let type = try check(argument)
      guard accepts(input.type, type) else {
        throw error(
          "SyntaxError.InvalidArgumentType",
          "The argument \(input.name) of \(call.name.text) is \(input.type); this is \(type.description)",
          at: argument.span)
      }
    }
  }

  private func accepts(_ declared: String, _ type: StaticType) -> Bool {
    if type.base == .any { return true }
    if type.base == .null { return declared.hasSuffix("?") || declared.uppercased() == "ANY" }
    switch declared.uppercased().filter({ $0 != "?" }) {
    case "BOOLEAN": return type.base == .boolean
    case "STRING": return type.base == .string
    case "INTEGER": return type.base == .integer
    case "FLOAT", "NUMBER": return type.base == .integer || type.base == .float
    case "MAP": return type.base == .map || type.base == .node || type.base == .relationship
    case "NODE": return type.base == .node
    case "RELATIONSHIP": return type.base == .relationship
    case "PATH": return type.base == .path
    default: return true
    }
  }

  /// A call without parentheses takes its arguments from the parameters of the same names.
  private func checkImplicitArguments(_ signature: ProcedureSignature, _ call: ProcedureCall) throws(Failure) {
    guard call.standalone else {
      throw error(
        "SyntaxError.InvalidArgumentPassingMode",
        "Inside a query a procedure is called with parentheses: \(call.name.text)(…)", at: call.name.span)
    }
    guard let given = environment.parameters else { return }
    for input in signature.inputs where !input.isOptional && !given.contains(input.name) {
      throw error(
        "ParameterMissing.MissingParameter",
        "\(call.name.text) takes \(input.name) from the parameter $\(input.name), which is not given",
        at: call.name.span)
    }
  }

  private mutating func bindYield(_ call: ProcedureCall, _ signature: ProcedureSignature) throws(Failure) {
    if call.yieldsAll {
      guard call.standalone else {
        throw error(
          "SyntaxError.UnexpectedSyntax", "YIELD * stands only in a call that is the whole query; name the outputs",
          at: call.name.span)
      }
      for output in signature.outputs { scope.bind(output, .any) }
    }
    for item in call.yield ?? [] {
      guard signature.outputs.contains(item.output.text) else {
        var message = "\(call.name.text) has no output `\(item.output.text)`"
        if let near = closest(to: item.output.text, among: signature.outputs) {
          message += ". Did you mean `\(near)`?"
        } else {
          message += "; it gives (\(signature.outputs.joined(separator: ", ")))"
        }
        throw error("SyntaxError.UndefinedVariable", message, at: item.output.span)
      }
      let name = item.alias ?? item.output
      guard !scope.contains(name.text) else { throw alreadyBound(name, "rename the output with AS") }
      scope.bind(name.text, .any)
    }
  }
}
