package import SinterModel
package import SinterStorage

/// The models of a store: versions by name, and which one queries take.
///
/// A model lies in blobs `model/<name>/<version>/header|nodes|entities|relations|inverse`; which version of a name is
/// current stands in `model/<name>/@current`, which name queries take that name none in `model/@current`.
package enum ModelCatalogue {
  private static let root = "model/"
  private static let current = "@current"

  static func prefix(_ name: String, _ version: Int) -> String { "\(root)\(name)/\(version)/" }

  /// - Throws: `LearnError.BadName`.
  package static func check(name: String) throws(SinterError) {
    guard !name.isEmpty, !name.contains("/"), !name.hasPrefix("@"), name.utf8.count <= 200 else {
      throw SinterError(
        "LearnError.BadName", "A model cannot be called `\(name)`: names are not empty, have at most 200 bytes, no `/` and no `@` in front.")
    }
  }

  /// The names of all models, sorted.
  package static func names(in view: GraphView) -> [String] {
    var names: Set<String> = []
    for blob in view.blobNames where blob.hasPrefix(root) && blob.hasSuffix("/header") {
      if let name = blob.dropFirst(root.count).split(separator: "/").first { names.insert(String(name)) }
    }
    return names.sorted()
  }

  /// The published versions of a model, ascending.
  package static func versions(of name: String, in view: GraphView) -> [Int] {
    let prefix = "\(root)\(name)/"
    return view.blobNames.compactMap { blob in
      guard blob.hasPrefix(prefix), blob.hasSuffix("/header") else { return nil }
      return Int(blob.dropFirst(prefix.count).dropLast("/header".count))
    }.sorted()
  }

  package static func header(_ name: String, _ version: Int, in view: GraphView) throws(SinterError) -> ModelHeader {
    guard let bytes = try view.blob(prefix(name, version) + "header") else {
      let versions = versions(of: name, in: view).map(String.init).joined(separator: ", ")
      throw SinterError(
        "LearnError.NoModel", "There is no version \(version) of model `\(name)`. \(versions.isEmpty ? "" : "Published are \(versions).")")
    }
    guard let header = ValueMapCoding.decode(bytes).flatMap(ModelHeader.init(map:)) else {
      throw SinterError("StorageError.Damaged", "The header of model `\(name)` version \(version) cannot be read. Train again.")
    }
    return header
  }

  /// The version that queries take.
  /// - Parameter name: nil for the model that was trained or chosen last.
  /// - Throws: `LearnError.NoModel` saying how to train one.
  package static func current(_ name: String?, in view: GraphView) throws(SinterError) -> (name: String, version: Int) {
    let names = names(in: view)
    guard !names.isEmpty else {
      throw SinterError(
        "LearnError.NoModel",
        "The store has no trained model yet. Train one: `TRAIN MODEL shop` in a query, or `sinter train STORE` in a shell.")
    }
    let chosen: String
    if let name {
      guard names.contains(name) else {
        throw SinterError(
          "LearnError.NoModel",
          "There is no model `\(name)`. \(Suggestion.sentence(for: name, among: names)) TRAIN MODEL makes a new one.")
      }
      chosen = name
    } else if let bytes = try view.blob(root + current), case .string(let name)? = ValueMapCoding.decode(bytes)?["name"],
      names.contains(name)
    {
      chosen = name
    } else {
      chosen = names[0]
    }
    let versions = versions(of: chosen, in: view)
    if let bytes = try view.blob("\(root)\(chosen)/\(current)"),
      case .integer(let version)? = ValueMapCoding.decode(bytes)?["version"], versions.contains(Int(clamping: version))
    {
      return (chosen, Int(clamping: version))
    }
    return (chosen, versions.last ?? 0)
  }

  /// Whether any model can be used.
  package static func hasModel(in view: GraphView) -> Bool { !names(in: view).isEmpty }

  static func setCurrent(_ name: String, _ version: Int, _ writer: GraphWriter) throws(SinterError) {
    try writer.putBlob("\(root)\(name)/\(current)", ValueMapCoding.encode(["version": .integer(Int64(version))]))
    try writer.putBlob(root + current, ValueMapCoding.encode(["name": .string(name)]))
  }

  /// Makes a published version the one that queries take.
  /// - Throws: `LearnError.NoModel`.
  package static func use(_ name: String, version: Int, _ writer: GraphWriter) throws(SinterError) {
    _ = try current(name, in: writer.view)
    _ = try header(name, version, in: writer.view)
    try setCurrent(name, version, writer)
  }

  /// Removes all versions of a model.
  /// - Throws: `LearnError.NoModel` unless `ifExists`.
  package static func drop(_ name: String, ifExists: Bool, _ writer: GraphWriter) throws(SinterError) {
    let prefix = "\(root)\(name)/"
    let blobs = writer.view.blobNames.filter { $0.hasPrefix(prefix) }
    if blobs.isEmpty {
      if ifExists { return }
      let names = names(in: writer.view)
      throw SinterError(
        "LearnError.NoModel", "There is no model `\(name)` to drop. \(Suggestion.sentence(for: name, among: names))")
    }
    for blob in blobs { try writer.deleteBlob(blob) }
  }

  /// Removes one version; where it was the current one, the latest that is left becomes it.
  /// - Throws: `LearnError.NoModel`.
  package static func drop(_ name: String, version: Int, _ writer: GraphWriter) throws(SinterError) {
    _ = try header(name, version, in: writer.view)
    let prefix = prefix(name, version)
    for blob in writer.view.blobNames where blob.hasPrefix(prefix) { try writer.deleteBlob(blob) }
    if versions(of: name, in: writer.view).isEmpty { try drop(name, ifExists: true, writer) }
  }

  /// For SHOW MODELS: a row per version.
  package static func show(in view: GraphView) throws(SinterError) -> (columns: [String], rows: [[Value]]) {
    var rows: [[Value]] = []
    let taken = names(in: view).isEmpty ? nil : try current(nil, in: view)
    for name in names(in: view) {
      let inUse = try current(name, in: view).version
      for version in versions(of: name, in: view) {
        let header = try header(name, version, in: view)
        rows.append(
          row(header, isCurrent: version == inUse, isDefault: taken?.name == name && taken?.version == version))
      }
    }
    return (columns, rows)
  }

  package static let columns = [
    "name", "version", "current", "default", "types", "entities", "triples", "dimension", "mrr", "hits1", "hits3", "hits10",
    "epochs", "seconds", "created", "fingerprint", "settings", "metrics", "kind",
  ]

  package static func row(_ header: ModelHeader, isCurrent: Bool = true, isDefault: Bool = true) -> [Value] {
    func metric(_ value: Double?) -> Value { value.map { .float($0) } ?? .null }
    let metrics = header.metrics.map { metrics -> Value in
      [
        "mrr": .float(metrics.mrr), "hits1": .float(metrics.hits1), "hits3": .float(metrics.hits3),
        "hits10": .float(metrics.hits10), "mr": .float(metrics.meanRank), "testTriples": .integer(Int64(metrics.testTriples)),
      ]
    }
    return [
      .string(header.name), .integer(Int64(header.version)), .boolean(isCurrent), .boolean(isDefault),
      .list(header.types.map { .string($0) }), .integer(Int64(header.entityCount)), .integer(Int64(header.tripleCount)),
      .integer(Int64(header.dimension)), metric(header.metrics?.mrr), metric(header.metrics?.hits1),
      metric(header.metrics?.hits3), metric(header.metrics?.hits10), .integer(Int64(header.epochs)),
      .float(header.trainingSeconds), header.createdAt, .string(header.fingerprint), .map(header.settings),
      metrics ?? .null, .string(header.model.rawValue),
    ]
  }
}
