internal import SinterLearn
internal import SinterModel
internal import SinterStorage

/// Small maps kept as blobs: settings, strategies, rules.
enum ValueBlob {
  static func read(_ name: String, in view: GraphView) throws(SinterError) -> [String: Value]? {
    guard let bytes = try view.blob(name) else { return nil }
    guard let map = ValueMapCoding.decode(bytes) else {
      throw SinterError(
        "StorageError.Damaged", "The entry `\(name)` of the store cannot be read: restore a backup or write it anew.")
    }
    return map
  }

  static func write(_ name: String, _ map: [String: Value], _ writer: GraphWriter) throws(SinterError) {
    try writer.putBlob(name, ValueMapCoding.encode(map))
  }

  /// What follows `prefix` in the names of blobs that start with it, sorted.
  static func names(prefix: String, in view: GraphView) -> [String] {
    view.blobNames.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }.sorted()
  }
}
