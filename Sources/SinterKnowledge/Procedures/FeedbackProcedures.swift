internal import SinterExecute
internal import SinterModel
internal import SinterStorage

/// `sinter.feedback.*` and `sinter.experiment.*`.
enum FeedbackProcedures {
  static func all(_ recommender: ShopRecommender) -> [ProcedureDefinition] {
    [record(recommender), withdraw, create, assign, report, stop, list]
  }

  private static func record(_ recommender: ShopRecommender) -> ProcedureDefinition {
    ProcedureDefinition(
      name: "sinter.feedback.record",
      inputs: [("user", "NODE"), ("item", "NODE"), ("action", "STRING"), ("options", "MAP=")],
      outputs: [("relationship", "RELATIONSHIP"), ("facts", "INTEGER")],
      summary: "Records that a user was shown, clicked, bought or dismissed an item; options: strategy, position, experiment, at.",
      writes: true
    ) { arguments, call in
      guard let writer = call.writer, case .node(let user) = arguments[0], case .node(let item) = arguments[1],
        case .string(let text) = arguments[2]
      else { return [] }
      var entry = Feedback.Entry(user: user.id, item: item.id, action: try FeedbackAction(text))
      if case .map(let options) = arguments[3] {
        for (name, value) in options.sorted(by: { $0.key < $1.key }) where !value.isNull { try entry.set(name, value) }
      }
      let (relationship, facts) = try Feedback.record(entry, recommender: recommender, writer: writer)
      return [[.relationship(Relationship(id: relationship)), .integer(Int64(facts))]]
    }
  }

  private static let withdraw = ProcedureDefinition(
    name: "sinter.feedback.withdraw", inputs: [("relationship", "ANY")], outputs: [("facts", "INTEGER")],
    summary: "Takes feedback back: the relationship goes, and the facts it moved return.", writes: true
  ) { arguments, call in
    guard let writer = call.writer, !arguments[0].isNull else { return [] }
    guard case .relationship(let relationship) = arguments[0] else {
      throw SinterError("TypeError.InvalidArgumentType", "sinter.feedback.withdraw takes the relationship that recorded the feedback.")
    }
    return [[.integer(Int64(try Feedback.withdraw(relationship.id, writer: writer)))]]
  }

  private static let create = ProcedureDefinition(
    name: "sinter.experiment.create", inputs: [("name", "STRING"), ("variants", "LIST"), ("options", "MAP=")],
    outputs: [("variant", "STRING"), ("strategy", "STRING"), ("weight", "FLOAT")],
    summary: "Starts an experiment between strategies; variants are maps {name, strategy, weight}, the first is the control.",
    writes: true
  ) { arguments, call in
    guard let writer = call.writer, case .string(let name) = arguments[0], case .list(let variants) = arguments[1] else { return [] }
    let options: [String: Value] = if case .map(let map) = arguments[2] { map } else { [:] }
    return try ExperimentCatalogue.create(name, variants: variants, options: options, writer: writer).variants.map {
      [.string($0.name), $0.strategy.map { .string($0) } ?? .null, .float($0.weight)]
    }
  }

  private static let assign = ProcedureDefinition(
    name: "sinter.experiment.assign", inputs: [("name", "STRING"), ("user", "NODE")],
    outputs: [("variant", "STRING"), ("strategy", "STRING")], summary: "The variant of an experiment that a user gets."
  ) { arguments, call in
    guard case .string(let name) = arguments[0], case .node(let user) = arguments[1] else { return [] }
    let variant = try ExperimentCatalogue.experiment(name, in: call.view).variant(of: user.id, in: call.view)
    return [[.string(variant.name), variant.strategy.map { .string($0) } ?? .null]]
  }

  private static let report = ProcedureDefinition(
    name: "sinter.experiment.report", inputs: [("name", "STRING")],
    outputs: ExperimentReport.columns.map { name in
      switch name {
      case "variant", "strategy", "verdict": (name, "STRING")
      case "users", "shows", "clicks", "bought", "dismissed", "successes": (name, "INTEGER")
      default: (name, "FLOAT")
      }
    }, summary: "What an experiment has shown so far, by variant, with tests that hold at any look."
  ) { arguments, call in
    guard case .string(let name) = arguments[0] else { return [] }
    return try ExperimentReport(ExperimentCatalogue.experiment(name, in: call.view), call.view, check: call.checkInterrupts).values
  }

  private static let stop = ProcedureDefinition(
    name: "sinter.experiment.stop", inputs: [("name", "STRING"), ("winner", "STRING=")],
    outputs: [("variant", "STRING"), ("strategy", "STRING")],
    summary: "Ends an experiment; from then on everyone gets the winner, or the control where none is named.", writes: true
  ) { arguments, call in
    guard let writer = call.writer, case .string(let name) = arguments[0] else { return [] }
    let variant = try ExperimentCatalogue.stop(name, winner: arguments[1].asString, writer: writer).variant(ofKey: "")
    return [[.string(variant.name), variant.strategy.map { .string($0) } ?? .null]]
  }

  private static let list = ProcedureDefinition(
    name: "sinter.experiment.list",
    outputs: [
      ("name", "STRING"), ("variants", "LIST"), ("goal", "STRING"), ("startedAt", "DATETIME"), ("stoppedAt", "DATETIME"),
      ("winner", "STRING"),
    ], summary: "The experiments of the store."
  ) { _, call in
    try ExperimentCatalogue.names(in: call.view).map { name in
      let experiment = try ExperimentCatalogue.experiment(name, in: call.view)
      return [
        .string(name), .list(experiment.variants.map { .string($0.name) }), .string(experiment.goal.rawValue),
        experiment.startedAt, experiment.stoppedAt, experiment.winner.map { .string($0) } ?? .null,
      ]
    }
  }
}

extension Feedback.Entry {
  /// Sets what an option of `sinter.feedback.record` says.
  fileprivate mutating func set(_ name: String, _ value: Value) throws(SinterError) {
    func text() throws(SinterError) -> String {
      guard let text = value.asString else {
        throw SinterError("TypeError.InvalidArgumentType", "The option `\(name)` of feedback must be a string, not \(value.brief).")
      }
      return text
    }
    switch name {
    case "strategy": strategy = try text()
    case "experiment": experiment = try text()
    case "at": at = value
    case "position":
      guard case .integer(let number) = value else {
        throw SinterError("TypeError.InvalidArgumentType", "The option `position` of feedback must be an integer, not \(value.brief).")
      }
      position = number
    default:
      throw SinterError(
        "ArgumentError.InvalidArgument",
        "Feedback has no option `\(name)`. \(Listing.known("option", ["strategy", "position", "experiment", "at"], near: name))")
    }
  }
}
