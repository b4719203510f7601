import SinterModel
import SinterStorage

/// The procedures every engine has. Inputs whose type ends in `=` may be left out.
enum StandardProcedures {
  static let all: [ProcedureDefinition] = CatalogueProcedures.all + ShowProcedures.all + SearchProcedures.all + sinter

  private static let sinter = [
    ProcedureDefinition(
      name: "sinter.similar", inputs: [("node", "NODE"), ("limit", "INTEGER="), ("model", "STRING=")],
      outputs: [("node", "NODE"), ("score", "FLOAT")], summary: "The nodes nearest to a node by the learned embeddings.") { arguments, call in
      guard let learning = call.engine.extensions.learning else { return [] }
      guard case .node(let node) = arguments[0] else { return [] }
      var limit = 10
      if case .integer(let n) = arguments[1] { limit = max(0, Int(min(n, 1_000_000))) }
      var model: String?
      if case .string(let name) = arguments[2] { model = name }
      return try learning.similar(to: node.id, model: model, labels: [], limit: limit, in: call.view).map {
        [.node(Node(id: NodeID($0.id))), .float($0.score)]
      }
    },
    ProcedureDefinition(
      name: "sinter.runRules", outputs: [("rule", "STRING"), ("deposited", "INTEGER")],
      summary: "Runs every rule and says how many new facts each deposited.", writes: true) { _, call in
      guard let writer = call.writer, let catalogue = call.engine.extensions.catalogue else { return [] }
      return try catalogue.rules(in: call.view).map { rule in
        [.string(rule.name), .integer(Int64(try call.engine.runRule(rule.text, writer: writer)))]
      }
    },
  ]
}

extension ProcedureDefinition {
  var signature: String {
    func text(_ fields: [Field]) -> String {
      fields.map { field in
        field.type.hasSuffix("=") ? "\(field.name) = null :: \(field.type.dropLast())" : "\(field.name) :: \(field.type)"
      }.joined(separator: ", ")
    }
    return "\(name)(\(text(inputs))) :: (\(text(outputs)))"
  }
}
