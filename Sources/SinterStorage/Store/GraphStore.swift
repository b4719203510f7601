package import SinterModel

/// A store file, opened once per process.
///
/// Any number of threads read through ``snapshot()``; ``write(_:)`` runs its closure on the one
/// writer thread. Opening the same file twice in a process gives the same environment.
package final class GraphStore: Sendable {
  package struct Options: Sendable {
    /// Create the file when it does not exist.
    package var createIfMissing = true
    package var readOnly = false
    /// The largest size the file may grow to; address space only.
    package var mapSizeBytes = 1 << 40
    /// Wait for the disk at each commit. Off only for benchmarks and for files that are thrown away.
    package var durable = true
    /// Patches are folded into segments when more changes than this wait (0: only by `compact`).
    package var foldAfterChanges = 1_000_000
    /// How long ``GraphStore/write(_:)`` waits for another process' write to end.
    package var writeTimeoutSeconds: Double? = nil
    package init() {}
  }

  package let path: String

  /// Opens or creates the store at `path`.
  /// - Throws: `StorageError.NotFound`, `.NotAStore`, `.NewerFormat`, `.Damaged`, `.Truncated`, `.PermissionDenied`, `.IO`.
  package init(path: String, options: Options = Options()) throws(SinterError) { fatalError() }

  /// A consistent view of the last commit; it stays as it is until it is released.
  package func snapshot() throws(SinterError) -> GraphView { fatalError() }

  /// Runs `body` on the writer thread in a transaction of its own and returns once its changes are
  /// durable. Closures that wait together share one flush (group commit). When `body` throws,
  /// nothing of it remains.
  package func write<T: Sendable>(_ body: @escaping @Sendable (GraphWriter) throws -> T) throws -> T { fatalError() }

  /// Folds all patches into segments and rebuilds statistics.
  package func compact(progress: (@Sendable (Double) -> Void)? = nil) throws(SinterError) { fatalError() }

  /// Drops all data and schema. Not durable at once.
  package func reset() throws(SinterError) { fatalError() }

  /// Copies the last commit to a new file while reading and writing go on.
  package func backup(to path: String) throws(SinterError) { fatalError() }

  /// Ends the writer thread and closes the file; further calls fail with `StorageError.Closed`.
  package func close() { fatalError() }
}
