public import SinterModel
import SinterStorage

/// What a check of a store looked at and found.
public struct CheckResult: Sendable {
  /// What is wrong, a sentence each; empty for a sound store.
  public let findings: [String]
  /// Pages of the file that are in use.
  public let pageCount: Int
  /// Nodes looked at.
  public let nodeCount: Int
  /// Relationships looked at, from both their ends.
  public let relationshipCount: Int
  /// Property values looked at.
  public let propertyCount: Int
  /// Index entries held against the properties.
  public let indexEntryCount: Int
  /// Bytes whose checksums were verified.
  public let verifiedBytes: Int

  /// Whether nothing is wrong.
  public var isSound: Bool { findings.isEmpty }

  init(_ report: CheckReport) {
    findings = report.findings
    pageCount = report.pageCount
    nodeCount = report.nodeCount
    relationshipCount = report.relationshipCount
    propertyCount = report.propertyCount
    indexEntryCount = report.indexEntryCount
    verifiedBytes = report.valueBytes
  }
}

extension Store {
  /// Verifies every page, checksum and link of the store at `path`, which may be in use.
  ///
  /// Damage is in the result, not thrown, so that a store can be checked that no longer opens.
  /// - Parameter progress: called with the finished part, 0 to 1.
  /// - Throws: `StorageError.NotFound`, `.NotAStore`, `.NewerFormat`, `.PermissionDenied`, `.IO`.
  /// - Complexity: O(bytes of the file)
  public static func check(at path: String, progress: ((Double) -> Void)? = nil) throws(SinterError) -> CheckResult {
    CheckResult(try StoreCheck.run(path: path, progress: progress))
  }
}
