/// What the checker must know of a function.
package struct FunctionSignature: Sendable {
  package var minimumArguments: Int
  /// nil when there is no upper bound.
  package var maximumArguments: Int?
  package var isAggregate: Bool
  /// What each argument may be, the last for all that follow; none where that is seen only when a row brings them.
  package var arguments: [ArgumentTypes]
  package var result: ArgumentTypes

  package init(
    minimumArguments: Int, maximumArguments: Int?, isAggregate: Bool = false, arguments: [ArgumentTypes] = [],
    result: ArgumentTypes = .any
  ) {
    self.minimumArguments = minimumArguments
    self.maximumArguments = maximumArguments
    self.isAggregate = isAggregate
    self.arguments = arguments
    self.result = result
  }
}

/// What the checker must know of a procedure.
package struct ProcedureSignature: Sendable {
  package struct Input: Sendable {
    package var name: String
    /// `INTEGER`, `FLOAT`, `NUMBER`, `STRING`, `BOOLEAN` and so on; a trailing `?` allows null.
    /// Types the checker does not know are not checked.
    package var type: String
    /// Whether the argument may be left out.
    package var isOptional: Bool
    package init(name: String, type: String, isOptional: Bool = false) {
      self.name = name
      self.type = type
      self.isOptional = isOptional
    }
  }
  package var inputs: [Input]
  package var outputs: [String]
  package init(inputs: [Input], outputs: [String]) {
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// What the checker knows of the world outside the query's text.
package struct CheckEnvironment: Sendable {
  /// The signature of a function by its lower-cased name.
  package var function: @Sendable (String) -> FunctionSignature?
  /// The signature of a procedure by its name as written.
  package var procedure: @Sendable (String) -> ProcedureSignature?
  /// All names, asked only to suggest the one that was meant.
  package var functionNames: @Sendable () -> [String]
  package var procedureNames: @Sendable () -> [String]
  /// The parameters that are given; nil when not known yet.
  package var parameters: Set<String>?

  package init(
    function: @escaping @Sendable (String) -> FunctionSignature?, procedure: @escaping @Sendable (String) -> ProcedureSignature?,
    functionNames: @escaping @Sendable () -> [String] = { [] }, procedureNames: @escaping @Sendable () -> [String] = { [] },
    parameters: Set<String>? = nil
  ) {
    self.function = function
    self.procedure = procedure
    self.functionNames = functionNames
    self.procedureNames = procedureNames
    self.parameters = parameters
  }
}
