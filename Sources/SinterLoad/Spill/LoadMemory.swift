import SinterModel
import SinterStorage

/// How a load's memory is shared out, and the file for what exceeds it. Used on one thread.
final class LoadMemory {
  private let budgetBytes: Int
  private let storePath: String
  private var opened: SpillFile?

  init(budgetBytes: Int, storePath: String) {
    self.budgetBytes = max(1 << 20, budgetBytes)
    self.storePath = storePath
  }

  /// Node properties in memory while rows are read.
  var nodeBytes: Int { budgetBytes / 4 }
  /// Relationships with their properties in memory while rows are read.
  var relationshipBytes: Int { budgetBytes / 2 }
  /// What is sorted at once when the store is built, by all threads together.
  var sortBytes: Int { budgetBytes / 4 }
  /// Bytes of rows that are in memory while the store is built.
  var heldBytes = 0
  /// What building the store may take: all that rows and pages leave of the budget, and ``sortBytes`` at least.
  var buildBytes: Int { max(sortBytes, budgetBytes - heldBytes - 2 * pageBytes) }
  /// Pages of a new store that wait to be written: little, so that the disk begins early.
  var pageBytes: Int { min(32 << 20, max(4 << 20, budgetBytes / 8)) }

  /// The file, made when it is first needed.
  /// - Throws: `StorageError.…`
  func file() throws(SinterError) -> SpillFile {
    if let opened { return opened }
    let file = try SpillFile(target: storePath)
    opened = file
    return file
  }
}
