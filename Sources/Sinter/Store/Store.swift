package import SinterExecute
import SinterSearch
package import SinterStorage

/// A graph in one file: the way in to everything Sinter does.
///
/// A store may be used from any number of threads and tasks. Readers see the last commit as it was
/// when they began and never wait; there is one writer at a time. Opening the same file twice in a
/// process gives the same underlying environment.
///
/// ```swift
/// let store = try Store(at: "shop.sinter")
/// try store.query("CREATE (:User {id: $id})", ["id": "u1"])
/// for row in try store.query("MATCH (u:User) RETURN u.id AS id") {
///   print(try row.get("id", as: String.self))
/// }
/// ```
public final class Store: Sendable {
  /// How a store is opened.
  public struct Options: Sendable {
    /// Create the file when it does not exist.
    public var createIfMissing = true
    /// Refuse every change.
    public var readOnly = false
    /// Wait for the disk at each commit. Without it a crash of the machine may lose the last commits.
    public var durable = true
    /// How long a write waits for another process' write to end; nil to wait for as long as it takes.
    public var writeTimeoutSeconds: Double?
    /// LOAD CSV reads any file that the process may read. Switch it off where statements come from people you do not trust.
    public var allowsLoadCSV = true
    /// The largest size the file may grow to. This is address space, not memory or disk; where a process may not have so
    /// much of it (`ulimit -v`), less is taken.
    public var mapSizeBytes = 1 << 40
    /// A durable store that is created when it is missing.
    public init() {}
  }

  /// Storage below the façade, for loaders and trainers.
  package let graph: GraphStore
  package let engine: QueryEngine
  /// Keeps search indexes fast.
  let maintenance: SearchMaintenance

  /// The path the store was opened with.
  public var path: String { graph.path }

  /// Opens or creates the store at `path`.
  /// - Throws: `StorageError.…` when the file cannot be opened, is no store, is damaged or comes from a newer version.
  public convenience init(at path: String, options: Options = Options()) throws(SinterError) {
    var storage = GraphStore.Options()
    storage.createIfMissing = options.createIfMissing
    storage.readOnly = options.readOnly
    storage.durable = options.durable
    storage.mapSizeBytes = options.mapSizeBytes
    storage.writeTimeoutSeconds = options.writeTimeoutSeconds
    var extensions = EngineExtensions.standard
    if !options.allowsLoadCSV { extensions.files = nil }
    try self.init(graph: GraphStore(path: path, options: storage), engine: QueryEngine(extensions: extensions))
    // A process that was killed may have left much to do.
    if !options.readOnly { maintenance.noteCommit() }
  }

  package init(graph: GraphStore, engine: QueryEngine) throws(SinterError) {
    self.graph = graph
    self.engine = engine
    maintenance = SearchMaintenance(graph)
  }

  /// Ends the writer and closes the file; any later call fails with `StorageError.Closed`.
  public func close() {
    maintenance.finish()
    engine.releaseIdleRuns()
    graph.close()
  }
}
