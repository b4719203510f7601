package import SinterModel
package import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What an export wrote.
package struct ExportSummary: Sendable {
  package var nodes = 0
  package var relationships = 0
  package var files: [String] = []
}

/// Writes a graph as a folder of CSV files that ``LoadPlan/neo4j(directory:)`` reads back: a file per
/// set of labels, `:ID` being the node's id, and one per relationship type.
///
/// Values that the usual column types cannot hold without loss go into columns of type `json`.
package enum Exporter {
  /// - Parameters:
  ///   - directory: made when it does not exist; must be empty.
  ///   - progress: called with elements written and elements in all.
  /// - Throws: `ExportError.NotEmpty`, `ExportError.IO`, `StorageError.…`.
  package static func run(
    _ view: GraphView, directory: String, progress: (Int, Int) -> Void = { _, _ in }
  ) throws(SinterError) -> ExportSummary {
    if mkdir(directory, 0o755) != 0, errno != EEXIST {
      throw SinterError("ExportError.IO", "The folder `\(directory)` cannot be made: \(systemErrorText(errno)).")
    }
    guard filesIn(directory).isEmpty else {
      throw SinterError("ExportError.NotEmpty", "The folder `\(directory)` is not empty. Export into a new one.")
    }
    var export = Export(view: view, directory: directory)
    let total = view.nodeCount + view.relationshipCount
    try export.writeNodes { progress($0, total) }
    try export.writeRelationships { progress(view.nodeCount + $0, total) }
    return export.summary
  }
}

private struct Export {
  let view: GraphView
  let directory: String
  var summary = ExportSummary()

  private static let batch = 2048

  // MARK: Nodes

  mutating func writeNodes(_ progress: (Int) -> Void) throws(SinterError) {
    var groups: [[LabelID]: [UInt32]] = [:]
    var first: UInt32 = 0
    while first < view.nodeIDLimit {
      let end = min(first + UInt32(Self.batch), view.nodeIDLimit)
      var nodes: [UInt32] = []
      try view.scanNodes(first..<end, labels: [], into: &nodes)
      for node in nodes { groups[try view.labels(of: NodeID(node)), default: []].append(node) }
      first = end
    }
    for (number, labels) in groups.keys.sorted(by: { $0.lexicographicallyPrecedes($1) }).enumerated() {
      let names = labels.map { view.name(of: $0) }
      if let name = names.first(where: { $0.contains(";") }) {
        throw SinterError(
          "ExportError.Name", "The label `\(name)` cannot be exported: it contains `;`, which separates labels in the file.")
      }
      let file = try ExportFile(directory, "nodes-\(number + 1)\(names.first.map { "-" + Self.fileName($0) } ?? "").csv")
      let nodes = groups[labels]!
      try write(nodes, .node, to: file, header: [":ID", ":LABEL"]) { node throws(SinterError) in
        [String(node), CSVText.field(names.joined(separator: ";"))]
      }
      summary.nodes += nodes.count
      summary.files.append(file.name)
      progress(summary.nodes)
    }
  }

  // MARK: Relationships

  mutating func writeRelationships(_ progress: (Int) -> Void) throws(SinterError) {
    for (number, name) in view.typeNames.enumerated() {
      let type = TypeID(UInt32(number))
      guard view.relationshipCount(type: type) > 0 else { continue }
      var relationships: [UInt32] = []
      try view.scanRelationships(0..<view.relationshipIDLimit, types: [type], into: &relationships)
      let file = try ExportFile(directory, "relationships-\(number + 1)-\(Self.fileName(name)).csv")
      let view = view
      try write(relationships, .relationship, to: file, header: [":START_ID", ":END_ID", ":TYPE"]) { id throws(SinterError) in
        guard let record = try view.relationship(RelationshipID(id)) else { return [] }
        return [String(record.start.rawValue), String(record.end.rawValue), CSVText.field(name)]
      }
      summary.relationships += relationships.count
      summary.files.append(file.name)
      progress(summary.relationships)
    }
  }

  // MARK: Both

  /// Writes elements with their properties; a first walk finds each column's type.
  private func write(
    _ ids: [UInt32], _ entity: EntityKind, to file: ExportFile, header: [String],
    _ fields: (UInt32) throws(SinterError) -> [String]
  ) throws(SinterError) {
    var types = [ExportType](repeating: ExportType(), count: view.keyNames.count)
    try forEachBatch(ids) { batch throws(SinterError) in
      for key in types.indices {
        for value in try column(key, entity).gather(batch).asValues { types[key].see(value) }
      }
    }
    let used = types.indices.filter { types[$0].name != nil }
    let names = used.map { CSVText.field("\(view.keyNames[$0]):\(types[$0].name!)") }
    try file.write((header + names).joined(separator: ",") + "\n")
    try forEachBatch(ids) { batch throws(SinterError) in
      var columns: [[Value]] = []
      for key in used { columns.append(try column(key, entity).gather(batch).asValues) }
      var text = ""
      for (row, id) in batch.enumerated() {
        text += (try fields(id)).joined(separator: ",")
        for (index, key) in used.enumerated() { text += "," + types[key].field(columns[index][row]) }
        text += "\n"
      }
      try file.write(text)
    }
    try file.close()
  }

  private func column(_ key: Int, _ entity: EntityKind) -> PropertyColumn { view.column(KeyID(UInt32(key)), of: entity) }

  private func forEachBatch(_ ids: [UInt32], _ body: ([UInt32]) throws(SinterError) -> Void) throws(SinterError) {
    var start = 0
    while start < ids.count {
      let end = min(start + Self.batch, ids.count)
      try body(Array(ids[start..<end]))
      start = end
    }
  }

  private static func fileName(_ name: String) -> String {
    String(name.prefix(40).map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") ? $0 : "_" })
  }
}

/// A file being written.
private final class ExportFile {
  let name: String
  private let path: String
  private var file: UnsafeMutablePointer<FILE>?

  init(_ directory: String, _ name: String) throws(SinterError) {
    self.name = name
    path = directory + "/" + name
    file = fopen(path, "wx")
    if file == nil { throw SinterError("ExportError.IO", "`\(path)` cannot be written: \(systemErrorText(errno)).") }
  }

  deinit { if let file { fclose(file) } }

  func write(_ text: String) throws(SinterError) {
    var text = text
    let isWritten = text.withUTF8 { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    guard isWritten else { throw failure() }
  }

  func close() throws(SinterError) {
    guard let open = file else { return }
    file = nil
    guard fclose(open) == 0 else { throw failure() }
  }

  private func failure() -> SinterError {
    SinterError("ExportError.IO", "Writing `\(path)` failed: \(systemErrorText(errno)).")
  }
}
