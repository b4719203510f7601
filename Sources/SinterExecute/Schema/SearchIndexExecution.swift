import SinterLanguage
import SinterModel
import SinterPlan
import SinterSearch
package import SinterStorage

extension SchemaExecution {
  /// CREATE VECTOR INDEX and CREATE FULLTEXT INDEX: the definition; the store's maintenance builds what makes it fast.
  func createSearchIndex(
    _ definition: SchemaCommand.IndexDefinition, _ kind: SearchIndexKind, _ ifNotExists: Bool
  ) throws(SinterError) {
    let keys = definition.keys.map(\.text)
    let labels = definition.labels.map(\.text)
    let name = definition.name?.text ?? "index_\((labels + keys).joined(separator: "_"))"
    let isTaken =
      writer.view.index(named: name) != nil || writer.view.searchIndex(named: name) != nil
      || writer.view.constraints.contains { $0.name == name }
    let same = writer.view.searchIndexes.map(\.descriptor).first {
      $0.kind == kind && $0.entity == definition.entity && $0.labels == labels && $0.keys == keys
    }
    if isTaken || same != nil {
      if ifNotExists { return }
      throw SinterError(
        "SchemaError.IndexExists", "The index `\(same?.name ?? name)` is there already; add IF NOT EXISTS or drop it first.",
        at: definition.span)
    }
    var descriptor = SearchIndexDescriptor(
      id: 0, name: name, kind: kind, entity: definition.entity, labels: labels, keys: keys,
      filterKeys: definition.filterKeys.map(\.text), options: [:])
    do {
      let given = try settings(definition.options)
      descriptor.options = try SearchIndexes.engine(kind).checked(given, for: descriptor, in: writer.view)
    } catch {
      throw SinterError(wrapping: error).located(at: definition.options?.span ?? definition.span)
    }
    try writer.createSearchIndex(descriptor)
    context.statistics.indexesAdded += 1
  }

  /// What OPTIONS say: the map `indexConfig`, or the settings themselves.
  private func settings(_ options: Expression?) throws -> [String: Value] {
    guard let options else { return [:] }
    guard case .map(var given) = try Evaluator(Layout([]), context).evaluate(Planner.bind(options), .unit)[0] else {
      throw SinterError("TypeError.InvalidArgumentType", "OPTIONS takes a map: OPTIONS {indexConfig: {…}}.", at: options.span)
    }
    given["indexProvider"] = nil
    guard let config = given.removeValue(forKey: "indexConfig") else { return given }
    guard case .map(let settings) = config else {
      throw SinterError("TypeError.InvalidArgumentType", "`indexConfig` takes a map of settings.", at: options.span)
    }
    return settings.merging(given) { first, _ in first }
  }
}

extension SinterError {
  /// The error at a place, unless it has one.
  func located(at span: SourceSpan) -> SinterError {
    var error = self
    if error.span == nil { error.span = span }
    return error
  }
}

extension SearchIndexDescriptor {
  /// The statement that makes the index, without a semicolon.
  package var statement: String {
    let names = labels.map(quoted).joined(separator: "|")
    let target = entity == .node ? "(e:\(names))" : "()-[e:\(names)]-()"
    let properties = keys.map { "e.\(quoted($0))" }.joined(separator: ", ")
    let filters = filterKeys.isEmpty ? "" : " WITH [" + filterKeys.map { "e.\(quoted($0))" }.joined(separator: ", ") + "]"
    let settings = options.sorted { $0.key < $1.key }.map { "`\($0.key)`: \($0.value.literal)" }.joined(separator: ", ")
    return "CREATE \(kind.keyword) INDEX \(quoted(name)) FOR \(target) ON "
      + (kind == .fulltext ? "EACH [\(properties)]" : "(\(properties))") + filters + " OPTIONS {indexConfig: {\(settings)}}"
  }
}

extension Value {
  /// A setting as it is written in a statement.
  fileprivate var literal: String {
    switch self {
    case .string(let text): "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    case .list(let items): "[" + items.map(\.literal).joined(separator: ", ") + "]"
    case .integer(let n): "\(n)"
    case .float(let x): "\(x)"
    case .boolean(let flag): "\(flag)"
    default: "null"
    }
  }
}

extension PreparedQuery {
  /// Whether the statement creates a search index, for which something is to be built once it is committed.
  package var createsSearchIndex: Bool {
    guard case .schema(.createIndex(let definition, _)) = statement.body, statement.mode != .explain else { return false }
    return definition.kind == .vector || definition.kind == .fulltext
  }
}
