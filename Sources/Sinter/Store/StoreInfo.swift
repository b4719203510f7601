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
}

extension Store {
  /// Counts of what the last commit holds.
  /// - Complexity: O(names); no data is read.
  public func info() throws(SinterError) -> StoreInfo {
    let view = try graph.snapshot()
    var status = stat()
    let size = stat(path, &status) == 0 ? Int(status.st_size) : 0
    return StoreInfo(
      path: path, fileSizeBytes: size, nodeCount: view.nodeCount, relationshipCount: view.relationshipCount,
      labels: Store.inUse(view.labelNames) { view.labelID($0).map(view.nodeCount(label:)) },
      types: Store.inUse(view.typeNames) { view.typeID($0).map(view.relationshipCount(type:)) },
      propertyKeys: view.keyNames.filter { !$0.hasPrefix("@") }.sorted(), indexCount: view.indexes.count, constraintCount: view.constraints.count)
  }

  private static func inUse(_ names: [String], count: (String) -> Int?) -> [(name: String, count: Int)] {
    names.sorted().compactMap { name in count(name).flatMap { $0 > 0 ? (name, $0) : nil } }
  }
}
