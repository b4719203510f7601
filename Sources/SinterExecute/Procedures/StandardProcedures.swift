import SinterFunctions
import SinterLanguage
import SinterModel
import SinterPlan
import SinterStorage

/// The procedures every engine has. Inputs whose type ends in `=` may be left out.
enum StandardProcedures {
  static let all: [ProcedureDefinition] = catalogue + shows + sinter

  private static let catalogue = [
    ProcedureDefinition(name: "db.labels", outputs: [("label", "STRING")], summary: "Labels in use.") { _, call in
      call.view.labelNames.indices.filter { call.view.nodeCount(label: LabelID(UInt32($0))) > 0 }.map { [.string(call.view.labelNames[$0])] }
    },
    ProcedureDefinition(name: "db.relationshipTypes", outputs: [("relationshipType", "STRING")], summary: "Relationship types in use.") { _, call in
      call.view.typeNames.indices.filter { call.view.relationshipCount(type: TypeID(UInt32($0))) > 0 }.map { [.string(call.view.typeNames[$0])] }
    },
    ProcedureDefinition(name: "db.propertyKeys", outputs: [("propertyKey", "STRING")], summary: "Names of properties ever set.") { _, call in
      call.view.keyNames.filter { !$0.hasPrefix(hiddenKeyPrefix) }.map { [.string($0)] }
    },
  ]

  /// What SHOW lists, each as a procedure so that YIELD and WHERE work on all of them alike.
  private static let shows = [
    ProcedureDefinition(
      name: "show.indexes",
      outputs: [
        ("name", "STRING"), ("type", "STRING"), ("entityType", "STRING"), ("labelsOrTypes", "LIST"), ("properties", "LIST"),
        ("unique", "BOOLEAN"), ("owningConstraint", "STRING"),
      ], summary: "Indexes.") { _, call in
      call.view.indexes.sorted { $0.name < $1.name }.map { index in
        [
          .string(index.name), .string("RANGE"), .string(index.entity == .node ? "NODE" : "RELATIONSHIP"), .list([.string(index.label)]),
          .list(index.keys.map { .string($0) }), .boolean(index.isUnique), index.constraint.map { .string($0) } ?? .null,
        ]
      }
    },
    ProcedureDefinition(
      name: "show.constraints",
      outputs: [("name", "STRING"), ("type", "STRING"), ("entityType", "STRING"), ("labelsOrTypes", "LIST"), ("properties", "LIST")],
      summary: "Constraints.") { _, call in
      call.view.constraints.sorted { $0.name < $1.name }.map { constraint in
        let type =
          switch constraint.kind {
          case .unique: "UNIQUENESS"
          case .exists: "PROPERTY_EXISTENCE"
          case .key: "KEY"
          case .type: "PROPERTY_TYPE \(constraint.typeName ?? "")"
          }
        return [
          .string(constraint.name), .string(type), .string(constraint.entity == .node ? "NODE" : "RELATIONSHIP"),
          .list([.string(constraint.label)]), .list(constraint.keys.map { .string($0) }),
        ]
      }
    },
    ProcedureDefinition(
      name: "show.functions", outputs: [("name", "STRING"), ("category", "STRING"), ("signature", "STRING"), ("description", "STRING")],
      summary: "Functions.") { _, _ in
      let plain = FunctionLibrary.standard.functions.map { ($0.name, $0.category.rawValue, $0.signature, $0.summary) }
      let graph = GraphFunction.all.map { ($0.name, "graph", $0.signature, $0.summary) }
      let aggregates = AggregateFunction.allCases.map { ($0.rawValue, "aggregating", $0.signature, $0.summary) }
      return (plain + graph + aggregates).sorted { $0.0 < $1.0 }.map { [.string($0.0), .string($0.1), .string($0.2), .string($0.3)] }
    },
    ProcedureDefinition(
      name: "show.procedures", outputs: [("name", "STRING"), ("signature", "STRING"), ("description", "STRING")], summary: "Procedures.") { _, call in
      call.engine.procedures.all.filter { !$0.name.hasPrefix("show.") }.map { [.string($0.name), .string($0.signature), .string($0.summary)] }
    },
    show("show.models", ["name", "version", "current", "created", "types", "settings", "metrics"]) { call in
      try call.engine.extensions.learning?.models(in: call.view)
    },
    show("show.rules", ["name", "text"]) { call in try call.engine.extensions.catalogue?.showRules(in: call.view) },
    show("show.strategies", ["name", "scorers"]) { call in try call.engine.extensions.catalogue?.showStrategies(in: call.view) },
  ]

  /// A listing whose columns an extension gives, put in the order of `columns`.
  private static func show(
    _ name: String, _ columns: [String],
    _ rows: @escaping @Sendable (ProcedureCallContext) throws -> (columns: [String], rows: [[Value]])?
  ) -> ProcedureDefinition {
    ProcedureDefinition(name: name, outputs: columns.map { ($0, "ANY") }, summary: "") { _, call in
      guard let found = try rows(call) else { return [] }
      let positions = columns.map { found.columns.firstIndex(of: $0) }
      return found.rows.map { row in positions.map { $0.map { row[$0] } ?? .null } }
    }
  }

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
