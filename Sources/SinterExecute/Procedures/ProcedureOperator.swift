import SinterModel
import SinterPlan

/// CALL: for each row, the rows a procedure answers.
final class ProcedureOperator: UnaryOperator, UpdatingOperator {
  private let call: ProcedureInvocation
  private let definition: ProcedureDefinition
  private let rows: RowBuilder
  private let evaluator: Evaluator
  private let outputIndexes: [Int]

  init(_ plan: LogicalPlan, _ input: Operator, _ call: ProcedureInvocation) throws {
    guard let definition = input.context.procedures.find(call.name) else {
      throw SinterError("ProcedureError.ProcedureNotFound", phase: .compile, "There is no procedure `\(call.name)`.", at: call.spot.span)
    }
    self.call = call
    self.definition = definition
    rows = RowBuilder(plan.outputs, from: input.layout)
    evaluator = Evaluator(input.layout, input.context)
    outputIndexes = try call.yields.map { yield in
      guard let index = definition.outputs.firstIndex(where: { $0.name == yield.output }) else {
        throw SinterError(
          "SyntaxError.UndefinedVariable", phase: .compile,
          "`\(call.name)` yields no `\(yield.output)`; it yields \(definition.outputs.map(\.name).joined(separator: ", ")).", at: call.spot.span)
      }
      return index
    }
    super.init(plan, input)
  }

  var changesGraph: Bool { definition.writes }

  override func next() throws -> Batch? {
    while let source = try input.pull() {
      let arguments = try evaluator.located(call.spot) { try self.arguments(source) }
      if definition.outputs.isEmpty {
        for row in 0..<source.count { _ = try run(arguments.map { $0[row] }) }
        return rows.batch(source, parents: (0..<Int32(source.count)).map { $0 }, new: [])
      }
      var columns = [[Value]](repeating: [], count: call.yields.count)
      var parents: [Int32] = []
      for row in 0..<source.count {
        let results = try run(arguments.map { $0[row] })
        if results.isEmpty && call.optional {
          parents.append(Int32(row))
          for k in columns.indices { columns[k].append(.null) }
        }
        for result in results {
          parents.append(Int32(row))
          for (k, index) in outputIndexes.enumerated() { columns[k].append(result[index]) }
        }
      }
      if parents.isEmpty { continue }
      let new = call.yields.indices.compactMap { k in layout[call.yields[k].variable].map { ($0, Vector.values(columns[k])) } }
      return rows.batch(source, parents: parents, new: new)
    }
    return nil
  }

  private func run(_ arguments: [Value]) throws -> [[Value]] {
    let checked = try evaluator.located(call.spot) {
      try zip(arguments, definition.inputs).map { try coerce($0, to: $1) }
    }
    return try evaluator.located(call.spot) {
      try definition.run(
        checked,
        ProcedureCallContext(
          view: context.view, writer: context.writer, engine: context.engine, options: context.options,
          checkInterrupts: context.checkInterrupts))
    }
  }

  /// One column for each input; without parentheses the arguments are the parameters of the inputs' names.
  private func arguments(_ source: Batch) throws -> [Vector] {
    guard let written = call.arguments else {
      return try definition.inputs.map { input in
        guard let value = context.parameters[input.name] else {
          throw SinterError(
            "ParameterMissing.MissingParameter", phase: .compile,
            "`CALL \(call.name)` without parentheses takes its arguments from parameters; $\(input.name) is missing.")
        }
        return .constant(value, count: source.count)
      }
    }
    let required = definition.inputs.filter { !$0.type.hasSuffix("=") }.count
    guard written.count >= required, written.count <= definition.inputs.count else {
      throw SinterError(
        "SyntaxError.InvalidNumberOfArguments", phase: .compile,
        "`\(call.name)` takes \(definition.inputs.count) arguments (\(definition.inputs.map(\.name).joined(separator: ", "))), not \(written.count).")
    }
    let given = try written.map { try evaluator.evaluate($0, source) }
    return given + definition.inputs.dropFirst(given.count).map { _ in .constant(.null, count: source.count) }
  }

  private func coerce(_ value: Value, to input: ProcedureDefinition.Field) throws -> Value {
    var type = input.type
    if type.hasSuffix("=") || type.hasSuffix("?") {
      type.removeLast()
      if value.isNull { return value }
    }
    switch (type, value) {
    case ("ANY", _), ("BOOLEAN", .boolean), ("STRING", .string), ("INTEGER", .integer), ("FLOAT", .float), ("NUMBER", .integer),
      ("NUMBER", .float), ("NODE", .node), ("LIST", .list), ("MAP", .map):
      return value
    case ("FLOAT", .integer(let n)): return .float(Double(n))
    default:
      throw SinterError("SyntaxError.InvalidArgumentType", "The argument `\(input.name)` of `\(call.name)` must be \(type), not \(value.typePhrase).")
    }
  }
}
