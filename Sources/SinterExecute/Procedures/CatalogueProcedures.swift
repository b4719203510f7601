import SinterModel
import SinterStorage

/// What a store has and is: the procedures of Neo4j that tools ask for.
enum CatalogueProcedures {
  static let all = names + schema + store + [StatisticsProcedure.definition]

  private static let names = [
    ProcedureDefinition(name: "db.labels", outputs: [("label", "STRING")], summary: "Labels in use.") { _, call in
      let view = call.view
      let used = view.labelNames.indices.filter { view.nodeCount(label: LabelID(UInt32($0))) > 0 }
      return used.map { [.string(view.labelNames[$0])] }
    },
    ProcedureDefinition(
      name: "db.relationshipTypes", outputs: [("relationshipType", "STRING")], summary: "Relationship types in use."
    ) { _, call in
      let view = call.view
      let used = view.typeNames.indices.filter { view.relationshipCount(type: TypeID(UInt32($0))) > 0 }
      return used.map { [.string(view.typeNames[$0])] }
    },
    ProcedureDefinition(
      name: "db.propertyKeys", outputs: [("propertyKey", "STRING")], summary: "Names of properties ever set."
    ) { _, call in
      call.view.keyNames.filter { !$0.hasPrefix(hiddenKeyPrefix) }.map { [.string($0)] }
    },
    ProcedureDefinition(
      name: "db.createLabel", inputs: [("newLabel", "STRING")], outputs: [],
      summary: "Makes a label known before a node has it.", writes: true
    ) { arguments, call in
      if case .string(let name) = arguments[0] { _ = try call.writer?.label(name) }
      return []
    },
    ProcedureDefinition(
      name: "db.createRelationshipType", inputs: [("newRelationshipType", "STRING")], outputs: [],
      summary: "Makes a type known before a relationship has it.", writes: true
    ) { arguments, call in
      if case .string(let name) = arguments[0] { _ = try call.writer?.type(name) }
      return []
    },
    ProcedureDefinition(
      name: "db.createProperty", inputs: [("newProperty", "STRING")], outputs: [],
      summary: "Makes the name of a property known before anything has it.", writes: true
    ) { arguments, call in
      if case .string(let name) = arguments[0] { _ = try call.writer?.key(name) }
      return []
    },
  ]

  private static let schema = [
    ProcedureDefinition(
      name: "db.schema.nodeTypeProperties",
      outputs: [
        ("nodeType", "STRING"), ("nodeLabels", "LIST<STRING>"), ("propertyName", "STRING"), ("propertyTypes", "LIST<STRING>"),
        ("mandatory", "BOOLEAN"),
      ], summary: "The properties of nodes by their labels, with the types they have; reads the whole store.") { _, call in
      try PropertyCensus.nodes(call).map { group in
        [.string(group.name), .list(group.labels.map { .string($0) }), group.property, group.types, .boolean(group.isMandatory)]
      }
    },
    ProcedureDefinition(
      name: "db.schema.relTypeProperties",
      outputs: [("relType", "STRING"), ("propertyName", "STRING"), ("propertyTypes", "LIST<STRING>"), ("mandatory", "BOOLEAN")],
      summary: "The properties of relationships by their type, with the types they have; reads the whole store.") { _, call in
      try PropertyCensus.relationships(call).map { group in
        [.string(group.name), group.property, group.types, .boolean(group.isMandatory)]
      }
    },
    ProcedureDefinition(
      name: "db.schema.visualization", outputs: [("nodes", "LIST<NODE>"), ("relationships", "LIST<RELATIONSHIP>")],
      summary: "A graph of the labels and how relationships join them; reads the whole store.") { _, call in
      [try SchemaGraph(call).row]
    },
  ]

  private static let store = [
    ProcedureDefinition(
      name: "dbms.components", outputs: [("name", "STRING"), ("versions", "LIST<STRING>"), ("edition", "STRING")],
      summary: "The engine and its version.") { _, _ in
      [["Sinter", .list([.string(sinterVersion)]), "embedded"]]
    },
    ProcedureDefinition(
      name: "db.info", outputs: [("id", "STRING"), ("name", "STRING"), ("creationDate", "STRING")], summary: "The store."
    ) { _, call in
      [[.string(call.view.path), .string(call.view.databaseName), .null]]
    },
    ProcedureDefinition(name: "db.ping", outputs: [("success", "BOOLEAN")], summary: "Whether the store answers.") { _, _ in
      [[true]]
    },
    ProcedureDefinition(
      name: "db.awaitIndexes", inputs: [("timeOutSeconds", "INTEGER=")], outputs: [],
      summary: "Returns at once: an index is complete when the statement that makes it returns.") { _, _ in [] },
    ProcedureDefinition(
      name: "db.awaitIndex", inputs: [("indexName", "STRING"), ("timeOutSeconds", "INTEGER=")], outputs: [],
      summary: "Returns at once where there is such an index.") { arguments, call in
      guard case .string(let name) = arguments[0], call.view.indexes.contains(where: { $0.name == name }) else {
        throw SinterError("SchemaError.IndexNotFound", "There is no index \(arguments[0]); SHOW INDEXES lists them.")
      }
      return []
    },
  ]
}
