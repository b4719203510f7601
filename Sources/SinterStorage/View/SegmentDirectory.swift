import SinterModel
import Synchronization

/// The columns of one generation, shared by all views of it in the process.
///
/// A column's values are listed by one scan on first use and each is verified when it is first
/// touched; after that, reading takes no lock. Pointers stay good as long as any view of the
/// generation is open: long values lie on pages of their own, which are only reused once the value
/// is deleted, and short ones, which share pages that move, are copied when the column is listed.
package final class SegmentDirectory: Sendable {
  private let tables = Mutex<[ColumnKey: ColumnTable]>([:])

  /// Whether all ends of a type have a label.
  struct EndLabel: Hashable {
    let type: UInt32
    let direction: Direction
    let label: UInt32
    /// The commit that is asked about; nil for the generation's segments alone.
    var sequence: UInt64?
  }
  let endLabels = Mutex<[EndLabel: Bool]>([:])

  /// A sample of the graph, and how many changes lay over the segments when it was taken.
  struct Sampled {
    var changes: Int
    var statistics: SampledStatistics
  }
  /// Estimates only: which of two views took the sample makes no answer wrong.
  let sampled = Mutex<Sampled?>(nil)

  /// Counts of the last commit, or transaction under way, that a plan was made for.
  struct Counts {
    var sequence: UInt64
    var changes: Int
    var statistics: GraphStatistics
  }
  let counts = Mutex<Counts?>(nil)

  /// What layers above keep as long as the values they found it in lie where they lay.
  let attachments: Attachments

  package init() { attachments = Attachments() }

  private init(_ attachments: Attachments) { self.attachments = attachments }

  /// The table of a column; nil when the catalogue knows of none.
  ///
  /// - Parameter mayBeElsewhere: nil, too, when none of the column's values are there.
  /// - Throws: `StorageError.Damaged` when values are lost or surplus.
  func table(
    _ key: ColumnKey, _ catalog: Catalog, mayBeElsewhere: Bool = false, _ source: any SegmentSource
  ) throws(SinterError) -> ColumnTable? {
    guard let entry = catalog.columns[key] else { return nil }
    nonisolated(unsafe) let source = source
    return try tables.withLock { (tables) throws(SinterError) in
      if let table = tables[key] { return table }
      let table = try ColumnTable(key, entry, name: catalog.describe(key), mayBeElsewhere: mayBeElsewhere, source)
      if table.isEmpty { return nil }
      tables[key] = table
      return table
    }
  }

  /// A directory for a generation that has all columns but these as this one has them.
  ///
  /// What is known of a column stays true as long as its values do: none of them is deleted or moves.
  func without(_ columns: Set<ColumnKey>) -> SegmentDirectory {
    let directory = SegmentDirectory(attachments)
    let kept = tables.withLock { tables in tables.filter { !columns.contains($0.key) } }
    directory.tables.withLock { $0 = kept }
    return directory
  }

  /// Reads through a view's transaction, which only one thread may use at a time.
  func withSource<T>(_ body: () throws(SinterError) -> sending T) throws(SinterError) -> T {
    try tables.withLock { (_) throws(SinterError) -> sending T in try body() }
  }
}

extension Catalog {
  /// A column in words.
  func describe(_ key: ColumnKey) -> String {
    func name(_ names: [String]) -> String { Int(key.column) < names.count ? "`\(names[Int(key.column)])`" : "\(key.column)" }
    return switch key.kind {
    case .labelSets: "the nodes' labels"
    case .relationshipTypes: "the relationships' types"
    case .starts: "the relationships' starts"
    case .ends: "the relationships' ends"
    case .nodeProperty: "property \(name(keyNames)) of nodes"
    case .relationshipProperty: "property \(name(keyNames)) of relationships"
    case .outgoing: "outgoing \(name(typeNames)) relationships"
    case .incoming: "incoming \(name(typeNames)) relationships"
    case .index: "index \(indexEntries.first { $0.descriptor.id == key.column }.map { "`\($0.descriptor.name)`" } ?? "\(key.column)")"
    case .blob: describeBlob(key.column)
    }
  }

  private func describeBlob(_ id: UInt32) -> String {
    guard let name = blobs.first(where: { $0.value.id == id })?.key else { return "blob \(id)" }
    if let index = searchIndexes.first(where: { $0.blobName == name }) { return "search index `\(index.descriptor.name)`" }
    return "blob `\(name)`"
  }
}
