import SinterModel
import Yams

/// A part of a manifest with its place, read with errors that name it.
struct ManifestNode {
  let file: String
  let node: Yams.Node

  /// `file:line:column`.
  var place: String {
    guard let mark = node.mark else { return file }
    return "\(file):\(mark.line):\(mark.column)"
  }

  func failure(_ message: String) -> SinterError { LoadFailure.manifest("\(place): \(message)") }

  var isNull: Bool { node.tag.description == Tag.Name.null.rawValue }

  /// The text of a scalar of any kind, as written.
  func text(_ what: String) throws(SinterError) -> String {
    guard case .scalar(let scalar) = node else { throw failure("\(what) must be a text") }
    return scalar.string
  }

  func boolean(_ what: String) throws(SinterError) -> Bool {
    switch try text(what).lowercased() {
    case "true", "yes", "on": return true
    case "false", "no", "off": return false
    default: throw failure("\(what) must be `true` or `false`")
    }
  }

  func list(_ what: String) throws(SinterError) -> [ManifestNode] {
    guard case .sequence(let sequence) = node else { throw failure("\(what) must be a list") }
    return sequence.map { ManifestNode(file: file, node: $0) }
  }

  /// A list of texts, or one text.
  func texts(_ what: String) throws(SinterError) -> [String] {
    if case .scalar = node { return [try text(what)] }
    var result: [String] = []
    for item in try list(what) { result.append(try item.text(what)) }
    return result
  }

  /// One of an enumeration's names.
  func choice<T: RawRepresentable & CaseIterable>(
    _ what: String, _ type: T.Type
  ) throws(SinterError) -> T where T.RawValue == String {
    let text = try text(what)
    guard let value = T(rawValue: text) else {
      throw failure("\(what) cannot be `\(text)`; it is one of \(T.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", "))")
    }
    return value
  }

  /// Key and value pairs in order, with the keys' own places.
  func pairs(_ what: String) throws(SinterError) -> [(key: ManifestNode, value: ManifestNode)] {
    guard case .mapping(let mapping) = node else { throw failure("\(what) must be a mapping of keys to values") }
    return mapping.map { (ManifestNode(file: file, node: $0.key), ManifestNode(file: file, node: $0.value)) }
  }

  /// A mapping whose keys are all known.
  func object(_ what: String, keys: [String]) throws(SinterError) -> ManifestObject {
    var values: [String: ManifestNode] = [:]
    for (key, value) in try pairs(what) {
      let name = try key.text("a key")
      guard keys.contains(name) else {
        throw key.failure("\(what) has no key `\(name)`.\(suggestion(for: name, in: keys))")
      }
      values[name] = value
    }
    return ManifestObject(what: what, node: self, values: values)
  }
}

/// A mapping with known keys.
struct ManifestObject {
  let what: String
  let node: ManifestNode
  let values: [String: ManifestNode]

  subscript(key: String) -> ManifestNode? { values[key] }

  /// The value of a key that must be there.
  func required(_ key: String) throws(SinterError) -> ManifestNode {
    guard let value = values[key] else { throw node.failure("\(what) needs the key `\(key)`") }
    return value
  }

  /// The text of a key, or nil when it is absent.
  func text(_ key: String) throws(SinterError) -> String? {
    guard let value = values[key] else { return nil }
    return try value.text("`\(key)`")
  }
}
