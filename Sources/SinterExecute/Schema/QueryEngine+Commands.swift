import SinterLanguage
package import SinterModel
import SinterPlan
package import SinterStorage

/// What was done of a statement before its transaction began.
package struct WorkDoneAhead: Sendable {
  let trained: any Sendable
}

/// TRAIN and DROP MODEL, rules and strategies.
extension QueryEngine {
  /// Does the long part of a statement that needs no transaction, which is training; nil for any other statement.
  ///
  /// Pass the result to ``run(_:parameters:view:writer:options:ahead:)``, so that no writer waits for the training.
  package func runAhead(
    _ query: PreparedQuery, view: @autoclosure () throws(SinterError) -> GraphView, options: QueryOptions = QueryOptions()
  ) throws(SinterError) -> WorkDoneAhead? {
    guard case .model(let command) = query.statement.body, query.statement.mode != .explain else { return nil }
    switch command {
    case .train, .trainStrategy: break
    case .drop, .use: return nil
    }
    let context = makeContext(try view(), nil, [:], options)
    do {
      return try train(command, context).map { WorkDoneAhead(trained: $0) }
    } catch {
      throw located(SinterError(wrapping: error), in: query.statement.text)
    }
  }

  /// nil for what is no training.
  private func train(_ command: ModelCommand, _ context: ExecutionContext) throws -> (any Sendable)? {
    switch command {
    case .train(let name, let types, let options):
      return try train(name.text, types.map(\.text), options, isStrategy: false, context)
    case .trainStrategy(let name, let scorers, let options):
      return try train(name.text, scorers.map(\.text), options, isStrategy: true, context)
    case .drop, .use: return nil
    }
  }

  private func train(
    _ name: String, _ types: [String], _ options: Expression?, isStrategy: Bool, _ context: ExecutionContext
  ) throws -> any Sendable {
    guard let learning = extensions.learning else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without learning.")
    }
    var settings: [String: Value] = [:]
    if let options {
      guard case .map(let entries) = try constant(options, context) else {
        throw SinterError(
          "TypeError.InvalidArgumentType", "The options of a training are a map, such as WITH {seed: 1}.", at: options.span)
      }
      settings = entries
    }
    do {
      return try learning.train(
        TrainingRequest(name: name, types: types, options: settings, isStrategy: isStrategy), in: context.view,
        isCancelled: { (try? context.checkInterrupts()) == nil })
    } catch {
      // The training only knows that it was ended, not why.
      try context.checkInterrupts()
      throw error
    }
  }

  func runModel(_ command: ModelCommand, _ ahead: WorkDoneAhead?, _ context: ExecutionContext) throws -> QueryRun {
    guard let learning = extensions.learning, let writer = context.writer else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without learning.")
    }
    switch command {
    case .train, .trainStrategy:
      guard let trained = try ahead?.trained ?? train(command, context) else { break }
      let columns = if case .trainStrategy = command { learning.strategyColumns } else { learning.trainColumns }
      return QueryRun(columns: columns, context: context, rows: try learning.publish(trained, writer: writer))
    case .drop(let name, let ifExists): try learning.dropModel(name.text, ifExists: ifExists, writer: writer)
    case .use(let name, let version): try learning.useModel(name.text, version: version, writer: writer)
    }
    return QueryRun(columns: [], context: context)
  }

  func runRuleCommand(_ command: RuleCommand, _ text: String, _ context: ExecutionContext) throws -> QueryRun {
    guard let catalogue = extensions.catalogue, let writer = context.writer else {
      throw SinterError("FeatureError.NotAvailable", "This engine was set up without rules and strategies.")
    }
    switch command {
    case .create(let name, _, let span, let ifNotExists):
      let bytes = Array(text.utf8)[max(0, span.start)..<min(text.utf8.count, span.end)]
      let body = String(decoding: bytes, as: UTF8.self)
      if try catalogue.createRule(name.text, text: body, ifNotExists: ifNotExists, writer: writer) {
        let deposited = try runRule(body, writer: writer)
        return QueryRun(columns: ["rule", "deposited"], context: context, rows: [[.string(name.text), .integer(Int64(deposited))]])
      }
    case .drop(let name, let ifExists): try catalogue.dropRule(name.text, ifExists: ifExists, writer: writer)
    case .createStrategy(let name, let scorers, let ifNotExists):
      let weighted = try scorers.map { scorer -> (name: String, weight: Double) in
        guard let expression = scorer.weight else { return (scorer.name.text, 1) }
        switch try constant(expression, context) {
        case .float(let x): return (scorer.name.text, x)
        case .integer(let n): return (scorer.name.text, Double(n))
        default: throw SinterError("TypeError.InvalidArgumentType", "A weight must be a number.", at: expression.span)
        }
      }
      try catalogue.createStrategy(name.text, scorers: weighted, ifNotExists: ifNotExists, writer: writer)
    case .dropStrategy(let name, let ifExists): try catalogue.dropStrategy(name.text, ifExists: ifExists, writer: writer)
    }
    return QueryRun(columns: [], context: context)
  }

  /// Runs a rule's query; answers how many facts it deposited that were not there.
  func runRule(_ text: String, writer: GraphWriter) throws -> Int {
    let run = try run(try prepare(text), parameters: [:], view: writer.view, writer: writer)
    return run.statistics.relationshipsCreated
  }

  /// The value of an expression without variables.
  private func constant(_ expression: Expression, _ context: ExecutionContext) throws -> Value {
    try Evaluator(Layout([]), context).evaluate(Planner.bind(expression), .unit)[0]
  }
}
