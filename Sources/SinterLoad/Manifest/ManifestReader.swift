package import SinterModel
import Yams

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension LoadPlan {
  /// Reads a manifest; files are relative to `dataDirectory`, or to the manifest's folder.
  /// - Throws: `LoadError.Manifest` with file, line and column, `LoadError.MissingFile`.
  package static func manifest(path: String, dataDirectory: String?) throws(SinterError) -> LoadPlan {
    let text = try readWholeFile(path)
    let folder = path.contains("/") ? String(path[..<path.lastIndex(of: "/")!]) : "."
    return try ManifestReader(file: path, dataDirectory: dataDirectory ?? folder).read(text)
  }
}

/// Turns a manifest's YAML into a plan.
struct ManifestReader {
  let file: String
  let dataDirectory: String

  static let version = 1

  func read(_ text: String) throws(SinterError) -> LoadPlan {
    let root = ManifestNode(file: file, node: try parseYAML(text))
    let manifest = try root.object("the manifest", keys: ["sinter", "name", "description", "sources", "indexes"])
    let versionNode = try manifest.required("sinter")
    guard let version = Int(try versionNode.text("`sinter`")) else {
      throw versionNode.failure("`sinter` must be the format's number, \(Self.version)")
    }
    guard version <= Self.version else {
      throw versionNode.failure(
        "the manifest is of format \(version); this program reads format \(Self.version). Use a newer sinter")
    }
    guard version == Self.version else {
      throw versionNode.failure("there is no manifest format \(version); write `sinter: \(Self.version)`")
    }
    var sources: [SourcePlan] = []
    for node in try manifest.required("sources").list("`sources`") { sources += try readSource(node) }
    guard !sources.isEmpty else { throw root.failure("`sources` names no file to load") }
    try resolveSpaces(&sources)
    var indexes: [IndexPlan] = []
    for node in try manifest["indexes"]?.list("`indexes`") ?? [] { indexes.append(try readIndex(node)) }
    let name = try manifest.text("name") ?? file
    return LoadPlan(name: name, summary: try manifest.text("description") ?? "", sources: sources, indexes: indexes)
  }

  private func parseYAML(_ text: String) throws(SinterError) -> Yams.Node {
    do {
      if let node = try Yams.compose(yaml: text) { return node }
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _), .composer(_, let problem, let mark, _):
        throw LoadFailure.manifest("\(file):\(mark.line):\(mark.column): this is not YAML: \(problem)")
      case .duplicatedKeysInMapping(let duplicates, _):
        throw LoadFailure.manifest("\(file): a key stands twice in one mapping: \(duplicates)")
      default: throw LoadFailure.manifest("\(file): this is not YAML: \(error)")
      }
    } catch {
      throw LoadFailure.manifest("\(file): this is not YAML: \(error)")
    }
    throw LoadFailure.manifest("\(file): the manifest is empty")
  }

  private func readIndex(_ node: ManifestNode) throws(SinterError) -> IndexPlan {
    let object = try node.object("an index", keys: ["label", "type", "key", "keys", "unique"])
    guard (object["label"] == nil) != (object["type"] == nil) else {
      throw node.failure("an index needs either `label` or `type`")
    }
    guard let keys = try (object["keys"] ?? object["key"])?.texts("`key`"), !keys.isEmpty else {
      throw node.failure("an index needs the key `key`")
    }
    let label = try object.required(object["label"] != nil ? "label" : "type")
    return IndexPlan(
      entity: object["label"] != nil ? .node : .relationship, label: try label.text("`label`"), keys: keys,
      isUnique: try object["unique"]?.boolean("`unique`") ?? false)
  }

  /// Ends name a label; the label's space may have another name, given where its nodes are mapped.
  private func resolveSpaces(_ sources: inout [SourcePlan]) throws(SinterError) {
    var spaceOfLabel: [String: String] = [:]
    var furtherLabels: [String: String] = [:]
    for node in sources.flatMap(\.nodes) {
      guard let first = node.labels.first else { continue }
      if let other = spaceOfLabel[first], other != node.space {
        throw LoadFailure.manifest(
          "\(node.mark): nodes of the label `\(first)` are in the spaces `\(other)` and `\(node.space)`; use one")
      }
      spaceOfLabel[first] = node.space
      for label in node.labels.dropFirst() { furtherLabels[label] = first }
    }
    let known = Set(sources.flatMap(\.nodes).map(\.space))
    func resolve(_ end: inout EndPlan, _ plan: RelationshipPlan) throws(SinterError) {
      guard let label = end.label, !known.contains(end.space) || spaceOfLabel[label] != nil else { return }
      if let space = spaceOfLabel[label] {
        if end.space == label { end.space = space }
      } else if let first = furtherLabels[label] {
        throw LoadFailure.manifest(
          "\(plan.mark): nodes with the label `\(label)` have their ids in the space of their first label; "
            + "write `label: \(first)`")
      }
    }
    for i in sources.indices {
      for j in sources[i].relationships.indices {
        let plan = sources[i].relationships[j]
        try resolve(&sources[i].relationships[j].from, plan)
        try resolve(&sources[i].relationships[j].to, plan)
      }
    }
  }
}

/// The text of a small file.
/// - Throws: `LoadError.MissingFile`, `LoadError.IO`, `LoadError.Manifest` when it is not UTF-8.
func readWholeFile(_ path: String) throws(SinterError) -> String {
  let source = try InputFile(path: path)
  var bytes: [UInt8] = []
  var failure: SinterError?
  while true {
    let part = [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
      do throws(SinterError) { count = try source.read(into: buffer) } catch { failure = error }
    }
    if let failure { throw failure }
    bytes += part
    if part.count < 64 << 10 { break }
    guard bytes.count < 64 << 20 else { throw LoadFailure.manifest("`\(path)` is too large for a manifest") }
  }
  guard bytes.withUnsafeBufferPointer({ firstInvalidUTF8($0) }) == nil else {
    throw LoadFailure.manifest("`\(path)` is not UTF-8 text")
  }
  return String(decoding: bytes, as: UTF8.self)
}
