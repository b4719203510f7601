import Foundation

extension TemporaryStore {
  /// The path of a file beside the store.
  package func path(_ name: String) -> String { folder + "/" + name }

  /// Writes a file beside the store and returns its path.
  package func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }
}
