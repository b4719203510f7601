import SinterLanguage
import SinterModel
import SinterStorage

/// Runs index and constraint commands.
struct SchemaExecution {
  let context: ExecutionContext
  let writer: GraphWriter

  init(_ context: ExecutionContext) throws(SinterError) {
    self.context = context
    guard let writer = context.writer else {
      throw SinterError("TransactionError.ReadOnly", "Schema commands need a write transaction.")
    }
    self.writer = writer
  }

  func run(_ command: SchemaCommand) throws(SinterError) -> QueryRun {
    switch command {
    case .createIndex(let definition, let ifNotExists): try createIndex(definition, ifNotExists)
    case .dropIndex(let name, let ifExists):
      if writer.view.indexes.contains(where: { $0.name == name.text }) {
        try writer.dropIndex(named: name.text)
        context.statistics.indexesRemoved += 1
      } else if writer.view.searchIndex(named: name.text) != nil {
        try writer.dropSearchIndex(named: name.text)
        context.statistics.indexesRemoved += 1
      } else if !ifExists {
        let names = writer.view.indexes.map(\.name) + writer.view.searchIndexes.map(\.descriptor.name)
        throw SinterError(
          "SchemaError.IndexNotFound", Self.absent("index", name.text, among: names, "SHOW INDEXES"), at: name.span)
      }
    case .createConstraint(let definition, let ifNotExists): try createConstraint(definition, ifNotExists)
    case .dropConstraint(let name, let ifExists):
      if writer.view.constraints.contains(where: { $0.name == name.text }) {
        try writer.dropConstraint(named: name.text)
        context.statistics.constraintsRemoved += 1
      } else if !ifExists {
        throw SinterError(
          "SchemaError.ConstraintNotFound",
          Self.absent("constraint", name.text, among: writer.view.constraints.map(\.name), "SHOW CONSTRAINTS"), at: name.span)
      }
    }
    return QueryRun(columns: [], context: context)
  }

  private static func absent(_ kind: String, _ name: String, among names: [String], _ listing: String) -> String {
    let advice = closest(to: name, among: names).map { ". Did you mean `\($0)`?" } ?? "; \(listing) lists them."
    return "There is no \(kind) `\(name)`\(advice)"
  }

  private func createIndex(_ definition: SchemaCommand.IndexDefinition, _ ifNotExists: Bool) throws(SinterError) {
    if definition.kind == .vector { return try createSearchIndex(definition, .vector, ifNotExists) }
    if definition.kind == .fulltext { return try createSearchIndex(definition, .fulltext, ifNotExists) }
    guard definition.kind == .range, definition.labels.count == 1 else {
      throw SinterError(
        "FeatureError.NotAvailable", phase: .compile,
        "There are no look-up indexes, as labels are always looked up fast; CREATE INDEX makes a range index.",
        at: definition.span)
    }
    let keys = definition.keys.map(\.text)
    let label = definition.labels[0].text
    let name = definition.name?.text ?? "index_\(label)_\(keys.joined(separator: "_"))"
    let same = writer.view.indexes.first { $0.name == name || ($0.entity == definition.entity && $0.label == label && $0.keys == keys) }
    if let same {
      if ifNotExists { return }
      throw SinterError("SchemaError.IndexExists", "The index `\(same.name)` is there already; add IF NOT EXISTS or drop it first.", at: definition.span)
    }
    try writer.createIndex(
      IndexDescriptor(id: 0, name: name, entity: definition.entity, label: label, keys: keys, isUnique: false, constraint: nil))
    context.statistics.indexesAdded += 1
  }

  private func createConstraint(_ definition: SchemaCommand.ConstraintDefinition, _ ifNotExists: Bool) throws(SinterError) {
    let keys = definition.keys.map(\.text)
    let label = definition.label.text
    var typeName: String?
    let kind: ConstraintDescriptor.Kind
    switch definition.kind {
    case .unique: kind = .unique
    case .exists: kind = .exists
    case .key: kind = .key
    case .type(let type):
      kind = .type
      typeName = type.text
    }
    let name = definition.name?.text ?? "constraint_\(label)_\(keys.joined(separator: "_"))_\(kind)"
    let same = writer.view.constraints.first { known in
      known.name == name || (known.kind == kind && known.entity == definition.entity && known.label == label && known.keys == keys)
    }
    if let same {
      if ifNotExists { return }
      throw SinterError("SchemaError.ConstraintExists", "The constraint `\(same.name)` is there already; add IF NOT EXISTS or drop it first.", at: definition.span)
    }
    try writer.createConstraint(
      ConstraintDescriptor(name: name, kind: kind, entity: definition.entity, label: label, keys: keys, typeName: typeName))
    context.statistics.constraintsAdded += 1
  }
}

extension TypeName {
  /// The type as written.
  var text: String {
    switch self {
    case .named(let name, let nullable): nullable ? name : name + " NOT NULL"
    case .list(let inner, let nullable): "LIST<\(inner.text)>" + (nullable ? "" : " NOT NULL")
    case .union(let all): all.map(\.text).joined(separator: " | ")
    }
  }
}
