package import SinterModel
import SinterStorage

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How a load is run.
package struct LoadOptions: Sendable {
  /// Stop at the first bad row with its error.
  package var isStrict = false
  /// Stop when more rows than this are bad; nil: any number.
  package var maximumRejects: Int?
  /// Where bad rows are written; nil: `STORE.rejects.csv`.
  package var rejectPath: String?
  /// Threads that parse; 0: one per processor.
  package var threads = 0
  /// What rows may take in memory before they go to a temporary file beside the store; at least 1 MiB.
  /// Not counted: the ids of nodes (21 to 43 bytes each up to twelve bytes of text, else 28 to 44 and
  /// the text), the blocks being parsed (about 30 MiB), and in a store that is loaded into, the pages
  /// that change. The relationships of one type at 2,048 neighbouring nodes are sorted in memory,
  /// however many they are.
  package var memoryBudgetBytes = 1 << 30
  package init() {}

  /// The bytes of a size such as `512MiB`: a whole number, and `B` or nothing, `KiB`, `MiB`, `GiB`, `TiB`
  /// (`K`, `M`, `G`, `T` for short), or `KB`, `MB`, `GB`, `TB`, in any case; nil for anything else.
  package static func byteCount(_ text: String) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    var unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
    guard let number = Int(digits) else { return nil }
    var base = 1024
    if unit.hasSuffix("ib") {
      unit.removeLast(2)
      guard !unit.isEmpty else { return nil }
    } else if unit.hasSuffix("b") {
      unit.removeLast()
      base = 1000
    }
    guard let power = ["", "k", "m", "g", "t"].firstIndex(of: unit) else { return nil }
    let factor = (0..<power).reduce(1) { product, _ in product * base }
    let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: factor)
    return isTooLarge ? nil : bytes
  }
}

/// Where a load stands.
package struct LoadProgress: Sendable {
  package enum Phase: String, Sendable {
    case nodes
    case relationships
    case building
    case syncing
  }
  package var phase: Phase
  /// 0 to 1 over the whole load, an estimate.
  package var fraction: Double
  package var rows: Int
  package var nodes: Int
  package var relationships: Int
  package var rejects: Int
  package var seconds: Double
}

/// What a load did.
package struct LoadSummary: Sendable {
  package var rows = 0
  /// Rows that a `where` kept out.
  package var filtered = 0
  /// Relationships passed over by `missing: skip`.
  package var skipped = 0
  /// New nodes and relationships.
  package var nodes = 0
  package var relationships = 0
  package var nodesByLabel: [String: Int] = [:]
  package var relationshipsByType: [String: Int] = [:]
  package var rejects = 0
  /// Rejected rows per reason.
  package var rejectsByReason: [String: Int] = [:]
  /// The file with the rejected rows, when there are any.
  package var rejectPath: String?
  package var seconds = 0.0
  package var storeSizeBytes = 0
}

/// Loads a plan's files into a store, as one atomic change.
package enum Loader {
  /// - Parameters:
  ///   - isCancelled: Asked about once per block.
  ///   - progress: Called about once per block, never by two threads at once; for a store that is there maybe on another
  ///     thread while the caller waits.
  /// - Throws: `LoadError.…` for input, `StorageError.…` for the store. The store is then as it was.
  package static func run(
    _ plan: LoadPlan, storePath: String, options: LoadOptions = LoadOptions(),
    isCancelled: @escaping @Sendable () -> Bool = { false }, progress: @escaping (LoadProgress) -> Void = { _ in }
  ) throws(SinterError) -> LoadSummary {
    do {
      return try LoadRun(plan, storePath: storePath, options: options, isCancelled: isCancelled).run(progress)
    } catch let error as SinterError {
      throw error
    } catch {
      throw LoadFailure.io("The load failed: \(error)")
    }
  }
}
