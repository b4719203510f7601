import SinterModel

/// A source with its columns found: what its file really has.
struct BoundSource: Sendable {
  let plan: SourcePlan
  /// By position; for JSON Lines, every column that the plan speaks of.
  let columns: [String]
  /// Bytes and lines of the first block that the header takes.
  let headerBytes: Int
  let headerLines: Int
  let nulls: NullTexts

  /// Opens the file for its header and checks that every column the plan names is there.
  /// - Throws: `LoadError.MissingFile`, `.MissingColumn`, `.Manifest`, `.DamagedInput`, `.IO`
  init(_ plan: SourcePlan) throws(SinterError) {
    self.plan = plan
    nulls = NullTexts(plan)
    let wanted = BoundSource.columnsUsed(plan)
    if plan.format.kind == .jsonLines {
      var unique: [String] = []
      for use in wanted where !unique.contains(use.column) { unique.append(use.column) }
      (columns, headerBytes, headerLines) = (unique, 0, 0)
      return
    }
    switch plan.header {
    case .none(let names): (columns, headerBytes, headerLines) = (names, 0, 0)
    case .named(let typed):
      (columns, headerBytes, headerLines) = try BoundSource.readHeader(plan, typed: typed)
    }
    for use in wanted where !columns.contains(use.column) {
      throw LoadFailure.missingColumn(
        "\(use.mark): `\(plan.displayName)` has no column `\(use.column)`.\(suggestion(for: use.column, in: columns))")
    }
  }

  func index(_ column: String) -> Int {
    guard let index = columns.firstIndex(of: column) else { preconditionFailure("columns are checked when the source is bound") }
    return index
  }

  /// The first record of a file as texts.
  static func readHeader(_ plan: SourcePlan, typed: Bool) throws(SinterError) -> (columns: [String], bytes: Int, lines: Int) {
    let reader = try BlockReader(path: plan.path, format: plan.format, blockSizeBytes: 64 << 10)
    guard let block = try reader.next() else {
      throw LoadFailure.missingColumn(
        "`\(plan.displayName)` is empty: it has no header. If that is so, set `header: false` and `columns`.")
    }
    var parser = DelimitedParser(format: plan.format, columns: nil)
    var names: [String] = []
    var position = (offset: 0, line: 1)
    var fault: RowFault?
    parser.begin(block.bytes.buffer, from: 0, firstLine: 1)
    do throws(RowFault) {
      if try parser.next() {
        for index in 0..<min(parser.fieldCount, 4096) {
          names.append(String(decoding: parser.fields[index].bytes, as: UTF8.self))
        }
        position = parser.nextPosition
      }
    } catch { fault = error }
    if let fault { throw LoadFailure.badRow("`\(plan.displayName)`, line 1: the header cannot be read: \(fault.detail).") }
    if typed { names = names.map { name in name.lastIndex(of: ":").map { String(name[..<$0]) } ?? name } }
    if let twice = names.first(where: { name in names.count(where: { $0 == name }) > 1 }) {
      throw LoadFailure.missingColumn(
        "`\(plan.displayName)` has two columns named `\(twice)`. Rename one, or set `header: false` and `columns`.")
    }
    return (names, position.offset, position.line - 1)
  }

  /// Every column a plan speaks of, with the place that does.
  private static func columnsUsed(_ plan: SourcePlan) -> [(column: String, mark: String)] {
    var uses: [(String, String)] = []
    func add(_ columns: [String], _ mark: String) { uses += columns.map { ($0, mark) } }
    func add(_ properties: [PropertyPlan]) {
      for property in properties {
        switch property.source {
        case .column(let name): add([name], property.mark)
        case .template(let template): add(template.columns, property.mark)
        case .value: break
        }
      }
    }
    add(plan.filter?.columns ?? [], plan.mark)
    for node in plan.nodes {
      add(node.id.columns + (node.condition?.columns ?? []), node.mark)
      add([node.split?.column, node.labelColumn?.column].compactMap { $0 }, node.mark)
      add(node.properties)
    }
    for relationship in plan.relationships {
      add(relationship.type.columns + relationship.from.id.columns + relationship.to.id.columns, relationship.mark)
      add((relationship.condition?.columns ?? []) + [relationship.split?.column].compactMap { $0 }, relationship.mark)
      add(relationship.properties)
    }
    return uses
  }
}
