package import SinterModel
package import SinterStorage
internal import Synchronization

/// What a published model of behaviour says of itself.
package struct FactorHeader: Sendable, Equatable {
  package var name: String
  package var version: Int
  package var options: FactorOptions
  /// Relationship types it was trained on.
  package var types: [String]
  package var itemCount: Int
  package var pairCount: Int
  package var dimension: Int
  package var createdAt: Value
  package var trainingSeconds: Double
  package var fingerprint: String

  var map: [String: Value] {
    var map: [String: Value] = [
      "name": .string(name), "version": .integer(Int64(version)), "types": .list(types.map { .string($0) }),
      "items": .integer(Int64(itemCount)), "pairs": .integer(Int64(pairCount)), "dimension": .integer(Int64(dimension)),
      "created": createdAt, "seconds": .float(trainingSeconds), "fingerprint": .string(fingerprint),
    ]
    for (key, value) in options.settings { map["setting:" + key] = value }
    return map
  }

  init(
    name: String, version: Int, options: FactorOptions, types: [String], itemCount: Int, pairCount: Int, dimension: Int,
    createdAt: Value, trainingSeconds: Double, fingerprint: String
  ) {
    self.name = name
    self.version = version
    self.options = options
    self.types = types
    self.itemCount = itemCount
    self.pairCount = pairCount
    self.dimension = dimension
    self.createdAt = createdAt
    self.trainingSeconds = trainingSeconds
    self.fingerprint = fingerprint
  }

  /// nil where something is missing or makes no sense.
  init?(map: [String: Value]) {
    func integer(_ key: String) -> Int? {
      guard case .integer(let number)? = map[key], number >= 0, number <= 1 << 32 else { return nil }
      return Int(number)
    }
    guard case .string(let name)? = map["name"], let version = integer("version"), case .list(let types)? = map["types"],
      let items = integer("items"), let pairs = integer("pairs"), let dimension = integer("dimension"), dimension <= 512,
      case .string(let text)? = map["setting:kind"], let kind = FactorKind(rawValue: text)
    else { return nil }
    var settings: [String: Value] = [:]
    for (key, value) in map where key.hasPrefix("setting:") { settings[String(key.dropFirst(8))] = value }
    guard let options = try? FactorOptions(kind, settings) else { return nil }
    let seconds: Double = if case .float(let number)? = map["seconds"] { number } else { 0 }
    let fingerprint: String = if case .string(let text)? = map["fingerprint"] { text } else { "" }
    self.init(
      name: name, version: version, options: options,
      types: types.compactMap { if case .string(let text) = $0 { text } else { nil } }, itemCount: items, pairCount: pairs,
      dimension: dimension, createdAt: map["created"] ?? .null, trainingSeconds: seconds, fingerprint: fingerprint)
  }
}

/// A trained model of behaviour on its way into a store.
package struct FactorPublication: Sendable {
  /// Its version is given when it is published.
  package var header: FactorHeader
  package var model: FactorModel

  package init(
    name: String, model: FactorModel, types: [String], pairCount: Int, createdAt: Value, trainingSeconds: Double,
    fingerprint: String
  ) {
    let dimension: Int = if case .factors(let factors) = model.content { factors.dimension } else { 0 }
    header = FactorHeader(
      name: name, version: 0, options: model.options, types: types, itemCount: model.nodes.count, pairCount: pairCount,
      dimension: dimension, createdAt: createdAt, trainingSeconds: trainingSeconds, fingerprint: fingerprint)
    self.model = model
  }
}

