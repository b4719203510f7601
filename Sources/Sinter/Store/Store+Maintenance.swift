import SinterExecute
public import SinterModel
import SinterSearch
import SinterStorage

extension Store {
  /// Folds changes into the file's columns and frees what they took: reading becomes faster, nothing else changes.
  /// Readers go on meanwhile; writers wait.
  /// - Parameter progress: called with the finished part, 0 to 1.
  public func compact(progress: (@Sendable (Double) -> Void)? = nil) throws(SinterError) {
    try graph.compact(progress: progress)
    try maintenance.refresh()
  }

  /// Copies the last commit to a new file while reading and writing go on.
  public func backup(to path: String) throws(SinterError) { try graph.backup(to: path) }

  /// Drops all data, schema and models. After it the store is as one newly created.
  public func reset() throws(SinterError) {
    try graph.reset()
    engine.reset()
  }
}
