#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
public import SinterModel
import SinterStorage

/// What a store holds, from kept counts.
public struct StoreInfo: Sendable {
  /// The path the store was opened with.
  public var path: String
  /// The size of the file.
  public var fileSizeBytes: Int
  /// All nodes.
  public var nodeCount: Int
  /// All relationships.
  public var relationshipCount: Int
  /// Labels in use and how many nodes have each, by name.
  public var labels: [(name: String, count: Int)]
  /// Relationship types in use and how many relationships have each, by name.
  public var types: [(name: String, count: Int)]
  /// Property keys ever used, by name; those under which facts keep their attributes are left out.
  public var propertyKeys: [String]
  /// Indexes, those of constraints among them.
  public var indexCount: Int
  /// Constraints.
  public var constraintCount: Int
  /// How the file has grown.
  public var growth: Growth

  /// What the parts of the file are used for, and what could be had back.
  public struct Growth: Sendable {
    /// The size of the pages that the file is made of.
    public var pageSizeBytes: Int
    /// Pages that hold data.
    public var usedPageCount: Int
    /// Pages that later commits use before the file grows; a backup leaves them out.
    public var freePageCount: Int
    /// Commits that are not folded into the columns yet.
    public var waitingCommitCount: Int
    /// The changes of those commits.
    public var waitingChangeCount: Int
    /// The bytes they take.
    public var waitingBytes: Int
    /// About how many bytes ``Store/compact(progress:)`` frees for later commits.
    public var foldableBytes: Int
    /// The number of the last commit that is folded into the columns.
    public var foldedCommit: Int
    /// The number of the last commit.
    public var lastCommit: Int
  }
}

extension Store {
  /// Counts of what the last commit holds.
  /// - Complexity: O(names + commits that are not folded); no data is read.
  public func info() throws(SinterError) -> StoreInfo {
    let view = try graph.snapshot()
    var status = stat()
    let size = stat(path, &status) == 0 ? Int(status.st_size) : 0
    let growth = try graph.growth()
    return StoreInfo(
      path: path, fileSizeBytes: size, nodeCount: view.nodeCount, relationshipCount: view.relationshipCount,
      labels: Store.inUse(view.labelNames) { view.labelID($0).map(view.nodeCount(label:)) },
      types: Store.inUse(view.typeNames) { view.typeID($0).map(view.relationshipCount(type:)) },
      propertyKeys: view.keyNames.filter { !$0.hasPrefix("@") }.sorted(), indexCount: view.indexes.count, constraintCount: view.constraints.count,
      growth: StoreInfo.Growth(
        pageSizeBytes: growth.pageSizeBytes, usedPageCount: max(0, growth.pageCount - growth.freePageCount),
        freePageCount: growth.freePageCount, waitingCommitCount: growth.waitingCommitCount,
        waitingChangeCount: growth.waitingChangeCount, waitingBytes: growth.waitingBytes, foldableBytes: growth.foldableBytes,
        foldedCommit: Int(clamping: growth.foldedCommit), lastCommit: Int(clamping: growth.lastCommit)))
  }

  private static func inUse(_ names: [String], count: (String) -> Int?) -> [(name: String, count: Int)] {
    names.sorted().compactMap { name in count(name).flatMap { $0 > 0 ? (name, $0) : nil } }
  }
}
