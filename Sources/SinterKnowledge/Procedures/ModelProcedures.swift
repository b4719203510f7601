internal import SinterExecute
internal import SinterLearn
internal import SinterModel
internal import SinterStorage

/// `sinter.models.*`.
enum ModelProcedures {
  static func all(_ models: ModelCache) -> [ProcedureDefinition] { [drift(models), drop] }

  private static func drift(_ models: ModelCache) -> ProcedureDefinition {
    ProcedureDefinition(
      name: "sinter.models.drift", inputs: [("name", "STRING=")],
      outputs: [
        ("measure", "STRING"), ("atTraining", "ANY"), ("now", "ANY"), ("share", "FLOAT"), ("meaning", "STRING"),
      ], summary: "How far the store has moved on since a model (or the current one) was trained."
    ) { arguments, call in
      let model = try models.model(arguments[0].asString, in: call.view)
      return rows(try ModelDrift(model, call.view, check: call.checkInterrupts))
    }
  }

  private static func rows(_ drift: ModelDrift) -> [[Value]] {
    func share(_ part: Int, of whole: Int) -> Value { whole > 0 ? .float(Double(part) / Double(whole)) : .null }
    func metric(_ number: Double?) -> Value { number.map { .float($0) } ?? .null }
    var change = Value.null
    if let now = drift.recentMRR, let then = drift.trainedMRR, then > 0 { change = .float(now / then - 1) }
    return [
      [
        "data", .string("\(drift.model) version \(drift.version)"), .string(drift.isSameData ? "the same" : "changed"), .null,
        .string(drift.isSameData ? "The fingerprint of the triples is that of training." : "Triples came or went since training."),
      ],
      [
        "triples", .integer(Int64(drift.trainedTriples)), .integer(Int64(drift.triples)),
        share(drift.triples - drift.trainedTriples, of: drift.trainedTriples), "Growth of the triples of the trained types.",
      ],
      [
        "unseenNodes", .integer(0), .integer(Int64(drift.unseenNodes)), share(drift.unseenNodes, of: drift.nodes),
        "Nodes that are newer than the model: they are folded in from their relations.",
      ],
      [
        "goneNodes", .integer(0), .integer(Int64(drift.goneNodes)), share(drift.goneNodes, of: drift.nodes + drift.goneNodes),
        "Nodes of the model that have no trained relation any more.",
      ],
      [
        "unseenTriples", .integer(0), .integer(Int64(drift.unseenTriples)), share(drift.unseenTriples, of: drift.triples),
        "Triples with an end that is newer than the model.",
      ],
      [
        "untrainedTypes", .integer(0), .list(drift.untrainedTypes.map { .string($0) }), .null,
        "Types of relationships that the model has not learned from.",
      ],
      [
        "mrr", metric(drift.trainedMRR), metric(drift.recentMRR), change,
        .string(
          drift.recentCount == 0
            ? "Filtered MRR: no relationship between known nodes is newer than the model."
            : "Filtered MRR: at training on what was held out, now on the newest \(drift.recentCount) relationships between known nodes."),
      ],
    ]
  }

  private static let drop = ProcedureDefinition(
    name: "sinter.models.dropVersion", inputs: [("name", "STRING"), ("version", "INTEGER")],
    outputs: [("name", "STRING"), ("version", "INTEGER")],
    summary: "Removes one version of a model; queries take the latest that is left where it was the current one.", writes: true
  ) { arguments, call in
    guard let writer = call.writer, case .string(let name) = arguments[0], case .integer(let version) = arguments[1] else { return [] }
    try ModelCatalogue.drop(name, version: Int(clamping: version), writer)
    return [[arguments[0], arguments[1]]]
  }
}