/// The published models of behaviour of a store: versions by name, and which one each kind's scorer takes.
///
/// A model lies in blobs `factors/<name>/<version>/header|nodes|…`; the version in use stands in
/// `factors/<name>/@current`, and the name that a kind's scorer takes in `factors/@<kind>`.
package enum FactorCatalogue {
  private static let root = "factors/"
  private static let current = "@current"

  static func prefix(_ name: String, _ version: Int) -> String { "\(root)\(name)/\(version)/" }

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

  package static func has(_ name: String, in view: GraphView) -> Bool { !versions(of: name, in: view).isEmpty }

  package static func header(_ name: String, _ version: Int, in view: GraphView) throws(SinterError) -> FactorHeader {
    guard let bytes = try view.blob(prefix(name, version) + "header") else {
      let versions = versions(of: name, in: view).map(String.init).joined(separator: ", ")
      throw SinterError(
        "LearnError.NoModel", "There is no version \(version) of model `\(name)`. \(versions.isEmpty ? "" : "Published are \(versions).")")
    }
    guard let header = ValueMapCoding.decode(bytes).flatMap(FactorHeader.init(map:)) else {
      throw SinterError("StorageError.Damaged", "The header of model `\(name)` version \(version) cannot be read. Train again.")
    }
    return header
  }

  /// The version of a name that is in use.
  package static func version(of name: String, in view: GraphView) throws(SinterError) -> Int? {
    let versions = versions(of: name, in: view)
    if let bytes = try view.blob("\(root)\(name)/\(current)"),
      case .integer(let version)? = ValueMapCoding.decode(bytes)?["version"], versions.contains(Int(clamping: version))
    {
      return Int(clamping: version)
    }
    return versions.last
  }

  /// The model that a kind's scorer takes, nil where none was trained.
  package static func current(_ kind: FactorKind, in view: GraphView) throws(SinterError) -> (name: String, version: Int)? {
    guard let bytes = try view.blob("\(root)@\(kind.rawValue)"),
      case .string(let name)? = ValueMapCoding.decode(bytes)?["name"], let version = try version(of: name, in: view)
    else { return nil }
    return (name, version)
  }

  static func setCurrent(_ header: FactorHeader, _ writer: GraphWriter) throws(SinterError) {
    try writer.putBlob("\(root)\(header.name)/\(current)", ValueMapCoding.encode(["version": .integer(Int64(header.version))]))
    try writer.putBlob("\(root)@\(header.options.kind.rawValue)", ValueMapCoding.encode(["name": .string(header.name)]))
  }

  /// Makes a published version the one that scorers take.
  package static func use(_ name: String, version: Int, _ writer: GraphWriter) throws(SinterError) {
    try setCurrent(try header(name, version, in: writer.view), writer)
  }

  /// Removes all versions of a model.
  package static func drop(_ name: String, _ writer: GraphWriter) throws(SinterError) {
    let prefix = "\(root)\(name)/"
    for kind in FactorKind.allCases where try current(kind, in: writer.view)?.name == name {
      try writer.deleteBlob("\(root)@\(kind.rawValue)")
    }
    for blob in writer.view.blobNames where blob.hasPrefix(prefix) { try writer.deleteBlob(blob) }
  }

  /// Writes a model as the next version of its name and makes it the current one of its kind.
  package static func publish(_ publication: FactorPublication, _ writer: GraphWriter) throws(SinterError) -> FactorHeader {
    var header = publication.header
    try ModelCatalogue.check(name: header.name)
    header.version = (versions(of: header.name, in: writer.view).max() ?? 0) + 1
    let prefix = prefix(header.name, header.version)
    try writer.putBlob(prefix + "header", ValueMapCoding.encode(header.map))
    try RowBlob.write(prefix + "nodes", publication.model.nodes, rowLength: 1, writer)
    switch publication.model.content {
    case .items(let model):
      try RowBlob.write(prefix + "offsets", model.offsets, rowLength: 1, writer)
      try RowBlob.write(prefix + "targets", model.targets, rowLength: 1, writer)
      try RowBlob.write(prefix + "weights", model.weights, rowLength: 1, writer)
    case .factors(let factors):
      try RowBlob.write(prefix + "items", factors.items, rowLength: 1, writer)
      try RowBlob.write(prefix + "tastes", factors.tastes, rowLength: 1, writer)
      try RowBlob.write(prefix + "biases", factors.biases, rowLength: 1, writer)
    }
    try setCurrent(header, writer)
    return header
  }

  /// Reads a published model into memory.
  static func open(_ header: FactorHeader, in view: GraphView) throws(SinterError) -> FactorModel {
    let prefix = prefix(header.name, header.version)
    func read<Element: BitwiseCopyable>(_ part: String, _ count: Int, as type: Element.Type) throws(SinterError) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(count)
      for chunk in try RowBlob.read(prefix + part, rowCount: count, rowLength: 1, in: view) {
        result.append(contentsOf: UnsafeBufferPointer(start: chunk.base.assumingMemoryBound(to: type), count: chunk.rowCount))
      }
      return result
    }
    let count = header.itemCount
    let nodes = try read("nodes", count, as: UInt32.self)
    let damaged = SinterError("StorageError.Damaged", "Model `\(header.name)` version \(header.version) does not fit together. Train again.")
    switch header.options.kind {
    case .ease, .sequence:
      let offsets = try read("offsets", count + 1, as: UInt32.self)
      let links = Int(offsets.last ?? 0)
      let model = ItemModel(
        offsets: offsets, targets: try read("targets", links, as: UInt32.self), weights: try read("weights", links, as: Float.self))
      guard offsets.first == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }),
        model.targets.allSatisfy({ $0 < UInt32(count) }), model.weights.allSatisfy(\.isFinite)
      else { throw damaged }
      return FactorModel(options: header.options, nodes: nodes, content: .items(model))
    case .als, .bpr:
      let isBPR = header.options.kind == .bpr
      let size = count * header.dimension
      let factors = ItemFactors(
        dimension: header.dimension, items: try read("items", size, as: Float.self),
        tastes: try read("tastes", isBPR ? size : 0, as: Float.self), biases: try read("biases", isBPR ? count : 0, as: Float.self))
      guard header.dimension > 0, (factors.items + factors.tastes + factors.biases).allSatisfy(\.isFinite) else { throw damaged }
      return FactorModel(options: header.options, nodes: nodes, content: .factors(factors))
    }
  }
}

/// Opens published models of behaviour once; later queries find them.
package final class FactorCache: Sendable {
  private struct Entry {
    let version: GraphView.Version
    let blob: UInt32
    let name: String
    let model: FactorModel
  }

  private let entries = Mutex<[Entry]>([])
  private static let limit = 8

  package init() {}

  /// The model that a kind's scorer takes.
  /// - Throws: `LearnError.NoModel` saying how to train one; `StorageError.Damaged`.
  package func model(_ kind: FactorKind, in view: GraphView) throws(SinterError) -> FactorModel {
    guard let (name, version) = try FactorCatalogue.current(kind, in: view) else {
      throw SinterError(
        "LearnError.NoModel",
        "The store has no model for the scorer `\(kind.rawValue)` yet. Train one: TRAIN MODEL \(kind.rawValue).")
    }
    let part = FactorCatalogue.prefix(name, version) + "header"
    guard let state = view.version, let blob = view.blobID(part) else {
      return try FactorCatalogue.open(try FactorCatalogue.header(name, version, in: view), in: view)
    }
    let found = entries.withLock { entries in
      entries.first { $0.blob == blob && $0.name == part && $0.version.sharesSegments(with: state) }
    }
    if let found { return found.model }
    let model = try FactorCatalogue.open(try FactorCatalogue.header(name, version, in: view), in: view)
    entries.withLock { entries in
      if entries.count >= Self.limit { entries.removeFirst() }
      entries.append(Entry(version: state, blob: blob, name: part, model: model))
    }
    return model
  }
}
