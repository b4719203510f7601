package import SinterModel

extension LoadPlan {
  /// A folder of files with Neo4j-import headers: `nodes-User.csv` or a `:LABEL` column, and
  /// `edges-BOUGHT.csv`, `relationships-BOUGHT.csv` or a `:TYPE` column; plain, `.gz` or `.zst`.
  ///
  /// The ids of `id:ID` columns are kept as properties, unique per label.
  /// - Throws: `LoadError.MissingFile`, `.MissingColumn`, `.Manifest`, `.DamagedInput`, `.IO`
  package static func neo4j(directory: String) throws(SinterError) -> LoadPlan {
    var plan = LoadPlan(name: directory, summary: "", sources: [], indexes: [])
    let files = filesIn(directory).filter { name in
      [".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".tsv.zst"].contains { name.hasSuffix($0) }
    }
    for file in files {
      if let source = try ImportFile(directory: directory, name: file).plan() { plan.sources.append(source) }
    }
    guard !plan.sources.isEmpty else {
      throw LoadFailure.missingFile(
        "`\(directory)` has no CSV file with an import header, such as `nodes-User.csv` beginning `id:ID,name:string`.")
    }
    return plan
  }
}

/// One file of such a folder.
private struct ImportFile {
  let directory: String
  let name: String

  /// The file's plan; nil for a file without ids, which is not of this kind.
  func plan() throws(SinterError) -> SourcePlan? {
    let path = directory + "/" + name
    var source = SourcePlan(path: path, displayName: name, mark: path)
    if name.contains(".tsv") { source.format.delimiter = 0x09 }
    source.quotedIsNeverNull = true
    let header = try BoundSource.readHeader(source, typed: false).columns
    var columns: [ImportColumn] = []
    for text in header {
      guard header.contains(where: { $0.contains(":ID") || $0.contains(":START_ID") }) else { return nil }
      columns.append(try ImportColumn(text, file: name))
    }
    if columns.contains(where: { if case .start = $0.role { true } else { false } }) {
      source.relationships = [try relationshipPlan(columns, path)]
    } else {
      source.nodes = [try nodePlan(columns, path)]
    }
    return source
  }

  /// What follows the prefix in the file's name: `User` of `nodes-User.csv.gz`, `User` of `nodes-User-2.csv` too.
  private func nameAfter(_ prefixes: [String]) -> String? {
    for prefix in prefixes where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count).prefix { $0 != "." }
      if !rest.isEmpty { return String(rest) }
    }
    return nil
  }

  private func properties(_ columns: [ImportColumn], _ path: String) -> [PropertyPlan] {
    columns.compactMap { column in
      guard case .property(let type) = column.role else { return nil }
      return PropertyPlan(name: column.name, source: .column(column.text), type: type, mark: path)
    }
  }

  private func nodePlan(_ columns: [ImportColumn], _ path: String) throws(SinterError) -> NodePlan {
    var id: (column: ImportColumn, space: String)?
    for column in columns {
      guard case .id(let space) = column.role else { continue }
      guard id == nil else { throw LoadFailure.manifest("`\(name)`, line 1: the header has two `:ID` columns.") }
      id = (column, space)
    }
    guard let id else {
      throw LoadFailure.missingColumn("`\(name)`, line 1: the header has no `:ID` column. It has \(listed(columns)).")
    }
    let labelColumn = columns.first { $0.role == .label }
    // A label column takes the place of the file's name.
    let labels = labelColumn == nil ? [nameAfter(["nodes-", "nodes_"])].compactMap { $0 } : []
    guard labelColumn != nil || !labels.isEmpty else {
      throw LoadFailure.manifest("`\(name)` gives its nodes no label: add a `:LABEL` column, or name the file `nodes-Label.csv`.")
    }
    return NodePlan(
      labels: labels, labelColumn: labelColumn.map { SplitPlan(column: $0.text, separator: [UInt8(ascii: ";")]) },
      space: ":\(id.space)", id: Template(column: id.column.text), key: id.column.name.isEmpty ? nil : id.column.name,
      properties: properties(columns, path), duplicates: .error, mark: path)
  }

  private func relationshipPlan(_ columns: [ImportColumn], _ path: String) throws(SinterError) -> RelationshipPlan {
    var from: EndPlan?
    var to: EndPlan?
    for column in columns {
      switch column.role {
      case .start(let space): from = EndPlan(label: nil, space: ":\(space)", id: Template(column: column.text))
      case .end(let space): to = EndPlan(label: nil, space: ":\(space)", id: Template(column: column.text))
      default: continue
      }
    }
    guard let from, let to else {
      throw LoadFailure.missingColumn("`\(name)`, line 1: the header needs `:START_ID` and `:END_ID`. It has \(listed(columns)).")
    }
    let type: Template
    if let column = columns.first(where: { $0.role == .type }) {
      type = Template(column: column.text)
    } else if let fromName = nameAfter(["edges-", "relationships-", "edges_", "relationships_"]) {
      type = Template(constant: fromName)
    } else {
      throw LoadFailure.manifest(
        "`\(name)` gives its relationships no type: add a `:TYPE` column, or name the file `edges-TYPE.csv`.")
    }
    return RelationshipPlan(type: type, from: from, to: to, properties: properties(columns, path), mark: path)
  }

  private func listed(_ columns: [ImportColumn]) -> String { columns.map { "`\($0.text)`" }.joined(separator: ", ") }
}
