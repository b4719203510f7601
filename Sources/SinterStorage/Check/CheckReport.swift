/// What ``StoreCheck`` found in a store.
package struct CheckReport: Sendable {
  /// What is wrong, one sentence each; at most ``findingLimit``.
  package internal(set) var findings: [String] = []
  /// What was looked at.
  package internal(set) var pageCount = 0
  package internal(set) var valueCount = 0
  package internal(set) var valueBytes = 0
  package internal(set) var nodeCount = 0
  package internal(set) var relationshipCount = 0
  package internal(set) var propertyCount = 0
  package internal(set) var indexEntryCount = 0
  /// Commits that wait to be folded into segments.
  package internal(set) var waitingCommitCount = 0

  package static let findingLimit = 100

  /// Whether nothing is wrong.
  package var isSound: Bool { findings.isEmpty }

  mutating func find(_ what: @autoclosure () -> String) {
    guard findings.count < CheckReport.findingLimit else { return }
    findings.append(what())
  }
}
